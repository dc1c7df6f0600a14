//! Where a token stands in a request (RFC 6750 §2.1, RFC 9449 §7.1): in the header and nowhere else.

use http::{HeaderMap, Uri, header};

use super::Denial;
use crate::wire;

/// How a token is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scheme {
    /// By whoever bears it.
    Bearer,
    /// By who has the key that it is bound to.
    Dpop,
}

impl Scheme {
    /// RFC 9110 §11.1: compared without regard to case (IR-16).
    fn named(name: &str) -> Option<Self> {
        let known = [("Bearer", Self::Bearer), ("DPoP", Self::Dpop)];
        known.into_iter().find(|(own, _)| own.eq_ignore_ascii_case(name)).map(|(_, scheme)| scheme)
    }
}

/// The token of a request, where none but a bearer token does.
///
/// # Errors
/// As [`shown_token`]; one that is shown in another way is none.
pub fn bearer_token<'r>(uri: &Uri, headers: &'r HeaderMap) -> Result<&'r str, Denial> {
    match shown_token(uri, headers)? {
        (Scheme::Bearer, token) => Ok(token),
        (Scheme::Dpop, _) => Err(Denial::Missing),
    }
}

/// The token of a request, and how it is shown.
///
/// # Errors
/// [`Denial::Missing`], [`Denial::Malformed`].
pub fn shown_token<'r>(uri: &Uri, headers: &'r HeaderMap) -> Result<(Scheme, &'r str), Denial> {
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
    let scheme = Scheme::named(scheme).ok_or(Denial::Missing)?;
    let token = token.trim_matches(' ');
    // RFC 6750 §2.1: b64token
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    if token.is_empty() || !token.bytes().all(plain) {
        return Err(Denial::Malformed);
    }
    Ok((scheme, token))
}
