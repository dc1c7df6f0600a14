//! Who is stopped, and whom somebody in charge signs out, is signed in nowhere.

use std::time::Duration;

use grantry::types::{Password, Session, Whose};

use super::admin::{admin, subject};
use super::sessions::counts;
use super::visitors::{
    alices, assert_says, bob, code_for, is_signed_in, page, sessions_of, tokens_for, visit,
};
use crate::{Browser, Stage, get, query, tenant_id};

const HOUR: Duration = Duration::from_secs(3600);
const MILLI: Duration = Duration::from_millis(1);
const OFFLINE: &[(&str, &str)] = &[("scope", "openid offline_access")];

/// Rows come back, as from a store that lost a write.
async fn come_back(s: &Stage, rows: Vec<Session>) {
    for row in rows {
        let kept = s.world.stores.sessions.create(&tenant_id("acme"), row).await;
        kept.expect("the store answers");
    }
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
    let id = sessions_of(s, "alice").await[0].sid;
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
