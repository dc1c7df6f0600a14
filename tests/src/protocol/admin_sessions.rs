//! Who is signed in in a browser, what they allowed and what is known of them, at run time.

use std::{sync::Arc, time::Duration};

use grantry::{
    NewUser,
    ports::{Deed, EventKind},
    types::{
        Authorized, BrowserPolicy, ClaimSet, Consent, Policy, Proof, Session, Subject, Ticket,
        TicketId, TicketState, Timestamp, Version,
    },
};

use super::admin::{admin, assert_no, client_id, subject};
use crate::{Stage, tenant_id};

fn id(id: u8) -> TicketId {
    TicketId::from_bytes([id; 16])
}

/// A session, kept behind the server's back.
async fn session(s: &Stage, tenant: &str, number: u8, who: &str) {
    let now = Timestamp::from_secs(1_800_000_000);
    let row = Session {
        id: id(number),
        sid: id(number),
        version: Version::default(),
        subject: subject(who),
        name: who.into(),
        proof: Proof { at: now, methods: ["pwd".into()].into(), class: None },
        seen_at: now,
        expires_at: now.plus(Duration::from_secs(3600)),
        ends_at: now.plus(Duration::from_secs(3600)),
    };
    s.world.stores.sessions.create(&tenant_id(tenant), row).await.expect("the store answers");
}

async fn consent(s: &Stage, tenant: &str, who: &str, whom: &str) {
    let (given_at, scope) = (Timestamp::EPOCH, "read".parse().expect("a scope"));
    let row =
        Consent { subject: subject(who), client: client_id(whom), scope, audience: None, given_at };
    s.world.stores.consents.keep(&tenant_id(tenant), row).await.expect("the store answers");
}

/// A grant of alice's that ends with this session.
async fn grant(s: &Stage, tenant: &str, number: u8) -> Ticket {
    let mut row = s.ticket(tenant, &s.tokens(tenant, "app").await.access).await;
    row.id = id(100 + number);
    let proof = Proof { at: row.authenticated_at, methods: Box::default(), class: None };
    let session = Some(id(number));
    row.authorized = Some(Arc::new(Authorized { session, proof, nonce: None, claims: None }));
    s.world.stores.tickets.issue(&tenant_id(tenant), &row).await.expect("the store answers");
    row
}

async fn lives(s: &Stage, tenant: &str, grant: &Ticket) -> bool {
    let row = s.world.stores.tickets.read(&tenant_id(tenant), grant.id).await;
    row.expect("the store answers").expect("the row").state == TicketState::Live
}

/// The sessions of a tenant, or of one of its users.
async fn kept(s: &Stage, tenant: &str, whose: Option<&Subject>) -> Vec<u8> {
    let found = admin(s).sessions(&tenant_id(tenant), whose, None).await.expect("done");
    found.iter().map(|row| row.id.as_bytes()[0]).collect()
}

/// What was done to whom, as an operator is told.
fn deeds(s: &Stage) -> Vec<(Deed, Option<Subject>)> {
    let told = s.world.events.take().into_iter();
    let deed = |event: grantry::ports::Event| match event.kind {
        EventKind::Administered(deed) => Some((deed, event.subject)),
        _ => None,
    };
    told.filter_map(deed).collect()
}

/// One browser is signed out, with the grants that were made in it; the others do not notice.
pub async fn one_session_is_ended_with_its_grants(s: &Stage) {
    let acme = tenant_id("acme");
    for (tenant, number, who) in [
        ("acme", 1, "user-alice"),
        ("acme", 2, "user-alice"),
        ("acme", 3, "bob"),
        ("steady", 1, "x"),
    ] {
        session(s, tenant, number, who).await;
    }
    let grants = [grant(s, "acme", 1).await, grant(s, "acme", 2).await];
    let elsewhere = grant(s, "steady", 1).await;
    let alice = subject("user-alice");
    assert_eq!(kept(s, "acme", None).await, [1, 2, 3]);
    assert_eq!(kept(s, "acme", Some(&alice)).await, [1, 2]);
    let after = admin(s).sessions(&acme, None, Some(id(2))).await.expect("done");
    assert_eq!(after.len(), 1);
    s.world.events.take();
    assert_eq!(admin(s).end_session(&acme, id(1)).await.expect("done"), 1);
    assert_eq!(deeds(s), [(Deed::SessionEnded, Some(alice))]);
    assert_eq!(kept(s, "acme", None).await, [2, 3]);
    assert_eq!(kept(s, "steady", None).await, [1]);
    assert_eq!(
        [lives(s, "acme", &grants[0]).await, lives(s, "acme", &grants[1]).await],
        [false, true]
    );
    assert!(lives(s, "steady", &elsewhere).await);
    // Again it is nothing, and told of as nothing.
    assert_eq!(admin(s).end_session(&acme, id(1)).await.expect("done"), 0);
    assert_eq!(deeds(s), []);
    let why = "there is no tenant of this name: create it first";
    let nobody = tenant_id("nobody");
    assert_no(admin(s).end_session(&nobody, id(1)).await, why);
    assert_no(admin(s).sessions(&nobody, None, None).await, why);
}

/// Where the policy says so, what was granted goes on after the session.
pub async fn grants_may_outlive_their_session(s: &Stage) {
    let acme = tenant_id("acme");
    let lasting = |policy: &mut Policy| {
        let mut browser = BrowserPolicy::clone(&policy.browser);
        browser.session_ends_grants = false;
        policy.browser = browser.into();
    };
    admin(s).change_tenant(&acme, lasting).await.expect("done");
    session(s, "acme", 1, "user-alice").await;
    let grant = grant(s, "acme", 1).await;
    assert_eq!(admin(s).end_session(&acme, id(1)).await.expect("done"), 0);
    assert_eq!((kept(s, "acme", None).await, lives(s, "acme", &grant).await), (vec![], true));
}

/// A user is signed out everywhere, however many browsers that are.
pub async fn all_sessions_of_a_user_are_ended(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    for number in 0..210 {
        session(s, "acme", number, if number == 7 { "bob" } else { "user-alice" }).await;
    }
    session(s, "steady", 1, "user-alice").await;
    let grant = grant(s, "acme", 9).await;
    s.world.events.take();
    assert_eq!(admin(s).end_user_sessions(&acme, &alice).await.expect("done"), 209);
    assert_eq!(deeds(s).len(), 209);
    assert_eq!((kept(s, "acme", None).await, kept(s, "steady", None).await), (vec![7], vec![1]));
    assert!(!lives(s, "acme", &grant).await);
    assert_eq!(admin(s).end_user_sessions(&acme, &alice).await.expect("done"), 0);
}

/// Whoever is stopped or gets another password has no session left.
pub async fn a_stopped_user_has_no_session_left(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    session(s, "acme", 1, "user-alice").await;
    session(s, "acme", 2, "bob").await;
    admin(s).change_password(&acme, &alice, &"looking-glass".into()).await.expect("done");
    assert_eq!(kept(s, "acme", None).await, [2]);
    session(s, "acme", 3, "user-alice").await;
    admin(s).disable_user(&acme, &alice).await.expect("done");
    assert_eq!(kept(s, "acme", None).await, [2]);
}

/// A user who is gone leaves nothing behind, and neither does a tenant of what its users allowed.
pub async fn nothing_is_left_of_what_a_deleted_user_allowed(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    session(s, "acme", 1, "user-alice").await;
    for (tenant, who, whom) in [
        ("acme", "user-alice", "app"),
        ("acme", "user-alice", "spa"),
        ("acme", "bob", "app"),
        ("steady", "user-alice", "app"),
    ] {
        consent(s, tenant, who, whom).await;
    }
    let left = async |tenant: &str, who: &str| {
        let store = &s.world.stores.consents;
        let found = store.list(&tenant_id(tenant), &subject(who), None, 9).await;
        found.expect("the store answers").len()
    };
    admin(s).delete_user(&acme, &alice).await.expect("done");
    assert_eq!(kept(s, "acme", None).await, [0; 0]);
    assert_eq!(left("acme", "user-alice").await, 0);
    assert_eq!((left("acme", "bob").await, left("steady", "user-alice").await), (1, 1));
    admin(s).delete_tenant(&acme).await.expect("done");
    assert_eq!((left("acme", "bob").await, left("steady", "user-alice").await), (0, 1));
}

/// What a user allowed is shown and forgotten, one client at a time.
pub async fn a_consent_is_shown_and_forgotten(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    for whom in ["spa", "app", "web"] {
        consent(s, "acme", "user-alice", whom).await;
    }
    consent(s, "acme", "bob", "app").await;
    let clients = async |after: Option<&str>| {
        let after = after.map(client_id);
        let found = admin(s).consents(&acme, &alice, after.as_ref()).await.expect("done");
        found.iter().map(|row| row.client.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(clients(None).await, ["app", "spa", "web"]);
    assert_eq!(clients(Some("app")).await, ["spa", "web"]);
    s.world.events.take();
    assert!(admin(s).forget_consent(&acme, &alice, &client_id("spa")).await.expect("done"));
    assert!(!admin(s).forget_consent(&acme, &alice, &client_id("spa")).await.expect("done"));
    assert_eq!(clients(None).await, ["app", "web"]);
    let told = s.world.events.take();
    let [event] = &told[..] else { panic!("{told:?}") };
    assert_eq!(event.kind, EventKind::Administered(Deed::ConsentForgotten));
    assert_eq!((&event.subject, &event.client), (&Some(alice.clone()), &Some(client_id("spa"))));
    let why = "there is no tenant of this name: create it first";
    assert_no(admin(s).consents(&tenant_id("nobody"), &alice, None).await, why);
}

/// TK-25: what is known of a user changes, but for what the server says itself.
pub async fn claims_of_a_user_are_changed(s: &Stage) {
    let (acme, why) = (tenant_id("acme"), "sub is said by the server itself");
    let bob = |name| NewUser::new("bob", "wonderland".into()).claim(name, "Bob");
    assert_no(admin(s).create_user(&acme, bob("sub").claim("name", "Bob")).await, why);
    let made = admin(s).create_user(&acme, bob("name")).await.expect("bob");
    let known = async || {
        let row = admin(s).user_by_subject(&acme, &made.subject).await.expect("the store answers");
        row.expect("bob").claims.as_deref().cloned().unwrap_or_default()
    };
    assert_eq!(known().await.value("name"), Some(&"Bob".into()));
    s.world.events.take();
    let change = |change: fn(&mut ClaimSet) -> Result<(), grantry::types::InvalidClaims>| {
        admin(s).change_user_claims(&acme, &made.subject, change)
    };
    change(|claims| claims.insert("email", "bob@example.com")).await.expect("done");
    assert_eq!(deeds(s), [(Deed::ClaimsChanged, Some(made.subject.clone()))]);
    assert_eq!(known().await.iter().count(), 2);
    let reserved = change(|claims| {
        claims.insert("email", "other@example.com")?;
        claims.insert("sub", "alice")
    });
    assert_no(reserved.await, why);
    assert_eq!(known().await.value("email"), Some(&"bob@example.com".into()));
    change(|claims| claims.insert("email", "bob@example.com")).await.expect("nothing to do");
    assert_eq!(deeds(s), [], "nothing was done");
    let none = change(|claims| {
        *claims = ClaimSet::new();
        Ok(())
    });
    assert!(none.await.expect("done").claims.is_none());
}
