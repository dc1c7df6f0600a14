//! Nonces for proofs (RFC 9449 §8): no state, but the time and a key of the tenant. Everybody gets the same one
//! for a minute, and nobody knows the next.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::ports::{Keyring, StoreError, TicketKey};
use crate::types::{TenantId, Timestamp, limits};

/// The key's number, and the MAC of the step of time.
const WHOLE: usize = 1 + 32;

/// The nonce of this moment.
///
/// # Errors
/// When the keyring does not answer, or has no key.
pub async fn new_nonce(
    keyring: &dyn Keyring,
    tenant: &TenantId,
    now: Timestamp,
) -> Result<String, StoreError> {
    let key = keyring.ticket_key(tenant, None, now).await?;
    let key = key.ok_or_else(|| StoreError::new("the keyring has no ticket key"))?;
    Ok(print(&key, now))
}

/// Whether a text is the nonce of this moment, or of the one before.
///
/// # Errors
/// When the keyring does not answer.
pub async fn counts_as_nonce(
    keyring: &dyn Keyring,
    tenant: &TenantId,
    text: &str,
    now: Timestamp,
) -> Result<bool, StoreError> {
    let Some(bytes) = bytes(text) else { return Ok(false) };
    let key = keyring.ticket_key(tenant, Some(bytes[0]), now).await?;
    Ok(key.is_some_and(|key| counts(&key, &bytes, now)))
}

fn print(key: &TicketKey, now: Timestamp) -> String {
    let mac = key.nonce_mac(&step(now).to_be_bytes());
    URL_SAFE_NO_PAD.encode([&[key.id()], &mac[..]].concat())
}

fn counts(key: &TicketKey, bytes: &[u8; WHOLE], now: Timestamp) -> bool {
    let [id, mac @ ..] = bytes;
    let is_of = |step: u64| key.verifies_nonce(&step.to_be_bytes(), mac);
    let now = step(now);
    *id == key.id() && (is_of(now) || is_of(now.saturating_sub(1)))
}

/// Which step of time it is.
fn step(now: Timestamp) -> u64 {
    now.as_secs() / limits::PROOF_NONCE.as_secs()
}

/// The bytes of a text that could be a nonce. The decoder takes one spelling alone.
fn bytes(text: &str) -> Option<[u8; WHOLE]> {
    (text.len() == 4 * WHOLE / 3).then(|| URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok())?
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(id: u8, tenant: &str) -> TicketKey {
        TicketKey::derive(id, &tenant.parse().unwrap(), &[5; 32])
    }

    fn is_good(key: &TicketKey, text: &str, now: Timestamp) -> bool {
        bytes(text).is_some_and(|bytes| counts(key, &bytes, now))
    }

    #[test]
    fn a_nonce_counts_in_its_step_of_time_and_the_next() {
        let (acme, begin) = (key(9, "acme"), Timestamp::from_secs(1_800_000_000));
        let nonce = print(&acme, begin);
        for (after, good) in
            [(0, true), (59_999, true), (60_000, true), (119_999, true), (120_000, false)]
        {
            let now = Timestamp::from_millis(begin.as_millis() + after);
            assert_eq!(is_good(&acme, &nonce, now), good, "{after}");
        }
        assert!(!is_good(&acme, &nonce, Timestamp::from_millis(begin.as_millis() - 1)));
    }

    proptest! {
        #[test]
        fn a_nonce_is_of_one_tenant_and_key(at in 0..1u64 << 40, bit in 0..8 * WHOLE, other: String) {
            let (acme, now) = (key(9, "acme"), Timestamp::from_millis(at));
            let nonce = print(&acme, now);
            prop_assert!(is_good(&acme, &nonce, now));
            prop_assert!(!is_good(&key(9, "globex"), &nonce, now) && !is_good(&key(8, "acme"), &nonce, now));
            prop_assert!(!is_good(&acme, &other, now));
            let mut changed = bytes(&nonce).unwrap();
            changed[bit / 8] ^= 1 << (bit % 8);
            prop_assert!(!counts(&acme, &changed, now));
        }
    }
}
