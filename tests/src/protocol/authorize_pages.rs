//! What a browser holds while a client waits changes nothing of what was asked.

use super::direct::forged;
use super::walk::{
    AUTHORIZE, assert_frameless, assert_page, assert_refusal, but, plain, redeem_own, spa, walk,
};
use crate::{Browser, Page, Stage, World, form, get, parameters};

const EVIL: &str = "https://evil.example/cb";

/// What somebody would rather have asked.
const RATHER: [(&str, &str); 8] = [
    ("response_type", "code id_token token"),
    ("response_mode", "form_post"),
    ("redirect_uri", EVIL),
    ("client_id", "web"),
    ("scope", "openid email write"),
    ("state", "evil"),
    ("nonce", "evil"),
    ("prompt", "none"),
];

async fn login<'s>(browser: &Browser<'s>) -> Page {
    browser.authorize("acme", &spa()).await.page()
}

/// AZ-18: what was asked stands on the server and not in the page: whatever is written into its URL or
/// its form beside, the client gets what it asked for.
pub async fn nothing_that_was_asked_is_changed_on_the_way(s: &Stage) {
    let browser = Browser::new(s);
    let page = login(&browser).await;
    let place = format!("{}&{}", page.place, crate::query(&RATHER));
    let page = browser.open(&place).await.page();
    assert!(page.offers("sign-in") && !page.text.contains("evil"), "{}", page.text);
    let typed = [("username", "alice"), ("password", World::PASSWORD), ("action", "sign-in")];
    let consent = browser.submit(&page, &[&typed[..], &RATHER].concat()).await.page();
    let landing = browser.submit(&consent, &[&[("action", "allow")][..], &RATHER].concat()).await;
    let url = landing.clone().away();
    assert!(url.starts_with("https://app.example.com/cb?code="), "{url}");
    assert_eq!(landing.clone().parameters()["state"], "st");
    let answer = s.redeem_code("acme", "spa", &landing.code()).await;
    assert_eq!(answer.json()["scope"], "openid profile read");
    let said = crate::claims(answer.json()["id_token"].as_str().expect("an ID token"));
    assert_eq!((&said["aud"], &said["nonce"]), (&"spa".into(), &"no".into()));
}

/// AZ-18: a handle that was changed, cut, made up, or belongs to another tenant gets a page.
pub async fn a_changed_handle_gets_a_page(s: &Stage) {
    let browser = Browser::new(s);
    let page = login(&browser).await;
    let handle = page.hidden("interaction").to_owned();
    let other = Browser::new(s).authorize("globex", &spa()).await.page();
    let cut = handle[..handle.len() - 1].to_owned();
    let code = s.direct_code("acme").await;
    let bad = [
        forged(&handle),
        cut,
        format!("{handle}A"),
        handle.to_uppercase(),
        other.hidden("interaction").to_owned(),
        format!("{}{}", &handle[..7], &code[7..]),
        code,
        "x".into(),
        String::new(),
    ];
    for bad in &bad {
        let place = format!("/oauth/acme/interaction?{}", crate::query(&[("handle", bad)]));
        assert_page(&browser.send(get(&place)).await, 403);
        let typed = [("username", "alice"), ("password", World::PASSWORD)];
        let fields = [&typed[..], &[("action", "sign-in"), ("interaction", bad)]].concat();
        assert_page(&browser.post(&page, &fields).await, 403);
    }
    assert_page(&browser.send(get("/oauth/acme/interaction")).await, 403);
    let twice = format!("{}&handle={handle}", page.place);
    assert_page(&browser.send(get(&twice)).await, 403);
    assert!(browser.open(&page.place).await.page().offers("sign-in"), "it is as it was");
}

/// AZ-26, RFC 9700 §4.16: no page is framed: neither those that ask, nor that which says what is wrong,
/// nor that which posts an answer. What a form may reach is this server and the client.
pub async fn no_page_is_framed(s: &Stage) {
    let browser = Browser::new(s);
    let page = login(&browser).await;
    let consent = browser.sign_in(&page, "alice", World::PASSWORD).await.page();
    let choice =
        browser.authorize("acme", &but(spa(), &[("prompt", "select_account")])).await.page();
    for page in [&page, &consent, &choice] {
        assert_frameless(&page.answer);
        let policy = page.answer.header("content-security-policy");
        assert!(policy.contains("form-action 'self' https://app.example.com;"), "{policy}");
        assert!(!policy.contains("script-src"), "{policy}");
        assert!(!page.text.contains("<script"), "{}", page.text);
    }
    let posted = but(spa(), &[("response_mode", "form_post"), ("prompt", "none")]);
    assert_frameless(&s.get(AUTHORIZE, &posted).await);
    assert_page(&s.get(AUTHORIZE, &[("client_id", "nobody")]).await, 400);
}

/// AZ-28, RFC 9700 §4.12: whoever posted a page is sent on by 303, so that no password goes along.
pub async fn who_posts_a_page_is_sent_on_by_303(s: &Stage) {
    let browser = Browser::new(s);
    assert_eq!(browser.send(form(AUTHORIZE, &spa())).await.status, 303);
    let page = login(&browser).await;
    let typed = [("username", "alice"), ("password", World::PASSWORD), ("action", "sign-in")];
    let answer = browser.post(&page, &typed).await;
    assert_eq!(answer.status, 303);
    let place = answer.header("location").replace("https://id.example.com", "");
    let consent = browser.open(&place).await.page();
    let answer = browser.post(&consent, &[("action", "allow")]).await;
    assert_eq!(answer.status, 303);
    assert!(parameters(answer.header("location")).contains_key("code"));
    // The page is gone with its answer, and so is the one before.
    assert_page(&browser.post(&consent, &[("action", "allow")]).await, 403);
    for place in [&page.place, &consent.place] {
        assert_page(&browser.send(get(place)).await, 403);
    }
}

/// RFC 6749 §4.1.2.1: a user who does not want to sends the client away, from either page; nothing is
/// remembered, and nothing was issued.
pub async fn a_user_may_say_no(s: &Stage) {
    let browser = Browser::new(s);
    let page = login(&browser).await;
    let told = browser.submit(&page, &[("action", "cancel")]).await.parameters();
    assert_refusal(&told, "access_denied");
    assert_eq!(told["state"], "st");
    let page = login(&browser).await;
    let consent = browser.sign_in(&page, "alice", World::PASSWORD).await.page();
    let told = browser.submit(&consent, &[("action", "deny")]).await.parameters();
    assert_refusal(&told, "access_denied");
    assert!(browser.authorize("acme", &spa()).await.page().offers("allow"), "asked again");
    assert_page(&browser.post(&consent, &[("action", "allow")]).await, 403);
}

/// OpenID Connect Core §3.1.2.1: a page may be loaded anew, and the request waits half an hour.
pub async fn a_page_may_be_loaded_anew_for_half_an_hour(s: &Stage) {
    let (browser, half) = (Browser::new(s), std::time::Duration::from_secs(1800));
    let page = browser.authorize("acme", &plain("openid")).await.page();
    for _ in 0..3 {
        assert!(browser.open(&page.place).await.page().offers("sign-in"));
    }
    s.world.clock.advance(half - std::time::Duration::from_millis(1));
    let page = browser.open(&page.place).await.page();
    let code = browser.sign_in(&page, "alice", World::PASSWORD).await.code();
    redeem_own(s, &code).await.tokens();
    let late = Browser::new(s);
    let page = login(&late).await;
    s.world.clock.advance(half);
    assert_page(&late.send(get(&page.place)).await, 403);
    walk(&late, "acme", &spa()).await.code();
}
