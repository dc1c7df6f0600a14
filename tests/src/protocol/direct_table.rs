//! The direct API's table of errors as a whole: which status, which `google.rpc.Code` and which
//! reason go together, and what every such answer looks like.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use grantry::ports::Stores;
use http::{HeaderValue, Method, Request, header};
use serde_json::{Value, json};

use super::{
    broken::{Directory, Down},
    direct::beside,
    throttle::{fails_five_times, tries},
};
use crate::{ALICE, Answer, PASSWORD, Stage, World, form, get};

const TOKEN: &str = "/oauth/acme/token";
const DIRECT: &str = "/oauth/acme/token/direct";

fn with(mut request: Request<Bytes>, name: &'static str, value: &'static str) -> Request<Bytes> {
    request.headers_mut().insert(name, HeaderValue::from_static(value));
    request
}

/// Demands a row: the whole shape, whatever the row.
#[track_caller]
fn assert_row(answer: &Answer, status: u16, code: u8, reason: &str) {
    answer.assert_private_json();
    let body = answer.json();
    let members: Vec<_> = body.as_object().expect("an object").keys().collect();
    assert_eq!(members, ["code", "details", "message"], "{body}");
    assert_eq!((answer.status.as_u16(), &body["code"]), (status, &json!(code)), "{body}");
    assert!(body["message"].as_str().is_some_and(|text| !text.is_empty()), "{body}");
    let details = body["details"].as_array().expect("a list");
    let info = json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "grantry",
    });
    assert_eq!(details[0], info);
    let known = |kind: &str| json!(format!("type.googleapis.com/google.rpc.{kind}"));
    let rest: Vec<&Value> = details[1..].iter().map(|detail| &detail["@type"]).collect();
    let waits = matches!(status, 429 | 503);
    assert_eq!(rest.contains(&&known("RetryInfo")), waits, "{body}");
    assert_eq!(answer.header("retry-after").is_empty(), !waits, "{answer:?}");
    let ours = |kind: &&Value| **kind == known("RetryInfo") || **kind == known("BadRequest");
    assert!(rest.len() <= 1 && rest.iter().all(ours), "{body}");
}

/// LE-17, google.rpc.Code: every row, in the order of its codes.
pub async fn each_row_has_its_status_code_and_reason(s: &Stage) {
    let token = async |parameters: &[(&str, &str)]| s.get(TOKEN, parameters).await;
    let (redirect, password) = (("redirect_uri", World::REDIRECT), ("grant_type", "password"));
    let code = [("grant_type", "authorize_code"), ("code", "x"), redirect];
    let refresh = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let user = [password, ALICE, PASSWORD];
    let authorize = [ALICE, PASSWORD, redirect, ("response_type", "token")];

    assert_row(&token(&[]).await, 400, 3, "INVALID_REQUEST");
    let answer = s.get("/oauth/acme/authorize", &authorize).await;
    assert_row(&answer, 400, 3, "UNSUPPORTED_RESPONSE_TYPE");
    assert_row(&token(&[("grant_type", "x")]).await, 400, 3, "UNSUPPORTED_GRANT_TYPE");
    assert_row(&token(&code).await, 400, 3, "INVALID_GRANT");
    assert_row(&token(&refresh).await, 400, 3, "INVALID_GRANT");
    let large = form(DIRECT, &[("x", &"x".repeat(20_000))]);
    assert_row(&s.send(large).await, 413, 3, "INVALID_REQUEST");
    let long = get(&format!("{TOKEN}?{}", "x".repeat(9000)));
    assert_row(&s.send(long).await, 414, 3, "INVALID_REQUEST");
    let text = with(form(DIRECT, &user), header::CONTENT_TYPE.as_str(), "text/plain");
    assert_row(&s.send(text).await, 415, 3, "INVALID_REQUEST");
    assert_row(&s.get("/oauth/nobody/token", &user).await, 404, 5, "UNKNOWN_TENANT");
    for tenant in ["globex", "narrow"] {
        let answer = s.get(&format!("/oauth/{tenant}/token"), &user).await;
        assert_row(&answer, 403, 7, "UNAUTHORIZED_CLIENT");
    }
    let image = with(get(TOKEN), "sec-fetch-dest", "image");
    assert_row(&s.send(image).await, 403, 7, "UNAUTHORIZED_CLIENT");
    fails_five_times(s, "acme", "nobody").await;
    assert_row(&tries(s, "acme", "nobody", "x").await, 429, 8, "THROTTLED");
    let put = Request::builder().method(Method::PUT).uri(TOKEN).body(Bytes::new());
    let answer = s.send(put.expect("a request")).await;
    assert_row(&answer, 405, 12, "METHOD_NOT_ALLOWED");
    assert_row(&tries(s, "acme", "alice", "x").await, 401, 16, "INVALID_CREDENTIALS");
}

/// LE-17, google.rpc.Code: the rows that want a broken part, asked by the bare driver.
pub async fn each_row_of_a_broken_server_has_its_status_code_and_reason(s: &Stage) {
    let own = || s.world.stores.clone();
    let with_users = async |users| beside(s, own(), |b| b.users(Arc::new(users))).await;
    let down = Stores { tenants: Arc::new(Down), ..own() };
    for (broken, status, code, reason) in [
        (with_users(Directory::Broken).await, 500, 13, "SERVER_ERROR"),
        (with_users(Directory::Down).await, 503, 14, "TEMPORARILY_UNAVAILABLE"),
        (
            with_users(Directory::Busy(Duration::from_secs(2))).await,
            503,
            14,
            "TEMPORARILY_UNAVAILABLE",
        ),
        (beside(s, down, |b| b).await, 503, 14, "TEMPORARILY_UNAVAILABLE"),
        (with_users(Directory::Disabled).await, 401, 16, "INVALID_CREDENTIALS"),
    ] {
        assert_row(&tries(&broken, "acme", "alice", "x").await, status, code, reason);
    }
}
