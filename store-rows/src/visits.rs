//! Rows of users in browsers.

use grantry::types::{Authorized, Consent, Parked, Proof, Session, TicketId, Timestamp, Version};
use serde::{Deserialize, Serialize};

use crate::{Invalid, Row};

#[derive(Deserialize, Serialize)]
pub struct SessionRow {
    id: [u8; 16],
    sid: [u8; 16],
    version: u64,
    subject: String,
    name: Box<str>,
    proof: ProofRow,
    seen_at: u64,
    expires_at: u64,
    ends_at: u64,
}

#[derive(Deserialize, Serialize)]
struct ProofRow {
    at: u64,
    methods: Box<[Box<str>]>,
    class: Option<Box<str>>,
}

impl ProofRow {
    fn keep(proof: &Proof) -> Self {
        let (methods, class) = (proof.methods.clone(), proof.class.clone());
        Self { at: proof.at.as_millis(), methods, class }
    }

    fn restore(self) -> Proof {
        let at = Timestamp::from_millis(self.at);
        Proof { at, methods: self.methods, class: self.class }
    }
}

impl Row for Session {
    type Json = SessionRow;

    fn keep(&self) -> SessionRow {
        SessionRow {
            id: *self.id.as_bytes(),
            sid: *self.sid.as_bytes(),
            version: self.version.0,
            subject: self.subject.to_string(),
            name: self.name.clone(),
            proof: ProofRow::keep(&self.proof),
            seen_at: self.seen_at.as_millis(),
            expires_at: self.expires_at.as_millis(),
            ends_at: self.ends_at.as_millis(),
        }
    }

    fn restore(row: SessionRow) -> Result<Self, Invalid> {
        Ok(Self {
            id: TicketId::from_bytes(row.id),
            sid: TicketId::from_bytes(row.sid),
            version: Version(row.version),
            subject: row.subject.parse()?,
            name: row.name,
            proof: row.proof.restore(),
            seen_at: Timestamp::from_millis(row.seen_at),
            expires_at: Timestamp::from_millis(row.expires_at),
            ends_at: Timestamp::from_millis(row.ends_at),
        })
    }
}

/// What a grant remembers, in its ticket's row.
#[derive(Deserialize, Serialize)]
pub struct AuthorizedRow {
    session: Option<[u8; 16]>,
    proof: ProofRow,
    nonce: Option<Box<str>>,
    claims: Option<Box<str>>,
}

impl Row for Authorized {
    type Json = AuthorizedRow;

    fn keep(&self) -> AuthorizedRow {
        AuthorizedRow {
            session: self.session.map(|id| *id.as_bytes()),
            proof: ProofRow::keep(&self.proof),
            nonce: self.nonce.clone(),
            claims: self.claims.clone(),
        }
    }

    fn restore(row: AuthorizedRow) -> Result<Self, Invalid> {
        let (session, proof) = (row.session.map(TicketId::from_bytes), row.proof.restore());
        Ok(Self { session, proof, nonce: row.nonce, claims: row.claims })
    }
}

#[derive(Deserialize, Serialize)]
pub struct ParkedRow {
    id: [u8; 16],
    version: u64,
    expires_at: u64,
    /// The core's own bytes.
    body: Box<[u8]>,
}

impl Row for Parked {
    type Json = ParkedRow;

    fn keep(&self) -> ParkedRow {
        ParkedRow {
            id: *self.id.as_bytes(),
            version: self.version.0,
            expires_at: self.expires_at.as_millis(),
            body: self.body.clone(),
        }
    }

    fn restore(row: ParkedRow) -> Result<Self, Invalid> {
        Ok(Self {
            id: TicketId::from_bytes(row.id),
            version: Version(row.version),
            expires_at: Timestamp::from_millis(row.expires_at),
            body: row.body,
        })
    }
}

#[derive(Deserialize, Serialize)]
pub struct ConsentRow {
    subject: String,
    client: String,
    scope: String,
    /// Rows of before there was this have none.
    #[serde(default)]
    audience: Option<String>,
    given_at: u64,
}

impl Row for Consent {
    type Json = ConsentRow;

    fn keep(&self) -> ConsentRow {
        ConsentRow {
            subject: self.subject.to_string(),
            client: self.client.to_string(),
            scope: self.scope.to_string(),
            audience: self.audience.as_ref().map(ToString::to_string),
            given_at: self.given_at.as_millis(),
        }
    }

    fn restore(row: ConsentRow) -> Result<Self, Invalid> {
        Ok(Self {
            subject: row.subject.parse()?,
            client: row.client.parse()?,
            scope: row.scope.parse()?,
            audience: row.audience.map(|audience| audience.parse()).transpose()?,
            given_at: Timestamp::from_millis(row.given_at),
        })
    }
}
