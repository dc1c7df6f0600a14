//! Devices on which nobody can sign in (RFC 8628), as they see it: what they ask, and what they are answered.

use std::time::Duration;

use grantry::{
    NewClient,
    ports::Clock,
    types::{GrantType, Policy},
};

use super::admin::admin;
use super::device_pages::ALICE;
use super::walk::id_token;
use crate::{Answer, Browser, Landing, Page, Stage, World, claims, grant_of, tenant_id};

pub(super) const URN: &str = "urn:ietf:params:oauth:grant-type:device_code";
pub(super) const ASK: &str = "/oauth/acme/device_authorization";
pub(super) const PAGE: &str = "https://id.example.com/oauth/acme/device";

/// What a device was answered.
#[derive(Clone, Debug)]
pub(super) struct Codes {
    pub(super) tenant: String,
    pub(super) client: String,
    pub(super) device: String,
    pub(super) user: String,
}

/// The tenant offers the grant.
pub(super) async fn offer(s: &Stage, tenant: &str) {
    let offer = |policy: &mut Policy| policy.grants.extend([GrantType::DeviceCode]);
    admin(s).change_tenant(&tenant_id(tenant), offer).await.expect("done");
}

/// Acme offers it, and has clients for it: one that proves nothing and one that does.
pub(super) async fn open(s: &Stage) -> String {
    offer(s, "acme").await;
    let grants = [GrantType::DeviceCode, GrantType::RefreshToken];
    let scope = "openid profile offline_access read write";
    let tv = NewClient::public("tv").name("The Television").grants(grants).scope(scope);
    let printer = NewClient::confidential("printer").grants(grants).scope(scope);
    admin(s).create_client(&tenant_id("acme"), tv).await.expect("a client");
    let made = admin(s).create_client(&tenant_id("acme"), printer).await.expect("a client");
    made.secret.expect("a secret").expose().to_owned()
}

/// A device of a client asks.
pub(super) async fn ask_as(s: &Stage, tenant: &str, client: &str, more: &[(&str, &str)]) -> Codes {
    let path = format!("/oauth/{tenant}/device_authorization");
    codes(&s.post(&path, &[&[("client_id", client)], more].concat()).await, tenant, client)
}

/// The television asks.
pub(super) async fn ask(s: &Stage) -> Codes {
    ask_as(s, "acme", "tv", &[("scope", "openid read")]).await
}

#[track_caller]
pub(super) fn codes(answer: &Answer, tenant: &str, client: &str) -> Codes {
    assert_eq!(answer.status, 200, "{answer:?}");
    let text = |name: &str| answer.json()[name].as_str().expect("a text").to_owned();
    let (tenant, client) = (tenant.to_owned(), client.to_owned());
    Codes { tenant, client, device: text("device_code"), user: text("user_code") }
}

/// It asks whether its user has decided.
pub(super) async fn poll(s: &Stage, codes: &Codes) -> Answer {
    poll_with(s, codes, &[]).await
}

pub(super) async fn poll_with(s: &Stage, codes: &Codes, more: &[(&str, &str)]) -> Answer {
    let asked =
        [("grant_type", URN), ("client_id", &*codes.client), ("device_code", &*codes.device)];
    s.post(&format!("/oauth/{}/token", codes.tenant), &[&asked, more].concat()).await
}

/// At the pace that was announced.
pub(super) fn wait(s: &Stage) {
    s.world.clock.advance(Duration::from_secs(5));
}

#[track_caller]
pub(super) fn assert_word(answer: &Answer, word: &str) {
    assert_eq!(
        (answer.status.as_u16(), &answer.json()["error"]),
        (400, &word.into()),
        "{answer:?}"
    );
    answer.assert_private_json();
}

/// Somebody opens the page and types the code.
pub(super) async fn types(browser: &Browser<'_>, codes: &Codes) -> Landing {
    let page = browser.open(&format!("/oauth/{}/device", codes.tenant)).await.page();
    browser.submit(&page, &[("user_code", &*codes.user)]).await
}

/// Alice types the code, signs in where she is not, and sees what she is asked.
pub(super) async fn sees(browser: &Browser<'_>, codes: &Codes) -> Page {
    let page = types(browser, codes).await.page();
    match page.offers("sign-in") {
        true => browser.sign_in(&page, "alice", World::PASSWORD).await.page(),
        false => page,
    }
}

/// Whoever is signed in, or Alice, allows it.
pub(super) async fn allows(browser: &Browser<'_>, codes: &Codes) -> Page {
    let page = sees(browser, codes).await;
    browser.submit(&page, &[("action", "allow")]).await.page()
}

/// RFC 8628 §3.2: what a device is answered, and nothing else.
pub async fn a_device_is_given_codes_and_a_page(s: &Stage) {
    open(s).await;
    let answer = s.post(ASK, &[("client_id", "tv"), ("scope", "openid read")]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    // TK-21
    answer.assert_private_json();
    let body = answer.json();
    let user = body["user_code"].as_str().expect("a code");
    assert_eq!(user.len(), 9, "{user}");
    let letter = |c: char| "BCDFGHJKLMNPQRSTVWXZ".contains(c);
    assert!(user.split('-').all(|half| half.len() == 4 && half.chars().all(letter)), "{user}");
    assert_eq!(body["verification_uri"], PAGE);
    assert_eq!(body["verification_uri_complete"], format!("{PAGE}?user_code={user}"));
    assert_eq!((&body["expires_in"], &body["interval"]), (&600.into(), &5.into()));
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(6));
}

/// RFC 8628 §3.4, §3.5: the device waits, its user allows it, and it has its tokens, which refresh as any others.
pub async fn a_device_waits_for_its_user_and_has_tokens(s: &Stage) {
    open(s).await;
    let codes = ask(s).await;
    assert_word(&poll(s, &codes).await, "authorization_pending");
    let done = allows(&Browser::new(s), &codes).await;
    assert!(done.text.contains("Your device is connected"), "{}", done.text);
    wait(s);
    let answer = poll(s, &codes).await;
    let tokens = answer.tokens();
    assert_eq!(answer.json()["scope"], "openid read");
    let access = claims(&tokens.access);
    assert_eq!((&access["client_id"], &access["sub"]), (&"tv".into(), &ALICE.into()));
    let refreshed = s.refresh("acme", "tv", &tokens.refresh).await;
    assert_eq!(refreshed.status, 200, "{refreshed:?}");
    assert_eq!(grant_of(&refreshed.tokens().access), grant_of(&tokens.access));
    let info = s.get_as("/oauth/acme/userinfo", &tokens.access).await;
    assert_eq!(info.json()["sub"], ALICE);
}

/// OpenID Connect Core §2, §3.1.3.3: with the scope `openid` the device learns who its user is, also a client from which no
/// users come in a browser.
pub async fn with_openid_a_device_learns_who_its_user_is(s: &Stage) {
    open(s).await;
    let nameless = NewClient::public("sensor").grants([GrantType::DeviceCode]).scope("openid read");
    admin(s).create_client(&tenant_id("acme"), nameless).await.expect("a client");
    for client in ["tv", "sensor"] {
        let codes = ask_as(s, "acme", client, &[("scope", "openid")]).await;
        allows(&Browser::new(s), &codes).await;
        let said = claims(&id_token(&poll(s, &codes).await));
        assert_eq!((&said["aud"], &said["sub"]), (&client.into(), &ALICE.into()));
        let now = s.world.clock.now().as_secs();
        assert_eq!(said["auth_time"], now, "when she signed in, at the page");
        assert!(said.get("nonce").is_none() && said.get("sid").is_none(), "{said}");
    }
    let plain = ask_as(s, "acme", "tv", &[("scope", "read")]).await;
    allows(&Browser::new(s), &plain).await;
    assert!(poll(s, &plain).await.json().get("id_token").is_none());
}

/// RFC 8628 §3.5: a user who says no is heard, once and for all.
pub async fn a_user_who_refuses_is_heard(s: &Stage) {
    open(s).await;
    let (codes, browser) = (ask(s).await, Browser::new(s));
    let page = sees(&browser, &codes).await;
    let done = browser.submit(&page, &[("action", "deny")]).await.page();
    assert!(done.text.contains("Your device is not connected"), "{}", done.text);
    for _ in 0..2 {
        assert_word(&poll(s, &codes).await, "access_denied");
        wait(s);
    }
    let again = types(&browser, &codes).await.page();
    assert!(again.text.contains("No device waits for this code"), "{}", again.text);
}

/// RFC 8628 §3.2, §3.5: the codes are good for as long as was said, to the millisecond, whether or not somebody allowed
/// it meanwhile.
pub async fn codes_expire_when_they_were_said_to(s: &Stage) {
    open(s).await;
    let (unseen, allowed) = (ask(s).await, ask(s).await);
    let browser = Browser::new(s);
    allows(&browser, &allowed).await;
    let open_page = sees(&browser, &unseen).await;
    s.world.clock.advance(Duration::from_secs(600) - Duration::from_millis(1));
    assert_word(&poll(s, &unseen).await, "authorization_pending");
    s.world.clock.advance(Duration::from_millis(1));
    for late in [&allowed, &unseen] {
        s.world.clock.advance(Duration::from_secs(60));
        assert_word(&poll(s, late).await, "expired_token");
    }
    let late = browser.submit(&open_page, &[("action", "allow")]).await.page();
    assert_eq!(late.answer.status, 403, "{}", late.text);
    let page = types(&browser, &unseen).await.page();
    assert!(page.text.contains("No device waits"), "{}", page.text);
    // What has expired is swept, and is known to have been ours.
    s.world.stores.interactions.sweep(s.world.clock.now(), 99).await.expect("the store answers");
    wait(s);
    assert_word(&poll(s, &unseen).await, "expired_token");
}
