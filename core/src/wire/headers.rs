//! Request headers that decide something.

use http::{HeaderMap, HeaderName, header};

use super::form;
use crate::error::Error;
use crate::types::BrowserFacts;

const FETCH_DEST: HeaderName = HeaderName::from_static("sec-fetch-dest");
const FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");
const PURPOSE: HeaderName = HeaderName::from_static("sec-purpose");

/// What a browser says of the request. A header that is no text counts as one that is unknown.
pub fn browser_facts(headers: &HeaderMap) -> BrowserFacts<'_> {
    let text = |name: HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or("?"));
    BrowserFacts {
        destination: text(FETCH_DEST),
        site: text(FETCH_SITE),
        speculative: headers.contains_key(PURPOSE),
        origin: text(header::ORIGIN),
    }
}

/// Demands a form as RFC 6749 §4 has it: one media type, UTF-8, nothing compressed.
///
/// # Errors
/// [`Error::MediaType`] for everything else, a missing `Content-Type` included.
pub fn demand_form(headers: &HeaderMap) -> Result<(), Error> {
    let form = is_of(headers, "application/x-www-form-urlencoded");
    if form { Ok(()) } else { Err(Error::MediaType) }
}

/// Demands JSON as RFC 7591 §3.1 has it, in UTF-8 and nothing compressed.
///
/// # Errors
/// [`Error::NotJson`] for everything else, a missing `Content-Type` included.
pub fn demand_json(headers: &HeaderMap) -> Result<(), Error> {
    if is_of(headers, "application/json") { Ok(()) } else { Err(Error::NotJson) }
}

/// Whether a body is said to be of this media type, and of no other.
fn is_of(headers: &HeaderMap, media_type: &str) -> bool {
    let mut types = headers.get_all(header::CONTENT_TYPE).iter();
    let (Some(value), None) = (types.next(), types.next()) else { return false };
    let Ok(text) = value.to_str() else { return false };
    let (essence, parameters) = text.split_once(';').unwrap_or((text, ""));
    let wanted = essence.trim().eq_ignore_ascii_case(media_type);
    let charset = parameters.trim().replace('"', "").to_ascii_lowercase();
    let utf8 = matches!(charset.as_str(), "" | "charset=utf-8");
    wanted && utf8 && !headers.contains_key(header::CONTENT_ENCODING)
}

/// Whether a query string is one of the direct API: none of the keys of the standard surface
/// occurs in it, even empty.
pub fn is_direct(query: &str) -> bool {
    !["client_id", "request", "request_uri"].iter().any(|name| has_parameter(query, name))
}

/// Whether a parameter occurs in a query string, however its name is written.
pub fn has_parameter(query: &str, name: &str) -> bool {
    let name_of = |pair: &str| form::decode(pair.split('=').next().unwrap_or_default().as_bytes());
    query.split('&').filter_map(name_of).any(|own| *own == name)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_form(headers: &[(HeaderName, &'static str)]) -> bool {
        let map = headers.iter().map(|(name, value)| (name.clone(), value.parse().unwrap()));
        demand_form(&map.collect()).is_ok()
    }

    #[test]
    fn a_key_of_the_standard_surface_counts_even_empty() {
        assert!(is_direct("") && is_direct("username=client_id&x=request"));
        for query in ["client_id=x", "a=1&client_id", "request=", "request%5Furi=x"] {
            assert!(!is_direct(query), "{query}");
        }
    }

    #[test]
    fn tk_18_a_form_is_a_form_in_utf_8() {
        for good in [
            "application/x-www-form-urlencoded",
            "application/x-www-form-urlencoded; charset=UTF-8",
            "Application/X-WWW-Form-Urlencoded;charset=\"utf-8\"",
        ] {
            assert!(is_form(&[(header::CONTENT_TYPE, good)]), "{good}");
        }
        for bad in [
            "application/json",
            "multipart/form-data",
            "",
            "text/plain",
            "application/x-www-form-urlencoded; charset=latin1",
        ] {
            assert!(!is_form(&[(header::CONTENT_TYPE, bad)]), "{bad}");
        }
        assert!(!is_form(&[]));
        let form = "application/x-www-form-urlencoded";
        assert!(!is_form(&[(header::CONTENT_TYPE, form), (header::CONTENT_ENCODING, "gzip")]));
    }
}
