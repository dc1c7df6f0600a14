//! Forms and handles that do not belong to this browser: session fixation, login CSRF, stolen handles
//! (LG-11, LG-12, LG-23).

use http::HeaderValue;

use super::visitors::{
    FOREIGN, GONE, OTHER_BROWSER, assert_says, bob, is_signed_in, page, visit, who,
};
use crate::{Browser, Page, Stage, World, form};

const SESSION: &str = "__Host-grantry-session-acme";
const BROWSER: &str = "__Host-grantry-browser-acme";

fn user() -> [(&'static str, &'static str); 3] {
    [("username", "alice"), ("password", World::PASSWORD), ("action", "sign-in")]
}

/// Sends a page's form under these headers.
async fn sent_under(
    b: &Browser<'_>,
    of: &Page,
    fields: &[(&str, &str)],
    headers: &[(&'static str, &str)],
) -> Page {
    let mut request = form(&of.action(), &of.fields(fields));
    for (name, value) in headers {
        request.headers_mut().append(*name, HeaderValue::try_from(*value).expect("a header"));
    }
    page(b.send(request).await)
}

/// LG-12, RFC 6749 §10.12: a form of the attacker's own request, which they have the victim's browser send,
/// signs nobody in: it counts in the browser that began.
pub async fn a_login_form_counts_in_the_browser_that_began(s: &Stage) {
    let (attacker, stranger, victim) = (Browser::new(s), Browser::new(s), Browser::new(s));
    let theirs = visit(&attacker, "spa", &[]).await.page();
    visit(&victim, "spa", &[]).await.page();
    for browser in [&stranger, &victim] {
        let refused = page(browser.post(&theirs, &user()).await);
        assert_says(&refused, 403, OTHER_BROWSER);
        assert_says(&refused, 403, "Allow cookies for this site");
        assert_eq!(refused.answer.header("set-cookie"), "");
        assert!(!is_signed_in(browser).await);
    }
    // It did not cost the one who began anything.
    assert!(attacker.sign_in(&theirs, "alice", World::PASSWORD).await.page().offers("allow"));
}

/// LG-12: nor does a form that another site sends, with the cookies: by what the browser says of it.
pub async fn a_form_of_another_site_is_not_ours(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let foreign: [&[(&'static str, &str)]; 12] = [
        &[("sec-fetch-site", "cross-site")],
        &[("sec-fetch-site", "same-site")],
        &[("sec-fetch-site", "none")],
        &[("sec-fetch-site", "cross-site"), ("origin", "null")],
        &[("sec-fetch-site", "cross-site"), ("origin", "https://id.example.com")],
        &[("sec-fetch-site", "same-origin"), ("origin", "https://evil.example")],
        &[("origin", "https://id.example.com.evil.example")],
        &[("origin", "https://id.example.co")],
        &[("origin", "https://id.example.com:444")],
        &[("origin", "http://id.example.com")],
        &[("origin", "https://id.example.com"), ("origin", "https://evil.example")],
        &[("origin", "")],
    ];
    for headers in foreign {
        let refused = sent_under(&browser, &login, &user(), headers).await;
        assert_says(&refused, 403, FOREIGN);
        assert_eq!(refused.answer.header("set-cookie"), "", "{headers:?}");
    }
    assert!(!is_signed_in(&browser).await);
    // What our own page makes a browser say; an old one says nothing.
    let own: [&[(&'static str, &str)]; 4] = [
        &[],
        &[("origin", "null"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://id.example.com"), ("sec-fetch-site", "same-origin")],
        &[("origin", "https://id.example.com")],
    ];
    for headers in own {
        let login = visit(&browser, "spa", &[("prompt", "login")]).await.page();
        let answer = sent_under(&browser, &login, &user(), headers).await.answer;
        assert_eq!(answer.status, 303, "{headers:?}: {answer:?}");
    }
}

/// LG-11: whatever session a browser had before, signing in makes another, and the one before is over.
pub async fn signing_in_makes_a_new_session(s: &Stage) {
    bob(s).await;
    let attacker = Browser::new(s);
    super::visitors::code_for(&attacker, "bob", "own", &[]).await;
    let planted = attacker.cookies()[SESSION].clone();
    for planted in [planted.clone(), "made-up".to_owned()] {
        let victim = Browser::new(s);
        victim.cookies().insert(SESSION.to_owned(), planted.clone());
        let login = visit(&victim, "spa", &[("prompt", "login")]).await.page();
        victim.sign_in(&login, "alice", World::PASSWORD).await.page();
        assert_ne!(victim.cookies()[SESSION], planted);
        assert_eq!(who(&victim).await, "user-alice");
    }
    assert!(!is_signed_in(&attacker).await, "what was planted is nobody's now");
    // The same user once more: the cookie before is no good either.
    let browser = Browser::new(s);
    super::visitors::code_for(&browser, "alice", "own", &[]).await;
    let before = browser.cookies()[SESSION].clone();
    super::visitors::code_for(&browser, "alice", "own", &[("prompt", "login")]).await;
    let after = browser.cookies()[SESSION].clone();
    assert_ne!(before, after);
    browser.cookies().insert(SESSION.to_owned(), before);
    assert!(!is_signed_in(&browser).await);
    browser.cookies().insert(SESSION.to_owned(), after);
    assert!(is_signed_in(&browser).await);
}

/// LG-11, LG-23: a handle is of one step: what was known before the user signed in is no good afterwards.
pub async fn a_handle_from_before_the_login_is_no_good_afterwards(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let consent = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
    assert_ne!(login.hidden("interaction"), consent.hidden("interaction"));
    for action in ["allow", "sign-in", "deny", "cancel", ""] {
        let fields = [("action", action), ("username", "alice"), ("password", World::PASSWORD)];
        let refused = browser.submit(&login, &fields).await.page();
        assert_says(&refused, 403, GONE);
        assert_says(&refused, 403, "Go back to the application and start again.");
    }
    // In this browser, its URL leads to where the user is.
    let again = browser.open(&login.place).await.page();
    assert_eq!(again.hidden("interaction"), consent.hidden("interaction"));
    assert!(browser.submit(&consent, &[("action", "allow")]).await.code().starts_with("grt_ac_"));
    assert_says(&browser.open(&login.place).await.page(), 403, GONE);
    assert_says(&browser.open(&consent.place).await.page(), 403, GONE);
}

/// LG-23: a handle shows nothing in another browser, at no step, and nobody goes on there.
pub async fn a_stolen_handle_is_no_good_in_another_browser(s: &Stage) {
    let (victim, thief) = (Browser::new(s), Browser::new(s));
    visit(&thief, "spa", &[]).await.page();
    let login = visit(&victim, "spa", &[]).await.page();
    let consent = victim.sign_in(&login, "alice", World::PASSWORD).await.page();
    for stolen in [&login, &consent] {
        let shown = thief.open(&stolen.place).await.page();
        assert_says(&shown, 403, OTHER_BROWSER);
        assert!(!shown.text.contains("alice") && !shown.text.contains("grt_"), "{}", shown.text);
        for action in ["allow", "deny", "cancel", "sign-in"] {
            let fields = [("action", action), ("username", "alice"), ("password", World::PASSWORD)];
            assert_says(&page(thief.post(stolen, &fields).await), 403, OTHER_BROWSER);
        }
    }
    // The other way round: who is led into a request that somebody else began is told so.
    assert!(victim.submit(&consent, &[("action", "allow")]).await.code().starts_with("grt_ac_"));
    let theirs = visit(&thief, "spa", &[]).await.page();
    assert_says(&victim.open(&theirs.place).await.page(), 403, OTHER_BROWSER);
    assert_says(&thief.open(&theirs.place).await.page(), 200, "Sign in");
}

/// LG-23: what is no handle of ours, and one of another tenant, is told like one that is over.
pub async fn what_is_no_handle_is_told_like_one_that_is_over(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let handle = login.hidden("interaction").to_owned();
    let forged = super::direct::forged(&handle);
    let known = browser.cookies()[BROWSER].clone();
    let mut seen = Vec::new();
    for handle in ["", "junk", &forged, "grt_in_", &known] {
        seen.push(s.get("/oauth/acme/interaction", &[("handle", handle)]).await);
    }
    seen.push(s.get("/oauth/acme/interaction", &[]).await);
    assert_says(&page(seen[0].clone()), 403, GONE);
    super::direct::assert_alike(&seen);
    let ask = async |handle| s.get("/oauth/globex/interaction", &[("handle", handle)]).await;
    super::direct::assert_alike(&[ask(&handle).await, ask("junk").await, ask(&forged).await]);
}
