//! The `Authorization` header of clients.

use base64::{Engine, engine::general_purpose::STANDARD};
use grantry_conformance::{Answer, form};
use http::{HeaderValue, header};
use url::form_urlencoded;

use crate::{answer, form::is_strict, world};

/// After `=`, an id and a secret to be encoded; otherwise the header as it is. The client is let in
/// if and only if another decoder reads its id and its secret (CA-02). `$` stands for the secret.
pub fn basic(input: &[u8]) {
    world::with(async |world| {
        let value = match input.split_first() {
            Some((b'=', pair)) => {
                let pair = replaced(pair, b'$', world.secret.as_bytes());
                format!("Basic {}", STANDARD.encode(pair)).into_bytes()
            }
            _ => input.to_vec(),
        };
        let Ok(header) = HeaderValue::from_bytes(&value) else { return };
        let mut request = form("/oauth/acme/token", &[("grant_type", "client_credentials")]);
        request.headers_mut().insert(header::AUTHORIZATION, header);
        let answer = Answer::from(world.server.handle(request).await);
        answer::check(&answer);
        let known =
            named(&value).is_some_and(|(id, secret)| id == "backend" && secret == world.secret);
        assert_eq!(answer.status, if known { 200 } else { 401 }, "{answer:?}");
    });
}

/// Id and secret, by a decoder of others.
fn named(value: &[u8]) -> Option<(String, String)> {
    let text = std::str::from_utf8(value).ok()?;
    let scheme = text.get(..6).filter(|scheme| scheme.eq_ignore_ascii_case("basic "))?;
    let encoded = &text[scheme.len()..];
    if encoded.len() > 2048 {
        return None;
    }
    let pair = STANDARD.decode(encoded.trim_start_matches(' ')).ok()?;
    let (id, secret) = std::str::from_utf8(&pair).ok()?.split_once(':')?;
    let one = |text: &str| {
        let pair = format!("x={}", text.replace('&', "%26"));
        let (_, value) = form_urlencoded::parse(pair.as_bytes()).next()?;
        is_strict(text.as_bytes()).then(|| value.into_owned())
    };
    Some((one(id)?, one(secret)?))
}

/// The text with a mark replaced.
pub(crate) fn replaced(text: &[u8], mark: u8, by: &[u8]) -> Vec<u8> {
    text.split(|byte| *byte == mark).collect::<Vec<_>>().join(by)
}
