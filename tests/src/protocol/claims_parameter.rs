//! Claims that a client asks for by name (OpenID Connect Core §5.5): no more than a scope would tell it,
//! and nothing that the user was not asked about.

use grantry::{NewClient, types::GrantType};
use serde_json::json;

use super::admin::admin;
use super::walk::{OWN, assert_refusal, but, id_token, plain, spa, walk};
use crate::{Browser, PKCE, Stage, World, claims, tenant_id};

const BY_NAME: &str = r#"{"userinfo":{"email":null},"id_token":{"phone_number":null}}"#;

/// AZ-34, OpenID Connect Core §3.1.2.4: what is asked for by name is asked of the user as if its scope had
/// been, so that they see what they allow; what was allowed before does not cover it.
pub async fn what_is_asked_for_by_name_is_asked_of_the_user(s: &Stage) {
    let browser = Browser::new(s);
    let openid = but(spa(), &[("scope", "openid")]);
    walk(&browser, "acme", &openid).await.code();
    let by_name = but(openid.clone(), &[("claims", BY_NAME)]);
    let silent = but(by_name.clone(), &[("prompt", "none")]);
    let told = browser.authorize("acme", &silent).await.parameters();
    assert_refusal(&told, "consent_required");
    let page = browser.authorize("acme", &by_name).await.page();
    for text in ["See your email address", "See your phone number"] {
        assert!(page.offers("allow") && page.text.contains(text), "{}", page.text);
    }
    assert!(!page.text.contains("See your postal address"), "{}", page.text);
    let code = browser.submit(&page, &[("action", "allow")]).await.code();
    let answer = s.redeem_code("acme", "spa", &code).await;
    assert_eq!(answer.json()["scope"], "openid", "the token is for no more than before");
    assert_eq!(claims(&id_token(&answer))["phone_number"], "+44 20 7946 0000");
    let told = s.get_as("/oauth/acme/userinfo", &answer.tokens().access).await.json();
    assert_eq!(told, json!({ "sub": "user-alice", "email": "alice@example.com" }));
    // And is remembered.
    browser.authorize("acme", &silent).await.code();
}

/// AZ-34: a client hears by name nothing of what none of its scopes would tell.
pub async fn a_client_hears_no_more_by_name_than_by_scope(s: &Stage) {
    let narrow = NewClient::public("narrow")
        .grants([GrantType::AuthorizationCode])
        .scope("openid email")
        .redirect_uris(["https://narrow.example.com/cb"]);
    admin(s).create_client(&tenant_id("acme"), narrow).await.expect("a client");
    let who = [
        ("client_id", "narrow"),
        ("redirect_uri", "https://narrow.example.com/cb"),
        ("scope", "openid"),
        ("claims", BY_NAME),
    ];
    let browser = Browser::new(s);
    let login = browser.authorize("acme", &but(spa(), &who)).await.page();
    let page = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
    assert!(page.text.contains("See your email address"), "{}", page.text);
    assert!(!page.text.contains("See your phone number"), "{}", page.text);
    let code = browser.submit(&page, &[("action", "allow")]).await.code();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "narrow"),
        ("code", &*code),
        ("redirect_uri", "https://narrow.example.com/cb"),
        ("code_verifier", PKCE.0),
    ];
    let answer = s.post("/oauth/acme/token", &form).await;
    assert_eq!(claims(&id_token(&answer)).get("phone_number"), None);
    let told = s.get_as("/oauth/acme/userinfo", &answer.tokens().access).await.json();
    assert_eq!(told, json!({ "sub": "user-alice", "email": "alice@example.com" }));
}

/// OpenID Connect Core §5.5: of the tenant's own client nobody is asked, and it is told.
pub async fn the_tenants_own_client_is_told_without_a_question(s: &Stage) {
    let asked = but(plain("openid"), &[("claims", BY_NAME)]);
    let landing = walk(&Browser::new(s), "acme", &asked).await.away();
    assert!(landing.starts_with(OWN), "{landing}");
}
