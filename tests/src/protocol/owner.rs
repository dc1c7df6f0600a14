//! A tenant with everything that can be held of it, under names that no other tenant knows.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::{
    NewClient,
    ports::{KeyPurpose, TicketKey},
    types::{Account, ClientAuthMethod, ClientSecret, GrantType, SecretHash, TokenKind, Whose},
};

use super::admin::{admin, subject};
use super::credential::Credential;
use crate::{Stage, Tokens, World, grant_of, tenant_id};

/// The mark of all names of its own.
pub(super) const MARK: &str = "solo";
/// A name that every tenant knows.
pub(super) const TWIN: &str = "twin";
/// The password of its users.
pub(super) const PASSWORD: &str = "rabbit-hole";
/// argon2id of it.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JhbnRyeS13b3JsZC0wMg$l4/82KyP5e9EFVcrlSLCOozvJcJhX+KIG6/Q7FQ6fmc";

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
        let new = new.grants([GrantType::ClientCredentials]).scope("read");
        admin(s).create_client(&id, new).await.expect("a client");
    }
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
        // Nobody issues them yet.
        TokenKind::Code
        | TokenKind::Interaction
        | TokenKind::Session
        | TokenKind::Browser
        | TokenKind::SignOut => made(s, tenant, kind).await,
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
    Credential::Opaque(kind, token)
}

/// Its user signs in on the direct API.
async fn signs_in(s: &Stage, tenant: &str, whose: &str) -> Tokens {
    let name = own_name(whose);
    let user = [("grant_type", "password"), ("username", &*name), ("password", PASSWORD)];
    s.get(&format!("/oauth/{tenant}/token"), &user).await.tokens()
}

/// A token, made by the tenant's own key.
async fn made(s: &Stage, tenant: &str, kind: TokenKind) -> String {
    let id = tenant_id(tenant);
    let keys = s.world.stores.key_records.read(&id).await.expect("the store answers");
    let mut keys = keys.expect("keys").keys.into_iter();
    let key = keys.find_map(|key| match key.purpose {
        KeyPurpose::Ticket(number) => Some((number, key.material)),
        KeyPurpose::Signing(_) | KeyPurpose::Subjects => None,
    });
    let (number, material) = key.expect("a ticket key");
    let secret = material.expose().try_into().expect("32 bytes");
    let key = TicketKey::derive(number, &id, secret);
    let body = [&[1, number][..], &[0x77; 16], &[0; 4]].concat();
    let mac = key.mac(kind, &body);
    format!("{}{}", kind.prefix(), URL_SAFE_NO_PAD.encode([&body[..], &mac].concat()))
}

/// What is shown of this tenant: of grants that live and of one that ended.
pub(super) async fn tokens(s: &Stage, tenant: &str) -> Vec<Credential> {
    let live = signs_in(s, tenant, tenant).await;
    let mut all = vec![Credential::Access(live.access)];
    for kind in TokenKind::ALL {
        all.push(token(s, tenant, tenant, kind).await);
    }
    let ended = signs_in(s, tenant, tenant).await;
    let whose = Whose::One(grant_of(&ended.access));
    admin(s).end_grants(&tenant_id(tenant), whose).await.expect("done");
    all.push(Credential::Access(ended.access));
    all.push(Credential::Opaque(TokenKind::DirectRefresh, ended.refresh));
    all
}

/// Its clients, by either method: the one that it has alone, and the one that others know as well.
pub(super) fn clients(whose: &str) -> Vec<Credential> {
    let methods = [ClientAuthMethod::Basic, ClientAuthMethod::Post];
    let all = methods
        .into_iter()
        .flat_map(|method| [(method, own_name(whose)), (method, TWIN.to_owned())]);
    all.map(|(method, name)| Credential::Client(method, name, secret(whose))).collect()
}
