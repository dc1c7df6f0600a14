//! The keys of issuers elsewhere: fetched, kept for a while, and fetched anew when a token names another.

use std::sync::Arc;

use crate::ports::{
    Clock, Fetch, Fetched, FetchedDocuments, Look, LookError, StoreError, VerifyingKey,
};
use crate::tokens::{Claims, Untrusted, verify};
use crate::types::{Audience, Issuer, Timestamp};
use crate::wire;

/// Verifies tokens of issuers elsewhere.
#[derive(Debug)]
pub(super) struct Elsewhere {
    fetch: Arc<dyn Fetch>,
    clock: Arc<dyn Clock>,
    keys: FetchedDocuments<Keys>,
}

type Keys = Vec<Arc<VerifyingKey>>;

impl Elsewhere {
    pub(super) fn new(fetch: Arc<dyn Fetch>, clock: Arc<dyn Clock>) -> Self {
        Self { fetch, clock, keys: FetchedDocuments::new() }
    }

    /// What time it is.
    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// What a token of this issuer says, if it counts. Of an issuer that is no more none does.
    ///
    /// # Errors
    /// When the issuer does not answer, and never did or too long ago.
    pub(super) async fn verify(
        &self,
        token: &Untrusted<'_>,
        issuer: &Issuer,
        audience: &Audience,
        now: Timestamp,
    ) -> Result<Option<Claims>, StoreError> {
        let named = token.key_id();
        // A key that is not known may be a new one.
        let does =
            |keys: &Keys| named.is_none_or(|name| keys.iter().any(|key| key.key_id() == name));
        let (fetch, own) = (self.fetch.clone(), issuer.clone());
        let look = || async move { look(&*fetch, &own).await };
        let keys = self.keys.find(issuer.as_str(), does, look).await?;
        Ok(keys.and_then(|keys| verify(token, &keys, issuer, Some(audience), now)))
    }
}

/// Asks an issuer for its keys, by its metadata (RFC 8414 §3).
async fn look(fetch: &dyn Fetch, issuer: &Issuer) -> Look<Keys> {
    let Fetched { body, .. } = fetch.json(&issuer.metadata_url()).await?;
    let at = wire::read_metadata(&body, issuer).ok_or(LookError::Strange)?;
    let Fetched { body, max_age } = fetch.json(&at).await?;
    Ok((wire::read_keys(&body).ok_or(LookError::Strange)?, max_age))
}

#[cfg(test)]
#[path = "elsewhere_tests.rs"]
mod tests;
