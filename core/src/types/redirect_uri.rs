//! Redirect URIs: they keep their text and compare by it.

use std::{fmt, str::FromStr, sync::Arc};

use fluent_uri::Uri;

use super::limits;
use super::uri::{InvalidUri, is_web, prints_as_text};

/// A redirect URI (RFC 6749 §3.1.2): an absolute URI without fragment and without user information, of the
/// web (`http`, `https`) or of an application's own scheme (RFC 8252 §7.1), which is a domain name turned
/// round and so holds a dot. Compared as text, never normalised (RFC 9700 §4.1.3).
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct RedirectUri(Arc<str>);

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

    /// What a Content-Security-Policy calls the place: scheme, host and port as they are written, or the
    /// scheme alone, where it is an application's own, or where there is no other word for it: a policy knows
    /// no IPv6 addresses (CSP Level 3 §2.3.1). A browser compares them without regard to case and knows the
    /// scheme's own port.
    pub fn origin(&self) -> &str {
        match self.is_web() && !self.host().starts_with('[') {
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

/// A scheme that belongs to one application (RFC 8252 §7.1, §8.4): the dot keeps out what browsers know
/// themselves, such as `javascript` and `data`.
fn is_private_use(uri: &Uri<&str>) -> bool {
    let scheme = uri.scheme().as_str();
    let nobodys = uri.authority().is_none_or(|at| at.userinfo().is_none());
    scheme.contains('.') && nobodys && (uri.has_authority() || uri.path().as_str().starts_with('/'))
}

prints_as_text!(RedirectUri);

#[cfg(test)]
#[path = "redirect_uri_tests.rs"]
mod tests;
