//! What comes before the throttle, what comes after it, and what it does not count.

use std::{pin::pin, sync::Arc, time::Duration};

use grantry::{
    async_trait,
    ports::{Admission, Attempt, Settled, StoreError, Throttle},
    types::Timestamp,
};
use http::HeaderValue;

use super::admin::{FAILED, app_asks, backend_asks};
use super::direct::{bad, beside, forged, invalid_grant, wrong_credentials};
use super::grant::{Grant, Holder, REFUSED};
use super::moody::{Mood, Moody};
use super::throttle::{assert_waits, fails_five_times, tries};
use crate::{ALICE, PASSWORD, Stage, World, form, get, query, rpc};

/// A server beside, on the same tenants, whose users are in this mood.
async fn moody(s: &Stage) -> (Arc<Moody>, Stage) {
    let users = Arc::new(Moody::default());
    let (stores, lent) = (s.world.stores.clone(), users.clone());
    (users, beside(s, stores, |builder| builder.users(lent)).await)
}

/// Demands that five failures of Alice's are still free, and the sixth waits.
async fn assert_nothing_was_counted(s: &Stage) {
    fails_five_times(s, "acme", "alice").await;
    assert_waits(&tries(s, "acme", "alice", "x").await, 1);
}

/// Direct API, order: a request that cannot be answered is told so, to whoever waits as well, and
/// counts for nothing.
pub async fn bad_parameters_come_first_and_are_not_counted(s: &Stage) {
    let ask = [("grant_type", "password"), ("username", "alice")];
    let required = bad(&[("password", "is required")]);
    let both = async || {
        s.get("/oauth/acme/token", &ask).await.assert_rpc(400, &required);
        let app = [&ask[..], &[("client_id", "app")]].concat();
        let answer = s.post("/oauth/acme/token", &app).await;
        answer.assert_error(400, "invalid_request", "password is required");
    };
    for _ in 0..6 {
        both().await;
    }
    assert_nothing_was_counted(s).await;
    both().await;
}

/// Direct API, order: the policy, the fence and the grant, likewise.
pub async fn what_is_refused_before_it_is_not_counted(s: &Stage) {
    let user = [("grant_type", "password"), ALICE, ("password", "x")];
    let message = "the tenant's policy does not offer this form of the direct API";
    let off = rpc(7, "UNAUTHORIZED_CLIENT", message, &[]);
    let mut fenced = get(&format!("/oauth/acme/token?{}", query(&user)));
    fenced.headers_mut().insert("sec-fetch-dest", HeaderValue::from_static("image"));
    let unknown = [("grant_type", "passwords"), ALICE, ("password", "x")];
    for _ in 0..2 {
        for _ in 0..6 {
            s.get("/oauth/postal/token", &user).await.assert_rpc(403, &off);
            assert_eq!(s.send(fenced.clone()).await.status, 403);
            assert_eq!(s.get("/oauth/acme/token", &unknown).await.status, 400);
            let by_idle = [&user[..], &[("client_id", "idle")]].concat();
            let answer = s.post("/oauth/acme/token", &by_idle).await;
            let why = "password is not allowed here";
            answer.assert_error(400, "unauthorized_client", why);
            let beyond = [&user[..], &[("client_id", "app"), ("scope", "admin")]].concat();
            let answer = s.post("/oauth/acme/token", &beyond).await;
            answer.assert_error(400, "invalid_scope", "the scope is not allowed here");
        }
        assert_nothing_was_counted(s).await;
        s.forget_failures();
    }
    let answer = s.send(form("/oauth/postal/token/direct", &user)).await;
    answer.assert_rpc(401, &wrong_credentials());
}

/// LG-05, CA-14: a client that cannot prove itself is not a user's failure, and does not wait.
pub async fn a_wrong_client_secret_is_no_failed_sign_in(s: &Stage) {
    let own = [("grant_type", "password"), ALICE, PASSWORD];
    for _ in 0..60 {
        let answer = s.post_basic("/oauth/acme/token", "backend", "wrong", &own).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
    assert_nothing_was_counted(s).await;
    let answer = s.post_basic("/oauth/acme/token", "backend", "wrong", &own).await;
    answer.assert_error(401, "invalid_client", FAILED);
}

/// LE-17: grants without a password never wait, nor do they count.
pub async fn codes_and_refresh_tokens_never_wait(s: &Stage) {
    let code = s.direct_code("acme").await;
    let grants =
        [Grant::begin(s, "acme", Holder::Direct).await, Grant::begin(s, "acme", Holder::App).await];
    for _ in 0..60 {
        let answer = s.direct_refresh("acme", &forged(&grants[0].first.refresh)).await;
        answer.assert_rpc(400, &invalid_grant());
        s.redeem("acme", &forged(&code)).await.assert_rpc(400, &invalid_grant());
        let answer = s.refresh("acme", "app", "nonsense").await;
        answer.assert_error(400, "invalid_grant", REFUSED);
    }
    assert_nothing_was_counted(s).await;
    s.redeem("acme", &code).await.tokens();
    for grant in grants {
        grant.gets(&grant.first.refresh).await;
    }
    backend_asks(s, "acme").await.tokens();
    assert_eq!(app_asks(s, "acme").await.status, 429);
}

/// Port contract, `Settled::Untried`: where no password was tried, none failed.
pub async fn a_directory_that_does_not_answer_is_no_failure(s: &Stage) {
    let (users, s) = moody(s).await;
    for (mood, delay) in [(Mood::Busy, "3"), (Mood::Down, "1")] {
        users.set(mood);
        for _ in 0..20 {
            let answer = tries(&s, "acme", "alice", World::PASSWORD).await;
            assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, delay));
        }
        users.set(Mood::Fair);
        assert_nothing_was_counted(&s).await;
        s.forget_failures();
    }
}

/// Direct API, order: whoever waits is told so before anybody asks whether there is room.
pub async fn the_throttle_comes_before_capacity(s: &Stage) {
    let (users, s) = moody(s).await;
    fails_five_times(&s, "acme", "alice").await;
    for mood in [Mood::Busy, Mood::Down] {
        users.set(mood);
        assert_waits(&tries(&s, "acme", "alice", "x").await, 1);
    }
}

/// LG-05: whoever hangs up before the answer has failed, or passwords could be tried for nothing.
pub async fn whoever_hangs_up_has_failed(s: &Stage) {
    let (users, s) = moody(s).await;
    users.set(Mood::Silent);
    for _ in 0..5 {
        users.is_asked_by(pin!(tries(&s, "acme", "alice", "x"))).await;
    }
    // What is left to do is done.
    s.world.server.close().await;
    users.set(Mood::Fair);
    assert_waits(&tries(&s, "acme", "alice", "x").await, 1);
}

/// Attempts that are under way are not failures yet, and still not endless.
pub async fn many_at_once_are_not_tried_for_nothing(s: &Stage) {
    let (users, s) = moody(s).await;
    users.set(Mood::Silent);
    let mut asked = Vec::new();
    for _ in 0..16 {
        let mut one = Box::pin(tries(&s, "acme", "alice", "x"));
        users.is_asked_by(one.as_mut()).await;
        asked.push(one);
    }
    users.set(Mood::Fair);
    assert_waits(&tries(&s, "acme", "alice", "x").await, 1);
    users.set(Mood::Silent);
    users.is_asked_by(pin!(tries(&s, "acme", "bob", "x"))).await;
}

/// Counters of the host's that cannot be reached, or that never let anybody in.
#[derive(Debug)]
enum Lent {
    Down,
    Closed,
}

#[async_trait]
impl Throttle for Lent {
    async fn admit(&self, _: &Attempt, _: Timestamp) -> Result<Admission, StoreError> {
        match self {
            Self::Down => Err(StoreError::new("a cause that nobody may read")),
            Self::Closed => Ok(Admission::Wait(Duration::from_millis(61_500))),
        }
    }

    async fn settle(&self, _: &Attempt, _: Settled, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }
}

/// Port contract: counters elsewhere decide, and where they do not answer nobody signs in.
pub async fn counters_of_the_hosts_own_decide(s: &Stage) {
    let closed = beside(s, s.world.stores.clone(), |b| b.throttle(Arc::new(Lent::Closed))).await;
    let answer = tries(&closed, "acme", "alice", World::PASSWORD).await;
    answer.assert_rpc(429, &super::throttle::throttled("61.500s"));
    assert_eq!(answer.header("retry-after"), "62");
    let down = beside(s, s.world.stores.clone(), |b| b.throttle(Arc::new(Lent::Down))).await;
    let answer = tries(&down, "acme", "alice", World::PASSWORD).await;
    assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
    assert!(!String::from_utf8_lossy(&answer.body).contains("cause"));
}
