//! Requests, put together as clients do.

use bytes::Bytes;
use http::{Request, header};

/// A GET request.
///
/// # Panics
/// When the path is no URI.
pub fn get(path: &str) -> Request<Bytes> {
    Request::get(path).body(Bytes::new()).expect("a path")
}

/// A POST request with a form.
///
/// # Panics
/// When the path is no URI.
pub fn form(path: &str, parameters: &[(&str, &str)]) -> Request<Bytes> {
    Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(query(parameters).into())
        .expect("a path")
}

/// Parameters in form encoding.
pub fn query(parameters: &[(&str, &str)]) -> String {
    let encode = |text: &str| -> String {
        let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~".contains(&b);
        text.bytes()
            .map(|b| if plain(b) { char::from(b).to_string() } else { format!("%{b:02X}") })
            .collect()
    };
    let pairs =
        parameters.iter().map(|(name, value)| format!("{}={}", encode(name), encode(value)));
    pairs.collect::<Vec<_>>().join("&")
}
