//! What proves that a user wants to sign out, or that their client may sign them out.

use super::admin::admin;
use super::sign_out::{
    BYE, demand_question, is_asked_and_sent_nowhere, is_refused, sign_out, signed_in,
};
use super::visitors::{
    FOREIGN, SIGNED_OUT, alices, assert_says, id_token, is_signed_in, page, tokens_for,
};
use crate::{Browser, Stage, form, tenant_id};

/// LG-12, LG-18: a confirmation counts if our own page sent it, for the session that it was shown to.
pub async fn a_confirmation_is_of_our_own_page_and_of_this_session(s: &Stage) {
    let (browser, other) = (alices(s).await, alices(s).await);
    let asked = sign_out(&browser, &[]).await.page();
    let theirs = sign_out(&other, &[]).await.page();
    let stolen = [("confirm", theirs.hidden("confirm")), ("action", "sign-out")];
    for fields in [&stolen[..], &[("confirm", "junk"), ("action", "sign-out")], &[("confirm", "x")]]
    {
        let refused = page(browser.post(&asked, fields).await);
        assert_says(&refused, 403, FOREIGN);
    }
    let own = [("confirm", asked.hidden("confirm")), ("action", "sign-out")];
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let mut request = form("/oauth/acme/logout", &own);
        request.headers_mut().insert(name, value.parse().expect("a header"));
        assert_says(&page(browser.send(request).await), 403, FOREIGN);
    }
    assert!(is_signed_in(&browser).await && is_signed_in(&other).await);
    // Nor by a link.
    let link = sign_out(&browser, &own).await;
    demand_question(&browser, link).await;
    assert_says(&browser.submit(&asked, &own).await.page(), 200, SIGNED_OUT);
    // In the other window it is done already.
    assert_says(&browser.submit(&asked, &own).await.page(), 200, SIGNED_OUT);
    assert!(is_signed_in(&other).await, "another browser is another session");
}

/// LG-18: a hint proves something of the session that it was issued in, to the client that got it.
pub async fn a_hint_of_another_session_or_user_or_client_signs_nobody_out(s: &Stage) {
    super::visitors::bob(s).await;
    let (browser, _) = signed_in(s).await;
    let (_, elsewhere) = signed_in(s).await;
    let bobs = tokens_for(&Browser::new(s), "bob", "spa", &[]).await;
    for hint in [elsewhere, id_token(&bobs)] {
        demand_question(&browser, sign_out(&browser, &[("id_token_hint", &hint)]).await).await;
    }
    let (own, hint) = signed_in(s).await;
    let named = [("id_token_hint", &*hint), ("client_id", "web")];
    is_refused(&own, &named, "client_id must be").await;
    let right = [("id_token_hint", &*hint), ("client_id", "spa")];
    assert_says(&sign_out(&own, &right).await.page(), 200, SIGNED_OUT);
}

/// RP-Initiated Logout §2: an ID token is a hint also after it expired, and one with offline access, which
/// names no session, is one of its user.
pub async fn an_old_hint_and_one_without_a_session_count(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    s.world.clock.advance(std::time::Duration::from_secs(3601));
    let done = sign_out(&browser, &[("id_token_hint", &hint)]).await.page();
    assert_says(&done, 200, SIGNED_OUT);
    assert!(!is_signed_in(&browser).await);
    let browser = Browser::new(s);
    let offline = [("scope", "openid offline_access")];
    let hint = id_token(&tokens_for(&browser, "alice", "spa", &offline).await);
    assert!(crate::claims(&hint)["sid"].is_null());
    assert_says(&sign_out(&browser, &[("id_token_hint", &hint)]).await.page(), 200, SIGNED_OUT);
    assert!(!is_signed_in(&browser).await);
}

/// LG-18: a client that was stopped sends nobody anywhere and signs nobody out.
pub async fn a_client_that_was_stopped_signs_nobody_out(s: &Stage) {
    let (browser, hint) = signed_in(s).await;
    let client = "spa".parse().expect("a client id");
    admin(s).disable_client(&tenant_id("acme"), &client).await.expect("done");
    let asked = [("id_token_hint", &*hint), ("post_logout_redirect_uri", BYE)];
    is_asked_and_sent_nowhere(&browser, &asked).await;
}
