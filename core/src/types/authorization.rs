//! What a client asks for in the browser, after its checks.

use std::{fmt, sync::Arc, time::Duration};

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{
    Audiences, ClaimsRequest, ClientId, InvalidWord, RedirectUri, Scope, SenderKey, Set, Subject,
    choices::choice,
};

/// A request for authorization (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).
#[derive(Clone, PartialEq, Eq)]
pub struct AuthorizationRequest {
    /// Who asks.
    pub client: ClientId,
    /// Where the answer goes: one of the client's own.
    pub reply: ReplyTo,
    /// Whether the request named the redirect URI, so that the code is bound to it.
    pub named_redirect_uri: bool,
    /// What the client would get, before the user is asked.
    pub scope: Scope,
    /// Where it would use it, if it says so (RFC 8707 §2.1).
    pub resource: Option<Audiences>,
    /// Returned in the ID token (OpenID Connect Core §2).
    pub nonce: Option<Box<str>>,
    /// What the code's redeemer must prove to know (RFC 7636).
    pub challenge: Option<Challenge>,
    /// The key that the code's redeemer must prove to have, if the client named one (RFC 9449 §10).
    pub sender_key: Option<SenderKey>,
    /// What the user must, or must not, be asked.
    pub prompt: Set<Prompt>,
    /// How long ago the user may have proven who they are, at most.
    pub max_age: Option<Duration>,
    /// The name that the client expects the user to sign in by.
    pub login_hint: Option<Box<str>>,
    /// The user whom the client expects, by an ID token of ours.
    pub hinted: Option<Subject>,
    /// Classes of authentication that the client would like, the best first.
    pub acr_values: Box<[Box<str>]>,
    /// Single claims that the client asks for.
    pub claims: Option<Arc<ClaimsRequest>>,
    /// Languages that the user understands, the best first.
    pub ui_locales: Box<[Box<str>]>,
}

impl AuthorizationRequest {
    /// What a device asks for, whose client waits for no answer of a browser.
    pub fn of_a_device(
        client: ClientId,
        reply: ReplyTo,
        scope: Scope,
        resource: Option<Audiences>,
    ) -> Self {
        Self {
            client,
            reply,
            named_redirect_uri: false,
            scope,
            resource,
            nonce: None,
            challenge: None,
            sender_key: None,
            prompt: Set::new(),
            max_age: None,
            login_hint: None,
            hinted: None,
            acr_values: Box::default(),
            claims: None,
            ui_locales: Box::default(),
        }
    }
}

/// How an answer gets back to the client.
#[derive(Clone, PartialEq, Eq)]
pub struct ReplyTo {
    /// Where.
    pub redirect_uri: RedirectUri,
    /// How.
    pub mode: ResponseMode,
    /// Given back as it came.
    pub state: Option<Box<str>>,
}

/// Without what is between client and user: `nonce`, `login_hint` and the values of `claims`.
impl fmt::Debug for AuthorizationRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AuthorizationRequest")
            .field("client", &self.client)
            .field("reply", &self.reply)
            .field("scope", &self.scope)
            .field("resource", &self.resource)
            .field("prompt", &self.prompt)
            .field("max_age", &self.max_age)
            .finish_non_exhaustive()
    }
}

/// Without `state`, by which a client knows the browser again that it sent.
impl fmt::Debug for ReplyTo {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplyTo")
            .field("redirect_uri", &self.redirect_uri)
            .field("mode", &self.mode)
            .finish_non_exhaustive()
    }
}

/// How the parameters of an answer travel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ResponseMode {
    /// In the query of the redirect URI (OAuth 2.0 Multiple Response Types §2.1).
    #[default]
    Query,
    /// In a form that the browser posts (OAuth 2.0 Form Post Response Mode §2).
    FormPost,
}

choice!(
    /// The name on the wire (`response_mode`).
    ResponseMode,
    "a response mode",
    Query = "query",
    FormPost = "form_post",
);

/// What the user must, or must not, be asked (OpenID Connect Core §3.1.2.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Prompt {
    /// Nothing: no page may be shown.
    None,
    /// Who they are, again.
    Login,
    /// Whether the client may, again.
    Consent,
    /// As whom they want to go on.
    SelectAccount,
}

choice!(
    /// The name on the wire (`prompt`).
    Prompt,
    "a prompt",
    None = "none",
    Login = "login",
    Consent = "consent",
    SelectAccount = "select_account",
);

/// The SHA-256 of a verifier (RFC 7636 §4.2, method `S256`); there is no other method.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Challenge([u8; 32]);

impl Challenge {
    /// Its bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The challenge as it stands in a request.
    pub fn print(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }
}

impl std::str::FromStr for Challenge {
    type Err = InvalidWord;

    /// RFC 7636 §4.2: 43 characters of base64url without padding, in their one canonical form (AZ-16).
    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok().and_then(|bytes| bytes.try_into().ok());
        bytes.map(Self).ok_or(InvalidWord::new("a code challenge is the base64url of 32 bytes"))
    }
}

/// What the redeemer of a code proves to know (RFC 7636 §4.1).
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Verifier(Challenge);

impl Verifier {
    /// The challenge that it answers. The verifier itself is not kept.
    pub fn challenge(&self) -> Challenge {
        self.0
    }
}

impl std::str::FromStr for Verifier {
    type Err = InvalidWord;

    /// RFC 7636 §4.1: 43 to 128 unreserved characters (TK-12).
    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        let unreserved = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        if !(43..=128).contains(&text.len()) || !text.bytes().all(unreserved) {
            return Err(InvalidWord::new("a code verifier is 43 to 128 unreserved characters"));
        }
        let mut bytes = [0; 32];
        bytes.copy_from_slice(digest(&SHA256, text.as_bytes()).as_ref());
        Ok(Self(Challenge(bytes)))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Verifier(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_verifier_answers_its_challenge() {
        // RFC 7636 appendix B.
        let verifier: Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk".parse().unwrap();
        let challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        assert_eq!(verifier.challenge(), challenge.parse().unwrap());
        assert_eq!(verifier.challenge().print(), challenge);
        assert_eq!(format!("{verifier:?}"), "Verifier(…)");
    }

    #[test]
    fn az_16_a_challenge_has_one_form() {
        let good = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";
        // The last is another spelling of the same bytes.
        for bad in [
            "",
            &good[1..],
            &format!("{good}="),
            &good.replace('-', "+"),
            "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cN",
        ] {
            assert!(bad.parse::<Challenge>().is_err(), "{bad}");
        }
    }

    #[test]
    fn tk_12_a_verifier_has_its_length_and_alphabet() {
        for length in [43, 128] {
            assert!("a".repeat(length).parse::<Verifier>().is_ok());
        }
        for bad in ["a".repeat(42), "a".repeat(129), format!("{}+", "a".repeat(43)), "ä".repeat(43)]
        {
            assert!(bad.parse::<Verifier>().is_err(), "{bad}");
        }
    }
}
