//! The password grant of `POST …/token` (RFC 6749 §4.3), which RFC 9700 §2.4 advises against: for
//! tenants and clients that name it.

use std::{sync::Arc, time::Duration};

use grantry::types::{Generation, TicketState::Live, Timestamp};
use serde_json::{Value, json};

use super::{
    broken::Directory,
    direct::beside,
    grant::{now, whole},
};
use crate::{ALICE, Answer, PASSWORD, Stage, claims, grant_of};

const PATH: &str = "/oauth/acme/token";
const WRONG: &str = "the user name or the password is wrong";

/// A client asks for the tokens of a user.
async fn ask(s: &Stage, client: &str, user: &[(&str, &str)]) -> Answer {
    let parameters = [&[("grant_type", "password"), ("client_id", client)], user].concat();
    s.post(PATH, &parameters).await
}

/// RFC 6749 §4.3.3, §5.1: the whole answer, and the row that it stands for.
pub async fn the_answer_is_a_whole_token_response(s: &Stage) {
    let answer = ask(s, "app", &[ALICE, PASSWORD]).await;
    let tokens = answer.tokens();
    let whole = json!({
        "access_token": tokens.access, "token_type": "Bearer", "expires_in": 3600,
        "refresh_token": tokens.refresh, "scope": "read",
    });
    assert_eq!(answer.json(), whole);
    answer.assert_private_json();
    let row = s.ticket("acme", &tokens.access).await;
    let said = (row.generation, row.state, row.rotated_at, row.refreshable);
    assert_eq!(said, (Generation(1), Live, Timestamp::EPOCH, true));
    let who = (row.client.as_str(), row.subject.as_str(), row.scope.as_str());
    assert_eq!(who, ("app", "user-alice", "read"));
    assert_eq!((row.authenticated_at, row.binding), (now(s), None));
}

/// LG-01, P6, RFC 6749 §5.2: one answer, whatever was wrong.
pub async fn whatever_is_wrong_with_a_user_is_one_invalid_grant(s: &Stage) {
    let wrong = ask(s, "app", &[ALICE, ("password", "x")]).await;
    wrong.assert_error(400, "invalid_grant", WRONG);
    // Unknown, disabled with the right password, a spelling without a canonical form.
    for name in ["nobody", "mallory", "two words", "user-alice"] {
        let other = ask(s, "app", &[("username", name), PASSWORD]).await;
        assert_eq!(whole(&other), whole(&wrong), "{name}");
    }
}

/// LG-10, RFC 8265 §3.3: case and width make no other user.
pub async fn a_name_is_known_in_every_spelling(s: &Stage) {
    for name in ["Alice", "ALICE", "ａｌｉｃｅ"] {
        let tokens = ask(s, "app", &[("username", name), PASSWORD]).await.tokens();
        assert_eq!(s.ticket("acme", &tokens.access).await.subject.as_str(), "user-alice");
    }
}

/// All that is missing or wrong is named at once.
pub async fn bad_parameters_are_all_named(s: &Stage) {
    let answer = ask(s, "app", &[]).await;
    let why = "username is required; password is required";
    answer.assert_error(400, "invalid_request", why);
    let answer = ask(s, "app", &[("username", "a\nb"), ("password", "")]).await;
    let why = "username must be 1 to 256 bytes without control characters; password is empty";
    answer.assert_error(400, "invalid_request", why);
    let (name, password) = ("a".repeat(257), "p".repeat(1025));
    let answer = ask(s, "app", &[("username", &name), ("password", &password)]).await;
    let why = "username is longer than 256 bytes; password is longer than 1024 bytes";
    answer.assert_error(400, "invalid_request", why);
}

/// TK-22: a client that does not name the grant learns nothing of any user.
pub async fn a_client_that_does_not_name_the_grant_may_not_try_passwords(s: &Stage) {
    let right = ask(s, "idle", &[ALICE, PASSWORD]).await;
    right.assert_error(400, "unauthorized_client", "password is not allowed here");
    for user in [[ALICE, ("password", "x")], [("username", "nobody"), PASSWORD]] {
        assert_eq!(whole(&ask(s, "idle", &user).await), whole(&right));
    }
    // Nobody is even asked: where passwords cannot be tried at all, the answer is the same.
    let users = Arc::new(Directory::Down);
    let deaf = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    let answer = ask(&deaf, "idle", &[ALICE, PASSWORD]).await;
    answer.assert_error(400, "unauthorized_client", "password is not allowed here");
}

/// RFC 6749 §5.2, `unauthorized_client`: the same of every other grant.
pub async fn a_client_uses_the_grants_that_it_names(s: &Stage) {
    let secret = s.world.secret("acme", "backend");
    let refresh = ("refresh_token", "x");
    for (client, grant, allowed) in [
        ("idle", "refresh_token", false),
        ("no-refresh", "refresh_token", false),
        ("app", "client_credentials", false),
        ("backend", "client_credentials", true),
    ] {
        let mut parameters = vec![("grant_type", grant), ("client_id", client), refresh];
        if client == "backend" {
            parameters.push(("client_secret", secret));
        }
        let answer = s.post(PATH, &parameters).await;
        if allowed {
            assert_eq!(answer.status, 200);
        } else {
            let why = format!("{grant} is not allowed here");
            answer.assert_error(400, "unauthorized_client", &why);
        }
    }
}

/// RFC 6749 §1.5: a client without the refresh grant gets no refresh token, and the grant ends
/// with its access token.
pub async fn without_the_refresh_grant_there_is_no_refresh_token(s: &Stage) {
    let answer = ask(s, "no-refresh", &[ALICE, PASSWORD]).await;
    let access = answer.tokens().access;
    let whole = json!({
        "access_token": access, "token_type": "Bearer", "expires_in": 3600, "scope": "read",
    });
    assert_eq!(answer.json(), whole);
    let row = s.ticket("acme", &access).await;
    assert!(!row.refreshable);
    assert_eq!(row.expires_at, now(s).plus(Duration::from_secs(3660)), "and a minute of leeway");
}

/// RFC 6749 §3.3: what was asked for, or the default; the answer says which, the row keeps it.
pub async fn the_scope_is_what_was_asked_for_or_the_default(s: &Stage) {
    for (asked, granted) in [
        ("", "read"),
        ("write", "write"),
        ("write read", "read write"),
        ("write  write", "write"),
        ("openid", "openid"),
    ] {
        let answer = ask(s, "app", &[ALICE, PASSWORD, ("scope", asked)]).await;
        assert_eq!(answer.json()["scope"], Value::from(granted), "{asked:?}");
        let access = answer.tokens().access;
        assert_eq!(claims(&access)["scope"], Value::from(granted));
        assert_eq!(s.ticket("acme", &access).await.scope.as_str(), granted);
    }
}

/// RFC 6749 §3.3, §5.2: more than the client may have is refused as a whole.
pub async fn a_scope_beyond_the_clients_is_invalid(s: &Stage) {
    for scope in ["admin", "read admin", "READ", "offline_access"] {
        let answer = ask(s, "app", &[ALICE, PASSWORD, ("scope", scope)]).await;
        answer.assert_error(400, "invalid_scope", "the scope is not allowed here");
    }
}

/// RFC 6749 §5.2: "invalid_scope: The requested scope is invalid, unknown, malformed, …".
pub async fn a_malformed_scope_is_an_invalid_scope(s: &Stage) {
    for scope in ["re\"ad", "re\\ad", "read\twrite", "lesen ä", "read\0"] {
        let answer = ask(s, "app", &[ALICE, PASSWORD, ("scope", scope)]).await;
        answer.assert_error(400, "invalid_scope", "the scope is not allowed here");
    }
}

/// Each sign-in is a grant of its own.
pub async fn two_sign_ins_are_two_grants(s: &Stage) {
    let (one, two) = (s.tokens("acme", "app").await, s.tokens("acme", "app").await);
    assert_ne!(grant_of(&one.access), grant_of(&two.access));
    assert_ne!(one.refresh[7..], two.refresh[7..]);
}
