//! Whom the host's own login does not sign in: too old a proof, too weak a one, nobody's, or none at all.

use std::{sync::Arc, time::Duration};

use grantry::{
    ResumeError, ServerBuilder,
    types::{Login, Timestamp},
};

use super::admin::{admin, subject};
use super::direct::beside;
use super::grant::now;
use super::host_login::{ALLOW, brought, comes, consent, demand_gone, hosted, login, resumed};
use super::moody::Moody;
use super::visitors::{GONE, OTHER_BROWSER, assert_says, is_signed_in, said, visit};
use crate::{Browser, Stage, tenant_id};

/// `prompt=login`, `max_age`: whoever proved too long ago who they are has to do so again.
pub async fn a_user_who_proved_it_too_long_ago_has_to_do_so_again(s: &Stage) {
    let s = &hosted(s).await;
    let minute = Duration::from_secs(60);
    for (asked, age) in [
        (("prompt", "login"), Duration::ZERO),
        (("max_age", "0"), Duration::ZERO),
        (("max_age", "60"), minute),
    ] {
        let browser = Browser::new(s);
        let after = now(s).before(age);
        let handle = brought(visit(&browser, "own", &[asked]).await);
        s.world.clock.advance(minute * 2);
        let info = s.world.server.interaction(&handle).await.expect("info");
        assert_eq!(info.authenticate_after, Some(after), "{asked:?}");
        let early = login("alice", after.before(Duration::from_millis(1)));
        let refused = s.world.server.resume(&handle, early).await;
        let Err(ResumeError::TooOld(at)) = refused else { panic!("{refused:?}") };
        assert_eq!(at, after);
        // The user is still there, and is not asked a second time.
        browser.open(&resumed(s, &handle, login("alice", after)).await).await.code();
    }
}

/// `auth_time` is in whole seconds: a host that counts no finer has signed in who signed in within the
/// second in which they were asked.
pub async fn a_host_that_counts_seconds_is_believed_within_the_second(s: &Stage) {
    let s = &hosted(s).await;
    s.world.clock.advance(Duration::from_millis(700));
    for (asked, age) in [(("prompt", "login"), 0), (("max_age", "60"), 60)] {
        let browser = Browser::new(s);
        let handle = brought(visit(&browser, "own", &[asked]).await);
        let second = Timestamp::from_secs(now(s).as_secs() - age);
        let info = s.world.server.interaction(&handle).await.expect("info");
        assert_eq!(info.authenticate_after, Some(second), "{asked:?}");
        let early = login("alice", second.before(Duration::from_millis(1)));
        let refused = s.world.server.resume(&handle, early).await;
        assert!(matches!(refused, Err(ResumeError::TooOld(at)) if at == second), "{refused:?}");
        let code = browser.open(&resumed(s, &handle, login("alice", second)).await).await.code();
        let claims = said(&s.redeem_code("acme", "own", &code).await);
        assert_eq!(claims["auth_time"], second.as_secs());
    }
}

/// Essential classes of authentication are told, and demanded (LG-15).
pub async fn a_user_who_proved_it_by_less_is_refused(s: &Stage) {
    let s = &hosted(s).await;
    let claims = r#"{"id_token":{"acr":{"essential":true,"values":["gold","silver"]}}}"#;
    for (class, is_enough) in [(None, false), (Some("bronze"), false), (Some("silver"), true)] {
        let browser = Browser::new(s);
        let handle = brought(visit(&browser, "own", &[("claims", claims)]).await);
        let info = s.world.server.interaction(&handle).await.expect("info");
        assert_eq!(info.essential_acr.len(), 2);
        let who = login("alice", now(s));
        let who = class.map_or(who.clone(), |class| who.class(class));
        let landing = browser.open(&resumed(s, &handle, who).await).await;
        match is_enough {
            true => drop(landing.code()),
            false => assert_eq!(landing.error(), "unmet_authentication_requirements"),
        }
    }
}

/// A user who does not want to is sent back to the client, once, in their own browser.
pub async fn a_user_who_does_not_want_to_is_sent_back(s: &Stage) {
    let s = &hosted(s).await;
    let (browser, other) = (Browser::new(s), Browser::new(s));
    let handle = comes(&browser, &[]).await;
    let url = s.world.server.refuse(&handle).await.expect("refused");
    let place = url.strip_prefix("https://id.example.com").expect("a URL of ours");
    demand_gone(s, &handle).await;
    // Nor does the host change its mind: the one who goes on with the new handle is the browser.
    let next = place.split_once("handle=").expect("a handle").1;
    demand_gone(s, &format!("acme.{next}")).await;
    assert_says(&other.open(place).await.page(), 403, OTHER_BROWSER);
    let heard = browser.open(place).await.parameters();
    assert_eq!((&*heard["error"], &*heard["state"]), ("access_denied", "st"));
    assert_says(&browser.open(place).await.page(), 403, GONE);
}

/// LG-07, TK-24: a user who may receive no tokens is not signed in: the host is told; and one who may not
/// any more when they come back is sent to the client with nothing.
pub async fn a_user_who_may_receive_no_tokens_is_not_signed_in(s: &Stage) {
    let s = &hosted(s).await;
    let browser = Browser::new(s);
    let handle = comes(&browser, &[]).await;
    for name in ["user-mallory", "user-nobody", "spa"] {
        let who = Login::new(subject(name), now(s));
        let refused = s.world.server.resume(&handle, who).await;
        assert!(matches!(refused, Err(ResumeError::Refused)), "{name}: {refused:?}");
    }
    // Nor one of a host that knows everybody, and lends one by the name of a client.
    let users = Arc::new(Moody::default());
    let change = |builder: ServerBuilder| builder.login("/login").users(users);
    let lent = beside(s, s.world.stores.clone(), change).await;
    let refused = lent.world.server.resume(&handle, Login::new(subject("spa"), now(s))).await;
    assert!(matches!(refused, Err(ResumeError::Refused)), "TK-24: {refused:?}");
    let place = resumed(s, &handle, login("alice", now(s))).await;
    admin(s).disable_user(&tenant_id("acme"), &subject("user-alice")).await.expect("done");
    assert_eq!(browser.open(&place).await.error(), "access_denied");
    assert_says(&browser.open(&place).await.page(), 403, GONE);
    assert!(!is_signed_in(&browser).await);
}

/// What a tenant ended is over at the host as well: whoever proved before it who they are does so again.
pub async fn whoever_proved_it_before_the_tenants_end_does_so_again(s: &Stage) {
    let s = &hosted(s).await;
    let (browser, before) = (Browser::new(s), now(s));
    s.world.clock.advance(Duration::from_secs(1));
    let acme = tenant_id("acme");
    admin(s).end_grants(&acme, grantry::types::Whose::Tenant).await.expect("done");
    s.world.clock.advance(Duration::from_secs(1));
    let handle = comes(&browser, &[]).await;
    let info = s.world.server.interaction(&handle).await.expect("info");
    let row = admin(s).tenant(&acme).await.expect("the store answers").expect("a tenant");
    assert_eq!(info.authenticate_after, Some(row.not_before));
    let refused = s.world.server.resume(&handle, login("alice", before)).await;
    assert!(matches!(refused, Err(ResumeError::TooOld(at)) if at == row.not_before), "{refused:?}");
    consent(browser.open(&resumed(s, &handle, login("alice", now(s))).await).await);
}

/// Nobody proved in the future who they are: a session of a host whose clock is ahead begins now, and what
/// ends later ends it.
pub async fn a_clock_that_is_ahead_makes_no_session_of_the_future(s: &Stage) {
    let s = &hosted(s).await;
    let browser = Browser::new(s);
    let handle = comes(&browser, &[]).await;
    let ahead = now(s).plus(Duration::from_secs(365 * 24 * 3600));
    let consent = consent(browser.open(&resumed(s, &handle, login("alice", ahead)).await).await);
    let code = browser.submit(&consent, ALLOW).await.code();
    let claims = said(&s.redeem_code("acme", "spa", &code).await);
    assert_eq!(claims["auth_time"], now(s).as_secs());
    s.world.clock.advance(Duration::from_secs(1));
    let (acme, alice) = (tenant_id("acme"), grantry::types::Whose::Subject(subject("user-alice")));
    admin(s).end_grants(&acme, alice).await.expect("done");
    assert!(!is_signed_in(&browser).await);
}
