//! What is not active any more, and what never was (RFC 7662 §2.2).

use std::time::Duration;

use grantry::{
    ports::Stores,
    types::{Client, GrantType, TenantId, Whose},
};
use serde_json::json;

use super::admin::{admin, backend_asks, client_id, subject};
use super::direct::{beside, forged};
use super::grant::{Grant, Holder, now};
use super::tokens_shown::{
    API, AUDIENCE, INTROSPECT, REVOKE, assert_done, assert_inactive, decide, down, is_active,
    settle_api, shows, shows_with,
};
use super::visitors::{alices, code_for, tokens_for};
use crate::door::forgeries::{changed, key, part, sign};
use crate::{Browser, Stage, grant_of, tenant_id};

/// IR-05, RFC 8725 §3.11: whatever else is signed by the tenant's key or made by its server is no token that is
/// good for anything here.
pub async fn nothing_but_access_and_refresh_tokens_is_active(s: &Stage) {
    let browser = alices(s).await;
    let visit = tokens_for(&browser, "alice", "own", &[]).await;
    let code = code_for(&browser, "alice", "own", &[]).await;
    let id_token = visit.json()["id_token"].as_str().expect("an ID token").to_owned();
    let access = visit.tokens().access;
    assert!(is_active(s, "own", &access).await);
    let key = key(s, "acme").await;
    let typed = |typ: &str| {
        let header = json!({ "typ": typ, "alg": "EdDSA", "kid": part(&access, 0)["kid"] });
        sign(&key, &header.to_string(), &part(&access, 1).to_string())
    };
    assert!(is_active(s, "own", &typed("at+jwt")).await);
    let mut others = vec![code, id_token, "grt_rt_".to_owned(), forged(&visit.tokens().refresh)];
    others.extend(["JWT", "logout+jwt", "client-authentication+jwt", "dpop+jwt"].map(typed));
    others.push(sign(
        &key,
        &part(&access, 0).to_string(),
        &changed(&part(&access, 1), &[("jti", json!(null))]),
    ));
    for cookie in browser.cookies().values() {
        others.push(cookie.clone());
    }
    for other in others {
        assert_inactive(&shows(s, INTROSPECT, "own", &other).await);
    }
    // RFC 7662 §2.1: a hint is a hint.
    for hint in ["refresh_token", "access_token", "nonsense"] {
        let shown = [("token", &*access), ("token_type_hint", hint)];
        assert_eq!(shows_with(s, INTROSPECT, "own", &shown).await.json()["active"], true);
    }
}

/// IR-06: of all moments before which nothing counts any more, the latest counts, whosever it is.
pub async fn the_latest_stop_counts(s: &Stage) {
    let acme = tenant_id("acme");
    let stops: [(&str, Option<Duration>); 3] =
        [("tenant", Some(Duration::from_secs(5))), ("client", None), ("user", None)];
    for order in [[0, 1, 2], [2, 1, 0], [1, 2, 0]] {
        let token = async || Grant::begin(s, "acme", Holder::Backend).await.first;
        let old = token().await;
        let alone = backend_asks(s, "acme").await.tokens().access;
        let mut since = vec![];
        for at in order {
            s.world.clock.advance(Duration::from_secs(2));
            since.push((token().await, backend_asks(s, "acme").await.tokens().access));
            outdates(s, &acme, stops[at].0).await;
        }
        s.world.clock.advance(Duration::from_secs(2));
        let new = (token().await, backend_asks(s, "acme").await.tokens().access);
        for dead in since.iter().map(|(tokens, _)| tokens).chain([&old]) {
            assert!(!is_active(s, "backend", &dead.access).await, "{order:?}");
            assert!(!is_active(s, "backend", &dead.refresh).await, "{order:?}");
        }
        // A client's own tokens have no user whose end would be theirs.
        let last = order.iter().rposition(|at| *at != 2).expect("a stop");
        for (n, (_, own)) in since.iter().enumerate() {
            assert_eq!(is_active(s, "backend", own).await, n > last, "{order:?} {n}");
        }
        assert!(!is_active(s, "backend", &alone).await);
        for lives in [&new.0.access, &new.0.refresh, &new.1] {
            assert!(is_active(s, "backend", lives).await, "{order:?}");
        }
    }
}

/// RFC 7662 §2.2: what ended since is not active: grants, sessions, users, clients and tenants.
pub async fn what_ended_since_is_not_active(s: &Stage) {
    let acme = tenant_id("acme");
    settle_api(s, "acme", AUDIENCE).await;
    let fresh = async || {
        s.world.clock.advance(Duration::from_secs(1));
        let tokens = tokens_for(&Browser::new(s), "alice", "own", &[]).await.tokens();
        assert!(
            is_active(s, API, &tokens.access).await && is_active(s, "own", &tokens.refresh).await
        );
        tokens
    };
    let dead = async |tokens: &crate::Tokens| {
        assert!(!is_active(s, API, &tokens.access).await);
    };
    let tokens = fresh().await;
    assert_done(&shows(s, REVOKE, "own", &tokens.refresh).await);
    dead(&tokens).await;
    assert!(!is_active(s, "own", &tokens.refresh).await);
    let tokens = fresh().await;
    let one = Whose::One(grant_of(&tokens.access));
    admin(s).end_grants(&acme, one).await.expect("done");
    dead(&tokens).await;
    let tokens = fresh().await;
    let sessions =
        admin(s).sessions(&acme, Some(&subject("user-alice")), None).await.expect("done");
    for session in sessions {
        admin(s).end_session(&acme, session.sid).await.expect("done");
    }
    dead(&tokens).await;
    assert!(!is_active(s, "own", &tokens.refresh).await);
    let tokens = fresh().await;
    admin(s).disable_user(&acme, &subject("user-alice")).await.expect("done");
    dead(&tokens).await;
    assert!(!is_active(s, "own", &tokens.refresh).await);
    admin(s).enable_user(&acme, &subject("user-alice")).await.expect("done");
    let tokens = fresh().await;
    admin(s).disable_client(&acme, &client_id("own")).await.expect("done");
    dead(&tokens).await;
    admin(s).enable_client(&acme, &client_id("own")).await.expect("done");
    dead(&tokens).await;
    let tokens = fresh().await;
    s.world.clock.advance(Duration::from_secs(3600));
    dead(&tokens).await;
    assert!(is_active(s, "own", &tokens.refresh).await);
    let tokens = fresh().await;
    admin(s).disable_tenant(&acme).await.expect("done");
    dead(&tokens).await;
    assert!(!is_active(s, "own", &tokens.refresh).await);
}

/// A refresh token that would not be answered is not active, whatever the reason.
pub async fn a_refresh_token_that_nobody_would_answer_is_not_active(s: &Stage) {
    let acme = tenant_id("acme");
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    let token = &grant.first.refresh;
    assert!(is_active(s, "backend", token).await);
    let refresh = GrantType::RefreshToken;
    let change = async |with: bool| {
        let change = |client: &mut Client| {
            _ = if with { client.grants.insert(refresh) } else { client.grants.remove(&refresh) };
        };
        admin(s).change_client(&acme, &client_id("backend"), change).await.expect("done");
    };
    change(false).await;
    assert!(!is_active(s, "backend", token).await);
    change(true).await;
    assert!(is_active(s, "backend", token).await);
    decide(s, |policy| _ = policy.grants.remove(&refresh)).await;
    assert!(!is_active(s, "backend", token).await);
    decide(s, |policy| _ = policy.grants.insert(refresh)).await;
    // Of what its scope has lost nothing is told.
    let lose = |client: &mut Client| {
        client.scope = "write".parse().expect("a scope");
    };
    admin(s).change_client(&acme, &client_id("backend"), lose).await.expect("done");
    let told = shows(s, INTROSPECT, "backend", token).await.json();
    assert_eq!((&told["active"], told.get("scope")), (&json!(true), None));
}

/// RFC 7662 §2.3: where it is not known whether a token counts, nobody says that it does not.
pub async fn a_store_that_does_not_answer_says_nothing_of_a_token(s: &Stage) {
    let own = || s.world.stores.clone();
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    let alone = backend_asks(s, "acme").await.tokens().access;
    let (access, refresh) = (&grant.first.access, &grant.first.refresh);
    for (stores, asked) in [
        (Stores { tenants: down(), ..own() }, &[access, refresh, &alone][..]),
        (Stores { clients: down(), ..own() }, &[access, refresh, &alone]),
        (Stores { key_records: down(), ..own() }, &[access, refresh, &alone]),
        (Stores { tickets: down(), ..own() }, &[access, refresh]),
        (Stores { accounts: down(), ..own() }, &[access, refresh]),
        (Stores { jwt_ids: down(), ..own() }, &[&alone]),
    ] {
        let broken = beside(s, stores, |builder| builder).await;
        for shown in asked {
            let answer = shows(&broken, INTROSPECT, "backend", shown).await;
            answer.assert_error(503, "temporarily_unavailable", "try again later");
            assert_eq!(answer.header("retry-after"), "1");
        }
    }
}

/// Moves the moment before which nothing of somebody counts, and leaves the rows of grants alone.
async fn outdates(s: &Stage, acme: &TenantId, whose: &str) {
    let (stores, from) = (&s.world.stores, now(s).next());
    match whose {
        "tenant" => {
            let row = stores.tenants.read(acme).await.expect("it answers").expect("a tenant");
            let (mut row, version) = ((*row).clone(), row.version);
            row.not_before = from;
            stores.tenants.change(row, version).await.expect("it answers");
        }
        "client" => {
            let row = stores.clients.read(acme, &client_id("backend")).await;
            let row = row.expect("it answers").expect("a client");
            let (mut row, version) = ((*row).clone(), row.version);
            row.not_before = from;
            stores.clients.change(acme, row, version).await.expect("it answers");
        }
        _ => {
            let row = stores.accounts.by_username(acme, "alice").await;
            let row = row.expect("it answers").expect("a user");
            let (mut row, version) = ((*row).clone(), row.version);
            row.not_before = from;
            stores.accounts.change(acme, row, version).await.expect("it answers");
        }
    }
    s.world.told(acme).await;
}
