//! How what somebody holds is shown at a route: as its own endpoint would take it, and where it does not
//! belong as whatever is taken there.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use grantry::types::{ClientAuthMethod, GrantType, TokenKind};
use http::{HeaderValue, Method, Request, header};

use super::codes::asks;
use super::credential::{Beside, Credential};
use super::owner::ASKER;
use super::registering::{asked, document};
use crate::{JWT_BEARER, PKCE, World, form, get, query};

impl Credential {
    /// A request that shows it: in the query or the form, in a header and in cookies, with all that belongs
    /// to it.
    pub(super) fn request(&self, method: &Method, path: &str) -> Request<Bytes> {
        self.request_for(method, path, World::REDIRECT)
    }

    /// The same with another redirect URI.
    pub(super) fn request_for(&self, method: &Method, path: &str, uri: &str) -> Request<Bytes> {
        if let Self::Registration(_, token) = self
            && path.contains("/register")
        {
            let writes = [Method::POST, Method::PUT].contains(method);
            let body = if writes { document(&[]).to_string() } else { String::new() };
            return asked(method.clone(), path, Some(token), &body);
        }
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
            (Self::Client(..), "par") => self.at_par(uri),
            (Self::Client(..), _) => self.at_tokens(at_clients, uri),
            (Self::User(..), "revoke" | "introspect") => self.at_tokens(at_clients, uri),
            (_, "revoke" | "introspect") => {
                self.texts().next().map(|own| ("token", own)).into_iter().collect()
            }
            (_, "interaction") => self.at_pages(method),
            (_, "logout") => self.at_sign_out(),
            (Self::User(..), "userinfo") => self.at_tokens(at_clients, uri),
            (_, "userinfo") if *method == Method::POST => {
                self.texts().next().map(|own| ("access_token", own)).into_iter().collect()
            }
            (_, "userinfo") => vec![],
            (_, "authorize" | "par") if self.is_for_browsers() => self.at_authorize(uri),
            _ => self.at_tokens(at_clients, uri),
        };
        let gives_up = path.ends_with("/revoke");
        match self {
            // Something that is nobody's, so that all that is shown is the client.
            Self::Client(..) if self.only_proves_itself(path) => pairs.push(("token", "x")),
            Self::Client(..) => {}
            _ if at_clients || gives_up => pairs.push(("client_id", self.client())),
            _ => {}
        }
        pairs
    }

    /// Whether it belongs to sign-in in the browser, and is not for the token endpoint.
    fn is_for_browsers(&self) -> bool {
        use TokenKind::{Browser, Interaction, RequestUri, Session, SignOut};
        matches!(
            self,
            Self::Identity(..)
                | Self::Access(..)
                | Self::Registration(..)
                | Self::Opaque(Browser | Interaction | RequestUri | Session | SignOut, ..)
        )
    }

    /// As a client asks for authorization: nobody may be asked, so that whoever is signed in makes all the
    /// difference; but for what a browser is known by where somebody is.
    fn at_authorize<'a>(&'a self, uri: &'a str) -> Vec<(&'a str, &'a str)> {
        if let Self::Opaque(TokenKind::RequestUri, reference, _) = self {
            return vec![("client_id", "spa"), ("request_uri", reference)];
        }
        let mut pairs = asks("spa", uri);
        if !matches!(self, Self::Opaque(TokenKind::Browser, ..)) {
            pairs.push(("prompt", "none"));
        }
        if let Self::Identity(token, _) | Self::Access(_, token) | Self::Registration(_, token) =
            self
        {
            pairs.push(("id_token_hint", token));
        }
        pairs
    }

    /// As a client pushes a request, and proves itself as it does to redeem something.
    fn at_par<'a>(&'a self, uri: &'a str) -> Vec<(&'a str, &'a str)> {
        let mut pairs = asks("", uri);
        pairs.retain(|(name, _)| !matches!(*name, "client_id" | "scope"));
        pairs.extend(
            self.at_tokens(true, uri).into_iter().filter(|(name, _)| *name != "grant_type"),
        );
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
            Self::Identity(token, _) | Self::Access(_, token) | Self::Registration(_, token) => {
                vec![("id_token_hint", token)]
            }
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
            Self::Opaque(TokenKind::DeviceCode, token, _) if at_clients => {
                vec![("grant_type", GrantType::DeviceCode.as_str()), ("device_code", &**token)]
            }
            Self::Opaque(_, token, _) => {
                let grant = if at_clients { "authorization_code" } else { "authorize_code" };
                let verifier = ("code_verifier", PKCE.0);
                vec![("grant_type", grant), ("code", &**token), rest, code, verifier]
            }
            Self::Access(_, token) | Self::Identity(token, _) | Self::Registration(_, token) => {
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
            Self::Client(ClientAuthMethod::PrivateKeyJwt, _, assertion) => vec![
                ("grant_type", "client_credentials"),
                JWT_BEARER,
                ("client_assertion", assertion),
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
            Self::Client(..) => None,
            // Whoever asks there is the resource server.
            _ if path.ends_with("/introspect") => Some(format!("Basic {}", STANDARD.encode(ASKER))),
            _ if path.ends_with("/revoke") || path.ends_with("/par") => None,
            // There it stands in the form.
            _ if whoami && *method == Method::POST => None,
            Self::Access(_, token) | Self::Identity(token, _) | Self::Registration(_, token) => {
                Some(format!("Bearer {token}"))
            }
            Self::Opaque(_, token, _) if whoami => Some(format!("Bearer {token}")),
            _ => None,
        }
    }
}

impl Beside {
    /// The header, with each cookie under its own name and under the one that this tenant's have.
    fn cookie(&self, path: &str) -> HeaderValue {
        let (_, rest) = path
            .split_once("/oauth/")
            .or_else(|| path.split_once("/mcp/"))
            .expect("a path of ours");
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
