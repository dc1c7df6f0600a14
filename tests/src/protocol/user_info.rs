//! Who the user of an access token is (OpenID Connect Core §5.3).

use bytes::Bytes;
use http::{HeaderValue, Request, header::AUTHORIZATION};
use serde_json::{Value, json};

use super::grant::whole;
use super::walk::{but, id_token, own_tokens, plain};
use crate::{Answer, Stage, claims, form, get};

const PATH: &str = "/oauth/acme/userinfo";

/// The access token of `own` for this scope.
async fn token(s: &Stage, scope: &str) -> String {
    own_tokens(s, &plain(scope)).await.tokens().access
}

/// What is told for a scope, without `sub`, which must be the ID token's.
async fn told(s: &Stage, asked: &[(&str, &str)]) -> Value {
    let answer = own_tokens(s, asked).await;
    let told = s.get_as(PATH, &answer.tokens().access).await;
    assert_eq!(told.status, 200, "{told:?}");
    told.assert_private_json();
    let mut told = told.json();
    let sub = told.as_object_mut().expect("an object").remove("sub");
    // §5.3.2: "The sub Claim in the UserInfo Response MUST be verified to exactly match".
    assert_eq!(sub.expect("a sub"), claims(&id_token(&answer))["sub"]);
    told
}

fn bearer(mut request: Request<Bytes>, token: &str) -> Request<Bytes> {
    let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a token");
    request.headers_mut().append(AUTHORIZATION, value);
    request
}

fn profile() -> Value {
    json!({
        "name": "Alice Liddell",
        "given_name": "Alice",
        "family_name": "Liddell",
        "nickname": "Al",
        "preferred_username": "alice",
        "profile": "https://people.example.com/alice",
        "picture": "https://people.example.com/alice.png",
        "website": "https://alice.example.com",
        "gender": "female",
        "birthdate": "1852-05-04",
        "zoneinfo": "Europe/London",
        "locale": "en-GB",
        "updated_at": 1_799_000_000,
    })
}

fn email() -> Value {
    json!({ "email": "alice@example.com", "email_verified": true })
}

fn phone() -> Value {
    json!({ "phone_number": "+44 20 7946 0000", "phone_number_verified": false })
}

fn address() -> Value {
    let formatted = "Deanery Garden\nOxford";
    json!({ "address": { "formatted": formatted, "locality": "Oxford", "country": "GB" } })
}

/// oidcc-userinfo-get: the token in the header, by GET.
pub async fn the_token_stands_in_the_header_of_a_get(s: &Stage) {
    let answer = s.get_as(PATH, &token(s, "openid").await).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "sub": "user-alice" })));
    answer.assert_private_json();
}

/// oidcc-userinfo-post-header: the token in the header, by POST, with or without a form.
pub async fn the_token_stands_in_the_header_of_a_post(s: &Stage) {
    let token = token(s, "openid").await;
    let bare = Request::post(PATH).body(Bytes::new()).expect("a request");
    for request in [bare, form(PATH, &[]), form(PATH, &[("x", "y")])] {
        let answer = s.send(bearer(request, &token)).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "sub": "user-alice" })));
    }
}

/// oidcc-userinfo-post-body: the token in the form (RFC 6750 §2.2).
pub async fn the_token_stands_in_a_form(s: &Stage) {
    let token = token(s, "openid").await;
    let answer = s.post(PATH, &[("access_token", &token)]).await;
    assert_eq!((answer.status.as_u16(), answer.json()), (200, json!({ "sub": "user-alice" })));
    // A form is a form.
    let mut json = form(PATH, &[("access_token", &token)]);
    json.headers_mut().insert("content-type", HeaderValue::from_static("text/plain"));
    assert_eq!(s.send(json).await.status, 401);
}

/// IR-15, RFC 6750 §2, §3.1: one token in one place that is none of a URL's.
pub async fn a_token_stands_in_one_place(s: &Stage) {
    let token = token(s, "openid").await;
    let in_form = || form(PATH, &[("access_token", &token)]);
    let place = format!("{PATH}?access_token={token}");
    let twice = form(PATH, &[("access_token", &token), ("access_token", &token)]);
    for request in [
        bearer(in_form(), &token),
        bearer(bearer(get(PATH), &token), &token),
        bearer(get(&place), &token),
        get(&place),
        twice,
    ] {
        let answer = s.send(request).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &json!("invalid_request"))
        );
        assert!(answer.header("www-authenticate").contains("error=\"invalid_request\""));
    }
}

#[track_caller]
fn assert_challenge(answer: &Answer, status: u16, error: Option<&str>) {
    assert_eq!(answer.status, status, "{answer:?}");
    let challenge = answer.header("www-authenticate");
    assert!(
        challenge.starts_with("Bearer realm=\"https://id.example.com/oauth/acme\""),
        "{challenge}"
    );
    let said = error.map(|error| format!("error=\"{error}\""));
    assert_eq!(challenge.contains("error="), said.is_some(), "{challenge}");
    assert!(said.is_none_or(|said| challenge.contains(&said)), "{challenge}");
    assert_eq!(answer.header("cache-control"), "no-store");
}

/// IR-13, OpenID Connect Core §5.3.3, RFC 6750 §3.1: without a token, with a bad one, and with one that is not
/// for this.
pub async fn who_has_no_right_token_is_challenged(s: &Stage) {
    assert_challenge(&s.send(get(PATH)).await, 401, None);
    let good = token(s, "openid").await;
    let random = s.get_as(PATH, "x").await;
    assert_challenge(&random, 401, Some("invalid_token"));
    for bad in [format!("{good}A"), good.replacen('.', "A.", 1)] {
        assert_eq!(whole(&s.get_as(PATH, &bad).await), whole(&random));
    }
    let own = s.get_as("/oauth/globex/userinfo", &good).await;
    assert_eq!(own.status, 401, "TN-01");
    let none = s.get_as("/oauth/nobody/userinfo", &good).await;
    assert_eq!(whole(&none), whole(&s.get_as("/oauth/nobody/userinfo", "x").await));
    assert_eq!(none.status, 404, "of a tenant that there is not");
    // LE-15: of nobody who asked to be known is anything told.
    for other in [s.direct_tokens("acme").await.access, token(s, "read").await] {
        assert_challenge(&s.get_as(PATH, &other).await, 403, Some("insufficient_scope"));
    }
    s.world.clock.advance(std::time::Duration::from_secs(3700));
    assert_eq!(whole(&s.get_as(PATH, &good).await), whole(&random));
}

/// oidcc-scope-profile
pub async fn the_scope_profile_tells_the_profile(s: &Stage) {
    assert_eq!(told(s, &plain("openid profile")).await, profile());
}

/// oidcc-scope-email
pub async fn the_scope_email_tells_the_address_of_mail(s: &Stage) {
    assert_eq!(told(s, &plain("openid email")).await, email());
}

/// oidcc-scope-address
pub async fn the_scope_address_tells_where_to_write(s: &Stage) {
    assert_eq!(told(s, &plain("openid address")).await, address());
}

/// oidcc-scope-phone
pub async fn the_scope_phone_tells_the_number(s: &Stage) {
    assert_eq!(told(s, &plain("openid phone")).await, phone());
}

/// oidcc-scope-all: all of it, and nothing that no scope opens.
pub async fn all_scopes_tell_all_of_it(s: &Stage) {
    let mut all = profile();
    for more in [email(), address(), phone()] {
        all.as_object_mut()
            .expect("an object")
            .extend(more.as_object().expect("an object").clone());
    }
    assert_eq!(told(s, &plain("openid profile email address phone")).await, all);
}

/// oidcc-claims-essential; OpenID Connect Core §5.5: a claim that is asked for by name is told, where it
/// was asked to be.
pub async fn a_claim_that_was_asked_for_by_name_is_told(s: &Stage) {
    let asked = r#"{"userinfo":{"name":{"essential":true}}}"#;
    let asked = but(plain("openid"), &[("claims", asked)]);
    assert_eq!(told(s, &asked).await, json!({ "name": "Alice Liddell" }));
    let asked =
        r#"{"id_token":{"email":null,"shoe_size":null},"userinfo":{"shoe_size":null,"x":null}}"#;
    let answer = own_tokens(s, &but(plain("openid"), &[("claims", asked)])).await;
    let said = claims(&id_token(&answer));
    assert_eq!((&said["email"], said.get("shoe_size")), (&json!("alice@example.com"), None));
    let info = s.get_as(PATH, &answer.tokens().access).await.json();
    assert_eq!(info, json!({ "sub": "user-alice" }), "what no scope opens no name does");
}

/// TK-25, OpenID Connect Core §5.5.1: what the server says itself cannot be chosen by asking for it.
pub async fn a_claim_has_the_value_that_it_has(s: &Stage) {
    let asked = r#"{"id_token":{"iss":{"value":"https://evil.example"},"aud":{"value":"web"},
        "email":{"value":"evil@example.com"},"auth_time":{"essential":true}},
        "userinfo":{"sub":{"value":"user-bob"},"email":{"values":["evil@example.com"]}}}"#;
    let answer = own_tokens(s, &but(plain("openid"), &[("claims", asked)])).await;
    let said = claims(&id_token(&answer));
    assert_eq!((&said["iss"], &said["aud"]), (&super::walk::ISSUER.into(), &"own".into()));
    assert_eq!(said["email"], "alice@example.com");
    let info = s.get_as(PATH, &answer.tokens().access).await.json();
    assert_eq!(info, json!({ "sub": "user-alice", "email": "alice@example.com" }));
    for bad in ["x", "[]", "{", r#"{"userinfo":1}"#, r#"{"id_token":{"email":true}}"#] {
        let asked = but(plain("openid"), &[("claims", bad)]);
        let told = s.get(super::walk::AUTHORIZE, &asked).await;
        super::walk::assert_told(&told, "invalid_request");
    }
}
