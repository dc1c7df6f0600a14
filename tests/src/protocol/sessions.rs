//! How long a user stays signed in, and what ends with it.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::types::{Password, Policy, Session, Whose};

use super::admin::{admin, subject};
use super::visitors::{
    alices, assert_says, bob, code_for, is_signed_in, page, said, sessions_of, tokens_for, visit,
};
use crate::{Answer, Browser, Stage, get, query, tenant_id};

const HOUR: Duration = Duration::from_secs(3600);
const DAY: Duration = Duration::from_secs(24 * 3600);
const MILLI: Duration = Duration::from_millis(1);
const OFFLINE: &[(&str, &str)] = &[("scope", "openid offline_access")];

/// Whether tokens of `own` count: at userinfo, and for a refresh.
async fn counts(s: &Stage, answer: &Answer) -> bool {
    let tokens = answer.tokens();
    let told = s.get_as("/oauth/acme/userinfo", &tokens.access).await.status == 200;
    let refreshed = s.refresh("acme", "own", &tokens.refresh).await.status == 200;
    assert_eq!(told, refreshed);
    told
}

/// Rows come back, as from a store that lost a write.
async fn come_back(s: &Stage, rows: Vec<Session>) {
    for row in rows {
        let kept = s.world.stores.sessions.create(&tenant_id("acme"), row).await;
        kept.expect("the store answers");
    }
}

/// Signs out as the user does.
async fn sign_out(b: &Browser<'_>) {
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
    assert_eq!(claims["sid"], URL_SAFE_NO_PAD.encode(row.id.as_bytes()));
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

/// A user who proves once more who they are has another session, and keeps what they granted; somebody
/// else who signs in takes their place.
pub async fn the_same_user_keeps_grants_and_another_ends_them(s: &Stage) {
    bob(s).await;
    let browser = Browser::new(s);
    let alices = tokens_for(&browser, "alice", "own", &[]).await;
    tokens_for(&browser, "alice", "own", &[("prompt", "login")]).await;
    assert_eq!(sessions_of(s, "alice").await.len(), 1);
    assert!(counts(s, &alices).await);
    let newer = tokens_for(&browser, "alice", "own", &[]).await;
    tokens_for(&browser, "bob", "own", &[("prompt", "login")]).await;
    assert!(!counts(s, &newer).await);
    assert_eq!((sessions_of(s, "alice").await.len(), sessions_of(s, "bob").await.len()), (0, 1));
}

/// LG-21: a new password ends every session that the old one began, in every browser, and what was
/// granted in it, offline access included.
pub async fn a_new_password_ends_every_session(s: &Stage) {
    let (one, two) = (Browser::new(s), alices(s).await);
    let offline = tokens_for(&one, "alice", "own", OFFLINE).await;
    let consent = visit(&two, "spa", &[]).await.page();
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let new = Password::from("looking-glass");
    admin(s).change_password(&acme, &alice, &new).await.expect("done");
    assert!(!is_signed_in(&one).await && !is_signed_in(&two).await);
    assert!(!counts(s, &offline).await);
    assert!(sessions_of(s, "alice").await.is_empty());
    let again = two.submit(&consent, &[("action", "allow")]).await.page();
    assert!(again.offers("sign-in"));
    s.world.clock.advance(MILLI);
    assert!(two.sign_in(&again, "alice", "looking-glass").await.page().offers("allow"));
}

/// LG-07: a user who is disabled or deleted is signed in nowhere, also once they are enabled again.
pub async fn a_user_who_is_stopped_is_signed_in_nowhere(s: &Stage) {
    let (browser, other) = (alices(s).await, Browser::new(s));
    bob(s).await;
    code_for(&other, "bob", "own", &[]).await;
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let rows = sessions_of(s, "alice").await;
    admin(s).disable_user(&acme, &alice).await.expect("done");
    assert!(!is_signed_in(&browser).await);
    come_back(s, rows).await;
    assert!(!is_signed_in(&browser).await, "disabled");
    admin(s).enable_user(&acme, &alice).await.expect("done");
    s.world.clock.advance(HOUR);
    assert!(!is_signed_in(&browser).await, "enabled again");
    let back = alices(s).await;
    assert!(is_signed_in(&back).await);
    admin(s).delete_user(&acme, &alice).await.expect("done");
    assert!(!is_signed_in(&back).await && is_signed_in(&other).await);
}

/// What a tenant ended is over in every browser, also where the rows are still there; other tenants do
/// not notice.
pub async fn what_a_tenant_ended_is_over_in_every_browser(s: &Stage) {
    let browser = alices(s).await;
    let own = super::visitors::asks_with("own", &[]);
    let login = browser.authorize("globex", &own).await.page();
    browser.sign_in(&login, "alice", crate::World::PASSWORD).await.code();
    let rows = sessions_of(s, "alice").await;
    admin(s).end_grants(&tenant_id("acme"), Whose::Tenant).await.expect("done");
    assert!(!is_signed_in(&browser).await);
    come_back(s, rows).await;
    assert!(!is_signed_in(&browser).await);
    let silent = super::visitors::asks_with("own", &[("prompt", "none")]);
    browser.authorize("globex", &silent).await.code();
    s.world.clock.advance(MILLI);
    code_for(&browser, "alice", "own", &[]).await;
    assert!(is_signed_in(&browser).await);
}

/// TN-06: a disabled tenant signs nobody in, shows no page of a request that waited, and signs out all
/// the same.
pub async fn a_disabled_tenant_signs_nobody_in(s: &Stage) {
    let browser = alices(s).await;
    let consent = visit(&browser, "spa", &[]).await.page();
    admin(s).disable_tenant(&tenant_id("acme")).await.expect("done");
    let asked = super::visitors::asks_with("own", &[("prompt", "none")]);
    let answer = s.send(get(&format!("/oauth/acme/authorize?{}", query(&asked)))).await;
    assert_says(&page(answer), 400, "The application asked for something wrong");
    for _ in 0..2 {
        let refused = browser.submit(&consent, &[("action", "allow")]).await.page();
        assert_says(&refused, 403, super::visitors::GONE);
    }
    let out = browser.open("/oauth/acme/logout").await.page();
    assert_says(&out, 200, super::visitors::SIGNED_OUT);
}

/// Whom somebody in charge signs out is signed in no more, in one browser or in all.
pub async fn whom_an_operator_signs_out_is_signed_in_no_more(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let one = alices(s).await;
    let id = sessions_of(s, "alice").await[0].id;
    let two = Browser::new(s);
    let kept = tokens_for(&two, "alice", "own", &[]).await;
    admin(s).end_session(&tenant_id("globex"), id).await.expect("done");
    assert!(is_signed_in(&one).await, "another tenant has no such session");
    admin(s).end_session(&acme, id).await.expect("done");
    assert!(!is_signed_in(&one).await && counts(s, &kept).await);
    code_for(&one, "alice", "own", &[]).await;
    assert_eq!(admin(s).end_user_sessions(&acme, &alice).await.expect("done"), 2);
    assert!(!is_signed_in(&one).await && !is_signed_in(&two).await && !counts(s, &kept).await);
    code_for(&one, "alice", "own", &[]).await;
}
