//! Who asks for tokens, and where.

use std::sync::Arc;

use super::{Client, TokenKind};

/// A client in the act of asking for tokens.
#[derive(Clone, Debug)]
pub struct Caller {
    /// Which.
    pub client: Arc<Client>,
    /// Whether it proved itself, beyond saying its name.
    pub authenticated: bool,
    /// Where it asks.
    pub surface: Surface,
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
