//! The URL of a request, as it is compared.

use std::str::FromStr;

use fluent_uri::Uri;

use super::InvalidWord;

/// The URL of a request without query and fragment, in its normal form (RFC 9449 §4.2, §4.3): two that differ
/// in ways that mean nothing (RFC 3986 §6.2.2, §6.2.3) are one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RequestUrl(Box<str>);

impl RequestUrl {
    /// The URL.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for RequestUrl {
    type Err = InvalidWord;

    /// An absolute http or https URL without user information. What stands behind `?` or `#` is not looked at.
    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        const RULE: InvalidWord =
            InvalidWord::new("the URL of a request is an absolute http or https URL");
        let text = text.split(['?', '#']).next().unwrap_or_default();
        let uri = Uri::parse(text).map_err(|_| RULE)?.normalize();
        let web = ["https", "http"].contains(&uri.scheme().as_str());
        let plain =
            uri.authority().is_some_and(|at| at.userinfo().is_none() && !at.host().is_empty());
        if !web || !plain {
            return Err(RULE);
        }
        // RFC 3986 §6.2.3: "an empty path … should be normalized to a path of "/""
        let end = if uri.path().is_empty() { "/" } else { "" };
        Ok(Self(format!("{uri}{end}").into()))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn url(text: &str) -> Option<RequestUrl> {
        text.parse().ok()
    }

    #[test]
    fn what_means_the_same_is_one() {
        let same = [
            (
                "https://id.example.com/oauth/acme/token",
                "HTTPS://ID.Example.COM:443/oauth/acme/token",
            ),
            (
                "https://id.example.com/oauth/acme/token",
                "https://id.example.com/oauth/acme/token?a=b#c",
            ),
            (
                "https://id.example.com/oauth/acme/token",
                "https://id.example.com/x/../oauth/./acme/token",
            ),
            (
                "https://id.example.com/oauth/acme/token",
                "https://id.example.com/oauth/%61cme/token",
            ),
            ("https://id.example.com/", "https://id.example.com"),
            ("https://id.example.com/", "https://id.example.com?x"),
            ("http://[::1]:8080/a", "http://[0:0::0:1]:8080/a"),
            ("http://127.0.0.1/a%2Fb", "http://127.0.0.1:80/a%2fb"),
        ];
        for (one, other) in same {
            assert!(url(one).is_some() && url(one) == url(other), "{one} {other} {:?}", url(other));
        }
        assert_eq!(url(same[0].1).unwrap().as_str(), same[0].0);
    }

    #[test]
    fn what_means_something_else_is_another() {
        let one = url("https://id.example.com/oauth/acme/token");
        for other in [
            "http://id.example.com/oauth/acme/token",
            "https://id.example.com:8443/oauth/acme/token",
            "https://id.example.com/oauth/acme/token/",
            "https://id.example.com/oauth/ACME/token",
            "https://id.example.com/oauth/acme%2Ftoken",
            "https://id.example.com//oauth/acme/token",
            "https://id.example.com.evil.example/oauth/acme/token",
        ] {
            assert!(url(other).is_some() && url(other) != one, "{other}");
        }
        for none in [
            "",
            "/oauth/acme/token",
            "id.example.com/a",
            "ftp://a.example/",
            "https://u@a.example/",
            "https:///a",
            "https:a",
            " https://a.example/",
            "https://a b/",
        ] {
            assert_eq!(url(none), None, "{none}");
        }
    }

    proptest! {
        #[test]
        fn a_normal_form_is_its_own(text in "https?://[a-zA-Z0-9.-]{1,12}(:[0-9]{1,5})?(/[a-zA-Z0-9._~%-]{0,8}){0,4}(\\?.{0,4})?") {
            if let Some(one) = url(&text) {
                prop_assert_eq!(url(one.as_str()), Some(one.clone()), "{}", text);
                prop_assert!(!one.as_str().contains(['?', '#']));
            }
        }

        #[test]
        fn no_text_makes_it_stumble(text in "\\PC*|https://[ -~]{0,40}") {
            let _ = url(&text);
        }
    }
}
