//! What every answer is, whatever was asked: well-formed, and one of the contract's.

use grantry_conformance::Answer;
use http::StatusCode;
use serde_json::{Map, Value};

/// The reasons of rpcStatus that no fault of ours is needed for, with their numbers.
const REASONS: [(u64, &str); 11] = [
    (3, "INVALID_REQUEST"),
    (3, "UNSUPPORTED_RESPONSE_TYPE"),
    (3, "UNSUPPORTED_GRANT_TYPE"),
    (3, "INVALID_GRANT"),
    (3, "INVALID_SCOPE"),
    (5, "UNKNOWN_TENANT"),
    (7, "UNAUTHORIZED_CLIENT"),
    (12, "METHOD_NOT_ALLOWED"),
    (16, "INVALID_CLIENT"),
    (16, "INVALID_CREDENTIALS"),
    (8, "THROTTLED"),
];
/// RFC 6749 §5.2, with the one word that it does not have.
const ERRORS: [&str; 17] = [
    // RFC 9449 §5, §8
    "invalid_dpop_proof",
    "use_dpop_nonce",
    // RFC 7591 §3.2.2
    "invalid_redirect_uri",
    "invalid_client_metadata",
    // RFC 8707 §2
    "invalid_target",
    // RFC 9126 §2.3, and too many of them.
    "login_required",
    "registration_not_supported",
    "request_not_supported",
    "request_uri_not_supported",
    "temporarily_unavailable",
    "invalid_request",
    "invalid_client",
    "invalid_grant",
    "invalid_scope",
    "unauthorized_client",
    "unsupported_grant_type",
    "unsupported_response_type",
];
/// What an error may name: a parameter of any endpoint, or the whole.
const FIELDS: [&str; 42] = [
    "access_token",
    "acr_values",
    "action",
    "body",
    "claims",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "confirm",
    "device_code",
    "dpop_jkt",
    "grant_type",
    "handle",
    "id_token_hint",
    "interaction",
    "login_hint",
    "max_age",
    "nonce",
    "password",
    "post_logout_redirect_uri",
    "prompt",
    "query",
    "redirect_uri",
    "refresh_token",
    "registration",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "token",
    "token_type_hint",
    "ui_locales",
    "user_code",
    "username",
];

/// Demands an answer of the contract.
#[track_caller]
pub(crate) fn check(answer: &Answer) {
    let status = answer.status;
    assert!(status.as_u16() < 500, "a request alone broke the server: {answer:?}");
    let kind = answer.header("content-type");
    let document = answer.header("cache-control") != "no-store";
    match (status.as_u16(), kind) {
        (304, "") => assert!(document && answer.body.is_empty(), "{answer:?}"),
        (404, "text/plain; charset=utf-8") => assert_eq!(answer.body, "not found"),
        (200, "application/json") if document => drop(object(answer)),
        (204, "") if !answer.header("access-control-allow-methods").is_empty() => {
            assert!(answer.body.is_empty(), "{answer:?}");
        }
        // A client that is gone.
        (204, "") => assert!(answer.body.is_empty() && !document, "{answer:?}"),
        (201, "application/json") if object(answer).contains_key("request_uri") => pushed(answer),
        (201, "application/json") => registered(answer),
        (303, "") => sent_on(answer),
        // A token that is given up.
        (200, "") => assert!(answer.body.is_empty() && !document, "{answer:?}"),
        (200, "application/json") => good(answer),
        (_, "application/json") if is_denial(answer) => check_denial(answer),
        (_, "application/json") => refusal(answer),
        (200 | 400.., "text/html; charset=utf-8") => page(answer),
        _ => panic!("no answer of the contract: {answer:?}"),
    }
    let challenge = challenge(answer);
    let asked = status == StatusCode::UNAUTHORIZED || is_denial(answer);
    assert_eq!(!challenge.is_empty(), asked, "{answer:?}");
    assert_eq!(answer.header("allow").is_empty(), status != StatusCode::METHOD_NOT_ALLOWED);
}

/// The first challenge: where tokens may be bound to a key there is another one.
fn challenge(answer: &Answer) -> &str {
    let first = answer.headers.get("www-authenticate");
    first.map_or("", |value| value.to_str().unwrap())
}

/// Whether it is what guards say, and userinfo.
fn is_denial(answer: &Answer) -> bool {
    let known = answer.headers.get("www-authenticate").and_then(|value| value.to_str().ok());
    known.is_some_and(|text| text.starts_with("Bearer ")) && answer.json().get("code").is_none()
}

/// AZ-01: nobody is sent anywhere but to a page of ours, and to what a client registered.
#[track_caller]
fn sent_on(answer: &Answer) {
    let place = answer.header("location");
    let (own, mut known) = ("https://id.example.com/oauth/", WAYS_BACK.iter());
    let back = known.any(|uri| place.strip_prefix(uri).is_some_and(|rest| rest.starts_with('?')));
    let port = place.strip_prefix("http://127.0.0.1:").and_then(|rest| rest.split_once("/cb?"));
    let local = port.is_some_and(|(port, _)| port.parse::<u16>().is_ok());
    let ours = place.strip_prefix(own).and_then(|rest| rest.split_once('?')).is_some_and(
        |(path, query)| match path.split_once('/') {
            Some((_, "interaction")) => query.starts_with("handle=grt_in_") && query.len() == 86,
            Some((_, "authorize")) => !query.contains("password="),
            _ => false,
        },
    );
    assert!(back || local || ours || place == "https://app.example.com/bye", "{answer:?}");
    assert!(place.bytes().all(|byte| byte.is_ascii_graphic()), "{answer:?}");
    assert!(answer.body.is_empty() && answer.header("cache-control") == "no-store");
}

/// Where the clients of these worlds are answered.
const WAYS_BACK: [&str; 3] =
    ["https://app.example.com/cb", "https://app.example.com/bye", "http://127.0.0.1/cb"];

/// Demands a denial by RFC 6750 §3.
#[track_caller]
pub(crate) fn check_denial(answer: &Answer) {
    let members = object(answer);
    let error = members.get("error").and_then(Value::as_str);
    let challenge = challenge(answer);
    let realm = "Bearer realm=\"https://id.example.com/oauth/";
    let more = error.map_or_else(String::new, |error| format!("\", error=\"{error}\""));
    let scope = if error == Some("insufficient_scope") { ", scope=\"openid\"" } else { "" };
    let end = if more.is_empty() { "\"".to_owned() } else { more + scope };
    assert!(challenge.starts_with(realm) && challenge.ends_with(&end), "{answer:?}");
    let status = match error {
        None | Some("invalid_token") => StatusCode::UNAUTHORIZED,
        Some("invalid_request") => StatusCode::BAD_REQUEST,
        // Userinfo.
        Some("insufficient_scope") => StatusCode::FORBIDDEN,
        _ => panic!("not for a token alone: {answer:?}"),
    };
    assert_eq!(answer.status, status);
}

#[track_caller]
fn object(answer: &Answer) -> Map<String, Value> {
    let Value::Object(members) = answer.json() else { panic!("no object: {answer:?}") };
    // Written by serde_json from our own text: no control character is left raw.
    assert!(answer.body.iter().all(|byte| !byte.is_ascii_control()), "{answer:?}");
    members
}

/// The reference to a request that was pushed, by RFC 9126 §2.2.
#[track_caller]
fn pushed(answer: &Answer) {
    answer.assert_private_json();
    let members = object(answer);
    let reference = members["request_uri"].as_str().unwrap();
    let prefix = "urn:ietf:params:oauth:request_uri:grt_ru_";
    assert!(reference.starts_with(prefix) && reference.len() == prefix.len() + 72, "{answer:?}");
    assert!(members["expires_in"] == 60 && members.len() == 2, "{answer:?}");
}

/// Tokens by RFC 6749 §5.1, the direct API's four strings, or its code.
#[track_caller]
fn good(answer: &Answer) {
    answer.assert_private_json();
    let members = object(answer);
    let mut names: Vec<_> = members.keys().map(String::as_str).collect();
    // The last one is what the grant of the host's own says.
    names.retain(|name| !["scope", "id_token", "audiences"].contains(name));
    let strings = members.values().all(Value::is_string);
    match *names {
        _ if members.contains_key("registration_access_token") => registered(answer),
        // Userinfo.
        ["sub"] => assert_eq!(members["sub"], "user-alice"),
        // RFC 7662 §2.2
        ["active"] => assert_eq!(members["active"], false),
        ["active", "aud", "client_id", "exp", "iat", "iss", "jti", "sub", "token_type"]
        | ["active", "client_id", "exp", "iss", "sub"] => {
            assert_eq!(members["active"], true);
            assert!(members["exp"].is_u64() && members["sub"].is_string(), "{answer:?}");
        }
        ["code"] => assert!(strings && members.len() == 1, "{answer:?}"),
        ["access_token", "expires_in", "refresh_token", "token_type"] if strings => {
            assert_eq!(members.len(), 4, "{answer:?}");
        }
        ["access_token", "expires_in", "refresh_token", "token_type"]
        | ["access_token", "expires_in", "token_type"] => {
            assert!(members["expires_in"].is_u64() && members["access_token"].is_string());
        }
        _ => panic!("no tokens and no code: {answer:?}"),
    }
    let kinds = ["Bearer", "DPoP"];
    let kind = members.get("token_type").and_then(Value::as_str);
    assert!(kind.is_none_or(|kind| kinds.contains(&kind)), "{answer:?}");
}

/// A client by RFC 7591 §3.2.1.
#[track_caller]
fn registered(answer: &Answer) {
    answer.assert_private_json();
    let members = object(answer);
    assert!(members["client_id"].as_str().unwrap().starts_with("dyn-"), "{answer:?}");
    let place = members["registration_client_uri"].as_str().unwrap();
    assert!(place.starts_with("https://id.example.com/oauth/"), "{answer:?}");
    assert!(members["client_id_issued_at"].is_u64() && members["grant_types"].is_array());
}

/// An error by RFC 6749 §5.2 or a google.rpc.Status.
#[track_caller]
fn refusal(answer: &Answer) {
    answer.assert_private_json();
    let members = object(answer);
    if let Some(error) = members.get("error") {
        assert!(ERRORS.iter().any(|known| error == known), "{answer:?}");
        let text = members["error_description"].as_str().unwrap();
        // RFC 6749 §5.2: %x20-21 / %x23-5B / %x5D-7E
        let plain = |b: u8| matches!(b, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e);
        assert!(text.bytes().all(plain) && members.len() == 2, "{answer:?}");
        return;
    }
    assert!(members.len() == 3 && members["message"].is_string(), "{answer:?}");
    let details = members["details"].as_array().unwrap();
    let (info, more) = details.split_first().unwrap();
    let known =
        |(code, reason): &(u64, &str)| members["code"] == *code && info["reason"] == **reason;
    assert!(REASONS.iter().any(known) && info["domain"] == "grantry", "{answer:?}");
    for detail in more {
        assert_eq!(detail["@type"], "type.googleapis.com/google.rpc.BadRequest", "{answer:?}");
        let violations = detail["fieldViolations"].as_array().unwrap();
        assert!(!violations.is_empty(), "{answer:?}");
        for violation in violations {
            // LE-19: nothing that a stranger wrote.
            assert!(FIELDS.iter().any(|known| violation["field"] == *known), "{answer:?}");
            assert!(violation["description"].is_string(), "{answer:?}");
        }
    }
}

/// AZ-26, LE-19: a page that loads nothing; one without a form holds nothing of the request, and one with a
/// form nothing that a browser would read as ours.
#[track_caller]
fn page(answer: &Answer) {
    let policy = answer.header("content-security-policy");
    assert!(policy.starts_with("default-src 'none'") && policy.is_ascii(), "{answer:?}");
    assert_eq!(policy.matches(';').count(), 5 + policy.matches("script-src").count(), "{policy}");
    assert_eq!(answer.header("cache-control"), "no-store");
    let text = std::str::from_utf8(&answer.body).unwrap();
    assert!(text.starts_with("<!doctype html>"), "{answer:?}");
    let (_, main) = text.split_once("<main").unwrap();
    let own = ["<script>document.forms[0].submit()</script>"];
    assert!(own.iter().fold(main.to_owned(), |text, own| text.replace(own, "")).split('<').all(
        |rest| {
            !["script", "img", "iframe", "svg", "a ", "base", "meta", "link"]
                .iter()
                .any(|tag| rest.to_ascii_lowercase().starts_with(tag))
        }
    ));
    assert_eq!(main.matches("<form").count(), main.matches("</form>").count(), "{answer:?}");
    assert!(main.matches("<form").count() <= 1, "{answer:?}");
}
