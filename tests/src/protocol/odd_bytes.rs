//! Bytes that are no text, and bodies that are no form, wherever a parameter may stand.

use bytes::Bytes;
use http::{HeaderValue, header};

use super::direct::{ask, bad};
use crate::{ALICE, Answer, PASSWORD, Stage, World, form, query};

const PATH: &str = "/oauth/acme/token";
const NO_TEXT: &str = "is not form-urlencoded UTF-8";

/// What others repair: cut off, no digits, no UTF-8, UTF-8 in a longer form than it needs.
const BROKEN: [&[u8]; 10] =
    [b"%ZZ", b"%", b"%4", b"x%g0", b"%ff", b"%c3%28", b"%C0%80", b"%ED%A0%80", b"\xff", b"\xc3("];

type Parameters = Vec<(&'static str, String)>;

/// Every parameter that a grant of `POST …/token` reads, with good values.
fn of_clients(s: &Stage) -> [Parameters; 3] {
    let own = |name| ("client_id", name);
    let secret = ("client_secret", s.world.secret("acme", "backend"));
    let (scope, token) = (("scope", "read"), ("refresh_token", "x"));
    [
        vec![("grant_type", "password"), ALICE, PASSWORD, scope, own("app")],
        vec![("grant_type", "refresh_token"), token, scope, own("app")],
        vec![("grant_type", "client_credentials"), scope, own("backend"), secret],
    ]
    .map(owned)
}

/// Likewise those of the direct API, with the endpoint.
fn of_direct() -> [(&'static str, Parameters); 4] {
    let (redirect, state) = (("redirect_uri", World::REDIRECT), ("state", "x"));
    [
        ("authorize", owned(vec![("response_type", "code"), ALICE, PASSWORD, redirect, state])),
        ("token", owned(vec![("grant_type", "authorize_code"), ("code", "x"), redirect])),
        ("token", owned(vec![("grant_type", "password"), ALICE, PASSWORD])),
        ("token", owned(vec![("grant_type", "refresh_token"), ("refresh_token", "x")])),
    ]
}

fn owned(parameters: Vec<(&'static str, &str)>) -> Parameters {
    parameters.into_iter().map(|(name, value)| (name, value.to_owned())).collect()
}

/// A form with other bytes in the place of one value, or behind it.
fn spoilt(parameters: &Parameters, name: &str, bytes: &[u8], behind: bool) -> Vec<u8> {
    let pairs = parameters.iter().map(|(own, value)| {
        let kept = if *own == name && !behind { String::new() } else { query(&[("", value)]) };
        let kept = kept.trim_start_matches('=');
        let added = if *own == name { bytes } else { b"" };
        [own.as_bytes(), b"=", kept.as_bytes(), added].concat()
    });
    pairs.collect::<Vec<_>>().join(&b'&')
}

async fn post(s: &Stage, path: &str, body: Vec<u8>) -> Answer {
    let mut request = form(path, &[]);
    *request.body_mut() = Bytes::from(body);
    s.send(request).await
}

/// TK-20: refused with its name, in every parameter of every grant, before anybody is looked up.
pub async fn what_is_no_text_is_refused_in_every_parameter(s: &Stage) {
    for broken in BROKEN {
        for parameters in of_clients(s) {
            for (name, _) in &parameters {
                let answer = post(s, PATH, spoilt(&parameters, name, broken, false)).await;
                answer.assert_error(400, "invalid_request", &format!("{name} {NO_TEXT}"));
            }
        }
        for (endpoint, parameters) in of_direct() {
            for (name, _) in &parameters {
                let body = spoilt(&parameters, name, broken, false);
                let path = format!("/oauth/acme/{endpoint}/direct");
                let posted = post(s, &path, body.clone()).await;
                posted.assert_rpc(400, &bad(&[(name, NO_TEXT)]));
                // A URL is ASCII: libraries would not send it.
                let Ok(text) = str::from_utf8(&body) else { continue };
                let [got, _] = ask(s, "acme", endpoint, text).await;
                got.assert_rpc(400, &bad(&[(name, NO_TEXT)]));
            }
        }
    }
}

/// TK-20: a NUL is a character like others, and an error of the caller's in every parameter: there
/// are stores that stumble over it.
pub async fn a_nul_is_refused_in_every_parameter(s: &Stage) {
    for parameters in of_clients(s) {
        for (name, _) in &parameters {
            let answer = post(s, PATH, spoilt(&parameters, name, b"%00", true)).await;
            let want = match *name {
                "grant_type" => (400, "unsupported_grant_type"),
                "username" => (400, "invalid_request"),
                "password" | "refresh_token" => (400, "invalid_grant"),
                "scope" => (400, "invalid_scope"),
                _ => (401, "invalid_client"),
            };
            let said = (answer.status.as_u16(), answer.json()["error"].clone());
            assert_eq!(said, (want.0, want.1.into()), "{name}");
            answer.assert_private_json();
        }
    }
    for (endpoint, parameters) in of_direct() {
        for (name, _) in parameters.iter().filter(|(name, _)| *name != "state") {
            let body = String::from_utf8(spoilt(&parameters, name, b"%00", true)).expect("ASCII");
            for answer in ask(s, "acme", endpoint, &body).await {
                let status = if *name == "password" { 401 } else { 400 };
                assert_eq!(answer.status, status, "{name}: {answer:?}");
                answer.assert_private_json();
            }
            s.forget_failures();
        }
    }
}

/// TK-18: a form in another dress is no form, and is none under the media type of one either:
/// nothing is unpacked, and no type is guessed.
pub async fn a_body_is_neither_unpacked_nor_guessed_at(s: &Stage) {
    let json = br#"{"grant_type":"password","username":"alice","password":"wonderland","client_id":"app"}"#;
    let part = |(name, value): (&str, &str)| {
        format!("--x\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n{value}\r\n")
    };
    let pairs = [("grant_type", "password"), ALICE, PASSWORD, ("client_id", "app")];
    let multipart = pairs.map(part).concat() + "--x--\r\n";
    let utf_16: Vec<u8> = query(&pairs).encode_utf16().flat_map(u16::to_le_bytes).collect();
    let form = "application/x-www-form-urlencoded";
    for (body, own, encoding) in [
        (json.to_vec(), "application/json", ""),
        (multipart.into_bytes(), "multipart/form-data; boundary=x", ""),
        (utf_16, "application/x-www-form-urlencoded; charset=utf-16le", ""),
        (GZIP.to_vec(), form, "gzip"),
    ] {
        for (media_type, encoding, status) in [(own, encoding, 415), (form, "", 400)] {
            let mut request = crate::form(PATH, &[]);
            *request.body_mut() = Bytes::from(body.clone());
            let headers = request.headers_mut();
            headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
            if !encoding.is_empty() {
                headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            let answer = s.send(request).await;
            let said = (answer.status.as_u16(), answer.json()["error"].clone());
            assert_eq!(said, (status, "invalid_request".into()), "{own} as {media_type}");
            let why = answer.json()["error_description"].as_str().expect("a text").to_owned();
            let what = if status == 415 { "the body must be" } else { "grant_type is required" };
            assert!(why.contains(what), "{own} as {media_type}: {why}");
        }
    }
    // It is the dress alone that is wrong.
    post(s, PATH, query(&pairs).into_bytes()).await.tokens();
}

/// The form of that case, packed.
const GZIP: &[u8] = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x02\x03\x35\xcb\xd1\x09\xc0\x30\x08\x05\xc0\
    \x6d\xdc\xc2\x59\x8a\xc4\x47\x11\xac\x11\x4d\x09\xdd\xbe\xfd\xe9\xef\xc1\x9d\x25\xb1\x8e\xf5\
    \x24\x38\xa5\x7b\xcf\x52\xba\x1b\x15\x72\x81\xc5\x6d\x80\x7e\xe7\x3d\x43\x51\x2e\xa1\x34\xdc\
    \xf0\x3d\x53\x96\xcc\x17\x3e\xd6\xd4\x38\x44\x00\x00\x00";

/// LE-11: brackets and dots make no list or object of a parameter: such a name is one that nobody
/// knows, and no name may stand twice.
pub async fn brackets_make_no_list_of_a_parameter(s: &Stage) {
    let own = "grant_type=password&username=alice";
    for name in ["password[]", "password%5B%5D", "password[0]", "password.0", "password[x]"] {
        let missing = ("password", "is required");
        for answer in ask(s, "acme", "token", &format!("{own}&{name}=wonderland")).await {
            answer.assert_rpc(400, &bad(&[missing]));
        }
        let twice = format!("{own}&{name}=wonderland&{name}=wonderland");
        let [got, posted] = ask(s, "acme", "token", &twice).await;
        got.assert_rpc(400, &bad(&[("query", "is given more than once"), missing]));
        posted.assert_rpc(400, &bad(&[("body", "is given more than once"), missing]));
        let beside = format!("{own}&password=wonderland&{name}=looking-glass");
        for answer in ask(s, "acme", "token", &beside).await {
            answer.tokens();
        }
    }
}
