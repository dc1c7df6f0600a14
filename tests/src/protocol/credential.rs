//! Whatever somebody may hold of a tenant, where it is taken, and what nobody was ever given in its place.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::{
    ports::{Event, EventKind},
    types::{ClientAuthMethod, GrantType, TokenKind},
};
use http::{HeaderValue, Method, header};

use super::owner::MARK;
use crate::Answer;

/// What is shown.
#[derive(Clone, Debug)]
pub(super) enum Credential {
    /// A code or refresh token, a page's handle, the reference to a pushed request, or a cookie.
    Opaque(TokenKind, String, Beside),
    /// An access token, where it belongs and where it does not: of a client that may ask who the user
    /// is, or of the direct API.
    Access(Api, String),
    /// An ID token, as a hint and where it does not belong.
    Identity(String, Beside),
    /// A client's id, and its secret or an assertion.
    Client(ClientAuthMethod, String, String),
    /// A user's name and password.
    User(String, String),
    /// By what a client registers, or changes what it is.
    Registration(Register, String),
}

/// What a token of registration is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Register {
    /// Any client.
    Initial,
    /// The client that it was given to.
    Own,
}

/// What was given out together with a token, and goes along with it.
#[derive(Clone, Debug, Default)]
pub(super) struct Beside {
    /// To which client.
    pub(super) client: &'static str,
    /// Which cookies the browser keeps.
    pub(super) cookies: Vec<(TokenKind, String)>,
    /// Which tenant set them.
    pub(super) owner: String,
}

/// Where an access token comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Api {
    Standard,
    Direct,
}

/// Every way to be given something, so that a new one is a row or does not compile.
pub(super) const GRANTS: [GrantType; 6] = [
    GrantType::AuthorizationCode,
    GrantType::RefreshToken,
    GrantType::ClientCredentials,
    GrantType::Password,
    GrantType::DeviceCode,
    GrantType::Extension,
];

/// By what each of them is asked for.
pub(super) fn shown_by(grant: GrantType) -> &'static [&'static str] {
    match grant {
        GrantType::AuthorizationCode => &["code", "direct-code"],
        GrantType::RefreshToken => &["refresh", "direct-refresh"],
        GrantType::ClientCredentials => {
            &["client_secret_basic", "client_secret_post", "private_key_jwt"]
        }
        GrantType::Password => &["user"],
        GrantType::DeviceCode => &["device-code"],
        // What the host is asked with, it knows.
        GrantType::Extension => &[],
    }
}

impl Credential {
    /// What it is, in a word.
    pub(super) fn word(&self) -> &'static str {
        match self {
            Self::Opaque(kind, ..) => kind.label(),
            Self::Access(Api::Standard, _) => "access",
            Self::Access(Api::Direct, _) => "direct-access",
            Self::Identity(..) => "identity",
            Self::Client(method, ..) => method.as_str(),
            Self::User(..) => "user",
            Self::Registration(Register::Initial, _) => "initial-access",
            Self::Registration(Register::Own, _) => "registration-access",
        }
    }

    /// To which client it was given, where that makes a difference.
    pub(super) fn client(&self) -> &'static str {
        match self {
            Self::Opaque(_, _, beside) | Self::Identity(_, beside) => beside.client,
            Self::Access(Api::Standard, _) => "spa",
            _ => "app",
        }
    }

    /// Whether it goes with a name that other tenants know as well.
    pub(super) fn has_namesake(&self) -> bool {
        matches!(self, Self::Client(_, name, _) | Self::User(name, _) if !name.starts_with(MARK))
    }

    /// One of the same shape that nobody was ever given. A name that other tenants know stays.
    pub(super) fn random(&self) -> Self {
        let keep = |name: &str| if self.has_namesake() { name.to_owned() } else { noise(name) };
        match self {
            Self::Opaque(kind, token, beside) => {
                Self::Opaque(*kind, opaque_noise(token), beside.random())
            }
            Self::Access(api, token) => Self::Access(*api, unsigned(token)),
            Self::Identity(token, beside) => Self::Identity(unsigned(token), beside.random()),
            // It names its client itself, so what it says stays.
            Self::Client(ClientAuthMethod::PrivateKeyJwt, id, assertion) => {
                Self::Client(ClientAuthMethod::PrivateKeyJwt, id.clone(), unsigned(assertion))
            }
            Self::Client(method, id, secret) => Self::Client(*method, keep(id), noise(secret)),
            Self::User(name, password) => Self::User(keep(name), noise(password)),
            Self::Registration(what, token) => {
                Self::Registration(*what, format!("{}{}", &token[..7], &noise(token)[..43]))
            }
        }
    }

    /// Whether this route is where it is taken, in its own tenant.
    pub(super) fn is_at_home(&self, method: &Method, path: &str) -> bool {
        let (get, post) = (method == Method::GET, method == Method::POST);
        let at = |end: &str| path.ends_with(end);
        match self {
            Self::Opaque(TokenKind::DirectCode | TokenKind::DirectRefresh, ..) => {
                get && at("/token") || post && at("/token/direct")
            }
            Self::Opaque(TokenKind::Code | TokenKind::DeviceCode, ..) => post && at("/token"),
            Self::Opaque(TokenKind::Refresh, ..) => post && (at("/token") || at("/revoke")),
            Self::Opaque(TokenKind::RequestUri, ..) => get && at("/authorize"),
            Self::Client(..) => {
                let doors = ["/token", "/par", "/device_authorization", "/revoke", "/introspect"];
                post && doors.into_iter().any(at)
            }
            // With the browser's cookie.
            Self::Opaque(TokenKind::Interaction, ..) => at("/interaction") || at("/device"),
            Self::Opaque(TokenKind::Browser, ..) => get && at("/authorize") || at("/device"),
            // With the session's cookie.
            Self::Opaque(TokenKind::Session | TokenKind::SignOut, ..) => {
                at("/logout") || get && at("/authorize")
            }
            Self::Identity(..) => at("/logout") || get && at("/authorize") || post && at("/par"),
            // Each tenant has a resource server that asks.
            Self::Access(Api::Standard, _) => at("/userinfo") || at("/revoke") || at("/introspect"),
            Self::Access(Api::Direct, _) => at("/userinfo") || at("/introspect"),
            Self::Registration(Register::Initial, _) => post && at("/register"),
            // No route of the matrix names the client.
            Self::Registration(Register::Own, _) => false,
            Self::User(..) => {
                at("/token") && (get || post)
                    || post && (at("/token/direct") || at("/authorize/direct"))
                    || get && at("/authorize")
            }
        }
    }

    /// Whether a client does nothing there but prove itself. It can also where its tenant was stopped, and
    /// hears that nothing is good for anything.
    pub(super) fn only_proves_itself(&self, path: &str) -> bool {
        matches!(self, Self::Client(..))
            && (path.ends_with("/revoke") || path.ends_with("/introspect"))
    }

    /// Whether an answer says that it was taken; where the answer does not, what was told does.
    pub(super) fn is_taken(&self, path: &str, answer: &Answer, told: &[Event]) -> bool {
        let ok = answer.status == 200;
        let place = || answer.header("location");
        let asked = || String::from_utf8_lossy(&answer.body).contains("name=\"confirm\"");
        let typing = || String::from_utf8_lossy(&answer.body).contains("name=\"user_code\"");
        let signed_out = || told.iter().any(|event| event.kind == EventKind::SignedOut);
        let given_up = || told.iter().any(|event| event.kind == EventKind::Revoked);
        let end = path.rsplit('/').next();
        match self {
            Self::Client(..) => ok || answer.status == 201,
            Self::Registration(..) => answer.status == 201,
            // The page of a browser that is known, and needs no new cookie.
            _ if end == Some("device") => {
                typing() && !answer.headers.contains_key(header::SET_COOKIE)
            }
            _ if end == Some("revoke") => given_up(),
            _ if end == Some("introspect") => ok && answer.json()["active"] == true,
            Self::Opaque(TokenKind::Session | TokenKind::SignOut, ..) | Self::Identity(..) => {
                match end {
                    Some("par") => answer.status == 201,
                    Some("authorize") => place().contains("?code="),
                    // Whoever brings a session alone is asked.
                    _ => signed_out() || asked(),
                }
            }
            // A page, or the client hears that the user does not want to.
            Self::Opaque(TokenKind::Interaction, ..) => {
                ok || place().contains("error=access_denied")
            }
            // The browser is known, and needs no new cookie.
            Self::Opaque(TokenKind::Browser, ..) => {
                answer.status == 303 && !answer.headers.contains_key(header::SET_COOKIE)
            }
            Self::Opaque(TokenKind::RequestUri, ..) => place().contains("/interaction?handle="),
            _ => ok,
        }
    }

    /// What anybody sees of an answer, but for what was shown, if it is repeated, and for what was drawn
    /// for this very answer.
    pub(super) fn sees(&self, answer: &Answer) -> (u16, Vec<(String, String)>, String) {
        let blank = |text: &str| {
            drawn(
                &self
                    .texts()
                    .fold(text.to_owned(), |text, shown| text.replace(shown, "(what was shown)")),
            )
        };
        let (status, headers, body) = answer.visible();
        let header = |(name, value): (&http::HeaderName, &HeaderValue)| {
            (name.to_string(), blank(&String::from_utf8_lossy(value.as_bytes())))
        };
        (status, headers.iter().map(header).collect(), blank(&String::from_utf8_lossy(&body)))
    }

    /// The token itself.
    ///
    /// # Panics
    /// When it is none.
    pub(super) fn text(&self) -> String {
        self.texts().next().expect("a token").to_owned()
    }

    /// What must not be known again in an answer, the token first.
    pub(super) fn texts(&self) -> impl Iterator<Item = &str> {
        let (own, more, beside) = match self {
            Self::Opaque(_, own, beside) | Self::Identity(own, beside) => (own, None, Some(beside)),
            Self::Access(_, own) | Self::Registration(_, own) => (own, None, None),
            Self::Client(_, id, secret) => (secret, Some(id), None),
            Self::User(name, password) => (password, Some(name), None),
        };
        let cookies = beside.into_iter().flat_map(|beside| &beside.cookies);
        let all = [own].into_iter().chain(more).chain(cookies.map(|(_, value)| value));
        all.map(String::as_str)
    }
}

impl Beside {
    fn random(&self) -> Self {
        let cookies = self.cookies.iter().map(|(kind, value)| (*kind, opaque_noise(value)));
        Self { cookies: cookies.collect(), ..self.clone() }
    }
}

/// An opaque token that nobody was given: with a prefix, and the version and id of a key.
fn opaque_noise(token: &str) -> String {
    let begin = token.find("grt_").expect("a token of ours") + 10;
    format!("{}{}", &token[..begin], &noise(token)[..69])
}

/// What a JWT says, signed by nobody.
fn unsigned(token: &str) -> String {
    let (signed, signature) = token.rsplit_once('.').expect("a JWS");
    format!("{signed}.{}A", &noise(token).repeat(4)[..signature.len() - 1])
}

/// A text with blanks for the opaque tokens in it.
pub(super) fn drawn(text: &str) -> String {
    let (mut blank, mut rest) = (String::new(), text);
    while let Some(at) = rest.find("grt_") {
        let (before, token) = rest.split_at(at);
        let end = token.find(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == '-'));
        blank += before;
        blank += &token[..7];
        rest = &token[end.unwrap_or(token.len())..];
    }
    blank + rest
}

/// 86 letters that nobody drew.
fn noise(of: &str) -> String {
    let hash = |more: &str| digest(&SHA256, format!("noise{more}{of}").as_bytes());
    URL_SAFE_NO_PAD.encode([hash("1").as_ref(), hash("2").as_ref()].concat())
}
