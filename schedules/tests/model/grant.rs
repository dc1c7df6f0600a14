//! One grant as it was promised.

use crate::action::{Holder, Party, Tenant, User};
use crate::chain::{Came, Chain};

/// The lifetimes of the tenants, in milliseconds.
pub const CODE: u64 = 60_000;
pub const IDLE: u64 = 600_000;
pub const GRANT: u64 = 900_000;
pub const ACCESS: u64 = 300_000;
/// How long a request waits for its user in a browser: longer than anything above that a ticket key makes.
pub const WAITS: u64 = 1_800_000;
/// How far clocks of others may be apart.
pub const LEEWAY: u64 = 60_000;

/// Why a grant is over.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Over {
    Reused,
    RolledBack,
    Revoked,
}

/// A code or refresh token that somebody received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Token {
    pub place: usize,
    pub text: String,
    /// The number of the ticket key that it was made with.
    pub key: String,
}

/// An access token that somebody received.
#[derive(Clone, Debug)]
pub struct Pass {
    pub text: String,
    pub kid: String,
    pub issued_at: u64,
    pub expires_at: u64,
}

#[derive(Clone, Debug)]
pub struct Grant {
    pub tenant: Tenant,
    pub user: User,
    pub holder: Holder,
    pub began: u64,
    /// The end that nothing moves.
    pub ends: u64,
    /// Until when it may lie unused.
    pub until: u64,
    /// The last write: its time does not run back.
    pub last: u64,
    pub writes: u64,
    pub chain: Chain,
    pub over: Option<Over>,
    /// The row was swept.
    pub gone: bool,
    /// Every token that was ever made, as far as anybody saw it.
    pub made: Vec<Token>,
    /// What the honest client received, and what a thief has.
    pub honest: Vec<Token>,
    pub thief: Vec<Token>,
    pub passes: Vec<Pass>,
    /// From when on the honest client may have missed an answer.
    pub unsure_since: Option<u64>,
    /// Somebody beside the honest client, or the client against the rules, used one of its tokens, or
    /// the store lost something: nothing is promised to whoever holds it.
    pub meddled: bool,
}

impl Grant {
    pub fn new(tenant: Tenant, user: User, holder: Holder, code: bool, now: u64) -> Self {
        let ends = now + GRANT;
        let lives = if code { CODE } else { IDLE };
        Self {
            tenant,
            user,
            holder,
            began: now,
            ends,
            until: ends.min(now + lives),
            last: now,
            writes: 0,
            chain: Chain::new(code),
            over: None,
            gone: false,
            made: Vec::new(),
            honest: Vec::new(),
            thief: Vec::new(),
            passes: Vec::new(),
            unsure_since: None,
            meddled: false,
        }
    }

    /// What its time is.
    pub fn at(&self, now: u64) -> u64 {
        now.max(self.last)
    }

    pub fn lives(&self, now: u64) -> bool {
        !self.gone && self.over.is_none() && self.at(now) < self.until
    }

    /// Its owner shows one of its tokens while it lives.
    pub fn show(&mut self, place: usize, now: u64) -> Came {
        let at = self.at(now);
        let came = self.chain.show(place, self.holder == Holder::Backend, self.tenant.window(), at);
        match came {
            Came::Reused => self.over = Some(Over::Reused),
            Came::RolledBack => self.over = Some(Over::RolledBack),
            _ => self.until = self.ends.min(self.until.max(at + IDLE.max(ACCESS + LEEWAY))),
        }
        self.written(now);
        came
    }

    /// Somebody in charge ends it.
    pub fn revoke(&mut self, now: u64) {
        if self.over.is_none() && !self.gone {
            self.over = Some(Over::Revoked);
            self.written(now);
        }
    }

    pub fn written(&mut self, now: u64) {
        self.last = self.at(now);
        self.writes += 1;
    }

    pub fn purse(&mut self, party: Party) -> &mut Vec<Token> {
        match party {
            Party::Honest => &mut self.honest,
            Party::Thief => &mut self.thief,
        }
    }

    /// Whether the next retry of the client must bring it back: it missed answers, all of them within
    /// the window, or it can prove itself, and nobody meddled.
    pub fn is_owed_an_answer(&self, now: u64) -> bool {
        let within = |since: u64| self.at(now).saturating_sub(since) < self.tenant.window();
        !self.meddled && self.unsure_since.is_some_and(|since| within(since) || self.proves())
    }

    pub fn proves(&self) -> bool {
        self.holder == Holder::Backend
    }
}

impl Tenant {
    pub const BOTH: [Self; 2] = [Self::Acme, Self::Strict];

    pub fn name(self) -> &'static str {
        match self {
            Self::Acme => "acme",
            Self::Strict => "strict",
        }
    }

    pub fn other(self) -> Self {
        match self {
            Self::Acme => Self::Strict,
            Self::Strict => Self::Acme,
        }
    }

    /// How long a retry gets the same successor, in milliseconds.
    pub fn window(self) -> u64 {
        match self {
            Self::Acme => 30_000,
            Self::Strict => 0,
        }
    }
}
