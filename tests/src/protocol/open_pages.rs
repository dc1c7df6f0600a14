//! What happens to a page that was left open: it ends in one that says what to do.

use std::{sync::Arc, time::Duration};

use super::admin::admin;
use super::visitors::{EXPIRED, GONE, alices, assert_says, visit};
use crate::{Browser, Landing, Stage, World, tenant_id};

const ALLOW: &[(&str, &str)] = &[("action", "allow")];
const MILLI: Duration = Duration::from_millis(1);

/// Sessions of a tenant end soon: idle after a minute or so, or absolutely after a minute and a half.
async fn sessions_end_soon(s: &Stage, idle: u64) {
    let change = |policy: &mut grantry::types::Policy| {
        let browser = Arc::make_mut(&mut policy.browser);
        browser.session_idle_lifetime = Duration::from_secs(idle);
        browser.session_lifetime = Duration::from_secs(90);
    };
    admin(s).change_tenant(&tenant_id("acme"), change).await.expect("a policy");
}

/// A session that ends while the consent is open: whoever allows is asked to sign in again, told why, and
/// goes on where they were.
pub async fn whose_session_ended_meanwhile_signs_in_again_and_goes_on(s: &Stage) {
    for (idle, waits) in [(61, 61), (90, 90)] {
        sessions_end_soon(s, idle).await;
        let browser = Browser::new(s);
        let login = visit(&browser, "spa", &[("prompt", "consent")]).await.page();
        let consent = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
        s.world.clock.advance(Duration::from_secs(waits));
        let again = browser.submit(&consent, ALLOW).await.page();
        assert_says(&again, 200, EXPIRED);
        assert_says(&again, 200, "Sign in again to go on.");
        let consent = browser.sign_in(&again, "alice", World::PASSWORD).await.page();
        assert!(consent.offers("allow"));
        browser.submit(&consent, ALLOW).await.code();
    }
}

/// One that is used ends absolutely all the same, also while a page is open.
pub async fn a_session_that_is_used_ends_while_a_page_is_open(s: &Stage) {
    sessions_end_soon(s, 80).await;
    let browser = alices(s).await;
    s.world.clock.advance(Duration::from_secs(61));
    let choose = visit(&browser, "spa", &[("prompt", "select_account")]).await.page();
    s.world.clock.advance(Duration::from_secs(29) - MILLI);
    assert!(browser.open(&choose.place).await.page().offers("continue"));
    s.world.clock.advance(MILLI);
    let again = browser.submit(&choose, &[("action", "continue")]).await.page();
    assert_says(&again, 200, EXPIRED);
    // Also where the page is opened once more.
    let shown = browser.open(&choose.place).await.page();
    assert!(shown.offers("sign-in") && !shown.text.contains(EXPIRED), "{}", shown.text);
}

/// A request waits half an hour for its user, to the millisecond, whatever they did meanwhile.
pub async fn a_request_waits_half_an_hour_for_its_user(s: &Stage) {
    let wait = Duration::from_secs(30 * 60);
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    s.world.clock.advance(wait / 2);
    let consent = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
    s.world.clock.advance(wait / 2 - MILLI);
    assert!(browser.open(&consent.place).await.page().offers("allow"));
    s.world.clock.advance(MILLI);
    for landing in [browser.open(&consent.place).await, browser.submit(&consent, ALLOW).await] {
        let over = landing.page();
        assert_says(&over, 403, GONE);
        assert_says(&over, 403, "It was open for too long");
        assert_says(&over, 403, "Go back to the application and start again.");
    }
    // The user is signed in, and begins anew at once.
    assert!(visit(&browser, "spa", &[]).await.page().offers("allow"));
}

/// Whoever comes back to a page by the browser's own button finds where they are, or that it is over.
pub async fn whoever_goes_back_finds_where_they_are(s: &Stage) {
    let browser = Browser::new(s);
    let begun = visit(&browser, "spa", &[("prompt", "login select_account")]).await.page();
    let login = browser.open(&begun.place).await.page();
    assert_eq!(login.hidden("interaction"), begun.hidden("interaction"), "a page may be reloaded");
    let consent = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
    assert!(consent.offers("allow"), "whoever just signed in has chosen: {}", consent.text);
    let back = browser.open(&begun.place).await.page();
    assert_eq!(back.hidden("interaction"), consent.hidden("interaction"));
    assert!(back.offers("allow"));
    let Landing::Away(url) = browser.submit(&back, ALLOW).await else { panic!("no code") };
    assert!(url.contains("code=grt_ac_"));
    assert_says(&browser.open(&begun.place).await.page(), 403, GONE);
}

/// Whoever wants to be somebody else signs in as them; until then nothing has changed.
pub async fn whoever_wants_to_be_somebody_else_signs_in_as_them(s: &Stage) {
    super::visitors::bob(s).await;
    let browser = alices(s).await;
    let choose = visit(&browser, "spa", &[("prompt", "select_account")]).await.page();
    let login = browser.submit(&choose, &[("action", "other")]).await.page();
    assert!(login.offers("sign-in"), "{}", login.text);
    assert!(super::visitors::is_signed_in(&browser).await);
    let consent = browser.sign_in(&login, "bob", World::PASSWORD).await.page();
    assert!(consent.offers("allow") && consent.text.contains("bob"), "{}", consent.text);
    assert_eq!(super::visitors::who(&browser).await, "user-bob");
}

/// A page that says how something ended says whose it is, as every other page does; one of nobody says
/// nothing.
pub async fn a_page_that_only_tells_says_whose_it_is(s: &Stage) {
    let named = |policy: &mut grantry::types::Policy| {
        Arc::make_mut(&mut policy.browser).name = Some("Acme Inc".into());
    };
    admin(s).change_tenant(&tenant_id("acme"), named).await.expect("a policy");
    let browser = alices(s).await;
    let question = browser.open("/oauth/acme/logout").await.page();
    let stays = browser.submit(&question, &[("action", "stay")]).await.page();
    let foreign = browser.submit(&question, &[("confirm", "x")]).await.page();
    let out = browser.submit(&question, &[("action", "sign-out")]).await.page();
    let gone = browser.open("/oauth/acme/interaction").await.page();
    let bad = browser.open("/oauth/acme/authorize?client_id=nobody").await.page();
    for page in [question, stays, foreign, out, gone, bad] {
        assert!(page.text.contains("<header><bdi>Acme Inc</bdi></header>"), "{}", page.text);
        assert!(page.text.contains(" – Acme Inc</title>"), "{}", page.text);
    }
    let unnamed = browser.open("/oauth/globex/authorize?client_id=nobody").await.page();
    assert!(unnamed.text.contains("<header><bdi>globex</bdi></header>"), "{}", unnamed.text);
    let nobodys = browser.open("/oauth/nobody/authorize?client_id=nobody").await.page();
    assert_says(&nobodys, 404, "There is nothing here</title>");
    assert!(!nobodys.text.contains("<header>") && !nobodys.text.contains("nobody"));
}
