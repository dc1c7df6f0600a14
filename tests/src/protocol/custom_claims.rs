//! What the host says in tokens beside what the server says (F-43, TK-25).

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use grantry::{
    ports::{ClaimsAbout, CustomClaims, StoreError},
    types::{ClaimSet, InvalidClaims, RESERVED_CLAIMS, Whose},
};
use serde_json::{Value, json};

use super::admin::{admin, backend_asks, subject};
use super::code_stops::{row, slips_past};
use super::direct::{beside, forged};
use super::visitors::{alices, code_for, said, tokens_for};
use crate::{Browser, Stage, World, claims, tenant_id};

/// How the host behaves, and in which kind of token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Mood {
    Says,
    Fails(&'static str),
    Panics(&'static str),
    SaysMuch,
}

#[derive(Debug)]
pub(super) struct Host(pub(super) Mood);

impl Host {
    fn says(&self, kind: &'static str, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
        let mut claims = ClaimSet::new();
        match self.0 {
            Mood::Fails(own) if own == kind => {
                return Err(StoreError::new("a cause that nobody may read"));
            }
            Mood::Panics(own) if own == kind => unreachable!("a cause that nobody may read"),
            Mood::SaysMuch => {
                claims.insert("much", "x".repeat(8 * 1024 - 11)).expect("just so");
                return Ok(claims);
            }
            _ => {}
        }
        let whom = about.subject.map_or("nobody", |subject| subject.as_str());
        let said = format!("{kind} of {whom} to {} at {}", about.client, about.tenant);
        claims.insert("said", said).expect("a claim");
        claims.insert("for", about.scope.as_str()).expect("a claim");
        // What the directory knows wins, and what it does not know the host may say.
        claims.insert("name", "Somebody Else").expect("a claim");
        claims.insert("role", "reader").expect("a claim");
        Ok(claims)
    }
}

#[async_trait]
impl CustomClaims for Host {
    async fn access_token(&self, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
        self.says("access token", about)
    }

    async fn id_token(&self, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
        self.says("ID token", about)
    }

    async fn userinfo(&self, about: &ClaimsAbout<'_>) -> Result<ClaimSet, StoreError> {
        self.says("userinfo", about)
    }
}

async fn hosted(s: &Stage, mood: Mood) -> Stage {
    let host = Arc::new(Host(mood));
    beside(s, s.world.stores.clone(), |builder| builder.custom_claims(host)).await
}

/// Each kind of token says its own, of the user by the directory's own name; the rest stays what it is.
pub async fn the_host_says_more_in_each_kind_of_token(s: &Stage) {
    let plain = tokens_for(&Browser::new(s), "alice", "pair", &[]).await;
    let s = &hosted(s, Mood::Says).await;
    let browser = Browser::new(s);
    let answer = tokens_for(&browser, "alice", "pair", &[]).await;
    let access = answer.tokens().access;
    let told = s.get_as("/oauth/acme/userinfo", &access).await.json();
    let of = |kind| format!("{kind} of user-alice to pair at acme");
    for (kind, said) in
        [("access token", claims(&access)), ("ID token", said(&answer)), ("userinfo", told.clone())]
    {
        assert_eq!((&said["said"], &said["role"]), (&json!(of(kind)), &json!("reader")), "{said}");
        assert_eq!(said["for"], "openid profile read");
        assert_eq!(said["sub"], super::visitors::said(&plain)["sub"], "{kind}");
    }
    assert_eq!(told["name"], "Alice Liddell", "the directory knows better");
    // Whatever else is in it is what it would be without the host.
    let names = |value: &Value| -> Vec<String> {
        let members = value.as_object().expect("an object");
        let own = |name: &&String| !["said", "for", "role", "name"].contains(&name.as_str());
        members.keys().filter(own).cloned().collect()
    };
    assert_eq!(names(&said(&answer)), names(&said(&plain)));
    assert_eq!(names(&claims(&access)), names(&claims(&plain.tokens().access)));
    // A refresh says it again.
    let again = s.refresh("acme", "pair", &answer.tokens().refresh).await;
    assert_eq!(claims(&again.tokens().access)["said"], of("access token"));
    assert_eq!(said(&again)["said"], of("ID token"));
}

/// A client on its own behalf, and the direct API, have no user's ID token; the access token says of whom.
pub async fn the_host_speaks_of_a_client_that_is_alone(s: &Stage) {
    let s = &hosted(s, Mood::Says).await;
    let alone = backend_asks(s, "acme").await.tokens().access;
    assert_eq!(claims(&alone)["said"], "access token of nobody to backend at acme");
    let direct = s.direct_tokens("acme").await.access;
    assert_eq!(claims(&direct)["said"], "access token of user-alice to direct at acme");
}

/// TK-25: what the server says itself nobody else says.
pub async fn what_the_server_says_itself_the_host_cannot_say(_: &Stage) {
    assert!(RESERVED_CLAIMS.len() >= 23);
    for name in ["iss", "sub", "aud", "exp", "scope", "client_id", "gid", "sid", "acr", "cnf"] {
        assert!(RESERVED_CLAIMS.contains(&name), "{name}");
        let mut claims = ClaimSet::new();
        assert_eq!(claims.insert(name, "x"), Err(InvalidClaims::Reserved(name.into())));
        let many = json!({ "fine": 1, name: "x" });
        let many = many.as_object().cloned().expect("an object");
        assert_eq!(ClaimSet::try_from(many), Err(InvalidClaims::Reserved(name.into())));
    }
}

/// F-43: a host that fails, or panics, fails the request, and nothing else; nobody reads why.
pub async fn a_host_that_fails_or_panics_fails_the_request_alone(s: &Stage) {
    let good = tokens_for(&Browser::new(s), "alice", "spa", &[]).await.tokens();
    for kind in ["access token", "ID token", "userinfo"] {
        for mood in [Mood::Fails(kind), Mood::Panics(kind)] {
            let fails = matches!(mood, Mood::Fails(_));
            let status = if fails { 503 } else { 500 };
            let word = if fails { "temporarily_unavailable" } else { "server_error" };
            let bad = &hosted(s, mood).await;
            let browser = alices(s).await;
            let answer = match kind {
                "userinfo" => bad.get_as("/oauth/acme/userinfo", &good.access).await,
                _ => {
                    let code = code_for(&browser, "alice", "spa", &[]).await;
                    bad.redeem_code("acme", "spa", &code).await
                }
            };
            assert_eq!((answer.status.as_u16(), &answer.json()["error"]), (status, &word.into()));
            assert_eq!(answer.header("retry-after"), if fails { "1" } else { "" });
            let text = String::from_utf8_lossy(&answer.body).into_owned();
            assert!(!text.contains("a cause that nobody may read"), "{text}");
            // A server that does not ask the host goes on, with the same rows.
            assert_eq!(s.get_as("/oauth/acme/userinfo", &good.access).await.status, 200);
        }
    }
    // A refresh that failed is asked again, and gets what it should have got.
    let bad = &hosted(s, Mood::Panics("ID token")).await;
    assert_eq!(bad.refresh("acme", "spa", &good.refresh).await.status, 500);
    let next = s.refresh("acme", "spa", &good.refresh).await.tokens();
    assert_ne!(next.refresh, good.refresh);
    assert_eq!(s.get_as("/oauth/acme/userinfo", &next.access).await.status, 200);
}

/// F-43: the host is asked before anything is used up: a code is good after it failed, and a refresh token is
/// not rotated, so that a public client may ask again whenever the host is back.
pub async fn what_was_asked_with_is_good_after_the_host_failed(s: &Stage) {
    let browser = alices(s).await;
    for kind in ["access token", "ID token"] {
        for mood in [Mood::Fails(kind), Mood::Panics(kind)] {
            let code = code_for(&browser, "alice", "spa", &[]).await;
            let bad = &hosted(s, mood).await;
            for _ in 0..2 {
                let failed = bad.redeem_code("acme", "spa", &code).await;
                assert!(failed.status.is_server_error(), "{mood:?}: {failed:?}");
            }
            let good = s.redeem_code("acme", "spa", &code).await.tokens();
            let fails = bad.refresh("acme", "spa", &good.refresh).await;
            assert!(fails.status.is_server_error(), "{mood:?}: {fails:?}");
            s.world.clock.advance(Duration::from_secs(600));
            let next = s.refresh("acme", "spa", &good.refresh).await.tokens();
            assert_eq!(s.get_as("/oauth/acme/userinfo", &next.access).await.status, 200);
        }
    }
    // Nor is there a grant that nobody has tokens of.
    let bad = &hosted(s, Mood::Fails("access token")).await;
    let grants = async || {
        let page = admin(s).grants(&tenant_id("acme"), Whose::Tenant, None).await.expect("grants");
        page.tickets.len()
    };
    let before = grants().await;
    let form = [("grant_type", "password"), ("username", "alice"), ("client_id", "app")];
    let form = [&form[..], &[("password", World::PASSWORD)]].concat();
    assert_eq!(bad.post("/oauth/acme/token", &form).await.status, 503);
    assert_eq!(grants().await, before);
}

/// Whoever gets nothing is refused as ever, and the host is not asked about them.
pub async fn the_host_is_asked_about_whoever_gets_something(s: &Stage) {
    let bad = &hosted(s, Mood::Fails("access token")).await;
    let browser = alices(s).await;
    let used = code_for(&browser, "alice", "spa", &[]).await;
    let good = s.redeem_code("acme", "spa", &used).await.tokens();
    let next = async || code_for(&browser, "alice", "spa", &[]).await;
    assert_eq!(bad.redeem_code("acme", "spa", &forged(&used)).await.status, 400);
    assert_eq!(bad.redeem_code("acme", "pair", &next().await).await.status, 400);
    let code = next().await;
    let verifier = "x".repeat(43);
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", World::REDIRECT),
        ("client_id", "spa"),
        ("code_verifier", &verifier),
    ];
    for _ in 0..5 {
        assert_eq!(bad.post("/oauth/acme/token", &form).await.status, 400);
    }
    assert_eq!(s.redeem_code("acme", "spa", &code).await.status, 400, "the fifth guess ended it");
    let rotated = s.refresh("acme", "spa", &good.refresh).await.tokens();
    s.world.clock.advance(Duration::from_secs(31));
    assert_eq!(bad.refresh("acme", "spa", &good.refresh).await.status, 400, "a replay");
    assert_eq!(s.refresh("acme", "spa", &rotated.refresh).await.status, 400, "which ended it");
    // Nor about a user who was stopped, though the code slipped past.
    s.world.clock.advance(Duration::from_secs(61));
    let code = next().await;
    let kept = row(s).await;
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    admin(s).disable_user(&acme, &alice).await.expect("done");
    slips_past(s, &kept).await;
    assert_eq!(bad.redeem_code("acme", "spa", &code).await.status, 400);
}

/// A host may say so much and no more, and tokens that say it are still tokens.
pub async fn what_the_host_says_has_a_size(s: &Stage) {
    let s = &hosted(s, Mood::SaysMuch).await;
    let answer = tokens_for(&Browser::new(s), "alice", "spa", &[]).await;
    let access = answer.tokens().access;
    assert!(access.len() < 16 * 1024);
    let told = s.get_as("/oauth/acme/userinfo", &access).await;
    assert_eq!(told.status, 200);
    assert_eq!(told.json()["much"].as_str().map(str::len), Some(8 * 1024 - 11));
    assert_eq!(told.json()["name"], "Alice Liddell");
    let mut claims = ClaimSet::new();
    assert_eq!(claims.insert("much", "x".repeat(8 * 1024 - 10)), Err(InvalidClaims::TooLarge));
    assert!(claims.is_empty());
}
