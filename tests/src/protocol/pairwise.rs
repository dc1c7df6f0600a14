//! Names of users that say nothing to other clients (OpenID Connect Core §8).

use grantry::{
    NewClient,
    types::{GrantType, SubjectType},
};
use http::{HeaderValue, header};

use super::admin::admin;
use super::visitors::{bob, said, tokens_for};
use crate::{Browser, PKCE, Stage, claims, get, tenant_id};

/// Who a user is to a client, in every place that says so, which must all agree.
async fn known_as(s: &Stage, user: &str, client: &str) -> String {
    let answer = tokens_for(&Browser::new(s), user, client, &[]).await;
    let (tokens, name) = (answer.tokens(), said(&answer)["sub"].clone());
    assert_eq!(claims(&tokens.access)["sub"], name);
    let told = s.get_as("/oauth/acme/userinfo", &tokens.access).await.json();
    assert_eq!(told["sub"], name);
    let again = s.refresh("acme", client, &tokens.refresh).await;
    assert_eq!((&said(&again)["sub"], &claims(&again.tokens().access)["sub"]), (&name, &name));
    name.as_str().expect("a name").to_owned()
}

/// OpenID Connect Core §8.1: one name for a user and a client, always the same, which says nothing of either, and
/// is neither another user's nor another client's, nor another tenant's.
pub async fn a_client_knows_a_user_by_a_name_of_its_own(s: &Stage) {
    bob(s).await;
    let other = NewClient::public("other")
        .grants([GrantType::AuthorizationCode, GrantType::RefreshToken])
        .scope("openid profile read")
        .redirect_uris(["https://other.example.com/cb"])
        .subject_type(SubjectType::Pairwise);
    admin(s).create_client(&tenant_id("acme"), other).await.expect("a client");
    let alice = known_as(s, "alice", "pair").await;
    assert_eq!(known_as(s, "alice", "pair").await, alice);
    assert_eq!(known_as(s, "alice", "spa").await, "user-alice");
    assert!(!alice.contains("alice") && alice.len() >= 22, "{alice}");
    assert_ne!(known_as(s, "bob", "pair").await, alice);
    // Another client, of another host.
    let uri = "https://other.example.com/cb";
    let browser = Browser::new(s);
    let mut asked = super::visitors::asks_with("pair", &[("redirect_uri", uri)]);
    asked.iter_mut().filter(|(name, _)| *name == "client_id").for_each(|pair| pair.1 = "other");
    let login = browser.authorize("acme", &asked).await.page();
    let consent = browser.sign_in(&login, "alice", crate::World::PASSWORD).await.page();
    let code = browser.submit(&consent, &[("action", "allow")]).await.code();
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", uri),
        ("client_id", "other"),
        ("code_verifier", PKCE.0),
    ];
    let answer = s.post("/oauth/acme/token", &redeem).await;
    assert_ne!(said(&answer)["sub"], alice);
    assert_ne!(said(&answer)["sub"], "user-alice");
    // Another tenant.
    let browser = Browser::new(s);
    let asked = super::visitors::asks_with("pair", &[]);
    let login = browser.authorize("globex", &asked).await.page();
    let consent = browser.sign_in(&login, "alice", crate::World::PASSWORD).await.page();
    let code = browser.submit(&consent, &[("action", "allow")]).await.code();
    let answer = s.redeem_code("globex", "pair", &code).await;
    assert_ne!(said(&answer)["sub"], alice);
}

/// The host's own routes know the user by their own name, where the guard asks for the grant; one that
/// does not knows what the token says.
pub async fn the_hosts_own_routes_know_who_it_is(s: &Stage) {
    let token = tokens_for(&Browser::new(s), "alice", "pair", &[]).await.tokens().access;
    let mut request = get("/me");
    let bearer = HeaderValue::try_from(format!("Bearer {token}")).expect("a header");
    request.headers_mut().insert(header::AUTHORIZATION, bearer);
    let (parts, _) = request.into_parts();
    let access = s.world.guards.acme.check(&parts).await.expect("access");
    assert_eq!((access.subject().as_str(), access.client().as_str()), ("user-alice", "pair"));
    let access = s.world.guards.offline.check(&parts).await.expect("access");
    assert_eq!(access.subject().as_str(), claims(&token)["sub"]);
}

/// A token that names a user as another client knows them is nobody's.
pub async fn a_client_that_learns_another_name_has_no_old_tokens(s: &Stage) {
    let token = tokens_for(&Browser::new(s), "alice", "pair", &[]).await.tokens().access;
    let public = |client: &mut grantry::types::Client| {
        let browser = client.browser.as_mut().expect("a browser");
        browser.subject_type = SubjectType::Public;
    };
    let pair = "pair".parse().expect("a client id");
    admin(s).change_client(&tenant_id("acme"), &pair, public).await.expect("done");
    assert_eq!(s.get_as("/oauth/acme/userinfo", &token).await.status, 401);
}

/// OpenID Connect Core §3.1.2.1: a hint names the user as the client knows them.
pub async fn a_hint_names_the_user_as_the_client_knows_them(s: &Stage) {
    let browser = Browser::new(s);
    let answer = tokens_for(&browser, "alice", "pair", &[]).await;
    let hint = super::visitors::id_token(&answer);
    let silent = [("id_token_hint", &*hint), ("prompt", "none")];
    super::visitors::visit(&browser, "pair", &silent).await.code();
    let signed_out = browser.open(&format!("/oauth/acme/logout?id_token_hint={hint}")).await.page();
    super::visitors::assert_says(&signed_out, 200, super::visitors::SIGNED_OUT);
    let landing = super::visitors::visit(&browser, "pair", &silent).await;
    assert_eq!(landing.error(), "login_required");
}
