//! What a client is registered with.

use std::sync::Arc;

use super::new_browser::NewBrowser;
use crate::types::{
    AssertionAudience, Audience, Client, ClientAuthMethod, ClientSecret, GrantType, SecretHash, Set,
};

/// A client to be registered. Nothing is allowed that is not named here.
///
/// ```
/// use grantry::{NewClient, types::GrantType};
///
/// let service = NewClient::confidential("billing")
///     .grants([GrantType::ClientCredentials])
///     .scope("invoices:read invoices:write")
///     .default_scope("invoices:read");
///
/// // An application in the browser, or on a device.
/// let app = NewClient::public("app")
///     .name("The App")
///     .grants([GrantType::AuthorizationCode, GrantType::RefreshToken])
///     .scope("openid profile offline_access")
///     .redirect_uris(["https://app.example.com/cb"])
///     .post_logout_redirect_uris(["https://app.example.com/bye"])
///     .origins(["https://app.example.com"]);
///
/// // A server that proves itself by a key, of which nobody else has the private half.
/// let robot = NewClient::with_keys(
///     "robot",
///     r#"{"keys":[{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}]}"#,
/// )
/// .grants([GrantType::ClientCredentials]);
/// # drop((service, app, robot));
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct NewClient {
    pub(super) id: String,
    /// None for a public client.
    pub(super) methods: Option<Set<ClientAuthMethod>>,
    /// None for a secret that is generated.
    pub(super) secrets: Option<Box<[SecretHash]>>,
    /// As it was given; it is read when the client is registered.
    pub(super) jwks: Option<String>,
    pub(super) jwks_uri: Option<String>,
    pub(super) assertion_audience: AssertionAudience,
    pub(super) grants: Set<GrantType>,
    pub(super) scope: String,
    pub(super) default_scope: Option<String>,
    pub(super) audience: Option<Audience>,
    pub(super) introspects: Box<[Audience]>,
    pub(super) dpop_bound_access_tokens: bool,
    pub(super) disabled: bool,
    /// What it has beside, if users come from it in a browser.
    pub(super) browser: Option<Box<NewBrowser>>,
}

/// A client as it was registered.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct RegisteredClient {
    /// The client.
    pub client: Arc<Client>,
    /// Its secret, shown this once: only a hash is kept. None for a public client, and for one that
    /// brought its own.
    pub secret: Option<ClientSecret>,
}

impl NewClient {
    /// A client that keeps a secret, which is generated. It may present it in the
    /// `Authorization` header or in the form; see [`NewClient::auth_methods`].
    pub fn confidential(id: impl Into<String>) -> Self {
        let methods = [ClientAuthMethod::Basic, ClientAuthMethod::Post];
        Self { methods: Some(methods.into()), ..Self::public(id) }
    }

    /// A client that keeps a private key, and proves itself by JWTs that it signs (`private_key_jwt`). Here
    /// are its public keys, as a JWK Set: of P-256, Ed25519, or RSA with 2048 bits or more. An RSA key
    /// counts for RS256 unless its `alg` is PS256.
    pub fn with_keys(id: impl Into<String>, jwks: impl Into<String>) -> Self {
        Self::confidential(id).auth_methods([ClientAuthMethod::PrivateKeyJwt]).jwks(jwks)
    }

    /// A client that cannot keep a secret: an application in a browser or on a device.
    pub fn public(id: impl Into<String>) -> Self {
        Self {
            id: id.into(),
            methods: None,
            secrets: None,
            jwks: None,
            jwks_uri: None,
            assertion_audience: AssertionAudience::Issuer,
            grants: Set::new(),
            scope: String::new(),
            default_scope: None,
            audience: None,
            introspects: Box::default(),
            dpop_bound_access_tokens: false,
            disabled: false,
            browser: None,
        }
    }

    /// The grants it may use.
    pub fn grants(mut self, grants: impl IntoIterator<Item = GrantType>) -> Self {
        self.grants = grants.into_iter().collect();
        self
    }

    /// The scope it may ask for: tokens separated by spaces.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = scope.into();
        self
    }

    /// What it gets when it asks for no scope. Otherwise that is the tenant's default, as far as
    /// the client may have it.
    pub fn default_scope(mut self, scope: impl Into<String>) -> Self {
        self.default_scope = Some(scope.into());
        self
    }

    /// The audience of its access tokens. Otherwise that is the tenant's default.
    pub fn audience(mut self, audience: Audience) -> Self {
        self.audience = Some(audience);
        self
    }

    /// The audiences of which it is the resource server, such as the API that it is: it may introspect tokens
    /// that others were given for them (RFC 7662). A client may introspect its own tokens in any case.
    pub fn introspects(mut self, audiences: impl IntoIterator<Item = Audience>) -> Self {
        self.introspects = audiences.into_iter().collect();
        self
    }

    /// Whether all its access tokens are bound to a key that it proves to have (RFC 9449 §5.2). For tenants whose
    /// policy has `dpop`, allowed or required.
    pub fn dpop_bound_access_tokens(mut self, bound: bool) -> Self {
        self.dpop_bound_access_tokens = bound;
        self
    }

    /// The only ways in which a confidential client may prove itself. A public client has none, and this
    /// leaves it as it is.
    pub fn auth_methods(mut self, methods: impl IntoIterator<Item = ClientAuthMethod>) -> Self {
        self.methods = self.methods.map(|_| methods.into_iter().collect());
        self
    }

    /// The public keys by which a client with the method `private_key_jwt` signs its assertions; see
    /// [`NewClient::with_keys`].
    pub fn jwks(mut self, jwks: impl Into<String>) -> Self {
        self.jwks = Some(jwks.into());
        self
    }

    /// Where its public keys are, in place of [`NewClient::jwks`]: the https URL of its JWK Set, which is fetched
    /// when it proves itself. A server without a way out ([`crate::ServerBuilder::fetch`]) reads none, so that the
    /// client cannot prove itself there.
    pub fn jwks_uri(mut self, url: impl Into<String>) -> Self {
        self.jwks_uri = Some(url.into());
        self
    }

    /// Whom such a client makes its assertions for. Otherwise that is the issuer alone.
    pub fn assertion_audience(mut self, audience: AssertionAudience) -> Self {
        self.assertion_audience = audience;
        self
    }

    /// Hashes of secrets that a confidential client has already, one or two, the newest last; none
    /// is generated then. Such a secret must be as hard to guess as a generated one: 256 bits of
    /// chance. A public client has none, and this leaves it as it is.
    pub fn secret_hashes(mut self, hashes: impl IntoIterator<Item = SecretHash>) -> Self {
        self.secrets = Some(hashes.into_iter().collect());
        self
    }

    /// Whether it is registered as disabled.
    pub fn disabled(mut self, disabled: bool) -> Self {
        self.disabled = disabled;
        self
    }
}
