//! The key that makes codes and refresh tokens.

use std::{fmt, sync::OnceLock};

use aws_lc_rs::{
    hkdf::{HKDF_SHA256, Salt},
    hmac,
};
use zeroize::Zeroizing;

use crate::types::{TenantId, TokenKind};

/// A tenant's ticket key, with one derived key for each kind of token.
pub struct TicketKey {
    id: u8,
    tenant: TenantId,
    secret: Zeroizing<[u8; 32]>,
    /// A derived key that is ready takes 1,232 bytes, so it is made with its first token.
    ready: [OnceLock<Box<hmac::Key>>; KINDS],
    /// Likewise, for nonces, which are no tokens.
    nonces: OnceLock<Box<hmac::Key>>,
}

const KINDS: usize = TokenKind::ALL.len();

impl TicketKey {
    /// Derives the keys of every kind from one secret of 32 bytes:
    /// `HKDF-SHA-256(secret, "grantry/1/" ‖ kind ‖ "/" ‖ tenant)` (RFC 5869).
    pub fn derive(id: u8, tenant: &TenantId, secret: &[u8; 32]) -> Self {
        let (tenant, secret) = (tenant.clone(), Zeroizing::new(*secret));
        Self { id, tenant, secret, ready: Default::default(), nonces: OnceLock::new() }
    }

    /// The number that tokens name this key by.
    pub fn id(&self) -> u8 {
        self.id
    }

    /// The MAC of a token's bytes.
    pub fn mac(&self, kind: TokenKind, bytes: &[u8]) -> [u8; 32] {
        sign(self.of(kind), bytes)
    }

    /// Whether this is the MAC of the bytes, in constant time.
    pub fn verifies(&self, kind: TokenKind, bytes: &[u8], mac: &[u8]) -> bool {
        hmac::verify(self.of(kind), bytes, mac).is_ok()
    }

    /// The MAC of a nonce's bytes (RFC 9449 §8).
    pub fn nonce_mac(&self, bytes: &[u8]) -> [u8; 32] {
        sign(self.of_nonces(), bytes)
    }

    /// Whether this is the MAC of a nonce's bytes, in constant time.
    pub fn verifies_nonce(&self, bytes: &[u8], mac: &[u8]) -> bool {
        hmac::verify(self.of_nonces(), bytes, mac).is_ok()
    }

    fn of(&self, kind: TokenKind) -> &hmac::Key {
        self.ready[kind as usize].get_or_init(|| self.key_for(kind.label()))
    }

    fn of_nonces(&self) -> &hmac::Key {
        self.nonces.get_or_init(|| self.key_for("proof-nonce"))
    }

    fn key_for(&self, label: &str) -> Box<hmac::Key> {
        let root = Salt::new(HKDF_SHA256, &[]).extract(&*self.secret);
        let info = [b"grantry/1/", label.as_bytes(), b"/", self.tenant.as_str().as_bytes()];
        let derived = root.expand(&info, hmac::HMAC_SHA256).map(hmac::Key::from);
        Box::new(derived.expect("HKDF-SHA-256 reaches 255 times 32 bytes"))
    }
}

fn sign(key: &hmac::Key, bytes: &[u8]) -> [u8; 32] {
    let mut mac = [0; 32];
    mac.copy_from_slice(hmac::sign(key, bytes).as_ref());
    mac
}

impl fmt::Debug for TicketKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TicketKey({}, …)", self.id)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mac_of_one_kind_tenant_or_key_is_nothing_to_another() {
        let key = |tenant: &str, secret: u8| {
            TicketKey::derive(1, &tenant.parse().unwrap(), &[secret; 32])
        };
        let acme = key("acme", 1);
        for made in TokenKind::ALL {
            let mac = acme.mac(made, b"token");
            for shown in TokenKind::ALL {
                assert_eq!(
                    acme.verifies(shown, b"token", &mac),
                    made == shown,
                    "{made:?} {shown:?}"
                );
            }
            assert!(!acme.verifies_nonce(b"token", &mac));
            assert!(!key("globex", 1).verifies(made, b"token", &mac));
            assert!(!key("acme", 2).verifies(made, b"token", &mac));
            assert!(!acme.verifies(made, b"other", &mac));
        }
    }

    #[test]
    fn a_ticket_key_prints_its_number_alone() {
        let key = TicketKey::derive(3, &"acme".parse().unwrap(), &[1; 32]);
        assert_eq!(format!("{key:?}"), "TicketKey(3, …)");
    }
}
