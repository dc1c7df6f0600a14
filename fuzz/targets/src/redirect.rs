//! Which redirect URI a registered one allows, beside the parser that browsers have.

use grantry::types::RedirectUri;
use url::Url;

/// Two lines: what is registered, and what is asked for. Whatever is allowed is the same text, or the same
/// place on the user's own machine but for the port; and of such none is refused.
pub fn redirect(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Some((own, asked)) = text.split_once('\n') else { return };
    let (Ok(own), Ok(asked)) = (own.parse::<RedirectUri>(), asked.parse::<RedirectUri>()) else {
        return;
    };
    let allowed = own.allows(&asked);
    assert_eq!(allowed, asked.allows(&own), "{text}");
    assert!(own.allows(&own));
    if own == asked {
        return assert!(allowed, "{text}");
    }
    let (Ok(left), Ok(right)) = (Url::parse(own.as_str()), Url::parse(asked.as_str())) else {
        return assert!(!allowed, "{text}: a browser goes to neither");
    };
    let local = |url: &Url| {
        let host = matches!(url.host_str(), Some("127.0.0.1" | "[::1]" | "localhost"));
        url.scheme() == "http" && host
    };
    let without_port = |mut url: Url| url.set_port(None).is_ok().then(|| url.to_string());
    let alike = local(&left)
        && local(&right)
        && left.port_or_known_default() != right.port_or_known_default()
        && without_port(left.clone()) == without_port(right.clone());
    // One text without its port in two spellings is still another (RFC 9700 §4.1.3).
    if allowed {
        let port = left.port_or_known_default() == right.port_or_known_default();
        assert!(alike || local(&left) && port, "{text}");
    }
    if alike && bare(own.as_str()) == bare(asked.as_str()) {
        assert!(allowed || !own.is_loopback(), "{text}");
    }
}

/// The text without the digits of its port.
fn bare(text: &str) -> Option<(String, String)> {
    let (scheme, rest) = text.split_once("://")?;
    let end = rest.find(['/', '?']).unwrap_or(rest.len());
    let (authority, path) = rest.split_at(end);
    let port = authority.rfind(':').filter(|at| !authority[*at..].contains(']'));
    Some((format!("{scheme}://{}", &authority[..port.unwrap_or(authority.len())]), path.to_owned()))
}
