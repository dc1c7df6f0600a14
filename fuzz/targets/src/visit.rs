//! A request to one of the endpoints that browsers come to, in the middle of a user's visit.

use bytes::Bytes;
use grantry_conformance::{Answer, PKCE, form, get, query};
use http::{HeaderValue, Request, header};

use crate::{
    answer,
    request::remember,
    transcript::{fill, split},
    world::{self, World},
};

type Before = Vec<(&'static str, String)>;

/// The first byte picks the endpoint, the first line is the `Cookie` header, the rest is the query or the
/// form. Both may name what the visit has come to, such as `{handle}` and `{session}`. Whatever the answer
/// opens was shown: no code without the session, no page without the browser, no name without the token.
pub fn visit(input: &[u8]) {
    let Some((place, text)) = input.split_first() else { return };
    world::with(async |world| {
        let before = begin(world).await;
        let (cookie, text) = split(text, b"\n");
        let (cookie, text) = (fill(cookie, &before), fill(text.unwrap_or_default(), &before));
        let Some(request) = ask(*place, &cookie, &text) else { return };
        let answer = send(world, request).await;
        answer::check(&answer);
        let value = |name| before.iter().find(|(own, _)| *own == name).unwrap().1.as_bytes();
        let shown = |name, at: &[u8]| at.windows(value(name).len()).any(|part| part == value(name));
        let body = String::from_utf8_lossy(&answer.body);
        let code = answer.header("location").contains("code=grt_") || body.contains("grt_ac_");
        assert!(!code || shown("session", &cookie), "{answer:?}");
        let page = body.contains("name=\"interaction\"");
        assert!(!page || shown("browser", &cookie) && shown("handle", &text), "{answer:?}");
        let confirm = body.contains("name=\"confirm\"");
        assert!(!confirm || shown("session", &cookie), "{answer:?}");
        let told = answer.status == 200 && answer.header("content-type") == "application/json";
        assert!(!told || shown("access", &text), "{answer:?}");
        let signs_in = answer
            .headers
            .get_all(header::SET_COOKIE)
            .iter()
            .any(|set| set.to_str().unwrap().contains("session-acme=grt_se_"));
        // A name counts in either case, in other widths, and percent-encoded.
        let lower = text.to_ascii_lowercase();
        let named = lower.windows(5).any(|part| part == b"alice");
        assert!(!signs_in || named || text.contains(&b'%') || !text.is_ascii(), "{answer:?}");
    });
}

fn ask(place: u8, cookie: &[u8], text: &[u8]) -> Option<Request<Bytes>> {
    let path = ["authorize", "interaction", "logout", "userinfo"][usize::from(place % 8) / 2];
    let path = format!("/oauth/acme/{path}");
    let mut request = match place % 2 {
        0 if path.ends_with("userinfo") => {
            let mut request = get(&path);
            let bearer = [b"Bearer ", text].concat();
            let bearer = HeaderValue::from_bytes(&bearer).ok()?;
            request.headers_mut().insert(header::AUTHORIZATION, bearer);
            request
        }
        0 => Request::get([path.as_bytes(), b"?", text].concat().as_slice())
            .body(Bytes::new())
            .ok()?,
        _ => {
            let mut request = form(&path, &[]);
            *request.body_mut() = text.to_vec().into();
            request
        }
    };
    if !cookie.is_empty() {
        request.headers_mut().insert(header::COOKIE, HeaderValue::from_bytes(cookie).ok()?);
    }
    Some(request)
}

async fn send(world: &World, request: Request<Bytes>) -> Answer {
    world.server.handle(request).await.into()
}

/// Alice is signed in and allowed `spa` what it asked for; a second request of it waits for her. What comes
/// of that has these names.
async fn begin(world: &World) -> Before {
    let mut before = Before::new();
    let asked = [
        ("response_type", "code"),
        ("client_id", "spa"),
        ("redirect_uri", World::REDIRECT),
        ("scope", "openid read"),
        ("code_challenge", PKCE.1),
        ("code_challenge_method", "S256"),
    ];
    let authorize = |prompt| {
        let asked = [&asked[..], &[("prompt", prompt)]].concat();
        get(&format!("/oauth/acme/authorize?{}", query(&asked)))
    };
    let user = [("username", "alice"), ("password", World::PASSWORD)];
    step(world, &mut before, authorize("consent")).await;
    for fields in [&user[..], &[("action", "allow")]] {
        let handle = before.iter().find(|(name, _)| *name == "handle").unwrap().1.clone();
        let fields = [&[("interaction", &*handle)], fields].concat();
        step(world, &mut before, form("/oauth/acme/interaction", &fields)).await;
    }
    let code = before.iter().find(|(name, _)| *name == "code").unwrap().1.clone();
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("client_id", "spa"),
        ("redirect_uri", World::REDIRECT),
        ("code_verifier", PKCE.0),
    ];
    step(world, &mut before, form("/oauth/acme/token", &redeem)).await;
    step(world, &mut before, authorize("login")).await;
    step(world, &mut before, get("/oauth/acme/logout")).await;
    before
}

/// One step of hers, with the cookies so far.
async fn step(world: &World, before: &mut Before, mut request: Request<Bytes>) {
    let cookies = before.iter().filter(|(name, _)| ["browser", "session"].contains(name));
    let pair = |(name, value): &(&str, String)| format!("__Host-grantry-{name}-acme={value}");
    let cookies = cookies.map(pair).collect::<Vec<_>>().join("; ");
    request.headers_mut().insert(header::COOKIE, cookies.parse().unwrap());
    let answer = send(world, request).await;
    assert!(answer.status.as_u16() < 400, "{answer:?}");
    remember(before, &answer);
}
