//! Administration at run time: tenants, clients, users and their grants.

mod clients;
mod new_client;
mod new_user;
mod tenants;
mod users;

use std::sync::Arc;

pub use new_client::{NewClient, RegisteredClient};
pub use new_user::NewUser;

use crate::error::AdminError;
use crate::passwords::HashingPool;
use crate::ports::{Ports, Stores, Tasks};
use crate::types::{Tenant, TenantId};

/// Creates and reads what a server serves. Whoever holds it may do everything; it is for the host,
/// not for requests.
#[derive(Clone, Debug)]
pub struct Admin {
    pub(crate) stores: Stores,
    pub(crate) ports: Ports,
    pub(crate) tasks: Tasks,
    /// Hashes passwords of the built-in directory; none where users are the host's own.
    pub(crate) hashing: Option<HashingPool>,
}

impl Admin {
    async fn demand_tenant(&self, id: &TenantId) -> Result<Arc<Tenant>, AdminError> {
        self.stores.tenants.read(id).await?.ok_or(AdminError::UnknownTenant)
    }
}
