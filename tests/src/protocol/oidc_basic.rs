//! The Basic profile of OpenID Connect as the OpenID Foundation certifies it: a case for each module of
//! `oidcc-basic-certification-test-plan` that has no room of its own. A client with a secret, and without
//! a challenge.

use aws_lc_rs::digest::SHA256;
use serde_json::json;

use super::grant::Holder;
use super::id_tokens::half_hash;
use super::walk::{
    AUTHORIZE, Asked, ISSUER, OWN, assert_told, but, code, id_token, own_tokens, plain, redeem_own,
    spa, walk, without,
};
use crate::{Answer, Browser, PKCE, Stage, claims, form, query};

/// The flow of a module comes to tokens.
async fn succeeds(s: &Stage, asked: Asked<'_>) {
    let answer = own_tokens(s, &asked).await;
    let token = claims(&id_token(&answer));
    let told = s.get_as("/oauth/acme/userinfo", &answer.tokens().access).await.json();
    assert_eq!((&token["sub"], &told["sub"]), (&json!("user-alice"), &json!("user-alice")));
}

/// oidcc-server; OpenID Connect Core §3.1.3.3: the whole answer, which nobody keeps.
pub async fn a_confidential_client_gets_tokens(s: &Stage) {
    let answer = own_tokens(s, &plain("openid")).await;
    answer.assert_private_json();
    let (body, tokens) = (answer.json(), answer.tokens());
    let whole = json!({
        "access_token": tokens.access,
        "token_type": "Bearer",
        "expires_in": 3600,
        "refresh_token": tokens.refresh,
        "scope": "openid",
        "id_token": body["id_token"],
    });
    assert_eq!(body, whole);
    let said = claims(&id_token(&answer));
    assert_eq!(
        (&said["iss"], &said["aud"], &said["nonce"]),
        (&json!(ISSUER), &json!("own"), &json!("no"))
    );
    assert_eq!(said["at_hash"], half_hash(&SHA256, &tokens.access));
}

/// oidcc-response-type-missing
pub async fn without_a_response_type_the_client_is_told(s: &Stage) {
    let asked = without(plain("openid"), "response_type");
    assert_eq!(assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request")["state"], "st");
}

/// oidcc-server-client-secret-post; RFC 6749 §2.3.1.
pub async fn the_secret_may_be_posted(s: &Stage) {
    let code = code(s, &plain("openid")).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", OWN),
        ("client_id", "own"),
        ("client_secret", s.world.secret("acme", "own")),
    ];
    assert_eq!(claims(&id_token(&s.post("/oauth/acme/token", &form).await))["aud"], "own");
}

/// oidcc-ensure-request-without-nonce-succeeds-for-code-flow
pub async fn a_request_without_nonce_succeeds(s: &Stage) {
    let answer = own_tokens(s, &without(plain("openid"), "nonce")).await;
    assert_eq!(claims(&id_token(&answer)).get("nonce"), None);
}

/// oidcc-ensure-other-scope-order-succeeds, oidcc-alternate-happy-flow; RFC 6749 §3.3: neither scopes nor
/// parameters have an order.
pub async fn any_order_succeeds(s: &Stage) {
    let mut asked = plain("email openid");
    asked.reverse();
    let answer = own_tokens(s, &asked).await;
    id_token(&answer);
    let told = s.get_as("/oauth/acme/userinfo", &answer.tokens().access).await.json();
    assert_eq!(told["email"], "alice@example.com");
}

/// oidcc-display-page
pub async fn display_page_succeeds(s: &Stage) {
    succeeds(s, but(plain("openid"), &[("display", "page")])).await;
}

/// oidcc-display-popup
pub async fn display_popup_succeeds(s: &Stage) {
    succeeds(s, but(plain("openid"), &[("display", "popup")])).await;
}

/// oidcc-ensure-request-with-unknown-parameter-succeeds; RFC 6749 §3.1.
pub async fn an_unknown_parameter_succeeds(s: &Stage) {
    succeeds(s, but(plain("openid"), &[("extra", "foobar"), ("e%20x", "&")])).await;
}

/// oidcc-login-hint: the name is filled in.
pub async fn a_login_hint_is_filled_in(s: &Stage) {
    let asked = but(plain("openid"), &[("login_hint", "alice@example.com")]);
    let page = Browser::new(s).authorize("acme", &asked).await.page();
    assert!(page.text.contains("value=\"alice@example.com\""), "{}", page.text);
    succeeds(s, asked).await;
}

/// oidcc-ui-locales
pub async fn ui_locales_succeed(s: &Stage) {
    succeeds(s, but(plain("openid"), &[("ui_locales", "se fr-CA fr en")])).await;
}

/// oidcc-claims-locales
pub async fn claims_locales_succeed(s: &Stage) {
    succeeds(s, but(plain("openid"), &[("claims_locales", "se")])).await;
}

/// oidcc-ensure-request-with-acr-values-succeeds
pub async fn acr_values_succeed(s: &Stage) {
    succeeds(s, but(plain("openid"), &[("acr_values", "1 2")])).await;
}

/// oidcc-ensure-post-request-succeeds; OpenID Connect Core §3.1.2.1.
pub async fn a_posted_request_succeeds(s: &Stage) {
    let browser = Browser::new(s);
    for signed_in in [false, true] {
        let sent = browser.send(form(AUTHORIZE, &plain("openid"))).await;
        let place = sent.header("location").replace("https://id.example.com", "");
        let code = match browser.open(&place).await {
            landing if signed_in => landing.code(),
            landing => {
                browser.sign_in(&landing.page(), "alice", crate::World::PASSWORD).await.code()
            }
        };
        id_token(&redeem_own(s, &code).await);
    }
}

/// oidcc-ensure-request-with-valid-pkce-succeeds
pub async fn a_request_with_a_challenge_succeeds(s: &Stage) {
    let more = [("code_challenge", PKCE.1), ("code_challenge_method", "S256")];
    let code = code(s, &but(plain("openid"), &more)).await;
    let form = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", OWN),
        ("code_verifier", PKCE.0),
    ];
    let secret = s.world.secret("acme", "own");
    id_token(&s.post_basic("/oauth/acme/token", "own", secret, &form).await);
}

/// oidcc-codereuse; RFC 6749 §4.1.2: at once, of a client that proves itself: the second time is refused,
/// and what came of the first is over.
pub async fn a_code_that_is_used_twice_is_over(s: &Stage) {
    let code = code(s, &plain("openid")).await;
    let first = redeem_own(s, &code).await.tokens();
    Holder::Backend.assert_refused(&redeem_own(s, &code).await);
    assert_eq!(s.get_as("/oauth/acme/userinfo", &first.access).await.status, 401);
    Holder::Backend.assert_refused(&s.refresh("acme", "own", &first.refresh).await);
}

/// oidcc-codereuse-30seconds
pub async fn a_code_that_is_used_again_after_30_seconds_is_over(s: &Stage) {
    let code = code(s, &plain("openid")).await;
    let first = redeem_own(s, &code).await.tokens();
    s.world.clock.advance(std::time::Duration::from_secs(30));
    Holder::Backend.assert_refused(&redeem_own(s, &code).await);
    assert_eq!(s.get_as("/oauth/acme/userinfo", &first.access).await.status, 401);
}

/// An unsigned request object (RFC 9101 §2.1) with these parameters.
fn object(parameters: &[(&str, &str)]) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let claims: serde_json::Map<_, _> =
        parameters.iter().map(|(name, value)| ((*name).to_owned(), json!(value))).collect();
    let encode = |text: String| URL_SAFE_NO_PAD.encode(text);
    format!(
        "{}.{}.",
        encode(json!({ "alg": "none" }).to_string()),
        encode(json!(claims).to_string())
    )
}

#[track_caller]
fn assert_unsupported(answer: &Answer, parameter: &str) {
    let told = assert_told(answer, &format!("{parameter}_not_supported"));
    assert_eq!(told["state"], "st");
}

/// oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported; OpenID Connect Core
/// §3.1.2.6: rejected.
pub async fn a_request_object_is_not_supported(s: &Stage) {
    let request = object(&plain("openid"));
    let asked = but(plain("openid"), &[("request", &request)]);
    assert_unsupported(&s.get(AUTHORIZE, &asked).await, "request");
    let path = "/oauth/acme/.well-known/openid-configuration";
    assert_eq!(s.get(path, &[]).await.json()["request_parameter_supported"], false);
}

/// oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported: rejected, and nothing is
/// fetched.
pub async fn a_request_object_elsewhere_is_not_supported(s: &Stage) {
    let asked = but(plain("openid"), &[("request_uri", "https://own.example.com/request.jwt")]);
    assert_unsupported(&s.get(AUTHORIZE, &asked).await, "request_uri");
    let path = "/oauth/acme/.well-known/openid-configuration";
    assert_eq!(s.get(path, &[]).await.json()["request_uri_parameter_supported"], false);
}

/// oidcc-ensure-request-object-with-redirect-uri: what a request object says of the redirect URI, or of
/// anything, is not read: it is rejected to the address that the request itself names.
pub async fn a_request_object_names_no_redirect_uri(s: &Stage) {
    let inside =
        but(plain("openid"), &[("redirect_uri", "https://evil.example/cb"), ("state", "in")]);
    let request = object(&inside);
    let asked = but(plain("openid"), &[("request", &request)]);
    let answer = s.get(AUTHORIZE, &asked).await;
    assert_unsupported(&answer, "request");
    assert!(answer.header("location").starts_with(OWN));
    let bad = but(asked, &[("redirect_uri", "https://evil.example/cb")]);
    super::walk::assert_page(&s.get(AUTHORIZE, &bad).await, 400);
    // Nor does one that names the client itself.
    let alone =
        s.send(crate::get(&format!("{AUTHORIZE}?{}", query(&[("request", &request)])))).await;
    super::walk::assert_page(&alone, 400);
}

/// OpenID Connect Core §3.1.2.6: a registration within a request is not supported.
pub async fn a_registration_within_a_request_is_not_supported(s: &Stage) {
    let asked = but(plain("openid"), &[("registration", "{}")]);
    assert_unsupported(&s.get(AUTHORIZE, &asked).await, "registration");
}

/// oidcc-refresh-token; RFC 6749 §6, OpenID Connect Core §12: it works, for its client alone, and is made
/// of letters that every client can send.
pub async fn a_refresh_token_works_for_its_client(s: &Stage) {
    let browser = Browser::new(s);
    let code = walk(&browser, "acme", &plain("openid offline_access")).await.code();
    let first = redeem_own(s, &code).await;
    let tokens = first.tokens();
    let plain = |b: u8| b.is_ascii_alphanumeric() || b"-._~+/=".contains(&b);
    for text in [&tokens.access, &tokens.refresh, &code] {
        assert!(text.bytes().all(plain) && text.len() > 22, "{text}");
    }
    Holder::Backend.assert_refused(&s.refresh("acme", "web", &tokens.refresh).await);
    s.world.clock.advance(std::time::Duration::from_secs(1));
    let second = s.refresh("acme", "own", &tokens.refresh).await;
    second.assert_private_json();
    let (old, new) = (claims(&id_token(&first)), claims(&id_token(&second)));
    assert_eq!((&old["sub"], &old["iss"], &old["aud"]), (&new["sub"], &new["iss"], &new["aud"]));
    assert_ne!(second.tokens().access, tokens.access);
    let told = s.get_as("/oauth/acme/userinfo", &second.tokens().access).await;
    assert_eq!(told.json(), json!({ "sub": "user-alice" }));
    // And of a public client.
    let code = walk(&browser, "acme", &spa()).await.code();
    let public = s.redeem_code("acme", "spa", &code).await.tokens();
    Holder::App.assert_refused(&s.refresh("acme", "native", &public.refresh).await);
    s.refresh("acme", "spa", &public.refresh).await.tokens();
}
