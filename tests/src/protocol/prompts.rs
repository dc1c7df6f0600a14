//! What a user is asked, and when (OpenID Connect Core §3.1.2.1, §3.1.2.3).

use std::time::Duration;

use grantry::types::Account;
use serde_json::Value;

use super::walk::{
    AUTHORIZE, assert_refusal, assert_told, but, id_token, own_tokens, plain, redeem_own, spa, walk,
};
use crate::{Browser, Landing, Page, Stage, World, claims, tenant_id};

/// A browser in which Alice is signed in, and the ID token of `own`.
pub(super) async fn signed_in(s: &Stage) -> (Browser<'_>, String) {
    let browser = Browser::new(s);
    let code = walk(&browser, "acme", &plain("openid")).await.code();
    let token = id_token(&redeem_own(s, &code).await);
    (browser, token)
}

/// Where a browser ends up with these parameters more.
pub(super) async fn ask(browser: &Browser<'_>, more: &[(&str, &str)]) -> Landing {
    browser.authorize("acme", &but(plain("openid"), more)).await
}

/// What the client's ID token says, where nobody was asked.
pub(super) async fn silently(s: &Stage, browser: &Browser<'_>, more: &[(&str, &str)]) -> Value {
    let code = ask(browser, more).await.code();
    claims(&id_token(&redeem_own(s, &code).await))
}

/// What it says once Alice signed in on this page.
pub(super) async fn once_signed_in(s: &Stage, browser: &Browser<'_>, page: &Page) -> Value {
    let code = browser.sign_in(page, "alice", World::PASSWORD).await.code();
    claims(&id_token(&redeem_own(s, &code).await))
}

#[track_caller]
pub(super) fn assert_login(landing: Landing) -> Page {
    let page = landing.page();
    assert!(page.offers("sign-in"), "{}", page.text);
    page
}

pub(super) fn pass(s: &Stage, millis: u64) {
    s.world.clock.advance(Duration::from_millis(millis));
}

/// `bob`, who has the password of all.
pub(super) async fn bob(s: &Stage) {
    let account = Account::new(
        "user-bob".parse().expect("a subject"),
        "bob".into(),
        crate::world::HASH.into(),
    );
    s.world.stores.accounts.create(&tenant_id("acme"), account).await.expect("bob");
}

/// oidcc-prompt-login: whoever is signed in signs in again, and `auth_time` says so; the user is the same.
pub async fn prompt_login_asks_again(s: &Stage) {
    let (browser, first) = signed_in(s).await;
    pass(s, 2000);
    let page = assert_login(ask(&browser, &[("prompt", "login")]).await);
    pass(s, 1000);
    let (first, second) = (claims(&first), once_signed_in(s, &browser, &page).await);
    assert_eq!(second["sub"], first["sub"]);
    let at = |said: &Value| said["auth_time"].as_u64().expect("auth_time");
    assert_eq!(at(&second), at(&first) + 3);
    // A wrong password does not make the old session do.
    let page = assert_login(ask(&browser, &[("prompt", "login")]).await);
    let wrong = browser.sign_in(&page, "alice", "wrong").await.page();
    assert_eq!(wrong.answer.status, 403);
    assert_login(browser.open(&page.place).await);
}

/// oidcc-prompt-none-not-logged-in; AZ-03: nobody may be asked, and nobody is signed in.
pub async fn prompt_none_without_a_user_is_login_required(s: &Stage) {
    let asked = but(plain("openid"), &[("prompt", "none")]);
    let answer = s.get(AUTHORIZE, &asked).await;
    let told = assert_told(&answer, "login_required");
    assert_eq!(told["state"], "st");
    assert_eq!(answer.header("set-cookie"), "", "nothing begins");
}

/// oidcc-prompt-none-logged-in: who signed in is not asked, and signed in when they did.
pub async fn prompt_none_with_a_user_is_answered_at_once(s: &Stage) {
    let (browser, first) = signed_in(s).await;
    pass(s, 5000);
    let (first, second) = (claims(&first), silently(s, &browser, &[("prompt", "none")]).await);
    assert_eq!((&first["sub"], &first["auth_time"]), (&second["sub"], &second["auth_time"]));
    assert_ne!(first["iat"], second["iat"]);
}

/// OpenID Connect Core §3.1.2.6: who did not allow it yet would have to be asked.
pub async fn prompt_none_without_consent_is_consent_required(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    let asked = but(spa(), &[("prompt", "none")]);
    let told = browser.authorize("acme", &asked).await.parameters();
    assert_refusal(&told, "consent_required");
    walk(&browser, "acme", &spa()).await.code();
    browser.authorize("acme", &asked).await.code();
    // LG-14, RFC 8252 §8.6: of a client that proves nothing, every time.
    let native = [("client_id", "native"), ("redirect_uri", "http://127.0.0.1:5000/cb")];
    walk(&browser, "acme", &but(spa(), &native)).await.code();
    let told = browser.authorize("acme", &but(asked, &native)).await.parameters();
    assert_refusal(&told, "consent_required");
}

/// OpenID Connect Core §3.1.2.1: `none` stands alone, and what no server knows is refused.
pub async fn prompts_that_contradict_each_other_are_refused(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    for bad in
        ["none login", "consent none", "none none x", "create", "LOGIN", "x", "login,consent"]
    {
        let told = ask(&browser, &[("prompt", bad)]).await.parameters();
        assert_refusal(&told, "invalid_request");
    }
}

/// OpenID Connect Core §3.1.2.1: `consent` asks again who allowed it before, also for the tenant's own
/// client; after `login`, where both are asked for.
pub async fn prompt_consent_asks_again(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    let consent = ask(&browser, &[("prompt", "consent")]).await.page();
    assert!(consent.offers("allow"), "{}", consent.text);
    browser.submit(&consent, &[("action", "allow")]).await.code();
    assert!(ask(&browser, &[("prompt", "consent")]).await.page().offers("allow"));
    let login = assert_login(ask(&browser, &[("prompt", "consent login")]).await);
    assert!(browser.sign_in(&login, "alice", World::PASSWORD).await.page().offers("allow"));
}

/// OpenID Connect Core §3.1.2.1: `select_account` asks as whom to go on.
pub async fn prompt_select_account_asks_as_whom(s: &Stage) {
    bob(s).await;
    let (browser, first) = signed_in(s).await;
    let choice = ask(&browser, &[("prompt", "select_account")]).await.page();
    assert!(choice.offers("continue") && choice.offers("other"), "{}", choice.text);
    browser.submit(&choice, &[("action", "continue")]).await.code();
    let choice = ask(&browser, &[("prompt", "select_account")]).await.page();
    let login = assert_login(browser.submit(&choice, &[("action", "other")]).await);
    let code = browser.sign_in(&login, "bob", World::PASSWORD).await.code();
    let said = claims(&id_token(&redeem_own(s, &code).await));
    assert_eq!((&said["sub"], &claims(&first)["sub"]), (&"user-bob".into(), &"user-alice".into()));
}

/// oidcc-max-age-1: who signed in a second ago signs in again, and `auth_time` is there and new.
pub async fn max_age_1_asks_again_after_a_second(s: &Stage) {
    let (browser, first) = signed_in(s).await;
    pass(s, 999);
    assert_eq!(silently(s, &browser, &[("max_age", "1")]).await["sub"], "user-alice");
    pass(s, 1001);
    let told = ask(&browser, &[("max_age", "1"), ("prompt", "none")]).await.parameters();
    assert_refusal(&told, "login_required");
    let page = assert_login(ask(&browser, &[("max_age", "1")]).await);
    let second = once_signed_in(s, &browser, &page).await;
    assert_eq!(second["auth_time"].as_u64(), claims(&first)["auth_time"].as_u64().map(|at| at + 2));
}

/// oidcc-max-age-10000: who signed in since is not asked.
pub async fn max_age_10000_asks_nobody_who_was_here(s: &Stage) {
    let (browser, first) = signed_in(s).await;
    pass(s, 5000);
    let second = silently(s, &browser, &[("max_age", "10000")]).await;
    assert_eq!(second["auth_time"], claims(&first)["auth_time"]);
    pass(s, 10_000_000);
    assert_login(ask(&browser, &[("max_age", "10000")]).await);
}

/// AZ-32: zero asks always, and what was just done is recent enough; the largest number asks nobody; what
/// is no number of seconds is refused.
pub async fn max_age_has_edges(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    for _ in 0..2 {
        let page = assert_login(ask(&browser, &[("max_age", "0")]).await);
        pass(s, 1500);
        once_signed_in(s, &browser, &page).await;
    }
    for large in ["4294967295", "0000000010000"] {
        silently(s, &browser, &[("max_age", large)]).await;
    }
    for bad in [
        "-1",
        "-0",
        "+1",
        "1.5",
        "1e3",
        " 1",
        "1 ",
        "0x1",
        "one",
        "4294967296",
        "9223372036854775807",
        "9223372036854775808",
        "18446744073709551616",
        "99999999999999999999999999999999999999",
        "١",
    ] {
        let told = ask(&browser, &[("max_age", bad)]).await.parameters();
        assert_refusal(&told, "invalid_request");
    }
}

/// RFC 6749 §10.10: codes that were asked for in the same moment are two.
pub async fn no_two_codes_are_one(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    let mut codes = std::collections::BTreeSet::new();
    for _ in 0..8 {
        codes.insert(ask(&browser, &[]).await.code());
    }
    assert_eq!(codes.len(), 8);
    assert!(own_tokens(s, &plain("openid")).await.status == 200);
}
