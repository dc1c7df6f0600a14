//! ID tokens that are brought back, each wrong in one way (AZ-33, LG-18, JW-01, JW-02, JW-07 … JW-12). A hint
//! that counts signs its user out at once; any other has the user asked.

use aws_lc_rs::signature::Ed25519KeyPair;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde_json::{Value, json};

use super::visitors::{SIGNED_OUT, assert_says, id_token, is_signed_in, tokens_for, visit};
use crate::door::forgeries::{changed, key, part, sign};
use crate::{Browser, Stage};

/// A browser in which Alice is signed in, and what it takes to make ID tokens of hers.
struct Model<'s> {
    browser: Browser<'s>,
    header: Value,
    claims: Value,
    key: Ed25519KeyPair,
}

impl<'s> Model<'s> {
    async fn new(s: &'s Stage) -> Self {
        let browser = Browser::new(s);
        let token = id_token(&tokens_for(&browser, "alice", "spa", &[]).await);
        // The key that signs access tokens of acme: any of the tenant's is good for a hint.
        let access = s.tokens("acme", "app").await.access;
        let mut header = part(&access, 0);
        header["typ"] = "JWT".into();
        Self { browser, header, claims: part(&token, 1), key: key(s, "acme").await }
    }

    fn with(&self, header: &[(&str, Value)], claims: &[(&str, Value)]) -> String {
        sign(&self.key, &changed(&self.header, header), &changed(&self.claims, claims))
    }

    /// Whether a hint signs Alice out at once.
    async fn counts(&self, hint: &str) -> bool {
        let asked =
            [("id_token_hint", hint), ("post_logout_redirect_uri", "https://app.example.com/bye")];
        let landing =
            self.browser.open(&format!("/oauth/acme/logout?{}", crate::query(&asked))).await;
        match landing {
            crate::Landing::Away(url) => url == "https://app.example.com/bye",
            crate::Landing::Page(page) => {
                assert_says(&page, 200, "Sign out?");
                false
            }
        }
    }

    async fn demand_bad(&self, hint: &str) {
        assert!(!self.counts(hint).await, "{hint}");
        assert!(is_signed_in(&self.browser).await);
        // AZ-33: where nobody may be asked, a hint that is none is as if nobody were signed in.
        let silent = [("id_token_hint", hint), ("prompt", "none")];
        assert_eq!(visit(&self.browser, "spa", &silent).await.error(), "login_required");
    }
}

/// What was made here counts: what is refused below is refused for its one fault.
pub async fn a_hint_that_is_as_it_should_be_counts(s: &Stage) {
    for claims in [json!(["spa"]), json!("spa")] {
        let model = Model::new(s).await;
        let hint = model.with(&[], &[("aud", claims), ("exp", json!(1)), ("other", json!(1))]);
        let silent = [("id_token_hint", &*hint), ("prompt", "none")];
        visit(&model.browser, "spa", &silent).await.code();
        assert!(model.counts(&hint).await);
        assert!(!is_signed_in(&model.browser).await);
    }
}

/// JW-01: an access token is no ID token, nor is one of another type.
pub async fn a_token_of_another_type_is_no_hint(s: &Stage) {
    let model = Model::new(s).await;
    let access = tokens_for(&model.browser, "alice", "spa", &[]).await.tokens().access;
    model.demand_bad(&access).await;
    for typ in [json!("at+jwt"), json!("logout+jwt"), json!("jwt"), json!(""), Value::Null] {
        model.demand_bad(&model.with(&[("typ", typ)], &[])).await;
    }
}

/// RFC 8725 §3.1, RFC 7515 §4.1.11: the algorithm is the key's, and what we must understand and do not is refused.
pub async fn a_hint_has_the_keys_algorithm(s: &Stage) {
    let model = Model::new(s).await;
    for alg in ["none", "HS256", "ES256", "RS256", "eddsa"] {
        model.demand_bad(&model.with(&[("alg", alg.into())], &[])).await;
    }
    model.demand_bad(&model.with(&[("crit", json!(["x"]))], &[])).await;
    model.demand_bad(&model.with(&[("kid", "x".into())], &[])).await;
    let good = model.with(&[], &[]);
    let (signed, _) = good.rsplit_once('.').expect("a JWS");
    model.demand_bad(&format!("{signed}.")).await;
    model.demand_bad(&super::direct::forged(&good).replace("==", "")).await;
}

/// JW-02, JW-12: another tenant's key signs nothing here, under whatever name, and what our own key signed for
/// another issuer is not ours, compared as text.
pub async fn a_key_of_another_tenant_makes_no_hint(s: &Stage) {
    let model = Model::new(s).await;
    let theirs = key(s, "globex").await;
    let kid = part(&s.tokens("globex", "app").await.access, 0)["kid"].clone();
    for members in [vec![], vec![("kid", kid)]] {
        let header = changed(&model.header, &members);
        model.demand_bad(&sign(&theirs, &header, &model.claims.to_string())).await;
    }
    for issuer in [
        "https://id.example.com/oauth/globex",
        "https://id.example.com/oauth/acm",
        "https://id.example.com/oauth/acme2",
        "https://id.example.com/oauth/acme/",
        "https://id.example.com/oauth/ACME",
        "https://ID.example.com/oauth/acme",
        "http://id.example.com/oauth/acme",
        "https://id.example.com:443/oauth/acme",
        "",
    ] {
        model.demand_bad(&model.with(&[], &[("iss", issuer.into())])).await;
    }
    model.demand_bad(&model.with(&[], &[("iss", Value::Null)])).await;
}

/// JW-07, JW-08, JW-09, JW-10: another shape, another spelling, more than a request may hold, a claim that stands twice.
pub async fn a_hint_of_another_shape_is_none(s: &Stage) {
    let model = Model::new(s).await;
    let good = model.with(&[], &[]);
    let claims = model.claims.to_string();
    let twice = format!("{},\"sub\":\"user-alice\"}}", &claims[..claims.len() - 1]);
    for bad in [
        format!("{good}.x"),
        format!("{good}="),
        format!("a.b.{good}"),
        good.replace('.', ".."),
        sign(&model.key, &model.header.to_string(), &twice),
        sign(&model.key, &model.header.to_string(), "[]"),
        sign(&model.key, &model.header.to_string(), &"[".repeat(900)),
        ".".repeat(2000),
    ] {
        model.demand_bad(&bad).await;
    }
    for claim in
        [("aud", json!(["spa", "web"])), ("aud", json!(1)), ("sub", json!(1)), ("sub", Value::Null)]
    {
        model.demand_bad(&model.with(&[], &[claim])).await;
    }
    let large = [("id_token_hint", &*"a".repeat(16 * 1024 - 100))];
    let answer = s.post("/oauth/acme/logout", &large).await;
    assert_says(&super::visitors::page(answer), 200, SIGNED_OUT);
}

/// LG-18: a hint proves something of the session that it names; one that names none, of its user.
pub async fn a_hint_proves_something_of_its_own_session(s: &Stage) {
    let model = Model::new(s).await;
    let other = URL_SAFE_NO_PAD.encode([7; 16]);
    assert!(!model.counts(&model.with(&[], &[("sid", other.into())])).await);
    let nobody = model.with(&[], &[("sid", Value::Null), ("sub", "user-mallory".into())]);
    assert!(!model.counts(&nobody).await);
    let own = model.with(&[], &[("sid", Value::Null)]);
    assert!(model.counts(&own).await);
}

/// JW-13: whatever a request says of the host, browsers are sent to the issuer's own places.
pub async fn browsers_are_sent_to_the_issuers_own_places(s: &Stage) {
    let asked = super::visitors::asks_with("spa", &[]);
    let path = format!("/oauth/acme/authorize?{}", crate::query(&asked));
    let poison = |mut request: http::Request<bytes::Bytes>| {
        for name in
            ["x-forwarded-host", "forwarded", "x-original-host", "x-forwarded-proto", "x-host"]
        {
            let value = if name == "forwarded" { "host=evil.example" } else { "evil.example" };
            request.headers_mut().insert(name, http::HeaderValue::from_static(value));
        }
        request
    };
    let browser = Browser::new(s);
    let begun = browser.send(poison(crate::get(&path))).await;
    let place = begun.header("location").to_owned();
    let own = "https://id.example.com/oauth/acme/interaction?handle=";
    assert!(place.starts_with(own), "{place}");
    let place = place.replace("https://id.example.com", "");
    let login = super::visitors::page(browser.send(poison(crate::get(&place))).await);
    assert!(login.text.contains("action=\"https://id.example.com/oauth/acme/interaction\""));
    assert!(!login.text.contains("evil"), "{}", login.text);
    let user = [("username", "alice"), ("password", crate::World::PASSWORD), ("action", "sign-in")];
    let entered = browser.send(poison(crate::form(&login.action(), &login.fields(&user)))).await;
    assert!(entered.header("location").starts_with(own), "{entered:?}");
    let out = super::visitors::page(browser.send(poison(crate::get("/oauth/acme/logout"))).await);
    assert!(out.text.contains("action=\"https://id.example.com/oauth/acme/logout\""));
    assert!(!out.text.contains("evil"), "{}", out.text);
}
