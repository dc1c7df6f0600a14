//! Client ids that are the URL of a document (draft-ietf-oauth-client-id-metadata-document §3).

use fluent_uri::Uri;

use super::{Client, ClientId, Version};

impl ClientId {
    /// Whether it is the URL of a document that says who the client is: `https`, with a path, without dot
    /// segments, user information and fragment. It is compared as text, so nothing is done to it.
    pub fn is_document(&self) -> bool {
        let Ok(uri) = Uri::parse(self.as_str()) else { return false };
        let named = uri.authority().is_some_and(|at| {
            !at.host().is_empty() && at.userinfo().is_none() && !at.as_str().ends_with(':')
        });
        let path = uri.path().as_str();
        let dots = |segment: &str| {
            matches!(segment.to_ascii_lowercase().replace("%2e", ".").as_str(), "." | "..")
        };
        uri.scheme().as_str() == "https"
            && named
            && path.len() > 1
            && !path.split('/').any(dots)
            && !uri.has_fragment()
    }

    /// The host of such a URL; empty for every other id.
    pub(crate) fn document_host(&self) -> &str {
        let rest = self.as_str().strip_prefix("https://").unwrap_or_default();
        rest.split(['/', '?']).next().unwrap_or_default()
    }
}

impl Client {
    /// Whether it is known by its document alone: no store keeps it. What a store keeps has another version.
    pub(crate) fn is_documented(&self) -> bool {
        self.version == Version::default() && self.id.is_document()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RG-09
    #[test]
    fn rg_09_an_id_is_the_url_of_a_document_or_a_name_like_others() {
        for id in [
            "https://client.example.com/oauth.json",
            "https://client.example.com:8443/a/b",
            "https://client.example.com/a?b=c",
            "https://client.example.com/.well-known/x",
            "https://client.example.com/...",
        ] {
            assert!(id.parse::<ClientId>().unwrap().is_document(), "{id}");
        }
        for id in [
            "backend",
            "http://client.example.com/oauth.json",
            "HTTPS://client.example.com/oauth.json",
            "https://client.example.com",
            "https://client.example.com/",
            "https://client.example.com?x=/y",
            "https://client.example.com/a/../b",
            "https://client.example.com/a/./b",
            "https://client.example.com/a/%2E%2e/b",
            "https://client.example.com/a/.%2E",
            "https://client.example.com/a#b",
            "https://user@client.example.com/a",
            "https://user:word@client.example.com/a",
            "https:///a",
            "https:/a/b",
            "https://client.example.com:/a",
            "urn:example:a",
        ] {
            assert!(!id.parse::<ClientId>().unwrap().is_document(), "{id}");
        }
    }

    #[test]
    fn people_read_the_host() {
        let id: ClientId = "https://client.example.com:8443/a".parse().unwrap();
        assert_eq!(id.document_host(), "client.example.com:8443");
    }
}
