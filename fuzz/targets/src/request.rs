//! Whole sessions through the bare core and the three adapters.

use grantry_conformance::Answer;
use http::{HeaderName, HeaderValue, Method, Request};

use crate::{
    adapters::{self, GUARDED},
    answer,
    transcript::steps,
    world::{World, on_runtime},
};

/// A session as text: see `transcript`. All four answer every request with the same bytes
/// (PL-09), and what they answer is of the contract.
pub fn request(input: &[u8]) {
    // Larger ones are for the suite.
    const MOST: usize = 128 * 1024;
    if input.len() > MOST {
        return;
    }
    on_runtime(async {
        let worlds =
            [World::new().await, World::new().await, World::new().await, World::new().await];
        let mut before = vec![("secret", worlds[0].secret.clone())];
        for step in steps(input) {
            let Some(request) = step.request(&before) else { continue };
            // actix-web speaks `http` 0.2, whose parser turns away more before we are asked.
            let target = actix_web::http::Uri::try_from(request.uri().to_string());
            let method = actix_web::http::Method::try_from(request.method().as_str());
            if target.is_err() || method.is_err() {
                continue;
            }
            let path = request.uri().path();
            let ours = worlds[0].server.owns(path);
            // Frameworks differ in which other paths lead to a route of the host.
            if !ours && path != GUARDED && path.contains("uard") {
                continue;
            }
            let [bare, axum, actix, warp] = &worlds;
            let want = adapters::bare(bare, request.clone()).await;
            if ours {
                answer::check(&want);
            }
            same(&request, &want, &adapters::axum(axum, request.clone()).await, "axum");
            same(&request, &want, &adapters::actix(actix, request.clone()).await, "actix");
            same(&request, &want, &adapters::warp(warp, request.clone()).await, "warp");
            remember(&mut before, &want);
        }
    });
}

/// Demands that an adapter answers as the core does.
#[track_caller]
fn same<B>(request: &Request<B>, want: &Answer, have: &Answer, who: &str) {
    let what = format!("{who}: {} {}", request.method(), request.uri());
    assert_eq!((have.status, stable(have)), (want.status, stable(want)), "{what}");
    let head = request.method() == Method::HEAD;
    assert!(have.body == want.body || head && have.body.is_empty(), "{what}: {have:?}, {want:?}");
}

/// Headers that the core decides: the host's own pages and the transport have others.
fn stable(answer: &Answer) -> Vec<(HeaderName, HeaderValue)> {
    let plain = answer
        .headers
        .get("content-type")
        .is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    let host = plain && !answer.headers.contains_key("cache-control");
    let own = answer.headers.iter().filter(|(name, _)| !host && *name != "content-length");
    let mut own: Vec<_> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
    own.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
    own
}

/// What later requests may name.
pub(crate) fn remember(before: &mut Vec<(&str, String)>, answer: &Answer) {
    let mut keep = |name, text: &str| {
        before.retain(|(own, _)| *own != name);
        before.push((name, text.to_owned()));
    };
    let after = |text: &str, mark: &str| {
        let (_, rest) = text.split_once(mark)?;
        rest.get(..79).map(str::to_owned)
    };
    let header = |name| answer.headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    for place in header("location") {
        for (name, mark) in [("handle", "handle="), ("code", "code=")] {
            after(place, mark).into_iter().for_each(|text| keep(name, &text));
        }
    }
    for set in header("set-cookie").filter(|set| !set.contains("Max-Age=0")) {
        let name = if set.contains("-session-") { "session" } else { "browser" };
        set.split(['=', ';']).nth(1).into_iter().for_each(|text| keep(name, text));
    }
    let body = String::from_utf8_lossy(&answer.body);
    for (name, mark) in
        [("confirm", "name=\"confirm\" value=\""), ("code", "name=\"code\" value=\"")]
    {
        after(&body, mark).into_iter().for_each(|text| keep(name, &text));
    }
    let Ok(body) = serde_json::from_slice::<serde_json::Value>(&answer.body) else { return };
    for (name, member) in [
        ("code", "code"),
        ("refresh", "refresh_token"),
        ("access", "access_token"),
        ("id_token", "id_token"),
        ("reference", "request_uri"),
    ] {
        body[member].as_str().into_iter().for_each(|text| keep(name, text));
    }
}
