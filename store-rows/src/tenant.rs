//! Tenants.

use grantry::types::{Tenant, Timestamp, Version};
use serde::{Deserialize, Serialize};

use super::policy::PolicyRow;
use crate::{Invalid, Row};

#[derive(Deserialize, Serialize)]
pub struct TenantRow {
    id: String,
    version: u64,
    policy: PolicyRow,
    disabled: bool,
    not_before: u64,
}

impl Row for Tenant {
    type Json = TenantRow;

    fn keep(&self) -> TenantRow {
        TenantRow {
            id: self.id.to_string(),
            version: self.version.0,
            policy: PolicyRow::keep(&self.policy),
            disabled: self.disabled,
            not_before: self.not_before.as_millis(),
        }
    }

    fn restore(row: TenantRow) -> Result<Self, Invalid> {
        let mut tenant = Self::new(row.id.parse()?, row.policy.restore()?);
        tenant.version = Version(row.version);
        tenant.disabled = row.disabled;
        tenant.not_before = Timestamp::from_millis(row.not_before);
        Ok(tenant)
    }
}
