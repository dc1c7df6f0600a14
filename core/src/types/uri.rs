//! URLs that keep their original text and compare by it.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
    sync::Arc,
};

use fluent_uri::{Uri, component::Authority};

use super::limits;

/// A redirect URI (RFC 6749 §3.1.2): an absolute `http` or `https` URI without fragment and
/// without user information. Compared as text, never normalised (RFC 9700 §4.1.3).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RedirectUri(Arc<str>);

/// A web origin (RFC 6454 §6.2), as browsers send it: scheme, host and a port that is not the
/// scheme's own.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Origin(Arc<str>);

/// A text that is not the URI it was offered as.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidUri {
    /// Not usable as a redirect URI.
    #[error(
        "a redirect URI is an absolute http or https URI of at most {} bytes, \
         without a fragment and without user information",
        limits::REDIRECT_URI
    )]
    Redirect,
    /// Not usable as an origin.
    #[error("an origin is a scheme and a host, such as https://app.example.com, and nothing more")]
    Origin,
}

impl RedirectUri {
    /// The URI as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether nobody on the way can read what goes there, and the host is whose name it bears.
    pub fn is_https(&self) -> bool {
        self.0.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }

    /// Whether it is a port of the user's own machine (RFC 8252 §7.3).
    pub fn is_loopback(&self) -> bool {
        !self.is_https() && matches!(self.host(), "127.0.0.1" | "[::1]" | "localhost")
    }

    /// The host as it is written, without its port.
    pub fn host(&self) -> &str {
        let (from, to) = self.host_at();
        &self.0[from..to]
    }

    /// What browsers call the origin of the page there: scheme, host and port as they are written. A
    /// browser compares them without regard to case and knows the scheme's own port.
    pub fn origin(&self) -> &str {
        &self.0[..self.authority_at().1]
    }

    /// Whether the query holds this parameter, however it is written there.
    pub fn holds(&self, parameter: &str) -> bool {
        let query = self.0.split_once('?').map_or("", |(_, query)| query);
        let name = |pair: &str| {
            let name = pair.split('=').next().unwrap_or_default().replace('+', " ");
            percent_encoding::percent_decode_str(&name).decode_utf8_lossy().into_owned()
        };
        query.split('&').any(|pair| name(pair) == parameter)
    }

    /// Whether a registered URI allows this one: they are the same text, or differ in the port of a
    /// loopback address alone (RFC 8252 §7.3; AZ-07, AZ-08).
    pub fn allows(&self, asked: &Self) -> bool {
        self == asked || self.is_loopback() && self.without_port() == asked.without_port()
    }

    fn without_port(&self) -> (&str, &str) {
        (&self.0[..self.host_at().1], &self.0[self.authority_at().1..])
    }

    fn authority_at(&self) -> (usize, usize) {
        let from = self.0.find("://").map_or(0, |at| at + 3);
        let end = self.0[from..].find(['/', '?']).map_or(self.0.len(), |at| from + at);
        (from, end)
    }

    fn host_at(&self) -> (usize, usize) {
        let (from, to) = self.authority_at();
        let authority = &self.0[from..to];
        let end = match authority.rfind(']') {
            Some(bracket) => bracket + 1,
            None => authority.find(':').unwrap_or(authority.len()),
        };
        (from, from + end)
    }
}

impl FromStr for RedirectUri {
    type Err = InvalidUri;

    fn from_str(text: &str) -> Result<Self, InvalidUri> {
        let fits = text.len() <= limits::REDIRECT_URI;
        let uri = Uri::parse(text).ok().filter(|uri| fits && is_web(uri) && !uri.has_fragment());
        uri.map(|_| Self(text.into())).ok_or(InvalidUri::Redirect)
    }
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
fn is_web(uri: &Uri<&str>) -> bool {
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
    match number {
        true => host.parse::<Ipv4Addr>().is_ok(),
        false => !host.contains('%'),
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

prints_as_text!(RedirectUri Origin);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_keeps_its_text() {
        for text in ["https://a.example", "HTTP://A.example/x?y=%2F", "http://127.0.0.1:5/cb"] {
            assert_eq!(text.parse::<RedirectUri>().unwrap().as_str(), text);
        }
        let (a, b) = ("https://a.example/", "https://a.example");
        assert_ne!(a.parse::<RedirectUri>().unwrap(), b.parse::<RedirectUri>().unwrap());
        assert_eq!(
            format!("{0} {0:?}", b.parse::<RedirectUri>().unwrap()),
            format!("{b} RedirectUri({b:?})")
        );
    }

    #[test]
    fn what_browsers_would_repair_is_refused() {
        // AZ-04, AZ-05
        let bad = [
            "",
            "/cb",
            "//a.example/cb",
            "https:a.example",
            "https:///cb",
            "https://good@evil.example/",
            "https://a.example/#x",
            "https://a.example/#",
            "https://a.example\\cb",
            "https://a.exa\tmple/",
            "https://a.example/\n",
            "https://a.example/ä",
            "https://a.example/%zz",
            "javascript:alert(1)",
            "data:text/html,x",
            "com.example.app:/cb",
            "https://%61.example/cb",
            "http://127.1/cb",
            "http://0x7f.0.0.1/cb",
            "http://a.example.1/cb",
            "http://127.0.0.1./cb",
            "http://2130706433/cb",
            "https://a.example:/cb",
            "https://a.example:65536/cb",
            "https://[v1.x]/cb",
        ];
        for text in bad {
            assert_eq!(text.parse::<RedirectUri>(), Err(InvalidUri::Redirect), "{text:?}");
        }
        let long = |more: usize| {
            let longest = limits::REDIRECT_URI - "https://a.example/".len();
            format!("https://a.example/{}", "x".repeat(longest + more))
        };
        assert!(long(0).parse::<RedirectUri>().is_ok());
        assert_eq!(long(1).parse::<RedirectUri>(), Err(InvalidUri::Redirect));
    }

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
