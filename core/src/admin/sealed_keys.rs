//! The master key changes, or is lost.

use super::{About, Admin};
use crate::error::AdminError;
use crate::keys::{free_number, generate};
use crate::ports::{Change, Deed, KeyPurpose, KeySet};
use crate::seal::Unreadable;
use crate::types::{TenantId, Whose};

/// How often keys are read anew because somebody else wrote them in between.
const ROUNDS: usize = 10;

impl Admin {
    /// Seals anew, of every tenant, what is sealed under a former master key, or not at all. A server does
    /// this every hour; several nodes may. Returns how many tenants had such keys: once that is 0, nothing
    /// needs the former master key. Dropped, it finishes the tenant that it is at; asked again, it goes
    /// on.
    ///
    /// # Errors
    /// When keys come from the host; [`AdminError::Unfinished`] after all tenants whose keys could be
    /// sealed anew.
    pub async fn reseal_keys(&self) -> Result<usize, AdminError> {
        self.demand_own_keys()?;
        self.of_every_tenant(|admin, id| async move { admin.reseal(&id).await }).await
    }

    /// Makes new keys for a tenant whose keys are lost, since they, or the master key that they are
    /// sealed under, are: everything that the old ones made is dead, every code, refresh token, session and
    /// access token, and where clients have pairwise subjects, their users are strangers to them.
    /// Returns how many grants ended. Resource servers believe the old keys for as long as they keep
    /// the JWKS, which is five minutes.
    ///
    /// # Errors
    /// [`AdminError::KeysNotLost`] if the tenant's keys open; when there is no such tenant, the store does
    /// not answer, or keys come from the host.
    pub async fn replace_lost_keys(&self, tenant: &TenantId) -> Result<u64, AdminError> {
        let (admin, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            admin.demand_own_keys()?;
            admin.begin_anew(&tenant).await?;
            admin.done(&tenant, Deed::LostKeysReplaced, About::Tenant);
            admin.outdate_tenant(&tenant).await?;
            admin.end(&tenant, Whose::Tenant).await
        })
        .await
    }

    /// New keys of every kind that was there.
    async fn begin_anew(&self, tenant: &TenantId) -> Result<(), AdminError> {
        for _ in 0..ROUNDS {
            let policy = &self.demand_tenant(tenant).await?.policy;
            let Some(old) = self.sealed.stored(tenant).await? else {
                let keys = self.first_keys(policy).await?;
                self.stores.key_records.create(tenant, keys).await?;
                self.ports.keyring.forget(tenant);
                return Ok(());
            };
            match self.sealed.open(tenant).await {
                Ok(_) => return Err(AdminError::KeysNotLost),
                Err(Unreadable::Store(error)) => return Err(error.into()),
                Err(Unreadable::Sealed { .. }) => {}
            }
            let next = self.another_of_each(&old).await?;
            if self.write_keys(tenant, next, &old).await? == Change::Written {
                return Ok(());
            }
        }
        Err(AdminError::Contended)
    }

    async fn another_of_each(&self, old: &KeySet) -> Result<KeySet, AdminError> {
        let (now, mut keys) = (self.now(), Vec::new());
        let mut purposes: Vec<KeyPurpose> = Vec::new();
        for key in &old.keys {
            if !purposes.iter().any(|purpose| purpose.is_kind_of(key.purpose)) {
                purposes.push(key.purpose);
            }
        }
        for purpose in purposes {
            let purpose = match purpose {
                // Another number: what the lost one made is no token of this one.
                KeyPurpose::Ticket(_) => {
                    let number = free_number(old, |_| true).or_else(|| free_number(old, |_| false));
                    KeyPurpose::Ticket(number.ok_or(AdminError::NoKeyNumber)?)
                }
                other => other,
            };
            keys.push(generate(&*self.ports.entropy, purpose, now).await?);
        }
        Ok(KeySet { version: old.version.next(), keys })
    }

    pub(super) async fn reseal(&self, tenant: &TenantId) -> Result<bool, AdminError> {
        if !self.sealed.seals() {
            return Ok(false);
        }
        let written = self.sealed.reseal(tenant).await?;
        if written {
            self.done(tenant, Deed::KeysResealed, About::Tenant);
        }
        Ok(written)
    }

    /// Does this for every tenant, one page of them in memory at a time, and counts those for whom it was
    /// something. One that cannot be done is no reason to leave the others.
    pub(super) async fn of_every_tenant<F>(
        &self,
        work: impl Fn(Self, TenantId) -> F + Send + Sync,
    ) -> Result<usize, AdminError>
    where
        F: Future<Output = Result<bool, AdminError>> + Send + 'static,
    {
        let (mut after, mut done, mut failed) = (None, 0, None);
        loop {
            let tenants = self.tenants(after.as_ref()).await?;
            let Some(last) = tenants.last() else { break };
            after = Some(last.id.clone());
            for tenant in tenants {
                match self.complete(work(self.clone(), tenant.id.clone())).await {
                    Ok(something) => done += usize::from(something),
                    // Deleted since.
                    Err(AdminError::UnknownTenant) => {}
                    Err(why) => failed = Some((tenant.id.clone(), Box::new(why))),
                }
            }
        }
        match failed {
            None => Ok(done),
            Some((tenant, why)) => Err(AdminError::Unfinished { tenant, done, why }),
        }
    }
}

impl From<Unreadable> for AdminError {
    fn from(error: Unreadable) -> Self {
        match error {
            Unreadable::Store(error) => Self::Store(error),
            Unreadable::Sealed { tenant, why } => Self::Sealed { tenant, why },
        }
    }
}
