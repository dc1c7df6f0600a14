//! The direct API's table of errors, row by row: what wants a server with a broken part. It stands
//! beside the world's own, on the same tenants and grants, and is asked by the bare driver.

use std::{sync::Arc, time::Duration};

use grantry::{
    HashingPoolConfig,
    ports::{KeyPurpose, Stores, TicketKey},
};
use serde_json::json;

use super::broken::{Directory, Down, NoSigner};
use super::direct::{ask, bad, beside, invalid_grant, wrong_credentials};
use crate::{ALICE, Answer, PASSWORD, Stage, alice_asks_for_a_code, query, rpc, tenant_id};

/// LE-17, LG-08: passwords wait in a bounded queue; every other grant goes on.
pub async fn at_capacity_passwords_wait_and_other_grants_do_not(s: &Stage) {
    let mut full = HashingPoolConfig::default();
    full.deadline = Duration::ZERO;
    let busy = beside(s, s.world.stores.clone(), |builder| builder.hashing(full)).await;
    for answer in sign_in(&busy).await {
        let message = "password hashing is at capacity";
        assert_unavailable(&answer, message, "1", "1s");
    }
    let (code, refresh) = (s.direct_code("acme").await, s.direct_tokens("acme").await.refresh);
    busy.redeem("acme", &code).await.tokens();
    busy.direct_refresh("acme", &refresh).await.tokens();
}

/// LE-17.
pub async fn a_busy_directory_says_when_to_come_back(s: &Stage) {
    let users = Arc::new(Directory::Busy(Duration::from_secs(2)));
    let busy = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    for answer in sign_in(&busy).await {
        assert_unavailable(&answer, "password hashing is at capacity", "2", "2s");
    }
}

/// RFC 9110 §10.2.3 has whole seconds, rounded up; a duration that is printed in proto3 JSON has
/// 0, 3, 6 or 9 decimals.
pub async fn a_part_of_a_second_is_written_as_each_format_has_it(s: &Stage) {
    for (millis, header, delay) in [(1500, "2", "1.500s"), (20, "1", "0.020s")] {
        let users = Arc::new(Directory::Busy(Duration::from_millis(millis)));
        let busy = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
        for answer in sign_in(&busy).await {
            assert_unavailable(&answer, "password hashing is at capacity", header, delay);
        }
    }
}

/// Direct API, order: a bad parameter is one also at capacity.
pub async fn bad_parameters_are_named_before_capacity_is_asked(s: &Stage) {
    let users = Arc::new(Directory::Busy(Duration::from_secs(1)));
    let busy = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    for answer in ask(&busy, "acme", "token", "grant_type=password&username=alice").await {
        answer.assert_rpc(400, &bad(&[("password", "is required")]));
    }
}

/// LE-17: whichever store does not answer, the cause stays here.
pub async fn a_store_that_does_not_answer_is_unavailable(s: &Stage) {
    let own = || s.world.stores.clone();
    for stores in [
        Stores { tenants: Arc::new(Down), ..own() },
        Stores { accounts: Arc::new(Down), ..own() },
        Stores { tickets: Arc::new(Down), ..own() },
    ] {
        let down = beside(s, stores, |builder| builder).await;
        for answer in sign_in(&down).await {
            assert_unavailable(&answer, "try again later", "1", "1s");
        }
    }
    let users = Arc::new(Directory::Down);
    let down = beside(s, own(), |builder| builder.users(users)).await;
    for answer in sign_in(&down).await {
        assert_unavailable(&answer, "try again later", "1", "1s");
    }
}

/// Design, order: what fails after the token was presented costs a retry and nothing else.
pub async fn a_refresh_that_met_a_store_that_was_down_is_retried(s: &Stage) {
    let refresh = s.direct_tokens("acme").await.refresh;
    let stores = Stores { accounts: Arc::new(Down), ..s.world.stores.clone() };
    let down = beside(s, stores, |builder| builder).await;
    let answer = down.direct_refresh("acme", &refresh).await;
    assert_unavailable(&answer, "try again later", "1", "1s");
    let next = s.direct_refresh("acme", &refresh).await.tokens().refresh;
    assert_ne!(next, refresh);
    s.direct_refresh("acme", &next).await.tokens();
}

/// Design, order: a signing key that cannot be reached costs nobody a code or a rotation.
pub async fn a_key_that_cannot_be_reached_uses_nothing_up(s: &Stage) {
    let acme = tenant_id("acme");
    let keys = s.world.stores.key_records.read(&acme).await.expect("the store answers");
    let keys = keys.expect("keys").keys;
    let key = keys.iter().find(|key| key.purpose == KeyPurpose::Ticket(1)).expect("a ticket key");
    let secret = key.material.expose().try_into().expect("32 bytes");
    let key = Arc::new(TicketKey::derive(1, &acme, secret));
    let stores = s.world.stores.clone();
    let down = beside(s, stores, |builder| builder.keyring(Arc::new(NoSigner(key)))).await;
    let (code, tokens) = (s.direct_code("acme").await, s.direct_tokens("acme").await);
    let before = s.ticket("acme", &tokens.access).await;
    assert_unavailable(&down.redeem("acme", &code).await, "try again later", "1", "1s");
    let refused = down.direct_refresh("acme", &tokens.refresh).await;
    assert_unavailable(&refused, "try again later", "1", "1s");
    assert_eq!(s.ticket("acme", &tokens.access).await, before);
    s.redeem("acme", &code).await.tokens();
}

/// LE-17, PL-08: nothing of the cause is in the answer.
pub async fn a_bug_is_an_internal_error_and_the_server_lives(s: &Stage) {
    let users = Arc::new(Directory::Broken);
    let broken = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    for answer in sign_in(&broken).await {
        answer.assert_rpc(500, &rpc(13, "SERVER_ERROR", "internal error", &[]));
    }
    let code = s.direct_code("acme").await;
    broken.redeem("acme", &code).await.tokens();
}

/// LG-07: standing is asked at every grant.
pub async fn a_user_disabled_since_gets_no_more_tokens(s: &Stage) {
    let (code, refresh) = (s.direct_code("acme").await, s.direct_tokens("acme").await.refresh);
    let users = Arc::new(Directory::Disabled);
    let since = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    since.redeem("acme", &code).await.assert_rpc(400, &invalid_grant());
    since.direct_refresh("acme", &refresh).await.assert_rpc(400, &invalid_grant());
}

/// LE-09: also where a directory takes the password and tells of the standing when asked.
pub async fn a_disabled_user_whose_password_is_right_is_answered_like_a_wrong_one(s: &Stage) {
    let users = Arc::new(Directory::Disabled);
    let disabled = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    for answer in sign_in(&disabled).await {
        answer.assert_rpc(401, &wrong_credentials());
    }
}

/// Alice signs in at both endpoints by both forms.
async fn sign_in(s: &Stage) -> Vec<Answer> {
    let code = ask(s, "acme", "authorize", &query(&alice_asks_for_a_code())).await;
    let password = query(&[("grant_type", "password"), ALICE, PASSWORD]);
    code.into_iter().chain(ask(s, "acme", "token", &password).await).collect()
}

#[track_caller]
fn assert_unavailable(answer: &Answer, message: &str, header: &str, delay: &str) {
    let body = json!({
        "code": 14,
        "message": message,
        "details": [
            {
                "@type": "type.googleapis.com/google.rpc.ErrorInfo",
                "reason": "TEMPORARILY_UNAVAILABLE",
                "domain": "grantry",
            },
            { "@type": "type.googleapis.com/google.rpc.RetryInfo", "retryDelay": delay },
        ],
    });
    answer.assert_rpc(503, &body);
    assert_eq!(answer.header("retry-after"), header);
}
