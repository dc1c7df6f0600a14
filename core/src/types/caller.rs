//! Who asks for tokens, and where.

use std::sync::Arc;

use super::{Client, JwtId, SenderKey, Timestamp, TokenKind};

/// A client in the act of asking for tokens.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Which.
    pub client: Arc<Client>,
    /// Whether it proved itself, beyond saying its name.
    pub authenticated: bool,
    /// Where it asks.
    pub surface: Surface,
    /// The key that it proved to have, if any.
    pub sender: Option<Sender>,
}

/// Somebody who proved to have a key (RFC 9449), by a proof that counts once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sender {
    /// The key.
    pub key: SenderKey,
    /// The proof, as it is remembered.
    pub proof: JwtId,
    /// When it was made, by its maker's clock.
    pub made_at: Timestamp,
    /// When it counts no more.
    pub until: Timestamp,
}

impl Caller {
    /// The key that it proved to have.
    pub fn key(&self) -> Option<SenderKey> {
        self.sender.as_ref().map(|sender| sender.key)
    }
}

/// Where tokens are asked for. What was issued on one surface is a random string on the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Surface {
    /// OAuth 2.1.
    Standard,
    /// The direct API.
    Direct,
}

impl Surface {
    /// The kind of its codes.
    pub fn code(self) -> TokenKind {
        match self {
            Self::Standard => TokenKind::Code,
            Self::Direct => TokenKind::DirectCode,
        }
    }

    /// The kind of its refresh tokens.
    pub fn refresh(self) -> TokenKind {
        match self {
            Self::Standard => TokenKind::Refresh,
            Self::Direct => TokenKind::DirectRefresh,
        }
    }
}
