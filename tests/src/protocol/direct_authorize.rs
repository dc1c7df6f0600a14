//! `GET …/authorize` of the direct API: a code for a name and a password.

use grantry::{NewUser, types::Password};
use serde_json::json;

use super::browser_page::assert_page;
use super::direct::{ask, bad, wrong_credentials};
use crate::{ALICE, PASSWORD, Stage, World, alice_asks_for_a_code, claims, get, query, tenant_id};

const PATH: &str = "/oauth/acme/authorize";

/// The documented v1AuthorizeResponse.
pub async fn the_answer_is_a_code_and_nothing_else(s: &Stage) {
    let answer = s.get(PATH, &alice_asks_for_a_code()).await;
    assert_eq!(answer.status, 200);
    answer.assert_private_json();
    let code = answer.json()["code"].clone();
    assert_eq!(answer.json(), json!({ "code": code }));
    assert!(code.as_str().is_some_and(|code| code.starts_with("grt_dc_")), "{code}");
}

/// The documented v1AuthorizeResponse, with the parameters in a body.
pub async fn the_post_form_answers_a_code_that_counts_like_any_other(s: &Stage) {
    for tenant in ["acme", "postal"] {
        let answer =
            s.post(&format!("/oauth/{tenant}/authorize/direct"), &alice_asks_for_a_code()).await;
        assert_eq!(answer.status, 200, "{answer:?}");
        answer.assert_private_json();
        let code = answer.json()["code"].as_str().expect("a code").to_owned();
        assert_eq!(answer.json(), json!({ "code": code }));
        let parameters =
            [("grant_type", "authorize_code"), ("code", &code), ("redirect_uri", World::REDIRECT)];
        s.post(&format!("/oauth/{tenant}/token/direct"), &parameters).await.tokens();
    }
}

/// AZ-24: `state` goes nowhere, so it can split nothing.
pub async fn state_is_taken_and_not_returned(s: &Stage) {
    for state in ["", "s7a7e", "s7a7e\r\nSet-Cookie: s7a7e=1\u{1b}[31m"] {
        let text = query(&[&alice_asks_for_a_code()[..], &[("state", state)]].concat());
        for answer in ask(s, "acme", "authorize", &text).await {
            assert_eq!(answer.status, 200, "{answer:?}");
            let code = &answer.json()["code"];
            assert_eq!(answer.json(), json!({ "code": code }));
            assert!(!format!("{answer:?}").contains("s7a7e"), "{answer:?}");
        }
    }
}

/// LE-07.
pub async fn parameters_that_nobody_knows_are_ignored(s: &Stage) {
    let unknown = [("disable_redirect", "false"), ("password[]", "x"), ("scope", "openid")];
    let text = query(&[&alice_asks_for_a_code()[..], &unknown].concat());
    for answer in ask(s, "acme", "authorize", &text).await {
        assert_eq!(answer.status, 200, "{answer:?}");
        let code = answer.json()["code"].as_str().expect("a code").to_owned();
        let tokens = s.redeem("acme", &code).await.tokens();
        assert_eq!(claims(&tokens.access)["scope"], "profile read");
    }
}

/// LE-02, LE-07.
pub async fn nobody_is_ever_sent_anywhere(s: &Stage) {
    let right = query(&alice_asks_for_a_code());
    let elsewhere = right.replace("app.example.com", "evil.example");
    let all = [
        ("acme", right.clone(), 200),
        ("acme", elsewhere.clone(), 200),
        ("acme", elsewhere.replace("wonderland", "looking-glass"), 401),
        ("acme", elsewhere.replace("code", "token"), 400),
        ("acme", elsewhere.replace("response_type", "state"), 400),
        ("listed", elsewhere.clone(), 400),
        ("narrow", elsewhere.clone(), 403),
        ("nobody", elsewhere.clone(), 404),
        ("acme", right + "&x=" + &"x".repeat(8192), 414),
    ];
    for (tenant, text, status) in all {
        let answer = s.send(get(&format!("/oauth/{tenant}/authorize?{text}"))).await;
        assert_eq!(answer.status, status, "{answer:?}");
        for name in ["location", "refresh", "content-location", "link", "set-cookie"] {
            assert_eq!(answer.header(name), "", "{answer:?}");
        }
    }
}

/// LG-10: case and width are folded, nothing else is.
pub async fn every_spelling_of_a_name_is_the_same_user(s: &Stage) {
    let sign_in = async |name: &str| {
        let parameters = [("grant_type", "password"), ("username", name), PASSWORD];
        s.get("/oauth/acme/token", &parameters).await
    };
    for name in ["alice", "ALICE", "aLiCe", "ａｌｉｃｅ", "ＡＬＩＣＥ"] {
        let tokens = sign_in(name).await.tokens();
        assert_eq!(claims(&tokens.access)["sub"], "user-alice", "{name}");
    }
    // A dotless i, a Cyrillic a, a zero-width space, a plain one.
    for name in ["al\u{131}ce", "\u{430}lice", "alice\u{200b}", "alice "] {
        sign_in(name).await.assert_rpc(401, &wrong_credentials());
    }
}

/// LE-12: the rules of forms, once.
pub async fn a_password_is_decoded_once(s: &Stage) {
    let new = NewUser::new("bob", Password::from("a b+c%41&=é"));
    s.world.server.admin().create_user(&tenant_id("acme"), new).await.expect("a user");
    for (text, status) in [
        ("a+b%2Bc%2541%26%3D%C3%A9", 200),
        ("a%20b%2bc%2541%26=%c3%a9", 200),
        ("a+b+c%2541%26%3D%C3%A9", 401),
        ("a%2Bb%2Bc%2541%26%3D%C3%A9", 401),
        ("a%2520b%252Bc%252541%2526%253D%25C3%25A9", 401),
        ("a+b%2Bc%41%26%3D%C3%A9", 401),
    ] {
        let text = format!("grant_type=password&username=bob&password={text}");
        for answer in ask(s, "acme", "token", &text).await {
            assert_eq!(answer.status, status, "{text}");
        }
        s.forget_failures();
    }
}

/// RFC 9700 §4.1.3: simple string comparison with what the tenant lists.
pub async fn a_tenant_that_lists_redirect_uris_takes_no_other(s: &Stage) {
    let authorize = async |uri: &str| {
        let text = query(&[("response_type", "code"), ALICE, PASSWORD, ("redirect_uri", uri)]);
        ask(s, "listed", "authorize", &text).await
    };
    for uri in [World::REDIRECT, "http://127.0.0.1:9/"] {
        assert!(authorize(uri).await.iter().all(|answer| answer.status == 200), "{uri}");
    }
    for uri in [
        "https://app.example.com/cb/",
        "https://app.example.com/cb?x=1",
        "https://app.example.com/c%62",
        "https://app.example.com:443/cb",
        "https://APP.example.com/cb",
        "HTTPS://app.example.com/cb",
        "https://app.example.com/x/../cb",
        "http://127.0.0.1:10/",
        "http://127.0.0.1:9",
    ] {
        for answer in authorize(uri).await {
            let rule = "must be one of the redirect URIs that the tenant lists";
            answer.assert_rpc(400, &bad(&[("redirect_uri", rule)]));
        }
    }
}

/// AZ-04, AZ-05, AZ-24: nothing is repaired.
pub async fn a_redirect_uri_is_an_absolute_web_uri_without_fragment(s: &Stage) {
    for uri in [
        "/cb",
        "//app.example.com/cb",
        "app.example.com/cb",
        "https:app.example.com",
        "https:///cb",
        "https://app.example.com/#",
        "https://app.example.com/cb#x",
        "https://app.example.com\\cb",
        "https://app.exa\tmple.com/",
        "https://app.example.com/\r\nx: y",
        "https://app.example.com/\0",
        "https://app.example.com/%zz",
        "javascript:alert(1)",
        "com.example.app:/cb",
    ] {
        let text = query(&[("response_type", "code"), ALICE, PASSWORD, ("redirect_uri", uri)]);
        let rule = "must be an absolute http or https URI without fragment and user information";
        for answer in ask(s, "acme", "authorize", &text).await {
            answer.assert_rpc(400, &bad(&[("redirect_uri", rule)]));
        }
    }
}

/// AZ-26: where a tenant has no direct API by GET, the path is for browsers.
pub async fn without_the_direct_api_the_answer_is_a_page(s: &Stage) {
    for tenant in ["globex", "postal"] {
        let answer = s.get(&format!("/oauth/{tenant}/authorize"), &alice_asks_for_a_code()).await;
        assert_page(&answer);
    }
}

/// The keys that set the two surfaces apart count even when they are empty.
pub async fn a_key_of_the_standard_surface_leads_to_a_page(s: &Stage) {
    let own = query(&alice_asks_for_a_code());
    for key in ["client_id", "client_id=", "request=", "request_uri=", "request%5Furi="] {
        for text in [format!("{own}&{key}"), format!("{key}&{own}")] {
            assert_page(&s.send(get(&format!("{PATH}?{text}"))).await);
        }
    }
}
