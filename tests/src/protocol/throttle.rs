//! Failed sign-ins wait, alike for everybody and by every way in.

use std::time::Duration;

use serde_json::{Value, json};

use super::direct::{ask, assert_alike, wrong_credentials};
use super::grant::whole;
use crate::{ALICE, Answer, Stage, World, query, tenant_id};

pub(super) const WAIT: &str = "too many failed sign-ins: wait before the next one";
const WRONG: (&str, &str) = ("password", "looking-glass");

/// The body that says when to come back.
pub(super) fn throttled(delay: &str) -> Value {
    json!({
        "code": 8,
        "message": WAIT,
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "THROTTLED",
                "domain": "grantry",
            },
            { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay },
        ],
    })
}

/// Demands the whole answer of the direct API to whoever has to wait so many seconds.
#[track_caller]
pub(super) fn assert_waits(answer: &Answer, seconds: u64) {
    answer.assert_rpc(429, &throttled(&format!("{seconds}s")));
    assert_eq!(answer.header("retry-after"), seconds.to_string());
}

/// A password is tried at the direct API's token endpoint by GET.
pub(super) async fn tries(s: &Stage, tenant: &str, name: &str, password: &str) -> Answer {
    let user = [("grant_type", "password"), ("username", name), ("password", password)];
    s.get(&format!("/oauth/{tenant}/token"), &user).await
}

/// The five failures that are free.
pub(super) async fn fails_five_times(s: &Stage, tenant: &str, name: &str) {
    for _ in 0..5 {
        tries(s, tenant, name, WRONG.1).await.assert_rpc(401, &wrong_credentials());
    }
}

/// Every way in for a user, each with its answer.
async fn every_way(s: &Stage, name: &str, password: &str) -> Vec<Answer> {
    let user = [("username", name), ("password", password)];
    let code = [("response_type", "code"), ("redirect_uri", World::REDIRECT)];
    let grant = [("grant_type", "password")];
    let mut answers =
        Vec::from(ask(s, "acme", "authorize", &query(&[&user[..], &code].concat())).await);
    answers.extend(ask(s, "acme", "token", &query(&[&user[..], &grant].concat())).await);
    let (path, secret) = ("/oauth/acme/token", s.world.secret("acme", "backend"));
    let app = [&user[..], &grant, &[("client_id", "app")]].concat();
    answers.push(s.post(path, &app).await);
    answers.push(s.post_basic(path, "backend", secret, &[&user[..], &grant].concat()).await);
    answers
}

/// Direct API, table of errors: 429 as a whole.
pub async fn the_direct_api_says_when_to_come_back(s: &Stage) {
    fails_five_times(s, "acme", "alice").await;
    assert_waits(&tries(s, "acme", "alice", WRONG.1).await, 1);
}

/// RFC 6585 §4, RFC 6749 §5.2: the same of the password grant.
pub async fn the_token_endpoint_says_when_to_come_back(s: &Stage) {
    let ask = [("grant_type", "password"), ALICE, WRONG, ("client_id", "app")];
    for _ in 0..5 {
        assert_eq!(s.post("/oauth/acme/token", &ask).await.status, 400);
    }
    let answer = s.post("/oauth/acme/token", &ask).await;
    answer.assert_error(429, "temporarily_unavailable", WAIT);
    assert_eq!(answer.header("retry-after"), "1");
}

/// LG-05: five failures are free; then each wait is twice the last, up to a minute, and whoever
/// comes too early neither gets in nor waits longer for it.
pub async fn each_failure_doubles_the_wait_up_to_a_minute(s: &Stage) {
    fails_five_times(s, "acme", "alice").await;
    for seconds in [1, 2, 4, 8, 16, 32, 60, 60] {
        for _ in 0..2 {
            assert_waits(&tries(s, "acme", "alice", WRONG.1).await, seconds);
        }
        s.world.clock.advance(Duration::from_secs(seconds) - Duration::from_millis(1));
        let early = tries(s, "acme", "alice", WRONG.1).await;
        early.assert_rpc(429, &throttled("0.001s"));
        assert_eq!(early.header("retry-after"), "1");
        s.world.clock.advance(Duration::from_millis(1));
        tries(s, "acme", "alice", WRONG.1).await.assert_rpc(401, &wrong_credentials());
    }
}

/// LG-05: the password is not looked at, so a right one reads like a wrong one.
pub async fn a_right_password_waits_like_a_wrong_one(s: &Stage) {
    fails_five_times(s, "acme", "alice").await;
    let right = tries(s, "acme", "alice", World::PASSWORD).await;
    assert_waits(&right, 1);
    assert_alike(&[right, tries(s, "acme", "alice", WRONG.1).await]);
    s.world.clock.advance(Duration::from_secs(1));
    tries(s, "acme", "alice", World::PASSWORD).await.tokens();
}

/// LG-01, P6: nobody learns by waiting who there is; names without a form wait as well.
pub async fn whoever_it_is_waits_alike(s: &Stage) {
    let mut waiting = Vec::new();
    for name in ["alice", "mallory", "nobody", "two words", "zero\u{200b}width", "user-alice"] {
        fails_five_times(s, "acme", name).await;
        for password in [WRONG.1, World::PASSWORD] {
            waiting.push(tries(s, "acme", name, password).await);
        }
    }
    assert_waits(&waiting[0], 1);
    assert_alike(&waiting);
}

/// LG-04: case and width make no other name, so they are no way around.
pub async fn spellings_of_one_name_are_counted_together(s: &Stage) {
    for name in ["alice", "ALICE", "Alice", "ａｌｉｃｅ", "ＡＬＩＣＥ"] {
        tries(s, "acme", name, WRONG.1).await.assert_rpc(401, &wrong_credentials());
    }
    for name in ["aLICE", "alice", "ａlice"] {
        assert_waits(&tries(s, "acme", name, World::PASSWORD).await, 1);
    }
}

/// LE-08: one counter for all ways in: what fails at one waits at all.
pub async fn every_way_in_is_counted_together(s: &Stage) {
    let answers = every_way(s, "alice", WRONG.1).await;
    let statuses: Vec<_> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    // Five are free, whichever way they came in by, and the sixth waits.
    assert_eq!(statuses, [401, 401, 401, 401, 400, 429]);
    let waiting = every_way(s, "alice", World::PASSWORD).await;
    for answer in &waiting[..4] {
        assert_waits(answer, 1);
    }
    for answer in &waiting[4..] {
        answer.assert_error(429, "temporarily_unavailable", WAIT);
        assert_eq!(answer.header("retry-after"), "1");
    }
    assert_eq!(whole(&waiting[4]), whole(&waiting[5]));
}

/// TN-01, LG-05: nobody waits for what is tried at another tenant or under another name.
pub async fn another_name_and_another_tenant_do_not_wait(s: &Stage) {
    fails_five_times(s, "acme", "mallory").await;
    assert_waits(&tries(s, "acme", "mallory", "x").await, 1);
    s.direct_tokens("acme").await;
    tries(s, "strict", "mallory", "x").await.assert_rpc(401, &wrong_credentials());
}

/// LG-05: whoever signs in begins anew.
pub async fn a_sign_in_forgives_its_name(s: &Stage) {
    for _ in 0..3 {
        for _ in 0..4 {
            tries(s, "acme", "alice", WRONG.1).await.assert_rpc(401, &wrong_credentials());
        }
        s.tokens("acme", "app").await;
    }
    fails_five_times(s, "acme", "alice").await;
    assert_waits(&tries(s, "acme", "alice", World::PASSWORD).await, 1);
}

/// LG-05: failures are forgotten a quarter of an hour after the last.
pub async fn failures_are_forgotten_after_a_while(s: &Stage) {
    fails_five_times(s, "acme", "alice").await;
    for _ in 0..4 {
        s.world.clock.advance(Duration::from_secs(60));
        tries(s, "acme", "alice", WRONG.1).await.assert_rpc(401, &wrong_credentials());
    }
    s.world.clock.advance(Duration::from_millis(899_999));
    tries(s, "acme", "alice", WRONG.1).await.assert_rpc(401, &wrong_credentials());
    assert_waits(&tries(s, "acme", "alice", WRONG.1).await, 32);
    s.world.clock.advance(Duration::from_secs(900));
    fails_five_times(s, "acme", "alice").await;
    assert_waits(&tries(s, "acme", "alice", WRONG.1).await, 1);
}

/// LG-05: a user whose password somebody tries is not shut out by an operator's stopping them.
pub async fn whoever_is_stopped_and_started_still_waits(s: &Stage) {
    fails_five_times(s, "acme", "alice").await;
    let (acme, alice) = (tenant_id("acme"), "user-alice".parse().expect("a subject"));
    let admin = s.world.server.admin();
    admin.disable_user(&acme, &alice).await.expect("done");
    admin.enable_user(&acme, &alice).await.expect("done");
    assert_waits(&tries(s, "acme", "alice", World::PASSWORD).await, 1);
}
