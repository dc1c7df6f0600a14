//! What stands in a request for authorization, each thing at its limits (RFC 6749 §4.1.1, OpenID Connect
//! Core §3.1.2.1).

use bytes::Bytes;

use super::grant::whole;
use super::walk::{
    AUTHORIZE, assert_page, assert_told, but, code, id_token, own_tokens, plain, redeem_own, spa,
    walk, without,
};
use crate::{Browser, Stage, claims, form, get, query};

/// Whether the browser is sent to a page that asks the user.
async fn goes_on(s: &Stage, asked: &[(&str, &str)]) -> bool {
    s.get(AUTHORIZE, asked).await.header("location").contains("/oauth/acme/interaction?")
}

/// AZ-17: a code and nothing beside it; in this one spelling.
pub async fn there_is_one_response_type(s: &Stage) {
    for other in [
        "token",
        "id_token",
        "none",
        "code id_token",
        "id_token code",
        "code token",
        "code id_token token",
        "code code",
        "CODE",
        " code",
        "code ",
        "code\t",
        "x",
    ] {
        for asked in [spa(), plain("openid")] {
            let asked = but(asked, &[("response_type", other)]);
            let told = assert_told(&s.get(AUTHORIZE, &asked).await, "unsupported_response_type");
            assert_eq!(told["state"], "st");
        }
    }
    for missing in [without(spa(), "response_type"), but(spa(), &[("response_type", "")])] {
        assert_told(&s.get(AUTHORIZE, &missing).await, "invalid_request");
    }
}

/// AZ-21, RFC 6749 §4.1.2: a long state comes back as it was sent, whatever it is made of; a long nonce
/// stands in the ID token.
pub async fn a_long_state_and_nonce_come_back_as_they_were(s: &Stage) {
    let odd = "<a href=\"x\">'&amp;=+%2B%/?#[]@!$()*,;:\\^`{|}~ ü☃";
    let state = format!("{odd}{}", "s".repeat(1000 - odd.len()));
    let nonce = "n".repeat(384);
    let asked = but(plain("openid"), &[("state", &state), ("nonce", &nonce)]);
    let browser = Browser::new(s);
    let told = walk(&browser, "acme", &asked).await.parameters();
    assert_eq!(told["state"], state);
    let said = claims(&id_token(&redeem_own(s, &told["code"]).await));
    assert_eq!(said["nonce"], nonce);
    // To its limit, and not past it: 2048 bytes of state, 1024 of nonce.
    for (name, most) in [("state", 2048), ("nonce", 1024)] {
        let (longest, longer) = ("x".repeat(most), "x".repeat(most + 1));
        browser.authorize("acme", &but(plain("openid"), &[(name, &longest)])).await.code();
        let asked = but(plain("openid"), &[(name, &longer)]);
        let told = assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request");
        assert_eq!(told.contains_key("state"), name != "state");
    }
}

/// AZ-22: what is larger than any client needs is refused before it is looked at, and no cookie grows by
/// what was asked.
pub async fn what_is_too_large_is_refused(s: &Stage) {
    let large = "x".repeat(60_000);
    for name in ["state", "scope", "login_hint", "client_id", "redirect_uri", "x"] {
        let asked = but(spa(), &[(name, &large)]);
        let answer = s.send(get(&format!("{AUTHORIZE}?{}", query(&asked)))).await;
        assert_page(&answer, 414);
    }
    let tokens = "a ".repeat(4000);
    let asked = but(spa(), &[("scope", &tokens)]);
    assert_page(&s.send(form(AUTHORIZE, &asked)).await, 413);
    let tokens = (0..65).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
    assert_told(&s.get(AUTHORIZE, &but(spa(), &[("scope", &tokens)])).await, "invalid_scope");
    let many = [spa(), vec![("a", "b"); 60]].concat();
    assert_page(&s.get(AUTHORIZE, &many).await, 400);
    let hint = "h".repeat(1024);
    let longest = s.get(AUTHORIZE, &but(spa(), &[("login_hint", &hint)])).await;
    assert!(longest.header("set-cookie").len() < 256, "{longest:?}");
    assert!(longest.header("location").len() < 256, "{longest:?}");
    for name in ["login_hint", "acr_values", "ui_locales", "prompt"] {
        let longer = format!("{hint}x");
        let asked = but(spa(), &[(name, &longer)]);
        assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request");
    }
}

/// AZ-23: any number of languages that nobody speaks comes to the same page, and to nothing that is kept.
pub async fn languages_that_nobody_speaks_are_let_be(s: &Stage) {
    let page = async |asked: &[(&str, &str)]| {
        let page = Browser::new(s).authorize("acme", asked).await.page();
        let handle = page.hidden("interaction").to_owned();
        page.text.replace(&handle, "")
    };
    let usual = page(&spa()).await;
    for round in 0..20 {
        let all =
            (0..60).map(|n| format!("x-{round}-{n}-{}", n * 7919)).collect::<Vec<_>>().join(" ");
        let asked = but(spa(), &[("ui_locales", &all), ("claims_locales", &all)]);
        assert_eq!(page(&asked).await, usual);
    }
}

/// AZ-24, RFC 6749 appendix A: no control character, and no bytes that are no text, are in what a client
/// is given back, in a token or in a row; none of them begins a header.
pub async fn control_characters_are_refused(s: &Stage) {
    for bad in ["a\r\nSet-Cookie: a=b", "a\nb", "a\0b", "a\x1b[31mb", "a\u{85}b", "\x7f"] {
        for name in ["state", "nonce", "login_hint", "code_challenge_method"] {
            let answer = s.get(AUTHORIZE, &but(spa(), &[(name, bad)])).await;
            let told = assert_told(&answer, "invalid_request");
            assert_eq!(told.contains_key("state"), name != "state", "{told:?}");
            assert_eq!(answer.header("set-cookie"), "");
        }
        let told = s.get(AUTHORIZE, &but(spa(), &[("scope", bad)])).await;
        assert_told(&told, "invalid_scope");
        for name in ["client_id", "redirect_uri"] {
            assert_page(&s.get(AUTHORIZE, &but(spa(), &[(name, bad)])).await, 400);
        }
    }
    for broken in ["%ff", "%", "%2", "%zz", "%c3%28", "%ed%a0%80"] {
        for name in ["state", "nonce", "scope", "prompt", "claims", "max_age"] {
            let text = format!("{}&{name}={broken}", query(&without(spa(), name)));
            let answer = s.send(get(&format!("{AUTHORIZE}?{text}"))).await;
            assert_told(&answer, "invalid_request");
        }
    }
}

/// AZ-25: a value is decoded once: what is a percent sign then stays one.
pub async fn a_value_is_decoded_once(s: &Stage) {
    let asked = but(plain("openid"), &[("state", "%41%2541"), ("nonce", "%2B+")]);
    let told = walk(&Browser::new(s), "acme", &asked).await.parameters();
    assert_eq!(told["state"], "%41%2541");
    assert_eq!(claims(&id_token(&redeem_own(s, &told["code"]).await))["nonce"], "%2B+");
    let twice = query(&spa()).replace("openid%20profile", "openid%2520profile");
    assert_told(&s.send(get(&format!("{AUTHORIZE}?{twice}"))).await, "invalid_scope");
}

/// AZ-29: nothing that was sent stands in an error but the client's state, to the client.
pub async fn an_error_says_nothing_that_was_sent(s: &Stage) {
    let evil = "evil<script>alert(1)</script>";
    let names = "response_type scope code_challenge code_challenge_method prompt max_age claims \
                 response_mode request request_uri registration";
    for name in names.split(' ') {
        let asked = but(spa(), &[(name, evil)]);
        let answer = s.get(AUTHORIZE, &asked).await;
        assert_eq!(answer.status, 303, "{name}");
        assert!(!answer.header("location").contains("evil"), "{answer:?}");
    }
    for name in ["client_id", "redirect_uri"] {
        let asked = but(spa(), &[(name, evil), ("state", evil), ("error", evil), (evil, evil)]);
        let answer = s.get(AUTHORIZE, &asked).await;
        assert_page(&answer, 400);
        assert!(!String::from_utf8_lossy(&answer.body).contains("evil"), "{answer:?}");
    }
    let shown = but(spa(), &[("login_hint", "\"><script>alert(1)</script>")]);
    let page = Browser::new(s).authorize("acme", &shown).await.page();
    assert!(page.text.contains("alert(1)") && !page.text.contains("<script"), "{}", page.text);
}

/// AZ-34: nobody gets a scope that the client is not registered for, or that was not asked for, and the
/// consent page cannot be answered with more.
pub async fn a_scope_does_not_grow(s: &Stage) {
    for more in ["openid admin", "OPENID", "openid,profile", "openid  admin", "openid\"", "é"] {
        let asked = but(spa(), &[("scope", more)]);
        assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_scope");
    }
    let browser = Browser::new(s);
    let asked = but(spa(), &[("scope", "openid")]);
    let login = browser.authorize("acme", &asked).await.page();
    let consent = browser.sign_in(&login, "alice", crate::World::PASSWORD).await.page();
    let more = [("action", "allow"), ("scope", "openid profile email write"), ("scopes", "write")];
    let code = browser.submit(&consent, &more).await.code();
    let answer = s.redeem_code("acme", "spa", &code).await;
    assert_eq!(answer.json()["scope"], "openid");
    assert_eq!(claims(&answer.tokens().access)["scope"], "openid");
    // What was allowed is allowed, and no more is.
    browser.authorize("acme", &asked).await.code();
    let wider = but(spa(), &[("scope", "openid email")]);
    assert!(browser.authorize("acme", &wider).await.page().offers("allow"));
}

/// RFC 6749 §3.3: without a scope the client gets the default, and without `openid` nobody is identified.
pub async fn without_openid_there_is_no_id_token(s: &Stage) {
    for asked in [but(plain("read"), &[]), without(plain("read"), "scope")] {
        let answer = own_tokens(s, &asked).await;
        assert_eq!(answer.json()["scope"], "read");
        assert_eq!(answer.json().get("id_token"), None);
        let told = s.get_as("/oauth/acme/userinfo", &answer.tokens().access).await;
        assert_eq!(told.status, 403);
    }
}

/// AZ-31: whose users they are is told by the path alone: a name of another tenant is filled in, and
/// signs nobody in.
pub async fn a_hint_leads_to_no_other_tenant(s: &Stage) {
    let hints = [("login_hint", "alice@globex"), ("domain_hint", "globex"), ("tenant", "globex")];
    let browser = Browser::new(s);
    let login = browser.authorize("acme", &but(plain("openid"), &hints)).await.page();
    assert!(
        login.place.starts_with("/oauth/acme/") && login.text.contains("value=\"alice@globex\"")
    );
    assert_eq!(login.action(), "/oauth/acme/interaction");
    let refused = browser.sign_in(&login, "alice@globex", crate::World::PASSWORD).await.page();
    assert_eq!(refused.answer.status, 403);
    let code = browser.sign_in(&refused, "alice", crate::World::PASSWORD).await.code();
    let said = claims(&id_token(&redeem_own(s, &code).await));
    assert_eq!(said["iss"], "https://id.example.com/oauth/acme");
}

/// OAuth 2.0 Multiple Response Types §2.1: there are two response modes; of another the client is told
/// in the usual one.
pub async fn there_are_two_response_modes(s: &Stage) {
    assert!(goes_on(s, &but(spa(), &[("response_mode", "query")])).await);
    assert!(goes_on(s, &but(spa(), &[("response_mode", "form_post")])).await);
    for other in ["fragment", "query.jwt", "form_post.jwt", "jwt", "web_message", "QUERY", " query"]
    {
        let asked = but(spa(), &[("response_mode", other)]);
        assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request");
    }
}

/// RFC 6749 §3.1: a parameter without a value counts as one that was left out.
pub async fn a_parameter_without_a_value_is_left_out(s: &Stage) {
    let names = ["prompt", "max_age", "claims", "id_token_hint", "request", "response_mode", "x"];
    let empty = names.map(|name| (name, ""));
    let login = whole(&s.get(AUTHORIZE, &[&spa()[..], &empty].concat()).await);
    assert_eq!(login.0, 303);
    assert!(goes_on(s, &[&spa()[..], &empty].concat()).await);
    let told = s.get(AUTHORIZE, &but(spa(), &[("state", ""), ("prompt", "none")])).await;
    assert!(!assert_told(&told, "login_required").contains_key("state"));
    let code = code(s, &but(plain("openid"), &[("nonce", "")])).await;
    assert_eq!(claims(&id_token(&redeem_own(s, &code).await)).get("nonce"), None);
    let mut request = form(AUTHORIZE, &[]);
    *request.body_mut() = Bytes::from_static(b"client_id");
    assert_eq!(s.send(request).await.status, 303);
}
