//! Whom a client expects, and how well it wants them proven (OpenID Connect Core §3.1.2.2, §5.5.1).

use super::prompts::{ask, assert_login, bob, once_signed_in, pass, signed_in, silently};
use super::walk::assert_refusal;
use crate::{Browser, Stage, World, claims};

/// oidcc-id-token-hint; OpenID Connect Core §3.1.2.2: the user of the ID token is signed in, so nobody is
/// asked; also with one that expired, which says no less whom it spoke of.
pub async fn a_hint_at_who_is_signed_in_is_answered(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    let asked = [("prompt", "none"), ("id_token_hint", &*hint)];
    assert_eq!(silently(s, &browser, &asked).await["sub"], claims(&hint)["sub"]);
    pass(s, 2 * 3600 * 1000);
    silently(s, &browser, &asked).await;
    // Nobody is signed in by one.
    let other = Browser::new(s);
    assert_refusal(&ask(&other, &asked).await.parameters(), "login_required");
    assert_login(ask(&other, &[("id_token_hint", &*hint)]).await);
}

/// OpenID Connect Core §3.1.2.2: somebody else is signed in: the hinted user is asked for, and whoever
/// signs in instead is not the one.
pub async fn a_hint_at_somebody_else_is_no_sign_in(s: &Stage) {
    bob(s).await;
    let (browser, alice) = signed_in(s).await;
    let login = assert_login(ask(&browser, &[("prompt", "login")]).await);
    browser.sign_in(&login, "bob", World::PASSWORD).await.code();
    let hint = [("id_token_hint", &*alice)];
    let silent = [hint[0], ("prompt", "none")];
    assert_refusal(&ask(&browser, &silent).await.parameters(), "login_required");
    let page = assert_login(ask(&browser, &hint).await);
    let told = browser.sign_in(&page, "bob", World::PASSWORD).await.parameters();
    assert_refusal(&told, "login_required");
    let page = assert_login(ask(&browser, &hint).await);
    assert_eq!(once_signed_in(s, &browser, &page).await["sub"], "user-alice");
    silently(s, &browser, &silent).await;
}

/// OpenID Connect Core §3.1.2.2, §5.5.1: the same of a user whom the `claims` parameter names: a positive
/// answer speaks of nobody else, whatever the name.
pub async fn a_user_named_in_claims_is_who_the_answer_speaks_of(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    let named = |name: &str| format!(r#"{{"id_token":{{"sub":{{"value":{name}}}}}}}"#);
    let own = named("\"user-alice\"");
    silently(s, &browser, &[("claims", &own), ("prompt", "none")]).await;
    for other in ["\"user-bob\"", "\"USER-ALICE\"", "\"\"", "\"ü\"", "1", "[\"user-bob\"]"] {
        let other = named(other);
        let asked = [("claims", &*other), ("prompt", "none")];
        let told = ask(&browser, &asked).await.parameters();
        assert!(!told.contains_key("code"), "{other}: {told:?}");
    }
}

/// OpenID Connect Core §5.5.1.1: a class of authentication that is essential and cannot be had is an
/// error; one that is only liked is none (oidcc-ensure-request-with-acr-values-succeeds).
pub async fn a_class_that_cannot_be_had_is_told(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    let liked = r#"{"id_token":{"acr":{"values":["gold"]}}}"#;
    assert_eq!(silently(s, &browser, &[("claims", liked)]).await.get("acr"), None);
    assert_eq!(silently(s, &browser, &[("acr_values", "gold silver")]).await.get("acr"), None);
    let needed = r#"{"id_token":{"acr":{"essential":true,"values":["gold"]}}}"#;
    let silent = ask(&browser, &[("claims", needed), ("prompt", "none")]).await.parameters();
    assert_refusal(&silent, "unmet_authentication_requirements");
    let page = assert_login(ask(&browser, &[("claims", needed)]).await);
    let told = browser.sign_in(&page, "alice", World::PASSWORD).await.parameters();
    assert_refusal(&told, "unmet_authentication_requirements");
}
