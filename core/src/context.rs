//! What every step of a request knows.

use std::sync::Arc;

use crate::ports::Ports;
use crate::types::{Issuer, Tenant, TenantId, Timestamp};

/// One request's tenant, moment and ports. The clock is read once, when this is made.
#[derive(Clone, Debug)]
pub struct Context {
    /// Whose request this is.
    pub tenant: Arc<Tenant>,
    /// The tenant's issuer.
    pub issuer: Issuer,
    /// The moment of the request.
    pub now: Timestamp,
    /// The world.
    pub ports: Ports,
}

impl Context {
    /// The tenant's id.
    pub fn tenant_id(&self) -> &TenantId {
        &self.tenant.id
    }
}
