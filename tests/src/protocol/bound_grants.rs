//! Codes and refresh tokens that are bound to a key (RFC 9449 §5, §10), and who must have one.

use std::time::Duration;

use grantry::types::Dpop;

use super::grant::now;
use super::prover::{TOKEN, allow, assert_bound, assert_refused, fresh, redeem, renew};
use super::pushed_requests::{PAR, brings, push};
use super::visitors::{code_for, visit};
use super::walk::spa;
use crate::{Answer, Browser, KeyHolder, Stage, Tokens, form, with_proof};

const GRANT: &str = "the code or refresh token is unknown, expired, used, or was issued for another client or redirect URI";
const PAR_URL: &str = "https://id.example.com/oauth/acme/par";

/// Alice's tokens, bound to a key.
async fn bound(s: &Stage, client: &str, key: &KeyHolder) -> Tokens {
    let code = code_for(&Browser::new(s), "alice", client, &[]).await;
    assert_bound(&redeem(s, client, &code, &[&fresh(s, key)]).await, key)
}

/// RFC 9449 §5, RF-05: a public client's refresh token is bound to the key by which its code was redeemed. Without
/// the key, or by another, nothing changes, whichever of the grant's tokens it is.
pub async fn a_public_clients_refresh_token_is_bound_to_its_key(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let first = bound(s, "spa", &key).await;
    let second = assert_bound(&renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await, &key);
    s.world.clock.advance(Duration::from_secs(31));
    let row = s.ticket("acme", &first.access).await;
    assert_eq!(row.sender_key.as_deref().map(|key| key.print()), Some(key.thumbprint()));
    for token in [&first.refresh, &second.refresh] {
        let answers =
            [renew(s, "spa", token, &[]).await, renew(s, "spa", token, &[&fresh(s, &thief)]).await];
        for answer in answers {
            answer.assert_error(400, "invalid_grant", GRANT);
        }
    }
    assert_eq!(s.ticket("acme", &first.access).await, row);
    assert_bound(&renew(s, "spa", &second.refresh, &[&fresh(s, &key)]).await, &key);
}

/// A lost answer costs a client with a key nothing, however late it asks again.
pub async fn a_bound_token_may_be_retried_at_any_age(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("ed");
    let first = bound(s, "spa", &key).await;
    let second = renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await.tokens();
    s.world.clock.advance(Duration::from_secs(3000));
    let again = renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await.tokens();
    assert_eq!(again.refresh, second.refresh);
    // RF-03: an older one is another matter, by whoever has the key.
    renew(s, "spa", &second.refresh, &[&fresh(s, &key)]).await.tokens();
    renew(s, "spa", &first.refresh, &[&fresh(s, &key)]).await.assert_error(
        400,
        "invalid_grant",
        GRANT,
    );
    renew(s, "spa", &second.refresh, &[&fresh(s, &key)]).await.assert_error(
        400,
        "invalid_grant",
        GRANT,
    );
}

/// RFC 9449 §5: a confidential client's refresh token is bound to what it authenticates by; its access tokens follow
/// the proof of each request.
pub async fn a_confidential_clients_access_tokens_follow_its_proofs(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, other) = (KeyHolder::eddsa("ed"), KeyHolder::es256("p"));
    let first = bound(s, "web", &key).await;
    assert_eq!(s.ticket("acme", &first.access).await.sender_key, None);
    assert_bound(&renew(s, "web", &first.refresh, &[&fresh(s, &other)]).await, &other);
    let plain = renew(s, "web", &first.refresh, &[]).await;
    plain.tokens();
    assert_eq!(plain.json()["token_type"], "Bearer");
}

/// A grant that was never bound stays so: a proof later binds the access token and nothing else.
pub async fn a_grant_without_a_key_gets_none_later(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, other) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("other"));
    let code = code_for(&Browser::new(s), "alice", "spa", &[]).await;
    let first = redeem(s, "spa", &code, &[]).await.tokens();
    for key in [&key, &other] {
        assert_bound(&renew(s, "spa", &first.refresh, &[&fresh(s, key)]).await, key);
    }
    assert_eq!(s.ticket("acme", &first.access).await.sender_key, None);
    assert_eq!(renew(s, "spa", &first.refresh, &[]).await.json()["token_type"], "Bearer");
}

/// RFC 6749 §6: whoever asks for more than there is keeps what they have, whatever key they show beside, if it is theirs;
/// to anybody else the token is nothing.
pub async fn asking_for_too_much_with_a_proof_costs_nothing(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let code = code_for(&Browser::new(s), "alice", "spa", &[]).await;
    let plain = redeem(s, "spa", &code, &[]).await.tokens();
    for first in [plain, bound(s, "spa", &key).await] {
        let row = s.ticket("acme", &first.access).await;
        let ask = async |key: &KeyHolder| {
            let more = [
                ("grant_type", "refresh_token"),
                ("refresh_token", &*first.refresh),
                ("client_id", "spa"),
                ("scope", "read write admin"),
            ];
            s.send(with_proof(form(TOKEN, &more), &fresh(s, key))).await
        };
        ask(&key).await.assert_error(400, "invalid_scope", "the scope is not allowed here");
        if row.sender_key.is_some() {
            ask(&thief).await.assert_error(400, "invalid_grant", GRANT);
        }
        assert_eq!(s.ticket("acme", &first.access).await, row);
    }
}

/// RFC 9449 §10: a code whose client named a key is redeemed by that key alone, and stays good meanwhile.
pub async fn a_code_is_bound_to_the_key_that_was_named(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let named = key.thumbprint();
    for client in ["spa", "web"] {
        let code = code_for(&Browser::new(s), "alice", client, &[("dpop_jkt", &named)]).await;
        // More often than a verifier may be guessed at (TK-13).
        for _ in 0..3 {
            redeem(s, client, &code, &[]).await.assert_error(400, "invalid_grant", GRANT);
            let stolen = redeem(s, client, &code, &[&fresh(s, &thief)]).await;
            stolen.assert_error(400, "invalid_grant", GRANT);
        }
        let tokens = assert_bound(&redeem(s, client, &code, &[&fresh(s, &key)]).await, &key);
        let kept = s.ticket("acme", &tokens.access).await.sender_key;
        assert_eq!(kept.is_some(), client == "spa");
        // TK-01: its replay by whoever has the key ends it.
        let again = redeem(s, client, &code, &[&fresh(s, &key)]).await;
        again.assert_error(400, "invalid_grant", GRANT);
        let refused = renew(s, client, &tokens.refresh, &[&fresh(s, &key)]).await;
        refused.assert_error(400, "invalid_grant", GRANT);
    }
}

/// §10: what is no thumbprint is refused, where anything comes of it, and is passed over where nothing does.
pub async fn a_key_that_is_named_is_a_thumbprint(s: &Stage) {
    let named = KeyHolder::eddsa("ed").thumbprint();
    let bad = ["x", &named[1..], &format!("{named}="), &named.replace('_', "/"), "=", "ü"];
    for dpop in [Dpop::Off, Dpop::Allowed] {
        allow(s, "acme", dpop, false).await;
        for text in bad.iter().filter(|text| **text != named) {
            let browser = Browser::new(s);
            let landing = visit(&browser, "spa", &[("dpop_jkt", text)]).await;
            if dpop == Dpop::Off {
                assert!(landing.page().offers("sign-in"));
                continue;
            }
            let told = landing.parameters();
            assert_eq!(told["error"], "invalid_request");
            assert_eq!(told["error_description"], "dpop_jkt must be the base64url of a SHA-256");
        }
    }
    allow(s, "acme", Dpop::Off, false).await;
    let code = code_for(&Browser::new(s), "alice", "spa", &[("dpop_jkt", &named)]).await;
    assert_eq!(redeem(s, "spa", &code, &[]).await.json()["token_type"], "Bearer");
}

/// Pushes what `spa` asks for, with these proofs.
async fn push_with(s: &Stage, more: &[(&str, &str)], proofs: &[&str]) -> Answer {
    let asked = [&spa()[..], more].concat();
    s.send(proofs.iter().fold(form(PAR, &asked), |request, proof| with_proof(request, proof))).await
}

fn pushed(s: &Stage, key: &KeyHolder) -> String {
    key.prove(&key.proof_claims("POST", PAR_URL, now(s)))
}

/// RFC 9449 §10.1: a proof at PAR names the key, a parameter does too, and both name one.
pub async fn a_pushed_request_names_a_key_by_its_proof(s: &Stage) {
    allow(s, "acme", Dpop::Allowed, false).await;
    let (key, thief) = (KeyHolder::eddsa("ed"), KeyHolder::eddsa("thief"));
    let (named, proof) = (key.thumbprint(), pushed(s, &key));
    let by = [("dpop_jkt", &*named)];
    type Way<'a> = (&'a [(&'a str, &'a str)], &'a [&'a str]);
    let ways: [Way<'_>; 3] = [(&[], &[&proof]), (&by, &[]), (&by, &[&pushed(s, &key)])];
    for (more, proofs) in ways {
        let answer = push_with(s, more, proofs).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        let reference = answer.json()["request_uri"].as_str().expect("a reference").to_owned();
        let browser = Browser::new(s);
        let landing = browser.authorize("acme", &brings("spa", &reference)).await;
        let landing = browser.sign_in(&landing.page(), "alice", crate::World::PASSWORD).await;
        let code = match landing {
            crate::Landing::Page(page) => {
                browser.submit(&page, &[("action", "allow")]).await.code()
            }
            landing => landing.code(),
        };
        redeem(s, "spa", &code, &[]).await.assert_error(400, "invalid_grant", GRANT);
        redeem(s, "spa", &code, &[&fresh(s, &thief)]).await.assert_error(
            400,
            "invalid_grant",
            GRANT,
        );
        assert_bound(&redeem(s, "spa", &code, &[&fresh(s, &key)]).await, &key);
    }
    let mismatched = push_with(s, &by, &[&pushed(s, &thief)]).await;
    assert_refused(&mismatched, "its key must be the one that was named");
    assert_refused(&push_with(s, &[], &[&proof]).await, "it was used before");
    let elsewhere = push_with(s, &[], &[&fresh(s, &key)]).await;
    assert_refused(&elsewhere, "its htu must be the URL of the request");
    assert_eq!(push(s, &spa()).await.status, 201);
}
