//! Who may push a request, which, and how many (RFC 9126 §2), and what a browser brings beside a reference.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use grantry::{
    NewClient,
    ports::Clock,
    types::{BrowserPolicy, GrantType, Peer, PushedRequests, limits},
};
use http::{HeaderValue, Request, header};
use serde_json::json;

use super::admin::{admin, assert_no};
use super::assertions::FAILED;
use super::direct::beside;
use super::metadata::metadata;
use super::pushed_requests::{PAR, brings, push, reference};
use super::walk::{
    AUTHORIZE, ISSUER, OWN, assert_refusal, assert_told, but, plain, spa, walk, without,
};
use crate::{Browser, JWT_BEARER, KeyHolder, Stage, World, form, parameters, tenant_id};

/// RFC 9126 §2: a client proves itself as at the token endpoint.
pub async fn a_client_proves_itself_as_at_the_token_endpoint(s: &Stage) {
    let secret = s.world.secret("acme", "own");
    let asked = plain("openid");
    let posted = [&asked[..], &[("client_secret", secret)]].concat();
    reference(&push(s, &posted).await);
    reference(&s.post_basic(PAR, "own", secret, &without(asked.clone(), "client_id")).await);
    push(s, &asked).await.assert_error(401, "invalid_client", FAILED);
    let wrong = [&asked[..], &[("client_secret", "wrong")]].concat();
    push(s, &wrong).await.assert_error(401, "invalid_client", FAILED);
    s.post_basic(PAR, "own", "wrong", &asked).await.assert_error(401, "invalid_client", FAILED);
    let nobody = but(spa(), &[("client_id", "nobody")]);
    push(s, &nobody).await.assert_error(401, "invalid_client", FAILED);
    let key = KeyHolder::eddsa("ed");
    let new = NewClient::with_keys("keyed", key.jwks())
        .grants([GrantType::AuthorizationCode])
        .scope("openid read")
        .redirect_uris([OWN]);
    admin(s).create_client(&tenant_id("acme"), new).await.expect("a client");
    let keyed = but(spa(), &[("client_id", "keyed"), ("redirect_uri", OWN), ("scope", "read")]);
    let assertion = key.assert(&key.claims("keyed", ISSUER, s.world.clock.now()));
    let shown = [&keyed[..], &[JWT_BEARER, ("client_assertion", &assertion)]].concat();
    reference(&push(s, &shown).await);
    // CA-04, CA-06: it counted here, and is not for this endpoint alone.
    push(s, &shown).await.assert_error(401, "invalid_client", FAILED);
    let elsewhere = key.assert(&key.claims("keyed", &format!("{ISSUER}/par"), s.world.clock.now()));
    let shown = [&keyed[..], &[JWT_BEARER, ("client_assertion", &elsewhere)]].concat();
    push(s, &shown).await.assert_error(401, "invalid_client", FAILED);
}

/// RFC 9126 §2.1, §2.3: what the authorization endpoint would refuse is refused here, and the client hears it.
pub async fn what_is_pushed_is_judged_at_once(s: &Stage) {
    type Bad<'a> = (&'a [(&'a str, &'a str)], &'a str, &'a str);
    let bad: [Bad<'_>; 12] = [
        (
            &[("redirect_uri", "https://evil.example/cb")],
            "invalid_request",
            "redirect_uri must be one",
        ),
        (&[("redirect_uri", "x y")], "invalid_request", "redirect_uri must be an absolute"),
        (&[("response_type", "token")], "unsupported_response_type", ""),
        (&[("response_type", "code id_token")], "unsupported_response_type", ""),
        (&[("response_type", "")], "invalid_request", "response_type is empty"),
        (&[("scope", "admin")], "invalid_scope", ""),
        (&[("code_challenge_method", "plain")], "invalid_request", ""),
        (&[("code_challenge", "")], "invalid_request", ""),
        (&[("prompt", "none login")], "invalid_request", "prompt must be"),
        (&[("max_age", "-1")], "invalid_request", "max_age must be"),
        (&[("state", "a\nb")], "invalid_request", "state must be"),
        (&[("request", "e30.e30.")], "request_not_supported", ""),
    ];
    for (changed, error, hint) in bad {
        let answer = push(s, &but(spa(), changed)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &error.into()),
            "{changed:?}"
        );
        let said = answer.json()["error_description"].as_str().unwrap_or_default().to_owned();
        assert!(said.contains(hint), "{changed:?}: {said}");
        answer.assert_private_json();
    }
    for name in ["state", "scope", "client_id", "redirect_uri", "code_challenge"] {
        let asked = spa();
        let twice = *asked.iter().find(|(own, _)| *own == name).expect("it is there");
        let answer = push(s, &[&asked[..], &[twice]].concat()).await;
        answer.assert_error(400, "invalid_request", &format!("{name} is given more than once"));
    }
    let unnamed = without(spa(), "redirect_uri");
    reference(&push(s, &unnamed).await);
    // AZ-12: who has two names one.
    let secret = s.world.secret("acme", "web");
    let web = but(unnamed, &[("client_id", "web"), ("client_secret", secret)]);
    assert_eq!(push(s, &web).await.json()["error"], "invalid_request");
    // A client from which no users come.
    let backend = s.world.secret("acme", "backend");
    let asked = but(spa(), &[("client_id", "backend"), ("client_secret", backend)]);
    assert_eq!(push(s, &asked).await.status, 400);
}

/// PR-03, RFC 9126 §2.1: no push refers to another one.
pub async fn a_push_that_refers_to_another_is_refused(s: &Stage) {
    let uri = reference(&push(s, &spa()).await);
    for other in [&*uri, "https://app.example.com/request", "x"] {
        let answer = push(s, &but(spa(), &[("request_uri", other)])).await;
        let why = "request_uri must be left out: it is what the answer gives";
        answer.assert_error(400, "invalid_request", why);
    }
}

/// PR-05, RFC 9126 §4, RFC 9101 §5: what a browser brings beside client and reference counts for nothing, also
/// where it would be refused.
pub async fn what_a_browser_brings_beside_counts_for_nothing(s: &Stage) {
    let uri = reference(&push(s, &spa()).await);
    let beside = [
        ("redirect_uri", "https://evil.example/cb"),
        ("response_type", "token"),
        ("response_mode", "fragment"),
        ("scope", "openid write"),
        ("state", "evil"),
        ("nonce", "evil"),
        ("prompt", "none"),
        ("code_challenge", "x"),
        ("request", "e30.e30."),
        ("state", "again"),
    ];
    let asked = [&brings("spa", &uri)[..], &beside].concat();
    let landing = walk(&Browser::new(s), "acme", &asked).await;
    let url = landing.clone().away();
    assert!(url.starts_with("https://app.example.com/cb?code="), "{url}");
    assert_eq!(landing.clone().parameters()["state"], "st");
    let answer = s.redeem_code("acme", "spa", &landing.code()).await;
    assert_eq!(answer.json()["scope"], "openid profile read");
    assert_eq!(crate::claims(&super::walk::id_token(&answer))["nonce"], "no");
}

/// PR-06 (CVE-2026-4366): a reference to anything else is not followed.
pub async fn a_reference_to_elsewhere_is_not_followed(s: &Stage) {
    for place in [
        "http://169.254.169.254/latest/meta-data",
        "https://app.example.com/request.jwt",
        "file:///etc/passwd",
        "gopher://127.0.0.1:70/x",
        "URN:ietf:params:oauth:request_uri:x",
        "urn:ietf:params:oauth:request_uri",
        "urn:example:x",
        "x",
    ] {
        let answer = s.get(AUTHORIZE, &but(spa(), &[("request_uri", place)])).await;
        assert_told(&answer, "request_uri_not_supported");
    }
}

/// A request from another place than the others.
pub(super) fn from_elsewhere(mut request: Request<Bytes>) -> Request<Bytes> {
    let peer = "192.0.2.9:1".parse().expect("an address");
    request.extensions_mut().insert(Peer::new(Some(peer)));
    request
}

/// PR-07: a client that pushes too much waits, and nobody else does.
pub async fn a_client_that_pushes_too_much_waits(s: &Stage) {
    let asked = spa();
    for _ in 0..limits::PUSHED_REQUESTS {
        assert_eq!(push(s, &asked).await.status, 201);
    }
    s.world.clock.advance(Duration::from_secs(20));
    let answer = push(s, &asked).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "40"));
    assert_eq!(answer.json()["error"], "temporarily_unavailable");
    answer.assert_private_json();
    let native =
        but(asked.clone(), &[("client_id", "native"), ("redirect_uri", "http://127.0.0.1/cb")]);
    reference(&push(s, &native).await);
    let there = s.send(form("/oauth/globex/par", &asked)).await;
    assert_eq!(there.status, 201);
    s.world.clock.advance(Duration::from_secs(40));
    reference(&push(s, &asked).await);
}

/// PR-07: a stranger uses up what is theirs: elsewhere the client pushes all the same.
pub async fn what_a_public_client_pushes_is_counted_by_place(s: &Stage) {
    let s = &beside(s, s.world.stores.clone(), |builder| builder).await;
    while push(s, &spa()).await.status == 201 {}
    assert_eq!(push(s, &spa()).await.status, 429);
    assert_eq!(s.send(from_elsewhere(form(PAR, &spa()))).await.status, 201);
}

fn browser_policy(change: impl Fn(&mut BrowserPolicy)) -> impl Fn(&mut grantry::types::Policy) {
    move |policy| change(Arc::make_mut(&mut policy.browser))
}

async fn rule(s: &Stage, rule: PushedRequests) {
    let change = browser_policy(move |browser| browser.pushed_requests = rule);
    admin(s).change_tenant(&tenant_id("acme"), change).await.expect("done");
}

/// RFC 9126 §5: metadata says what there is, and what has to be.
pub async fn pushing_is_offered_demanded_or_neither(s: &Stage) {
    let said = async || {
        let document = metadata(s, "acme").await;
        ["pushed_authorization_request_endpoint", "require_pushed_authorization_requests"]
            .map(|name| document[name].clone())
    };
    assert_eq!(said().await, [json!(format!("{ISSUER}/par")), json!(null)]);
    assert_eq!(s.get(AUTHORIZE, &spa()).await.status, 303);
    rule(s, PushedRequests::Required).await;
    assert_eq!(said().await, [json!(format!("{ISSUER}/par")), json!(true)]);
    let told = assert_told(&s.get(AUTHORIZE, &spa()).await, "invalid_request");
    assert_eq!(told["state"], "st");
    // Before anything else of it is looked at, and still to nobody but the client.
    let worse = but(spa(), &[("response_type", "token"), ("request", "x")]);
    assert_told(&s.get(AUTHORIZE, &worse).await, "invalid_request");
    let stranger = but(spa(), &[("redirect_uri", "https://evil.example/cb")]);
    super::walk::assert_page(&s.get(AUTHORIZE, &stranger).await, 400);
    let uri = reference(&push(s, &spa()).await);
    walk(&Browser::new(s), "acme", &brings("spa", &uri)).await.code();
    let late = reference(&push(s, &spa()).await);
    rule(s, PushedRequests::Off).await;
    assert_eq!(said().await, [json!(null), json!(null)]);
    let none = "this endpoint is not available here";
    push(s, &spa()).await.assert_error(404, "invalid_request", none);
    // What was pushed before is like any other reference.
    let answer = s.get(AUTHORIZE, &but(spa(), &[("request_uri", &late)])).await;
    assert_told(&answer, "request_uri_not_supported");
    // Where no users come in a browser there is nothing to push.
    let narrow = s.send(form("/oauth/narrow/par", &spa())).await;
    narrow.assert_error(404, "invalid_request", none);
}

/// RFC 9126 §6: a client may bind itself, where it can push.
pub async fn a_client_may_have_to_push(s: &Stage) {
    let acme = tenant_id("acme");
    let new = |id: &str| {
        let new = NewClient::public(id).grants([GrantType::AuthorizationCode]).scope("openid read");
        new.redirect_uris([World::REDIRECT]).require_pushed_requests(true)
    };
    admin(s).create_client(&acme, new("pusher")).await.expect("a client");
    let asked = but(spa(), &[("client_id", "pusher"), ("scope", "read")]);
    assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request");
    let uri = reference(&push(s, &asked).await);
    let landing = walk(&Browser::new(s), "acme", &brings("pusher", &uri)).await;
    landing.code();
    rule(s, PushedRequests::Off).await;
    let why = "client.require_pushed_requests is for tenants whose policy has pushed_requests";
    assert_no(admin(s).create_client(&acme, new("other")).await, why);
}

/// RFC 9126 §2: the endpoint takes forms by POST, of a tenant that lives; pages of the client's own may call it.
pub async fn requests_are_pushed_by_post(s: &Stage) {
    let answer = s.get(PAR, &spa()).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "POST"));
    let mut request = form(PAR, &spa());
    let json = HeaderValue::from_static("application/json");
    request.headers_mut().insert(header::CONTENT_TYPE, json);
    assert_eq!(s.send(request).await.status, 415);
    let mut request = form(PAR, &spa());
    let origin = HeaderValue::from_static("https://app.example.com");
    request.headers_mut().insert(header::ORIGIN, origin);
    let answer = s.send(request).await;
    reference(&answer);
    assert_eq!(answer.header("access-control-allow-origin"), "https://app.example.com");
    admin(s).disable_tenant(&tenant_id("acme")).await.expect("done");
    assert_eq!(push(s, &spa()).await.json()["error"], "unauthorized_client");
}

/// PR-05: a request that is posted to the authorization endpoint, with a reference, is asked once more by GET with
/// nothing else that was not asked; and one that refers twice is none.
pub async fn a_reference_is_brought_once(s: &Stage) {
    let uri = reference(&push(s, &spa()).await);
    let posted =
        s.post(AUTHORIZE, &[&brings("spa", &uri)[..], &[("password", "x")]].concat()).await;
    let place = posted.header("location").to_owned();
    assert!(place.starts_with(&format!("{ISSUER}/authorize?")) && !place.contains("password"));
    let asked = parameters(&place);
    assert_eq!(asked.len(), 2, "{asked:?}");
    let twice = [brings("spa", &uri), vec![("request_uri", &*uri)]].concat();
    assert_told(&s.get(AUTHORIZE, &twice).await, "invalid_request");
    let twice = [spa(), twice[1..].to_vec()].concat();
    let answer = s.get(AUTHORIZE, &twice).await;
    assert_refusal(&parameters(answer.header("location")), "invalid_request");
}
