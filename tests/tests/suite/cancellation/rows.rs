//! What the administration is tried on: a tenant with clients, a user, a grant, sessions, a consent.

use std::{sync::Arc, time::Duration};

use grantry::{
    Provision,
    types::{
        Audience, Authorized, ClientId, Consent, Generation, Password, Proof, Session, Subject,
        TenantId, Ticket, TicketId, TicketState, Timestamp, Version,
    },
};
use grantry_conformance::{World, tenant_id};

/// A grant of Alice's to `app`.
pub(super) fn grant() -> Ticket {
    let begin = Timestamp::from_secs(1_800_000_000);
    let end = begin.plus(Duration::from_secs(3600));
    Ticket {
        id: TicketId::from_bytes([7; 16]),
        version: Version::default(),
        generation: Generation::FIRST,
        state: TicketState::Live,
        client: app(),
        subject: alice(),
        scope: "read".parse().unwrap(),
        audience: audience().into(),
        binding: None,
        refreshable: true,
        authenticated_at: begin,
        changed_at: begin,
        rotated_at: Timestamp::EPOCH,
        expires_at: end,
        ends_at: end,
        authorized: Some(Arc::new(Authorized {
            session: Some(session(1).sid),
            proof: session(1).proof,
            nonce: None,
            claims: None,
        })),
        sender_key: None,
    }
}

/// A session of hers.
pub(super) fn session(number: u8) -> Session {
    let begin = Timestamp::from_secs(1_800_000_000);
    let end = begin.plus(Duration::from_secs(3600));
    Session {
        id: TicketId::from_bytes([number; 16]),
        sid: TicketId::from_bytes([number; 16]),
        version: Version::default(),
        subject: alice(),
        name: "alice".into(),
        proof: Proof { at: begin, methods: Box::new(["pwd".into()]), class: None },
        seen_at: begin,
        expires_at: end,
        ends_at: end,
    }
}

/// What she allowed.
pub(super) fn consent() -> Consent {
    let given_at = Timestamp::from_secs(1_800_000_000);
    Consent {
        subject: alice(),
        client: app(),
        scope: "read".parse().unwrap(),
        audience: None,
        given_at,
    }
}

/// A tenant, a client and a user more.
pub(super) fn file() -> Provision {
    let text = format!(
        r#"
        [tenants.new]
        disabled = true
        [tenants.new.policy]
        default_audience = "{}"
        [tenants.new.clients.app]
        type = "public"
        grants = ["refresh_token"]
        [tenants.new.users.bob]
        password = {{ value = "looking-glass" }}
        "#,
        World::AUDIENCE
    );
    Provision::parse(&text, "provision.toml", |_| None).unwrap()
}

pub(super) fn audience() -> Audience {
    World::AUDIENCE.parse().unwrap()
}

pub(super) fn password() -> Password {
    Password::from("looking-glass")
}

pub(super) fn acme() -> TenantId {
    tenant_id("acme")
}

/// A tenant that is disabled.
pub(super) fn stopped() -> TenantId {
    tenant_id("globex")
}

pub(super) fn new() -> TenantId {
    tenant_id("new")
}

pub(super) fn app() -> ClientId {
    "app".parse().unwrap()
}

pub(super) fn backend() -> ClientId {
    "backend".parse().unwrap()
}

/// A client that is disabled.
pub(super) fn retired() -> ClientId {
    "retired".parse().unwrap()
}

/// A client with two secrets.
pub(super) fn two() -> ClientId {
    "two".parse().unwrap()
}

pub(super) fn alice() -> Subject {
    "user-alice".parse().unwrap()
}

/// A user who is disabled.
pub(super) fn mallory() -> Subject {
    "user-mallory".parse().unwrap()
}
