//! `GET …/token` of the direct API: tokens for a code, a password or a refresh token.

use std::time::Duration;

use grantry::types::Generation;
use http::{HeaderName, HeaderValue, Method};
use serde_json::{Value, json};

use super::direct::{ask, bad, invalid_grant};
use crate::{ALICE, PASSWORD, Stage, World, claims, form, get, query};

const PATH: &str = "/oauth/acme/token";

/// The documented v1TokenResponse: four strings, the seconds among them.
pub async fn the_answer_is_four_strings_whatever_the_grant(s: &Stage) {
    let code = s.direct_code("acme").await;
    let refresh = s.direct_tokens("acme").await.refresh;
    for text in [
        query(&[("grant_type", "password"), ALICE, PASSWORD]),
        query(&[("grant_type", "refresh_token"), ("refresh_token", &refresh)]),
        query(&[
            ("grant_type", "authorize_code"),
            ("code", &code),
            ("redirect_uri", World::REDIRECT),
        ]),
    ] {
        let answer = s.send(get(&format!("{PATH}?{text}"))).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.assert_private_json();
        assert_four_strings(&answer.json());
    }
    let answer =
        s.post("/oauth/postal/token/direct", &[("grant_type", "password"), ALICE, PASSWORD]);
    let answer = answer.await;
    answer.assert_private_json();
    assert_four_strings(&answer.json());
}

#[track_caller]
fn assert_four_strings(body: &Value) {
    let text = |name: &str| body[name].as_str().expect("a string");
    let (access, refresh) = (text("access_token"), text("refresh_token"));
    assert!(access.starts_with("eyJ") && access.split('.').count() == 3, "{access}");
    assert!(refresh.starts_with("grt_dr_") && refresh.len() == 79, "{refresh}");
    let whole = json!({
        "access_token": access,
        "expires_in": "3600",
        "refresh_token": refresh,
        "token_type": "Bearer",
    });
    assert_eq!(*body, whole);
}

/// RFC 9068 §2.2, LE-15.
pub async fn the_access_token_says_whose_it_is_and_what_for(s: &Stage) {
    let asked = [("grant_type", "password"), ALICE, PASSWORD, ("scope", "openid write")];
    let token = s.get(PATH, &asked).await.tokens().access;
    let said = claims(&token);
    let whole = json!({
        "iss": "https://id.example.com/oauth/acme",
        "sub": "user-alice",
        "aud": World::AUDIENCE,
        "iat": 1_800_000_000,
        "exp": 1_800_003_600,
        "jti": said["jti"],
        "client_id": "direct",
        "scope": "profile read",
        "gid": said["gid"],
    });
    assert_eq!(said, whole);
    let ticket = s.ticket("acme", &token).await;
    assert_eq!((ticket.client.as_str(), ticket.subject.as_str()), ("direct", "user-alice"));
    assert!(said["jti"].as_str().is_some_and(|jti| jti.len() >= 22), "{said}");
}

/// The documented name of the grant and the standard's are one.
pub async fn both_names_of_the_code_grant_are_understood(s: &Stage) {
    for name in ["authorize_code", "authorization_code"] {
        for form in [false, true] {
            let code = s.direct_code("acme").await;
            let asked = [("grant_type", name), ("code", &code), ("redirect_uri", World::REDIRECT)];
            let answer = match form {
                true => s.post("/oauth/acme/token/direct", &asked).await,
                false => s.get(PATH, &asked).await,
            };
            let ticket = s.ticket("acme", &answer.tokens().access).await;
            assert_eq!(ticket.generation, Generation::FIRST, "{name}");
        }
    }
}

/// What the grant does not use may be anything, and so may what nobody knows.
pub async fn parameters_that_the_grant_does_not_use_are_ignored(s: &Stage) {
    let (long, refresh) = ("x".repeat(2100), s.direct_tokens("acme").await.refresh);
    let junk = [("code", &*long), ("redirect_uri", "javascript:x"), ("response_type", "x")];
    let more = [("client_id", "app"), ("client_secret", "x"), ("password[]", "x")];
    for own in [
        vec![("grant_type", "password"), ALICE, PASSWORD, ("refresh_token", "x")],
        vec![("grant_type", "refresh_token"), ("refresh_token", &refresh), ("username", &long)],
    ] {
        let text = query(&[&own[..], &junk, &more].concat()) + "&state=%zz&x=%FF";
        for answer in ask(s, "acme", "token", &text).await {
            answer.tokens();
        }
    }
}

/// LE-11: a parameter that is given twice is an error, whoever would use it.
pub async fn a_parameter_is_never_given_twice(s: &Stage) {
    let own = query(&[("grant_type", "password"), ALICE, PASSWORD]);
    for name in ["grant_type", "username", "password", "code", "state"] {
        let text = format!("{name}=x&{own}&{name}=x");
        for answer in ask(s, "acme", "token", &text).await {
            let all = answer.json()["details"][1]["fieldViolations"].clone();
            let twice = json!({ "field": name, "description": "is given more than once" });
            assert_eq!((answer.status.as_u16(), all), (400, json!([twice])));
        }
    }
    let text = format!("{own}&p%61ssword=x");
    for answer in ask(s, "acme", "token", &text).await {
        answer.assert_rpc(400, &bad(&[("password", "is given more than once")]));
    }
}

/// Design: validity is half-open, in milliseconds.
pub async fn a_code_lives_sixty_seconds_and_not_a_millisecond_longer(s: &Stage) {
    let (early, late) = (s.direct_code("acme").await, s.direct_code("acme").await);
    s.world.clock.advance(Duration::from_millis(59_999));
    s.redeem("acme", &early).await.tokens();
    s.world.clock.advance(Duration::from_millis(1));
    s.redeem("acme", &late).await.assert_rpc(400, &invalid_grant());
}

/// RFC 6749 §4.1.3: simple string comparison, and what fails changes nothing.
pub async fn another_redirect_uri_leaves_the_code_as_it_was(s: &Stage) {
    let code = s.direct_code("acme").await;
    for uri in [
        "https://app.example.com/cb/",
        "https://app.example.com/cb?",
        "https://APP.example.com/cb",
        "https://app.example.com:443/cb",
        "http://app.example.com/cb",
    ] {
        let asked = [("grant_type", "authorize_code"), ("code", &code), ("redirect_uri", uri)];
        s.get(PATH, &asked).await.assert_rpc(400, &invalid_grant());
    }
    let asked = [("grant_type", "authorize_code"), ("code", &code), ("redirect_uri", "/cb")];
    let rule = "must be an absolute http or https URI without fragment and user information";
    s.get(PATH, &asked).await.assert_rpc(400, &bad(&[("redirect_uri", rule)]));
    s.redeem("acme", &code).await.tokens();
}

/// RFC 6749 §4.1.2: the second use ends the grant.
pub async fn a_code_used_twice_ends_the_grant_and_its_refresh_token(s: &Stage) {
    let code = s.direct_code("acme").await;
    let tokens = s.redeem("acme", &code).await.tokens();
    s.redeem("acme", &code).await.assert_rpc(400, &invalid_grant());
    s.direct_refresh("acme", &tokens.refresh).await.assert_rpc(400, &invalid_grant());
    let other = s.direct_tokens("acme").await;
    s.direct_refresh("acme", &other.refresh).await.tokens();
}

/// Design: only who knows what the code is bound to can end the grant.
pub async fn a_used_code_with_another_redirect_uri_ends_nothing(s: &Stage) {
    let code = s.direct_code("acme").await;
    let tokens = s.redeem("acme", &code).await.tokens();
    let other = ("redirect_uri", "https://app.example.com/other");
    let asked = [("grant_type", "authorize_code"), ("code", &code), other];
    s.get(PATH, &asked).await.assert_rpc(400, &invalid_grant());
    s.direct_refresh("acme", &tokens.refresh).await.tokens();
}

/// RFC 9700 §4.14.2: a retry gets the same successor; past the window the grant ends.
pub async fn a_refresh_token_is_retried_for_thirty_seconds(s: &Stage) {
    let first = s.direct_tokens("acme").await.refresh;
    let second = s.direct_refresh("acme", &first).await.tokens().refresh;
    assert_ne!(first, second);
    s.world.clock.advance(Duration::from_millis(29_999));
    for token in [&first, &second] {
        assert_eq!(s.direct_refresh("acme", token).await.tokens().refresh, second);
    }
    s.world.clock.advance(Duration::from_millis(1));
    s.direct_refresh("acme", &first).await.assert_rpc(400, &invalid_grant());
    s.direct_refresh("acme", &second).await.assert_rpc(400, &invalid_grant());
}

/// Design: no access token outlives the grant.
pub async fn the_last_access_token_ends_with_the_grant(s: &Stage) {
    let day = Duration::from_secs(24 * 3600);
    let mut refresh = s.direct_tokens("acme").await.refresh;
    for _ in 0..3 {
        s.world.clock.advance(29 * day);
        refresh = s.direct_refresh("acme", &refresh).await.tokens().refresh;
    }
    s.world.clock.advance(3 * day - Duration::from_secs(60));
    let last = s.direct_refresh("acme", &refresh).await;
    assert_eq!(last.json()["expires_in"], "60");
    assert_eq!(claims(&last.tokens().access)["exp"], 1_800_000_000 + 90 * 24 * 3600);
    s.world.clock.advance(Duration::from_secs(60));
    let answer = s.direct_refresh("acme", &last.tokens().refresh).await;
    answer.assert_rpc(400, &invalid_grant());
}

/// The documented answer has four strings also where there is nothing to refresh.
pub async fn without_the_refresh_grant_the_refresh_token_is_an_empty_string(s: &Stage) {
    let code = s.direct_code("codes-only").await;
    let body = s.redeem("codes-only", &code).await.json();
    assert_eq!((&body["refresh_token"], &body["expires_in"]), (&json!(""), &json!("3600")));
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(4));
}

/// LE-05: HEAD runs nothing, and the code is as good as before.
pub async fn head_runs_no_grant(s: &Stage) {
    let code = s.direct_code("acme").await;
    let text = query(&[("grant_type", "authorize_code"), ("code", &code)]);
    let path = format!("{PATH}?{text}&redirect_uri={}", World::REDIRECT);
    let mut request = get(&path);
    *request.method_mut() = Method::HEAD;
    assert_eq!(s.send(request).await.status, 405);
    s.send(get(&path)).await.tokens();
}

/// LE-06: a grant is answered whole, or not at all.
pub async fn conditions_and_ranges_are_ignored(s: &Stage) {
    let asked = query(&[("grant_type", "password"), ALICE, PASSWORD]);
    for (name, value) in [
        ("range", "bytes=0-3"),
        ("if-none-match", "*"),
        ("if-match", "\"x\""),
        ("if-modified-since", "Fri, 31 Dec 2100 23:59:59 GMT"),
        ("if-unmodified-since", "Sat, 01 Jan 2000 00:00:00 GMT"),
        ("if-range", "\"x\""),
    ] {
        let mut request = get(&format!("{PATH}?{asked}"));
        let value = HeaderValue::from_static(value);
        request.headers_mut().insert(HeaderName::from_static(name), value);
        let answer = s.send(request).await;
        assert_eq!(answer.status, 200, "{name}");
        assert_four_strings(&answer.json());
        assert_eq!((answer.header("etag"), answer.header("content-range")), ("", ""));
    }
}

/// LE-11: a GET request has its parameters in the URL, whatever its body says.
pub async fn the_body_of_a_get_request_is_not_read(s: &Stage) {
    let mut request = form(PATH, &[("grant_type", "password"), ALICE, PASSWORD]);
    *request.method_mut() = Method::GET;
    s.send(request).await.assert_rpc(400, &bad(&[("grant_type", "is required")]));
}
