//! What one node makes works at the other before any word of it: nobody is refused by what is remembered
//! alone, within bounds.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use grantry::{
    NewClient,
    ports::Clock,
    types::{AssertionKeys, Client, ClientAuthMethod, GrantType, Policy},
};
use grantry_conformance::{Answer, JWT_BEARER, KeyHolder, Stage, World, redirect_uri, tenant_id};
use http::StatusCode;
use tokio::time::advance;

use crate::pair::{Pair, ask, ask_with, assert_refused, client, disable};

const ACME: &str = "/oauth/acme";

fn fresh() -> NewClient {
    NewClient::confidential("fresh").grants([GrantType::ClientCredentials]).scope("read")
}

/// A browser asks for a code.
async fn authorize(stage: &Stage, id: &str, uri: &str) -> StatusCode {
    let asked = [
        ("response_type", "code"),
        ("client_id", id),
        ("redirect_uri", uri),
        ("code_challenge", grantry_conformance::PKCE.1),
        ("code_challenge_method", "S256"),
    ];
    stage.get(&format!("{ACME}/authorize"), &asked).await.status
}

#[tokio::test]
async fn a_client_that_one_node_made_works_at_the_other_though_it_was_unknown_there_before() {
    let p = Pair::new().await;
    p.there_has.line.hold();
    for _ in 0..3 {
        assert_refused(&ask_with(&p.there, "fresh", "nothing").await);
    }
    let admin = p.here.world.server.admin();
    let made = admin.create_client(&tenant_id("acme"), fresh()).await.unwrap();
    let secret = made.secret.unwrap();
    assert_eq!(ask_with(&p.there, "fresh", secret.expose()).await.status, 200);
    p.settle().await;
    assert_eq!(ask_with(&p.there, "fresh", secret.expose()).await.status, 200);
}

#[tokio::test]
async fn a_secret_that_one_node_made_works_at_the_other_at_once() {
    let p = Pair::new().await;
    assert_eq!(ask(&p.there, "backend").await.status, 200);
    p.there_has.line.hold();
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    let secret = admin.add_client_secret(&acme, &client("backend")).await.unwrap();
    assert_eq!(ask_with(&p.there, "backend", secret.expose()).await.status, 200);
    // As does a client that was started again.
    disable(&p.here, "basic-only").await;
    assert_refused(&ask(&p.here, "basic-only").await);
    p.there_has.line.deliver();
    p.there_has.line.settled().await;
    assert_refused(&ask(&p.there, "basic-only").await);
    p.there_has.line.hold();
    admin.enable_client(&acme, &client("basic-only")).await.unwrap();
    assert_eq!(ask(&p.there, "basic-only").await.status, 200);
}

/// So that no two assertions are one.
static NEXT: AtomicU64 = AtomicU64::new(0);

/// A client of acme proves itself by a key of this name.
async fn prove(stage: &Stage, key: &str) -> Answer {
    let (key, now) = (KeyHolder::eddsa(key), stage.world.clock.now());
    let mut said = key.claims("robot", "https://id.example.com/oauth/acme", now);
    said["jti"] = NEXT.fetch_add(1, Ordering::Relaxed).to_string().into();
    let assertion = key.assert(&said);
    let grant = ("grant_type", "client_credentials");
    let shown = [grant, JWT_BEARER, ("client_assertion", &*assertion)];
    stage.post(&format!("{ACME}/token"), &shown).await
}

#[tokio::test]
async fn keys_that_one_node_moved_are_found_by_the_other_at_once() {
    let p = Pair::new().await;
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    let at = |name: &str| format!("https://keys.example.com/{name}");
    let robot = NewClient::confidential("robot").auth_methods([ClientAuthMethod::PrivateKeyJwt]);
    let robot = robot.grants([GrantType::ClientCredentials]).scope("read").jwks_uri(at("one"));
    admin.create_client(&acme, robot).await.unwrap();
    p.settle().await;
    assert_eq!(prove(&p.there, "one").await.status, 200);
    assert_refused(&prove(&p.there, "two").await);
    p.there_has.line.hold();
    let put = async |keys: AssertionKeys| {
        let change = |row: &mut Client| row.assertions.as_mut().unwrap().keys = keys.clone();
        admin.change_client(&acme, &client("robot"), change).await.unwrap();
    };
    put(AssertionKeys::At(at("two").parse().unwrap())).await;
    assert_eq!(prove(&p.there, "two").await.status, 200);
    // What is found instead is judged like any other, once the other node remembers again what was before.
    let hears = async |key: &str| {
        p.there_has.line.deliver();
        p.settle().await;
        assert_eq!(prove(&p.there, key).await.status, 200);
        p.there_has.line.hold();
    };
    hears("two").await;
    put(AssertionKeys::Held(KeyHolder::eddsa("three").jwks().parse().unwrap())).await;
    assert_refused(&prove(&p.there, "four").await);
    assert_eq!(prove(&p.there, "three").await.status, 200);
    put(AssertionKeys::At(at("four").parse().unwrap())).await;
    hears("four").await;
    put(AssertionKeys::At(at("five").parse().unwrap())).await;
    disable(&p.here, "robot").await;
    assert_refused(&prove(&p.there, "five").await);
}

#[tokio::test]
async fn a_redirect_uri_that_one_node_registered_works_at_the_other_at_once() {
    let p = Pair::new().await;
    let new = "https://app.example.com/new";
    assert_eq!(authorize(&p.there, "spa", redirect_uri("spa")).await, 303);
    p.there_has.line.hold();
    assert_eq!(authorize(&p.there, "spa", new).await, 400);
    let (admin, acme) = (p.here.world.server.admin(), tenant_id("acme"));
    let add = |row: &mut grantry::types::Client| {
        let own = row.browser.as_mut().unwrap();
        own.redirect_uris.push(new.parse().unwrap());
        own.post_logout_redirect_uris = vec![new.parse().unwrap()];
    };
    admin.change_client(&acme, &client("spa"), add).await.unwrap();
    assert_eq!(authorize(&p.there, "spa", new).await, 303);
    // The same where users sign out.
    let change = |row: &mut grantry::types::Client| {
        row.browser.as_mut().unwrap().post_logout_redirect_uris =
            vec!["https://app.example.com/bye".parse().unwrap()];
    };
    let out = [("client_id", "spa"), ("post_logout_redirect_uri", "https://app.example.com/bye")];
    assert_eq!(p.there.get(&format!("{ACME}/logout"), &out).await.status, 400);
    admin.change_client(&acme, &client("spa"), change).await.unwrap();
    assert_eq!(p.there.get(&format!("{ACME}/logout"), &out).await.status, 200);
}

#[tokio::test]
async fn a_tenant_that_one_node_made_is_found_at_the_other_though_it_was_unknown_there_before() {
    let p = Pair::new().await;
    p.there_has.line.hold();
    for _ in 0..3 {
        assert_eq!(p.there.get("/oauth/initech/jwks.json", &[]).await.status, 404);
    }
    let policy = Policy::new(World::AUDIENCE.parse().unwrap());
    p.here.world.server.admin().create_tenant("initech", policy).await.unwrap();
    assert_eq!(p.there.get("/oauth/initech/jwks.json", &[]).await.status, 200);
}

/// How often the store is asked by so many requests of one client that is refused.
async fn reads_of(p: &Pair, id: &str, requests: usize) -> usize {
    p.there_has.clients.take();
    for _ in 0..requests {
        assert_refused(&ask_with(&p.there, id, "nothing").await);
    }
    p.there_has.clients.take()
}

#[tokio::test]
async fn a_flood_of_refusals_costs_as_many_reads_whether_there_is_such_a_client_or_not() {
    let p = Pair::new().await;
    // Known and in use, known and stopped, and made up. The first request of a made-up name reads it; of the
    // others the store is asked anew.
    ask(&p.there, "backend").await.tokens();
    p.settle().await;
    for id in ["backend", "retired", "nobody"] {
        for (after, once) in [(0, 1), (0, 1), (0, 1)] {
            advance(Duration::from_millis(after)).await;
            assert_eq!(reads_of(&p, id, 1).await, once, "{id}");
        }
        let rest = reads_of(&p, id, 1_000).await;
        assert!((17..=18).contains(&rest), "{id}: {rest}");
        advance(Duration::from_secs(1)).await;
        assert_eq!(reads_of(&p, id, 1_000).await, 10, "{id}");
    }
    // One of them does not use up what the others have.
    assert_eq!(reads_of(&p, "no-refresh", 1).await, 1);
    assert_eq!(reads_of(&p, "nobody-else", 1).await, 1);
}

#[tokio::test]
async fn a_flood_of_made_up_names_pushes_out_no_row_and_is_read_once_each() {
    let p = Pair::new().await;
    ask(&p.there, "backend").await.tokens();
    p.settle().await;
    for n in 0..5_000 {
        assert_refused(&ask_with(&p.there, &format!("nobody-{n}"), "nothing").await);
    }
    assert_eq!(p.there_has.clients.take(), 5_000);
    ask(&p.there, "backend").await.tokens();
    assert_eq!((p.there_has.clients.take(), p.there_has.tenants.take()), (0, 0));
    for n in 0..1_000 {
        let path = format!("/oauth/nobody-{}/jwks.json", n % 10);
        assert_eq!(p.there.get(&path, &[]).await.status, 404);
    }
    let read = p.there_has.tenants.take();
    assert!((100..=110).contains(&read), "{read}");
}
