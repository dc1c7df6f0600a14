//! Guards of the host's routes: whom they let in, and what they say to the others (RFC 6750).

use std::time::Duration;

use http::HeaderValue;
use serde_json::json;

use crate::{Answer, Stage, form, get};

const REQUIRED: &str = "an access token is required";
const ONCE: &str = "send the access token once, as Authorization: Bearer <token>";
const INVALID: &str = "the access token is invalid, expired, or was issued for something else";

/// Where the API describes itself (RFC 9728 §5.1).
pub(super) const METADATA: &str = "https://api.example.com/.well-known/oauth-protected-resource";

/// A challenge, with what every one says at its end.
pub(super) fn whole(challenge: &str) -> String {
    format!("{challenge}, resource_metadata=\"{METADATA}\"")
}

/// The realm of a tenant in a challenge.
pub(super) fn realm(tenant: &str) -> String {
    format!("realm=\"https://id.example.com/oauth/{tenant}\"")
}

/// Demands a whole answer that turns a request away: RFC 6750 §3.
#[track_caller]
fn assert_denied(answer: &Answer, status: u16, challenge: &str, body: &serde_json::Value) {
    assert_eq!((answer.status.as_u16(), &answer.json()), (status, body));
    let challenge = if challenge.is_empty() { String::new() } else { whole(challenge) };
    assert_eq!(answer.header("www-authenticate"), challenge);
    assert_eq!(answer.header("content-type"), "application/json");
    assert_eq!(answer.header("cache-control"), "no-store");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
}

/// Demands the whole answer to a token that is not good here.
#[track_caller]
pub(super) fn assert_invalid(answer: &Answer, tenant: &str) {
    let challenge = format!("Bearer {}, error=\"invalid_token\"", realm(tenant));
    let body = json!({ "error": "invalid_token", "error_description": INVALID });
    assert_denied(answer, 401, &challenge, &body);
}

#[track_caller]
fn assert_lets_in(answer: &Answer, body: &str) {
    assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, body.as_bytes()), "{answer:?}");
}

/// GET under these `Authorization` headers.
async fn get_under(s: &Stage, path: &str, headers: &[&[u8]]) -> Answer {
    let mut request = get(path);
    for value in headers {
        let value = HeaderValue::from_bytes(value).expect("a header");
        request.headers_mut().append("authorization", value);
    }
    s.send(request).await
}

/// RFC 6750 §3.1: "the resource server SHOULD NOT include an error code" where nobody tried.
pub async fn without_a_token_there_is_a_challenge_and_no_error(s: &Stage) {
    let body = json!({ "error_description": REQUIRED });
    for path in ["/me", "/write", "/offline", "/api/acme/me"] {
        let challenge = format!("Bearer {}", realm("acme"));
        assert_denied(&s.get(path, &[]).await, 401, &challenge, &body);
        let basic = get_under(s, path, &[b"Basic YTpi"]).await;
        assert_denied(&basic, 401, &challenge, &body);
    }
    let challenge = format!("Bearer {}", realm("nobody"));
    assert_denied(&s.get("/api/nobody/me", &[]).await, 401, &challenge, &body);
}

/// RFC 6750 §3: the scheme "MUST be followed by one or more auth-param values", also where no
/// tenant is named: the audience then.
pub async fn a_challenge_has_a_parameter_wherever_it_comes_from(s: &Stage) {
    let body = json!({ "error_description": REQUIRED });
    for path in ["/anyone", "/api/NOBODY/me"] {
        let answer = s.get(path, &[]).await;
        assert_denied(&answer, 401, "Bearer realm=\"https://api.example.com\"", &body);
    }
}

/// RFC 6750 §2.1, §3.1: a header that cannot be read is a bad request, not a bad token.
pub async fn what_cannot_be_read_is_a_bad_request(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    let challenge = format!("Bearer {}, error=\"invalid_request\"", realm("acme"));
    let body = json!({ "error": "invalid_request", "error_description": ONCE });
    let good = format!("Bearer {token}");
    for bad in [
        b"Bearer".to_vec(),
        b"bearer".to_vec(),
        b"Bearer a b".to_vec(),
        b"Bearer \"x\"".to_vec(),
        b"Bearer t\xc3\xb6k\xc3\xabn".to_vec(),
        format!("{good}, {good}").into(),
        format!("{good}\tx").into(),
    ] {
        assert_denied(&get_under(s, "/me", &[&bad]).await, 400, &challenge, &body);
    }
    for twice in [[good.as_bytes(), good.as_bytes()], [good.as_bytes(), b"Basic YTpi"]] {
        assert_denied(&get_under(s, "/me", &twice).await, 400, &challenge, &body);
    }
}

/// IR-15, OAuth 2.1 §5.1.1: a token in the URL is refused, alone and beside one in the header.
pub async fn a_token_in_the_query_is_refused(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    let challenge = format!("Bearer {}, error=\"invalid_request\"", realm("acme"));
    let body = json!({ "error": "invalid_request", "error_description": ONCE });
    for query in
        [format!("access_token={token}"), "x=1&access_token=".into(), "access_token".into()]
    {
        let path = format!("/me?{query}");
        assert_denied(&s.get(&path, &[]).await, 400, &challenge, &body);
        assert_denied(&s.get_as(&path, &token).await, 400, &challenge, &body);
    }
    assert_lets_in(&s.get_as("/me?access_tokens=1&x=access_token", &token).await, "user-alice");
}

/// IR-15: the name of a parameter is decoded before it is compared, as everywhere.
pub async fn a_token_in_the_query_is_refused_however_its_name_is_written(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    for name in ["access%5Ftoken", "%61ccess_token"] {
        let path = format!("/me?{name}={token}");
        for answer in [s.get(&path, &[]).await, s.get_as(&path, &token).await] {
            assert_eq!(
                (answer.status.as_u16(), &answer.json()["error"]),
                (400, &json!("invalid_request"))
            );
        }
    }
}

/// IR-16, RFC 9110 §11.1: the scheme is compared without regard to case.
pub async fn the_scheme_is_compared_without_case(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    for scheme in ["bearer ", "BEARER ", "bEaReR ", "Bearer   "] {
        let answer = get_under(s, "/me", &[format!("{scheme}{token}").as_bytes()]).await;
        assert_lets_in(&answer, "user-alice");
    }
}

/// RFC 6750 §3.1: `insufficient_scope` is 403 and names what is missing.
pub async fn a_missing_scope_is_named(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    let challenge =
        format!("Bearer {}, error=\"insufficient_scope\", scope=\"write\"", realm("acme"));
    let why = "the access token lacks the scope write";
    let body = json!({ "error": "insufficient_scope", "error_description": why });
    for token in [token, s.direct_tokens("acme").await.access] {
        assert_denied(&s.get_as("/write", &token).await, 403, &challenge, &body);
        assert_lets_in(&s.get_as("/me", &token).await, "user-alice");
    }
    let parameters = [
        ("grant_type", "password"),
        crate::ALICE,
        crate::PASSWORD,
        ("client_id", "app"),
        ("scope", "write"),
    ];
    let token = s.post("/oauth/acme/token", &parameters).await.tokens().access;
    assert_lets_in(&s.get_as("/write", &token).await, "written");
}

/// Design, "Guards": a user, a client on its own behalf, and the direct API all bear tokens.
pub async fn every_kind_of_access_token_opens_the_door(s: &Stage) {
    assert_lets_in(&s.get_as("/me", &s.tokens("acme", "app").await.access).await, "user-alice");
    assert_lets_in(&s.get_as("/me", &s.direct_tokens("acme").await.access).await, "user-alice");
    let secret = s.world.secret("acme", "backend");
    let own = [("grant_type", "client_credentials")];
    let token = s.post_basic("/oauth/acme/token", "backend", secret, &own).await.tokens().access;
    assert_lets_in(&s.get_as("/me", &token).await, "backend");
    assert_lets_in(&s.get_as("/api/acme/me", &token).await, "acme backend backend read");
    let narrowed = s.refresh("acme", "app", &s.tokens("acme", "app").await.refresh).await.tokens();
    assert_lets_in(&s.get_as("/offline", &narrowed.access).await, "user-alice");
}

/// RFC 6750 §3.1: a token counts until it expires and not a moment longer.
pub async fn an_expired_token_is_invalid(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    s.world.clock.advance(Duration::from_millis(3_599_999));
    for path in ["/me", "/offline"] {
        assert_lets_in(&s.get_as(path, &token).await, "user-alice");
    }
    s.world.clock.advance(Duration::from_millis(1));
    for path in ["/me", "/offline"] {
        assert_invalid(&s.get_as(path, &token).await, "acme");
    }
}

/// TK-01, RF-02: what ends a grant ends its access tokens, where the guard asks.
pub async fn tokens_of_an_ended_grant_pass_offline_alone(s: &Stage) {
    let code = s.direct_code("acme").await;
    let first = s.redeem("acme", &code).await.tokens();
    let second = s.direct_refresh("acme", &first.refresh).await.tokens();
    for token in [&first.access, &second.access] {
        assert_lets_in(&s.get_as("/me", token).await, "user-alice");
    }
    assert_eq!(s.redeem("acme", &code).await.status, 400);
    for token in [&first.access, &second.access] {
        assert_invalid(&s.get_as("/me", token).await, "acme");
        assert_invalid(&s.get_as("/api/acme/me", token).await, "acme");
        assert_invalid(&s.get_as("/anyone", token).await, "acme");
        assert_lets_in(&s.get_as("/offline", token).await, "user-alice");
    }
}

/// RF-17: nothing else that this server issues is an access token, whichever way it is sent.
pub async fn a_refresh_token_or_a_code_is_no_access_token(s: &Stage) {
    let code = s.direct_code("acme").await;
    let direct = s.direct_tokens("acme").await.refresh;
    let standard = s.tokens("acme", "app").await.refresh;
    for token in [&code, &direct, &standard, &format!("{direct}.{standard}.{code}")] {
        for path in ["/me", "/offline"] {
            assert_invalid(&s.get_as(path, token).await, "acme");
        }
    }
    let posted = form("/me", &[("access_token", &s.tokens("acme", "app").await.access)]);
    assert_ne!(s.send(posted).await.status, 200, "RFC 6750 §2.2 is not offered");
}

/// A route whose path the guard's pattern does not match is a mistake of the host's, and says so.
pub async fn a_misconfigured_route_is_500_with_a_text(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    let why =
        "this route is guarded by tenant_from_path with a pattern that its path does not match";
    let body = json!({ "error": "server_error", "error_description": why });
    assert_denied(&s.get("/elsewhere", &[]).await, 500, "", &body);
    assert_denied(&s.get_as("/elsewhere", &token).await, 500, "", &body);
}
