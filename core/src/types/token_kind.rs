//! Kinds of opaque token. A token of one kind is a random string to every other.

use super::Generation;

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
    /// What a device asks with until its user has decided (RFC 8628).
    DeviceCode,
    /// The handle of a request that waits for its user.
    Interaction,
    /// The reference to a request that its client pushed (RFC 9126).
    RequestUri,
    /// What a browser shows of a session.
    Session,
    /// What a browser is known again by.
    Browser,
    /// What the form sends back that signs a user out.
    SignOut,
}

impl TokenKind {
    /// Every kind.
    pub const ALL: [Self; 10] = [
        Self::Code,
        Self::Refresh,
        Self::DirectCode,
        Self::DirectRefresh,
        Self::DeviceCode,
        Self::Interaction,
        Self::RequestUri,
        Self::Session,
        Self::Browser,
        Self::SignOut,
    ];

    /// Whether a token of this kind may name this generation.
    pub fn has(self, generation: Generation) -> bool {
        match self {
            Self::Refresh | Self::DirectRefresh => generation != Generation::CODE,
            Self::Interaction => true,
            _ => generation == Generation::CODE,
        }
    }

    /// The name that separates the keys.
    pub fn label(self) -> &'static str {
        match self {
            Self::Code => "code",
            Self::Refresh => "refresh",
            Self::DirectCode => "direct-code",
            Self::DirectRefresh => "direct-refresh",
            Self::DeviceCode => "device-code",
            Self::Interaction => "interaction",
            Self::RequestUri => "request-uri",
            Self::Session => "session",
            Self::Browser => "browser",
            Self::SignOut => "sign-out",
        }
    }

    /// What a token begins with, so that secret scanners find it where it does not belong.
    pub fn prefix(self) -> &'static str {
        match self {
            Self::Code => "grt_ac_",
            Self::Refresh => "grt_rt_",
            Self::DirectCode => "grt_dc_",
            Self::DirectRefresh => "grt_dr_",
            Self::DeviceCode => "grt_dv_",
            Self::Interaction => "grt_in_",
            Self::RequestUri => "grt_ru_",
            Self::Session => "grt_se_",
            Self::Browser => "grt_br_",
            Self::SignOut => "grt_so_",
        }
    }
}
