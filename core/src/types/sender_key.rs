//! The key that whoever sends a request proves to have (RFC 9449), by its thumbprint.

use std::{fmt, str::FromStr};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::InvalidWord;

/// The thumbprint of a public key (RFC 7638, with SHA-256): what codes, refresh tokens and access tokens
/// are bound to. It names a key and proves nothing.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SenderKey([u8; 32]);

impl SenderKey {
    /// Of a key in its canonical form (RFC 7638 §3): the required members alone, in the order of their
    /// names, without white space.
    pub(super) fn of(canonical: &str) -> Self {
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, canonical.as_bytes()).as_ref());
        Self(bytes)
    }

    /// From its bytes, as a store kept them.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The thumbprint as it stands in `dpop_jkt` and `jkt` (RFC 9449 §6.1, §10): 43 characters.
    pub fn print(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl FromStr for SenderKey {
    type Err = InvalidWord;

    /// Base64url of 32 bytes, without padding and in its one canonical form.
    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes
            .map(Self)
            .ok_or(InvalidWord::new("the thumbprint of a key is the base64url of 32 bytes"))
    }
}

/// Enough of it to tell two apart.
impl fmt::Debug for SenderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "SenderKey({:08x}…)", u32::from_be_bytes([a, b, c, d]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thumbprint_has_one_form() {
        let good = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I";
        let key: SenderKey = good.parse().unwrap();
        assert_eq!((key.print().as_str(), SenderKey::from_bytes(*key.as_bytes())), (good, key));
        assert_eq!(format!("{key:?}"), "SenderKey(d1970e08…)");
        // The last is another spelling of the same bytes.
        for bad in [
            "",
            &good[1..],
            &format!("{good}="),
            &good.replace('-', "+"),
            &good.replace("4I", "4J"),
        ] {
            assert!(bad.parse::<SenderKey>().is_err(), "{bad}");
        }
    }
}
