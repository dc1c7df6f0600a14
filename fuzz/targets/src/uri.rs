//! Redirect URIs, origins and issuers, beside the parser that browsers have.

use grantry::types::{IssuerTemplate, Origin, RedirectUri, limits};
use url::{Host, Url};

/// Whatever is taken, a browser reads the same: scheme, host, port, no user, no fragment.
pub fn uri(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    if let Ok(uri) = text.parse::<RedirectUri>() {
        assert!(
            uri.as_str() == text && uri.to_string() == text && text.len() <= limits::REDIRECT_URI
        );
        match uri.is_web() {
            true => drop(same(text)),
            false => leaves_the_browser(text),
        }
    }
    if let Ok(origin) = text.parse::<Origin>() {
        assert_eq!(origin.as_str(), text);
        if let Some(url) = same(text) {
            // RFC 6454 §6.2: what a browser sends.
            assert_eq!(url.origin().ascii_serialization(), text);
        }
    }
    if let Ok(issuer) = text.parse::<IssuerTemplate>() {
        let plain = issuer.of(&"acme".parse().unwrap());
        assert_eq!(issuer.tenant_of(plain.as_str()).unwrap().as_str(), "acme");
        assert_eq!(plain.as_str(), text.replace("{tenant}", "acme"));
        if let Some(url) = same(plain.as_str()) {
            assert_eq!(url.path(), format!("{}acme", issuer.base_path()));
            let safe = url.scheme() == "https" || is_loopback(&url);
            assert!(safe || !issuer.is_secure(), "{text}");
        }
    }
}

/// The URL as a browser sees it. None for names that its table of characters would have to judge.
fn same(text: &str) -> Option<Url> {
    let (scheme, rest) =
        text.split_once("://").unwrap_or_else(|| panic!("{text} has no authority"));
    let end = rest.find(['/', '?', '#']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let port_at = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    let (host, port) =
        port_at.map_or((authority, ""), |at| (&authority[..at], &authority[at + 1..]));
    if host.to_ascii_lowercase().split('.').any(|label| label.starts_with("xn--")) {
        return None;
    }
    let url = Url::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
    assert_eq!(url.scheme(), scheme.to_ascii_lowercase(), "{text}");
    match host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(literal) => {
            assert_eq!(url.host(), Some(Host::Ipv6(literal.parse().unwrap())), "{text}")
        }
        None => assert_eq!(url.host_str(), Some(&*host.to_ascii_lowercase()), "{text}"),
    }
    let own = if url.scheme() == "https" { 443 } else { 80 };
    let port = if port.is_empty() { own } else { port.parse().unwrap() };
    assert_eq!(url.port_or_known_default(), Some(port), "{text}");
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    assert!(bare && !path.contains('#'), "{text}");
    Some(url)
}

/// Demands that a browser hands it on, if it can read it: to a scheme that is not one of its own, and whole.
fn leaves_the_browser(text: &str) {
    let Ok(url) = Url::parse(text) else { return };
    let (scheme, _) = text.split_once(':').unwrap_or_else(|| panic!("{text} has no scheme"));
    assert_eq!(url.scheme(), scheme.to_ascii_lowercase(), "{text}");
    assert!(scheme.contains('.'), "{text}");
    let bare = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
    assert!(bare, "{text}");
}

fn is_loopback(url: &Url) -> bool {
    match url.host() {
        Some(Host::Domain(name)) => name == "localhost",
        Some(Host::Ipv4(v4)) => v4.is_loopback(),
        Some(Host::Ipv6(v6)) => v6.is_loopback(),
        None => false,
    }
}
