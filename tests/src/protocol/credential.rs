//! Whatever somebody may hold of a tenant, and how it is shown at a route.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use grantry::{
    ports::{Event, EventKind},
    types::{ClientAuthMethod, GrantType, TokenKind},
};
use http::{HeaderValue, Method, Request, header};

use super::codes::asks;
use super::owner::MARK;
use crate::{Answer, PKCE, World, form, get, query};

/// What is shown.
#[derive(Clone, Debug)]
pub(super) enum Credential {
    /// A code or refresh token, a page's handle, or a cookie.
    Opaque(TokenKind, String, Beside),
    /// An access token, where it belongs and where it does not: of a client that may ask who the user
    /// is, or of the direct API.
    Access(Api, String),
    /// An ID token, as a hint and where it does not belong.
    Identity(String, Beside),
    /// A client's id and secret.
    Client(ClientAuthMethod, String, String),
    /// A user's name and password.
    User(String, String),
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
pub(super) const GRANTS: [GrantType; 4] = [
    GrantType::AuthorizationCode,
    GrantType::RefreshToken,
    GrantType::ClientCredentials,
    GrantType::Password,
];

/// By what each of them is asked for.
pub(super) fn shown_by(grant: GrantType) -> &'static [&'static str] {
    match grant {
        GrantType::AuthorizationCode => &["code", "direct-code"],
        GrantType::RefreshToken => &["refresh", "direct-refresh"],
        GrantType::ClientCredentials => &["client_secret_basic", "client_secret_post"],
        GrantType::Password => &["user"],
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
        }
    }

    /// To which client it was given, where that makes a difference.
    pub(super) fn client(&self) -> &'static str {
        match self {
            Self::Opaque(_, _, beside) | Self::Identity(_, beside) => beside.client,
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
            Self::Client(method, id, secret) => Self::Client(*method, keep(id), noise(secret)),
            Self::User(name, password) => Self::User(keep(name), noise(password)),
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
            Self::Opaque(TokenKind::Code | TokenKind::Refresh, ..) | Self::Client(..) => {
                post && at("/token")
            }
            Self::Opaque(TokenKind::Interaction, ..) => at("/interaction"),
            Self::Opaque(TokenKind::Browser, ..) => get && at("/authorize"),
            // With the session's cookie.
            Self::Opaque(TokenKind::Session | TokenKind::SignOut, ..) | Self::Identity(..) => {
                at("/logout") || get && at("/authorize")
            }
            Self::Access(..) => at("/userinfo"),
            Self::User(..) => {
                at("/token") && (get || post)
                    || post && (at("/token/direct") || at("/authorize/direct"))
                    || get && at("/authorize")
            }
        }
    }

    /// Whether an answer says that it was taken; where the answer does not, what was told does.
    pub(super) fn is_taken(&self, path: &str, answer: &Answer, told: &[Event]) -> bool {
        let ok = answer.status == 200;
        let place = || answer.header("location");
        let asked = || String::from_utf8_lossy(&answer.body).contains("name=\"confirm\"");
        let signed_out = || told.iter().any(|event| event.kind == EventKind::SignedOut);
        let end = path.rsplit('/').next();
        match self {
            Self::Opaque(TokenKind::Session | TokenKind::SignOut, ..) | Self::Identity(..) => {
                match end {
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
    fn texts(&self) -> impl Iterator<Item = &str> {
        let (own, more, beside) = match self {
            Self::Opaque(_, own, beside) | Self::Identity(own, beside) => (own, None, Some(beside)),
            Self::Access(_, own) => (own, None, None),
            Self::Client(_, id, secret) => (secret, Some(id), None),
            Self::User(name, password) => (password, Some(name), None),
        };
        let cookies = beside.into_iter().flat_map(|beside| &beside.cookies);
        let all = [own].into_iter().chain(more).chain(cookies.map(|(_, value)| value));
        all.map(String::as_str)
    }

    /// A request that shows it: in the query or the form, in a header and in cookies, with all that belongs
    /// to it.
    pub(super) fn request(&self, method: &Method, path: &str) -> Request<Bytes> {
        self.request_for(method, path, World::REDIRECT)
    }

    /// The same with another redirect URI.
    pub(super) fn request_for(&self, method: &Method, path: &str, uri: &str) -> Request<Bytes> {
        let pairs = self.pairs(method, path, uri);
        let mut request = match *method {
            Method::POST => form(path, &pairs),
            _ => get(&format!("{path}?{}", query(&pairs))),
        };
        *request.method_mut() = method.clone();
        let headers = request.headers_mut();
        if let Some(value) = self.authorization(method, path) {
            let value = HeaderValue::try_from(value).expect("a header");
            headers.insert(header::AUTHORIZATION, value);
        }
        if let Self::Opaque(_, _, beside) | Self::Identity(_, beside) = self
            && !beside.cookies.is_empty()
        {
            headers.insert(header::COOKIE, beside.cookie(path));
        }
        request
    }

    fn pairs<'a>(&'a self, method: &Method, path: &str, uri: &'a str) -> Vec<(&'a str, &'a str)> {
        let at_clients = *method == Method::POST && path.ends_with("/token");
        let mut pairs = match (self, path.rsplit('/').next().unwrap_or_default()) {
            (Self::Client(..), _) => self.at_tokens(at_clients, uri),
            (_, "interaction") => self.at_pages(method),
            (_, "logout") => self.at_sign_out(),
            (Self::User(..), "userinfo") => self.at_tokens(at_clients, uri),
            (_, "userinfo") if *method == Method::POST => {
                self.texts().next().map(|own| ("access_token", own)).into_iter().collect()
            }
            (_, "userinfo") => vec![],
            (_, "authorize") if self.is_for_browsers() => self.at_authorize(uri),
            _ => self.at_tokens(at_clients, uri),
        };
        if at_clients && !matches!(self, Self::Client(..)) {
            pairs.push(("client_id", self.client()));
        }
        pairs
    }

    /// Whether it belongs to sign-in in the browser, and is not for the token endpoint.
    fn is_for_browsers(&self) -> bool {
        use TokenKind::{Browser, Interaction, Session, SignOut};
        matches!(
            self,
            Self::Identity(..)
                | Self::Access(..)
                | Self::Opaque(Browser | Interaction | Session | SignOut, ..)
        )
    }

    /// As a client asks for authorization: nobody may be asked, so that whoever is signed in makes all the
    /// difference; but for what a browser is known by where somebody is.
    fn at_authorize<'a>(&'a self, uri: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut pairs = asks("spa", uri);
        if !matches!(self, Self::Opaque(TokenKind::Browser, ..)) {
            pairs.push(("prompt", "none"));
        }
        if let Self::Identity(token, _) | Self::Access(_, token) = self {
            pairs.push(("id_token_hint", token));
        }
        pairs
    }

    /// As a page of ours is asked for, and answered.
    fn at_pages<'a>(&'a self, method: &Method) -> Vec<(&'a str, &'a str)> {
        if let Self::User(name, password) = self {
            return vec![("username", name), ("password", password), ("action", "sign-in")];
        }
        let name = if *method == Method::POST { "interaction" } else { "handle" };
        let own = self.texts().next().map(|own| (name, own));
        own.into_iter().chain([("action", "cancel")]).collect()
    }

    /// As a client or our own page asks to sign a user out.
    fn at_sign_out(&self) -> Vec<(&str, &str)> {
        match self {
            Self::Opaque(TokenKind::Session, ..) => vec![],
            Self::Opaque(_, token, _) => vec![("confirm", token)],
            Self::Identity(token, _) | Self::Access(_, token) => vec![("id_token_hint", token)],
            Self::User(name, _) => vec![("logout_hint", name)],
            Self::Client(..) => vec![],
        }
    }

    /// As something is redeemed.
    fn at_tokens<'a>(&'a self, at_clients: bool, uri: &'a str) -> Vec<(&'a str, &'a str)> {
        let (rest, code) = (("redirect_uri", uri), ("response_type", "code"));
        match self {
            Self::Opaque(TokenKind::Refresh | TokenKind::DirectRefresh, token, _) => {
                vec![("grant_type", "refresh_token"), ("refresh_token", &**token)]
            }
            Self::Opaque(_, token, _) => {
                let grant = if at_clients { "authorization_code" } else { "authorize_code" };
                let verifier = ("code_verifier", PKCE.0);
                vec![("grant_type", grant), ("code", &**token), rest, code, verifier]
            }
            Self::Access(_, token) | Self::Identity(token, _) => {
                vec![
                    ("grant_type", "refresh_token"),
                    ("refresh_token", &**token),
                    ("token", &**token),
                ]
            }
            Self::Client(ClientAuthMethod::Basic, ..) => vec![("grant_type", "client_credentials")],
            Self::Client(ClientAuthMethod::Post, id, secret) => vec![
                ("grant_type", "client_credentials"),
                ("client_id", &**id),
                ("client_secret", secret),
            ],
            Self::User(name, password) => {
                vec![
                    ("grant_type", "password"),
                    ("username", &**name),
                    ("password", password),
                    rest,
                    code,
                ]
            }
        }
    }

    fn authorization(&self, method: &Method, path: &str) -> Option<String> {
        let whoami = path.ends_with("/userinfo");
        match self {
            Self::Client(ClientAuthMethod::Basic, id, secret) => {
                Some(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
            }
            // There it stands in the form.
            _ if whoami && *method == Method::POST => None,
            Self::Access(_, token) | Self::Identity(token, _) => Some(format!("Bearer {token}")),
            Self::Opaque(_, token, _) if whoami => Some(format!("Bearer {token}")),
            _ => None,
        }
    }
}

impl Beside {
    fn random(&self) -> Self {
        let cookies = self.cookies.iter().map(|(kind, value)| (*kind, opaque_noise(value)));
        Self { cookies: cookies.collect(), ..self.clone() }
    }

    /// The header, with each cookie under its own name and under the one that this tenant's have.
    fn cookie(&self, path: &str) -> HeaderValue {
        let (_, rest) = path.split_once("/oauth/").expect("a path of ours");
        let tenant = rest.split('/').next().unwrap_or_default();
        let mut tenants = vec![&*self.owner, tenant];
        tenants.dedup();
        let pairs = tenants.iter().flat_map(|tenant| {
            let pair = |(kind, value): &(TokenKind, String)| {
                format!("__Host-grantry-{}-{tenant}={value}", kind.label())
            };
            self.cookies.iter().map(pair).collect::<Vec<_>>()
        });
        HeaderValue::try_from(pairs.collect::<Vec<_>>().join("; ")).expect("ASCII")
    }
}

/// An opaque token that nobody was given: with a prefix, and the version and id of a key.
fn opaque_noise(token: &str) -> String {
    format!("{}{}", &token[..10], &noise(token)[..69])
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
