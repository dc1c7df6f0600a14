//! What devices may ask for (RFC 8628 §3.1), where it is offered, and what is told of them.

use std::{sync::Arc, time::Duration};

use grantry::{
    ports::EventKind,
    types::{BrowserPolicy, GrantType, Policy, Resource, limits},
};
use http::HeaderValue;

use super::admin::{admin, client_id, subject};
use super::assertions::FAILED;
use super::device_pages::ALICE;
use super::devices::{
    ASK, URN, allows, ask, ask_as, assert_word, codes, offer, open, poll, poll_with, sees, wait,
};
use super::direct::beside;
use super::metadata::metadata;
use super::pushing::from_elsewhere;
use crate::{Browser, Stage, World, claims, form, grant_of, tenant_id};

/// RFC 8628 §3.1: a client proves itself as at the token endpoint, and asks for what it may have.
pub async fn a_device_asks_for_what_its_client_may_have(s: &Stage) {
    let secret = open(s).await;
    s.post(ASK, &[("client_id", "printer")]).await.assert_error(401, "invalid_client", FAILED);
    s.post(ASK, &[("client_id", "nobody")]).await.assert_error(401, "invalid_client", FAILED);
    let codes = codes(&s.post_basic(ASK, "printer", &secret, &[]).await, "acme", "printer");
    allows(&Browser::new(s), &codes).await;
    let answer = poll_with(s, &codes, &[("client_secret", &secret)]).await;
    assert_eq!(answer.json()["scope"], "read", "the tenant's default");
    let wide = s.post(ASK, &[("client_id", "tv"), ("scope", "admin")]).await;
    assert_word(&wide, "invalid_scope");
    let malformed = s.post(ASK, &[("client_id", "tv"), ("scope", "a\"b")]).await;
    assert_word(&malformed, "invalid_scope");
    assert_word(&s.post(ASK, &[("client_id", "spa")]).await, "unauthorized_client");
    let twice = s.post(ASK, &[("client_id", "tv"), ("scope", "read"), ("scope", "read")]).await;
    twice.assert_error(400, "invalid_request", "scope is given more than once");
    let mut json = form(ASK, &[("client_id", "tv")]);
    let text = HeaderValue::from_static("application/json");
    json.headers_mut().insert("content-type", text);
    assert_eq!(s.send(json).await.status, 415);
    assert_eq!(s.get(ASK, &[]).await.status, 405);
}

/// RFC 8707 §2: a device names the APIs that it is for, and a token is for one of them.
pub async fn a_device_may_name_its_apis(s: &Stage) {
    open(s).await;
    let [one, two] = [World::AUDIENCE, "https://pay.example.com"];
    let api = |audience: &str, scope: &str| {
        Resource::new(audience.parse().expect("an audience"), scope.parse().expect("a scope"))
    };
    let list = |policy: &mut Policy| {
        policy.resources = vec![api(one, "read write"), api(two, "read")].into();
    };
    admin(s).change_tenant(&tenant_id("acme"), list).await.expect("done");
    let foreign = [("client_id", "tv"), ("resource", "https://evil.example")];
    assert_word(&s.post(ASK, &foreign).await, "invalid_target");
    let codes =
        ask_as(s, "acme", "tv", &[("scope", "read"), ("resource", one), ("resource", two)]).await;
    let browser = Browser::new(s);
    let page = sees(&browser, &codes).await;
    assert!(page.text.contains(one) && page.text.contains(two), "{}", page.text);
    browser.submit(&page, &[("action", "allow")]).await;
    assert_word(
        &poll_with(s, &codes, &[("resource", "https://evil.example")]).await,
        "invalid_target",
    );
    wait(s);
    wait(s);
    let answer = poll_with(s, &codes, &[("resource", two)]).await;
    assert_eq!(claims(&answer.tokens().access)["aud"], two);
}

/// RFC 8628 §4: whoever does not offer it has neither the endpoint nor the page, nor says so; whoever does says both.
pub async fn it_is_offered_or_it_is_not_there(s: &Stage) {
    let grants = async || metadata(s, "acme").await["grant_types_supported"].to_string();
    assert!(metadata(s, "acme").await.get("device_authorization_endpoint").is_none());
    assert!(!grants().await.contains(URN));
    assert_eq!(s.post(ASK, &[("client_id", "spa")]).await.status, 404);
    let page = s.get("/oauth/acme/device", &[]).await;
    assert_eq!(page.status, 404);
    assert!(String::from_utf8_lossy(&page.body).contains("There is nothing here"));
    let asked = [("grant_type", URN), ("client_id", "spa"), ("device_code", "x")];
    assert_word(&s.post("/oauth/acme/token", &asked).await, "unsupported_grant_type");
    open(s).await;
    assert_eq!(
        metadata(s, "acme").await["device_authorization_endpoint"],
        format!("https://id.example.com{ASK}")
    );
    assert!(grants().await.contains(URN));
    // A tenant that has nothing else says what belongs to it, and nothing of codes.
    offer(s, "narrow").await;
    let said = metadata(s, "narrow").await;
    assert!(said.get("device_authorization_endpoint").is_some());
    assert!(said.get("authorization_endpoint").is_none());
    assert!(said.get("userinfo_endpoint").is_some());
    assert_eq!(said["response_types_supported"], serde_json::json!([]));
}

/// What is told: who allowed what, who refused, and what was given; a device that waits is nothing to tell.
pub async fn what_becomes_of_a_device_is_told(s: &Stage) {
    open(s).await;
    let (codes, browser) = (ask(s).await, Browser::new(s));
    let page = sees(&browser, &codes).await;
    s.world.events.take();
    poll(s, &codes).await;
    poll(s, &codes).await;
    assert_eq!(s.world.events.take(), []);
    browser.submit(&page, &[("action", "allow")]).await;
    let told = s.world.events.take();
    let [allowed] = &told[..] else { panic!("{told:?}") };
    assert_eq!(allowed.kind, EventKind::Allowed);
    assert_eq!(allowed.client, Some(client_id("tv")));
    assert_eq!(allowed.subject, Some(subject(ALICE)));
    s.world.clock.advance(Duration::from_secs(60));
    let answer = poll(s, &codes).await;
    let grant = Some(grant_of(&answer.tokens().access));
    assert_eq!(allowed.grant, grant);
    let told = s.world.events.take();
    let kinds: Vec<_> = told.iter().map(|event| (&event.kind, event.grant)).collect();
    let issued = EventKind::Issued(GrantType::DeviceCode);
    assert_eq!(kinds, [(&EventKind::Redeemed, grant), (&issued, grant)]);
    let refused = ask(s).await;
    let page = sees(&browser, &refused).await;
    s.world.events.take();
    browser.submit(&page, &[("action", "deny")]).await;
    let told = s.world.events.take();
    assert_eq!(told.iter().map(|event| &event.kind).collect::<Vec<_>>(), [&EventKind::Denied]);
}

/// No client fills the store: so many devices within a lifetime, by the name of a client that proves nothing from
/// one place.
pub async fn a_client_has_so_many_devices_and_no_more(s: &Stage) {
    let secret = open(s).await;
    for _ in 0..limits::PUSHED_REQUESTS {
        assert_eq!(s.post(ASK, &[("client_id", "tv")]).await.status, 200);
    }
    let answer = s.post(ASK, &[("client_id", "tv")]).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "600"), "{answer:?}");
    assert_eq!(s.post_basic(ASK, "printer", &secret, &[]).await.status, 200);
    s.world.clock.advance(Duration::from_secs(600));
    assert_eq!(s.post(ASK, &[("client_id", "tv")]).await.status, 200);
}

/// A stranger uses up what is theirs: elsewhere the client has devices all the same.
pub async fn devices_of_a_public_client_are_counted_by_place(s: &Stage) {
    open(s).await;
    let s = &beside(s, s.world.stores.clone(), |builder| builder).await;
    while s.post(ASK, &[("client_id", "tv")]).await.status == 200 {}
    assert_eq!(s.post(ASK, &[("client_id", "tv")]).await.status, 429);
    assert_eq!(s.send(from_elsewhere(form(ASK, &[("client_id", "tv")]))).await.status, 200);
}

/// Lifetimes and pace are the tenant's to say.
pub async fn a_tenant_says_how_long_and_how_often(s: &Stage) {
    open(s).await;
    let change = |policy: &mut Policy| {
        let browser = Arc::make_mut(&mut policy.browser);
        browser.device_code_lifetime = Duration::from_secs(60);
        browser.device_poll_interval = Duration::from_secs(30);
    };
    admin(s).change_tenant(&tenant_id("acme"), change).await.expect("done");
    let body = s.post(ASK, &[("client_id", "tv")]).await.json();
    assert_eq!((&body["expires_in"], &body["interval"]), (&60.into(), &30.into()));
    let codes = ask(s).await;
    assert_word(&poll(s, &codes).await, "authorization_pending");
    s.world.clock.advance(Duration::from_secs(20));
    assert_word(&poll(s, &codes).await, "slow_down");
    s.world.clock.advance(Duration::from_secs(40));
    assert_word(&poll(s, &codes).await, "expired_token");
    type Bad = (fn(&mut BrowserPolicy), &'static str);
    let bad: [Bad; 4] = [
        (|own| own.device_code_lifetime = Duration::from_secs(59), "device_code_lifetime"),
        (|own| own.device_code_lifetime = Duration::from_secs(1801), "device_code_lifetime"),
        (|own| own.device_poll_interval = Duration::from_millis(999), "device_poll_interval"),
        (|own| own.device_poll_interval = Duration::from_secs(61), "device_poll_interval"),
    ];
    for (change, field) in bad {
        let change = |policy: &mut Policy| change(Arc::make_mut(&mut policy.browser));
        let refused = admin(s).change_tenant(&tenant_id("acme"), change).await;
        assert!(refused.expect_err("it is out of bounds").to_string().contains(field));
    }
}
