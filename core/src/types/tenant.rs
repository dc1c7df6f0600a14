//! A tenant: nothing exists outside one.

use super::{Policy, TenantId, Timestamp, Version};

/// A tenant: nothing exists outside one.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Tenant {
    /// Its name, one segment of every URL of its own.
    pub id: TenantId,
    /// Raised by every write of the row.
    pub version: Version,
    /// What it allows.
    pub policy: Policy,
    /// A disabled tenant issues nothing; its keys stay published.
    pub disabled: bool,
    /// A grant authenticated before this moment is dead.
    pub not_before: Timestamp,
}

impl Tenant {
    /// An enabled tenant.
    pub fn new(id: TenantId, policy: Policy) -> Self {
        let (version, not_before) = (Version::default(), Timestamp::EPOCH);
        Self { id, version, policy, disabled: false, not_before }
    }
}
