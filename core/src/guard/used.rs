//! Proofs that were used, as a guard remembers them that has no store.

use std::{
    num::NonZeroUsize,
    sync::{Mutex, PoisonError},
};

use lru::LruCache;

use crate::types::{JwtId, Sender, TenantId, Timestamp};

/// Proofs of the last minutes, in this process alone: another one takes each of them once more.
#[derive(Debug)]
pub(super) struct Used {
    proofs: Mutex<LruCache<(TenantId, JwtId), Timestamp>>,
    /// When this began. What was made before may have been used before.
    begun: Timestamp,
}

/// The most proofs that are remembered: those of a minute at a thousand requests a second. Beyond it the
/// oldest are forgotten. Only who has a token that is bound to their key adds one.
const MOST: NonZeroUsize = NonZeroUsize::new(65_536).expect("65,536 is not zero");

impl Used {
    /// Nothing yet.
    pub(super) fn since(begun: Timestamp) -> Self {
        // It takes its room as proofs come.
        let mut proofs = LruCache::unbounded();
        proofs.resize(MOST);
        Self { proofs: Mutex::new(proofs), begun }
    }

    /// Remembers a proof of this tenant's client. Whether it is new.
    pub(super) fn remember(&self, tenant: &TenantId, sender: &Sender, now: Timestamp) -> bool {
        if sender.made_at < self.begun {
            return false;
        }
        let mut proofs = self.proofs.lock().unwrap_or_else(PoisonError::into_inner);
        let own = (tenant.clone(), sender.proof);
        let known = proofs.peek(&own).is_some_and(|until| now < *until);
        if !known {
            proofs.put(own, sender.until);
        }
        !known
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::{JwtIdUse, SenderKey};

    const BEGUN: Timestamp = Timestamp::from_secs(1_800_000_000);

    fn acme() -> TenantId {
        "acme".parse().unwrap()
    }

    fn sender(jti: &str, made_at: Timestamp) -> Sender {
        let until = Timestamp::from_secs(made_at.as_secs() + 60);
        let proof = JwtId::of(JwtIdUse::Proof, "key", jti);
        Sender { key: SenderKey::from_bytes([1; 32]), proof, made_at, until }
    }

    #[test]
    fn a_proof_is_new_once_and_never_if_it_is_older_than_the_process() {
        let used = Used::since(BEGUN);
        assert!(used.remember(&acme(), &sender("a", BEGUN), BEGUN));
        assert!(!used.remember(&acme(), &sender("a", BEGUN), BEGUN));
        assert!(used.remember(&acme(), &sender("b", BEGUN), BEGUN));
        assert!(used.remember(&"globex".parse().unwrap(), &sender("a", BEGUN), BEGUN));
        let before = Timestamp::from_secs(BEGUN.as_secs() - 1);
        assert!(!used.remember(&acme(), &sender("c", before), BEGUN));
    }

    #[test]
    fn there_is_room_for_so_many_and_the_oldest_go_first() {
        let used = Used::since(BEGUN);
        for n in 0..=MOST.get() {
            assert!(used.remember(&acme(), &sender(&n.to_string(), BEGUN), BEGUN));
        }
        assert_eq!(used.proofs.lock().unwrap().len(), MOST.get());
        assert!(!used.remember(&acme(), &sender("1", BEGUN), BEGUN));
        assert!(used.remember(&acme(), &sender("0", BEGUN), BEGUN), "forgotten");
    }
}
