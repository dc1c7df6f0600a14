//! What becomes of tokens when the APIs of a tenant change (RFC 8707).

use std::time::Duration;

use grantry::types::Policy;
use serde_json::json;

use super::resources::{
    ARCHIVE, ORDERS, PAY, alone, assert_target, refreshes, said, settle, signs_in, without_pay,
};
use super::tokens_shown::decide;
use super::visitors::{alices, code_for, visit};
use crate::{ALICE, Browser, Landing, PASSWORD, Stage, claims};

/// Each API may say how long its tokens last; a token for several as the most careful of them says.
pub async fn each_api_says_how_long_its_tokens_last(s: &Stage) {
    settle(s).await;
    let lifetimes = |policy: &mut Policy| {
        policy.resources[1].access_token_lifetime = Some(Duration::from_secs(60));
        policy.resources[2].access_token_lifetime = Some(Duration::from_secs(7200));
    };
    decide(s, lifetimes).await;
    for (named, seconds) in [
        (&[][..], 3600),
        (&[ORDERS], 3600),
        (&[PAY], 60),
        (&[ARCHIVE], 7200),
        (&[ARCHIVE, PAY], 60),
        (&[ARCHIVE, ORDERS], 3600),
    ] {
        let named: Vec<_> = named.iter().map(|one| ("resource", *one)).collect();
        for answer in [alone(s, &named).await, signs_in(s, &named).await] {
            assert_eq!(answer.json()["expires_in"], seconds, "{named:?}");
            let said = claims(&answer.tokens().access);
            let lives = |name: &str| said[name].as_u64().expect("a time");
            assert_eq!(lives("exp") - lives("iat"), seconds);
        }
    }
    // No row ends before the last token that came of it.
    let no_refresh = [("grant_type", "password"), ALICE, PASSWORD, ("client_id", "no-refresh")];
    let longest = s.post("/oauth/acme/token", &no_refresh).await.tokens();
    let row = s.ticket("acme", &longest.access).await;
    assert!(row.expires_at >= row.changed_at.plus(Duration::from_secs(7200)));
}

/// RF-09: an API that is no more is in no new token; a grant for it alone goes no further.
pub async fn an_api_that_is_no_more_is_in_no_token(s: &Stage) {
    settle(s).await;
    let both = signs_in(s, &[("resource", PAY), ("resource", ORDERS), ("scope", "pay read")]).await;
    let alone = signs_in(s, &[("resource", PAY), ("scope", "pay")]).await;
    decide(s, without_pay).await;
    let rest = refreshes(s, &both.tokens().refresh, &[]).await;
    assert_eq!(said(&rest), (json!(ORDERS), "read".to_owned()));
    assert_target(&refreshes(s, &rest.tokens().refresh, &[("resource", PAY)]).await);
    let gone = refreshes(s, &alone.tokens().refresh, &[]).await;
    gone.assert_error(400, "unauthorized_client", "the audience is not allowed here any more");
}

/// AZ-34: the user allowed it at one API, and is asked anew for another; the page names it.
pub async fn what_was_allowed_at_one_api_is_not_allowed_at_another(s: &Stage) {
    settle(s).await;
    let browser = Browser::new(s);
    let here = [("resource", PAY), ("scope", "read")];
    code_for(&browser, "alice", "spa", &here).await;
    let silent = |named: &'static str| [("resource", named), ("scope", "read"), ("prompt", "none")];
    let again = visit(&browser, "spa", &silent(PAY)).await;
    assert!(again.parameters().contains_key("code"), "it was allowed there");
    for other in [ORDERS, ARCHIVE] {
        let told = visit(&browser, "spa", &silent(other)).await.parameters();
        assert!(told.contains_key("error"), "{other}: {told:?}");
    }
    let asked = [("resource", ORDERS), ("scope", "read")];
    let Landing::Page(page) = visit(&browser, "spa", &asked).await else { panic!("a page") };
    assert!(page.offers("allow"));
    assert!(page.text.contains(ORDERS) && !page.text.contains(PAY), "{}", page.text);
    browser.submit(&page, &[("action", "allow")]).await.code();
    let again = visit(&browser, "spa", &silent(ORDERS)).await;
    assert!(again.parameters().contains_key("code"));
    // Without a resource it is the default audience, which this is.
    let plain = [("scope", "read"), ("prompt", "none")];
    assert!(visit(&browser, "spa", &plain).await.parameters().contains_key("code"));
}

/// A page that is open when its API goes is no more.
pub async fn a_page_whose_api_is_no_more_leads_nowhere(s: &Stage) {
    settle(s).await;
    let browser = alices(s).await;
    let asked = [("resource", PAY), ("scope", "read")];
    let Landing::Page(page) = visit(&browser, "spa", &asked).await else { panic!("a page") };
    decide(s, without_pay).await;
    let answer = s.send(browser.dress(page.request(&[("action", "allow")]))).await;
    assert_eq!(answer.status, 403, "{answer:?}");
}
