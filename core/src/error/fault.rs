//! What exactly was wrong with a client, a code or a refresh token.

/// How a client failed to prove itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ClientFault {
    /// Nobody said who they are.
    #[error("no client credentials")]
    Missing,
    /// An `Authorization` header that cannot be read.
    #[error("malformed credentials")]
    Malformed,
    /// There is no such client.
    #[error("unknown client")]
    Unknown,
    /// The client is disabled.
    #[error("disabled client")]
    Disabled,
    /// The client is registered for another method, or for none.
    #[error("another authentication method")]
    Method,
    /// The secret is not the client's.
    #[error("wrong secret")]
    Secret,
    /// The client has no such key, or not for that algorithm.
    #[error("no key of the client's")]
    AssertionKey,
    /// The client's key did not sign it.
    #[error("not signed by the client")]
    AssertionSignature,
    /// It speaks of somebody else, or has no id that can be remembered.
    #[error("an assertion of somebody else")]
    AssertionClaims,
    /// It is for somebody else, or for others as well.
    #[error("an assertion for another server")]
    AssertionAudience,
    /// It has expired, is not yet valid, or would be for too long.
    #[error("an assertion of another time")]
    AssertionTime,
    /// It was shown before, or may have been.
    #[error("an assertion that was used")]
    AssertionReplayed,
}

/// Why a code or refresh token counts for nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GrantFault {
    /// Not a token of this kind, tenant and server.
    #[error("not one of our tokens")]
    Forged,
    /// Unknown, expired, ended, another client's, or bound to something else.
    #[error("unknown, dead or another's")]
    Refused,
    /// Used after it had been replaced; the grant is over.
    #[error("replaced and used again")]
    Reused,
    /// Newer than the store knows; the grant is over.
    #[error("newer than the store")]
    RolledBack,
    /// The user may receive no tokens.
    #[error("the user may receive no tokens")]
    Standing,
}

/// Why a device gets no tokens yet, or no more (RFC 8628 §3.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DeviceFault {
    /// Its user has not decided.
    #[error("the user has not decided yet")]
    Pending,
    /// It asks too often.
    #[error("wait five seconds more between two requests")]
    SlowDown,
    /// Its user did not decide in time.
    #[error("the codes have expired: ask for new ones")]
    Expired,
}

impl DeviceFault {
    /// One fixed word for audit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Pending => "authorization_pending",
            Self::SlowDown => "slow_down",
            Self::Expired => "device_expired",
        }
    }
}

/// Why a user would have to be asked who may not be (`prompt=none`, OpenID Connect Core §3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PromptFault {
    /// Nobody is signed in, or not recently enough, or somebody else than was hinted at.
    #[error("the user must sign in")]
    Login,
    /// The user did not allow this yet.
    #[error("the user must be asked whether the client may")]
    Consent,
    /// The user has to choose an account.
    #[error("the user must choose an account")]
    Account,
}

/// Parameters whose features are not there (OpenID Connect Core §3.1.2.6).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unsupported {
    /// A request object.
    Request,
    /// A request object elsewhere.
    RequestUri,
    /// A registration within the request.
    Registration,
}

impl Unsupported {
    /// The parameter's name.
    pub fn parameter(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::RequestUri => "request_uri",
            Self::Registration => "registration",
        }
    }
}

impl std::fmt::Display for Unsupported {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.parameter())
    }
}

impl std::error::Error for Unsupported {}

/// Why a page does not count.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InteractionFault {
    /// Not a handle of ours, or one of a request that is no more: not answered in time, or done.
    #[error("the page is too old, or was answered already")]
    Gone,
    /// Another browser began it, or this one keeps no cookies.
    #[error("the page belongs to another browser")]
    OtherBrowser,
    /// Another page sent the form.
    #[error("the form was sent by another page")]
    Foreign,
}

impl PromptFault {
    /// One fixed word for audit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Login => "login_required",
            Self::Consent => "consent_required",
            Self::Account => "account_selection_required",
        }
    }
}

impl InteractionFault {
    /// One fixed word for audit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Gone => "interaction_gone",
            Self::OtherBrowser => "interaction_other_browser",
            Self::Foreign => "interaction_foreign",
        }
    }
}

impl ClientFault {
    /// One fixed word for audit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Missing => "client_missing",
            Self::Malformed => "client_malformed",
            Self::Unknown => "client_unknown",
            Self::Disabled => "client_disabled",
            Self::Method => "client_method",
            Self::Secret => "client_secret",
            Self::AssertionKey => "client_assertion_key",
            Self::AssertionSignature => "client_assertion_signature",
            Self::AssertionClaims => "client_assertion_claims",
            Self::AssertionAudience => "client_assertion_audience",
            Self::AssertionTime => "client_assertion_time",
            Self::AssertionReplayed => "client_assertion_replayed",
        }
    }
}

impl GrantFault {
    /// One fixed word for audit.
    pub fn reason(self) -> &'static str {
        match self {
            Self::Forged => "grant_forged",
            Self::Refused => "grant_refused",
            Self::Reused => "grant_reused",
            Self::RolledBack => "grant_rolled_back",
            Self::Standing => "grant_standing",
        }
    }
}
