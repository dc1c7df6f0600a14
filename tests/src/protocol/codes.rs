//! The authorization code flow in the browser (RFC 6749 §4.1, RFC 7636, OpenID Connect Core §3.1).

use crate::{Browser, Landing, PKCE, Stage, World, claims};

/// What a client asks with, beside its id and redirect URI.
pub(super) fn asks<'a>(client: &'a str, uri: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", uri),
        ("scope", "openid profile read"),
        ("state", "st"),
        ("nonce", "no"),
        ("code_challenge", PKCE.1),
        ("code_challenge_method", "S256"),
    ]
}

/// RFC 6749 §4.1, RFC 7636 §4, RFC 9207 §2, OpenID Connect Core §3.1.3: login, consent, code, tokens.
pub async fn a_user_signs_in_allows_and_the_client_gets_tokens(s: &Stage) {
    let browser = Browser::new(s);
    let login = browser.authorize("acme", &asks("spa", World::REDIRECT)).await.page();
    assert!(login.offers("sign-in") && login.offers("cancel"), "{}", login.text);
    let consent = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
    assert!(consent.offers("allow") && consent.offers("deny"), "{}", consent.text);
    let landing = browser.submit(&consent, &[("action", "allow")]).await;
    let Landing::Away(url) = &landing else { panic!("{landing:?}") };
    assert!(url.starts_with("https://app.example.com/cb?code=grt_ac_"), "{url}");
    let parameters = landing.parameters();
    assert_eq!(parameters["state"], "st");
    assert_eq!(parameters["iss"], "https://id.example.com/oauth/acme");
    let answer = s.redeem_code("acme", "spa", &parameters["code"]).await;
    let tokens = answer.tokens();
    let id_token = answer.json()["id_token"].as_str().expect("an ID token").to_owned();
    let said = claims(&id_token);
    assert_eq!(
        (&said["sub"], &said["aud"], &said["nonce"]),
        (&"user-alice".into(), &"spa".into(), &"no".into())
    );
    let told = s.get_as("/oauth/acme/userinfo", &tokens.access).await;
    assert_eq!((told.status.as_u16(), &told.json()["sub"]), (200, &said["sub"]));
    let again = browser.authorize("acme", &asks("spa", World::REDIRECT)).await;
    assert!(again.code().starts_with("grt_ac_"), "signed in, and allowed before");
}
