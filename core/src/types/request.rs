//! Requests after parsing: no unchecked text is left in them.

use super::{
    ClientAuthMethod, ClientId, ClientSecret, Code, GrantType, Password, RedirectUri, RefreshToken,
    Scope, Username,
};

/// A token request (RFC 6749 §4.1.3, §4.3.2, §4.4.2, §6), whichever endpoint it came to.
#[derive(Clone, Debug)]
pub enum TokenRequest {
    /// Redeems a code.
    AuthorizationCode {
        /// The code.
        code: Code,
        /// The redirect URI that the code was asked with.
        redirect_uri: RedirectUri,
    },
    /// A user's name and password, collected by the client itself.
    Password {
        /// Who.
        username: Username,
        /// The proof.
        password: Password,
        /// What is asked for; the default where none.
        scope: Option<Scope>,
    },
    /// A refresh token.
    RefreshToken {
        /// The token.
        token: RefreshToken,
        /// A narrower scope for this access token alone.
        scope: Option<Scope>,
    },
    /// The client on its own behalf.
    ClientCredentials {
        /// What is asked for; the default where none.
        scope: Option<Scope>,
    },
}

impl TokenRequest {
    /// The grant that is asked for.
    pub fn grant_type(&self) -> GrantType {
        match self {
            Self::AuthorizationCode { .. } => GrantType::AuthorizationCode,
            Self::Password { .. } => GrantType::Password,
            Self::RefreshToken { .. } => GrantType::RefreshToken,
            Self::ClientCredentials { .. } => GrantType::ClientCredentials,
        }
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
pub struct ClientCredentials {
    /// The client it says it is.
    pub id: ClientId,
    /// Its secret, if it sent one.
    pub secret: Option<PresentedSecret>,
}

/// A secret, and the way it came.
#[derive(Clone, Debug)]
pub struct PresentedSecret {
    /// The way.
    pub method: ClientAuthMethod,
    /// The secret.
    pub secret: ClientSecret,
}
