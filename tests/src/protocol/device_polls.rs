//! Devices that ask whether their users have decided (RFC 8628 §3.4, §3.5): how often, whose they are, and what ends them.

use std::time::Duration;

use futures_util::future::join_all;
use grantry::{
    ports::EventKind,
    types::{Client, Dpop, GrantType, Whose},
};

use super::admin::{admin, client_id, subject};
use super::assertions::FAILED;
use super::device_pages::ALICE;
use super::devices::{ASK, Codes, URN, allows, ask, assert_word, open, poll, poll_with, wait};
use super::direct::forged;
use super::prover::{TOKEN, allow, assert_bound, assert_refused, fresh, renew};
use crate::{Browser, KeyHolder, Stage, form, tenant_id, with_proof};

/// DV-03, RFC 8628 §3.5: whoever asks too soon waits five seconds longer, and at the announced pace nobody is stuck.
pub async fn who_asks_too_often_slows_down_and_recovers(s: &Stage) {
    open(s).await;
    let codes = ask(s).await;
    let after = async |secs: u64| {
        s.world.clock.advance(Duration::from_secs(secs));
        poll(s, &codes).await
    };
    assert_word(&after(0).await, "authorization_pending");
    assert_word(&after(5).await, "authorization_pending");
    assert_word(&after(1).await, "slow_down");
    // As RFC 8628 has it: ten seconds from here on.
    assert_word(&after(10).await, "authorization_pending");
    for _ in 0..20 {
        assert_word(&after(0).await, "slow_down");
    }
    // A client that does not know of it goes on as it was told at first.
    let mut answered = 0;
    for _ in 0..26 {
        let answer = after(5).await;
        answered += usize::from(answer.json()["error"] == "authorization_pending");
    }
    assert!(answered >= 2, "{answered}");
    let allowed = allows(&Browser::new(s), &codes).await;
    assert!(allowed.text.contains("is connected"));
    assert_eq!(after(60).await.status, 200);
}

/// DV-02: two polls at the moment of approval come to one set of tokens, which goes on; what comes later is a replay,
/// and ends it as that of any code.
pub async fn of_many_polls_one_has_tokens(s: &Stage) {
    open(s).await;
    let codes = ask(s).await;
    allows(&Browser::new(s), &codes).await;
    let answers = join_all((0..8).map(|_| poll(s, &codes))).await;
    let (good, bad): (Vec<_>, Vec<_>) = answers.into_iter().partition(|one| one.status == 200);
    assert_eq!(good.len(), 1);
    bad.iter().for_each(|answer| assert_word(answer, "slow_down"));
    let tokens = good[0].tokens();
    assert_eq!(s.refresh("acme", "tv", &tokens.refresh).await.status, 200);
    s.world.clock.advance(Duration::from_secs(60));
    s.world.events.take();
    assert_word(&poll(s, &codes).await, "invalid_grant");
    let told = s.world.events.take();
    assert!(told.iter().any(|event| event.kind == EventKind::Reused), "{told:?}");
    assert_word(&s.refresh("acme", "tv", &tokens.refresh).await, "invalid_grant");
}

/// DV-04: the code of one client's device is nobody's at another, whatever has become of it, and slows nobody down.
pub async fn a_device_code_is_its_clients_alone(s: &Stage) {
    let secret = open(s).await;
    let codes = ask(s).await;
    let theirs = Codes { client: "printer".to_owned(), ..codes.clone() };
    let steal = async || {
        for _ in 0..3 {
            assert_word(
                &poll_with(s, &theirs, &[("client_secret", &secret)]).await,
                "invalid_grant",
            );
        }
    };
    assert_word(&poll(s, &codes).await, "authorization_pending");
    steal().await;
    wait(s);
    assert_word(&poll(s, &codes).await, "authorization_pending");
    allows(&Browser::new(s), &codes).await;
    steal().await;
    wait(s);
    assert_eq!(poll(s, &codes).await.status, 200);
    steal().await;
    let unproven = poll(s, &theirs).await;
    unproven.assert_error(401, "invalid_client", FAILED);
}

/// DV-07, LG-07: whoever was disabled after they allowed it gives no tokens to anybody; nor does a client that was, nor one
/// that may not have the grant any more.
pub async fn what_was_stopped_after_approval_gives_nothing(s: &Stage) {
    open(s).await;
    let acme = tenant_id("acme");
    let allowed = async || {
        wait(s);
        let codes = ask(s).await;
        let done = allows(&Browser::new(s), &codes).await;
        assert!(done.text.contains("is connected"), "{}", done.text);
        wait(s);
        codes
    };
    let codes = allowed().await;
    admin(s).disable_user(&acme, &subject(ALICE)).await.expect("done");
    assert_word(&poll(s, &codes).await, "invalid_grant");
    admin(s).enable_user(&acme, &subject(ALICE)).await.expect("done");
    let codes = allowed().await;
    let whose = Whose::Subject(subject(ALICE));
    assert_eq!(admin(s).end_grants(&acme, whose).await.expect("done"), 1, "it is one of hers");
    assert_word(&poll(s, &codes).await, "invalid_grant");
    let codes = allowed().await;
    admin(s).disable_client(&acme, &client_id("tv")).await.expect("done");
    poll(s, &codes).await.assert_error(401, "invalid_client", FAILED);
    admin(s).enable_client(&acme, &client_id("tv")).await.expect("done");
    wait(s);
    assert_word(&poll(s, &codes).await, "invalid_grant");
    let codes = allowed().await;
    let take = |client: &mut Client| {
        client.grants.remove(&GrantType::DeviceCode);
    };
    admin(s).change_client(&acme, &client_id("tv"), take).await.expect("done");
    assert_word(&poll(s, &codes).await, "unauthorized_client");
    assert_word(&s.post(ASK, &[("client_id", "tv")]).await, "unauthorized_client");
}

/// DV-08: nothing that was changed, cut or made up is a device code, and no two are alike.
pub async fn a_device_code_is_not_guessed(s: &Stage) {
    open(s).await;
    let (codes, other) = (ask(s).await, ask(s).await);
    assert!(codes.device != other.device && codes.user != other.user);
    // A version, a key's number, 128 bits of chance and a MAC of 256.
    assert_eq!(codes.device.len(), 79);
    assert!(codes.device.starts_with("grt_dv_"));
    for text in [
        forged(&codes.device),
        codes.device[..78].to_owned(),
        format!("{}A", codes.device),
        codes.device.replace("grt_dv_", "grt_ac_"),
        codes.user.clone(),
        "x".to_owned(),
    ] {
        let bad = Codes { device: text, ..codes.clone() };
        assert_word(&poll(s, &bad).await, "invalid_grant");
    }
    // TK-07: nor is it anything else.
    for (grant, name) in [("authorization_code", "code"), ("refresh_token", "refresh_token")] {
        let asked = [("grant_type", grant), ("client_id", "spa"), (name, &*codes.device)];
        assert_word(&s.post("/oauth/acme/token", &asked).await, "invalid_grant");
    }
    let missing = [("grant_type", URN), ("client_id", "tv")];
    let answer = s.post("/oauth/acme/token", &missing).await;
    answer.assert_error(400, "invalid_request", "device_code is required");
    let twice = poll_with(s, &codes, &[("device_code", &codes.device)]).await;
    twice.assert_error(400, "invalid_request", "device_code is given more than once");
}

/// RFC 9449 §5: a device with a key has its tokens bound to it, whatever it polled before; what came too early used
/// no proof up.
pub async fn a_device_with_a_key_has_bound_tokens(s: &Stage) {
    open(s).await;
    allow(s, "acme", Dpop::Allowed, false).await;
    let key = KeyHolder::eddsa("tv");
    let codes = ask(s).await;
    let asked = async |proof: &str| {
        let asked =
            [("grant_type", URN), ("client_id", &*codes.client), ("device_code", &*codes.device)];
        s.send(with_proof(form(TOKEN, &asked), proof)).await
    };
    assert_word(&asked(&fresh(s, &key)).await, "authorization_pending");
    allows(&Browser::new(s), &codes).await;
    let early = fresh(s, &key);
    assert_word(&asked(&early).await, "slow_down");
    s.world.clock.advance(Duration::from_secs(20));
    let tokens = assert_bound(&asked(&early).await, &key);
    assert_refused(&renew(s, "tv", &tokens.refresh, &[&early]).await, "it was used before");
    let refused = "invalid_grant";
    assert_word(&renew(s, "tv", &tokens.refresh, &[]).await, refused);
    let thief = KeyHolder::eddsa("thief");
    assert_word(&renew(s, "tv", &tokens.refresh, &[&fresh(s, &thief)]).await, refused);
    assert_bound(&renew(s, "tv", &tokens.refresh, &[&fresh(s, &key)]).await, &key);
}
