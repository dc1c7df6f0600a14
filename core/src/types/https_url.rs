//! URLs of documents that others keep.

use std::{fmt, str::FromStr, sync::Arc};

use fluent_uri::Uri;

use super::uri::{is_web, prints_as_text};
use super::{InvalidWord, limits};

/// The URL of a document that this server fetches: absolute, `https`, without user information and fragment.
/// Compared as text.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct HttpsUrl(Arc<str>);

impl HttpsUrl {
    /// The URL as it was given.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host as it is written, without its port.
    pub fn host(&self) -> &str {
        let authority = Uri::parse(&*self.0).ok().and_then(|uri| uri.authority());
        authority.map_or("", |at| at.host())
    }
}

impl FromStr for HttpsUrl {
    type Err = InvalidWord;

    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        const RULE: InvalidWord = InvalidWord::new(
            "the URL of a document is an absolute https URL of at most 2048 bytes, without user information \
             and fragment",
        );
        let uri = Uri::parse(text).map_err(|_| RULE)?;
        let https = uri.scheme().as_str() == "https" && is_web(&uri) && !uri.has_fragment();
        match https && text.len() <= limits::REDIRECT_URI {
            true => Ok(Self(text.into())),
            false => Err(RULE),
        }
    }
}

prints_as_text!(HttpsUrl);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_fetched_by_https_from_a_host_of_dns_or_an_address() {
        for (url, host) in [
            ("https://keys.example.com/jwks.json", "keys.example.com"),
            ("https://Keys.Example.com:8443", "Keys.Example.com"),
            ("https://192.0.2.7/a?b=c", "192.0.2.7"),
            ("https://[2001:db8::1]/a", "[2001:db8::1]"),
        ] {
            let parsed: HttpsUrl = url.parse().unwrap();
            assert_eq!((parsed.as_str(), parsed.host()), (url, host));
        }
        let long = format!("https://a.example/{}", "x".repeat(limits::REDIRECT_URI));
        for bad in [
            "",
            "/jwks.json",
            "http://keys.example.com/jwks.json",
            "HTTPS://keys.example.com/",
            "ftp://keys.example.com/",
            "https:keys.example.com",
            "https://",
            "https:///a",
            "https://user@keys.example.com/",
            "https://keys.example.com/#a",
            "https://2130706433/",
            "https://keys.example.com:99999/",
            " https://keys.example.com/",
            &long,
        ] {
            assert!(bad.parse::<HttpsUrl>().is_err(), "{bad}");
        }
    }
}
