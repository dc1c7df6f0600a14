//! Records of keys that seal what they hand on, and open what they are given.

use std::sync::Arc;

use async_trait::async_trait;
use dashmap::DashMap;

use super::envelope::{context, unwrap, wrap};
use crate::ports::{
    Change, Clock, Create, Event, EventKind, Events, KeyMaterial, KeyRecord, KeyRecords, KeySet,
    Newer, SealError, Sealer, StoreError,
};
use crate::types::{TenantId, Timestamp, Version};

/// Keys of tenants over a store that sees envelopes alone. [`crate::ServerBuilder::master_key`] puts it
/// before the store by itself; it is here for tools that read or write keys beside a server.
#[derive(Debug)]
pub struct SealedKeys {
    records: Arc<dyn KeyRecords>,
    /// Without one keys are handed on as they are, and sealed ones are refused.
    sealer: Option<Arc<dyn Sealer>>,
    told: Option<Told>,
}

/// Who is told of keys that do not open, and when that was for each tenant: a tenant without keys is asked
/// for by every request.
#[derive(Debug)]
struct Told {
    events: Arc<dyn Events>,
    clock: Arc<dyn Clock>,
    last: DashMap<TenantId, Timestamp>,
}

/// How long, in milliseconds, nobody hears again of keys that do not open.
const QUIET: u64 = 60_000;
/// How often keys are sealed anew because somebody else wrote them in between.
const ROUNDS: usize = 10;

/// Why keys cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The store did not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// They do not open.
    #[error("the keys of the tenant {tenant} cannot be opened: {why}")]
    Sealed {
        /// Whose.
        tenant: TenantId,
        /// Why not.
        why: SealError,
    },
}

impl From<Unreadable> for StoreError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::Store(error) => error,
            sealed => Self::new(sealed),
        }
    }
}

impl SealedKeys {
    /// Keys over this store, sealed by that.
    pub fn new(records: Arc<dyn KeyRecords>, sealer: impl Sealer) -> Self {
        Self::over(records, Some(Arc::new(sealer)))
    }

    /// Keys over this store, which are sealed if there is something to seal them by.
    pub(crate) fn over(records: Arc<dyn KeyRecords>, sealer: Option<Arc<dyn Sealer>>) -> Self {
        Self { records, sealer, told: None }
    }

    /// Tells of keys that do not open.
    pub(crate) fn telling(mut self, events: Arc<dyn Events>, clock: Arc<dyn Clock>) -> Self {
        self.told = Some(Told { events, clock, last: DashMap::new() });
        self
    }

    /// Whether keys are sealed here.
    pub(crate) fn seals(&self) -> bool {
        self.sealer.is_some()
    }

    /// The keys as they are stored: which there are is no secret, what they are may be sealed.
    pub(crate) async fn stored(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        self.records.read(tenant).await
    }

    /// As [`KeyRecords::read`], with the precise reason why not.
    ///
    /// # Errors
    /// See [`Unreadable`].
    pub async fn open(&self, tenant: &TenantId) -> Result<Option<KeySet>, Unreadable> {
        match self.records.read(tenant).await? {
            Some(set) => Ok(Some(self.opened(tenant, set).await?)),
            None => Ok(None),
        }
    }

    /// Seals anew what is not sealed as it would be today: under a former master key, or not at all.
    /// What is stays as it is. Safe on several nodes at once. Returns whether something was written.
    ///
    /// # Errors
    /// See [`Unreadable`]; also when others write the keys all the time.
    pub async fn reseal(&self, tenant: &TenantId) -> Result<bool, Unreadable> {
        for _ in 0..ROUNDS {
            let Some(mut set) = self.records.read(tenant).await? else { return Ok(false) };
            if set.keys.iter().all(|key| self.is_current(key)) {
                return Ok(false);
            }
            let (from, opened) = (set.version, self.opened(tenant, set.clone()).await?);
            set.version = from.next();
            for (kept, plain) in set.keys.iter_mut().zip(&opened.keys) {
                if !self.is_current(kept) {
                    kept.material = self.sealed_key(tenant, plain).await?;
                }
            }
            if self.records.change(tenant, set, from).await? == Change::Written {
                return Ok(true);
            }
        }
        Err(StoreError::new("somebody else wrote the keys each time before they were").into())
    }

    fn is_current(&self, key: &KeyRecord) -> bool {
        let Some(sealer) = &self.sealer else { return true };
        unwrap(key.material.expose()).is_some_and(|sealed| sealer.is_current(sealed))
    }

    async fn opened(&self, tenant: &TenantId, mut set: KeySet) -> Result<KeySet, Unreadable> {
        for key in &mut set.keys {
            match self.opened_key(tenant, key).await {
                Ok(Some(material)) => key.material = material,
                Ok(None) => {}
                Err(why) => {
                    self.tell(tenant, &why);
                    return Err(Unreadable::Sealed { tenant: tenant.clone(), why });
                }
            }
        }
        self.told.iter().for_each(|told| drop(told.last.remove(tenant)));
        Ok(set)
    }

    /// The key in the envelope; nothing, if there is none around it.
    async fn opened_key(
        &self,
        tenant: &TenantId,
        key: &KeyRecord,
    ) -> Result<Option<KeyMaterial>, SealError> {
        let Some(sealed) = unwrap(key.material.expose()) else { return Ok(None) };
        let sealer = self.sealer.as_ref().ok_or(SealError::NoKey)?;
        Ok(Some(sealer.open(&context(tenant, key), sealed).await?))
    }

    async fn sealed(&self, tenant: &TenantId, mut set: KeySet) -> Result<KeySet, Unreadable> {
        for key in &mut set.keys {
            key.material = self.sealed_key(tenant, key).await?;
        }
        Ok(set)
    }

    async fn sealed_key(
        &self,
        tenant: &TenantId,
        key: &KeyRecord,
    ) -> Result<KeyMaterial, Unreadable> {
        let Some(sealer) = &self.sealer else { return Ok(key.material.clone()) };
        match sealer.seal(&context(tenant, key), &key.material).await {
            Ok(sealed) => Ok(KeyMaterial::new(wrap(&sealed))),
            Err(why) => Err(Unreadable::Sealed { tenant: tenant.clone(), why }),
        }
    }

    fn tell(&self, tenant: &TenantId, why: &SealError) {
        let Some(told) = &self.told else { return };
        let now = told.clock.now();
        let mut is_news = false;
        let mut last = told.last.entry(tenant.clone()).or_insert_with(|| {
            is_news = true;
            now
        });
        if now.as_millis().abs_diff(last.as_millis()) >= QUIET {
            (*last, is_news) = (now, true);
        }
        drop(last);
        if is_news {
            let kind = EventKind::KeysUnreadable(why.reason());
            told.events.record(Event::new(tenant.clone(), now, kind));
        }
    }
}

#[async_trait]
impl KeyRecords for SealedKeys {
    async fn read(&self, tenant: &TenantId) -> Result<Option<KeySet>, StoreError> {
        Ok(self.open(tenant).await?)
    }

    async fn create(&self, tenant: &TenantId, keys: KeySet) -> Result<Create, StoreError> {
        let sealed = self.sealed(tenant, keys).await?;
        self.records.create(tenant, sealed).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        keys: KeySet,
        from: Version,
    ) -> Result<Change, StoreError> {
        let sealed = self.sealed(tenant, keys).await?;
        self.records.change(tenant, sealed, from).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.records.erase(tenant).await
    }

    async fn read_newer(&self, tenant: &TenantId, known: Version) -> Result<Newer, StoreError> {
        Ok(match self.records.read_newer(tenant, known).await? {
            Newer::Changed(set) => Newer::Changed(self.opened(tenant, set).await?),
            other => other,
        })
    }

    fn writes(&self) -> Option<u64> {
        self.records.writes()
    }

    /// What is sealed nobody reads later.
    fn lasts(&self) -> bool {
        self.sealer.is_none() && self.records.lasts()
    }
}
