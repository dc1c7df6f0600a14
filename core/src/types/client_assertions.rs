//! How a client proves itself by JWTs that it signs (RFC 7523 §2.2).

use super::{ClientKeys, HttpsUrl, Kind, choices::choice};

/// What a client has, if it proves itself by assertions: JWTs that it makes for one request each.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientAssertions {
    /// By what it signs them.
    pub keys: AssertionKeys,
    /// Whom it makes them for. Default: the issuer alone.
    pub audience: AssertionAudience,
}

impl ClientAssertions {
    /// By these keys, for the issuer.
    pub fn new(keys: impl Into<AssertionKeys>) -> Self {
        Self { keys: keys.into(), audience: AssertionAudience::default() }
    }
}

/// Where a client's public keys are (RFC 7591 §2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum AssertionKeys {
    /// Here (`jwks`).
    Held(ClientKeys),
    /// In a document of the client's (`jwks_uri`), which is fetched when it proves itself, kept for a while, and
    /// fetched anew when it signs by a key that is not there. A server without [`crate::ports::Fetch`] reads none.
    At(HttpsUrl),
}

impl From<ClientKeys> for AssertionKeys {
    fn from(keys: ClientKeys) -> Self {
        Self::Held(keys)
    }
}

impl From<HttpsUrl> for AssertionKeys {
    fn from(url: HttpsUrl) -> Self {
        Self::At(url)
    }
}

/// Whom a client's assertions are for (`aud`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum AssertionAudience {
    /// The issuer and nothing else, since a client that is led to another server's endpoints would make
    /// assertions which are good here (CVE-2025-27370).
    #[default]
    Issuer,
    /// The URL of the token endpoint as well, for clients that know nothing else (OpenID Connect Core §9).
    /// Libraries that name it say that their assertions are good for an hour, so those of such a client may
    /// say so; they count for five minutes from when they were issued (`iat`).
    TokenEndpoint,
}

choice!(
    /// The name in files and stores.
    AssertionAudience,
    "an audience of assertions",
    Issuer = "issuer",
    TokenEndpoint = "token_endpoint",
);

/// An algorithm by which clients sign their assertions (RFC 7518 §3.1, RFC 8037 §3.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AssertionAlg {
    /// RSA PKCS #1 v1.5 with SHA-256.
    Rs256,
    /// RSA PSS with SHA-256.
    Ps256,
    /// ECDSA on P-256 with SHA-256.
    Es256,
    /// Ed25519.
    EdDsa,
}

choice!(
    /// The name in the header of an assertion (`alg`).
    AssertionAlg,
    "an algorithm of assertions",
    Rs256 = "RS256",
    Ps256 = "PS256",
    Es256 = "ES256",
    EdDsa = "EdDSA",
);

/// What RFC 9864 §2.2 calls EdDSA on the only curve that there is here.
const ED25519: &str = "Ed25519";

impl AssertionAlg {
    /// The algorithm of this name, if there is one.
    pub(crate) fn named(name: &str) -> Option<Self> {
        if name == ED25519 { Some(Self::EdDsa) } else { name.parse().ok() }
    }

    /// All names, for metadata.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        <Self as Kind>::ALL.iter().map(|alg| alg.as_str()).chain([ED25519])
    }
}
