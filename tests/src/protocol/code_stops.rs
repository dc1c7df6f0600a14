//! Codes of registered clients whose user, client or tenant is stopped before they are redeemed.

use std::time::Duration;

use grantry::types::{Generation, GrantType, Policy, Set, Ticket, TicketState::Live, Whose};

use super::admin::{FAILED, admin, client_id, subject};
use super::grant::{Holder, now};
use super::walk::{AUTHORIZE, assert_page, but, plain, redeem_own, spa, walk};
use crate::{Answer, Browser, Stage, tenant_id};

#[track_caller]
fn assert_refused(answer: &Answer) {
    Holder::App.assert_refused(answer);
}

/// The row of a code, the only one that nobody has redeemed.
pub(super) async fn row(s: &Stage) -> Ticket {
    let rows = admin(s).grants(&tenant_id("acme"), Whose::Tenant, None).await.expect("rows");
    let mut codes = rows.tickets.into_iter().filter(|row| row.generation == Generation::CODE);
    let code = codes.find(|row| row.state == Live && row.is_live(now(s)));
    code.expect("a code")
}

/// Puts the row of a code back, as if it had been written after everything else was ended.
pub(super) async fn slips_past(s: &Stage, row: &Ticket) {
    let (tickets, acme) = (&s.world.stores.tickets, tenant_id("acme"));
    let out = row.expires_at.plus(Duration::from_millis(1));
    tickets.sweep(out, 99).await.expect("the store answers");
    tickets.issue(&acme, row).await.expect("the store answers");
}

/// TK-15: whoever is stopped between code and redemption gets nothing for it, nor when they are started
/// again, nor when the code was written while they were being stopped: user, client, tenant.
pub async fn who_was_stopped_since_gets_nothing_for_a_code(s: &Stage) {
    let (acme, spa_id, alice) = (tenant_id("acme"), client_id("spa"), subject("user-alice"));
    let redeem = async |code: &str| s.redeem_code("acme", "spa", code).await;
    let begin = async || {
        // The codes before have expired.
        s.world.clock.advance(Duration::from_secs(61));
        let browser = Browser::new(s);
        let code = walk(&browser, "acme", &spa()).await.code();
        (browser, code, row(s).await)
    };
    let (_, code, kept) = begin().await;
    admin(s).disable_user(&acme, &alice).await.expect("done");
    slips_past(s, &kept).await;
    assert_refused(&redeem(&code).await);
    admin(s).enable_user(&acme, &alice).await.expect("done");
    s.world.clock.advance(Duration::from_millis(1));
    slips_past(s, &kept).await;
    assert_refused(&redeem(&code).await);

    let (_, code, kept) = begin().await;
    admin(s).disable_client(&acme, &spa_id).await.expect("done");
    slips_past(s, &kept).await;
    redeem(&code).await.assert_error(401, "invalid_client", FAILED);
    admin(s).enable_client(&acme, &spa_id).await.expect("done");
    assert_refused(&redeem(&code).await);
    s.world.clock.advance(Duration::from_millis(1));
    assert_refused(&redeem(&code).await);

    let (browser, code, kept) = begin().await;
    admin(s).disable_tenant(&acme).await.expect("done");
    slips_past(s, &kept).await;
    let stopped = redeem(&code).await;
    stopped.assert_error(400, "unauthorized_client", "the tenant is disabled");
    assert_page(&s.get(AUTHORIZE, &spa()).await, 400);
    admin(s).enable_tenant(&acme).await.expect("done");
    assert_refused(&redeem(&code).await);
    assert!(browser.authorize("acme", &spa()).await.page().offers("sign-in"), "signed out");
}

/// TK-15, OpenID Connect Core §11: a code ends with the session that it came of, unless it is for when
/// the user is away.
pub async fn a_code_ends_with_its_session(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let browser = Browser::new(s);
    let mine = walk(&browser, "acme", &spa()).await.code();
    let away = but(spa(), &[("scope", "openid offline_access")]);
    let away = walk(&browser, "acme", &away).await.code();
    assert_eq!(admin(s).end_user_sessions(&acme, &alice).await.expect("done"), 1);
    assert_refused(&s.redeem_code("acme", "spa", &mine).await);
    s.redeem_code("acme", "spa", &away).await.tokens();
}

/// TK-15: a client that lost the grant, or the tenant that offers it no more, gets nothing for its code.
pub async fn a_grant_that_was_taken_away_redeems_nothing(s: &Stage) {
    let browser = Browser::new(s);
    let code = walk(&browser, "acme", &spa()).await.code();
    let none = |client: &mut grantry::types::Client| client.grants = Set::new();
    admin(s).change_client(&tenant_id("acme"), &client_id("spa"), none).await.expect("done");
    let answer = s.redeem_code("acme", "spa", &code).await;
    assert_eq!(answer.json()["error"], "unauthorized_client");
    let code = walk(&browser, "acme", &plain("openid")).await.code();
    let narrow = |policy: &mut Policy| {
        policy.grants.remove(&GrantType::AuthorizationCode);
    };
    admin(s).change_tenant(&tenant_id("acme"), narrow).await.expect("done");
    assert_eq!(redeem_own(s, &code).await.json()["error"], "unsupported_grant_type");
}
