//! Keys that a tenant comes to need.

use super::{About, Admin};
use crate::error::AdminError;
use crate::keys::{generate, remaining};
use crate::ports::{Change, Deed, KeyPurpose, KeySet};
use crate::types::{
    Client, InvalidClient, Policy, Set, SigningAlg, Subject, SubjectType, TenantId, Timestamp,
};

/// How often keys are read anew because somebody else wrote them in between.
const ROUNDS: usize = 10;

impl Admin {
    /// A tenant has a key for every algorithm that its policy names. Returns whether one was missing,
    /// which signs at once.
    pub(super) async fn ensure_signing_keys(
        &self,
        tenant: &TenantId,
        policy: &Policy,
    ) -> Result<bool, AdminError> {
        let purposes: Vec<_> = signs_by(policy).iter().map(KeyPurpose::Signing).collect();
        self.ensure_keys(tenant, &purposes).await
    }

    /// A client that learns names of its own needs something that they are made with.
    pub(super) async fn ensure_subjects(
        &self,
        tenant: &TenantId,
        client: &Client,
    ) -> Result<(), AdminError> {
        let browser = client.browser.as_ref();
        let pairwise = browser.filter(|browser| browser.subject_type == SubjectType::Pairwise);
        let Some(sector) = pairwise.and_then(|browser| browser.sector()) else { return Ok(()) };
        if !self.foreign_keys {
            return self.ensure_keys(tenant, &[KeyPurpose::Subjects]).await.map(drop);
        }
        // Better now than when the first user comes.
        let anybody: Subject = client.id.as_str().parse()?;
        match self.ports.keyring.pairwise(tenant, sector, &anybody, self.now()).await? {
            Some(_) => Ok(()),
            None => {
                let rule = "is pairwise where the host's keyring makes pairwise subjects";
                Err(InvalidClient { field: "subject_type", rule }.into())
            }
        }
    }

    /// Makes the keys that are missing, all in one write. Whoever calls this runs to completion.
    async fn ensure_keys(
        &self,
        tenant: &TenantId,
        needed: &[KeyPurpose],
    ) -> Result<bool, AdminError> {
        // A keyring of the host has what it has.
        if self.foreign_keys {
            return Ok(false);
        }
        for _ in 0..ROUNDS {
            // F-23: never a silent new key.
            let Some(set) = self.sealed.open(tenant).await? else { return Ok(false) };
            let now = self.now();
            let missing = needed.iter().filter(|purpose| !has(&set, **purpose, now));
            let mut next = remaining(&set, now);
            let before = next.keys.len();
            for purpose in missing {
                next.keys.push(generate(&*self.ports.entropy, *purpose, now).await?);
            }
            if next.keys.len() == before {
                return Ok(false);
            }
            if self.write_keys(tenant, next, &set).await? == Change::Written {
                self.done(tenant, Deed::KeysAdded, About::Tenant);
                return Ok(true);
            }
        }
        Err(AdminError::Contended)
    }
}

/// The algorithms that a tenant needs keys for.
pub(super) fn signs_by(policy: &Policy) -> Set<SigningAlg> {
    let mut algs = policy.browser.id_token_algs;
    algs.insert(policy.signing_alg);
    algs
}

fn has(set: &KeySet, purpose: KeyPurpose, now: Timestamp) -> bool {
    // What makes subjects is there for good, whatever the clock says.
    let counts = |from: bool| from || purpose == KeyPurpose::Subjects;
    set.keys.iter().any(|key| key.purpose == purpose && counts(key.span.makes(now)))
}
