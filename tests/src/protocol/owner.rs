//! A tenant with everything that can be held of it, under names that no other tenant knows.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use grantry::{
    InitialAccess, NewClient,
    ports::Clock,
    types::{Account, ClientAuthMethod, ClientSecret, GrantType, SecretHash, TokenKind, Whose},
};

use http::Method;

use super::admin::{admin, subject};
use super::codes::asks;
use super::credential::{Api, Beside, Credential, Register};
use super::devices::{allows, ask_as};
use super::registering::made;
use super::visit::allow;
use crate::{Browser, KeyHolder, Stage, Tokens, World, grant_of, tenant_id};

/// The mark of all names of its own.
pub(super) const MARK: &str = "solo";
/// A name that every tenant knows.
pub(super) const TWIN: &str = "twin";
/// The password of its users.
pub(super) const PASSWORD: &str = "rabbit-hole";
/// argon2id of it.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JhbnRyeS13b3JsZC0wMg$l4/82KyP5e9EFVcrlSLCOozvJcJhX+KIG6/Q7FQ6fmc";

/// The resource server that each of them has, with its secret.
pub(super) const ASKER: &str = "asker:the-secret-of-all-that-ask-which-is-no-secret";

/// The name of its own user and client.
pub(super) fn own_name(whose: &str) -> String {
    format!("{MARK}-{whose}")
}

fn secret(whose: &str) -> String {
    format!("the-secret-of-the-clients-of-{whose}")
}

/// Gives a tenant a user and a client of its own, and a client whose id the others know as well.
pub(super) async fn settle(s: &Stage, tenant: &str, whose: &str) {
    let (id, name) = (tenant_id(tenant), own_name(whose));
    user(s, tenant, &name, HASH).await;
    let hash = SecretHash::of(&ClientSecret::new(secret(whose)));
    for name in [&*name, TWIN] {
        let new = NewClient::confidential(name).secret_hashes([hash.clone()]);
        let new = new.auth_methods(METHODS).jwks(key(whose).jwks());
        use GrantType::{AuthorizationCode, ClientCredentials, DeviceCode};
        let new = new.grants([ClientCredentials, AuthorizationCode, DeviceCode]);
        // Two, so that nobody is sent anywhere by the client's name alone.
        let new = new.scope("read").redirect_uris([World::REDIRECT, "https://b.example/cb"]);
        admin(s).create_client(&id, new).await.expect("a client");
    }
    let tv = NewClient::public("tv").grants([GrantType::DeviceCode]).scope("read");
    admin(s).create_client(&id, tv).await.expect("a client");
    let (name, known) = ASKER.split_once(':').expect("a name and a secret");
    let new = NewClient::confidential(name).secret_hashes([SecretHash::of(&known.into())]);
    let new = new.introspects([World::AUDIENCE.parse().expect("an audience")]);
    admin(s).create_client(&id, new).await.expect("a client");
}

/// Gives two tenants a user of one name, with a password in each.
pub(super) async fn settle_twins(s: &Stage, one: &str, other: &str) {
    user(s, one, TWIN, HASH).await;
    user(s, other, TWIN, crate::world::HASH).await;
}

async fn user(s: &Stage, tenant: &str, name: &str, hash: &str) {
    let account = Account::new(subject(&format!("user-{name}")), name.into(), hash.into());
    s.world.stores.accounts.create(&tenant_id(tenant), account).await.expect("a user");
}

/// A code or refresh token of its user, fresh.
pub(super) async fn token(s: &Stage, tenant: &str, whose: &str, kind: TokenKind) -> Credential {
    let token = match kind {
        TokenKind::Code
        | TokenKind::DeviceCode
        | TokenKind::Interaction
        | TokenKind::RequestUri
        | TokenKind::Session
        | TokenKind::Browser
        | TokenKind::SignOut => return visits(s, tenant, whose).await.credential(kind),
        TokenKind::DirectCode => {
            let name = own_name(whose);
            let asked = [
                ("response_type", "code"),
                ("username", &*name),
                ("password", PASSWORD),
                ("redirect_uri", World::REDIRECT),
            ];
            let answer = s.get(&format!("/oauth/{tenant}/authorize"), &asked).await;
            answer.json()["code"].as_str().expect("a code").to_owned()
        }
        TokenKind::Refresh => {
            let name = own_name(whose);
            let asked = [
                ("grant_type", "password"),
                ("client_id", "app"),
                ("username", &*name),
                ("password", PASSWORD),
            ];
            s.post(&format!("/oauth/{tenant}/token"), &asked).await.tokens().refresh
        }
        TokenKind::DirectRefresh => signs_in(s, tenant, whose).await.refresh,
    };
    Credential::Opaque(kind, token, Beside { client: "app", ..Beside::default() })
}

/// What is held once its user has signed in in a browser, and allowed a client what it asked for.
pub(super) struct Visit {
    tokens: Tokens,
    id_token: String,
    code: String,
    device: String,
    handle: String,
    reference: String,
    confirm: String,
    session: String,
    browser: String,
    owner: String,
}

/// Its user comes from `spa`.
pub(super) async fn visits(s: &Stage, tenant: &str, whose: &str) -> Visit {
    let browser = Browser::new(s);
    let asked = asks("spa", World::REDIRECT);
    let ask = async |prompt| {
        browser.authorize(tenant, &[&asked[..], &[("prompt", prompt)]].concat()).await
    };
    let login = browser.authorize(tenant, &asked).await.page();
    let landing = allow(&browser, &login, &own_name(whose), PASSWORD).await;
    let answer = s.redeem_code(tenant, "spa", &landing.code()).await;
    let code = ask("none").await.code();
    let handle = ask("login").await.page().hidden("interaction").to_owned();
    let reference = s.post(&format!("/oauth/{tenant}/par"), &asked).await.json();
    let codes = ask_as(s, tenant, "tv", &[]).await;
    assert!(allows(&browser, &codes).await.text.contains("is connected"));
    let page = browser.open(&format!("/oauth/{tenant}/logout")).await.page();
    let cookie = |kind: TokenKind| {
        let name = format!("__Host-grantry-{}-{tenant}", kind.label());
        browser.cookies()[&name].clone()
    };
    Visit {
        tokens: answer.tokens(),
        id_token: answer.json()["id_token"].as_str().expect("an ID token").to_owned(),
        code,
        device: codes.device,
        handle,
        reference: reference["request_uri"].as_str().expect("a reference").to_owned(),
        confirm: page.hidden("confirm").to_owned(),
        session: cookie(TokenKind::Session),
        browser: cookie(TokenKind::Browser),
        owner: tenant.to_owned(),
    }
}

impl Visit {
    /// One of the opaque tokens, with the cookies that go along.
    pub(super) fn credential(&self, kind: TokenKind) -> Credential {
        let (token, cookies) = match kind {
            TokenKind::Code | TokenKind::DirectCode => (&self.code, vec![]),
            TokenKind::Refresh | TokenKind::DirectRefresh => (&self.tokens.refresh, vec![]),
            TokenKind::DeviceCode => (&self.device, vec![]),
            TokenKind::Interaction => (&self.handle, vec![(TokenKind::Browser, &self.browser)]),
            TokenKind::RequestUri => (&self.reference, vec![]),
            TokenKind::Session => (&self.session, vec![(kind, &self.session)]),
            TokenKind::Browser => (&self.browser, vec![(kind, &self.browser)]),
            TokenKind::SignOut => (&self.confirm, vec![(TokenKind::Session, &self.session)]),
        };
        let mut beside = self.beside(&cookies);
        if kind == TokenKind::DeviceCode {
            beside.client = "tv";
        }
        Credential::Opaque(kind, token.clone(), beside)
    }

    /// The access token.
    pub(super) fn access(&self) -> Credential {
        Credential::Access(Api::Standard, self.tokens.access.clone())
    }

    /// The ID token, in the browser whose user it names.
    pub(super) fn identity(&self) -> Credential {
        let session = (TokenKind::Session, &self.session);
        Credential::Identity(self.id_token.clone(), self.beside(&[session]))
    }

    fn beside(&self, cookies: &[(TokenKind, &String)]) -> Beside {
        let cookies = cookies.iter().map(|(kind, value)| (*kind, (*value).clone())).collect();
        Beside { client: "spa", cookies, owner: self.owner.clone() }
    }
}

/// Its user signs in on the direct API.
async fn signs_in(s: &Stage, tenant: &str, whose: &str) -> Tokens {
    let name = own_name(whose);
    let user = [("grant_type", "password"), ("username", &*name), ("password", PASSWORD)];
    s.get(&format!("/oauth/{tenant}/token"), &user).await.tokens()
}

/// What is shown of this tenant: of grants that live and of one that ended.
pub(super) async fn tokens(s: &Stage, tenant: &str) -> Vec<Credential> {
    let live = signs_in(s, tenant, tenant).await;
    let visit = visits(s, tenant, tenant).await;
    let direct = |access| Credential::Access(Api::Direct, access);
    let mut all = vec![direct(live.access), visit.access(), visit.identity()];
    for kind in TokenKind::ALL {
        all.push(match kind {
            TokenKind::DirectCode | TokenKind::DirectRefresh => {
                token(s, tenant, tenant, kind).await
            }
            _ => visit.credential(kind),
        });
    }
    all.push(token(s, tenant, tenant, TokenKind::Refresh).await);
    let ended = signs_in(s, tenant, tenant).await;
    let whose = Whose::One(grant_of(&ended.access));
    admin(s).end_grants(&tenant_id(tenant), whose).await.expect("done");
    all.push(direct(ended.access));
    let beside = Beside { client: "app", ..Beside::default() };
    all.push(Credential::Opaque(TokenKind::DirectRefresh, ended.refresh, beside));
    let initial = initial(s, tenant).await;
    let request = initial.request(&Method::POST, &format!("/oauth/{tenant}/register"));
    all.push(Credential::Registration(Register::Own, made(&s.send(request).await).token));
    all.push(initial);
    all
}

/// A token by which clients register with it.
pub(super) async fn initial(s: &Stage, tenant: &str) -> Credential {
    let access = InitialAccess::often(Duration::from_secs(3600));
    let token = admin(s).mint_initial_access(&tenant_id(tenant), access).await.expect("a token");
    Credential::Registration(Register::Initial, token.expose().to_owned())
}

/// Its clients, by each method: the one that it has alone, and the one that others know as well. Assertions are
/// new each time.
pub(super) fn clients(s: &Stage, whose: &str) -> Vec<Credential> {
    let issuer = format!("https://id.example.com/oauth/{whose}");
    let proof = |method: ClientAuthMethod, name: &str| match method.shows_a_secret() {
        true => secret(whose),
        false => {
            let key = key(whose);
            let mut said = key.claims(name, &issuer, s.world.clock.now());
            said["jti"] = format!("{name} {}", NEXT.fetch_add(1, Ordering::Relaxed)).into();
            key.assert(&said)
        }
    };
    let names = [own_name(whose), TWIN.to_owned()];
    let all = METHODS.into_iter().flat_map(|method| names.iter().map(move |name| (method, name)));
    all.map(|(method, name)| Credential::Client(method, name.clone(), proof(method, name)))
        .collect()
}

/// Every way to prove oneself.
const METHODS: [ClientAuthMethod; 3] =
    [ClientAuthMethod::Basic, ClientAuthMethod::Post, ClientAuthMethod::PrivateKeyJwt];

/// So that no two assertions are one.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// The key of its clients, by a name that is everywhere the same.
fn key(whose: &str) -> KeyHolder {
    KeyHolder::owned(whose, "key")
}
