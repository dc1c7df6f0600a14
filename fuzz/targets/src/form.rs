//! Query strings and forms, seen by what the directory is asked.

use std::collections::HashSet;

use bytes::Bytes;
use grantry::types::limits;
use grantry_conformance::Answer;
use http::{Request, header};
use url::form_urlencoded;

use crate::{answer, world};

/// The first byte picks the endpoint, the rest is the form. Whoever is signed in was named by the
/// form as another parser reads it, once, and so was the password.
pub fn form(input: &[u8]) {
    let Some((place, text)) = input.split_first() else { return };
    world::with(async |world| {
        let Some(request) = ask(*place, text) else { return };
        // A fragment is no part of a query (RFC 3986 §3.5).
        let text = request.uri().query().map_or(text, str::as_bytes).to_owned();
        world.witness.take();
        let answer = Answer::from(world.server.handle(request).await);
        answer::check(&answer);
        if let Some((username, password)) = world.witness.take().credentials {
            same(&text, &username, &password);
        } else {
            assert_ne!(answer.status, 200, "nobody asked the directory: {answer:?}");
        }
    });
}

fn ask(place: u8, text: &[u8]) -> Option<Request<Bytes>> {
    let (path, by_get) = match place % 6 {
        0 => ("/oauth/acme/token", true),
        1 => ("/oauth/acme/token/direct", false),
        2 => ("/oauth/acme/token", false),
        3 => ("/oauth/acme/authorize", true),
        4 => ("/oauth/acme/authorize/direct", false),
        _ => ("/oauth/listed/authorize", true),
    };
    if by_get {
        let target = [path.as_bytes(), b"?", text].concat();
        return Request::get(target.as_slice()).body(Bytes::new()).ok();
    }
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(text.to_vec().into());
    request.ok()
}

/// Demands that another parser reads the same, without having repaired anything.
fn same(text: &[u8], username: &str, password: &str) {
    let raw = text.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty());
    let pairs: Vec<_> = raw.zip(form_urlencoded::parse(text)).collect();
    assert!(pairs.len() <= limits::PARAMETERS, "too many parameters");
    let mut names = HashSet::new();
    assert!(pairs.iter().all(|(_, (name, _))| names.insert(name)), "a parameter stands twice");
    let only = |name: &str| {
        let found = pairs.iter().find(|(_, (own, _))| own == name);
        let (raw, (_, value)) = found.unwrap_or_else(|| panic!("nobody said {name}"));
        assert!(is_strict(raw), "{name} was repaired");
        value.as_ref()
    };
    assert_eq!((only("username"), only("password")), (username, password));
    assert!((1..=limits::USERNAME).contains(&username.len()));
    assert!((1..=limits::PASSWORD).contains(&password.len()));
    assert!(!username.chars().any(char::is_control));
}

/// Whether a decoder has nothing to repair: a `%` is followed by two digits, and what that makes is
/// UTF-8. The decoder of others puts U+FFFD where it is not.
pub(crate) fn is_strict(text: &[u8]) -> bool {
    let digits = |rest: &[u8]| rest.iter().take(2).filter(|b| b.is_ascii_hexdigit()).count() == 2;
    let repaired = form_urlencoded::parse(text).any(|(name, value)| {
        let mark = char::REPLACEMENT_CHARACTER;
        name.contains(mark) || value.contains(mark)
    });
    let meant = text.to_ascii_uppercase().windows(9).any(|part| part == b"%EF%BF%BD")
        || std::str::from_utf8(text).is_ok_and(|text| text.contains(char::REPLACEMENT_CHARACTER));
    text.split(|byte| *byte == b'%').skip(1).all(digits) && (!repaired || meant)
}
