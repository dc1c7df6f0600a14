//! Origins, and what URIs of the web have in common: they keep their text and compare by it.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
    sync::Arc,
};

use fluent_uri::{Uri, component::Authority};

use super::limits;

/// A web origin (RFC 6454 §6.2), as browsers send it: scheme, host and a port that is not the
/// scheme's own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin(Arc<str>);

/// A text that is not the URI it was offered as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUri {
    /// Not usable as a redirect URI.
    #[error(
        "a redirect URI is an absolute http or https URI, or one of an application's own scheme such as \
         com.example.app:/callback, of at most {} bytes, without a fragment and without user information",
        limits::REDIRECT_URI
    )]
    Redirect,
    /// Not usable as an origin.
    #[error("an origin is a scheme and a host, such as https://app.example.com, and nothing more")]
    Origin,
}

impl Origin {
    /// The origin as a browser sends it.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Origin {
    type Err = InvalidUri;

    fn from_str(text: &str) -> Result<Self, InvalidUri> {
        let bare =
            |uri: &Uri<&str>| uri.path().is_empty() && !uri.has_query() && !uri.has_fragment();
        let lower = text.bytes().all(|b| !b.is_ascii_uppercase());
        let uri = Uri::parse(text).ok().filter(|uri| lower && is_web(uri) && bare(uri));
        match uri {
            Some(uri) if is_canonical(&uri) => Ok(Self(text.into())),
            _ => Err(InvalidUri::Origin),
        }
    }
}

/// Whether host and port are written as browsers write them: no port that is the scheme's own, no
/// zero before a port or within an IPv6 address that can be left out.
fn is_canonical(uri: &Uri<&str>) -> bool {
    let Some(at) = uri.authority() else { return false };
    let own = if uri.scheme().as_str() == "https" { "443" } else { "80" };
    let port = at.port().is_none_or(|port| port.as_str() != own && !port.as_str().starts_with('0'));
    let shortest = |text: &str| text.parse().is_ok_and(|v6: Ipv6Addr| v6.to_string() == text);
    port && literal(at.host()).is_none_or(|text| shortest(text) && !text.contains('.'))
}

/// `http` or `https`, with a host that browsers take as it is and without user information. The
/// scheme is compared without regard to case (RFC 3986 §3.1).
pub(super) fn is_web(uri: &Uri<&str>) -> bool {
    let scheme = uri.scheme().as_str();
    let web = scheme.eq_ignore_ascii_case("https") || scheme.eq_ignore_ascii_case("http");
    web && uri.authority().is_some_and(|at| is_plain(&at))
}

/// Whether browsers read an authority as it is written: nobody's name in it, a host, a port that
/// there is. An empty port they leave out (URL Standard §4.4).
pub(super) fn is_plain(at: &Authority<'_>) -> bool {
    let port = at.port().is_none_or(|port| port.as_str().parse::<u16>().is_ok());
    port && is_plain_host(at.host()) && at.userinfo().is_none()
}

/// URL Standard §3.5: browsers decode `%41`, and read `127.1`, `0x7f.1` and `2130706433` as
/// addresses, whatever an allowlist says of the text.
fn is_plain_host(host: &str) -> bool {
    if let Some(text) = literal(host) {
        return text.parse::<Ipv6Addr>().is_ok();
    }
    let last = host.strip_suffix('.').unwrap_or(host).rsplit('.').next().unwrap_or_default();
    let hexadecimal = last.strip_prefix("0x").or_else(|| last.strip_prefix("0X"));
    let number = last.bytes().all(|b| b.is_ascii_digit())
        || hexadecimal.is_some_and(|digits| digits.bytes().all(|b| b.is_ascii_hexdigit()));
    // What DNS has no name for may mean something where the host is written down: `;` in a
    // Content-Security-Policy, for one.
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_');
    match number {
        true => host.parse::<Ipv4Addr>().is_ok(),
        false => host.bytes().all(plain),
    }
}

/// What stands in the brackets of an IPv6 address.
fn literal(host: &str) -> Option<&str> {
    host.strip_prefix('[')?.strip_suffix(']')
}

macro_rules! prints_as_text {
    ($($name:ident)*) => { $(
        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }
    )* };
}

pub(super) use prints_as_text;

prints_as_text!(Origin);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_sends() {
        assert!("https://a.example".parse::<Origin>().is_ok());
        assert!("http://localhost:3000".parse::<Origin>().is_ok());
        assert!("http://[::1]:3000".parse::<Origin>().is_ok());
        // The port of the other scheme is a port like any other.
        assert!("https://a.example:80".parse::<Origin>().is_ok());
        assert!("http://a.example:443".parse::<Origin>().is_ok());
        let bad = [
            "null",
            "*",
            "ftp://a.example",
            "https://",
            "https://good@a.example",
            "https://a.example/",
            "https://a.example?x",
            "https://a.example#x",
            "https://A.example",
            "https://a.example:443",
            "http://a.example:80",
            "https://a.example:0443",
            "https://a.example:08443",
            "http://[::0001]",
            "http://[::ffff:192.0.2.1]",
        ];
        for text in bad {
            assert_eq!(text.parse::<Origin>(), Err(InvalidUri::Origin), "{text:?}");
        }
    }
}
