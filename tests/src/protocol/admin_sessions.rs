//! Who is signed in where, and its end by somebody in charge.

use grantry::{
    AdminError,
    types::{Session, TicketId},
};

use super::admin::{admin, subject};
use super::visitors::{alices, bob, code_for, is_signed_in, sessions_of, tokens_for, visit};
use crate::{Browser, Stage, tenant_id};

async fn all(s: &Stage, tenant: &str) -> Vec<Session> {
    admin(s).sessions(&tenant_id(tenant), None, None).await.expect("sessions")
}

/// Sessions are listed of a user or of the tenant, in the order of their ids, with what the user is called.
pub async fn sessions_are_listed_of_a_user_or_a_tenant(s: &Stage) {
    bob(s).await;
    assert!(all(s, "acme").await.is_empty());
    let _browsers = (alices(s).await, alices(s).await, Browser::new(s));
    code_for(&_browsers.2, "bob", "own", &[]).await;
    let (alices, bobs, all) =
        (sessions_of(s, "alice").await, sessions_of(s, "bob").await, all(s, "acme").await);
    assert_eq!((alices.len(), bobs.len(), all.len()), (2, 1, 3));
    assert!(all.is_sorted_by_key(|session| session.id));
    assert!(alices.iter().all(|one| &*one.name == "alice" && one.subject == subject("user-alice")));
    let after = admin(s).sessions(&tenant_id("acme"), None, Some(all[0].id)).await;
    assert_eq!(after.expect("sessions"), all[1..]);
    let globex = admin(s).sessions(&tenant_id("globex"), Some(&subject("user-alice")), None).await;
    assert!(globex.expect("sessions").is_empty());
}

/// One session is ended with what was granted in it; the others of its user are not.
pub async fn one_session_is_ended(s: &Stage) {
    let (browser, other) = (Browser::new(s), alices(s).await);
    let kept: Vec<_> = sessions_of(s, "alice").await;
    let tokens = tokens_for(&browser, "alice", "own", &[]).await.tokens();
    let mut mine = sessions_of(s, "alice").await;
    mine.retain(|session| !kept.contains(session));
    s.world.events.take();
    let ended = admin(s).end_session(&tenant_id("acme"), mine[0].id).await.expect("done");
    // Of the code that signed in, and of nothing else.
    assert_eq!(ended, 1);
    assert!(!is_signed_in(&browser).await && is_signed_in(&other).await);
    assert_eq!(s.get_as("/oauth/acme/userinfo", &tokens.access).await.status, 401);
    let told = s.world.events.take();
    let deeds = told.iter().filter(|event| event.kind.as_str() == "administered");
    let about: Vec<_> = deeds.map(|event| event.subject.clone()).collect();
    assert_eq!(about, [Some(subject("user-alice"))]);
}

/// All sessions of a user are ended; they may sign in again.
pub async fn all_sessions_of_a_user_are_ended(s: &Stage) {
    bob(s).await;
    let (one, two, bobs) = (alices(s).await, alices(s).await, Browser::new(s));
    code_for(&bobs, "bob", "own", &[]).await;
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    assert_eq!(admin(s).end_user_sessions(&acme, &alice).await.expect("done"), 2);
    assert_eq!(admin(s).end_user_sessions(&acme, &alice).await.expect("done"), 0);
    assert!(!is_signed_in(&one).await && !is_signed_in(&two).await && is_signed_in(&bobs).await);
    let login = visit(&one, "own", &[]).await.page();
    one.sign_in(&login, "alice", crate::World::PASSWORD).await.code();
}

/// A session that is not there is no error, and one of another tenant is none of this one's.
pub async fn a_session_of_another_tenant_is_not_ended(s: &Stage) {
    let browser = alices(s).await;
    let id = sessions_of(s, "alice").await[0].id;
    for (tenant, id) in [("globex", id), ("acme", TicketId::from_bytes([7; 16]))] {
        assert_eq!(admin(s).end_session(&tenant_id(tenant), id).await.expect("done"), 0);
    }
    assert!(is_signed_in(&browser).await);
    let nobody = admin(s).end_session(&tenant_id("nobody"), id).await;
    assert!(matches!(nobody, Err(AdminError::UnknownTenant)), "{nobody:?}");
}
