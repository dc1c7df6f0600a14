//! Whatever the adapter, the bytes are the core's.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request};

use crate::{ALICE, Answer, PASSWORD, Stage, World, alice_asks_for_a_code, form, get, query};

/// One recorded request: it may need what was answered before.
type Step = fn(&Stage, &[Answer]) -> Request<Bytes>;

/// Headers that the transport decides.
const TRANSPORT: [&str; 5] =
    ["connection", "content-length", "date", "keep-alive", "transfer-encoding"];

const TOKEN: &str = "/oauth/acme/token";
const AUTHORIZE: &str = "/oauth/acme/authorize";
const REVOKE: &str = "/oauth/acme/revoke";
const INTROSPECT: &str = "/oauth/acme/introspect";

/// The record. It leaves nothing to chance: the reference and the driver under test begin in equal
/// worlds, so that even tokens are equal.
const RECORD: &[Step] = &[
    |_, _| get("/.well-known/oauth-authorization-server/oauth/acme"),
    |_, _| get("/.well-known/openid-configuration/oauth/acme?x=1"),
    |_, _| get("/oauth/acme/.well-known/openid-configuration"),
    |_, _| get("/oauth/acme/.well-known/oauth-authorization-server"),
    |_, _| get("/oauth/acme/jwks.json"),
    |_, before| with(get("/oauth/acme/jwks.json"), "if-none-match", before[4].header("etag")),
    |_, _| method(Method::HEAD, "/oauth/acme/jwks.json"),
    |_, _| method(Method::POST, "/oauth/acme/jwks.json"),
    |_, _| get(&format!("{AUTHORIZE}?{}", query(&alice_asks_for_a_code()))),
    |_, before| get(&format!("{TOKEN}?{}", redemption(&before[8]))),
    |_, before| get(&format!("{TOKEN}?{}", redemption(&before[8]))),
    |_, _| get(&format!("{TOKEN}?{}", query(&[("grant_type", "password"), ALICE, PASSWORD]))),
    |_, before| get(&format!("{TOKEN}?{}", refresh(&before[11]))),
    |_, before| form("/oauth/acme/token/direct", &refresh_pairs(&before[12].tokens().refresh)),
    |_, _| form("/oauth/acme/authorize/direct", &alice_asks_for_a_code()),
    |s, _| form(TOKEN, &client_credentials(s)),
    |_, _| form(TOKEN, &[("grant_type", "client_credentials"), ("client_id", "backend")]),
    |_, _| form(TOKEN, &[("grant_type", "password"), ALICE, PASSWORD, ("client_id", "app")]),
    |_, _| {
        form(TOKEN, &[("grant_type", "password"), ALICE, ("password", "no"), ("client_id", "app")])
    },
    |_, _| get(AUTHORIZE),
    |_, _| get(&format!("{AUTHORIZE}?client_id=app&redirect_uri=https://evil.example/")),
    |_, _| get(&format!("{AUTHORIZE}?username=%zz&username=%20&password=%C3%A4+%2B&state")),
    |_, _| get(&format!("{TOKEN}?")),
    |_, _| get(&format!("{TOKEN}?{}", "a=1&".repeat(100))),
    |_, _| get(&format!("{TOKEN}?{}", "a".repeat(9000))),
    |_, _| form(TOKEN, &[]),
    |_, _| with(form(TOKEN, &[]), "content-type", "application/json"),
    |_, _| form("/oauth/acme/token/direct?grant_type=password", &[ALICE, PASSWORD]),
    |_, _| body(TOKEN, vec![b'a'; 20_000]),
    |_, _| body(TOKEN, vec![b'a'; 70_000]),
    |_, _| body("/oauth/acme/token/direct", vec![b'a'; 1 << 20]),
    |_, _| body("/oauth/acme/authorize/direct", vec![0xff, 0, b'=', b'&']),
    |_, _| method(Method::HEAD, TOKEN),
    |_, _| method(Method::DELETE, TOKEN),
    |_, _| method(Method::OPTIONS, AUTHORIZE),
    |_, _| method(Method::from_bytes(b"BREW").expect("a method"), "/oauth/acme/token/direct"),
    |_, _| get("/oauth/nobody/token"),
    |_, _| get("/oauth/ACME/token"),
    |_, _| get("/oauth/%61cme/token"),
    |_, _| get("/oauth/acme%2Ftoken/token"),
    |_, _| get("/oauth//token"),
    |_, _| get("/oauth/globex/authorize"),
    |_, _| get("/oauth/globex/token"),
    |_, _| with(get(TOKEN), "sec-fetch-dest", "image"),
    |_, _| with(get("/oauth/listed/token"), "origin", "https://app.example.com"),
    |s, _| twice(s, form(TOKEN, &[("grant_type", "client_credentials")])),
    |_, _| with(with(get(TOKEN), "x-forwarded-host", "evil.example"), "range", "bytes=0-1"),
    |_, _| with(form(TOKEN, &[("x", "y")]), "content-encoding", "gzip"),
    |s, before| form(INTROSPECT, &shown(s, &before[15].tokens().access)),
    |s, before| form(REVOKE, &shown(s, &before[15].tokens().access)),
    |s, before| form(INTROSPECT, &shown(s, &before[15].tokens().access)),
    |_, before| form(REVOKE, &[("token", &before[17].tokens().refresh), ("client_id", "app")]),
    |_, before| {
        form(
            TOKEN,
            &[refresh_pairs(&before[17].tokens().refresh), [("client_id", "app"), ("scope", "")]]
                .concat(),
        )
    },
    |_, _| form(INTROSPECT, &[("token", "x"), ("client_id", "app")]),
    |_, _| form(REVOKE, &[("token_type_hint", "x")]),
    |_, _| get(REVOKE),
    |_, _| method(Method::HEAD, INTROSPECT),
    |_, _| with(form(REVOKE, &[]), "content-type", "application/json"),
    |_, _| with(body("/oauth/acme/register", b"{}".to_vec()), "content-type", "application/json"),
    |_, _| method(Method::GET, "/oauth/acme/register"),
    |_, _| method(Method::GET, "/oauth/acme/register/x%2F"),
    |_, _| method(Method::PUT, "/oauth/acme/register/x"),
    |_, _| method(Method::DELETE, "/oauth/acme/register/x"),
    |_, _| method(Method::POST, "/oauth/acme/register/x"),
];

/// PL-09: every recorded request gets the same status, headers and body from the adapter as from
/// the bare core.
pub async fn every_recorded_request_is_answered_like_the_bare_core(s: &Stage) {
    compare(s, |request| request).await;
}

/// JW-13: so it does under headers by which others may be told where the server is and who asks: no
/// document, token or error is made of what a request says of that.
pub async fn every_recorded_request_is_answered_alike_under_poisoned_headers(s: &Stage) {
    compare(s, |request| POISON.iter().fold(request, |on, (name, value)| with(on, name, value)))
        .await;
}

/// TK-21, LE-03, RFC 6749 §5.1, RFC 9111 §5.2.2.5: good or bad, nobody keeps an answer but the
/// documents, and nobody tells the next page where they come from.
pub async fn nobody_keeps_what_is_not_a_document(s: &Stage) {
    let mut answers = Vec::new();
    for step in RECORD {
        let request = step(s, &answers);
        let what = format!("{} {}", request.method(), request.uri());
        let public = what.contains("jwks.json") || what.contains(".well-known");
        let answer = s.send(request).await;
        let document = public && matches!(answer.status.as_u16(), 200 | 304);
        let kept = if document { "public, max-age=300" } else { "no-store" };
        assert_eq!(answer.header("cache-control"), kept, "{what}");
        if !document {
            assert_eq!(answer.header("pragma"), "no-cache", "{what}");
            assert_eq!(answer.header("referrer-policy"), "no-referrer", "{what}");
            assert_eq!(answer.header("etag"), "", "{what}");
        }
        answers.push(answer);
    }
}

/// What proxies say of the host, the scheme, the path and the client; and what anybody may.
const POISON: [(&str, &str); 13] = [
    ("host", "evil.example"),
    ("forwarded", "for=192.0.2.1;host=evil.example;proto=http;by=evil"),
    ("x-forwarded-for", "192.0.2.1"),
    ("x-forwarded-host", "evil.example"),
    ("x-forwarded-port", "81"),
    ("x-forwarded-prefix", "/evil"),
    ("x-forwarded-proto", "http"),
    ("x-forwarded-server", "evil.example"),
    ("x-host", "evil.example"),
    ("x-http-method-override", "DELETE"),
    ("x-original-host", "evil.example"),
    ("x-original-url", "/evil"),
    ("x-rewrite-url", "/evil"),
];

/// Sends the record to the reference as it is, and to the driver under test as it was changed.
async fn compare(s: &Stage, change: impl Fn(Request<Bytes>) -> Request<Bytes>) {
    let reference = Stage::reference().await;
    let (mut want, mut have) = (Vec::new(), Vec::new());
    for step in RECORD {
        let (asked, answered) = (step(&reference, &want), change(step(s, &have)));
        let what = format!("{} {}", asked.method(), asked.uri());
        let head = asked.method() == Method::HEAD;
        want.push(reference.send(asked).await);
        have.push(s.send(answered).await);
        let (want, have) = (&want[want.len() - 1], &have[have.len() - 1]);
        assert_eq!((have.status, stable(have)), (want.status, stable(want)), "{what}");
        let body = if head { &Bytes::new() } else { &want.body };
        assert!(have.body == body || head && have.body == want.body, "{what}: {have:?}");
    }
}

/// Headers that the core decides, repetition included.
fn stable(answer: &Answer) -> Vec<(HeaderName, HeaderValue)> {
    let own = answer.headers.iter().filter(|(name, _)| !TRANSPORT.contains(&name.as_str()));
    let mut own: Vec<_> = own.map(|(name, value)| (name.clone(), value.clone())).collect();
    own.sort_by(|a, b| a.0.as_str().cmp(b.0.as_str()));
    own
}

fn redemption(code: &Answer) -> String {
    let code = code.json()["code"].as_str().expect("a code").to_owned();
    query(&[("grant_type", "authorize_code"), ("code", &code), ("redirect_uri", World::REDIRECT)])
}

fn refresh(answer: &Answer) -> String {
    query(&refresh_pairs(&answer.tokens().refresh))
}

fn refresh_pairs(token: &str) -> [(&str, &str); 2] {
    [("grant_type", "refresh_token"), ("refresh_token", token)]
}

fn client_credentials(s: &Stage) -> [(&str, &str); 4] {
    let secret = s.world.secret("acme", "backend");
    let client = [("client_id", "backend"), ("client_secret", secret)];
    [("grant_type", "client_credentials"), client[0], client[1], ("scope", "write read")]
}

/// A token that is shown by `backend`.
fn shown<'a>(s: &'a Stage, token: &'a str) -> [(&'static str, &'a str); 3] {
    let secret = s.world.secret("acme", "backend");
    [("token", token), ("client_id", "backend"), ("client_secret", secret)]
}

fn with(mut request: Request<Bytes>, name: &'static str, value: &str) -> Request<Bytes> {
    let value = HeaderValue::try_from(value).expect("a header's value");
    request.headers_mut().insert(name, value);
    request
}

/// Two `Authorization` headers, the last of which would do alone.
fn twice(s: &Stage, request: Request<Bytes>) -> Request<Bytes> {
    use base64::{Engine, engine::general_purpose::STANDARD};
    let pair = format!("backend:{}", s.world.secret("acme", "backend"));
    let good = HeaderValue::try_from(format!("Basic {}", STANDARD.encode(pair))).expect("base64");
    let mut request = with(request, "authorization", "Basic bm86bm8=");
    request.headers_mut().append("authorization", good);
    request
}

fn method(method: Method, path: &str) -> Request<Bytes> {
    let mut request = get(path);
    *request.method_mut() = method;
    request
}

fn body(path: &str, bytes: Vec<u8>) -> Request<Bytes> {
    let mut request = form(path, &[]);
    *request.body_mut() = bytes.into();
    request
}
