//! RFC 7636: who redeems a code proves to be who asked for it.

use futures_util::future::join_all;
use grantry::ports::{Event, EventKind};

use super::events::told_over;
use super::grant::{Holder, whole};
use super::walk::{AUTHORIZE, OWN, assert_told, but, code, plain, redeem_own, spa, walk, without};
use crate::{Answer, Browser, PKCE, Stage, World, Yielding};

/// Another verifier, and its challenge would be another.
const WRONG: &str = "wrongJftJeZ4CVPmB92K27uhbUJU1p1rwW1gFWFOEjXk";

/// `spa` redeems a code with this verifier.
async fn redeem(s: &Stage, code: &str, verifier: Option<&str>) -> Answer {
    let mut form = vec![
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", code),
        ("redirect_uri", World::REDIRECT),
    ];
    form.extend(verifier.map(|verifier| ("code_verifier", verifier)));
    s.post("/oauth/acme/token", &form).await
}

/// `own`, which may do without, redeems a code with this verifier.
async fn redeem_by_own(s: &Stage, code: &str, verifier: &str) -> Answer {
    let form = [
        ("grant_type", "authorization_code"),
        ("code", code),
        ("redirect_uri", OWN),
        ("code_verifier", verifier),
    ];
    s.post_basic("/oauth/acme/token", "own", s.world.secret("acme", "own"), &form).await
}

#[track_caller]
fn assert_refused(answer: &Answer) {
    Holder::App.assert_refused(answer);
}

/// A browser in which Alice is signed in and has allowed `spa`, for codes without pages.
async fn at_home(s: &Stage) -> Browser<'_> {
    let browser = Browser::new(s);
    walk(&browser, "acme", &spa()).await.code();
    browser
}

/// AZ-14, RFC 7636 §4.4.1, RFC 9700 §2.1.1: a client sends a challenge, unless it was registered to do
/// without; a confidential one as well.
pub async fn a_client_sends_a_challenge(s: &Stage) {
    let web = [("client_id", "web"), ("redirect_uri", "https://web.example.com/cb")];
    let native = [("client_id", "native"), ("redirect_uri", "http://127.0.0.1/cb")];
    for who in [&[][..], &web, &native] {
        let asked = but(spa(), who);
        for asked in [
            without(asked.clone(), "code_challenge"),
            but(asked.clone(), &[("code_challenge", "")]),
            without(without(asked, "code_challenge"), "code_challenge_method"),
        ] {
            let told = assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request");
            assert_eq!(told["error_description"], "code_challenge is required");
        }
    }
    // Who may do without does not do half of it.
    let half = but(plain("openid"), &[("code_challenge_method", "S256")]);
    assert_told(&s.get(AUTHORIZE, &half).await, "invalid_request");
    code(s, &plain("openid")).await;
}

/// AZ-15, RFC 7636 §4.3: the method is S256, and is named: without a name it would be `plain`.
pub async fn the_method_is_s256_and_is_named(s: &Stage) {
    let own = but(plain("openid"), &[("code_challenge", PKCE.1)]);
    for asked in [spa(), own] {
        let asked = without(asked, "code_challenge_method");
        assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request");
        for other in ["plain", "s256", "S256 ", "S512", "SHA256", "none", ""] {
            let asked = but(asked.clone(), &[("code_challenge_method", other)]);
            let told = assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request");
            assert_eq!(told["error_description"], "code_challenge_method must be S256", "{other}");
        }
    }
}

/// AZ-16, RFC 7636 §4.2: a challenge is the base64url of 32 bytes, in its one form.
pub async fn a_challenge_has_one_form(s: &Stage) {
    for bad in [
        &PKCE.1[1..],
        &format!("{}A", PKCE.1),
        &format!("{}=", PKCE.1),
        &format!("{}%3D", PKCE.1),
        &PKCE.1.replace('-', "+"),
        &PKCE.1.replace('w', "_-").replacen('E', "", 1).replace('M', "/"),
        &PKCE.1.replace("cM", "cN"),
        &"a".repeat(128),
        &"a".repeat(600),
        "x",
    ] {
        let asked = but(spa(), &[("code_challenge", bad)]);
        assert_told(&s.get(AUTHORIZE, &asked).await, "invalid_request");
    }
}

/// TK-10, RFC 7636 §4.6: a code with a challenge wants its verifier, also of a client that need not have
/// sent one and proves itself. The code stays good.
pub async fn a_code_with_a_challenge_wants_its_verifier(s: &Stage) {
    let mine = code(s, &spa()).await;
    assert_refused(&redeem(s, &mine, None).await);
    assert_refused(&redeem(s, &mine, Some("")).await);
    assert_refused(&redeem(s, &mine, Some(WRONG)).await);
    redeem(s, &mine, Some(PKCE.0)).await.tokens();
    let more = [("code_challenge", PKCE.1), ("code_challenge_method", "S256")];
    let own = code(s, &but(plain("openid"), &more)).await;
    assert_refused(&redeem_own(s, &own).await);
    assert_refused(&redeem_by_own(s, &own, WRONG).await);
    redeem_by_own(s, &own, PKCE.0).await.tokens();
}

/// TK-11, RFC 9700 §4.8.2: a verifier for a code without a challenge is a code that somebody slipped in.
pub async fn a_code_without_a_challenge_wants_no_verifier(s: &Stage) {
    let own = code(s, &plain("openid")).await;
    assert_refused(&redeem_by_own(s, &own, PKCE.0).await);
    redeem_own(s, &own).await.tokens();
}

/// TK-12, RFC 7636 §4.1: a verifier has 43 to 128 unreserved characters; the challenge is not its own
/// verifier, nor is a verifier of another spelling.
pub async fn a_verifier_has_its_length_and_alphabet(s: &Stage) {
    let mine = code(s, &spa()).await;
    let bad = |text: &str| "a".repeat(43) + text;
    for text in
        ["a".repeat(42), "a".repeat(129), "a".repeat(600), bad("+"), bad(" "), bad("ä"), bad("=")]
    {
        let answer = redeem(s, &mine, Some(&text)).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["error"]),
            (400, &"invalid_request".into())
        );
    }
    assert_refused(&redeem(s, &mine, Some(PKCE.1)).await);
    assert_refused(&redeem(s, &mine, Some(&PKCE.0.to_lowercase())).await);
    assert_refused(&redeem(s, &mine, Some(&"a".repeat(43))).await);
    assert_refused(&redeem(s, &mine, Some(&"~".repeat(128))).await);
    redeem(s, &mine, Some(PKCE.0)).await.tokens();
}

/// RFC 7636 §4.1: the shortest and the longest verifier are one.
pub async fn the_shortest_and_the_longest_verifier_count(s: &Stage) {
    use aws_lc_rs::digest::{SHA256, digest};
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let browser = at_home(s).await;
    for verifier in ["-._~".repeat(11)[..43].to_owned(), "Zz09".repeat(32)] {
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let asked = but(spa(), &[("code_challenge", &challenge)]);
        let code = browser.authorize("acme", &asked).await.code();
        assert_refused(&redeem(s, &code, Some(PKCE.0)).await);
        redeem(s, &code, Some(&verifier)).await.tokens();
    }
}

/// TK-13: four wrong verifiers leave a code good, the fifth ends it; a wrong one is answered like any
/// other code that counts for nothing.
pub async fn the_fifth_wrong_verifier_ends_a_code(s: &Stage) {
    let browser = at_home(s).await;
    let random = redeem(s, "x", Some(WRONG)).await;
    assert_refused(&random);
    let (patient, guessed, other) = (
        browser.authorize("acme", &spa()).await.code(),
        browser.authorize("acme", &spa()).await.code(),
        browser.authorize("acme", &spa()).await.code(),
    );
    for _ in 0..4 {
        for code in [&patient, &guessed] {
            assert_eq!(whole(&redeem(s, code, Some(WRONG)).await), whole(&random));
        }
    }
    redeem(s, &patient, Some(PKCE.0)).await.tokens();
    s.world.events.take();
    assert_eq!(whole(&redeem(s, &guessed, Some(WRONG)).await), whole(&random));
    assert_eq!(reused(&s.world.events.take()), 1, "who runs the server is told");
    assert_eq!(whole(&redeem(s, &guessed, Some(PKCE.0)).await), whole(&random));
    redeem(s, &other, Some(PKCE.0)).await.tokens();
}

/// How often a code or token counted as stolen.
fn reused(told: &[Event]) -> usize {
    told.iter().filter(|event| event.kind == EventKind::Reused).count()
}

/// TK-13: many guesses at once end a code once.
pub async fn of_64_guesses_at_one_code_one_ends_it(s: &Stage) {
    let browser = at_home(s).await;
    let code = browser.authorize("acme", &spa()).await.code();
    let (kept, s) = &told_over(s, Yielding::new(s.world.stores.clone()).stores()).await;
    let answers = join_all((0..64).map(|_| redeem(s, &code, Some(WRONG)))).await;
    answers.iter().for_each(assert_refused);
    assert_eq!(reused(&kept.take()), 1);
    assert_refused(&redeem(s, &code, Some(PKCE.0)).await);
}

/// TK-13: a verifier that is no text of a verifier is no guess, and neither is a try by another client;
/// nor does a wrong verifier for a code that was used end what came of it.
pub async fn only_a_guess_is_counted_as_one(s: &Stage) {
    let browser = at_home(s).await;
    let code = browser.authorize("acme", &spa()).await.code();
    for _ in 0..6 {
        assert_eq!(redeem(s, &code, Some("short")).await.json()["error"], "invalid_request");
        assert_refused(&redeem_by_own(s, &code, WRONG).await);
    }
    let first = redeem(s, &code, Some(PKCE.0)).await.tokens();
    for _ in 0..6 {
        assert_refused(&redeem(s, &code, Some(WRONG)).await);
    }
    assert_eq!(s.refresh("acme", "spa", &first.refresh).await.status, 200);
}
