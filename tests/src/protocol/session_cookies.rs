//! The cookies of users in browsers (LG-22, RFC 6265bis).

use grantry::Server;
use http::header;

use super::visitors::{
    OTHER_BROWSER, alices, assert_says, code_for, is_signed_in, page, sessions_of, visit,
};
use crate::{Browser, Stage, World, get, query};

const SESSION: &str = "__Host-grantry-session-acme";
const BROWSER: &str = "__Host-grantry-browser-acme";

/// Every cookie is for this host alone, for nobody's script, and holds a handle and nothing else: until
/// the browser is closed.
pub async fn a_cookie_is_for_this_host_alone_and_holds_a_handle(s: &Stage) {
    let browser = Browser::new(s);
    let asked = super::visitors::asks_with("spa", &[]);
    let begun = s.send(get(&format!("/oauth/acme/authorize?{}", query(&asked)))).await;
    let login = visit(&browser, "spa", &[]).await.page();
    let user = [("username", "alice"), ("password", World::PASSWORD), ("action", "sign-in")];
    let entered = browser.post(&login, &user).await;
    for (answer, name, prefix) in [(begun, BROWSER, "grt_br_"), (entered, SESSION, "grt_se_")] {
        let text = answer.header("set-cookie").to_owned();
        let (pair, attributes) = text.split_once("; ").expect("attributes");
        let (own, value) = pair.split_once('=').expect("a pair");
        assert_eq!(own, name);
        assert!(value.starts_with(prefix) && value.len() < 256, "{value}");
        assert!(!value.contains("alice"));
        let mut attributes: Vec<_> = attributes.split("; ").collect();
        attributes.sort_unstable();
        assert_eq!(attributes, ["HttpOnly", "Path=/", "SameSite=Lax", "Secure"], "{text}");
    }
}

/// A browser that is known is given no other name, so that two of its windows are one browser.
pub async fn a_browser_is_named_once(s: &Stage) {
    let browser = Browser::new(s);
    let first = visit(&browser, "spa", &[]).await.page();
    let name = browser.cookies()[BROWSER].clone();
    let second = visit(&browser, "web", &[]).await.page();
    assert_eq!(browser.cookies()[BROWSER], name);
    for (window, client) in [(first, "app.example.com"), (second, "web.example.com")] {
        assert!(browser.open(&window.place).await.page().text.contains(client));
    }
}

/// LG-22: a cookie that stands twice was set by somebody else as well, and is none.
pub async fn a_cookie_that_stands_twice_is_none(s: &Stage) {
    let browser = alices(s).await;
    let own = browser.cookies()[SESSION].clone();
    let known = browser.cookies()[BROWSER].clone();
    let ask = super::visitors::asks_with("own", &[("prompt", "none")]);
    let path = format!("/oauth/acme/authorize?{}", query(&ask));
    let with = |cookies: &[String]| {
        let mut request = get(&path);
        for cookie in cookies {
            request.headers_mut().append(header::COOKIE, cookie.parse().expect("a cookie"));
        }
        request
    };
    let pair = |value: &str| format!("{SESSION}={value}");
    let is_in = |answer: &crate::Answer| answer.header("location").contains("code=");
    assert!(is_in(&s.send(with(&[pair(&own)])).await));
    assert!(is_in(&s.send(with(&[format!("a=b; {}; c", pair(&own))])).await));
    for cookies in [
        vec![format!("{}; {}", pair(&own), pair("x"))],
        vec![format!("{}; {}", pair("x"), pair(&own))],
        vec![pair(&own), pair(&own)],
        vec![pair(&own), format!("a=b; {}", pair(""))],
    ] {
        assert!(!is_in(&s.send(with(&cookies)).await), "{cookies:?}");
    }
    let page_of = visit(&browser, "spa", &[]).await.page();
    let mut twice = get(&page_of.place);
    let text = format!("{BROWSER}={known}; {BROWSER}=x");
    twice.headers_mut().insert(header::COOKIE, text.parse().expect("a cookie"));
    assert_says(&page(s.send(twice).await), 403, OTHER_BROWSER);
}

/// LG-22: a cookie says which tenant it is of, in its name and in what nobody can change.
pub async fn a_cookie_of_one_tenant_is_nothing_at_another(s: &Stage) {
    let browser = alices(s).await;
    let session = browser.cookies()[SESSION].clone();
    let known = browser.cookies()[BROWSER].clone();
    // Not even where both know a user of that name.
    let silent = super::visitors::asks_with("own", &[("prompt", "none")]);
    assert_eq!(browser.authorize("globex", &silent).await.error(), "login_required");
    for (kind, value) in [("session", &session), ("session", &known), ("browser", &known)] {
        browser.cookies().insert(format!("__Host-grantry-{kind}-globex"), value.clone());
        assert_eq!(browser.authorize("globex", &silent).await.error(), "login_required");
    }
    assert!(is_signed_in(&browser).await);
    // Nor is a cookie of one kind one of the other.
    let other = Browser::new(s);
    other.cookies().insert(SESSION.to_owned(), known);
    assert!(!is_signed_in(&other).await);
    // Whoever signs out of the other tenant stays here.
    browser.open("/oauth/globex/logout").await.page();
    assert!(is_signed_in(&browser).await);
}

/// LG-22: a cookie that was changed is none, and what a store keeps of it signs nobody in.
pub async fn a_cookie_is_nothing_that_anybody_could_make(s: &Stage) {
    let browser = alices(s).await;
    let session = browser.cookies()[SESSION].clone();
    let row = sessions_of(s, "alice").await.remove(0);
    let hex: String = row.id.as_bytes().iter().map(|byte| format!("{byte:02x}")).collect();
    let confirm = browser.open("/oauth/acme/logout").await.page();
    let confirm = confirm.hidden("confirm").to_owned();
    for value in [super::direct::forged(&session), hex, String::new(), confirm] {
        browser.cookies().insert(SESSION.to_owned(), value);
        assert!(!is_signed_in(&browser).await);
    }
    browser.cookies().insert(SESSION.to_owned(), session);
    assert!(is_signed_in(&browser).await);
}

/// By http, on the developer's own machine, cookies are what a browser takes there.
pub async fn by_http_cookies_are_what_a_browser_takes_there(s: &Stage) {
    let server = Server::builder("http://127.0.0.1:8080/oauth/{tenant}");
    let server = server.store(s.world.stores.clone()).clock(s.world.clock.clone());
    let server = server.build().await.expect("a server");
    let asked = super::visitors::asks_with("spa", &[]);
    let answer = server.handle(get(&format!("/oauth/acme/authorize?{}", query(&asked)))).await;
    let answer = crate::Answer::from(answer);
    let cookie = answer.header("set-cookie");
    assert!(cookie.starts_with("grantry-browser-acme=grt_br_"), "{cookie}");
    assert!(cookie.ends_with("; Path=/; HttpOnly; SameSite=Lax"), "{cookie}");
}

/// LG-22: whoever signs in elsewhere with the same browser leaves the other tenant's session alone.
pub async fn one_browser_is_signed_in_at_two_tenants(s: &Stage) {
    let browser = alices(s).await;
    let own = super::visitors::asks_with("own", &[]);
    let login = browser.authorize("globex", &own).await.page();
    assert!(login.offers("sign-in"));
    browser.sign_in(&login, "alice", World::PASSWORD).await.code();
    let names: Vec<_> = browser.cookies().keys().cloned().collect();
    let expected = ["browser-acme", "browser-globex", "session-acme", "session-globex"];
    assert_eq!(names, expected.map(|name| format!("__Host-grantry-{name}")));
    browser.open("/oauth/acme/logout").await.page();
    let page = browser.open("/oauth/acme/logout").await.page();
    browser.submit(&page, &[("action", "sign-out")]).await.page();
    assert!(!is_signed_in(&browser).await);
    let silent = super::visitors::asks_with("own", &[("prompt", "none")]);
    browser.authorize("globex", &silent).await.code();
    code_for(&browser, "alice", "own", &[]).await;
}
