//! Users whom the host signs in itself: `ServerBuilder::login`, `Server::interaction`, `resume`, `refuse`.

use std::time::Duration;

use grantry::{
    ResumeError,
    types::{Login, Timestamp},
};
use serde_json::json;

use super::admin::subject;
use super::direct::beside;
use super::grant::now;
use super::visitors::{
    GONE, OTHER_BROWSER, asks_with, assert_says, bob, is_signed_in, page, said, visit,
};
use crate::{Browser, Landing, Page, Stage, redirect_uri};

const LOGIN: &str = "/login?interaction=";
pub(super) const ALLOW: &[(&str, &str)] = &[("action", "allow")];

/// The same tenants behind a server whose host signs users in at `/login`.
pub(super) async fn hosted(s: &Stage) -> Stage {
    beside(s, s.world.stores.clone(), |builder| builder.login("/login")).await
}

/// The handle that a browser brings to the host.
#[track_caller]
pub(super) fn brought(landing: Landing) -> String {
    let url = landing.away();
    let handle = url.strip_prefix(LOGIN).unwrap_or_else(|| panic!("not at the host: {url}"));
    assert!(handle.starts_with("acme.grt_in_"), "{handle}");
    handle.to_owned()
}

pub(super) async fn comes(b: &Browser<'_>, changes: &[(&str, &str)]) -> String {
    brought(visit(b, "spa", changes).await)
}

/// A user who proved at this moment who they are.
pub(super) fn login(user: &str, at: Timestamp) -> Login {
    Login::new(subject(&format!("user-{user}")), at)
}

/// The host signs somebody in: where it sends the browser, as a path.
pub(super) async fn resumed(s: &Stage, handle: &str, login: Login) -> String {
    let url = s.world.server.resume(handle, login).await.expect("resumed");
    let path = url.strip_prefix("https://id.example.com").expect("a URL of ours");
    assert!(path.starts_with("/oauth/acme/interaction?handle=grt_in_"), "{path}");
    path.to_owned()
}

/// Demands that there is nothing to go on with.
pub(super) async fn demand_gone(s: &Stage, handle: &str) {
    let server = &s.world.server;
    let gone = |error: &ResumeError| matches!(error, ResumeError::Gone);
    assert!(server.interaction(handle).await.is_err_and(|error| gone(&error)), "{handle}");
    assert!(server.refuse(handle).await.is_err_and(|error| gone(&error)), "{handle}");
    let login = login("alice", now(s));
    assert!(server.resume(handle, login).await.is_err_and(|error| gone(&error)), "{handle}");
}

#[track_caller]
pub(super) fn consent(landing: Landing) -> Page {
    let page = landing.page();
    assert!(page.offers("allow"), "{}", page.text);
    page
}

/// The host is told what the request is about, signs the user in, and the client learns when and how.
pub async fn the_host_signs_a_user_in(s: &Stage) {
    let s = &hosted(s).await;
    let browser = Browser::new(s);
    let asks = [
        ("login_hint", "alice@example.com"),
        ("acr_values", "gold silver"),
        ("ui_locales", "de fr"),
    ];
    let handle = comes(&browser, &asks).await;
    let info = s.world.server.interaction(&handle).await.expect("info");
    assert_eq!((info.tenant.as_str(), info.client.as_str()), ("acme", "spa"));
    assert_eq!(info.scope, "openid profile read".parse().expect("a scope"));
    assert_eq!(info.login_hint.as_deref(), Some("alice@example.com"));
    let list = |words: &[Box<str>]| words.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(list(&info.acr_values), ["gold", "silver"]);
    assert_eq!(list(&info.ui_locales), ["de", "fr"]);
    assert!(info.essential_acr.is_empty() && info.authenticate_after.is_none());
    assert!(!info.switching);
    assert_eq!(info.expires_at, now(s).plus(Duration::from_secs(30 * 60)));
    // At the host since yesterday.
    let at = now(s).before(Duration::from_secs(24 * 3600));
    let who = login("alice", at).name("Alice Liddell").methods(["pwd", "otp"]).class("gold");
    let consent = consent(browser.open(&resumed(s, &handle, who).await).await);
    assert!(consent.text.contains("Alice Liddell"), "{}", consent.text);
    let code = browser.submit(&consent, ALLOW).await.code();
    let claims = said(&s.redeem_code("acme", "spa", &code).await);
    assert_eq!(
        (&claims["sub"], &claims["auth_time"], &claims["amr"], &claims["acr"]),
        (&json!("user-alice"), &json!(at.as_secs()), &json!(["pwd", "otp"]), &json!("gold"))
    );
    assert!(is_signed_in(&browser).await);
}

/// Where the host signs users in, our own page signs nobody in, whatever is posted.
pub async fn our_own_page_signs_nobody_in_there(s: &Stage) {
    let s = &hosted(s).await;
    let browser = Browser::new(s);
    let handle = comes(&browser, &[]).await;
    let own = handle.strip_prefix("acme.").expect("a handle");
    for action in ["sign-in", "allow", ""] {
        let fields = [
            ("interaction", own),
            ("username", "alice"),
            ("password", crate::World::PASSWORD),
            ("action", action),
        ];
        let answer = browser.send(crate::form("/oauth/acme/interaction", &fields)).await;
        assert_eq!((answer.status.as_u16(), answer.header("set-cookie")), (303, ""));
        let place = answer.header("location").replace("https://id.example.com", "");
        assert_eq!(brought(browser.open(&place).await), handle, "{action}");
    }
    assert!(!is_signed_in(&browser).await);
}

/// LG-23: a request is resumed once, and what the browser came with is over then.
pub async fn a_request_is_resumed_once(s: &Stage) {
    let s = &hosted(s).await;
    let browser = Browser::new(s);
    let handle = comes(&browser, &[]).await;
    let place = resumed(s, &handle, login("alice", now(s))).await;
    demand_gone(s, &handle).await;
    let next = place.split_once("handle=").expect("a handle").1;
    demand_gone(s, &format!("acme.{next}")).await;
    // Neither by opening nor by posting what it left with.
    let own = handle.strip_prefix("acme.").expect("a handle");
    let before = browser.open(&format!("/oauth/acme/interaction?handle={own}")).await.page();
    assert_says(&before, 403, GONE);
    for handle in [own, next] {
        let fields = [("interaction", handle), ("action", "allow")];
        let posted = browser.send(crate::form("/oauth/acme/interaction", &fields)).await;
        assert_says(&page(posted), 403, GONE);
    }
    assert!(!is_signed_in(&browser).await);
    consent(browser.open(&place).await);
    assert!(is_signed_in(&browser).await);
    for text in ["", "acme", "acme.", ".", own, "nobody.x", &handle.replace("acme.", "globex.")] {
        demand_gone(s, text).await;
    }
}

/// LG-23: who starts a request and has somebody else sign in for it gets nothing: not in the other's
/// browser, and not in their own with what they know.
pub async fn whoever_has_another_sign_in_for_them_gets_nothing(s: &Stage) {
    let s = &hosted(s).await;
    let (attacker, victim) = (Browser::new(s), Browser::new(s));
    let handle = comes(&attacker, &[]).await;
    comes(&victim, &[]).await;
    // The victim follows the attacker's link to the host, who signs them in.
    let place = resumed(s, &handle, login("alice", now(s))).await;
    let led = victim.open(&place).await.page();
    assert_says(&led, 403, OTHER_BROWSER);
    assert_eq!(led.answer.header("referrer-policy"), "no-referrer", "what only the victim knows");
    let own = handle.strip_prefix("acme.").expect("a handle");
    let tried = attacker.open(&format!("/oauth/acme/interaction?handle={own}")).await.page();
    assert_says(&tried, 403, GONE);
    assert!(!is_signed_in(&attacker).await && !is_signed_in(&victim).await);
}

/// A browser in which somebody is signed in goes to the host where the client wants them to prove it, and
/// comes back as whoever signed in there.
pub async fn whoever_signs_in_again_at_the_host_is_who_they_are(s: &Stage) {
    bob(s).await;
    let s = &hosted(s).await;
    let browser = Browser::new(s);
    let handle = comes(&browser, &[]).await;
    let page = consent(browser.open(&resumed(s, &handle, login("alice", now(s))).await).await);
    browser.submit(&page, ALLOW).await.code();
    visit(&browser, "spa", &[]).await.code();
    let choose = visit(&browser, "spa", &[("prompt", "select_account")]).await.page();
    let handle = brought(browser.submit(&choose, &[("action", "other")]).await);
    // A host that knows this browser does not send it back as who it is.
    assert!(s.world.server.interaction(&handle).await.expect("info").switching);
    let page = consent(browser.open(&resumed(s, &handle, login("bob", now(s))).await).await);
    let code = browser.submit(&page, ALLOW).await.code();
    assert_eq!(said(&s.redeem_code("acme", "spa", &code).await)["sub"], "user-bob");
}

/// The host may sign users in at another origin by https, and its own parameters stay.
pub async fn the_place_may_be_elsewhere_and_have_parameters(s: &Stage) {
    let place = "https://login.example.com/in?a=b";
    let s = &beside(s, s.world.stores.clone(), |builder| builder.login(place)).await;
    let browser = Browser::new(s);
    let asked = asks_with("spa", &[("redirect_uri", redirect_uri("spa"))]);
    let url = browser.authorize("acme", &asked).await.away();
    assert!(url.starts_with(&format!("{place}&interaction=acme.grt_in_")), "{url}");
}
