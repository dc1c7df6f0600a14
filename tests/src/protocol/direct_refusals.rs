//! The direct API's table of errors, row by row: what is refused before a parameter is read.

use bytes::Bytes;
use http::{HeaderValue, Method, header};

use super::direct::{ask, bad};
use crate::{ALICE, PASSWORD, Stage, alice_asks_for_a_code, form, get, query, rpc};

/// LE-17, TN-04.
pub async fn a_tenant_that_is_not_there_is_not_found(s: &Stage) {
    let unknown = rpc(5, "UNKNOWN_TENANT", "there is no such tenant", &[]);
    for (endpoint, text) in [
        ("authorize", query(&alice_asks_for_a_code())),
        ("token", query(&[("grant_type", "password"), ALICE, PASSWORD])),
        ("token", String::new()),
    ] {
        for answer in ask(s, "nobody", endpoint, &text).await {
            answer.assert_rpc(404, &unknown);
        }
    }
}

/// LE-17: no direct API, or not in this form.
pub async fn a_policy_without_the_direct_api_denies(s: &Stage) {
    let message = "the tenant's policy does not offer this form of the direct API";
    let denied = rpc(7, "UNAUTHORIZED_CLIENT", message, &[]);
    let password = [("grant_type", "password"), ALICE, PASSWORD];
    s.get("/oauth/globex/token", &password).await.assert_rpc(403, &denied);
    s.post("/oauth/globex/token/direct", &password).await.assert_rpc(403, &denied);
    let answer = s.post("/oauth/globex/authorize/direct", &alice_asks_for_a_code()).await;
    answer.assert_rpc(403, &denied);
    s.get("/oauth/postal/token", &password).await.assert_rpc(403, &denied);
    s.post("/oauth/postal/token/direct", &password).await.tokens();
}

/// LE-17: not this grant, whatever else the request holds.
pub async fn a_grant_that_the_policy_does_not_name_is_denied(s: &Stage) {
    let code = query(&alice_asks_for_a_code());
    for (tenant, endpoint, text, grant) in [
        ("narrow", "authorize", &*code, "authorization_code"),
        ("narrow", "token", "grant_type=authorize_code&code=x", "authorization_code"),
        ("narrow", "token", "grant_type=password&username=alice", "password"),
        ("codes-only", "token", "grant_type=password&username=alice", "password"),
        ("codes-only", "token", "grant_type=refresh_token", "refresh_token"),
    ] {
        let message = format!("{grant} is not allowed here");
        for answer in ask(s, tenant, endpoint, text).await {
            answer.assert_rpc(403, &rpc(7, "UNAUTHORIZED_CLIENT", &message, &[]));
        }
    }
}

/// RFC 9110 §15.5.6, LE-05: nothing runs, HEAD included.
pub async fn another_method_is_unimplemented_and_told_which_ones_are(s: &Stage) {
    let all = ["PUT", "PATCH", "DELETE", "OPTIONS", "PROPFIND"];
    for (path, allow, methods) in [
        ("authorize", "GET, POST", &all[..]),
        ("token", "GET, POST", &all),
        ("authorize/direct", "POST", &["GET", "PUT", "DELETE", "OPTIONS"]),
        ("token/direct", "POST", &["GET", "PUT", "DELETE", "OPTIONS"]),
    ] {
        let path = format!("/oauth/acme/{path}?{}", query(&alice_asks_for_a_code()));
        let body =
            rpc(12, "METHOD_NOT_ALLOWED", &format!("this endpoint answers {allow} only"), &[]);
        for method in methods {
            let method = Method::from_bytes(method.as_bytes()).expect("a method");
            let mut request = get(&path);
            *request.method_mut() = method;
            let answer = s.send(request).await;
            answer.assert_rpc(405, &body);
            assert_eq!(answer.header("allow"), allow);
        }
        let mut request = get(&path);
        *request.method_mut() = Method::HEAD;
        let answer = s.send(request).await;
        // What a transport leaves of the body of an answer to HEAD is its own affair.
        assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, allow));
        answer.assert_private_json();
    }
}

/// LE-11, LE-18: too large, another media type, parameters in two places.
pub async fn a_form_is_one_form_in_one_place(s: &Stage) {
    let text = |message: &str| rpc(3, "INVALID_REQUEST", message, &[]);
    for (endpoint, right) in [
        ("authorize", query(&alice_asks_for_a_code())),
        ("token", query(&[("grant_type", "password"), ALICE, PASSWORD])),
    ] {
        let path = format!("/oauth/acme/{endpoint}/direct");
        let large = form(&path, &[("x", &"x".repeat(16 * 1024))]);
        s.send(large).await.assert_rpc(413, &text("the body is too large"));
        let long = format!("{}?{}", path.replace("/direct", ""), "x".repeat(8193));
        s.send(get(&long)).await.assert_rpc(414, &text("the query is too large"));
        let mut json = form(&path, &[]);
        *json.body_mut() = Bytes::from(right.clone());
        json.headers_mut().remove(header::CONTENT_TYPE);
        let message = "the body must be application/x-www-form-urlencoded";
        s.send(json).await.assert_rpc(415, &text(message));
        let mut twice = form(&format!("{path}?{right}"), &[]);
        *twice.body_mut() = Bytes::from(right);
        let rule = [("query", "must be empty: parameters go in the body")];
        s.send(twice).await.assert_rpc(400, &bad(&rule));
    }
}

/// LE-19: the words of an error are ours.
pub async fn an_error_repeats_nothing_that_was_sent(s: &Stage) {
    let sent = "%3Cscript%3E=1&%3Cscript%3E=2&%1B%5B31m=1&%1B%5B31m=2";
    let [got, posted] = ask(s, "acme", "token", &format!("grant_type=password&{sent}")).await;
    let missing = [("username", "is required"), ("password", "is required")];
    for (answer, place) in [(got, "query"), (posted, "body")] {
        let twice = (place, "is given more than once");
        answer.assert_rpc(400, &bad(&[&[twice][..], &missing].concat()));
    }
}

/// LE-06: nor is a condition or a range of a request looked at where something is refused or a code
/// is given out: every answer is whole, new, and without a validator.
pub async fn conditions_and_ranges_change_no_answer(s: &Stage) {
    let code = query(&alice_asks_for_a_code());
    let wrong = query(&[("grant_type", "password"), ALICE, ("password", "looking-glass")]);
    for (status, path) in [
        (200, format!("/oauth/acme/authorize?{code}")),
        (400, "/oauth/acme/authorize?client_id=app".to_owned()),
        (400, "/oauth/acme/token".to_owned()),
        (401, format!("/oauth/acme/token?{wrong}")),
        (403, "/oauth/globex/token".to_owned()),
        (404, "/oauth/nobody/token".to_owned()),
    ] {
        for (name, value) in [
            ("range", "bytes=0-3"),
            ("if-none-match", "*"),
            ("if-match", "\"x\""),
            ("if-modified-since", "Fri, 31 Dec 2100 23:59:59 GMT"),
            ("if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ] {
            let mut request = get(&path);
            request.headers_mut().insert(name, HeaderValue::from_static(value));
            let answer = s.send(request).await;
            assert_eq!(answer.status, status, "{name} {path}");
            let plain = s.get(&path, &[]).await;
            assert_eq!(answer.body.len(), plain.body.len(), "{name} {path}");
            for absent in ["etag", "last-modified", "content-range", "accept-ranges"] {
                assert_eq!(answer.header(absent), "", "{name} {path}");
            }
            s.forget_failures();
        }
    }
}
