//! The issuer: one URL for each tenant, which decides every path.

use std::{fmt, net::IpAddr, sync::Arc};

use fluent_uri::Uri;

use super::{TenantId, uri::is_plain};

/// A tenant's issuer identifier (RFC 8414 §2), compared as text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Issuer(Arc<str>);

/// The pattern of all issuers of a server: `https://id.example.com/oauth/{tenant}`.
#[derive(Clone, PartialEq, Eq)]
pub struct IssuerTemplate {
    /// Everything before the tenant, with the slash: `https://id.example.com/oauth/`.
    prefix: Arc<str>,
    /// Where the path begins in `prefix`.
    path_at: usize,
    secure: bool,
}

/// A text that is no pattern of issuers; each says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidIssuer {
    /// No URL, or one with parts that an issuer cannot have.
    #[error(
        "an issuer is an http or https URL without user information, query and fragment, \
         such as https://id.example.com/oauth/{{tenant}}"
    )]
    Url,
    /// The placeholder is missing, doubled, or not the last segment.
    #[error(
        "an issuer ends with the segment /{{tenant}}, once: https://id.example.com/oauth/{{tenant}}"
    )]
    Placeholder,
    /// A segment that routers read differently.
    #[error(
        "the path of an issuer is made of letters, digits and . _ ~ -, without empty or dot segments"
    )]
    Path,
}

const PLACEHOLDER: &str = "{tenant}";

impl Issuer {
    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Where its metadata is (RFC 8414 §3.1): the well-known part stands before the issuer's path.
    pub fn metadata_url(&self) -> String {
        let authority = self.0.find("://").map_or(0, |at| at + 3);
        let path = self.0[authority..].find('/').map_or(self.0.len(), |at| authority + at);
        let (origin, path) = self.0.split_at(path);
        format!("{origin}/.well-known/oauth-authorization-server{path}")
    }
}

impl IssuerTemplate {
    /// The issuer of one tenant.
    pub fn of(&self, tenant: &TenantId) -> Issuer {
        Issuer([&self.prefix, tenant.as_str()].concat().into())
    }

    /// The tenant whose issuer this is, if it is one of ours. Exact: no slash more, no other case.
    pub fn tenant_of(&self, issuer: &str) -> Option<TenantId> {
        issuer.strip_prefix(&*self.prefix)?.parse().ok()
    }

    /// The path before the tenant's segment, with both slashes: `/oauth/`.
    pub fn base_path(&self) -> &str {
        &self.prefix[self.path_at..]
    }

    /// Whether tokens cannot be read on the way: `https`, or a loopback address (RFC 8252 §8.3).
    pub fn is_secure(&self) -> bool {
        self.secure
    }
}

impl std::str::FromStr for IssuerTemplate {
    type Err = InvalidIssuer;

    fn from_str(text: &str) -> Result<Self, InvalidIssuer> {
        let prefix = text.strip_suffix(PLACEHOLDER).ok_or(InvalidIssuer::Placeholder)?;
        if !prefix.ends_with('/') || prefix.contains(PLACEHOLDER) {
            return Err(InvalidIssuer::Placeholder);
        }
        let uri = Uri::parse(prefix).map_err(|_| InvalidIssuer::Url)?;
        let authority = uri.authority().ok_or(InvalidIssuer::Url)?;
        let https = uri.scheme().as_str() == "https";
        let plain = !uri.has_query() && !uri.has_fragment() && is_plain(&authority);
        // RFC 3986 §6.2.2.1: hosts compare without regard to case, issuers as text.
        let lower = !authority.as_str().bytes().any(|b| b.is_ascii_uppercase());
        if !(https || uri.scheme().as_str() == "http") || !plain || !lower {
            return Err(InvalidIssuer::Url);
        }
        let path = uri.path().as_str();
        // The path is `/`, or `/segment/` and so on: both ends are slashes.
        let inner = path.trim_start_matches('/').strip_suffix('/');
        let leading = path.len() - path.trim_start_matches('/').len();
        if leading > 1 || inner.is_some_and(|inner| !inner.split('/').all(is_plain_segment)) {
            return Err(InvalidIssuer::Path);
        }
        let secure = https || is_loopback(authority.host());
        Ok(Self { prefix: prefix.into(), path_at: prefix.len() - path.len(), secure })
    }
}

pub(super) fn is_plain_segment(segment: &str) -> bool {
    let plain = |b: u8| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'~' | b'-');
    !segment.is_empty() && segment != "." && segment != ".." && segment.bytes().all(plain)
}

pub(super) fn is_loopback(host: &str) -> bool {
    let bare = host.trim_start_matches('[').trim_end_matches(']');
    host == "localhost" || bare.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

impl fmt::Display for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({:?})", &*self.0)
    }
}

impl fmt::Debug for IssuerTemplate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "IssuerTemplate(\"{}{PLACEHOLDER}\")", self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn template(text: &str) -> Result<IssuerTemplate, InvalidIssuer> {
        text.parse()
    }

    #[test]
    fn a_template_names_issuers_and_knows_them_again() {
        let all = template("https://id.example.com/oauth/{tenant}").unwrap();
        let acme: TenantId = "acme".parse().unwrap();
        assert_eq!(all.of(&acme).as_str(), "https://id.example.com/oauth/acme");
        assert_eq!(all.base_path(), "/oauth/");
        assert_eq!(all.tenant_of("https://id.example.com/oauth/acme"), Some(acme));
        // JW-12
        let foreign = ["/acme/", "/ACME", "/a/b", "", "/"];
        for end in foreign {
            assert_eq!(all.tenant_of(&format!("https://id.example.com/oauth{end}")), None, "{end}");
        }
        assert_eq!(template("https://id.example.com/{tenant}").unwrap().base_path(), "/");
    }

    #[test]
    fn plain_http_is_secure_on_loopback_alone() {
        // LE-13
        for host in ["127.0.0.1:8080", "localhost", "[::1]:1", "127.8.8.8"] {
            assert!(template(&format!("http://{host}/{{tenant}}")).unwrap().is_secure(), "{host}");
        }
        for host in ["id.example.com", "127.0.0.1.evil.example", "10.0.0.1", "[::2]"] {
            assert!(!template(&format!("http://{host}/{{tenant}}")).unwrap().is_secure(), "{host}");
        }
    }

    #[test]
    fn a_wrong_template_says_what_to_write() {
        use InvalidIssuer::{Path, Placeholder, Url};
        let cases = [
            ("https://a.example/oauth", Placeholder),
            ("https://a.example/{tenant}/oauth", Placeholder),
            ("https://a.example/{tenant}/{tenant}", Placeholder),
            ("https://a.example/x{tenant}", Placeholder),
            ("https://a.example/oauth/{tenant}/", Placeholder),
            ("/oauth/{tenant}", Url),
            ("ftp://a.example/{tenant}", Url),
            ("https://u@a.example/{tenant}", Url),
            ("https://A.example/{tenant}", Url),
            ("http://127.1/{tenant}", Url),
            ("https://a.example:/{tenant}", Url),
            ("https://a.example//{tenant}", Path),
            ("https://a.example/../{tenant}", Path),
            ("https://a.example/%61/{tenant}", Path),
        ];
        for (text, why) in cases {
            assert_eq!(template(text), Err(why), "{text}");
        }
    }
}
