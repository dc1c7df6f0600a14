//! What a case stands on: a world, and the driver that reaches it.

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use grantry::{
    MemoryStore, ThrottleConfig,
    types::{TenantId, Ticket, TicketId},
};
use http::{HeaderValue, Request, header};

use crate::{Answer, Bare, Driver, World, claims, form, get, query};

/// A world, and the driver that reaches it: what each case is given. Its methods are the requests that
/// many cases make; each sends through the driver, and nothing but [`Stage::ticket`] looks past it.
pub struct Stage {
    /// The world.
    pub world: World,
    /// The driver under test.
    pub driver: Box<dyn Driver>,
}

/// Tokens of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tokens {
    /// The access token.
    pub access: String,
    /// The refresh token; empty where there is none.
    pub refresh: String,
}

impl std::fmt::Debug for Stage {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Stage").field("world", &self.world).finish_non_exhaustive()
    }
}

impl Stage {
    /// The bare core on stores in memory: the reference.
    pub async fn reference() -> Self {
        let world = World::new(MemoryStore::default()).await;
        let driver = Box::new(Bare(world.server.clone()));
        Self { world, driver }
    }

    /// Sends a request.
    pub async fn send(&self, request: Request<Bytes>) -> Answer {
        self.driver.send(request).await.into()
    }

    /// GET with parameters.
    pub async fn get(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        match parameters {
            [] => self.send(get(path)).await,
            _ => self.send(get(&format!("{path}?{}", query(parameters)))).await,
        }
    }

    /// POST with a form.
    pub async fn post(&self, path: &str, parameters: &[(&str, &str)]) -> Answer {
        self.send(form(path, parameters)).await
    }

    /// POST with a form, by a client that authenticates with HTTP Basic. What is given goes into
    /// the header as it is, without form encoding.
    pub async fn post_basic(
        &self,
        path: &str,
        client: &str,
        secret: &str,
        parameters: &[(&str, &str)],
    ) -> Answer {
        let mut request = form(path, parameters);
        let value = format!("Basic {}", STANDARD.encode(format!("{client}:{secret}")));
        let value = HeaderValue::try_from(value).expect("base64");
        request.headers_mut().insert(header::AUTHORIZATION, value);
        self.send(request).await
    }

    /// GET with a bearer token.
    pub async fn get_as(&self, path: &str, token: &str) -> Answer {
        let mut request = get(path);
        let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a token");
        request.headers_mut().insert(header::AUTHORIZATION, value);
        self.send(request).await
    }

    /// Alice signs in on the direct API and gets a code.
    ///
    /// # Panics
    /// When she does not.
    pub async fn direct_code(&self, tenant: &str) -> String {
        let answer =
            self.get(&format!("/oauth/{tenant}/authorize"), &alice_asks_for_a_code()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.json()["code"].as_str().expect("a code").to_owned()
    }

    /// A code is redeemed on the direct API, with the redirect URI that it was asked with.
    pub async fn redeem(&self, tenant: &str, code: &str) -> Answer {
        let parameters =
            [("grant_type", "authorize_code"), ("code", code), ("redirect_uri", World::REDIRECT)];
        self.get(&format!("/oauth/{tenant}/token"), &parameters).await
    }

    /// A refresh token is presented on the direct API.
    pub async fn direct_refresh(&self, tenant: &str, token: &str) -> Answer {
        let parameters = [("grant_type", "refresh_token"), ("refresh_token", token)];
        self.get(&format!("/oauth/{tenant}/token"), &parameters).await
    }

    /// Alice signs in by the direct API's password grant.
    ///
    /// # Panics
    /// When she does not.
    pub async fn direct_tokens(&self, tenant: &str) -> Tokens {
        let parameters = [("grant_type", "password"), ALICE, PASSWORD];
        self.get(&format!("/oauth/{tenant}/token"), &parameters).await.tokens()
    }

    /// Alice signs in through a client by the password grant of `POST …/token`. A confidential
    /// client sends its secret in the form.
    ///
    /// # Panics
    /// When she does not.
    pub async fn tokens(&self, tenant: &str, client: &str) -> Tokens {
        let mut parameters =
            vec![("grant_type", "password"), ALICE, PASSWORD, ("client_id", client)];
        self.add_secret(tenant, client, &mut parameters);
        self.post(&format!("/oauth/{tenant}/token"), &parameters).await.tokens()
    }

    /// A client presents a refresh token at `POST …/token`.
    pub async fn refresh(&self, tenant: &str, client: &str, token: &str) -> Answer {
        let mut parameters =
            vec![("grant_type", "refresh_token"), ("refresh_token", token), ("client_id", client)];
        self.add_secret(tenant, client, &mut parameters);
        self.post(&format!("/oauth/{tenant}/token"), &parameters).await
    }

    /// Redeems a code of a client that asked with [`PKCE`]'s challenge.
    pub async fn redeem_code(&self, tenant: &str, client: &str, code: &str) -> Answer {
        let uri = redirect_uri(client);
        let mut parameters = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", uri),
            ("client_id", client),
            ("code_verifier", PKCE.0),
        ];
        self.add_secret(tenant, client, &mut parameters);
        self.post(&format!("/oauth/{tenant}/token"), &parameters).await
    }

    fn add_secret<'a>(&'a self, tenant: &str, client: &str, to: &mut Vec<(&str, &'a str)>) {
        if matches!(client, "backend" | "retired" | "web" | "own") {
            to.push(("client_secret", self.world.secret(tenant, client)));
        }
    }

    /// Lets so much time pass that failed sign-ins are forgotten.
    pub fn forget_failures(&self) {
        self.world.clock.advance(ThrottleConfig::default().forget_after);
    }

    /// The row behind an access token, read behind the server's back.
    ///
    /// # Panics
    /// When there is none.
    pub async fn ticket(&self, tenant: &str, access_token: &str) -> Ticket {
        let (tenant, id) = (tenant_id(tenant), grant_of(access_token));
        let found = self.world.stores.tickets.read(&tenant, id).await.expect("the store answers");
        found.expect("the token's grant")
    }
}

/// The user of most cases.
pub const ALICE: (&str, &str) = ("username", "alice");
/// Her password.
pub const PASSWORD: (&str, &str) = ("password", World::PASSWORD);

/// What Alice's application asks for on the direct API.
pub fn alice_asks_for_a_code() -> [(&'static str, &'static str); 4] {
    [("response_type", "code"), ALICE, PASSWORD, ("redirect_uri", World::REDIRECT)]
}

/// A tenant's id.
///
/// # Panics
/// When the text is none.
pub fn tenant_id(text: &str) -> TenantId {
    text.parse().expect("a tenant id")
}

/// The grant that an access token names.
///
/// # Panics
/// When it names none.
pub fn grant_of(access_token: &str) -> TicketId {
    let gid = claims(access_token)["gid"].as_str().expect("a grant").to_owned();
    let bytes = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(gid).expect("base64url");
    TicketId::from_bytes(bytes.try_into().expect("16 bytes"))
}

impl Answer {
    /// The tokens of a good answer.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn tokens(&self) -> Tokens {
        assert_eq!(self.status, 200, "{self:?}");
        let body = self.json();
        let text = |name: &str| body[name].as_str().unwrap_or_default().to_owned();
        Tokens { access: text("access_token"), refresh: text("refresh_token") }
    }
}

/// A verifier and its challenge (RFC 7636 appendix B).
pub const PKCE: (&str, &str) =
    ("dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM");

/// The first redirect URI of a client of the world.
///
/// # Panics
/// When it has none.
pub fn redirect_uri(client: &str) -> &'static str {
    match client {
        "spa" => World::REDIRECT,
        "web" => "https://web.example.com/cb",
        "native" => "http://127.0.0.1/cb",
        "own" => "https://own.example.com/cb",
        "pair" => "https://pair.example.com/cb",
        other => panic!("no users come from {other}"),
    }
}
