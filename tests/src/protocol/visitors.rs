//! What cases of users in browsers share.

use grantry::types::{Account, Session};

use super::admin::{admin, subject};
use super::codes::asks;
pub(super) use super::walk::id_token;
use super::walk::{Asked, but};
use crate::{Answer, Browser, Landing, Page, Stage, World, redirect_uri, tenant_id};

/// What a client asks with, but for these parameters.
pub(super) fn asks_with<'a>(client: &'a str, changes: &[(&'a str, &'a str)]) -> Asked<'a> {
    but(asks(client, redirect_uri(client)), changes)
}

/// Where a browser gets that comes from a client of acme.
pub(super) async fn visit(b: &Browser<'_>, client: &str, changes: &[(&str, &str)]) -> Landing {
    b.authorize("acme", &asks_with(client, changes)).await
}

/// Answers whatever pages there are as this user, who allows everything, until there is a code.
pub(super) async fn code_for(
    b: &Browser<'_>,
    user: &str,
    client: &str,
    changes: &[(&str, &str)],
) -> String {
    let mut landing = visit(b, client, changes).await;
    for _ in 0..4 {
        landing = match landing {
            Landing::Away(_) => break,
            Landing::Page(page) if page.offers("sign-in") => {
                b.sign_in(&page, user, World::PASSWORD).await
            }
            Landing::Page(page) if page.offers("continue") => {
                b.submit(&page, &[("action", "continue")]).await
            }
            Landing::Page(page) => b.submit(&page, &[("action", "allow")]).await,
        };
    }
    landing.code()
}

/// The answer that the client gets for such a code.
pub(super) async fn tokens_for(
    b: &Browser<'_>,
    user: &str,
    client: &str,
    changes: &[(&str, &str)],
) -> Answer {
    let code = code_for(b, user, client, changes).await;
    let answer = b.stage().redeem_code("acme", client, &code).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    answer
}

/// A browser in which Alice is signed in to acme.
pub(super) async fn alices(s: &Stage) -> Browser<'_> {
    let browser = Browser::new(s);
    code_for(&browser, "alice", "own", &[]).await;
    browser
}

/// Whether somebody is signed in, as a client finds out that may show no page.
pub(super) async fn is_signed_in(b: &Browser<'_>) -> bool {
    let mut heard = visit(b, "own", &[("prompt", "none")]).await.parameters();
    match heard.remove("error") {
        Some(error) => {
            assert_eq!(error, "login_required");
            false
        }
        None => heard.contains_key("code"),
    }
}

/// Who is signed in, as their client finds out.
pub(super) async fn who(b: &Browser<'_>) -> String {
    let code = visit(b, "own", &[("prompt", "none")]).await.code();
    let answer = b.stage().redeem_code("acme", "own", &code).await;
    said(&answer)["sub"].as_str().expect("a subject").to_owned()
}

/// What the ID token of an answer says.
#[track_caller]
pub(super) fn said(answer: &Answer) -> serde_json::Value {
    crate::claims(&id_token(answer))
}

/// Gives acme a second user who can sign in, by the world's password.
pub(super) async fn bob(s: &Stage) {
    let account = Account::new(subject("user-bob"), "bob".into(), crate::world::HASH.into());
    s.world.stores.accounts.create(&tenant_id("acme"), account).await.expect("a user");
}

/// The sessions of a user of acme.
pub(super) async fn sessions_of(s: &Stage, user: &str) -> Vec<Session> {
    let whose = subject(&format!("user-{user}"));
    admin(s).sessions(&tenant_id("acme"), Some(&whose), None).await.expect("sessions")
}

/// Demands a page that says this.
#[track_caller]
pub(super) fn assert_says(page: &Page, status: u16, text: &str) {
    assert_eq!(page.answer.status, status, "{}", page.text);
    assert!(page.text.contains(text), "{text} is not in {}", page.text);
    assert_eq!(page.answer.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(page.answer.header("location"), "");
    assert_eq!(page.answer.header("cache-control"), "no-store");
}

/// An answer that is a page.
pub(super) fn page(answer: Answer) -> Page {
    let text = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
    Page { place: String::new(), answer, text }
}

/// What pages say whose time is over.
pub(super) const GONE: &str = "This page is no longer valid";
/// What pages say in another browser than the one that began.
pub(super) const OTHER_BROWSER: &str = "This page does not belong to this browser";
/// What is said of forms that another page sent.
pub(super) const FOREIGN: &str = "This form came from somewhere else";
/// What is said to whoever signed out.
pub(super) const SIGNED_OUT: &str = "You are signed out";
/// What the login page says to whoever was signed out while a page was open.
pub(super) const EXPIRED: &str = "You were signed out while this page was open";
