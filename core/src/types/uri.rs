//! URLs that keep their original text and compare by it.

use std::{
    fmt,
    net::{Ipv4Addr, Ipv6Addr},
    str::FromStr,
    sync::Arc,
};

use fluent_uri::{Uri, component::Authority};

use super::limits;

/// A redirect URI (RFC 6749 §3.1.2): an absolute URI without fragment and without user information, of the
/// web (`http`, `https`) or of an application's own scheme (RFC 8252 §7.1), which is a domain name turned
/// round and so holds a dot. Compared as text, never normalised (RFC 9700 §4.1.3).
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
        "a redirect URI is an absolute http or https URI, or one of an application's own scheme such as \
         com.example.app:/callback, of at most {} bytes, without a fragment and without user information",
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

    /// Whether it is a URI of the web, and not of an application's own scheme.
    pub fn is_web(&self) -> bool {
        let scheme = self.0.split(':').next().unwrap_or_default();
        scheme.eq_ignore_ascii_case("http") || scheme.eq_ignore_ascii_case("https")
    }

    /// Whether nobody on the way can read what goes there, and the host is whose name it bears.
    pub fn is_https(&self) -> bool {
        self.0.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
    }

    /// Whether it is a port of the user's own machine (RFC 8252 §7.3).
    pub fn is_loopback(&self) -> bool {
        self.is_web()
            && !self.is_https()
            && matches!(self.host(), "127.0.0.1" | "[::1]" | "localhost")
    }

    /// The host as it is written, without its port; empty where there is none.
    pub fn host(&self) -> &str {
        let (from, to) = self.host_at();
        &self.0[from..to]
    }

    /// What a Content-Security-Policy calls the place: scheme, host and port as they are written, or an
    /// application's own scheme. A browser compares them without regard to case and knows the scheme's own
    /// port.
    pub fn origin(&self) -> &str {
        match self.is_web() {
            true => &self.0[..self.authority_at().1],
            false => &self.0[..=self.0.find(':').unwrap_or_default()],
        }
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
        let scheme = self.0.find(':').map_or(0, |at| at + 1);
        let Some(rest) = self.0[scheme..].strip_prefix("//") else { return (scheme, scheme) };
        let end = rest.find(['/', '?']).unwrap_or(rest.len());
        (scheme + 2, scheme + 2 + end)
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
        let known = |uri: &Uri<&str>| is_web(uri) || is_private_use(uri);
        let uri = Uri::parse(text).ok().filter(|uri| fits && known(uri) && !uri.has_fragment());
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

/// A scheme that belongs to one application (RFC 8252 §7.1, §8.4): the dot keeps out what browsers know
/// themselves, such as `javascript` and `data`.
fn is_private_use(uri: &Uri<&str>) -> bool {
    let scheme = uri.scheme().as_str();
    let nobodys = uri.authority().is_none_or(|at| at.userinfo().is_none());
    scheme.contains('.') && nobodys && (uri.has_authority() || uri.path().as_str().starts_with('/'))
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

prints_as_text!(RedirectUri Origin);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_redirect_uri_keeps_its_text() {
        let own = ["com.example.app:/cb", "com.example.app://cb?x"];
        for text in ["https://a.example", "HTTP://A.example/x?y=%2F", "http://127.0.0.1:5/cb"]
            .into_iter()
            .chain(own)
        {
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
    fn a_redirect_uri_knows_its_parts() {
        let parts = |text: &str| {
            let uri: RedirectUri = text.parse().unwrap();
            let is = (uri.is_web(), uri.is_https(), uri.is_loopback());
            (uri.host().to_owned(), uri.origin().to_owned(), is)
        };
        let own = |host: &str, origin: &str, is| (host.to_owned(), origin.to_owned(), is);
        let (https, local, other) =
            ((true, true, false), (true, false, true), (false, false, false));
        for (text, host, origin, is) in [
            ("https://a.example:8443/cb?x=//y", "a.example", "https://a.example:8443", https),
            ("https://a.example?x=1", "a.example", "https://a.example", https),
            ("http://[::1]:9/cb", "[::1]", "http://[::1]:9", local),
            ("http://localhost/", "localhost", "http://localhost", local),
            (
                "http://localhost.evil/",
                "localhost.evil",
                "http://localhost.evil",
                (true, false, false),
            ),
            ("com.example.app:/cb", "", "com.example.app:", other),
            ("com.example.app://localhost/cb", "localhost", "com.example.app:", other),
        ] {
            assert_eq!(parts(text), own(host, origin, is), "{text}");
        }
        let uri: RedirectUri = "https://a.example/?co%64e=1&x".parse().unwrap();
        assert!(uri.holds("code") && uri.holds("x") && !uri.holds("cod") && !uri.holds(""));
    }

    #[test]
    fn az_07_az_08_only_the_port_of_a_loopback_address_may_differ() {
        let allows = |own: &str, asked: &str| {
            let (own, asked): (RedirectUri, RedirectUri) =
                (own.parse().unwrap(), asked.parse().unwrap());
            own.allows(&asked)
        };
        for (own, asked) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:5000/cb"),
            ("http://127.0.0.1:1/cb?x=1", "http://127.0.0.1:2/cb?x=1"),
            ("http://[::1]/cb", "http://[::1]:5/cb"),
            ("http://localhost/cb", "http://localhost:5/cb"),
            ("com.example.app:/cb", "com.example.app:/cb"),
        ] {
            assert!(allows(own, asked), "{own} {asked}");
        }
        for (own, asked) in [
            ("http://127.0.0.1/cb", "http://127.0.0.1:5/CB"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:5/cb?x"),
            ("http://127.0.0.1/cb", "http://127.0.0.1:5/cb/"),
            ("http://127.0.0.1/cb", "http://[::1]:5/cb"),
            ("http://127.0.0.1/cb", "https://127.0.0.1:5/cb"),
            ("http://localhost/cb", "http://localhost.evil:5/cb"),
            ("https://a.example/cb", "https://a.example:444/cb"),
            ("https://localhost/cb", "https://localhost:444/cb"),
            ("http://a.example/cb", "http://a.example:81/cb"),
            ("com.example.app://localhost/cb", "com.example.app://localhost:5/cb"),
        ] {
            assert!(!allows(own, asked), "{own} {asked}");
        }
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
            "app:/cb",
            "com.example.app:cb",
            "com.example.app:/cb#x",
            "com.example.app://good@evil/cb",
            "https://%61.example/cb",
            "https://a.example;script-src*/cb",
            "https://a'.example/cb",
            "https://a,b.example/cb",
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
