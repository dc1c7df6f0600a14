//! One browser, two windows, and who is signed in changes meanwhile (LG-17).

use super::consents::grants_of;
use super::visitors::{
    alices, assert_says, bob, code_for, said, sessions_of, tokens_for, visit, who,
};
use crate::{Browser, Stage, World};

const ALLOW: &[(&str, &str)] = &[("action", "allow")];

/// Bob signs in, in another window of this browser.
async fn bob_signs_in(b: &Browser<'_>) {
    code_for(b, "bob", "own", &[("prompt", "login")]).await;
}

/// LG-17: what Alice was asked nobody else allows: the page is shown to who is there now, and the client
/// learns of them.
pub async fn what_one_user_was_asked_another_does_not_allow(s: &Stage) {
    bob(s).await;
    let browser = alices(s).await;
    let consent = visit(&browser, "spa", &[]).await.page();
    assert!(consent.text.contains("alice"), "{}", consent.text);
    bob_signs_in(&browser).await;
    let bobs = browser.submit(&consent, ALLOW).await.page();
    assert_says(&bobs, 200, "Allow access to your account?");
    assert!(bobs.text.contains("bob") && !bobs.text.contains("alice"), "{}", bobs.text);
    assert_ne!(bobs.hidden("interaction"), consent.hidden("interaction"));
    let code = browser.submit(&bobs, ALLOW).await.code();
    let answer = s.redeem_code("acme", "spa", &code).await;
    assert_eq!(said(&answer)["sub"], "user-bob");
}

/// LG-17: who chose to go on as Alice did not choose to go on as Bob.
pub async fn what_one_user_chose_another_did_not(s: &Stage) {
    bob(s).await;
    let browser = alices(s).await;
    let choose = visit(&browser, "spa", &[("prompt", "select_account")]).await.page();
    assert!(choose.text.contains("Continue as <bdi>alice</bdi>"), "{}", choose.text);
    bob_signs_in(&browser).await;
    let again = browser.submit(&choose, &[("action", "continue")]).await.page();
    assert!(again.text.contains("Continue as <bdi>bob</bdi>"), "{}", again.text);
    // Nor where Alice had chosen already.
    let consent = browser.submit(&again, &[("action", "continue")]).await.page();
    assert!(consent.offers("allow") && consent.text.contains("bob"));
    code_for(&browser, "alice", "own", &[("prompt", "login")]).await;
    let back = browser.open(&consent.place).await.page();
    assert!(back.offers("continue") && back.text.contains("alice"), "{}", back.text);
}

/// LG-17: that one user just proved who they are proves nothing of another.
pub async fn what_one_user_proved_another_did_not(s: &Stage) {
    bob(s).await;
    for asked in [("prompt", "login"), ("max_age", "0")] {
        let browser = Browser::new(s);
        let login = visit(&browser, "spa", &[asked]).await.page();
        let consent = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
        assert!(consent.offers("allow"));
        bob_signs_in(&browser).await;
        let again = browser.submit(&consent, ALLOW).await.page();
        assert!(again.offers("sign-in"), "{asked:?}: {}", again.text);
        let consent = browser.sign_in(&again, "bob", World::PASSWORD).await.page();
        assert!(consent.offers("allow") && consent.text.contains("bob"));
    }
}

/// LG-17: whoever signs in on a page is who is signed in, also where somebody else came meanwhile, whose
/// session is over, with what was granted in it.
pub async fn whoever_signs_in_last_is_signed_in(s: &Stage) {
    bob(s).await;
    // Nobody is asked whether this client may: the user would see no page.
    let browser = Browser::new(s);
    let login = visit(&browser, "own", &[]).await.page();
    let alices = tokens_for(&browser, "alice", "own", &[]).await.tokens();
    let wrong = browser.sign_in(&login, "bob", "looking-glass").await.page();
    assert_says(&wrong, 403, "The user name or the password is wrong.");
    assert_eq!(who(&browser).await, "user-alice");
    let code = browser.sign_in(&login, "bob", World::PASSWORD).await.code();
    let answer = s.redeem_code("acme", "own", &code).await;
    assert_eq!(said(&answer)["sub"], "user-bob");
    assert_eq!(who(&browser).await, "user-bob");
    assert_eq!(s.get_as("/oauth/acme/userinfo", &alices.access).await.status, 401);
    assert_eq!(s.refresh("acme", "own", &alices.refresh).await.status, 400);
    assert!(sessions_of(s, "alice").await.is_empty());
}

/// LG-13: whoever refuses on a page has refused, also where they allowed the client the same in another
/// window while it was open.
pub async fn whoever_refuses_is_heard_whatever_they_allowed_elsewhere(s: &Stage) {
    let browser = alices(s).await;
    let one = visit(&browser, "spa", &[]).await.page();
    let two = visit(&browser, "spa", &[]).await.page();
    browser.submit(&two, ALLOW).await.code();
    let before = grants_of(s, "alice").await;
    assert_eq!(browser.submit(&one, &[("action", "deny")]).await.error(), "access_denied");
    assert_eq!(grants_of(s, "alice").await, before);
    // Who allowed it there and here has allowed it.
    let three = visit(&browser, "spa", &[("prompt", "consent")]).await.page();
    browser.submit(&three, ALLOW).await.code();
}

/// LG-17: two windows that ask for different things are answered each for its own.
pub async fn two_windows_are_answered_each_for_its_own(s: &Stage) {
    let browser = alices(s).await;
    let one = visit(&browser, "spa", &[("state", "one"), ("scope", "openid")]).await.page();
    let two = visit(&browser, "web", &[("state", "two"), ("scope", "openid read")]).await.page();
    let two = browser.submit(&two, ALLOW).await;
    let one = browser.submit(&one, ALLOW).await;
    assert!(two.clone().away().starts_with("https://web.example.com/cb?"));
    assert!(one.clone().away().starts_with("https://app.example.com/cb?"));
    for (landing, client, state, scope) in
        [(one, "spa", "one", "openid"), (two, "web", "two", "openid read")]
    {
        let heard = landing.parameters();
        assert_eq!(heard["state"], state);
        let answer = s.redeem_code("acme", client, &heard["code"]).await;
        assert_eq!(answer.json()["scope"], scope);
    }
}
