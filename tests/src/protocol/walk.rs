//! What cases of the browser share: requests with one thing changed, the way through the pages, and
//! what an answer that says no must look like.

use std::collections::BTreeMap;

use super::codes::asks;
use crate::{Answer, Browser, Landing, Stage, World, browser::parameters};

/// Where browsers ask.
pub(super) const AUTHORIZE: &str = "/oauth/acme/authorize";
/// The issuer of acme.
pub(super) const ISSUER: &str = "https://id.example.com/oauth/acme";
/// Where `own` gets its answers.
pub(super) const OWN: &str = "https://own.example.com/cb";

/// The parameters of a request.
pub(super) type Asked<'a> = Vec<(&'a str, &'a str)>;

/// What `spa` asks: a public client, with a challenge.
pub(super) fn spa() -> Asked<'static> {
    asks("spa", World::REDIRECT)
}

/// What `own` asks: a confidential client of plain OpenID Connect, without a challenge, of which
/// nobody is asked whether it may.
pub(super) fn plain(scope: &str) -> Asked<'_> {
    vec![
        ("response_type", "code"),
        ("client_id", "own"),
        ("redirect_uri", OWN),
        ("scope", scope),
        ("state", "st"),
        ("nonce", "no"),
    ]
}

/// The same with other values, or with more.
pub(super) fn but<'a>(mut asked: Asked<'a>, changed: &[(&'a str, &'a str)]) -> Asked<'a> {
    for &(name, value) in changed {
        asked.retain(|(own, _)| *own != name);
        asked.push((name, value));
    }
    asked
}

/// The same without one.
pub(super) fn without<'a>(mut asked: Asked<'a>, name: &str) -> Asked<'a> {
    asked.retain(|(own, _)| *own != name);
    asked
}

/// Alice goes where she is sent, signs in, allows, and goes on as who she is, until a client has its
/// answer, or there is a page that asks her nothing.
pub(super) async fn walk(browser: &Browser<'_>, tenant: &str, asked: &[(&str, &str)]) -> Landing {
    let mut landing = browser.authorize(tenant, asked).await;
    for _ in 0..4 {
        let Landing::Page(page) = landing else { break };
        landing = if page.offers("sign-in") {
            browser.sign_in(&page, "alice", World::PASSWORD).await
        } else if page.offers("allow") {
            browser.submit(&page, &[("action", "allow")]).await
        } else if page.offers("continue") {
            browser.submit(&page, &[("action", "continue")]).await
        } else {
            return Landing::Page(page);
        };
    }
    landing
}

/// A new browser's way to a code.
pub(super) async fn code(s: &Stage, asked: &[(&str, &str)]) -> String {
    walk(&Browser::new(s), "acme", asked).await.code()
}

/// A new browser's way to the tokens of `own`.
pub(super) async fn own_tokens(s: &Stage, asked: &[(&str, &str)]) -> Answer {
    redeem_own(s, &code(s, asked).await).await
}

/// `own` redeems a code that it asked for without a challenge, and proves itself in the header.
pub(super) async fn redeem_own(s: &Stage, code: &str) -> Answer {
    let form = [("grant_type", "authorization_code"), ("code", code), ("redirect_uri", OWN)];
    s.post_basic("/oauth/acme/token", "own", s.world.secret("acme", "own"), &form).await
}

/// The ID token of an answer.
#[track_caller]
pub(super) fn id_token(answer: &Answer) -> String {
    assert_eq!(answer.status, 200, "{answer:?}");
    answer.json()["id_token"].as_str().expect("an ID token").to_owned()
}

/// Demands a page that sends nobody anywhere, may not be framed or kept, and sets no cookie.
#[track_caller]
pub(super) fn assert_page(answer: &Answer, status: u16) {
    assert_eq!(answer.status, status, "{answer:?}");
    assert_eq!(answer.header("location"), "", "{answer:?}");
    assert_eq!(answer.header("set-cookie"), "");
    assert_eq!(answer.header("access-control-allow-origin"), "");
    assert_eq!(answer.header("cache-control"), "no-store");
    let policy = answer.header("content-security-policy");
    assert!(policy.contains("form-action 'none'") && !policy.contains("script-src"), "{policy}");
    assert_frameless(answer);
}

/// AZ-26: demands a page that nobody can frame, and that tells nobody where its reader was.
#[track_caller]
pub(super) fn assert_frameless(answer: &Answer) {
    assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{answer:?}");
    assert_eq!(answer.header("x-frame-options"), "DENY");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("referrer-policy"), "no-referrer");
    let policy = answer.header("content-security-policy");
    for part in ["default-src 'none'", "base-uri 'none'", "frame-ancestors 'none'"] {
        assert!(policy.contains(part), "{part} in {policy}");
    }
}

/// Demands an answer that sends the browser to the client with this error (RFC 6749 §4.1.2.1), its
/// state and the issuer. Returns what the client is told.
#[track_caller]
pub(super) fn assert_told(answer: &Answer, error: &str) -> BTreeMap<String, String> {
    assert_eq!(answer.status, 303, "{answer:?}");
    let told = parameters(answer.header("location"));
    assert_refusal(&told, error);
    told
}

/// Demands what a client is told that gets no code: in the characters that RFC 6749 §4.1.2.1 allows.
#[track_caller]
pub(super) fn assert_refusal(told: &BTreeMap<String, String>, error: &str) {
    assert_eq!(told.get("error").map(String::as_str), Some(error), "{told:?}");
    assert_eq!(told.get("iss").map(String::as_str), Some(ISSUER), "AZ-20: {told:?}");
    assert!(!told.contains_key("code"), "{told:?}");
    let plain = |b: u8| matches!(b, 0x20..=0x21 | 0x23..=0x5b | 0x5d..=0x7e);
    assert!(told["error_description"].bytes().all(plain), "{told:?}");
}
