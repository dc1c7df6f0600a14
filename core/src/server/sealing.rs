//! What private keys are sealed by, and whether it fits what is stored.

use std::sync::Arc;

use crate::admin::Admin;
use crate::error::{AdminError, ConfigError};
use crate::ports::{Clock, Events, KeyRecords, SealError, Sealer, Stores};
use crate::seal::{SealedKeys, Unreadable};

/// What the builder was told of it.
#[derive(Debug, Default)]
pub(super) struct Sealing {
    pub(super) sealer: Option<Arc<dyn Sealer>>,
    pub(super) unsealed: bool,
    pub(super) lost: bool,
}

impl Sealing {
    /// The store's keys, sealed if they are to be.
    pub(super) fn over(
        &self,
        stores: &Stores,
        foreign_keys: bool,
        events: &Arc<dyn Events>,
        clock: &Arc<dyn Clock>,
    ) -> Result<Arc<SealedKeys>, ConfigError> {
        let records = stores.key_records.clone();
        match (&self.sealer, self.unsealed) {
            (Some(_), true) => return Err(ConfigError::SealedAndUnsealed),
            (None, false) if records.lasts() && !foreign_keys => {
                return Err(ConfigError::NoMasterKey);
            }
            _ => {}
        }
        let sealed = SealedKeys::over(records, self.sealer.clone());
        Ok(Arc::new(sealed.telling(events.clone(), clock.clone())))
    }

    /// Whether the keys of the first tenants open. A wrong master key is a mistake of whoever starts the
    /// server; one damaged row is the trouble of one tenant (F-23), and is told as an event.
    pub(super) async fn check(&self, admin: &Admin) -> Result<(), ConfigError> {
        if self.sealer.is_none() && !admin.sealed.lasts() {
            return Ok(());
        }
        for tenant in admin.tenants(None).await? {
            match admin.sealed.open(&tenant.id).await {
                Ok(_) => {}
                Err(Unreadable::Store(error)) => return Err(AdminError::from(error).into()),
                Err(Unreadable::Sealed { why: SealError::Damaged, .. }) => {}
                Err(Unreadable::Sealed { .. }) if self.lost => {}
                Err(Unreadable::Sealed { tenant, why }) => {
                    return Err(ConfigError::Sealed { tenant, why });
                }
            }
        }
        Ok(())
    }
}
