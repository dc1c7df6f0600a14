//! OAuth 2.0 Form Post Response Mode: what goes to the client is posted by the browser. The modules of the
//! OpenID Foundation's `oidcc-formpost-basic-certification-test-plan` are those of the Basic profile, asked
//! with `response_mode=form_post`.

use std::collections::BTreeMap;
use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::STANDARD};

use super::walk::{
    AUTHORIZE, Asked, OWN, assert_frameless, assert_page, assert_refusal, but, id_token, plain,
    redeem_own, spa, without,
};
use crate::{Answer, Browser, Landing, Stage, World, claims};

/// The same request, to be answered by a form.
fn posted(asked: Asked<'_>) -> Asked<'_> {
    but(asked, &[("response_mode", "form_post")])
}

/// What HTML stands for.
fn unescape(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let (entity, more) = after.split_once(';').expect("an entity ends");
        let letter = match entity {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            number => {
                let number = number.strip_prefix('#').expect("a number");
                let code = match number.strip_prefix('x') {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                char::from_u32(code.expect("digits")).expect("a letter")
            }
        };
        out += before;
        out.push(letter);
        rest = more;
    }
    out + rest
}

fn attribute(tag: &str, name: &str) -> String {
    let (_, rest) = tag.split_once(&format!("{name}=\"")).expect("an attribute");
    unescape(rest.split_once('"').expect("a quote").0)
}

/// Where a page posts, and what, as a browser reads it.
#[track_caller]
fn delivered(answer: &Answer) -> (String, BTreeMap<String, String>) {
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_frameless(answer);
    let text = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
    let form =
        text.split("<form").nth(1).expect("a form").split("</form>").next().expect("its end");
    assert_eq!(text.matches("<form").count(), 1);
    let head = form.split('>').next().expect("a tag");
    assert_eq!(attribute(head, "method"), "post");
    let mut fields = BTreeMap::new();
    for input in form.split("<input ").skip(1) {
        let tag = input.split('>').next().expect("a tag");
        assert_eq!(attribute(tag, "type"), "hidden");
        let twice = fields.insert(attribute(tag, "name"), attribute(tag, "value"));
        assert_eq!(twice, None, "AZ-10");
    }
    (attribute(head, "action"), fields)
}

/// Alice signs in in this browser, if she is asked to. Returns what the client is posted.
async fn walk(browser: &Browser<'_>, asked: Asked<'_>) -> BTreeMap<String, String> {
    let mut page = browser.authorize("acme", &posted(asked)).await.page();
    if page.offers("sign-in") {
        page = browser.sign_in(&page, "alice", World::PASSWORD).await.page();
    }
    let (action, fields) = delivered(&page.answer);
    assert_eq!(action, OWN);
    fields
}

/// oidcc-server in form_post; AZ-20, RFC 9207 §2: the code is posted to the redirect URI, with state and
/// issuer, and nothing stands in a URL.
pub async fn a_code_is_posted(s: &Stage) {
    let browser = Browser::new(s);
    for _ in 0..2 {
        let fields = walk(&browser, plain("openid")).await;
        assert_eq!(fields.keys().collect::<Vec<_>>(), ["code", "iss", "state"]);
        assert_eq!((&*fields["state"], &*fields["iss"]), ("st", super::walk::ISSUER), "AZ-20");
        let said = claims(&id_token(&redeem_own(s, &fields["code"]).await));
        assert_eq!(said["nonce"], "no");
    }
}

/// oidcc-response-type-missing, oidcc-prompt-none-not-logged-in and the request objects in form_post: an
/// error is posted as well, before and after the user was asked.
pub async fn an_error_is_posted(s: &Stage) {
    for (error, asked) in [
        ("invalid_request", without(plain("openid"), "response_type")),
        ("unsupported_response_type", but(plain("openid"), &[("response_type", "code id_token")])),
        ("login_required", but(plain("openid"), &[("prompt", "none")])),
        ("invalid_scope", but(plain("openid"), &[("scope", "admin")])),
        ("request_not_supported", but(plain("openid"), &[("request", "x")])),
        (
            "request_uri_not_supported",
            but(plain("openid"), &[("request_uri", "https://x.example")]),
        ),
    ] {
        let answer = s.get(AUTHORIZE, &posted(asked)).await;
        let (action, fields) = delivered(&answer);
        assert_refusal(&fields, error);
        assert_eq!((&*action, &*fields["state"]), (OWN, "st"));
    }
    let browser = Browser::new(s);
    let login = browser.authorize("acme", &posted(spa())).await.page();
    let refused = browser.submit(&login, &[("action", "cancel")]).await.page();
    assert_refusal(&delivered(&refused.answer).1, "access_denied");
}

/// oidcc-prompt-none-logged-in, oidcc-max-age-10000, oidcc-id-token-hint, oidcc-prompt-login and
/// oidcc-max-age-1 in form_post.
pub async fn prompts_are_the_same_as_in_a_query(s: &Stage) {
    let browser = Browser::new(s);
    let hint = id_token(&redeem_own(s, &walk(&browser, plain("openid")).await["code"]).await);
    s.world.clock.advance(Duration::from_secs(2));
    for silent in [
        &[("prompt", "none")][..],
        &[("max_age", "10000")],
        &[("id_token_hint", &*hint), ("prompt", "none")],
    ] {
        let asked = posted(but(plain("openid"), silent));
        let (_, fields) = delivered(&browser.authorize("acme", &asked).await.page().answer);
        let said = claims(&id_token(&redeem_own(s, &fields["code"]).await));
        assert_eq!(said["auth_time"], claims(&hint)["auth_time"]);
    }
    for asks in [("prompt", "login"), ("max_age", "1")] {
        let asked = but(plain("openid"), &[asks]);
        let page = browser.authorize("acme", &posted(asked.clone())).await.page();
        assert!(page.offers("sign-in"));
        let fields = walk(&browser, asked).await;
        let said = claims(&id_token(&redeem_own(s, &fields["code"]).await));
        assert!(said["auth_time"].as_u64() > claims(&hint)["auth_time"].as_u64());
        s.world.clock.advance(Duration::from_secs(2));
    }
}

/// The modules of parameters in form_post: oidcc-ensure-request-without-nonce-succeeds-for-code-flow,
/// oidcc-ensure-other-scope-order-succeeds, oidcc-display-page, oidcc-display-popup, oidcc-login-hint,
/// oidcc-ui-locales, oidcc-claims-locales, oidcc-ensure-request-with-acr-values-succeeds,
/// oidcc-ensure-request-with-unknown-parameter-succeeds, oidcc-claims-essential.
pub async fn parameters_are_the_same_as_in_a_query(s: &Stage) {
    let browser = Browser::new(s);
    let essential = r#"{"userinfo":{"name":{"essential":true}}}"#;
    for asked in [
        without(plain("openid"), "nonce"),
        plain("email profile openid"),
        but(plain("openid"), &[("display", "page")]),
        but(plain("openid"), &[("display", "popup")]),
        but(
            plain("openid"),
            &[("login_hint", "alice"), ("ui_locales", "se"), ("claims_locales", "se")],
        ),
        but(plain("openid"), &[("acr_values", "1 2"), ("extra", "foobar")]),
        but(plain("openid"), &[("claims", essential)]),
    ] {
        let fields = walk(&browser, asked).await;
        id_token(&redeem_own(s, &fields["code"]).await);
    }
}

/// AZ-19, AZ-21: whatever a state is made of, it is the state that comes, and no part of the page.
pub async fn a_state_comes_as_it_was_and_is_no_markup(s: &Stage) {
    let browser = Browser::new(s);
    walk(&browser, plain("openid")).await;
    let long = "s".repeat(1000);
    for state in [
        "\"><script>alert(1)</script>",
        "</form><form action=https://evil.example>",
        "'onfocus='alert(1)' autofocus='",
        "&amp;&lt;&#34;&#x22;&quot;&nbsp;&notit;",
        "a b+c%20d%2Bé☃\u{202e}",
        "{{ 7 * 7 }} ${x} <!-- ]]>",
        &long,
    ] {
        let asked = posted(but(plain("openid"), &[("state", state)]));
        let Landing::Page(page) = browser.authorize("acme", &asked).await else {
            panic!("{state}")
        };
        assert_eq!(delivered(&page.answer).1["state"], state);
        assert_eq!(page.text.matches("<script").count(), 1, "{state}");
        assert_eq!(page.text.matches("<input").count(), 3, "{state}");
        assert!(!page.text.contains("onfocus='"), "{state}");
        let refused = s.get(AUTHORIZE, &but(asked, &[("prompt", "none")])).await;
        assert_eq!(delivered(&refused).1["state"], state);
    }
}

/// AZ-19: the page runs its one script, byte for byte, and posts to the client and nowhere else.
pub async fn the_page_runs_its_one_script(s: &Stage) {
    let asked = posted(but(plain("openid"), &[("prompt", "none")]));
    let answer = s.get(AUTHORIZE, &asked).await;
    let text = String::from_utf8(answer.body.to_vec()).expect("UTF-8");
    let (_, script) = text.split_once("<script>").expect("a script");
    let (script, _) = script.split_once("</script>").expect("its end");
    assert_eq!(script, "document.forms[0].submit()");
    let hash = STANDARD.encode(digest(&SHA256, script.as_bytes()));
    let policy = answer.header("content-security-policy");
    let part = |name: &str| {
        let mut parts = policy.split("; ").filter(|part| part.starts_with(&format!("{name} ")));
        let found = parts.next().unwrap_or_else(|| panic!("no {name} in {policy}")).to_owned();
        assert_eq!(parts.next(), None, "{policy}");
        found
    };
    assert_eq!(part("script-src"), format!("script-src 'sha256-{hash}'"));
    assert_eq!(part("form-action"), "form-action https://own.example.com");
    assert_eq!(part("default-src"), "default-src 'none'");
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!((answer.header("cache-control"), answer.header("location")), ("no-store", ""));
    // For browsers without.
    assert!(text.contains("<button"), "{text}");
}

/// oidcc-ensure-registered-redirect-uri in form_post; AZ-19: nothing is posted to who is not the client,
/// nor to a script.
pub async fn nothing_is_posted_to_a_stranger(s: &Stage) {
    for uri in
        ["https://evil.example/cb", "javascript:alert(1)", "data:text/html,x", "//evil.example"]
    {
        for prompt in ["none", "login"] {
            let asked = but(plain("openid"), &[("redirect_uri", uri), ("prompt", prompt)]);
            assert_page(&s.get(AUTHORIZE, &posted(asked)).await, 400);
        }
    }
}
