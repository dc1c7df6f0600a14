//! What an operator ends is ended at the next request to a guarded route, where the guard asks.

use std::time::Duration;

use grantry::{
    Admin, KeyKind, KeyRotation, NewClient,
    types::{ClientId, GrantType, Password, Subject, Whose},
};

use super::guards::assert_invalid;
use crate::{Stage, grant_of, tenant_id};

const SECOND: Duration = Duration::from_secs(1);

fn admin(s: &Stage) -> &Admin {
    s.world.server.admin()
}

fn client(id: &str) -> ClientId {
    id.parse().expect("a client id")
}

fn alice() -> Subject {
    "user-alice".parse().expect("a subject")
}

/// `backend` gets a token of its own.
async fn own_token(s: &Stage, tenant: &str) -> String {
    let (path, secret) = (format!("/oauth/{tenant}/token"), s.world.secret(tenant, "backend"));
    let own = [("grant_type", "client_credentials")];
    s.post_basic(&path, "backend", secret, &own).await.tokens().access
}

/// Alice's tokens of the direct API, of `app` and of `backend`, and `backend`'s own.
async fn all(s: &Stage) -> [String; 4] {
    [
        s.direct_tokens("acme").await.access,
        s.tokens("acme", "app").await.access,
        s.tokens("acme", "backend").await.access,
        own_token(s, "acme").await,
    ]
}

/// Demands that each guard which asks lets in exactly these; the one that does not, all.
async fn assert_lets_in(s: &Stage, tokens: &[String], expected: &[bool]) {
    for (token, good) in tokens.iter().zip(expected) {
        for path in ["/me", "/api/acme/me", "/anyone"] {
            let answer = s.get_as(path, token).await;
            match good {
                true => assert_eq!(answer.status, 200, "{path}: {answer:?}"),
                false => assert_invalid(&answer, "acme"),
            }
        }
        assert_eq!(s.get_as("/offline", token).await.status, 200, "until it expires");
    }
}

/// TN-06: stopped at one moment, nothing is let in at the next; started again, only what is new.
pub async fn tokens_of_a_stopped_tenant_pass_offline_alone(s: &Stage) {
    let (acme, old) = (tenant_id("acme"), all(s).await);
    let globex = s.tokens("globex", "app").await.access;
    assert_lets_in(s, &old, &[true; 4]).await;
    admin(s).disable_tenant(&acme).await.expect("done");
    assert_lets_in(s, &old, &[false; 4]).await;
    assert_eq!(s.get_as("/api/globex/me", &globex).await.status, 200);
    admin(s).enable_tenant(&acme).await.expect("done");
    assert_lets_in(s, &old, &[false; 4]).await;
    s.world.clock.advance(SECOND);
    assert_lets_in(s, &all(s).await, &[true; 4]).await;
    assert_lets_in(s, &old, &[false; 4]).await;
}

/// TN-05: of a deleted tenant not even its keys are left.
pub async fn tokens_of_a_deleted_tenant_open_nothing(s: &Stage) {
    let old = all(s).await;
    admin(s).delete_tenant(&tenant_id("acme")).await.expect("done");
    for token in old {
        for path in ["/me", "/api/acme/me", "/anyone", "/offline"] {
            assert_invalid(&s.get_as(path, &token).await, "acme");
        }
    }
}

/// RF-08, TK-15: of a client, what it got for itself included; nobody else's.
pub async fn tokens_of_a_stopped_client_pass_offline_alone(s: &Stage) {
    let (acme, old) = (tenant_id("acme"), all(s).await);
    let namesake = own_token(s, "globex").await;
    admin(s).disable_client(&acme, &client("backend")).await.expect("done");
    assert_lets_in(s, &old, &[true, true, false, false]).await;
    admin(s).enable_client(&acme, &client("backend")).await.expect("done");
    assert_lets_in(s, &old, &[true, true, false, false]).await;
    admin(s).disable_client(&acme, &client("app")).await.expect("done");
    assert_lets_in(s, &old, &[true, false, false, false]).await;
    admin(s).enable_client(&acme, &client("app")).await.expect("done");
    s.world.clock.advance(SECOND);
    assert_lets_in(s, &all(s).await, &[true; 4]).await;
    assert_lets_in(s, &old, &[true, false, false, false]).await;
    assert_eq!(s.get_as("/api/globex/me", &namesake).await.status, 200);
}

/// RF-08: a later client of the same id has nothing of the old one's, its own tokens included.
pub async fn tokens_of_a_deleted_client_are_not_a_later_ones(s: &Stage) {
    s.world.clock.advance(SECOND / 5);
    let (acme, old) = (tenant_id("acme"), all(s).await);
    // All within one second, which is all that a client's own token says of its time.
    s.world.clock.advance(SECOND / 5);
    admin(s).delete_client(&acme, &client("backend")).await.expect("done");
    assert_lets_in(s, &old, &[true, true, false, false]).await;
    let new = NewClient::confidential("backend").grants([GrantType::ClientCredentials]);
    let made = admin(s).create_client(&acme, new).await.expect("a client");
    assert_lets_in(s, &old, &[true, true, false, false]).await;
    let secret = made.secret.expect("a secret");
    let own = [("grant_type", "client_credentials")];
    let fresh = s.post_basic("/oauth/acme/token", "backend", secret.expose(), &own).await;
    assert_lets_in(s, &[fresh.tokens().access], &[true]).await;
}

/// LG-07: of a user, through whatever client; the clients' own tokens stay.
pub async fn tokens_of_a_stopped_user_pass_offline_alone(s: &Stage) {
    let (acme, old) = (tenant_id("acme"), all(s).await);
    admin(s).disable_user(&acme, &alice()).await.expect("done");
    assert_lets_in(s, &old, &[false, false, false, true]).await;
    admin(s).enable_user(&acme, &alice()).await.expect("done");
    s.world.clock.advance(SECOND);
    assert_lets_in(s, &old, &[false, false, false, true]).await;
    let new = all(s).await;
    assert_lets_in(s, &new, &[true; 4]).await;
    admin(s).delete_user(&acme, &alice()).await.expect("done");
    assert_lets_in(s, &new, &[false, false, false, true]).await;
}

/// LG-21: nor does what was opened by a password that is no more; another name changes nothing.
pub async fn tokens_of_an_old_password_pass_offline_alone(s: &Stage) {
    let (acme, old) = (tenant_id("acme"), all(s).await);
    admin(s).rename_user(&acme, &alice(), "liddell").await.expect("done");
    assert_lets_in(s, &old, &[true; 4]).await;
    let new = Password::from("looking-glass");
    admin(s).change_password(&acme, &alice(), &new).await.expect("done");
    assert_lets_in(s, &old, &[false, false, false, true]).await;
}

/// IR-12: one grant, and all of somebody; a client's own tokens end with its grants.
pub async fn tokens_of_grants_that_were_ended_pass_offline_alone(s: &Stage) {
    let acme = tenant_id("acme");
    for (whose, left) in [
        (None, [true, false, true, true]),
        (Some(Whose::Client(client("app"))), [true, false, true, true]),
        (Some(Whose::Client(client("backend"))), [true, true, false, false]),
        (Some(Whose::Client(client("direct"))), [false, true, true, true]),
        (Some(Whose::Subject(alice())), [false, false, false, true]),
        (Some(Whose::Tenant), [false; 4]),
    ] {
        let tokens = all(s).await;
        let whose = whose.unwrap_or(Whose::One(grant_of(&tokens[1])));
        admin(s).end_grants(&acme, whose.clone()).await.expect("done");
        assert_lets_in(s, &tokens, &left).await;
        s.world.clock.advance(SECOND);
        assert_lets_in(s, &all(s).await, &[true; 4]).await;
    }
}

/// JW-04: a signing key that was replaced at once signed nothing that counts; offline as well.
pub async fn tokens_of_a_key_that_was_replaced_at_once_open_nothing(s: &Stage) {
    let (acme, old) = (tenant_id("acme"), all(s).await);
    let globex = s.tokens("globex", "app").await.access;
    let how = KeyRotation::AtOnce;
    admin(s).rotate_keys(&acme, KeyKind::Ticket, how).await.expect("done");
    assert_lets_in(s, &old, &[true; 4]).await;
    admin(s).rotate_keys(&acme, KeyKind::Signing, how).await.expect("done");
    for token in &old {
        for path in ["/me", "/api/acme/me", "/anyone", "/offline"] {
            assert_invalid(&s.get_as(path, token).await, "acme");
        }
    }
    assert_lets_in(s, &all(s).await, &[true; 4]).await;
    assert_eq!(s.get_as("/api/globex/me", &globex).await.status, 200);
}

/// JW-04: a token is let in until it expires, whatever became of its key in stages since.
pub async fn a_token_outlives_the_activity_of_its_key(s: &Stage) {
    let acme = tenant_id("acme");
    admin(s).rotate_keys(&acme, KeyKind::Signing, KeyRotation::Staged).await.expect("done");
    s.world.clock.advance(Duration::from_millis(599_999));
    let last = all(s).await;
    s.world.clock.advance(Duration::from_millis(1));
    let next = all(s).await;
    assert_ne!(last[0].split('.').next(), next[0].split('.').next(), "another key");
    assert_lets_in(s, &last, &[true; 4]).await;
    assert_lets_in(s, &next, &[true; 4]).await;
    // A token names whole seconds, so this one ends in the second in which it was signed.
    s.world.clock.advance(Duration::from_millis(3_598_999));
    assert_lets_in(s, &last, &[true; 4]).await;
    s.world.clock.advance(Duration::from_millis(1));
    for token in last {
        assert_invalid(&s.get_as("/offline", &token).await, "acme");
    }
    assert_lets_in(s, &next, &[true; 4]).await;
}
