//! A user proves once more who they are: another session takes over, and what ends with the one ends with
//! the other.

use std::{sync::Arc, time::Duration};

use grantry::types::{Policy, Session, TicketId};

use super::admin::{admin, subject};
use super::sessions::{counts, sign_out};
use super::visitors::{
    SIGNED_OUT, alices, assert_says, bob, code_for, id_token, is_signed_in, said, sessions_of,
    tokens_for, visit,
};
use crate::{Browser, Stage, World, query, tenant_id};

/// What has the same user prove it again: at once, or after a second.
const AGAIN: [&[(&str, &str)]; 2] = [&[("prompt", "login")], &[("max_age", "0")]];

/// The name of the one session that a user has.
async fn sid(s: &Stage, user: &str) -> TicketId {
    let [row] = &sessions_of(s, user).await[..] else { panic!("not one session") };
    row.sid
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
    assert!(!counts(s, &alices).await && !counts(s, &newer).await);
    assert_eq!((sessions_of(s, "alice").await.len(), sessions_of(s, "bob").await.len()), (0, 1));
}

/// OpenID Connect Core §11: signing out ends what was granted since the user came, however often they
/// proved since who they are.
pub async fn what_was_granted_before_ends_as_well(s: &Stage) {
    let (browser, other) = (Browser::new(s), Browser::new(s));
    let elsewhere = tokens_for(&other, "alice", "own", &[]).await;
    let mut granted = vec![tokens_for(&browser, "alice", "own", &[]).await];
    for again in AGAIN {
        granted.push(tokens_for(&browser, "alice", "own", again).await);
    }
    for one in &granted {
        assert!(counts(s, one).await);
    }
    sign_out(&browser).await;
    for one in &granted {
        assert!(!counts(s, one).await);
    }
    assert!(counts(s, &elsewhere).await && is_signed_in(&other).await);
}

/// Whom an operator signs out loses the same, in one browser and in all.
pub async fn an_operator_ends_what_was_granted_before(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    for all in [false, true] {
        let browser = Browser::new(s);
        let before = tokens_for(&browser, "alice", "own", &[]).await;
        let after = tokens_for(&browser, "alice", "own", AGAIN[0]).await;
        let ended = match all {
            false => admin(s).end_session(&acme, sid(s, "alice").await).await,
            true => admin(s).end_user_sessions(&acme, &alice).await,
        };
        assert_eq!(ended.expect("done"), if all { 1 } else { 2 });
        assert!(!counts(s, &before).await && !counts(s, &after).await);
        assert!(!is_signed_in(&browser).await);
    }
}

/// RP-Initiated Logout §2: an ID token of before proves that its client may sign the user out.
pub async fn an_id_token_of_before_signs_out(s: &Stage) {
    let browser = Browser::new(s);
    let hint = id_token(&tokens_for(&browser, "alice", "spa", &[]).await);
    code_for(&browser, "alice", "own", AGAIN[0]).await;
    let asked = query(&[("id_token_hint", &hint)]);
    let done = browser.open(&format!("/oauth/acme/logout?{asked}")).await.page();
    assert_says(&done, 200, SIGNED_OUT);
    assert!(!is_signed_in(&browser).await);
}

/// Session Management §2: `sid` stays while one user stays in one browser, and is another's for everybody
/// else, and for themselves once somebody came between.
pub async fn a_session_that_takes_over_keeps_its_name(s: &Stage) {
    bob(s).await;
    let (browser, other) = (alices(s).await, Browser::new(s));
    let first = sessions_of(s, "alice").await.remove(0);
    assert_eq!(first.sid, first.id);
    let told = async |b: &Browser<'_>, user, again| {
        said(&tokens_for(b, user, "own", again).await)["sid"].clone()
    };
    let own = told(&browser, "alice", &[]).await;
    for again in AGAIN {
        assert_eq!(told(&browser, "alice", again).await, own);
        let next = sessions_of(s, "alice").await.remove(0);
        assert_ne!(next.id, first.id, "LG-11");
        assert_eq!(next.sid, first.sid);
    }
    let mut names = vec![
        told(&other, "alice", &[]).await,
        told(&browser, "bob", AGAIN[0]).await,
        told(&browser, "alice", AGAIN[0]).await,
    ];
    // Nor does a session that is over leave its name to the next.
    sign_out(&browser).await;
    names.push(told(&browser, "alice", &[]).await);
    for (at, name) in names.iter().enumerate() {
        assert!(*name != own && !names[..at].contains(name), "{names:?} {own}");
    }
}

/// Two windows in which a user proves at once who they are may leave two sessions of one name: they end
/// together, by whoever ends one.
pub async fn sessions_of_one_name_end_together(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    for way in 0..3 {
        let browser = Browser::new(s);
        let granted = tokens_for(&browser, "alice", "own", &[]).await;
        let row = sessions_of(s, "alice").await.remove(0);
        let twin = Session { id: TicketId::from_bytes([way; 16]), ..row.clone() };
        s.world.stores.sessions.create(&acme, twin).await.expect("the store answers");
        assert_eq!(sessions_of(s, "alice").await.len(), 2);
        match way {
            0 => sign_out(&browser).await,
            1 => drop(admin(s).end_session(&acme, row.sid).await.expect("done")),
            _ => assert_eq!(admin(s).end_user_sessions(&acme, &alice).await.expect("done"), 1),
        }
        assert!(sessions_of(s, "alice").await.is_empty(), "{way}");
        assert!(!is_signed_in(&browser).await && !counts(s, &granted).await);
    }
}

/// LG-17: of two windows in which somebody signs in one after the other, the second sends what the browser
/// had before the first was answered. The same user's is followed by its name, so that all of it ends together;
/// somebody else's ends.
pub async fn what_was_replaced_on_the_way_is_followed(s: &Stage) {
    bob(s).await;
    for (name, is_alice) in [("alice", true), ("bob", false)] {
        let browser = Browser::new(s);
        let mut granted = vec![tokens_for(&browser, "alice", "own", &[]).await];
        let sid = sid(s, "alice").await;
        let [one, two] =
            [visit(&browser, "own", AGAIN[0]).await, visit(&browser, "own", AGAIN[0]).await];
        let fields = [("username", name), ("password", World::PASSWORD), ("action", "sign-in")];
        let late = browser.dress(two.page().request(&fields));
        browser.sign_in(&one.page(), "alice", World::PASSWORD).await.code();
        granted.push(tokens_for(&browser, "alice", "own", &[]).await);
        let answer = s.send(late).await;
        assert_eq!(answer.status, 303, "{answer:?}");
        browser.keep(&answer);
        assert!(sessions_of(s, name).await.iter().all(|row| (row.sid == sid) == is_alice));
        for one in &granted {
            assert_eq!(counts(s, one).await, is_alice);
        }
        granted.push(tokens_for(&browser, name, "own", &[]).await);
        sign_out(&browser).await;
        assert!(sessions_of(s, "alice").await.is_empty() && sessions_of(s, "bob").await.is_empty());
        for one in &granted {
            assert!(!counts(s, one).await);
        }
    }
}

/// Nor does a session that expired, or was ended, while a page of it was open leave its name to the next.
pub async fn what_is_over_is_not_followed(s: &Stage) {
    let brief = |policy: &mut Policy| {
        Arc::make_mut(&mut policy.browser).session_idle_lifetime = Duration::from_secs(120);
    };
    admin(s).change_tenant(&tenant_id("acme"), brief).await.expect("a policy");
    for ends in [true, false] {
        let browser = Browser::new(s);
        let granted = tokens_for(&browser, "alice", "own", &[]).await;
        let sid = sid(s, "alice").await;
        let page = visit(&browser, "own", AGAIN[0]).await.page();
        match ends {
            true => drop(admin(s).end_session(&tenant_id("acme"), sid).await.expect("done")),
            false => s.world.clock.advance(Duration::from_secs(121)),
        }
        browser.sign_in(&page, "alice", World::PASSWORD).await.code();
        let rows = sessions_of(s, "alice").await;
        assert_eq!(rows.iter().filter(|row| row.sid != sid).count(), 1);
        assert_eq!(counts(s, &granted).await, !ends);
        sign_out(&browser).await;
    }
}
