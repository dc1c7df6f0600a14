//! Grants of the host's own.

use std::{
    collections::BTreeMap,
    fmt::{self, Debug},
    sync::Arc,
};

use async_trait::async_trait;

use super::StoreError;
use super::host::{self, HostFault};
use crate::types::{
    Audiences, ClientId, GrantParameters, GrantType, Kind, ResponseParameters, Scope, SenderKey,
    Source, Subject, TenantId, Timestamp,
};

/// A grant of the host's own (RFC 6749 §4.5), such as an assertion of its other identity provider (RFC 7523 §2.1) or
/// an exchange of tokens (RFC 8693). This server knows the client and what it may have before it asks; the host says
/// for whom the tokens are, and never what is in them. Tenants and clients have the grant where their `grants` hold
/// [`GrantType::Extension`].
///
/// A host that takes longer than two seconds or panics fails the request, and nothing else. It may be left in the
/// middle where the client hangs up, and tokens may still not come after it said yes: whatever it uses up, such as
/// an assertion that counts once, it uses up whole, in a task of its own.
///
/// ```
/// use grantry::{
///     async_trait,
///     ports::{
///         ExtensionAnswer, ExtensionGrant, ExtensionRefusal, ExtensionRequest, ExtensionVerdict,
///         StoreError,
///     },
/// };
///
/// /// Whoever holds a voucher is its user.
/// #[derive(Debug)]
/// struct Vouchers;
///
/// #[async_trait]
/// impl ExtensionGrant for Vouchers {
///     async fn judge(&self, asks: &ExtensionRequest<'_>) -> Result<ExtensionVerdict, StoreError> {
///         let Some(voucher) = asks.parameters.get("voucher") else {
///             return Ok(ExtensionRefusal::Missing("voucher").into());
///         };
///         // Kept somewhere, and used up.
///         let known = (voucher == "6f1c").then(|| "user-17".parse()).and_then(Result::ok);
///         Ok(match known {
///             Some(subject) => ExtensionAnswer::user(subject, asks.now).into(),
///             None => ExtensionRefusal::Grant.into(),
///         })
///     }
/// }
/// ```
#[async_trait]
pub trait ExtensionGrant: Debug + Send + Sync + 'static {
    /// For whom the tokens are.
    ///
    /// # Errors
    /// When it cannot be told now: the client may ask again.
    async fn judge(&self, asks: &ExtensionRequest<'_>) -> Result<ExtensionVerdict, StoreError>;
}

/// A request for such a grant. The client is who it says it is, as far as its kind can prove that.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct ExtensionRequest<'a> {
    /// In which tenant.
    pub tenant: &'a TenantId,
    /// By which client.
    pub client: &'a ClientId,
    /// Whether the client proved who it is; one that is public did not.
    pub authenticated: bool,
    /// The key that the tokens will be bound to (RFC 9449), if any.
    pub sender_key: Option<&'a SenderKey>,
    /// The grant's own parameters.
    pub parameters: &'a GrantParameters,
    /// What the client asked for and may have.
    pub scope: &'a Scope,
    /// For which APIs (RFC 8707 §2): those that it named, or its own.
    pub audience: &'a Audiences,
    /// Where the request came from, if that is known. This server counts no tries: a host whose parameters can be
    /// guessed counts itself.
    pub source: Option<Source>,
    /// This server's time.
    pub now: Timestamp,
}

impl<'a> ExtensionRequest<'a> {
    /// A request of a client that proved itself, without a key, for a host's own tests.
    pub fn new(
        tenant: &'a TenantId,
        client: &'a ClientId,
        parameters: &'a GrantParameters,
        scope: &'a Scope,
        audience: &'a Audiences,
        now: Timestamp,
    ) -> Self {
        Self {
            tenant,
            client,
            authenticated: true,
            sender_key: None,
            parameters,
            scope,
            audience,
            source: None,
            now,
        }
    }
}

/// For whom the tokens are.
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ExtensionAnswer {
    pub(crate) user: Option<(Subject, Timestamp)>,
    pub(crate) scope: Option<Scope>,
    pub(crate) beside: ResponseParameters,
}

impl ExtensionAnswer {
    /// For this user, who proved who they are at that moment; one in the future is now. What was ended since then
    /// stays over, and so do users who may receive no tokens. There is a refresh token where the client may have
    /// one, and no ID token.
    pub fn user(subject: Subject, auth_time: Timestamp) -> Self {
        let beside = ResponseParameters::default();
        Self { user: Some((subject, auth_time)), scope: None, beside }
    }

    /// For the client itself, which must have proved who it is (RFC 6749 §4.4): an access token, and nothing else.
    pub fn client() -> Self {
        Self { user: None, scope: None, beside: ResponseParameters::default() }
    }

    /// For this alone, as far as the client asked for it and may have it.
    pub fn scope(mut self, scope: Scope) -> Self {
        self.scope = Some(scope);
        self
    }

    /// With these in the answer beside the tokens, such as `issued_token_type` (RFC 8693 §2.2.1).
    pub fn beside(mut self, parameters: ResponseParameters) -> Self {
        self.beside = parameters;
        self
    }
}

/// What the host says of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ExtensionVerdict {
    /// There are tokens.
    Granted(ExtensionAnswer),
    /// There are none.
    Refused(ExtensionRefusal),
}

impl From<ExtensionAnswer> for ExtensionVerdict {
    fn from(answer: ExtensionAnswer) -> Self {
        Self::Granted(answer)
    }
}

impl From<ExtensionRefusal> for ExtensionVerdict {
    fn from(why: ExtensionRefusal) -> Self {
        Self::Refused(why)
    }
}

/// Why there are none (RFC 6749 §5.2). The client reads the code, and no more of the reason than is here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ExtensionRefusal {
    /// The parameter of this name is missing: `invalid_request`.
    Missing(&'static str),
    /// A parameter is wrong: `invalid_request`, and the client reads what it must be.
    Parameter {
        /// Its name.
        name: &'static str,
        /// What is demanded of it, as in "a JWT".
        must_be: &'static str,
    },
    /// What it brings counts for nothing: `invalid_grant`.
    Grant,
    /// Not for this client: `unauthorized_client`.
    Client,
    /// Not with this scope: `invalid_scope`.
    Scope,
    /// Not for this API: `invalid_target` (RFC 8707 §2, RFC 8693 §2.2.2).
    Target,
}

/// The grants that the host lends, by what they are called on the wire.
#[derive(Clone, Default)]
pub(crate) struct ExtensionGrants(BTreeMap<Arc<str>, Arc<dyn ExtensionGrant>>);

impl ExtensionGrants {
    /// Adds one. Returns what is wrong with its name.
    pub(crate) fn lend(
        &mut self,
        name: &str,
        grant: Arc<dyn ExtensionGrant>,
    ) -> Result<(), &'static str> {
        // RFC 6749 §4.5: "an absolute URI".
        if fluent_uri::Uri::parse(name).is_err() || name.contains('#') {
            return Err("name it by an absolute URI without fragment, such as urn:example:voucher");
        }
        if GrantType::ALL.iter().any(|own| own.as_str() == name) {
            return Err("this server has that grant itself: name it in a policy's grants");
        }
        match self.0.insert(name.into(), grant) {
            Some(_) => Err("each grant is named once"),
            None => Ok(()),
        }
    }

    /// The name as it is kept here, if it is one of these.
    pub(crate) fn name(&self, name: &str) -> Option<Arc<str>> {
        self.0.get_key_value(name).map(|(own, _)| own.clone())
    }

    /// The names in order.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(|name| &**name)
    }

    /// The grant of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&dyn ExtensionGrant> {
        self.0.get(name).map(|grant| &**grant)
    }
}

impl fmt::Debug for ExtensionGrants {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.names()).finish()
    }
}

/// What the host says.
///
/// # Errors
/// When it does not say it.
pub(crate) async fn judge_grant(
    grant: &dyn ExtensionGrant,
    asks: &ExtensionRequest<'_>,
) -> Result<ExtensionVerdict, HostFault> {
    // Called within, since it may panic before there is a future.
    host::ask(async { grant.judge(asks).await }).await
}
