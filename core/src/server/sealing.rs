//! What private keys are sealed by, and whether it fits what is stored.

use std::sync::Arc;

use super::builder::ServerBuilder;
use crate::admin::Admin;
use crate::error::{AdminError, ConfigError};
use crate::ports::{Clock, Events, KeyRecords, SealError, Sealer, Stores};
use crate::seal::{SealedKeys, Unreadable};

/// What the builder was told of it.
#[derive(Debug, Default)]
pub(super) struct Sealing {
    sealer: Option<Arc<dyn Sealer>>,
    unsealed: bool,
    lost: bool,
}

impl ServerBuilder {
    /// Seals private keys and ticket keys before the store sees them. A store whose rows outlive the
    /// process demands it, or [`ServerBuilder::danger_unsealed_keys`], unless keys come from elsewhere.
    /// What a store holds in the clear from before is sealed in the background.
    ///
    /// `build()` opens the keys of the first 100 tenants, and fails where they are sealed under a master
    /// key that is missing. Of all others it is known within minutes, by the background work and by their
    /// own requests: a tenant whose keys do not open is answered by 503, and
    /// [`crate::ports::EventKind::KeysUnreadable`] is told; it never gets new keys by itself.
    pub fn master_key(mut self, sealer: impl Sealer) -> Self {
        self.sealing.sealer = Some(Arc::new(sealer));
        self
    }

    /// Keeps private keys in the clear, also in a store whose rows outlive the process: whoever reads it, or
    /// a backup of it, can sign as any tenant.
    pub fn danger_unsealed_keys(mut self, allow: bool) -> Self {
        self.sealing.unsealed = allow;
        self
    }

    /// Builds the server although keys of tenants cannot be opened, since the master key that they are
    /// sealed under is lost: so that [`crate::Admin::replace_lost_keys`] can make new ones, tenant by
    /// tenant. Until then such a tenant is answered by 503.
    pub fn danger_lost_master_key(mut self, allow: bool) -> Self {
        self.sealing.lost = allow;
        self
    }
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
