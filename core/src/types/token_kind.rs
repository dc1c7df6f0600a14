//! Kinds of opaque token. A token of one kind is a random string to every other.

/// What an opaque token is; part of what its MAC covers, by the key it is made with.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TokenKind {
    /// An authorization code of the standard surface.
    Code,
    /// A refresh token of the standard surface.
    Refresh,
    /// A code of the direct API.
    DirectCode,
    /// A refresh token of the direct API.
    DirectRefresh,
}

impl TokenKind {
    /// Every kind.
    pub const ALL: [Self; 4] = [Self::Code, Self::Refresh, Self::DirectCode, Self::DirectRefresh];

    /// The name that separates the keys.
    pub fn label(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Refresh => "refresh",
            Self::DirectCode => "direct-code",
            Self::DirectRefresh => "direct-refresh",
        }
    }

    /// What a token begins with, so that secret scanners find it where it does not belong.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Code => "grt_ac_",
            Self::Refresh => "grt_rt_",
            Self::DirectCode => "grt_dc_",
            Self::DirectRefresh => "grt_dr_",
        }
    }
}
