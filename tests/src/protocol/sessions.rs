//! How long a user stays signed in, and what ends with it.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::types::Policy;

use super::admin::admin;
use super::visitors::{alices, code_for, is_signed_in, said, sessions_of, tokens_for, visit};
use crate::{Answer, Browser, Stage, tenant_id};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const MILLI: Duration = Duration::from_millis(1);
const OFFLINE: &[(&str, &str)] = &[("scope", "openid offline_access")];

/// Whether tokens of `own` count: at userinfo, and for a refresh.
pub(super) async fn counts(s: &Stage, answer: &Answer) -> bool {
    let tokens = answer.tokens();
    let told = s.get_as("/oauth/acme/userinfo", &tokens.access).await.status == 200;
    let refreshed = s.refresh("acme", "own", &tokens.refresh).await.status == 200;
    assert_eq!(told, refreshed);
    told
}

/// Signs out as the user does.
pub(super) async fn sign_out(b: &Browser<'_>) {
    let page = b.open("/oauth/acme/logout").await.page();
    b.submit(&page, &[("action", "sign-out")]).await.page();
}

fn change(s: &Stage, change: impl Fn(&mut Policy) + Send + Sync) -> impl Future<Output = ()> {
    let (admin, acme) = (admin(s).clone(), tenant_id("acme"));
    async move {
        admin.change_tenant(&acme, change).await.expect("a policy");
    }
}

/// A session that nobody used for a day is over, to the millisecond; one that was used is not.
pub async fn a_session_that_is_not_used_ends(s: &Stage) {
    let browser = alices(s).await;
    for _ in 0..3 {
        s.world.clock.advance(DAY - MILLI);
        assert!(is_signed_in(&browser).await);
    }
    s.world.clock.advance(DAY);
    assert!(!is_signed_in(&browser).await);
    assert!(visit(&browser, "own", &[]).await.page().offers("sign-in"));
}

/// One that is used ends all the same after 14 days, to the millisecond.
pub async fn a_session_ends_however_often_it_is_used(s: &Stage) {
    let browser = alices(s).await;
    for _ in 0..14 * 2 - 1 {
        s.world.clock.advance(12 * HOUR);
        assert!(is_signed_in(&browser).await);
    }
    s.world.clock.advance(12 * HOUR - MILLI);
    assert!(is_signed_in(&browser).await);
    s.world.clock.advance(MILLI);
    assert!(!is_signed_in(&browser).await);
}

/// A session that is used is written once a minute at most, and remembers when.
pub async fn a_session_is_written_once_a_minute_at_most(s: &Stage) {
    let browser = alices(s).await;
    let begun = sessions_of(s, "alice").await.remove(0);
    assert_eq!(begun.ends_at, begun.proof.at.plus(14 * DAY));
    assert_eq!((begun.expires_at, begun.seen_at), (begun.proof.at.plus(DAY), begun.proof.at));
    s.world.clock.advance(Duration::from_secs(60) - MILLI);
    for _ in 0..3 {
        assert!(is_signed_in(&browser).await);
    }
    assert_eq!(sessions_of(s, "alice").await, std::slice::from_ref(&begun));
    s.world.clock.advance(MILLI);
    for _ in 0..3 {
        assert!(is_signed_in(&browser).await);
    }
    let used = sessions_of(s, "alice").await.remove(0);
    assert_eq!(used.version, begun.version.next());
    assert_eq!(used.seen_at, begun.seen_at.plus(Duration::from_secs(60)));
    assert_eq!(used.expires_at, used.seen_at.plus(DAY));
    assert_eq!((used.id, used.ends_at, used.proof), (begun.id, begun.ends_at, begun.proof));
}

/// The tenant says how long; a session keeps what it began with.
pub async fn the_tenant_says_how_long(s: &Stage) {
    let long = alices(s).await;
    change(s, |policy| {
        let browser = std::sync::Arc::make_mut(&mut policy.browser);
        browser.session_idle_lifetime = Duration::from_secs(120);
        browser.session_lifetime = Duration::from_secs(150);
    })
    .await;
    let short = alices(s).await;
    let idle = Browser::new(s);
    code_for(&idle, "alice", "own", &[]).await;
    s.world.clock.advance(Duration::from_secs(100));
    assert!(is_signed_in(&short).await);
    s.world.clock.advance(Duration::from_secs(20));
    assert!(is_signed_in(&short).await && !is_signed_in(&idle).await);
    s.world.clock.advance(Duration::from_secs(30) - MILLI);
    assert!(is_signed_in(&short).await);
    s.world.clock.advance(MILLI);
    assert!(!is_signed_in(&short).await);
    assert!(is_signed_in(&long).await);
}

/// OpenID Connect Core §2, Session Management: the ID token says which session, when and how; one with
/// offline access outlives it and says none.
pub async fn an_id_token_names_its_session(s: &Stage) {
    let browser = Browser::new(s);
    let answer = tokens_for(&browser, "alice", "spa", &[]).await;
    let row = sessions_of(s, "alice").await.remove(0);
    let claims = said(&answer);
    assert_eq!(claims["sid"], URL_SAFE_NO_PAD.encode(row.sid.as_bytes()));
    assert_eq!(claims["auth_time"], row.proof.at.as_secs());
    assert_eq!(claims["amr"], serde_json::json!(["pwd"]));
    assert!(claims["acr"].is_null());
    s.world.clock.advance(HOUR);
    let later = said(&tokens_for(&browser, "alice", "web", &[]).await);
    assert_eq!((&later["sid"], &later["auth_time"]), (&claims["sid"], &claims["auth_time"]));
    assert!(said(&tokens_for(&browser, "alice", "web", OFFLINE).await)["sid"].is_null());
}

/// OpenID Connect Core §11: what was granted in a session ends with it, but for offline access.
pub async fn what_was_granted_in_a_session_ends_with_it(s: &Stage) {
    let (browser, other) = (Browser::new(s), Browser::new(s));
    let here = tokens_for(&browser, "alice", "own", &[]).await;
    let offline = tokens_for(&browser, "alice", "own", OFFLINE).await;
    let elsewhere = tokens_for(&other, "alice", "own", &[]).await;
    assert!(counts(s, &here).await);
    sign_out(&browser).await;
    assert!(!counts(s, &here).await);
    assert!(counts(s, &offline).await && counts(s, &elsewhere).await);
    assert!(is_signed_in(&other).await);
}

/// A code of a session that ended is worth nothing.
pub async fn a_code_ends_with_its_session(s: &Stage) {
    let browser = alices(s).await;
    let code = code_for(&browser, "alice", "spa", &[]).await;
    sign_out(&browser).await;
    assert_eq!(s.redeem_code("acme", "spa", &code).await.status, 400);
}

/// Where the tenant does not want grants to end with sessions, they stay.
pub async fn where_the_tenant_says_so_grants_outlive_sessions(s: &Stage) {
    change(s, |policy| {
        std::sync::Arc::make_mut(&mut policy.browser).session_ends_grants = false;
    })
    .await;
    let browser = Browser::new(s);
    let here = tokens_for(&browser, "alice", "own", &[]).await;
    sign_out(&browser).await;
    assert!(!is_signed_in(&browser).await);
    assert!(counts(s, &here).await);
}
