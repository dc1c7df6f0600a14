//! What a token is good for (RFC 7662).

use std::time::Duration;

use grantry::{
    ports::Event,
    types::{Audience, Client, Resource},
};
use http::{HeaderValue, header};
use serde_json::json;

use super::admin::{admin, backend_asks, client_id};
use super::grant::{Grant, Holder, now, whole};
use super::tokens_shown::{
    API, AUDIENCE, INTROSPECT, assert_inactive, decide, is_active, is_shown_strictly, settle_api,
    shows,
};
use super::visitors::tokens_for;
use super::walk::ISSUER;
use crate::{Browser, Stage, claims, form, tenant_id};

/// RFC 7662 §2.2: the client hears of its own access token what stands in it, and no more.
pub async fn a_client_hears_what_its_access_token_says(s: &Stage) {
    let user = Grant::begin(s, "acme", Holder::Backend).await.first.access;
    let alone = backend_asks(s, "acme").await.tokens().access;
    for (token, sub) in [(&user, "user-alice"), (&alone, "backend")] {
        let answer = shows(s, INTROSPECT, "backend", token).await;
        let said = claims(token);
        let whole = json!({
            "active": true,
            "iss": ISSUER,
            "sub": sub,
            "aud": AUDIENCE,
            "exp": now(s).as_secs() + 3600,
            "iat": now(s).as_secs(),
            "jti": said["jti"],
            "client_id": "backend",
            "scope": "read",
            "token_type": "Bearer",
        });
        assert_eq!((answer.status.as_u16(), answer.json()), (200, whole));
        answer.assert_private_json();
        for (name, value) in
            said.as_object().expect("an object").iter().filter(|(n, _)| *n != "gid")
        {
            assert_eq!(answer.json()[name], *value, "{name}");
        }
    }
}

/// RFC 7662 §2.2: of its own refresh token a client hears how long it may lie unused, and what it is good for.
pub async fn a_client_hears_what_its_refresh_token_is_good_for(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    let before = grant.row().await;
    let answer = shows(s, INTROSPECT, "backend", &grant.first.refresh).await;
    let whole = json!({
        "active": true,
        "iss": ISSUER,
        "sub": "user-alice",
        "exp": now(s).as_secs() + 30 * 24 * 3600,
        "client_id": "backend",
        "scope": "read",
    });
    assert_eq!((answer.status.as_u16(), answer.json()), (200, whole));
    answer.assert_private_json();
    assert_eq!(grant.row().await, before, "who only asks changes nothing");
    // It is active as long as it would be answered: the last but one as a retry, and no older one.
    let second = grant.gets(&grant.first.refresh).await.refresh;
    let active = async |token: &str| is_active(s, "backend", token).await;
    assert!(active(&grant.first.refresh).await && active(&second).await);
    s.world.clock.advance(Duration::from_secs(31));
    let third = grant.gets(&second).await.refresh;
    assert!(!active(&grant.first.refresh).await && active(&second).await && active(&third).await);
    grant.gets(&third).await;
    s.world.clock.advance(Duration::from_secs(30 * 24 * 3600));
    assert!(!active(&third).await, "it lay unused for too long");
}

/// IR-02, RFC 7662 §4: whoever is registered for an audience hears of the tokens that are for it, whoever's they
/// are; never of refresh tokens, and not of what is for others.
pub async fn a_resource_server_hears_of_access_tokens_for_its_audience(s: &Stage) {
    settle_api(s, "acme", AUDIENCE).await;
    let grants = [Holder::Direct, Holder::App, Holder::Backend];
    for holder in grants {
        let grant = Grant::begin(s, "acme", holder).await;
        let told = shows(s, INTROSPECT, API, &grant.first.access).await.json();
        let said = claims(&grant.first.access);
        assert_eq!((&told["active"], &told["jti"]), (&json!(true), &said["jti"]), "{holder:?}");
        assert_eq!((&told["client_id"], &told["sub"]), (&said["client_id"], &said["sub"]));
        let refresh = shows(s, INTROSPECT, API, &grant.first.refresh).await;
        assert_inactive(&refresh);
    }
    let alone = backend_asks(s, "acme").await.tokens().access;
    assert!(is_active(s, API, &alone).await);
    // Its own tokens are for another audience then; those of others still are.
    let elsewhere = "https://other.example.com".parse().expect("an audience");
    let move_on = |client: &mut Client| client.introspects = [].into();
    admin(s).change_client(&tenant_id("acme"), &client_id(API), move_on).await.expect("done");
    assert!(!is_active(s, API, &alone).await, "what it may is what its row says");
    let backend = client_id("backend");
    let other = |client: &mut Client| client.audience = Some(Clone::clone(&elsewhere));
    admin(s).change_client(&tenant_id("acme"), &backend, other).await.expect("done");
    let back = |client: &mut Client| {
        client.introspects = [AUDIENCE.parse().expect("an audience")].into();
    };
    admin(s).change_client(&tenant_id("acme"), &client_id(API), back).await.expect("done");
    let moved = backend_asks(s, "acme").await.tokens().access;
    assert_eq!(claims(&moved)["aud"], "https://other.example.com");
    assert!(!is_active(s, API, &moved).await && is_active(s, API, &alone).await);
    assert!(is_active(s, "backend", &moved).await, "its own client hears of it");
}

/// IR-02, IR-04, RFC 7662 §2.2: who may not hear of a token hears what is said of one that never was, byte for
/// byte, and nobody else is told that it was asked.
pub async fn whoever_may_not_hear_of_it_hears_of_no_token(s: &Stage) {
    settle_api(s, "acme", "https://other.example.com").await;
    let backend = Grant::begin(s, "acme", Holder::Backend).await.first;
    let app = Grant::begin(s, "acme", Holder::App).await.first;
    let direct = Grant::begin(s, "acme", Holder::Direct).await.first;
    let alone = backend_asks(s, "acme").await.tokens().access;
    let steady = Grant::begin(s, "steady", Holder::Backend).await.first;
    let foreign = backend_asks(s, "steady").await.tokens().access;
    let random = shows(s, INTROSPECT, API, "x").await;
    assert_inactive(&random);
    s.world.events.take();
    for asker in [API, "own", "web", "basic-only"] {
        for token in
            [&backend, &app, &direct, &steady].into_iter().flat_map(|t| [&t.access, &t.refresh])
        {
            assert_eq!(whole(&shows(s, INTROSPECT, asker, token).await), whole(&random), "{asker}");
        }
        assert_eq!(whole(&shows(s, INTROSPECT, asker, &alone).await), whole(&random));
    }
    // The client of the same name in another tenant is another.
    for token in [&steady.access, &steady.refresh, &foreign, &app.access, &direct.refresh] {
        assert_eq!(whole(&shows(s, INTROSPECT, "backend", token).await), whole(&random));
    }
    assert_eq!(s.world.events.take(), [] as [Event; 0]);
}

/// IR-01, RFC 7662 §2.1: nobody, and nobody who only says a name.
pub async fn whoever_proves_nothing_hears_nothing(s: &Stage) {
    let app = Grant::begin(s, "acme", Holder::App).await.first;
    for token in [&app.access, &app.refresh, &"x".to_owned()] {
        for client in ["app", "spa", "nobody"] {
            let answer = shows(s, INTROSPECT, client, token).await;
            answer.assert_error(401, "invalid_client", "client authentication failed");
        }
        let bearer = format!("Bearer {}", app.access);
        let mut request = form(INTROSPECT, &[("token", token)]);
        let value = HeaderValue::try_from(bearer).expect("a header");
        request.headers_mut().insert(header::AUTHORIZATION, value);
        let answer = s.send(request).await;
        answer.assert_error(401, "invalid_client", "client authentication failed");
    }
}

/// IR-03: an answer that is signed is not offered, so nobody gets one: JSON, whatever is asked for.
pub async fn a_signed_answer_is_none_that_is_given(s: &Stage) {
    let token = Grant::begin(s, "acme", Holder::Backend).await.first.access;
    for shown in [&*token, "x"] {
        let plain = shows(s, INTROSPECT, "backend", shown).await;
        let secret = s.world.secret("acme", "backend");
        let own = [("client_id", "backend"), ("client_secret", secret), ("token", shown)];
        let mut request = form(INTROSPECT, &own);
        let wanted = HeaderValue::from_static("application/token-introspection+jwt");
        request.headers_mut().insert(header::ACCEPT, wanted);
        assert_eq!(whole(&s.send(request).await), whole(&plain));
    }
}

/// OpenID Connect Core §8: whoever asks hears of a user by the name that stands in the token.
pub async fn a_pairwise_name_is_told_as_it_is(s: &Stage) {
    settle_api(s, "acme", AUDIENCE).await;
    let access = tokens_for(&Browser::new(s), "alice", "pair", &[]).await.tokens().access;
    let told = shows(s, INTROSPECT, API, &access).await.json();
    assert_eq!(told["sub"], claims(&access)["sub"]);
    assert_ne!(told["sub"], "user-alice");
}

/// RFC 7662 §2: by POST, in the form, by a client that proves itself; and nobody keeps an answer.
pub async fn a_token_is_asked_about_in_one_way(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    is_shown_strictly(s, INTROSPECT, &grant.first.access).await;
    let own = [("client_id", "backend"), ("client_secret", s.world.secret("acme", "backend"))];
    let shown = [&own[..], &[("token", &*grant.first.access)]].concat();
    assert_eq!(s.post(INTROSPECT, &shown).await.json()["active"], true);
}

/// A tenant need not offer it: then there is no such endpoint, for anybody.
pub async fn where_it_is_not_offered_nobody_hears_anything(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    decide(s, |policy| policy.introspection = false).await;
    for (client, shown) in [("backend", &*grant.first.access), ("nobody", "x")] {
        let answer = shows(s, INTROSPECT, client, shown).await;
        answer.assert_error(404, "invalid_request", "this endpoint is not available here");
    }
    decide(s, |policy| policy.introspection = true).await;
    assert!(is_active(s, "backend", &grant.first.access).await);
}

/// A client is registered for audiences that there are, and proves itself, or it is no resource server.
pub async fn a_resource_server_proves_itself_and_has_an_audience_of_the_tenants(s: &Stage) {
    let acme = tenant_id("acme");
    let audience = |text: &str| text.parse().expect("an audience");
    let change = async |id: &str, list: Vec<Audience>| {
        let change = |client: &mut Client| client.introspects = list.clone().into();
        let done = admin(s).change_client(&acme, &client_id(id), change).await;
        done.map(drop).map_err(|error| error.to_string())
    };
    let public = change("app", vec![audience(AUDIENCE)]).await;
    let why = "client.introspects is empty for a public client: make it confidential";
    assert_eq!(public, Err(why.to_owned()));
    let many = (0..21).map(|n| audience(&format!("https://{n}.example.com"))).collect();
    assert_eq!(change("own", many).await, Err("client.introspects lists at most 20".to_owned()));
    assert_eq!(change("own", vec![audience("urn:any")]).await, Ok(()));
    assert_eq!(change("own", vec![]).await, Ok(()));
    decide(s, |policy| {
        let scope = "read write openid".parse().expect("a scope");
        policy.resources = vec![Resource::new(audience(AUDIENCE), scope)].into();
    })
    .await;
    let why = "client.introspects lists audiences in the policy's resources";
    assert_eq!(change("own", vec![audience("urn:any")]).await, Err(why.to_owned()));
    assert_eq!(change("own", vec![audience(AUDIENCE)]).await, Ok(()));
}
