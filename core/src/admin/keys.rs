//! Keys at run time: which there are, and who takes whose place.

use std::time::Duration;

use super::{About, Admin, KeyInfo, KeyKind, KeyRotation};
use crate::error::AdminError;
use crate::keys::{free_number, generate, is_due, remaining, succeed};
use crate::ports::{Change, Deed, KeyPurpose, KeyRecord, KeySet, StoreError};
use crate::types::{Policy, TenantId, limits};

/// How long a signing key is believed after it signed last: no access token lives longer, and the
/// clocks of resource servers may be behind.
const SIGNATURES: Duration = limits::ACCESS_TOKEN_LIFETIME.saturating_add(limits::LEEWAY);

impl Admin {
    /// The keys of a tenant that are believed now, the newest last. What makes pairwise subjects is
    /// among them, once a client needed it; it stays for good.
    ///
    /// # Errors
    /// When there is no such tenant, the store does not answer, or keys come from the host.
    pub async fn keys(&self, tenant: &TenantId) -> Result<Vec<KeyInfo>, AdminError> {
        self.demand_tenant(tenant).await?;
        let (set, now) = (self.key_set(tenant).await?, self.now());
        let counting = set.keys.iter().filter(|key| key.span.counts(now));
        Ok(counting.map(|key| KeyInfo::of(key, &set, now)).collect())
    }

    /// Replaces a tenant's keys of one kind. The built-in keyring does so by itself, in stages, when
    /// a key has been in use for the policy's `key_lifetime`.
    ///
    /// # Errors
    /// When there is no such tenant, 255 ticket keys are believed already, the store does not
    /// answer, or keys come from the host.
    pub async fn rotate_keys(
        &self,
        tenant: &TenantId,
        kind: KeyKind,
        how: KeyRotation,
    ) -> Result<(), AdminError> {
        let (admin, tenant) = (self.clone(), tenant.clone());
        self.complete(async move {
            admin.rewrite_keys(&tenant, how, |purpose, _, _| kind.holds(purpose)).await?;
            Ok(())
        })
        .await
    }

    /// Announces the successor of every key, of any tenant, that has been in use for its policy's
    /// `key_lifetime`, forgets the keys that nobody believes any more, and seals anew what is sealed under
    /// a former master key, or not at all. A server does this every
    /// hour; several nodes may. Returns how many tenants got new keys. Dropped, it finishes the tenant that
    /// it is at and leaves off there; asked again, it goes on.
    ///
    /// # Errors
    /// What was wrong with the last tenant that could not be done; all others are.
    pub async fn rotate_due_keys(&self) -> Result<usize, AdminError> {
        let (mut after, mut done, mut failed) = (None, 0, None);
        loop {
            let tenants = self.tenants(after.as_ref()).await?;
            let Some(last) = tenants.last() else { return failed.map_or(Ok(done), Err) };
            after = Some(last.id.clone());
            for tenant in tenants {
                let (admin, id) = (self.clone(), tenant.id.clone());
                let replaced = self.complete(async move { admin.rotate_due(&id).await }).await;
                match replaced {
                    Ok(replaced) => done += usize::from(replaced),
                    // Deleted since.
                    Err(AdminError::UnknownTenant) => {}
                    // No reason to leave the others.
                    Err(error) => failed = Some(error),
                }
            }
        }
    }

    async fn rotate_due(&self, tenant: &TenantId) -> Result<bool, AdminError> {
        let policy = &self.demand_tenant(tenant).await?.policy;
        self.demand_own_keys()?;
        self.reseal(tenant).await?;
        let (set, now) = (self.key_set(tenant).await?, self.now());
        let due = kinds(&set).into_iter().any(|kind| is_due(&set, kind, signs_for(policy), now));
        if due {
            let due =
                |kind, set: &KeySet, policy: &Policy| is_due(set, kind, signs_for(policy), now);
            return self.rewrite_keys(tenant, KeyRotation::Staged, due).await;
        }
        if set.keys.iter().any(|key| !key.span.counts(now)) {
            self.write_keys(tenant, remaining(&set, now), &set).await?;
        }
        // Of a tenant that was stored before its policy wanted so many, or while keys were the host's.
        self.ensure_signing_keys(tenant, policy).await
    }

    /// Replaces the keys that are wanted, all in one write. Returns whether there were any: another
    /// node may have replaced them in between.
    pub(super) async fn rewrite_keys(
        &self,
        tenant: &TenantId,
        how: KeyRotation,
        wanted: impl Fn(KeyPurpose, &KeySet, &Policy) -> bool + Send,
    ) -> Result<bool, AdminError> {
        for _ in 0..10 {
            let policy = &self.demand_tenant(tenant).await?.policy;
            let (old, now) = (self.key_set(tenant).await?, self.now());
            let mut next = old.clone();
            let mut kinds = kinds(&old);
            kinds.retain(|kind| wanted(*kind, &old, policy));
            if kinds.is_empty() {
                return Ok(false);
            }
            for kind in kinds {
                let (from, keep) = match how {
                    KeyRotation::Staged => (now.plus(policy.key_announcement), keep(kind, policy)),
                    KeyRotation::AtOnce => (now, Duration::ZERO),
                };
                let purpose = match kind {
                    KeyPurpose::Signing(alg) => KeyPurpose::Signing(alg),
                    KeyPurpose::Subjects => continue,
                    KeyPurpose::Ticket(_) => {
                        let stays = |_: &KeyRecord| how == KeyRotation::Staged;
                        KeyPurpose::Ticket(
                            free_number(&next, stays).ok_or(AdminError::NoKeyNumber)?,
                        )
                    }
                };
                let new = generate(&*self.ports.entropy, purpose, from).await?;
                next = succeed(&next, new, keep, now);
            }
            next.version = old.version.next();
            if self.write_keys(tenant, next, &old).await? == Change::Written {
                let deed = match how {
                    KeyRotation::Staged => Deed::KeysAnnounced,
                    KeyRotation::AtOnce => Deed::KeysReplaced,
                };
                self.done(tenant, deed, About::Tenant);
                return Ok(true);
            }
        }
        Err(AdminError::Contended)
    }

    /// Whoever calls this runs to completion, or the keyring would go on with the old keys.
    pub(super) async fn write_keys(
        &self,
        tenant: &TenantId,
        next: KeySet,
        old: &KeySet,
    ) -> Result<Change, AdminError> {
        let written = self.stores.key_records.change(tenant, next, old.version).await;
        // Also where nobody knows whether they were written.
        self.ports.keyring.forget(tenant);
        Ok(written?)
    }

    pub(super) fn demand_own_keys(&self) -> Result<(), AdminError> {
        if self.foreign_keys { Err(AdminError::ForeignKeys) } else { Ok(()) }
    }

    async fn key_set(&self, tenant: &TenantId) -> Result<KeySet, AdminError> {
        self.demand_own_keys()?;
        let set = self.sealed.open(tenant).await?;
        // F-23: never a silent new key.
        set.ok_or_else(|| StoreError::new("the tenant has no keys").into())
    }
}

/// One purpose for each kind of key that there is, but for what stays for good.
fn kinds(set: &KeySet) -> Vec<KeyPurpose> {
    let mut kinds: Vec<KeyPurpose> = Vec::new();
    for key in set.keys.iter().filter(|key| key.purpose != KeyPurpose::Subjects) {
        if !kinds.iter().any(|kind| kind.is_kind_of(key.purpose)) {
            kinds.push(key.purpose);
        }
    }
    kinds
}

/// How long the old key is believed after the new one began: as long as what it made may count.
fn keep(purpose: KeyPurpose, policy: &Policy) -> Duration {
    match purpose {
        KeyPurpose::Signing(_) => SIGNATURES,
        KeyPurpose::Ticket(_) => {
            let tokens = policy.refresh_idle_lifetime.max(policy.code_lifetime);
            // What a browser shows: of a session, and of a request that waits for its user.
            let shown = policy.browser.session_lifetime.max(limits::INTERACTION_LIFETIME);
            tokens.max(shown).saturating_add(limits::LEEWAY)
        }
        KeyPurpose::Subjects => Duration::MAX,
    }
}

/// How long after it began a key is to be followed by the announcement of another.
fn signs_for(policy: &Policy) -> Duration {
    policy.key_lifetime.saturating_sub(policy.key_announcement)
}
