//! Requests after parsing: no unchecked text is left in them.

use std::{fmt, sync::Arc, time::Duration};

use super::{
    Audiences, Challenge, ClaimsRequest, ClientAssertion, ClientAuthMethod, ClientId, ClientSecret,
    Code, DeviceCode, GrantParameters, GrantType, IdToken, Password, Prompt, RedirectUri,
    RefreshToken, Scope, SenderKey, Set, Username, Verifier,
};

/// A token request (RFC 6749 §4.1.3, §4.3.2, §4.4.2, §6, RFC 8628 §3.4), whichever endpoint it came to.
#[derive(Clone, Debug)]
pub enum TokenRequest {
    /// Redeems a code.
    AuthorizationCode {
        /// The code.
        code: Code,
        /// The redirect URI that the code was asked with, if the request named one.
        redirect_uri: Option<RedirectUri>,
        /// What answers the challenge of the request (RFC 7636 §4.5).
        verifier: Option<Verifier>,
        /// For which of the APIs of the grant; all of them where it names none.
        resource: Option<Audiences>,
    },
    /// A user's name and password, collected by the client itself.
    Password {
        /// Who.
        username: Username,
        /// The proof.
        password: Password,
        /// What is asked for; the defaults where nothing is.
        wanted: Wanted,
    },
    /// A refresh token.
    RefreshToken {
        /// The token.
        token: RefreshToken,
        /// Less than was granted, for this access token alone.
        wanted: Wanted,
    },
    /// A device asks whether its user has decided (RFC 8628 §3.4).
    DeviceCode {
        /// What it asks with.
        code: DeviceCode,
        /// For which of the APIs of the grant; all of them where it names none.
        resource: Option<Audiences>,
    },
    /// What a grant of the host's own takes (RFC 6749 §4.5).
    Extension {
        /// The grant: an absolute URI.
        name: Arc<str>,
        /// What it takes.
        parameters: GrantParameters,
        /// What is asked for; the defaults where nothing is.
        wanted: Wanted,
    },
    /// The client on its own behalf.
    ClientCredentials {
        /// What is asked for; the defaults where nothing is.
        wanted: Wanted,
    },
}

/// What an access token is asked to be good for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wanted {
    /// What for (RFC 6749 §3.3).
    pub scope: Option<Scope>,
    /// Where (RFC 8707 §2).
    pub resource: Option<Audiences>,
}

impl TokenRequest {
    /// The grant that is asked for.
    pub fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::Password { .. } => GrantType::Password,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::DeviceCode { .. } => GrantType::DeviceCode,
            Self::Extension { .. } => GrantType::Extension,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        }
    }
}

/// What a client asks for in the browser, taken apart and not yet judged.
#[derive(Clone, Default)]
pub struct Asked {
    /// What it wants to get.
    pub response_type: Option<Box<str>>,
    /// What for; `None` inside is a text that is no scope.
    pub scope: Option<Option<Scope>>,
    /// Where; `None` inside is a text that names nothing.
    pub resource: Option<Option<Audiences>>,
    /// See [`super::AuthorizationRequest::nonce`].
    pub nonce: Option<Box<str>>,
    /// The challenge, by the method below.
    pub challenge: Option<Challenge>,
    /// How the challenge was made; `plain` where it does not say (RFC 7636 §4.3).
    pub challenge_method: Option<Box<str>>,
    /// The key that it names (`dpop_jkt`); `None` inside is a text that is no thumbprint.
    pub sender_key: Option<Option<SenderKey>>,
    /// See [`super::AuthorizationRequest::prompt`].
    pub prompt: Set<Prompt>,
    /// See [`super::AuthorizationRequest::max_age`].
    pub max_age: Option<Duration>,
    /// See [`super::AuthorizationRequest::login_hint`].
    pub login_hint: Option<Box<str>>,
    /// An ID token of ours, so the client says.
    pub id_token_hint: Option<IdToken>,
    /// See [`super::AuthorizationRequest::acr_values`].
    pub acr_values: Box<[Box<str>]>,
    /// See [`super::AuthorizationRequest::claims`].
    pub claims: Option<Arc<ClaimsRequest>>,
    /// See [`super::AuthorizationRequest::ui_locales`].
    pub ui_locales: Box<[Box<str>]>,
}

/// As [`super::AuthorizationRequest`] prints.
impl fmt::Debug for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Asked")
            .field("scope", &self.scope)
            .field("resource", &self.resource)
            .field("prompt", &self.prompt)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

/// A request for a code on the direct API.
#[derive(Clone, Debug)]
pub struct CodeRequest {
    /// Who signs in.
    pub username: Username,
    /// The proof.
    pub password: Password,
    /// What the code is bound to.
    pub redirect_uri: RedirectUri,
}

/// Who a client says it is, and how it would prove it.
#[derive(Clone, Debug)]
pub enum ClientCredentials {
    /// It says its name.
    Named {
        /// The client it says it is.
        id: ClientId,
        /// Its secret, if it sent one.
        secret: Option<PresentedSecret>,
    },
    /// It sent an assertion, which names it (RFC 7521 §4.2).
    Assertion {
        /// The client it says it is beside that, if it does.
        id: Option<ClientId>,
        /// The assertion.
        assertion: ClientAssertion,
    },
}

/// A secret, and the way it came.
#[derive(Clone, Debug)]
pub struct PresentedSecret {
    /// The way.
    pub method: ClientAuthMethod,
    /// The secret.
    pub secret: ClientSecret,
}
