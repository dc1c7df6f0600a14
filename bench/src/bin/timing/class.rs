//! The classes of refused sign-ins, and how they are sent.

use std::net::{Ipv4Addr, SocketAddr};

use bench::{PASSWORD, WRONG};
use bytes::Bytes;
use clap::ValueEnum;
use grantry_axum::grantry::types::Peer;
use http::{Request, StatusCode, header};

/// Issuer of the server that is measured.
pub const ISSUER: &str = "https://id.example.com/oauth/{tenant}";

/// Why a sign-in is refused. Nobody outside may tell them apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// There is no such user.
    Unknown,
    /// The user's password is another.
    WrongPassword,
    /// The password is right, but the user is disabled.
    DisabledRight,
    /// The user is disabled, and the password wrong.
    DisabledWrong,
    /// The name has no canonical form, so nobody can have it.
    NoForm,
}

/// An endpoint that takes passwords.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Surface {
    /// The token endpoint of OAuth 2.1
    Standard,
    /// The direct API by POST
    Direct,
}

impl Surface {
    /// The status of a refused sign-in.
    pub fn refused(self) -> StatusCode {
        match self {
            Self::Standard => StatusCode::BAD_REQUEST,
            Self::Direct => StatusCode::UNAUTHORIZED,
        }
    }

    fn target(self) -> (&'static str, &'static str) {
        match self {
            Self::Standard => ("/oauth/bench/token", "client_id=app&"),
            Self::Direct => ("/oauth/bench/token/direct", ""),
        }
    }
}

impl Class {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Unknown,
        Self::WrongPassword,
        Self::DisabledRight,
        Self::DisabledWrong,
        Self::NoForm,
    ];

    /// What it is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Unknown => "unknown user",
            Self::WrongPassword => "wrong password",
            Self::DisabledRight => "disabled, right password",
            Self::DisabledWrong => "disabled, wrong password",
            Self::NoForm => "no canonical form",
        }
    }

    /// The n-th name of this class. All have one length, since whoever sends a name chooses that.
    pub fn username(self, n: u32) -> String {
        let begin = match self {
            Self::Unknown => "none-",
            Self::WrongPassword => "user-",
            Self::DisabledRight => "gone-",
            Self::DisabledWrong => "away-",
            // RFC 8265 §3.3: a space.
            Self::NoForm => "user ",
        };
        format!("{begin}{n:06}")
    }

    /// Whether there is such a user, and is disabled.
    pub fn has_user(self) -> Option<bool> {
        match self {
            Self::Unknown | Self::NoForm => None,
            Self::WrongPassword => Some(false),
            Self::DisabledRight | Self::DisabledWrong => Some(true),
        }
    }

    /// A request of the n-th user of this class, from an address.
    ///
    /// # Errors
    /// When it cannot be put together.
    pub fn request(
        self,
        surface: Surface,
        n: u32,
        source: Ipv4Addr,
    ) -> http::Result<Request<Bytes>> {
        let (path, client) = surface.target();
        let password = if self == Self::DisabledRight { PASSWORD } else { WRONG };
        let username = self.username(n).replace(' ', "+");
        let body = format!("grant_type=password&{client}username={username}&password={password}");
        Request::post(path)
            .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
            .extension(Peer::new(Some(SocketAddr::from((source, 40_000)))))
            .body(body.into())
    }
}
