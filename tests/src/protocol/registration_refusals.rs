//! What no client may say of itself (RFC 7591 §3.2.2).

use http::{HeaderValue, Method, header};
use serde_json::{Value, json};

use super::registering::{CALLBACK, REGISTER, asked, document, open, register, registered};
use super::registration::answer_is;
use crate::Stage;

/// No place of an answer, whatever the application is.
const NOWHERE: [&str; 22] = [
    "javascript:alert(1)",
    "JaVaScRiPt:alert(1)",
    "javascript://dynamic.example.com/%0aalert(1)",
    "data:text/html,x",
    "DATA:text/html,x",
    "vbscript:x",
    "blob:https://a.example/x",
    "file:///etc/passwd",
    "about:blank",
    "https://a.example/#x",
    "https://a.example/cb#",
    "/cb",
    "cb",
    "//a.example/cb",
    "https:a.example",
    "https://",
    "https://user@a.example/",
    "https://a.example\\@b.example/",
    " https://a.example/",
    "https://a.example/\ncb",
    "http://a.example/cb",
    "http://2130706433/cb",
];

/// RG-03, RFC 9700 §4.1: an answer goes nowhere where it would act, be seen, or be somebody else's.
pub async fn a_redirect_uri_that_acts_is_refused(s: &Stage) {
    open(s, "acme").await;
    for uri in NOWHERE {
        for application in ["web", "native"] {
            for method in ["none", "client_secret_basic"] {
                let members = [
                    ("redirect_uris", json!([CALLBACK, uri])),
                    ("application_type", application.into()),
                    ("token_endpoint_auth_method", method.into()),
                ];
                let answer = register(s, &document(&members)).await;
                answer_is(&answer, "invalid_redirect_uri", "redirect_uris");
            }
        }
    }
    let long = format!("https://a.example/{}", "x".repeat(2048));
    let many = vec![CALLBACK; 21];
    for uris in [
        json!([long]),
        json!(many),
        json!([]),
        json!(CALLBACK),
        json!([CALLBACK, 1]),
        Value::Null,
        json!(["https://a.example/?code=x"]),
        json!(["https://a.example/?st%61te"]),
    ] {
        let answer = register(s, &document(&[("redirect_uris", uris)])).await;
        answer_is(&answer, "invalid_redirect_uri", "redirect_uris");
    }
    assert_eq!(registered(s).await, [""; 0]);
}

/// RG-04: nor does any other URI, whether or not anything comes of it.
pub async fn no_uri_of_a_client_acts(s: &Stage) {
    open(s, "acme").await;
    for field in [
        "client_uri",
        "logo_uri",
        "tos_uri",
        "policy_uri",
        "jwks_uri",
        "sector_identifier_uri",
        "initiate_login_uri",
        "backchannel_logout_uri",
        "frontchannel_logout_uri",
    ] {
        for uri in NOWHERE.into_iter().filter(|uri| !uri.starts_with("http://a.")) {
            let answer = register(s, &document(&[(field, uri.into())])).await;
            answer_is(&answer, "invalid_client_metadata", field);
        }
        for value in [json!(1), json!(["https://a.example/"]), json!({})] {
            let answer = register(s, &document(&[(field, value)])).await;
            answer_is(&answer, "invalid_client_metadata", field);
        }
        let good = document(&[(field, "https://a.example/x?y".into())]);
        assert_eq!(register(s, &good).await.status, 201, "{field}");
    }
    for field in ["post_logout_redirect_uris", "request_uris"] {
        for uri in NOWHERE.into_iter().filter(|uri| !uri.starts_with("http://a.")) {
            let answer = register(s, &document(&[(field, json!([uri]))])).await;
            answer_is(&answer, "invalid_client_metadata", field);
        }
    }
}

/// RG-16: no name that anybody would read as something else than it is.
pub async fn a_name_that_cannot_be_read_is_refused(s: &Stage) {
    open(s, "acme").await;
    let long = "x".repeat(257);
    let huge = "x".repeat(10 * 1024);
    for name in [
        &*long,
        &*huge,
        "a\nb",
        "a\r\nb",
        "a\0b",
        "a\u{202e}knab",
        "\u{2066}a\u{2069}",
        "a\u{200f}b",
        "a\u{200b}b",
        "a\u{2028}b",
        " ",
    ] {
        let answer = register(s, &document(&[("client_name", name.into())])).await;
        answer_is(&answer, "invalid_client_metadata", "client_name");
    }
    for name in [json!(1), json!(["a"]), json!({ "a": "b" })] {
        let answer = register(s, &document(&[("client_name", name)])).await;
        answer_is(&answer, "invalid_client_metadata", "client_name");
    }
}

/// RFC 7591 §2, §3.2.2: nothing is taken for something else.
pub async fn metadata_that_is_not_known_or_contradicts_itself_is_refused(s: &Stage) {
    open(s, "acme").await;
    for (field, value) in [
        ("token_endpoint_auth_method", json!("client_secret_jwt")),
        ("token_endpoint_auth_method", json!("tls_client_auth")),
        ("token_endpoint_auth_method", json!(["none"])),
        ("response_types", json!(["token"])),
        ("response_types", json!(["code", "id_token"])),
        ("response_types", json!([])),
        ("application_type", json!("desktop")),
        ("subject_type", json!("private")),
        ("id_token_signed_response_alg", json!("none")),
        ("id_token_signed_response_alg", json!("HS256")),
        ("scope", json!(["read"])),
        ("scope", json!("a\"b")),
        ("grant_types", json!("authorization_code")),
    ] {
        let answer = register(s, &document(&[(field, value)])).await;
        answer_is(&answer, "invalid_client_metadata", field);
    }
    let public = [
        ("token_endpoint_auth_method", "none".into()),
        ("grant_types", json!(["client_credentials"])),
    ];
    answer_is(&register(s, &document(&public)).await, "invalid_client_metadata", "grant_types");
    assert_eq!(registered(s).await, [""; 0]);
}

/// RFC 7591 §3.1: a body is one JSON object and nothing else, and bytes are counted before they are read.
pub async fn a_body_is_one_object(s: &Stage) {
    open(s, "acme").await;
    let post = async |body: &str| s.send(asked(Method::POST, REGISTER, None, body)).await;
    let deep = format!("{{\"x\":{}1{}}}", "[".repeat(500), "]".repeat(500));
    let twice = format!(r#"{{"redirect_uris":["{CALLBACK}"],"redirect_uris":["{CALLBACK}"]}}"#);
    let listed = format!(r#"[{}]"#, document(&[]));
    for body in [" ", "{", "null", "1", "\"x\"", &twice, &listed, &deep, "{}{}"] {
        answer_is(&post(body).await, "invalid_client_metadata", "the metadata");
    }
    let large = document(&[("x", "x".repeat(33 * 1024).into())]).to_string();
    assert_eq!(post(&large).await.status, 413);
    assert_eq!(post(&"x".repeat(70_000)).await.status, 413);
    let whole = document(&[]).to_string();
    for media in ["application/x-www-form-urlencoded", "text/plain", "application/json; charset=x"]
    {
        let mut request = asked(Method::POST, REGISTER, None, &whole);
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
        let answer = s.send(request).await;
        answer.assert_error(415, "invalid_request", "the body must be application/json");
    }
    for method in [Method::GET, Method::PUT, Method::HEAD, Method::OPTIONS] {
        assert_eq!(s.send(asked(method, REGISTER, None, "")).await.status, 405);
    }
    assert_eq!(registered(s).await, [""; 0]);
}
