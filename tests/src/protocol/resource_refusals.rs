//! Which APIs a client may not name (RFC 8707 §2.1).

use std::time::Duration;

use grantry::types::Client;
use serde_json::json;

use super::admin::{admin, client_id};
use super::resources::{
    ARCHIVE, ORDERS, PAY, alone, assert_target, redeems, refreshes, said, settle, signs_in,
};
use super::visitors::{asks_with, code_for};
use super::walk::assert_told;
use crate::{ALICE, Browser, PASSWORD, Stage, Tokens, World, claims, query, tenant_id};

/// §2, by simple string comparison: a resource that is not listed, letter by letter, is none.
pub async fn what_is_not_listed_is_an_invalid_target(s: &Stage) {
    settle(s).await;
    let long = "x".repeat(400);
    for bad in [
        "https://nobody.example.com",
        "https://pay.example.com/",
        "https://PAY.example.com",
        "HTTPS://pay.example.com",
        "https://pay.example.com:443",
        "https://pay.example.com#",
        "https://archive.example.com/v1?x=/",
        "https://archive.example.com/v1?x=%2f",
        "https://archive.example.com/v1",
        "pay",
        "https://pay.example.com https://api.example.com",
        "a\"b",
        "ä",
        &long,
    ] {
        let named = [("resource", bad)];
        assert_target(&alone(s, &named).await);
        assert_target(&signs_in(s, &named).await);
        // Beside one that is.
        assert_target(&alone(s, &[("resource", PAY), named[0]]).await);
        let asked = query(&asks_with("spa", &named));
        let told = s.get(&format!("/oauth/acme/authorize?{asked}"), &[]).await;
        let told = assert_told(&told, "invalid_target");
        assert_eq!(told["error_description"], "the resource is not allowed here");
    }
    let huge = "x".repeat(600);
    assert_eq!(alone(s, &[("resource", &huge)]).await.json()["error"], "invalid_request");
    // Every other parameter is given once.
    let twice = alone(s, &[("scope", "read"), ("scope", "read")]).await;
    assert_eq!(twice.json()["error"], "invalid_request");
}

/// §2.2: what was not granted is not added later, and asking for it costs neither the code nor the refresh token.
pub async fn what_was_not_granted_is_not_added(s: &Stage) {
    settle(s).await;
    let browser = Browser::new(s);
    let code = code_for(&browser, "alice", "spa", &[("resource", PAY), ("scope", "pay")]).await;
    for other in [ORDERS, ARCHIVE, "https://nobody.example.com"] {
        assert_target(&redeems(s, &code, &[("resource", other)]).await);
        assert_target(&redeems(s, &code, &[("resource", PAY), ("resource", other)]).await);
    }
    // Whoever does not know the verifier is told nothing of that.
    let stranger = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("client_id", "spa"),
        ("redirect_uri", World::REDIRECT),
        ("code_verifier", "x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x-x"),
        ("resource", ORDERS),
    ];
    let refused = s.post("/oauth/acme/token", &stranger).await;
    refused.assert_error(400, "invalid_grant", super::grant::REFUSED);
    let tokens = redeems(s, &code, &[]).await.tokens();
    assert_eq!(claims(&tokens.access)["aud"], PAY);
    // The same of a grant without a resource, which is for the default audience.
    let plain = signs_in(s, &[]).await.tokens();
    for _ in 0..3 {
        assert_target(&refreshes(s, &plain.refresh, &[("resource", PAY)]).await);
        s.world.clock.advance(Duration::from_secs(31));
    }
    let next = refreshes(s, &plain.refresh, &[("resource", ORDERS)]).await.tokens();
    assert_eq!(s.ticket("acme", &next.access).await.generation.0, 2, "it rotated once");
}

/// A client with an audience of its own names that or nothing.
pub async fn a_client_of_one_api_names_no_other(s: &Stage) {
    settle(s).await;
    let bound = |client: &mut Client| {
        client.audience = Some(PAY.parse().expect("an audience"));
        client.scope = "pay read".parse().expect("a scope");
    };
    let acme = tenant_id("acme");
    admin(s).change_client(&acme, &client_id("backend"), bound).await.expect("done");
    for named in [&[][..], &[("resource", PAY)]] {
        assert_eq!(said(&alone(s, named).await).0, json!(PAY));
    }
    assert_target(&alone(s, &[("resource", ORDERS)]).await);
    assert_target(&alone(s, &[("resource", PAY), ("resource", ORDERS)]).await);
}

/// The direct API knows no resource: it answers as if nothing had been named, whatever was.
pub async fn the_direct_api_knows_no_resource(s: &Stage) {
    settle(s).await;
    let user = [("grant_type", "password"), ALICE, PASSWORD];
    for named in [PAY, "https://nobody.example.com", "x y"] {
        let asked = [&user[..], &[("resource", named)]].concat();
        let Tokens { access, .. } = s.get("/oauth/acme/token", &asked).await.tokens();
        assert_eq!(claims(&access)["aud"], ORDERS, "{named}");
    }
    let twice = [&user[..], &[("resource", PAY), ("resource", PAY)]].concat();
    assert_eq!(s.get("/oauth/acme/token", &twice).await.status, 400, "nothing is given twice");
}
