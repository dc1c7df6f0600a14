//! The page that asks for name and password: what it tells, and what it counts (LG-01 … LG-08, LG-16).

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;
use grantry::{Server, types::Peer};
use http::{Request, Response};

use super::broken;
use super::direct::beside;
use super::throttle::{WAIT, assert_waits, fails_five_times, tries};
use super::visitors::{assert_says, page, visit};
use crate::{ALICE, Answer, Browser, Driver, Landing, Page, Stage, World};

const WRONG: &str = "The user name or the password is wrong.";
const INCOMPLETE: &str = "Enter your user name and your password.";
const WAITING: &str = "Too many tries failed. Wait 1 second, then try again.";

/// Name and password are sent; the browser stays.
async fn tried(b: &Browser<'_>, login: &Page, name: &str, password: &str) -> Answer {
    b.post(login, &[("username", name), ("password", password), ("action", "sign-in")]).await
}

/// What of a page is not what was typed: status, headers, and text without the name.
fn faceless(answer: &Answer, name: &str) -> (u16, http::HeaderMap, String) {
    let (status, mut headers, body) = answer.visible();
    // A server that writes it counts the name as well.
    headers.remove("content-length");
    let text = String::from_utf8(body.to_vec()).expect("UTF-8");
    let shown = format!("value=\"{name}\"");
    assert_eq!(text.matches(&shown).count(), 1, "{shown} stands once in {text}");
    (status, headers, text.replace(&shown, ""))
}

/// LG-01, P6: unknown, disabled, without a canonical form, wrong: one page, byte for byte, and no cookie.
pub async fn whatever_is_wrong_with_a_user_is_one_page(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let mut seen = Vec::new();
    for (name, password) in [
        ("alice", "looking-glass"),
        ("alice", " wonderland"),
        ("mallory", World::PASSWORD),
        ("mallory", "looking-glass"),
        ("nobody", World::PASSWORD),
        ("user-alice", World::PASSWORD),
        ("two words", World::PASSWORD),
        ("zero\u{200b}width", World::PASSWORD),
    ] {
        let answer = tried(&browser, &login, name, password).await;
        assert_says(&page(answer.clone()), 403, WRONG);
        assert_eq!(answer.header("set-cookie"), "");
        seen.push(faceless(&answer, name));
    }
    for pair in seen.windows(2) {
        assert_eq!(pair[0], pair[1]);
    }
    // The page is still good for who knows better.
    assert!(browser.sign_in(&login, "alice", World::PASSWORD).await.page().offers("allow"));
}

/// LG-02, LG-08: an empty or over-long password is none, whoever is named, and no failed sign-in.
pub async fn a_password_that_can_be_none_is_not_looked_at(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let (long, longest) = ("x".repeat(1025), "x".repeat(1024));
    let mut seen = Vec::new();
    for _ in 0..3 {
        for name in ["alice", "nobody", "mallory"] {
            for password in ["", &long] {
                let answer = tried(&browser, &login, name, password).await;
                assert_says(&page(answer.clone()), 400, INCOMPLETE);
                seen.push(faceless(&answer, name));
            }
        }
    }
    for pair in seen.windows(2) {
        assert_eq!(pair[0], pair[1]);
    }
    for name in ["", &"n".repeat(257)] {
        let answer = tried(&browser, &login, name, World::PASSWORD).await;
        assert_says(&page(answer), 400, INCOMPLETE);
    }
    // One byte less is looked at, and nobody has to wait yet.
    assert_says(&page(tried(&browser, &login, "alice", &longest).await), 403, WRONG);
    assert!(browser.sign_in(&login, "alice", World::PASSWORD).await.page().offers("allow"));
}

/// LG-01: whoever has to wait is told so alike, also with the right password.
pub async fn whoever_it_is_waits_on_the_same_page(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let mut seen = Vec::new();
    for name in ["alice", "mallory", "nobody"] {
        fails_five_times(s, "acme", name).await;
        for password in [World::PASSWORD, "looking-glass"] {
            let answer = tried(&browser, &login, name, password).await;
            assert_says(&page(answer.clone()), 429, WAITING);
            assert_eq!(answer.header("retry-after"), "1");
            seen.push(faceless(&answer, name));
        }
    }
    for pair in seen.windows(2) {
        assert_eq!(pair[0], pair[1]);
    }
    s.world.clock.advance(Duration::from_secs(1));
    assert!(browser.sign_in(&login, "alice", World::PASSWORD).await.page().offers("allow"));
}

/// LG-04: case and width make no other name.
pub async fn spellings_of_one_name_wait_together_on_the_page(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    for name in ["alice", "ALICE", "Alice", "ａｌｉｃｅ", "ＡＬＩＣＥ"] {
        assert_eq!(tried(&browser, &login, name, "x").await.status, 403);
    }
    for name in ["aLICE", "ａlice"] {
        assert_eq!(tried(&browser, &login, name, World::PASSWORD).await.status, 429, "{name}");
    }
    // Another page, another browser and another client are no way around.
    let other = Browser::new(s);
    let login = visit(&other, "web", &[]).await.page();
    assert_eq!(tried(&other, &login, "alice", World::PASSWORD).await.status, 429);
}

/// LE-08, LG-04: one counter for the page, the direct API and the token endpoint.
pub async fn the_page_counts_together_with_every_other_way_in(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let app = [("grant_type", "password"), ALICE, ("client_id", "app"), ("password", "x")];
    for _ in 0..2 {
        assert_eq!(tried(&browser, &login, "alice", "x").await.status, 403);
        assert_eq!(tries(s, "acme", "alice", "x").await.status, 401);
    }
    assert_eq!(s.post("/oauth/acme/token", &app).await.status, 400);
    // Five failed: whichever comes next waits.
    assert_eq!(tried(&browser, &login, "alice", World::PASSWORD).await.status, 429);
    assert_waits(&tries(s, "acme", "alice", World::PASSWORD).await, 1);
    s.post("/oauth/acme/token", &app).await.assert_error(429, "temporarily_unavailable", WAIT);
    // And whoever gets in by the page has forgiven their name everywhere.
    s.world.clock.advance(Duration::from_secs(1));
    browser.sign_in(&login, "alice", World::PASSWORD).await.page();
    fails_five_times(s, "acme", "alice").await;
}

/// The bare core, told where each request comes from.
struct At(Server, &'static str);

#[async_trait]
impl Driver for At {
    async fn send(&self, mut request: Request<Bytes>) -> Response<Bytes> {
        let peer = Peer::new(Some(self.1.parse().expect("an address")));
        request.extensions_mut().insert(peer);
        self.0.handle(request).await
    }
}

/// LG-06: a stranger's failures on the page lock nobody out who is elsewhere.
pub async fn a_strangers_failures_lock_nobody_out(s: &Stage) {
    let at = |place| Stage {
        world: s.world.clone(),
        driver: Box::new(At(s.world.server.clone(), place)),
    };
    let (there, home) = (at("198.51.100.7:4711"), at("192.0.2.44:4711"));
    let (stranger, owner) = (Browser::new(&there), Browser::new(&home));
    let login = visit(&stranger, "spa", &[]).await.page();
    for _ in 0..5 {
        assert_eq!(tried(&stranger, &login, "alice", "x").await.status, 403);
    }
    assert_eq!(tried(&stranger, &login, "alice", "x").await.status, 429);
    let login = visit(&owner, "spa", &[]).await.page();
    assert!(owner.sign_in(&login, "alice", World::PASSWORD).await.page().offers("allow"));
}

/// LG-08: where passwords are hashed at capacity, the page says when to try again, and keeps the name.
pub async fn a_busy_directory_says_on_the_page_when_to_try_again(s: &Stage) {
    let busy = Arc::new(broken::Directory::Busy(Duration::from_millis(2500)));
    let s = &beside(s, s.world.stores.clone(), |builder| builder.users(busy)).await;
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let answer = tried(&browser, &login, "alice", World::PASSWORD).await;
    let text = "Too many people are signing in right now. Wait 3 seconds, then try again.";
    assert_says(&page(answer.clone()), 503, text);
    assert_eq!(answer.header("retry-after"), "3");
    assert!(page(answer).text.contains("value=\"alice\""));
}

/// A directory that fails or panics costs nobody their page, and nobody reads why.
pub async fn a_directory_that_fails_costs_nobody_their_page(s: &Stage) {
    for (mood, status, text) in [
        (broken::Directory::Down, 503, "We cannot answer right now"),
        (broken::Directory::Broken, 500, "Something went wrong"),
    ] {
        let users = Arc::new(mood);
        let bad = &beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
        let (here, there) = (Browser::new(s), Browser::new(bad));
        let login = visit(&here, "spa", &[]).await.page();
        there.cookies().clone_from(&here.cookies());
        let answer = page(tried(&there, &login, "alice", World::PASSWORD).await);
        assert_says(&answer, status, text);
        assert!(!answer.text.contains("a cause that nobody may read"));
        assert!(here.sign_in(&login, "alice", World::PASSWORD).await.page().offers("allow"));
    }
}

/// LG-16: no parameter of any request says where to go from here.
pub async fn no_parameter_says_where_to_go(s: &Stage) {
    const NAMES: [&str; 9] = [
        "return_to",
        "redirect_uri",
        "redirect",
        "next",
        "url",
        "continue",
        "post_logout_redirect_uri",
        "client_id",
        "handle",
    ];
    for place in ["https://evil.example/", "//evil.example", "/\\evil.example", "\t//evil.example"]
    {
        let more: Vec<_> = NAMES.iter().map(|name| (*name, place)).collect();
        let browser = Browser::new(s);
        let begun = visit(&browser, "spa", &[("prompt", "consent")]).await.page();
        let tail = crate::query(&more[..7]);
        let login = browser.open(&format!("{}&{tail}", begun.place)).await.page();
        assert!(!login.text.contains("evil"), "{}", login.text);
        let user = [("username", "alice"), ("password", World::PASSWORD), ("action", "sign-in")];
        let consent = browser.submit(&login, &[&user[..], &more].concat()).await.page();
        assert!(!consent.text.contains("evil"), "{}", consent.text);
        let url = browser.submit(&consent, &[&more[..], &[("action", "allow")]].concat()).await;
        assert!(url.away().starts_with("https://app.example.com/cb?code="));
    }
}

/// RFC 6749 §4.1.2.1: whoever cancels sends the client away with nothing, and that page is over.
pub async fn whoever_cancels_signs_nobody_in(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let user = [("username", "alice"), ("password", World::PASSWORD), ("action", "cancel")];
    let heard = browser.submit(&login, &user).await;
    let Landing::Away(url) = &heard else { panic!("{heard:?}") };
    assert!(url.starts_with("https://app.example.com/cb?error=access_denied"), "{url}");
    assert_eq!(heard.parameters()["state"], "st");
    assert_says(&browser.submit(&login, &user).await.page(), 403, super::visitors::GONE);
    assert!(!super::visitors::is_signed_in(&browser).await);
}
