//! Signing out (OpenID Connect RP-Initiated Logout 1.0). The first eleven are what the OpenID
//! Foundation's conformance suite checks, by the names of its modules.

use super::admin::subject;
use super::visitors::{SIGNED_OUT, assert_says, id_token, is_signed_in, tokens_for};
use crate::{Browser, Landing, Page, Stage, form, query};

pub(super) const BYE: &str = "https://app.example.com/bye";
const UNREGISTERED: &str = "https://app.example.com/other";

/// A browser in which Alice is signed in, and an ID token that `spa` got in it.
pub(super) async fn signed_in(s: &Stage) -> (Browser<'_>, String) {
    let browser = Browser::new(s);
    let answer = tokens_for(&browser, "alice", "spa", &[]).await;
    (browser, id_token(&answer))
}

pub(super) async fn sign_out(b: &Browser<'_>, parameters: &[(&str, &str)]) -> Landing {
    b.open(&format!("/oauth/acme/logout?{}", query(parameters))).await
}

/// Demands the page that asks: nobody is signed out yet.
pub(super) async fn demand_question(b: &Browser<'_>, landing: Landing) -> Page {
    let page = landing.page();
    assert_says(&page, 200, "Sign out?");
    assert!(page.offers("sign-out") && page.offers("stay"), "{}", page.text);
    assert!(is_signed_in(b).await);
    page
}

/// The user is asked, says yes, and is sent nowhere.
pub(super) async fn is_asked_and_sent_nowhere(b: &Browser<'_>, parameters: &[(&str, &str)]) {
    let asked = demand_question(b, sign_out(b, parameters).await).await;
    let csp = asked.answer.header("content-security-policy");
    assert!(csp.contains("form-action 'self';"), "{csp}");
    let done = b.submit(&asked, &[("action", "sign-out")]).await.page();
    assert_says(&done, 200, SIGNED_OUT);
    assert!(!is_signed_in(b).await);
}

/// The application's developer reads what is wrong, and nobody is signed out.
pub(super) async fn is_refused(b: &Browser<'_>, parameters: &[(&str, &str)], why: &str) {
    let refused = sign_out(b, parameters).await.page();
    assert_says(&refused, 400, "The application asked for something wrong");
    assert_says(&refused, 400, why);
    assert!(is_signed_in(b).await);
}

/// oidcc-rp-initiated-logout-discovery-endpoint-verification; RP-Initiated Logout §2.1.
pub async fn metadata_names_the_endpoint_where_users_sign_in(s: &Stage) {
    let metadata = s.get("/oauth/acme/.well-known/openid-configuration", &[]).await.json();
    let endpoint = "https://id.example.com/oauth/acme/logout";
    assert_eq!(metadata["end_session_endpoint"], endpoint);
    let none = s.get("/oauth/narrow/.well-known/openid-configuration", &[]).await.json();
    assert!(none["end_session_endpoint"].is_null(), "{none}");
}

/// oidcc-rp-initiated-logout; RP-Initiated Logout §2, §3: by GET and by a form, at once, and back to the
/// client with its state. The browser forgets the session.
pub async fn a_client_signs_its_user_out_and_gets_them_back(s: &Stage) {
    for posted in [false, true] {
        let (browser, hint) = signed_in(s).await;
        let state = "a b&c=d#é";
        let asked =
            [("id_token_hint", &*hint), ("post_logout_redirect_uri", BYE), ("state", state)];
        let landing = match posted {
            false => sign_out(&browser, &asked).await,
            true => {
                let answer = browser.send(form("/oauth/acme/logout", &asked)).await;
                assert_eq!(answer.status, 303, "AZ-28: {answer:?}");
                Landing::Away(answer.header("location").to_owned())
            }
        };
        let url = landing.clone().away();
        assert!(url.starts_with("https://app.example.com/bye?state="), "{url}");
        let heard = landing.parameters();
        assert_eq!((heard.len(), &*heard["state"]), (1, state));
        assert!(!browser.cookies().keys().any(|name| name.contains("session")));
        assert!(!is_signed_in(&browser).await);
    }
}

/// oidcc-rp-initiated-logout-bad-id-token-hint; LG-18: what is no ID token proves nothing and leads nowhere.
pub async fn a_hint_that_is_none_signs_nobody_out(s: &Stage) {
    for hint in ["junk", "a.b.c", "eyJhbGciOiJub25lIn0.e30."] {
        let (browser, _) = signed_in(s).await;
        let asked = [("id_token_hint", hint), ("post_logout_redirect_uri", BYE), ("state", "st")];
        // Nor does it help to say who asks.
        let named = [&asked[..], &[("client_id", "spa")]].concat();
        demand_question(&browser, sign_out(&browser, &named).await).await;
        is_asked_and_sent_nowhere(&browser, &named).await;
        // Nor does somebody who is signed out follow it.
        assert_says(&sign_out(&browser, &asked).await.page(), 200, SIGNED_OUT);
    }
}

/// oidcc-rp-initiated-logout-modified-id-token-hint; LG-18: nor does one that was changed.
pub async fn a_hint_that_was_changed_signs_nobody_out(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    let at = hint.rfind('.').expect("a JWS") + 10;
    let flipped = if hint.as_bytes()[at] == b'A' { "B" } else { "A" };
    let changed = [&hint[..at], flipped, &hint[at + 1..]].concat();
    let asked = [("id_token_hint", &*changed), ("post_logout_redirect_uri", BYE), ("state", "st")];
    is_asked_and_sent_nowhere(&browser, &asked).await;
}

/// oidcc-rp-initiated-logout-bad-post-logout-redirect-uri; RP-Initiated Logout §3.1, LG-18: nobody is sent
/// to a place that the client did not register, also not to one of another client or of answers.
pub async fn a_place_that_is_not_registered_leads_nowhere(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    for place in [
        UNREGISTERED,
        "https://app.example.com/cb",
        "https://web.example.com/bye",
        "https://app.example.com/BYE",
        "https://app.example.com/bye/",
        "HTTPS://app.example.com/bye",
        "javascript:alert(1)",
        "//evil.example",
    ] {
        for known in [("id_token_hint", &*hint), ("client_id", "spa")] {
            let asked = [known, ("post_logout_redirect_uri", place), ("state", "st")];
            is_refused(&browser, &asked, "post_logout_redirect_uri must be").await;
        }
    }
}

/// oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri; RP-Initiated Logout §3.1: compared as
/// text.
pub async fn a_place_with_a_query_added_leads_nowhere(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    for place in ["https://app.example.com/bye?foo=bar", "https://app.example.com/bye?"] {
        let asked = [("id_token_hint", &*hint), ("post_logout_redirect_uri", place)];
        is_refused(&browser, &asked, "post_logout_redirect_uri must be").await;
    }
}

/// oidcc-rp-initiated-logout-no-id-token-hint; RP-Initiated Logout §2, §4: the user is asked, and sent on only
/// where it is known which client wants it, and that the place is its own.
pub async fn without_a_hint_the_user_is_asked(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    let place = [("post_logout_redirect_uri", BYE), ("state", "st")];
    is_asked_and_sent_nowhere(&browser, &place).await;
    let (browser, _) = signed_in(s).await;
    let named = [&place[..], &[("client_id", "spa")]].concat();
    let asked = demand_question(&browser, sign_out(&browser, &named).await).await;
    let csp = asked.answer.header("content-security-policy");
    assert!(csp.contains("form-action 'self' https://app.example.com;"), "F7: {csp}");
    let landing = browser.submit(&asked, &[("action", "sign-out")]).await;
    assert_eq!(landing.away(), format!("{BYE}?state=st"));
    assert!(!is_signed_in(&browser).await);
    // Nobody says that they want it now, and nothing proves that the client may.
    assert_says(&sign_out(&browser, &named).await.page(), 200, SIGNED_OUT);
}

/// oidcc-rp-initiated-logout-no-params; RP-Initiated Logout §2.
pub async fn without_any_parameter_the_user_is_asked(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    is_asked_and_sent_nowhere(&browser, &[]).await;
    let stranger = browser.open("/oauth/acme/logout").await.page();
    assert_says(&stranger, 200, SIGNED_OUT);
}

/// oidcc-rp-initiated-logout-no-post-logout-redirect-uri; RP-Initiated Logout §2: a hint alone signs out, and
/// a page says so.
pub async fn without_a_place_a_page_says_that_it_is_done(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    let done = sign_out(&browser, &[("id_token_hint", &hint), ("state", "st")]).await.page();
    assert_says(&done, 200, SIGNED_OUT);
    assert!(!is_signed_in(&browser).await);
}

/// oidcc-rp-initiated-logout-no-state; RP-Initiated Logout §3: nothing is added to the place.
pub async fn without_a_state_none_is_given_back(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    let asked = [("id_token_hint", &*hint), ("post_logout_redirect_uri", BYE)];
    assert_eq!(sign_out(&browser, &asked).await.away(), BYE);
    assert!(!is_signed_in(&browser).await);
}

/// oidcc-rp-initiated-logout-only-state; RP-Initiated Logout §2.
pub async fn with_a_state_alone_the_user_is_asked(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    is_asked_and_sent_nowhere(&browser, &[("state", "st")]).await;
}

/// RP-Initiated Logout §2: whoever wants to stay stays.
pub async fn whoever_wants_to_stay_stays(s: &Stage) {
    let (browser, _) = signed_in(s).await;
    let asked = demand_question(&browser, sign_out(&browser, &[]).await).await;
    let stays = browser.submit(&asked, &[("action", "stay")]).await.page();
    assert_says(&stays, 200, "You are still signed in");
    assert!(is_signed_in(&browser).await);
}

/// Signing out is told once, of the user who did.
pub async fn it_is_told_who_signed_out(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    s.world.events.take();
    sign_out(&browser, &[("id_token_hint", &hint)]).await.page();
    sign_out(&browser, &[("id_token_hint", &hint)]).await.page();
    let told = s.world.events.take();
    let told: Vec<_> = told.iter().map(|event| (event.kind.as_str(), &event.subject)).collect();
    assert_eq!(told, [("signed_out", &Some(subject("user-alice")))]);
}
