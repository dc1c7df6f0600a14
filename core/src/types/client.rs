//! A client: an application that asks for tokens.

use std::{collections::BTreeSet, fmt, sync::Arc};

use aws_lc_rs::{
    constant_time::verify_slices_are_equal,
    digest::{SHA256, digest},
};

use super::{Audience, ClientId, ClientSecret, Policy, Scope, Timestamp, TokenKind};

/// A registered client (RFC 6749 §2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// Its identifier.
    pub id: ClientId,
    /// Whether it can keep a secret, and which.
    pub kind: ClientKind,
    /// The grants it may use; the tenant's policy bounds them.
    pub grants: BTreeSet<GrantType>,
    /// The scope it may ask for.
    pub scope: Scope,
    /// What it gets when it asks for no scope; the tenant's default where none.
    pub default_scope: Option<Scope>,
    /// The audience of its access tokens; the tenant's default where none.
    pub audience: Option<Audience>,
    /// A disabled client is answered like one whose credentials are wrong.
    pub disabled: bool,
    /// A grant authenticated before this moment is dead.
    pub not_before: Timestamp,
}

/// Whether a client can keep a secret (RFC 6749 §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// It cannot: its `client_id` alone names it.
    Public,
    /// It proves itself by one of its secrets, in one of these ways.
    Confidential {
        /// The ways in which it may present a secret.
        methods: BTreeSet<ClientAuthMethod>,
        /// Hashes of the secrets that are valid now.
        secrets: Vec<SecretHash>,
    },
}

/// How a client presents its secret (RFC 7591 §2, `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientAuthMethod {
    /// In the `Authorization` header, form-encoded (RFC 6749 §2.3.1).
    Basic,
    /// In the form.
    Post,
}

impl ClientAuthMethod {
    /// The name in metadata and registration.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Basic => "client_secret_basic",
            Self::Post => "client_secret_post",
        }
    }
}

/// A kind of grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum GrantType {
    /// RFC 6749 §4.1.
    AuthorizationCode,
    /// RFC 6749 §4.4.
    ClientCredentials,
    /// RFC 6749 §4.3, which RFC 9700 §2.4 advises against: only where a policy names it.
    Password,
    /// RFC 6749 §6.
    RefreshToken,
}

impl GrantType {
    /// The name on the wire (`grant_type`).
    pub fn as_str(self) -> &'static str {
        match self {
            Self::AuthorizationCode => "authorization_code",
            Self::ClientCredentials => "client_credentials",
            Self::Password => "password",
            Self::RefreshToken => "refresh_token",
        }
    }
}

/// SHA-256 of a secret that this server made. Such a secret has 256 bits of chance, so a slow hash
/// would protect nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct SecretHash([u8; 32]);

impl SecretHash {
    /// The hash of a secret.
    pub fn of(secret: &ClientSecret) -> Self {
        let mut hash = [0; 32];
        hash.copy_from_slice(digest(&SHA256, secret.expose().as_bytes()).as_ref());
        Self(hash)
    }

    /// Whether this is the secret's hash, in constant time.
    pub fn matches(&self, secret: &ClientSecret) -> bool {
        verify_slices_are_equal(&self.0, &Self::of(secret).0).is_ok()
    }
}

impl fmt::Debug for SecretHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretHash(…)")
    }
}

impl Client {
    /// A client with this id, without grants and scope.
    pub fn new(id: ClientId, kind: ClientKind) -> Self {
        Self {
            id,
            kind,
            grants: BTreeSet::new(),
            scope: Scope::default(),
            default_scope: None,
            audience: None,
            disabled: false,
            not_before: Timestamp::EPOCH,
        }
    }

    /// The client that a tenant's direct API stands for: public, with the direct scope.
    pub fn direct(policy: &Policy) -> Self {
        Self {
            grants: policy.grants.clone(),
            scope: policy.direct_scope.clone(),
            default_scope: Some(policy.direct_scope.clone()),
            ..Self::new(ClientId::direct(), ClientKind::Public)
        }
    }
}

/// A client in the act of asking for tokens.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Which.
    pub client: Arc<Client>,
    /// Whether it proved itself, beyond saying its name.
    pub authenticated: bool,
    /// Where it asks.
    pub surface: Surface,
}

/// Where tokens are asked for. What was issued on one surface is a random string on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// OAuth 2.1.
    Standard,
    /// The direct API.
    Direct,
}

impl Surface {
    /// The kind of its codes.
    pub fn code(self) -> TokenKind {
        match self {
            Self::Standard => TokenKind::Code,
            Self::Direct => TokenKind::DirectCode,
        }
    }

    /// The kind of its refresh tokens.
    pub fn refresh(self) -> TokenKind {
        match self {
            Self::Standard => TokenKind::Refresh,
            Self::Direct => TokenKind::DirectRefresh,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hash_knows_its_secret_and_nothing_else() {
        let hash = SecretHash::of(&ClientSecret::from("s3cret"));
        assert!(hash.matches(&ClientSecret::from("s3cret")));
        // CA-13: the stored form is not accepted as the secret.
        let stored: String = hash.0.iter().map(|byte| format!("{byte:02x}")).collect();
        assert!(!hash.matches(&ClientSecret::new(stored)));
        assert_eq!(format!("{hash:?}"), "SecretHash(…)");
    }
}
