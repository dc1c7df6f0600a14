//! Where a bearer token stands in a request (RFC 6750 §2.1): in the header and nowhere else.

use http::{HeaderMap, Uri, header};

use super::Denial;
use crate::wire;

/// The token of a request.
pub fn bearer_token<'r>(uri: &Uri, headers: &'r HeaderMap) -> Result<&'r str, Denial> {
    // IR-15: a token in the query ends up in logs; beside one in the header it is two.
    let query = uri.query().unwrap_or_default();
    let in_query = wire::has_parameter(query, "access_token");
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let first = match (all.next(), all.next()) {
        (None, _) if in_query => return Err(Denial::Malformed),
        (None, _) => return Err(Denial::Missing),
        (Some(_), Some(_)) => return Err(Denial::Malformed),
        (Some(_), None) if in_query => return Err(Denial::Malformed),
        (Some(first), None) => first,
    };
    let text = first.to_str().map_err(|_| Denial::Malformed)?;
    let (scheme, token) = text.split_once(' ').unwrap_or((text, ""));
    // IR-16, RFC 9110 §11.1: the scheme is compared without regard to case.
    if !scheme.eq_ignore_ascii_case("Bearer") {
        return Err(Denial::Missing);
    }
    let token = token.trim_matches(' ');
    // RFC 6750 §2.1: b64token
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    if token.is_empty() || !token.bytes().all(plain) {
        return Err(Denial::Malformed);
    }
    Ok(token)
}
