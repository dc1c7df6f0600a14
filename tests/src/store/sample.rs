//! Tickets and presentations to try a store with, and chance that repeats itself.

use std::{sync::Arc, time::Duration};

use grantry::types::{
    Authorized, Binding, Generation, Presentation, Proof, Session, Subject, TenantId, Ticket,
    TicketId, TicketState, Timestamp, Version,
};

pub(super) const T0: Timestamp = Timestamp::from_secs(1_800_000_000);

pub(super) fn tenant(name: &str) -> TenantId {
    name.parse().expect("a tenant id")
}

pub(super) fn subject(name: &str) -> Subject {
    name.parse().expect("a subject")
}

pub(super) fn binding() -> Binding {
    Binding::to(&"https://app.example.com/cb".parse().expect("a redirect URI"))
}

/// A fresh code of alice for the client `app`, good for a minute and at most an hour.
pub(super) fn code(id: u8) -> Ticket {
    Ticket {
        id: TicketId::from_bytes([id; 16]),
        version: Version::default(),
        generation: Generation::CODE,
        state: TicketState::Live,
        client: "app".parse().expect("a client id"),
        subject: subject("alice"),
        scope: "read write".parse().expect("a scope"),
        audience: "https://api.example.com".parse().expect("an audience"),
        binding: Some(binding()),
        refreshable: false,
        authenticated_at: T0,
        changed_at: T0,
        rotated_at: Timestamp::EPOCH,
        expires_at: T0.plus(Duration::from_secs(60)),
        ends_at: T0.plus(Duration::from_secs(3600)),
        authorized: None,
        sender_key: None,
    }
}

/// The same grant at its first refresh token.
pub(super) fn first(id: u8) -> Ticket {
    Ticket {
        generation: Generation::FIRST,
        binding: None,
        refreshable: true,
        expires_at: T0.plus(Duration::from_secs(600)),
        ..code(id)
    }
}

/// The client `app` shows one generation.
pub(super) fn shown(generation: u32) -> Presentation {
    Presentation {
        generation: Generation(generation),
        client: "app".parse().expect("a client id"),
        binding: Some(binding()),
        authenticated: false,
        sender: None,
        rotates: true,
        refreshable: true,
        window: Duration::from_secs(30),
        access: Duration::from_secs(120),
        idle: Duration::from_secs(300),
        not_before: Timestamp::EPOCH,
    }
}

/// The grant of one who signed in in the browser, which ends with that session.
pub(super) fn within(id: u8, session: u8) -> Ticket {
    let session = Some(TicketId::from_bytes([session; 16]));
    let proof = Proof { at: T0, methods: ["pwd".into()].into(), class: None };
    let authorized = Authorized { session, proof, nonce: None, claims: None };
    Ticket { authorized: Some(Arc::new(authorized)), ..first(id) }
}

/// A session of alice, good for a minute and at most an hour.
pub(super) fn session(id: u8) -> Session {
    Session {
        id: TicketId::from_bytes([id; 16]),
        sid: TicketId::from_bytes([id; 16]),
        version: Version::default(),
        subject: subject("alice"),
        name: "alice".into(),
        proof: Proof { at: T0, methods: ["pwd".into()].into(), class: None },
        seen_at: T0,
        expires_at: T0.plus(Duration::from_secs(60)),
        ends_at: T0.plus(Duration::from_secs(3600)),
    }
}

/// SplitMix64 (Steele, Lea, Flood 2014): enough chance to wander through histories.
pub(super) struct Dice(pub(super) u64);

impl Dice {
    pub(super) fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}
