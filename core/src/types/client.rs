//! A client: an application that asks for tokens.

use super::{
    Audience, ClientAssertions, ClientBrowser, ClientId, Dpop, Policy, Registration, Scope,
    SecretHash, Set, Timestamp, Version, choices::choice, limits,
};

/// A registered client (RFC 6749 §2).
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Client {
    /// Its identifier.
    pub id: ClientId,
    /// Raised by every write of the row.
    pub version: Version,
    /// Whether it can keep a secret, and which.
    pub kind: ClientKind,
    /// The grants it may use; the tenant's policy bounds them.
    pub grants: Set<GrantType>,
    /// The scope it may ask for.
    pub scope: Scope,
    /// What it gets when it asks for no scope; the tenant's default where none.
    pub default_scope: Option<Scope>,
    /// The audience of its access tokens; the tenant's default where none.
    pub audience: Option<Audience>,
    /// The audiences of which it is the resource server: it may ask what tokens for them are good for
    /// (RFC 7662 §2.1). None for most clients, and for public ones.
    pub introspects: Box<[Audience]>,
    /// Whether all its access tokens are bound to a key that it proves to have (RFC 9449 §5.2), so that it
    /// gets none without a proof.
    pub dpop_bound_access_tokens: bool,
    /// A disabled client is answered like one whose credentials are wrong.
    pub disabled: bool,
    /// A grant authenticated before this moment is dead.
    pub not_before: Timestamp,
    /// By what it proves itself, if it does so by assertions.
    pub assertions: Option<Box<ClientAssertions>>,
    /// What is kept of it beside, if it registered itself (RFC 7591).
    pub registered: Option<Box<Registration>>,
    /// What it has beside, if users come from it in a browser.
    pub browser: Option<Box<ClientBrowser>>,
}

/// Whether a client can keep a secret (RFC 6749 §2.1).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ClientKind {
    /// It cannot: its `client_id` alone names it.
    Public,
    /// It proves itself in one of these ways.
    Confidential {
        /// The ways in which it may prove itself; the tenant's policy bounds them.
        methods: Set<ClientAuthMethod>,
        /// Hashes of the secrets that are valid now, the newest last: one, or two while one is
        /// being replaced. None where it presents no secret.
        secrets: Box<[SecretHash]>,
    },
}

/// How a client proves itself (RFC 7591 §2, `token_endpoint_auth_method`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ClientAuthMethod {
    /// By a secret in the `Authorization` header, form-encoded (RFC 6749 §2.3.1).
    Basic,
    /// By a secret in the form.
    Post,
    /// By a JWT that it signs with its private key (RFC 7523 §2.2, OpenID Connect Core §9).
    PrivateKeyJwt,
}

impl ClientAuthMethod {
    /// Whether the secret itself is presented.
    pub const fn shows_a_secret(self) -> bool {
        matches!(self, Self::Basic | Self::Post)
    }
}

choice!(
    /// The name in metadata and registration.
    ClientAuthMethod,
    "a way to authenticate",
    Basic = "client_secret_basic",
    Post = "client_secret_post",
    PrivateKeyJwt = "private_key_jwt",
);

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
    /// RFC 8628, for devices on which nobody can sign in: only where a policy names it.
    DeviceCode,
    /// RFC 6749 §4.5, for what the host lends by [`crate::ServerBuilder::extension_grant`]: only where a policy
    /// names it.
    Extension,
}

choice!(
    /// The name on the wire (`grant_type`); `extension` stands for those of all that the host lends.
    GrantType,
    "a kind of grant",
    AuthorizationCode = "authorization_code",
    ClientCredentials = "client_credentials",
    Password = "password",
    RefreshToken = "refresh_token",
    DeviceCode = "urn:ietf:params:oauth:grant-type:device_code",
    Extension = "extension",
);

impl Client {
    /// A client with this id, without grants and scope.
    pub fn new(id: ClientId, kind: ClientKind) -> Self {
        Self {
            id,
            version: Version::default(),
            kind,
            grants: Set::new(),
            scope: Scope::default(),
            default_scope: None,
            audience: None,
            introspects: Box::default(),
            dpop_bound_access_tokens: false,
            disabled: false,
            not_before: Timestamp::EPOCH,
            assertions: None,
            registered: None,
            browser: None,
        }
    }

    /// Whether the fields agree with each other and with the tenant's policy.
    ///
    /// # Errors
    /// The first field that does not, with what it may be.
    pub fn check(&self, policy: &Policy) -> Result<(), InvalidClient> {
        let demand = |holds: bool, field: &'static str, rule: &'static str| {
            if holds { Ok(()) } else { Err(InvalidClient { field, rule }) }
        };
        demand(
            !self.id.is_reserved(),
            "id",
            "cannot be \"direct\", which is the direct API's own",
        )?;
        match &self.kind {
            // RFC 6749 §4.4: "MUST only be used by confidential clients."
            ClientKind::Public => demand(
                !self.grants.contains(&GrantType::ClientCredentials),
                "grants",
                "of a public client cannot hold client_credentials: make it confidential",
            )?,
            ClientKind::Confidential { methods, secrets } => {
                demand(!methods.is_empty(), "auth_methods", "names at least one method")?;
                let offered = methods.iter().all(|way| policy.client_auth_methods.contains(&way));
                demand(offered, "auth_methods", "are among the policy's client_auth_methods")?;
                let shows = methods.iter().any(ClientAuthMethod::shows_a_secret);
                let some = (usize::from(shows)..=limits::CLIENT_SECRETS).contains(&secrets.len());
                demand(some, "secrets", "of a confidential client are one or two")?;
            }
        }
        // A key that counts for nothing is one that somebody relies on.
        let signs = match &self.kind {
            ClientKind::Public => false,
            ClientKind::Confidential { methods, .. } => {
                methods.contains(&ClientAuthMethod::PrivateKeyJwt)
            }
        };
        let keyed = signs == self.assertions.is_some();
        demand(keyed, "jwks", "is for clients with the method private_key_jwt, and these need it")?;
        let proofs = !self.dpop_bound_access_tokens || policy.dpop > Dpop::Off;
        demand(
            proofs,
            "dpop_bound_access_tokens",
            "are for tenants whose policy has dpop allowed or required",
        )?;
        if let Some(browser) = &self.browser {
            browser.check(&self.kind, policy)?;
        }
        let default = self.default_scope.as_ref();
        let within = default.is_none_or(|scope| scope.within(&self.scope));
        demand(within, "default_scope", "is part of the client's scope")?;
        let audience = self.audience.as_ref().unwrap_or(&policy.default_audience);
        let listed = policy.has_audience(audience);
        demand(listed, "audience", "is one of the audiences in the policy's resources")?;
        let audiences = policy.audiences_for(self.audience.as_ref());
        let known = policy.known_scope(&audiences, &self.scope) == self.scope;
        demand(known, "scope", "is part of what the APIs know that the client may name")?;
        // RFC 7662 §2.1: "The authorization server … MUST require some form of authorization".
        let proven = self.introspects.is_empty() || self.kind != ClientKind::Public;
        demand(proven, "introspects", "is empty for a public client: make it confidential")?;
        let few = self.introspects.len() <= limits::LISTED;
        demand(few, "introspects", "lists at most 20")?;
        let listed = self.introspects.iter().all(|audience| policy.has_audience(audience));
        demand(listed, "introspects", "lists audiences in the policy's resources")
    }

    /// The client that a tenant's direct API stands for: public, with the direct scope.
    pub fn direct(policy: &Policy) -> Self {
        Self {
            grants: policy.grants,
            scope: policy.direct_scope.clone(),
            default_scope: Some(policy.direct_scope.clone()),
            ..Self::new(ClientId::direct(), ClientKind::Public)
        }
    }
}

/// A client that contradicts itself or its tenant: which field, and what it may be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("client.{field} {rule}")]
pub struct InvalidClient {
    /// The field's name.
    pub field: &'static str,
    /// What is demanded of it.
    pub rule: &'static str,
}
