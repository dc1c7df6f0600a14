//! HTTP Basic authentication of clients (RFC 7617, RFC 6749 §2.3.1).

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, header};
use zeroize::Zeroizing;

use crate::error::{ClientFault, Error};
use crate::types::{ClientAuthMethod, ClientId, ClientSecret, PresentedSecret, limits};

/// Reads the `Authorization` header, if there is one.
///
/// # Errors
/// `invalid_client` for a header that stands twice, of another scheme, or that cannot be decoded.
pub(super) fn read(headers: &HeaderMap) -> Result<Option<(ClientId, PresentedSecret)>, Error> {
    let mut all = headers.get_all(header::AUTHORIZATION).iter();
    let (Some(value), None) = (all.next(), all.next()) else {
        return if headers.contains_key(header::AUTHORIZATION) { malformed() } else { Ok(None) };
    };
    let Some((scheme, encoded)) = value.to_str().ok().and_then(|text| text.split_once(' ')) else {
        return malformed();
    };
    // RFC 9110 §11.1: the scheme is compared without regard to case.
    if !scheme.eq_ignore_ascii_case("Basic") || encoded.len() > 4 * limits::CREDENTIAL {
        return malformed();
    }
    let decoded = STANDARD.decode(encoded.trim_start_matches(' ')).map(Zeroizing::new);
    let pair = decoded.as_ref().ok().and_then(|bytes| std::str::from_utf8(bytes).ok());
    let Some((id, secret)) = pair.and_then(|pair| pair.split_once(':')) else {
        return malformed();
    };
    let (Some(id), Some(secret)) = (decode(id), decode(secret)) else { return malformed() };
    let id = id.parse().map_err(|_| ClientFault::Unknown)?;
    let secret = ClientSecret::new(secret);
    let secret = PresentedSecret { method: ClientAuthMethod::Basic, secret };
    Ok(Some((id, secret)))
}

fn malformed<T>() -> Result<T, Error> {
    Err(ClientFault::Malformed.into())
}

/// RFC 6749 §2.3.1: both halves are form-encoded. Clients that send them raw are understood as
/// well, since what this server generates reads the same either way.
fn decode(text: &str) -> Option<String> {
    super::form::decode(text.as_bytes()).map(|text| text.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_have_room_for_two_that_are_encoded_twice_and_no_more() {
        let is_read = |length: usize| {
            let value = format!("Basic {:>length$}", STANDARD.encode("app:secret"));
            let headers = [(header::AUTHORIZATION, value.parse().unwrap())];
            matches!(read(&headers.into_iter().collect()), Ok(Some(_)))
        };
        assert!(is_read(16) && is_read(4 * limits::CREDENTIAL));
        assert!(!is_read(4 * limits::CREDENTIAL + 1));
    }
}
