//! What a client learns of a user (OpenID Connect Core §5.4, §5.5).

use grantry::types::ClaimSet;
use serde_json::{Value, json};

use super::admin::{admin, client_id, subject};
use super::visitors::{alices, code_for, said, tokens_for, visit};
use crate::{Answer, Browser, Stage, tenant_id};

/// What userinfo tells a client that asks with these, beside `sub`; and the whole answer.
async fn told(s: &Stage, changes: &[(&str, &str)]) -> (Vec<String>, Answer) {
    let answer = tokens_for(&Browser::new(s), "alice", "spa", changes).await;
    let told = s.get_as("/oauth/acme/userinfo", &answer.tokens().access).await;
    assert_eq!(told.status, 200, "{told:?}");
    assert_eq!(told.json()["sub"], "user-alice");
    (names(&told.json(), &["sub"]), answer)
}

/// The members of an object, but for these.
fn names(object: &Value, but: &[&str]) -> Vec<String> {
    let members = object.as_object().expect("an object").keys();
    members.filter(|name| !but.contains(&name.as_str())).cloned().collect()
}

/// What every ID token says.
const OWN: [&str; 12] = [
    "amr",
    "at_hash",
    "aud",
    "auth_time",
    "azp",
    "exp",
    "iat",
    "iss",
    "nonce",
    "sid",
    "sub",
    "acr",
];

/// OpenID Connect Core §5.4: each scope opens its own claims and no others, and nothing opens what is in none;
/// the ID token repeats none of them.
pub async fn each_scope_opens_its_own_claims(s: &Stage) {
    let profile = [
        "birthdate",
        "family_name",
        "gender",
        "given_name",
        "locale",
        "name",
        "nickname",
        "picture",
        "preferred_username",
        "profile",
        "updated_at",
        "website",
        "zoneinfo",
    ];
    let all: &[(&str, &[&str])] = &[
        ("openid", &[]),
        ("openid read write", &[]),
        ("openid email", &["email", "email_verified"]),
        ("openid address", &["address"]),
        ("openid phone", &["phone_number", "phone_number_verified"]),
        ("openid profile", &profile),
        (
            "openid phone email",
            &["email", "email_verified", "phone_number", "phone_number_verified"],
        ),
    ];
    for (scope, want) in all {
        let (names_told, answer) = told(s, &[("scope", scope)]).await;
        assert_eq!(names_told, *want, "{scope}");
        assert!(names(&said(&answer), &OWN).is_empty(), "{}", said(&answer));
    }
}

/// OpenID Connect Core §5.1: values come as the directory has them, with their types.
pub async fn claims_come_with_their_types(s: &Stage) {
    let scope = [("scope", "openid profile email address phone")];
    let answer = tokens_for(&Browser::new(s), "alice", "spa", &scope).await;
    let told = s.get_as("/oauth/acme/userinfo", &answer.tokens().access).await.json();
    let address =
        json!({ "formatted": "Deanery Garden\nOxford", "locality": "Oxford", "country": "GB" });
    assert_eq!(told["address"], address);
    assert_eq!(
        (&told["email_verified"], &told["phone_number_verified"]),
        (&json!(true), &json!(false))
    );
    assert_eq!(told["updated_at"], json!(1_799_000_000));
    assert!(told["shoe_size"].is_null(), "{told}");
}

/// OpenID Connect Core §5.5: single claims are told where the client asks for them, and those of the host's own
/// making are not.
pub async fn single_claims_are_told_where_they_are_asked_for(s: &Stage) {
    let claims = r#"{"userinfo":{"email":{"essential":true},"shoe_size":null,"password":null,
        "name":{"value":"Somebody Else"}},"id_token":{"nickname":null,"shoe_size":null,
        "auth_time":{"essential":true},"iss":null}}"#;
    let (told, answer) = told(s, &[("scope", "openid"), ("claims", claims)]).await;
    assert_eq!(told, ["email", "name"]);
    assert_eq!(names(&said(&answer), &OWN), ["nickname"]);
    assert_eq!(said(&answer)["nickname"], "Al");
    assert_eq!(said(&answer)["iss"], "https://id.example.com/oauth/acme");
    // So does the ID token of a refresh.
    let again = s.refresh("acme", "spa", &answer.tokens().refresh).await;
    assert_eq!(said(&again)["nickname"], "Al");
}

/// OpenID Connect Core §5.5: a single claim is no way around what a client may have: it is told where the
/// client is registered for a scope that opens it.
pub async fn a_single_claim_is_no_more_than_the_client_may_have(s: &Stage) {
    let less = |client: &mut grantry::types::Client| {
        client.scope = "openid read email".parse().expect("a scope");
    };
    admin(s).change_client(&tenant_id("acme"), &client_id("spa"), less).await.expect("done");
    let claims = r#"{"userinfo":{"email":null,"phone_number":null,"birthdate":null},
        "id_token":{"email":null,"address":null}}"#;
    let (told, answer) = told(s, &[("scope", "openid"), ("claims", claims)]).await;
    assert_eq!(told, ["email"]);
    assert_eq!(names(&said(&answer), &OWN), ["email"]);
}

/// OpenID Connect Core §3.1.2.4, §5.5: whoever is asked whether a client may reads of the single claims as well;
/// what was allowed without them is asked again, and never silently.
pub async fn the_user_is_asked_about_single_claims(s: &Stage) {
    let browser = alices(s).await;
    code_for(&browser, "alice", "spa", &[("scope", "openid")]).await;
    visit(&browser, "spa", &[("scope", "openid")]).await.code();
    for (claims, text) in [
        (r#"{"userinfo":{"email":null}}"#, "See your email address"),
        (r#"{"id_token":{"phone_number":null}}"#, "See your phone number"),
    ] {
        let asked = [("scope", "openid"), ("claims", claims)];
        let silent = [&asked[..], &[("prompt", "none")]].concat();
        assert_eq!(visit(&browser, "spa", &silent).await.error(), "consent_required");
        let consent = visit(&browser, "spa", &asked).await.page();
        assert!(consent.text.contains(text), "{}", consent.text);
        let code = browser.submit(&consent, &[("action", "allow")]).await.code();
        // The token is for what its scope says, and no more.
        let answer = s.redeem_code("acme", "spa", &code).await;
        assert_eq!(answer.json()["scope"], "openid");
        visit(&browser, "spa", &silent).await.code();
    }
}

/// OpenID Connect Core §5.5.1: the user whom a client wants is the user, or there are no tokens.
pub async fn a_client_may_want_one_user_alone(s: &Stage) {
    super::visitors::bob(s).await;
    let wants = |who: &str| format!(r#"{{"id_token":{{"sub":{{"value":"{who}"}}}}}}"#);
    let browser = alices(s).await;
    let (own, other) = (wants("user-alice"), wants("user-bob"));
    visit(&browser, "own", &[("claims", &own), ("prompt", "none")]).await.code();
    let silent = [("claims", &*other), ("prompt", "none")];
    assert_eq!(visit(&browser, "own", &silent).await.error(), "login_required");
    let login = visit(&browser, "own", &[("claims", &other)]).await.page();
    assert!(login.offers("sign-in"));
    let heard = browser.sign_in(&login, "alice", crate::World::PASSWORD).await;
    assert_eq!(heard.error(), "login_required");
    let login = visit(&browser, "own", &[("claims", &other)]).await.page();
    browser.sign_in(&login, "bob", crate::World::PASSWORD).await.code();
}

/// What changed since is told as it is now.
pub async fn what_changed_since_is_told_as_it_is_now(s: &Stage) {
    let answer = tokens_for(&Browser::new(s), "alice", "spa", &[]).await;
    let token = answer.tokens().access;
    let marries = |claims: &mut ClaimSet| {
        claims.remove("nickname");
        claims.insert("name", "Alice Hargreaves")
    };
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    admin(s).change_user_claims(&acme, &alice, marries).await.expect("done");
    let told = s.get_as("/oauth/acme/userinfo", &token).await.json();
    assert_eq!((&told["name"], &told["nickname"]), (&json!("Alice Hargreaves"), &Value::Null));
}
