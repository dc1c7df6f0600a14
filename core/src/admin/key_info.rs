//! Words for keys, and where each of them stands.

use crate::ports::{KeyPurpose, KeyRecord, KeySet};
use crate::types::Timestamp;

/// Which keys. What makes pairwise subjects is of no kind: nothing takes its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyKind {
    /// Those that sign tokens, of every algorithm.
    Signing,
    /// Those that make codes and refresh tokens.
    Ticket,
}

/// How a key takes another's place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyRotation {
    /// In stages: the new key is announced, makes tokens after the policy's `key_announcement`, and
    /// the old one is believed until the last token that it made has expired. Nobody notices.
    Staged,
    /// At once, for keys that somebody stole: the old ones are believed no more. Every access token
    /// (signing keys), or every code and refresh token (ticket keys) is dead. Other nodes follow
    /// within a second; resource servers elsewhere believe an old signing key for as long as they
    /// keep the JWKS, which is five minutes.
    AtOnce,
}

/// A key of a tenant, without the key itself.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct KeyInfo {
    /// What it is for.
    pub purpose: KeyPurpose,
    /// Where it stands.
    pub stage: KeyStage,
    /// From here on it makes tokens.
    pub active_from: Timestamp,
    /// From here on nobody believes it; not known while no other key was announced.
    pub gone_at: Option<Timestamp>,
}

/// Where a key stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum KeyStage {
    /// Published, but not in use yet.
    Announced,
    /// In use.
    Active,
    /// Believed, but not in use any more.
    Retiring,
}

impl KeyKind {
    /// Whether a key of this purpose is one.
    pub(super) fn holds(self, purpose: KeyPurpose) -> bool {
        matches!(
            (purpose, self),
            (KeyPurpose::Signing(_), Self::Signing) | (KeyPurpose::Ticket(_), Self::Ticket)
        )
    }
}

impl KeyInfo {
    /// What there is to say of a key among the others.
    pub(super) fn of(key: &KeyRecord, set: &KeySet, now: Timestamp) -> Self {
        let mine = set.keys.iter().filter(|other| other.purpose.is_kind_of(key.purpose));
        let making = mine.filter(|other| other.span.makes(now)).map(|other| other.span.active_from);
        let stage = match (key.span.makes(now), making.max()) {
            (false, _) => KeyStage::Announced,
            (true, newest) if newest == Some(key.span.active_from) => KeyStage::Active,
            (true, _) => KeyStage::Retiring,
        };
        let (active_from, gone_at) = (key.span.active_from, key.span.gone_at);
        Self { purpose: key.purpose, stage, active_from, gone_at }
    }
}
