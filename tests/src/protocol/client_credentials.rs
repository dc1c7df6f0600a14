//! A client on its own behalf (RFC 6749 §4.4).

use grantry::{
    AdminError, NewClient,
    types::{Client, ClientKind, GrantType, Set, Whose},
};
use serde_json::{Value, json};

use crate::{Answer, Stage, World, claims, tenant_id};

const PATH: &str = "/oauth/acme/token";

/// `backend` asks for a token of its own.
async fn ask(s: &Stage, parameters: &[(&str, &str)]) -> Answer {
    let secret = s.world.secret("acme", "backend");
    let own =
        [("grant_type", "client_credentials"), ("client_id", "backend"), ("client_secret", secret)];
    s.post(PATH, &[&own[..], parameters].concat()).await
}

/// RFC 6749 §4.4.3: an access token "and no refresh token"; RFC 9068 §2.2: the client is the
/// subject. There is no row.
pub async fn a_client_gets_an_access_token_alone(s: &Stage) {
    let answer = ask(s, &[]).await;
    let access = answer.tokens().access;
    let whole = json!({
        "access_token": access, "token_type": "Bearer", "expires_in": 3600, "scope": "read",
    });
    assert_eq!(answer.json(), whole);
    answer.assert_private_json();
    let said = claims(&access);
    assert_eq!((&said["sub"], &said["client_id"]), (&json!("backend"), &json!("backend")));
    assert_eq!(said.get("gid"), None, "no grant");
    let whose = Whose::Client("backend".parse().expect("a client id"));
    let rows = s.world.stores.tickets.list(&tenant_id("acme"), whose, None).await;
    assert_eq!(rows.expect("the store answers").tickets, []);
}

/// RFC 6749 §3.3: what was asked for, in one spelling; without that the default.
pub async fn the_scope_is_what_was_asked_for_or_the_default(s: &Stage) {
    for (asked, granted) in
        [("", "read"), ("write", "write"), ("write read write", "read write"), ("read", "read")]
    {
        let answer = ask(s, &[("scope", asked)]).await;
        let in_token = claims(&answer.tokens().access)["scope"].clone();
        let granted = Value::from(granted);
        assert_eq!((&answer.json()["scope"], &in_token), (&granted, &granted), "{asked:?}");
    }
}

/// TK-23, RFC 6749 §5.2: more than the client may have is refused as a whole. `openid` and
/// `offline_access` are a user's, also where the client may ask for them on a user's behalf.
pub async fn a_scope_beyond_the_clients_own_is_invalid(s: &Stage) {
    for scope in ["admin", "read admin", "openid", "read openid", "offline_access", "READ"] {
        let answer = ask(s, &[("scope", scope)]).await;
        answer.assert_error(400, "invalid_scope", "the scope is not allowed here");
    }
}

/// What a client was registered with comes before what is its tenant's.
pub async fn a_client_may_have_a_default_scope_and_an_audience_of_its_own(s: &Stage) {
    let new = NewClient::confidential("billing")
        .grants([GrantType::ClientCredentials])
        .scope("read pay openid")
        .default_scope("pay openid")
        .audience("https://billing.example.com".parse().expect("an audience"));
    let made = s.world.server.admin().create_client(&tenant_id("acme"), new).await;
    let secret = made.expect("a client").secret.expect("a secret");
    let parameters = [("grant_type", "client_credentials")];
    let answer = s.post_basic(PATH, "billing", secret.expose(), &parameters).await;
    assert_eq!(answer.json()["scope"], "pay", "openid is a user's");
    let said = claims(&answer.tokens().access);
    assert_eq!(said["aud"], "https://billing.example.com");
}

/// Without any other the audience is the tenant's default.
pub async fn the_audience_is_the_tenants(s: &Stage) {
    assert_eq!(claims(&ask(s, &[]).await.tokens().access)["aud"], World::AUDIENCE);
}

/// TK-23, RFC 6749 §4.4: "MUST only be used by confidential clients", also where a row says
/// otherwise.
pub async fn a_public_client_may_not(s: &Stage) {
    let (admin, acme) = (s.world.server.admin(), tenant_id("acme"));
    let new = NewClient::public("greedy").grants([GrantType::ClientCredentials]);
    let refused = admin.create_client(&acme, new).await;
    assert!(matches!(refused, Err(AdminError::Client(why)) if why.field == "grants"));

    let mut row = Client::new("greedy".parse().expect("a client id"), ClientKind::Public);
    row.grants = Set::from([GrantType::ClientCredentials]);
    s.world.stores.clients.create(&acme, row).await.expect("the store answers");
    for client in ["greedy", "app"] {
        let parameters = [("grant_type", "client_credentials"), ("client_id", client)];
        let why = "client_credentials is not allowed here";
        s.post(PATH, &parameters).await.assert_error(400, "unauthorized_client", why);
    }
}

/// TK-24, RFC 9700 §4.15: no client is ever the `sub` of a user.
pub async fn no_client_has_the_name_of_a_user(s: &Stage) {
    let (admin, acme) = (s.world.server.admin(), tenant_id("acme"));
    let made = |id: &str| admin.create_client(&acme, NewClient::public(id));
    assert!(matches!(made("user-alice").await, Err(AdminError::SubjectClash)));
    assert!(matches!(made("direct").await, Err(AdminError::Client(why)) if why.field == "id"));
}
