//! The ids of JWTs that must be known again.

use std::fmt;

use aws_lc_rs::digest::{Context, SHA256};

/// Why the id of a JWT is remembered. One `jti` that serves two uses is two ids.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JwtIdUse {
    /// A client proved itself by it, once (RFC 7523 §3 item 7).
    Assertion,
    /// The holder of a key proved that they have it, once (RFC 9449 §11.1).
    Proof,
    /// It is no JWT: it lets somebody register clients (RFC 7591 §3).
    InitialAccess,
    /// It was one that registers a single client, and has.
    InitialAccessUsed,
    /// It was an access token and is revoked (RFC 7009 §2.1).
    Revoked,
}

/// The id of a JWT as a store keeps it: a hash of use, owner and `jti`, so what somebody chose takes as
/// much room as anything else, and nobody's is another's.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JwtId([u8; 32]);

impl JwtId {
    /// The id of a JWT with this `jti`, of this owner: the client whose assertion or token it is, or
    /// whatever else makes a `jti` unique.
    pub fn of(used: JwtIdUse, owner: &str, jti: &str) -> Self {
        let used = match used {
            JwtIdUse::Assertion => "grantry/1/jti/assertion\0",
            JwtIdUse::Proof => "grantry/1/jti/proof\0",
            JwtIdUse::InitialAccess => "grantry/1/jti/initial-access\0",
            JwtIdUse::InitialAccessUsed => "grantry/1/jti/initial-access-used\0",
            JwtIdUse::Revoked => "grantry/1/jti/revoked\0",
        };
        let mut hash = Context::new(&SHA256);
        hash.update(used.as_bytes());
        // Its length first, or two could share what one of them is called.
        hash.update(&u64::try_from(owner.len()).unwrap_or(u64::MAX).to_be_bytes());
        hash.update(owner.as_bytes());
        hash.update(jti.as_bytes());
        let digest = hash.finish();
        let mut id = [0; 32];
        id.copy_from_slice(digest.as_ref());
        Self(id)
    }

    /// From its bytes.
    pub const fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// Its bytes, uniformly distributed.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

/// Enough of it to tell two apart.
impl fmt::Debug for JwtId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [a, b, c, d, ..] = self.0;
        write!(f, "JwtId({:08x}…)", u32::from_be_bytes([a, b, c, d]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_of_use_owner_and_jti_share_an_id() {
        use JwtIdUse::{Assertion, InitialAccess, InitialAccessUsed, Proof, Revoked};
        let mut ids: Vec<_> = [Assertion, Proof, InitialAccess, InitialAccessUsed, Revoked]
            .into_iter()
            .flat_map(|used| {
                [("app", "1"), ("ap", "p1"), ("", "app1"), ("app1", "")].map(|of| (used, of))
            })
            .map(|(used, (owner, jti))| JwtId::of(used, owner, jti))
            .collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 20);
        assert_eq!(JwtId::of(Proof, "app", "1"), JwtId::of(Proof, "app", "1"));
    }
}
