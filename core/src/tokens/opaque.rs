//! Codes and refresh tokens: 54 bytes that name a grant and one of its generations.

use aws_lc_rs::digest::{Context as Hash, SHA256};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use zeroize::{Zeroize, ZeroizeOnDrop, Zeroizing};

use crate::ports::TicketKey;
use crate::types::{Generation, TenantId, TicketId, TokenKind};

/// The chance that a grant's tokens share. It is never stored: the row's id is a hash of it.
#[derive(Clone, Zeroize, ZeroizeOnDrop)]
pub struct Seed([u8; 16]);

/// A token that was made by us, for this tenant, of the kind that was asked for.
#[derive(Clone)]
pub struct OpaqueToken {
    seed: Seed,
    /// Which of the grant's tokens it is.
    pub generation: Generation,
}

const VERSION: u8 = 1;
const BODY: usize = 1 + 1 + 16 + 4;
const WHOLE: usize = BODY + 32;
/// The length of [`WHOLE`] bytes in base64url.
const TEXT: usize = 72;

impl Seed {
    /// From chance.
    pub fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }
}

impl OpaqueToken {
    /// The token of one generation.
    pub fn new(seed: Seed, generation: Generation) -> Self {
        Self { seed, generation }
    }

    /// The number of the key that a text says it was made with, or nothing if it cannot be one of
    /// ours. No store is asked about garbage.
    pub fn key_id(kind: TokenKind, text: &str) -> Option<u8> {
        bytes(kind, text).map(|bytes| bytes[1])
    }

    /// Recognises a token; every other text is a random string.
    pub fn parse(key: &TicketKey, kind: TokenKind, text: &str) -> Option<Self> {
        let bytes = bytes(kind, text)?;
        let (body, mac) = bytes.split_at(BODY);
        if bytes[1] != key.id() || !key.verifies(kind, body, mac) {
            return None;
        }
        let generation = Generation(u32::from_be_bytes(body[18..].try_into().ok()?));
        // A code is generation 0 and a refresh token is not, whatever the MAC says.
        if !kind.has(generation) {
            return None;
        }
        Some(Self { seed: Seed(body[2..18].try_into().ok()?), generation })
    }

    /// The text of the token.
    pub fn print(&self, key: &TicketKey, kind: TokenKind) -> String {
        let mut bytes = Zeroizing::new([0; WHOLE]);
        bytes[0] = VERSION;
        bytes[1] = key.id();
        bytes[2..18].copy_from_slice(&self.seed.0);
        bytes[18..BODY].copy_from_slice(&self.generation.0.to_be_bytes());
        let mac = key.mac(kind, &bytes[..BODY]);
        bytes[BODY..].copy_from_slice(&mac);
        let mut text = String::with_capacity(kind.prefix().len() + TEXT);
        text.push_str(kind.prefix());
        URL_SAFE_NO_PAD.encode_string(&bytes[..], &mut text);
        text
    }

    /// The row that the token belongs to.
    pub fn ticket_id(&self, tenant: &TenantId) -> TicketId {
        ticket_id(tenant, &self.seed)
    }

    /// Another token of the same grant.
    pub fn at(&self, generation: Generation) -> Self {
        Self { seed: self.seed.clone(), generation }
    }
}

/// The row of a seed: a stolen table presents nothing.
pub fn ticket_id(tenant: &TenantId, seed: &Seed) -> TicketId {
    let mut hash = Hash::new(&SHA256);
    hash.update(b"grantry/1/id");
    hash.update(tenant.as_str().as_bytes());
    hash.update(&seed.0);
    let mut id = [0; 16];
    id.copy_from_slice(&hash.finish().as_ref()[..16]);
    TicketId::from_bytes(id)
}

/// The bytes of a text that has the right prefix, length, alphabet and version. The decoder takes
/// one spelling alone.
fn bytes(kind: TokenKind, text: &str) -> Option<Zeroizing<[u8; WHOLE]>> {
    let text = text.strip_prefix(kind.prefix()).filter(|text| text.len() == TEXT)?;
    let mut bytes = Zeroizing::new([0; WHOLE]);
    let written = URL_SAFE_NO_PAD.decode_slice(text, &mut bytes[..]).ok()?;
    (written == WHOLE && bytes[0] == VERSION).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(tenant: &str) -> TicketKey {
        TicketKey::derive(9, &tenant.parse().unwrap(), &[5; 32])
    }

    fn token(generation: u32) -> OpaqueToken {
        OpaqueToken::new(Seed::new([3; 16]), Generation(generation))
    }

    #[test]
    fn a_token_is_known_again_by_its_kind_and_tenant_alone() {
        let (acme, generation) =
            (key("acme"), |kind: TokenKind| if kind.has(Generation(7)) { 7 } else { 0 });
        for made in TokenKind::ALL {
            let text = token(generation(made)).print(&acme, made);
            assert_eq!(text.len(), 79);
            assert_eq!(OpaqueToken::key_id(made, &text), Some(9));
            let known = OpaqueToken::parse(&acme, made, &text).unwrap();
            assert_eq!(known.generation, Generation(generation(made)));
            assert_eq!(
                known.ticket_id(&"acme".parse().unwrap()),
                ticket_id(&"acme".parse().unwrap(), &Seed::new([3; 16]))
            );
            assert!(OpaqueToken::parse(&key("globex"), made, &text).is_none());
            for other in TokenKind::ALL.into_iter().filter(|other| *other != made) {
                // TK-07, LE-14: neither as it is, nor with the prefix exchanged.
                assert!(OpaqueToken::parse(&acme, other, &text).is_none());
                let dressed = text.replace(made.prefix(), other.prefix());
                assert!(OpaqueToken::parse(&acme, other, &dressed).is_none());
            }
        }
    }

    #[test]
    fn a_code_is_generation_0_and_a_refresh_token_is_not() {
        let acme = key("acme");
        for (kind, generation) in [(TokenKind::Code, 1), (TokenKind::Refresh, 0)] {
            let text = token(generation).print(&acme, kind);
            assert!(OpaqueToken::parse(&acme, kind, &text).is_none());
        }
    }

    #[test]
    fn rf_16_every_changed_truncated_or_extended_text_is_refused() {
        let acme = key("acme");
        let text = token(2).print(&acme, TokenKind::Refresh);
        let parse = |text: &str| OpaqueToken::parse(&acme, TokenKind::Refresh, text);
        for at in 0..text.len() {
            for with in ["A", "B", "-", "=", "!", " ", "é"] {
                let changed = [&text[..at], with, &text[at + 1..]].concat();
                assert!(changed == text || parse(&changed).is_none(), "{changed}");
            }
            assert!(parse(&text[..at]).is_none());
        }
        assert!(parse(&format!("{text}A")).is_none() && parse(&format!("{text}=")).is_none());
        assert!(parse(&text).is_some());
    }

    #[test]
    fn a_token_of_another_version_is_none_of_ours_though_its_mac_is() {
        let (acme, kind) = (key("acme"), TokenKind::Refresh);
        let text = token(2).print(&acme, kind);
        let mut bytes = URL_SAFE_NO_PAD.decode(&text[kind.prefix().len()..]).unwrap();
        bytes[0] = VERSION + 1;
        let mac = acme.mac(kind, &bytes[..BODY]);
        bytes[BODY..].copy_from_slice(&mac);
        let other = format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode(&bytes));
        assert!(OpaqueToken::key_id(kind, &other).is_none());
        assert!(OpaqueToken::parse(&acme, kind, &other).is_none());
    }

    #[test]
    fn one_seed_is_another_row_in_another_tenant() {
        let seed = Seed::new([1; 16]);
        let row = |tenant: &str| ticket_id(&tenant.parse().unwrap(), &seed);
        assert_ne!(row("acme"), row("globex"));
    }
}
