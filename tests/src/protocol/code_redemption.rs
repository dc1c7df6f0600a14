//! Codes of registered clients at `POST …/token` (RFC 6749 §4.1.3).

use std::time::Duration;

use grantry::types::{
    EndReason::Reused,
    TicketState::{Ended, Live},
};

use super::admin::FAILED;
use super::direct::forged;
use super::grant::{Holder, now, whole};
use super::walk::{but, spa, walk, without};
use crate::{Answer, Browser, PKCE, Stage, World};

const TOKEN: &str = "/oauth/acme/token";
const WEB: &str = "https://web.example.com/cb";

/// What `spa` redeems a code with.
fn form(code: &str) -> Vec<(&str, &str)> {
    vec![
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", World::REDIRECT),
        ("client_id", "spa"),
        ("code_verifier", PKCE.0),
    ]
}

/// A browser in which Alice is signed in and has allowed `spa`.
async fn at_home(s: &Stage) -> Browser<'_> {
    let browser = Browser::new(s);
    walk(&browser, "acme", &spa()).await.code();
    browser
}

async fn next(browser: &Browser<'_>) -> String {
    browser.authorize("acme", &spa()).await.code()
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    Holder::App.assert_refused(answer);
}

async fn userinfo(s: &Stage, token: &str) -> u16 {
    s.get_as("/oauth/acme/userinfo", token).await.status.as_u16()
}

/// TK-01, RFC 6749 §4.1.2: a code is used once; when it comes again, what came of it ends, the access
/// token too; and other grants of the user do not.
pub async fn a_code_that_comes_again_ends_what_came_of_it(s: &Stage) {
    let browser = at_home(s).await;
    let sibling = s.redeem_code("acme", "spa", &next(&browser).await).await.tokens();
    let code = next(&browser).await;
    let first = s.redeem_code("acme", "spa", &code).await.tokens();
    assert_eq!(userinfo(s, &first.access).await, 200);
    for _ in 0..2 {
        assert_refused(&s.redeem_code("acme", "spa", &code).await);
        assert_eq!(s.ticket("acme", &first.access).await.state, Ended(Reused));
        assert_eq!(userinfo(s, &first.access).await, 401);
        assert_refused(&s.refresh("acme", "spa", &first.refresh).await);
    }
    assert_eq!(userinfo(s, &sibling.access).await, 200);
    s.refresh("acme", "spa", &sibling.refresh).await.tokens();
}

/// TK-03, oidcc-codereuse-30seconds: a used code is known again after its time, and after a sweep.
pub async fn a_used_code_is_known_again_much_later(s: &Stage) {
    let browser = at_home(s).await;
    for pause in [30, 59, 60, 61, 3000] {
        let code = next(&browser).await;
        let first = s.redeem_code("acme", "spa", &code).await.tokens();
        s.world.clock.advance(Duration::from_secs(pause));
        s.world.stores.tickets.sweep(now(s), 99).await.expect("the store answers");
        assert_refused(&s.redeem_code("acme", "spa", &code).await);
        assert_eq!(s.ticket("acme", &first.access).await.state, Ended(Reused), "{pause}");
        assert_refused(&s.refresh("acme", "spa", &first.refresh).await);
    }
}

/// TK-04, TK-05: one thing that is wrong is enough: another client, though it proves itself and names the
/// same address; another address; none; another verifier. Each leaves the code good.
pub async fn each_thing_that_is_wrong_is_enough(s: &Stage) {
    let browser = at_home(s).await;
    let code = next(&browser).await;
    let with = |changed: &[(&'static str, &'static str)]| {
        let mut form = form(&code);
        for (name, value) in changed {
            form.retain(|(own, _)| own != name);
            form.extend((*value != "-").then_some((*name, *value)));
        }
        async move { s.post(TOKEN, &form).await }
    };
    for wrong in [
        &[("client_id", "native")][..],
        &[("client_id", "pair")],
        &[("redirect_uri", "https://app.example.com/cb/")],
        &[("redirect_uri", WEB)],
        &[("redirect_uri", "-")],
        &[("code_verifier", "-")],
        &[("client_id", "native"), ("redirect_uri", "http://127.0.0.1/cb")],
    ] {
        assert_refused(&with(wrong).await);
    }
    let proven = form(&code).into_iter().filter(|(name, _)| *name != "client_id");
    let proven: Vec<_> = proven.collect();
    for client in ["own", "web"] {
        let secret = s.world.secret("acme", client);
        assert_refused(&s.post_basic(TOKEN, client, secret, &proven).await);
    }
    s.redeem_code("acme", "spa", &code).await.tokens();
    // And a confidential client's without its secret.
    let asked = but(spa(), &[("client_id", "web"), ("redirect_uri", WEB)]);
    let code = walk(&browser, "acme", &asked).await.code();
    let named = [("client_id", "web"), ("redirect_uri", WEB)];
    let mut bare = form(&code);
    bare.retain(|(name, _)| !matches!(*name, "client_id" | "redirect_uri"));
    bare.extend(named);
    s.post(TOKEN, &bare).await.assert_error(401, "invalid_client", FAILED);
    let wrong = s.post_basic(TOKEN, "web", "wrong", &bare).await;
    wrong.assert_error(401, "invalid_client", FAILED);
    s.redeem_code("acme", "web", &code).await.tokens();
}

/// TK-06: at another tenant, where there is a client of that name as well, a code is a random string.
pub async fn at_another_tenant_a_code_is_a_random_string(s: &Stage) {
    let code = next(&at_home(s).await).await;
    for tenant in ["globex", "strict", "codes-only"] {
        let own = s.redeem_code(tenant, "spa", &code).await;
        let random = s.redeem_code(tenant, "spa", &forged(&code)).await;
        assert_refused(&own);
        assert_eq!(whole(&own), whole(&random), "{tenant}");
    }
    s.redeem_code("acme", "spa", &code).await.tokens();
}

/// TK-07: nothing else that the server hands out is a code, whatever it is dressed as.
pub async fn nothing_else_is_a_code(s: &Stage) {
    let browser = at_home(s).await;
    let page = Browser::new(s).authorize("acme", &spa()).await.page();
    let code = next(&browser).await;
    let answer = s.redeem_code("acme", "spa", &next(&browser).await).await;
    let tokens = answer.tokens();
    let mut shown = vec![
        tokens.access.clone(),
        tokens.refresh.clone(),
        answer.json()["id_token"].as_str().expect("an ID token").to_owned(),
        page.hidden("interaction").to_owned(),
        s.direct_code("acme").await,
    ];
    shown.extend(browser.cookies().values().cloned());
    let dressed: Vec<_> =
        shown.iter().map(|text| format!("{}{}", &code[..7], &text[7..])).collect();
    let random = whole(&s.redeem_code("acme", "spa", "x").await);
    for text in shown.iter().chain(&dressed).filter(|text| text.len() <= 512) {
        assert_eq!(whole(&s.redeem_code("acme", "spa", text).await), random, "{text}");
    }
    assert_eq!(s.ticket("acme", &tokens.access).await.state, Live);
    s.redeem_code("acme", "spa", &code).await.tokens();
}

/// TK-08: each letter of a code counts, and two codes make no third.
pub async fn a_changed_code_is_a_random_string(s: &Stage) {
    let browser = at_home(s).await;
    let (code, other) = (next(&browser).await, next(&browser).await);
    let random = whole(&s.redeem_code("acme", "spa", "x").await);
    for at in 0..code.len() {
        let letter = if &code[at..=at] == "A" { "B" } else { "A" };
        let changed = format!("{}{letter}{}", &code[..at], &code[at + 1..]);
        assert_eq!(whole(&s.redeem_code("acme", "spa", &changed).await), random, "{at}");
    }
    for at in [20, 40, 60] {
        let both = format!("{}{}", &code[..at], &other[at..]);
        assert_eq!(whole(&s.redeem_code("acme", "spa", &both).await), random, "{at}");
    }
    for code in [code, other] {
        s.redeem_code("acme", "spa", &code).await.tokens();
    }
}

/// TK-09, RFC 6749 §4.1.3: a code whose request named no address is redeemed without one.
pub async fn what_was_not_named_is_not_named_again(s: &Stage) {
    let browser = at_home(s).await;
    let asked = without(spa(), "redirect_uri");
    let code = browser.authorize("acme", &asked).await.code();
    assert_refused(&s.post(TOKEN, &form(&code)).await);
    let mut bare = form(&code);
    bare.retain(|(name, _)| *name != "redirect_uri");
    s.post(TOKEN, &bare).await.tokens();
}

/// TK-14: a code counts for 60 s, to the millisecond.
pub async fn a_clients_code_expires(s: &Stage) {
    let browser = at_home(s).await;
    let (late, in_time) = (next(&browser).await, next(&browser).await);
    s.world.clock.advance(Duration::from_millis(59_999));
    s.redeem_code("acme", "spa", &in_time).await.tokens();
    for _ in 0..2 {
        s.world.clock.advance(Duration::from_millis(1));
        assert_refused(&s.redeem_code("acme", "spa", &late).await);
    }
}
