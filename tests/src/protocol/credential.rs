//! Whatever somebody may hold of a tenant, and how it is shown at a route.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use grantry::types::{ClientAuthMethod, GrantType, TokenKind};
use http::{HeaderValue, Method, Request, header};

use super::owner::MARK;
use crate::{World, form, get, query};

/// What is shown.
#[derive(Clone, Debug)]
pub(super) enum Credential {
    /// A code or refresh token.
    Opaque(TokenKind, String),
    /// An access token, where it belongs and where it does not.
    Access(String),
    /// A client's id and secret.
    Client(ClientAuthMethod, String, String),
    /// A user's name and password.
    User(String, String),
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
            Self::Opaque(kind, _) => kind.label(),
            Self::Access(_) => "access",
            Self::Client(method, ..) => method.as_str(),
            Self::User(..) => "user",
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
            // A prefix, and the version and id of a key.
            Self::Opaque(kind, token) => {
                Self::Opaque(*kind, format!("{}{}", &token[..10], &noise(token)[..69]))
            }
            Self::Access(token) => {
                let (signed, _) = token.rsplit_once('.').expect("a JWS");
                Self::Access(format!("{signed}.{}", &noise(token)[..86]))
            }
            Self::Client(method, id, secret) => Self::Client(*method, keep(id), noise(secret)),
            Self::User(name, password) => Self::User(keep(name), noise(password)),
        }
    }

    /// Whether this route is where it is taken, in its own tenant.
    pub(super) fn is_at_home(&self, method: &Method, path: &str) -> bool {
        let (get, post) = (method == Method::GET, method == Method::POST);
        let (token, direct) = (path.ends_with("/token"), path.ends_with("/token/direct"));
        let (browser, by_post) =
            (path.ends_with("/authorize"), path.ends_with("/authorize/direct"));
        match self {
            Self::Opaque(TokenKind::DirectCode | TokenKind::DirectRefresh, _) => {
                get && token || post && direct
            }
            Self::Opaque(TokenKind::Refresh, _) | Self::Client(..) => post && token,
            // There is no sign-in in the browser yet, so nobody takes what belongs to it.
            Self::Opaque(_, _) | Self::Access(_) => false,
            Self::User(..) => {
                token && (get || post) || post && (direct || by_post) || get && browser
            }
        }
    }

    /// A request that shows it: in the query or the form, with all that belongs to it.
    pub(super) fn request(&self, method: &Method, path: &str) -> Request<Bytes> {
        self.request_for(method, path, World::REDIRECT)
    }

    /// The same with another redirect URI.
    pub(super) fn request_for(&self, method: &Method, path: &str, uri: &str) -> Request<Bytes> {
        let at_clients = method == Method::POST && path.ends_with("/token");
        let (rest, code) = (("redirect_uri", uri), ("response_type", "code"));
        let mut pairs = match self {
            Self::Opaque(TokenKind::Refresh | TokenKind::DirectRefresh, token) => {
                vec![("grant_type", "refresh_token"), ("refresh_token", &**token)]
            }
            Self::Opaque(_, token) => {
                let grant = if at_clients { "authorization_code" } else { "authorize_code" };
                vec![("grant_type", grant), ("code", &**token), rest, code]
            }
            Self::Access(token) => {
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
        };
        if at_clients && !matches!(self, Self::Client(..)) {
            pairs.push(("client_id", "app"));
        }
        let mut request = match *method {
            Method::POST => form(path, &pairs),
            _ => get(&format!("{path}?{}", query(&pairs))),
        };
        *request.method_mut() = method.clone();
        if let Some(value) = self.authorization() {
            let value = HeaderValue::try_from(value).expect("a header");
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        request
    }

    fn authorization(&self) -> Option<String> {
        match self {
            Self::Client(ClientAuthMethod::Basic, id, secret) => {
                Some(format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
            }
            Self::Access(token) => Some(format!("Bearer {token}")),
            _ => None,
        }
    }
}

/// 86 letters that nobody drew.
fn noise(of: &str) -> String {
    let hash = |more: &str| digest(&SHA256, format!("noise{more}{of}").as_bytes());
    URL_SAFE_NO_PAD.encode([hash("1").as_ref(), hash("2").as_ref()].concat())
}
