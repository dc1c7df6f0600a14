//! Whether the client may: asked once, or every time, and answered by our own page alone (LG-13, LG-14).

use std::time::Duration;

use futures_util::future::join_all;
use grantry::{
    NewClient,
    types::{Consent, GrantType, Whose},
};

use super::admin::{admin, client_id, subject};
use super::visitors::{GONE, alices, assert_says, bob, code_for, page, said, visit};
use crate::{Browser, Landing, Page, Stage, World, redirect_uri, tenant_id};

const ALLOW: &[(&str, &str)] = &[("action", "allow")];

/// Demands the page that asks whether the client may.
#[track_caller]
fn asked(landing: Landing) -> Page {
    let page = landing.page();
    assert_says(&page, 200, "Allow access to your account?");
    assert!(page.offers("allow") && page.offers("deny"), "{}", page.text);
    page
}

/// How many grants a user of acme has.
pub(super) async fn grants_of(s: &Stage, user: &str) -> usize {
    let whose = Whose::Subject(subject(&format!("user-{user}")));
    let page = admin(s).grants(&tenant_id("acme"), whose, None).await.expect("grants");
    page.tickets.len()
}

/// OpenID Connect Core §3.1.2.4: what was allowed is not asked again, nor is less; more is, and anew what
/// the client wants asked. What was allowed before stays allowed beside it.
pub async fn what_was_allowed_is_not_asked_again_and_more_is(s: &Stage) {
    let browser = alices(s).await;
    let scope = |scope| [("scope", scope)];
    let first = asked(visit(&browser, "spa", &scope("openid read")).await);
    assert!(!first.text.contains("See your profile"), "{}", first.text);
    browser.submit(&first, ALLOW).await.code();
    for same in ["openid read", "read openid", "openid", "read"] {
        visit(&browser, "spa", &scope(same)).await.code();
    }
    let wider = [("scope", "openid profile"), ("prompt", "none")];
    assert_eq!(visit(&browser, "spa", &wider).await.error(), "consent_required");
    let second = asked(visit(&browser, "spa", &scope("openid profile")).await);
    assert!(second.text.contains("See your profile"), "{}", second.text);
    browser.submit(&second, ALLOW).await.code();
    visit(&browser, "spa", &scope("read profile openid")).await.code();
    let anew = [("scope", "openid"), ("prompt", "consent")];
    asked(visit(&browser, "spa", &anew).await);
    // Nobody else allowed it, and it was allowed to nobody else.
    asked(visit(&browser, "web", &scope("openid")).await);
    bob(s).await;
    let other = Browser::new(s);
    code_for(&other, "bob", "own", &[]).await;
    asked(visit(&other, "spa", &scope("openid")).await);
}

/// RFC 6749 §4.1.2.1: whoever refuses refuses this once; nothing is remembered.
pub async fn whoever_refuses_is_asked_again(s: &Stage) {
    let browser = alices(s).await;
    for _ in 0..2 {
        let consent = asked(visit(&browser, "spa", &[]).await);
        let before = grants_of(s, "alice").await;
        let heard = browser.submit(&consent, &[("action", "deny")]).await.parameters();
        assert_eq!((&*heard["error"], &*heard["state"]), ("access_denied", "st"));
        assert_eq!(heard["iss"], "https://id.example.com/oauth/acme");
        assert_eq!(grants_of(s, "alice").await, before);
        assert_says(&browser.submit(&consent, ALLOW).await.page(), 403, GONE);
    }
}

/// LG-14, RFC 8252 §8.6: anybody may call themselves by the name of a program on the user's own machine,
/// so its users are asked every time, and nobody silently.
pub async fn a_client_that_proves_nothing_is_asked_for_every_time(s: &Stage) {
    let browser = alices(s).await;
    for port in ["", ":4711", ":4712"] {
        let uri = format!("http://127.0.0.1{port}/cb");
        let own = [("redirect_uri", &*uri)];
        let consent = asked(visit(&browser, "native", &own).await);
        assert_says(&consent, 200, "We do not know who this is.");
        browser.submit(&consent, ALLOW).await.code();
        let silent = [("redirect_uri", &*uri), ("prompt", "none")];
        assert_eq!(visit(&browser, "native", &silent).await.error(), "consent_required");
    }
    let kept = admin(s).consents(&tenant_id("acme"), &subject("user-alice"), None).await;
    assert!(kept.expect("consents").is_empty(), "nothing is remembered that would not count");
    // Nor does what was remembered while it could prove itself.
    let (subject, client) = (subject("user-alice"), client_id("native"));
    let scope = "openid profile read".parse().expect("a scope");
    let consent =
        Consent { subject, client, scope, audience: None, given_at: super::grant::now(s) };
    let kept = s.world.stores.consents.keep(&tenant_id("acme"), consent).await;
    kept.expect("the store answers");
    asked(visit(&browser, "native", &[]).await);
}

/// LG-13: one answer, one code: whoever answers the page again, later or at once, gets none.
pub async fn a_consent_that_is_sent_twice_is_one_code(s: &Stage) {
    let browser = alices(s).await;
    let before = grants_of(s, "alice").await;
    let consent = asked(visit(&browser, "spa", &[]).await);
    browser.submit(&consent, ALLOW).await.code();
    for action in ["allow", "deny"] {
        let again = browser.submit(&consent, &[("action", action)]).await.page();
        assert_says(&again, 403, GONE);
        assert_says(&again, 403, "it was answered already");
    }
    assert_eq!(grants_of(s, "alice").await, before + 1);
    let consent = asked(visit(&browser, "web", &[]).await);
    let answers = join_all((0..16).map(|_| browser.post(&consent, ALLOW))).await;
    let (won, lost): (Vec<_>, Vec<_>) = answers.into_iter().partition(|one| one.status == 303);
    assert_eq!((won.len(), lost.len()), (1, 15));
    for answer in lost {
        assert_says(&page(answer), 403, GONE);
    }
    assert_eq!(grants_of(s, "alice").await, before + 2);
}

/// LG-13: nothing that the form brings along is what is allowed: that stands in our own row.
pub async fn what_is_allowed_is_what_was_asked(s: &Stage) {
    let browser = alices(s).await;
    let consent = asked(visit(&browser, "spa", &[("scope", "openid read")]).await);
    let forged = [
        ("action", "allow"),
        ("scope", "openid read write profile email"),
        ("client_id", "web"),
        ("redirect_uri", "https://evil.example/"),
        ("state", "evil"),
        ("code_challenge", "evil"),
        ("username", "bob"),
    ];
    let landing = browser.submit(&consent, &forged).await;
    let url = landing.clone().away();
    assert!(url.starts_with("https://app.example.com/cb?code="), "{url}");
    let heard = landing.parameters();
    assert_eq!(heard["state"], "st");
    let answer = s.redeem_code("acme", "spa", &heard["code"]).await;
    assert_eq!(
        (&answer.json()["scope"], &said(&answer)["aud"]),
        (&"openid read".into(), &"spa".into())
    );
}

/// LG-13: nobody allows anything who has not proven who they are, by whatever button.
pub async fn nobody_allows_anything_before_they_signed_in(s: &Stage) {
    let browser = Browser::new(s);
    for action in ["allow", "continue", "other", "deny", "junk"] {
        let login = visit(&browser, "spa", &[]).await.page();
        let again = browser.submit(&login, &[("action", action)]).await.page();
        assert_says(&again, 200, super::visitors::EXPIRED);
        assert!(again.offers("sign-in") && !again.offers("allow"), "{action}: {}", again.text);
    }
    assert_eq!(grants_of(s, "alice").await, 0);
    // Nor by the button of another page than the one that is shown.
    let browser = alices(s).await;
    let choose = visit(&browser, "spa", &[("prompt", "select_account")]).await.page();
    assert!(choose.offers("continue"));
    let next = browser.submit(&choose, ALLOW).await.page();
    assert!(next.offers("continue"), "still there: {}", next.text);
}

/// LG-07: whoever is disabled between login and consent allows nothing.
pub async fn whoever_is_disabled_before_they_allow_gets_nothing(s: &Stage) {
    let browser = Browser::new(s);
    let login = visit(&browser, "spa", &[]).await.page();
    let consent = asked(browser.sign_in(&login, "alice", World::PASSWORD).await);
    let before = grants_of(s, "alice").await;
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    admin(s).disable_user(&acme, &alice).await.expect("done");
    let again = browser.submit(&consent, ALLOW).await.page();
    assert!(again.offers("sign-in"), "{}", again.text);
    let refused = browser.sign_in(&again, "alice", World::PASSWORD).await.page();
    assert_says(&refused, 403, "The user name or the password is wrong.");
    assert_eq!(grants_of(s, "alice").await, before);
    // And whoever is disabled between consent and redemption gets no tokens.
    admin(s).enable_user(&acme, &alice).await.expect("done");
    s.world.clock.advance(Duration::from_secs(1));
    let code = code_for(&browser, "alice", "spa", &[]).await;
    admin(s).disable_user(&acme, &alice).await.expect("done");
    assert_eq!(s.redeem_code("acme", "spa", &code).await.status, 400);
}

/// What a user allowed is theirs to take back: the next request asks.
pub async fn a_consent_that_was_taken_back_is_asked_for_again(s: &Stage) {
    let browser = alices(s).await;
    code_for(&browser, "alice", "spa", &[]).await;
    visit(&browser, "spa", &[]).await.code();
    let (acme, alice, spa) = (tenant_id("acme"), subject("user-alice"), client_id("spa"));
    let kept = admin(s).consents(&acme, &alice, None).await.expect("consents");
    assert_eq!((kept.len(), &kept[0].client), (1, &spa));
    assert_eq!(kept[0].scope, "openid profile read".parse().expect("a scope"));
    assert!(admin(s).forget_consent(&acme, &alice, &spa).await.expect("done"));
    asked(visit(&browser, "spa", &[]).await);
    assert!(!admin(s).forget_consent(&acme, &alice, &spa).await.expect("done"));
}

/// What was allowed to a client is not allowed to another that takes its id, nor to one that was stopped.
pub async fn a_client_created_anew_or_stopped_is_asked_for_again(s: &Stage) {
    let (acme, spa) = (tenant_id("acme"), client_id("spa"));
    let browser = alices(s).await;
    code_for(&browser, "alice", "spa", &[]).await;
    s.world.clock.advance(Duration::from_secs(1));
    admin(s).disable_client(&acme, &spa).await.expect("done");
    admin(s).enable_client(&acme, &spa).await.expect("done");
    s.world.clock.advance(Duration::from_secs(1));
    asked(visit(&browser, "spa", &[]).await);
    code_for(&browser, "alice", "spa", &[]).await;
    visit(&browser, "spa", &[]).await.code();
    s.world.clock.advance(Duration::from_secs(1));
    admin(s).delete_client(&acme, &spa).await.expect("done");
    let new = NewClient::public("spa").scope("openid profile read");
    let new = new.grants([GrantType::AuthorizationCode]).redirect_uris([redirect_uri("spa")]);
    admin(s).create_client(&acme, new).await.expect("a client");
    let silent = [("prompt", "none")];
    assert_eq!(visit(&browser, "spa", &silent).await.error(), "consent_required");
    asked(visit(&browser, "spa", &[]).await);
}

/// The tenant's own client is not asked for, unless it wants it.
pub async fn the_tenants_own_client_is_not_asked_for(s: &Stage) {
    let browser = alices(s).await;
    visit(&browser, "own", &[("prompt", "none")]).await.code();
    asked(visit(&browser, "own", &[("prompt", "consent")]).await);
}

/// A request that waits is judged by the client of now: one that lost its scope or was stopped gets none.
pub async fn a_client_that_was_changed_meanwhile_gets_nothing(s: &Stage) {
    let (acme, spa) = (tenant_id("acme"), client_id("spa"));
    let browser = alices(s).await;
    for n in 0..2 {
        let consent = asked(visit(&browser, "spa", &[("prompt", "consent")]).await);
        match n {
            0 => drop(admin(s).disable_client(&acme, &spa).await.expect("done")),
            _ => {
                let less = |client: &mut grantry::types::Client| {
                    client.scope = "openid".parse().expect("a scope");
                };
                admin(s).change_client(&acme, &spa, less).await.expect("done");
            }
        }
        assert_says(&browser.submit(&consent, ALLOW).await.page(), 403, GONE);
        assert_says(&browser.open(&consent.place).await.page(), 403, GONE);
        if n == 0 {
            admin(s).enable_client(&acme, &spa).await.expect("done");
        }
    }
}
