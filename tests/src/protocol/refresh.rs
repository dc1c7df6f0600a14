//! Scope and standing at each refresh (RFC 6749 §6).

use std::time::Duration;

use grantry::{
    ports::Create,
    types::{
        Client,
        EndReason::Reused,
        Ticket,
        TicketState::{Ended, Live},
        Timestamp,
    },
};
use serde_json::Value;

use super::grant::{Grant, Holder, now};
use crate::{ALICE, Answer, PASSWORD, Stage, claims, tenant_id};

const PATH: &str = "/oauth/acme/token";
const BEYOND: &str = "the scope is not allowed here";
const CLIENTS: [Holder; 2] = [Holder::App, Holder::Backend];

/// The parameters by which a holder says who it is.
fn own(s: &Stage, holder: Holder) -> Vec<(&'static str, &str)> {
    match holder {
        Holder::Backend => {
            vec![("client_id", "backend"), ("client_secret", s.world.secret("acme", "backend"))]
        }
        _ => vec![("client_id", "app")],
    }
}

/// A grant with the scope `read write`.
async fn read_and_write(s: &Stage, holder: Holder) -> Grant<'_> {
    let mut parameters = vec![("grant_type", "password"), ALICE, PASSWORD, ("scope", "write read")];
    parameters.extend(own(s, holder));
    let first = s.post(PATH, &parameters).await.tokens();
    Grant { s, tenant: "acme", holder, first }
}

/// A refresh that asks for a scope.
async fn ask(grant: &Grant<'_>, holder: Holder, token: &str, scope: &str) -> Answer {
    let mut parameters =
        vec![("grant_type", "refresh_token"), ("refresh_token", token), ("scope", scope)];
    parameters.extend(own(grant.s, holder));
    grant.s.post(PATH, &parameters).await
}

/// Puts another row in the place of a grant's, as what happens elsewhere does.
async fn replace(grant: &Grant<'_>, change: impl FnOnce(&mut Ticket)) {
    let (tickets, mut row) = (&grant.s.world.stores.tickets, grant.row().await);
    let swept = tickets.sweep(row.expires_at.plus(Duration::from_millis(1)), 1).await;
    assert_eq!(swept.expect("the store answers"), 1);
    change(&mut row);
    let issued = tickets.issue(&tenant_id(grant.tenant), &row).await;
    assert_eq!(issued.expect("the store answers"), Create::Created);
}

/// RF-12, RFC 6749 §6: the access token is narrowed, the grant is not.
pub async fn narrowing_does_not_change_the_grant(s: &Stage) {
    for holder in CLIENTS {
        let grant = read_and_write(s, holder).await;
        let mut newest = grant.first.refresh.clone();
        for (asked, granted) in
            [("read", "read"), ("write", "write"), ("", "read write"), ("write read", "read write")]
        {
            s.world.clock.advance(Duration::from_secs(31));
            let answer = ask(&grant, holder, &newest, asked).await;
            let granted = Value::from(granted);
            assert_eq!((answer.status.as_u16(), &answer.json()["scope"]), (200, &granted));
            let tokens = answer.tokens();
            assert_eq!(claims(&tokens.access)["scope"], granted);
            assert_eq!(grant.row().await.scope.as_str(), "read write");
            newest = tokens.refresh;
        }
    }
}

/// RF-12: more than was granted is refused, also what the client may have or had asked less of.
pub async fn widening_is_an_invalid_scope(s: &Stage) {
    for holder in CLIENTS {
        let grant = read_and_write(s, holder).await;
        let narrowed = ask(&grant, holder, &grant.first.refresh, "read").await.tokens().refresh;
        for scope in ["openid", "read write openid", "admin"] {
            let answer = ask(&grant, holder, &narrowed, scope).await;
            answer.assert_error(400, "invalid_scope", BEYOND);
        }
    }
}

/// RF-12: a scope that is refused costs nobody the token that it was asked with: neither is the
/// row written, nor is the next try a replay, however late.
pub async fn an_invalid_scope_changes_nothing(s: &Stage) {
    for holder in CLIENTS {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await.refresh;
        s.world.clock.advance(Duration::from_secs(31));
        let before = grant.row().await;
        for scope in ["write", "re\"ad"] {
            let answer = ask(&grant, holder, &second, scope).await;
            answer.assert_error(400, "invalid_scope", BEYOND);
            assert_eq!(grant.row().await, before);
        }
        s.world.clock.advance(Duration::from_secs(31));
        assert_ne!(grant.gets(&second).await.refresh, second);
        grant.stands(3, Live, now(s)).await;
    }
}

/// The same of a retry: whoever lost the answer and asks for too much may ask again.
pub async fn an_invalid_scope_of_a_retry_ends_nothing(s: &Stage) {
    for holder in CLIENTS {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await.refresh;
        let answer = ask(&grant, holder, &grant.first.refresh, "write").await;
        answer.assert_error(400, "invalid_scope", BEYOND);
        assert_eq!(grant.gets(&grant.first.refresh).await.refresh, second);
        grant.stands(2, Live, now(s)).await;
    }
}

/// The generation is judged before the scope: a replay is a replay, whatever it asks for.
pub async fn a_replay_with_an_invalid_scope_is_a_replay(s: &Stage) {
    for holder in CLIENTS {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await;
        s.world.clock.advance(Duration::from_secs(31));
        grant.gets(&second.refresh).await;
        holder.assert_refused(&ask(&grant, holder, &grant.first.refresh, "admin").await);
        grant.stands(3, Ended(Reused), now(s)).await;
    }
}

/// RF-05: a stranger does not learn what a grant's scope is.
pub async fn a_stranger_is_refused_before_the_scope_is_looked_at(s: &Stage) {
    for (holder, stranger) in [(Holder::App, Holder::Backend), (Holder::Backend, Holder::App)] {
        let grant = Grant::begin(s, "acme", holder).await;
        let before = grant.row().await;
        for scope in ["read", "write", "admin"] {
            stranger.assert_refused(&ask(&grant, stranger, &grant.first.refresh, scope).await);
        }
        assert_eq!(grant.row().await, before);
    }
}

/// RFC 6749 §5.2: "invalid_scope: The requested scope is invalid, unknown, malformed, or exceeds
/// the scope granted by the resource owner."
pub async fn a_malformed_scope_is_an_invalid_scope(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::App).await;
    for scope in ["re\"ad", "read\\", "r\u{e4}d", "read\0"] {
        let answer = ask(&grant, Holder::App, &grant.first.refresh, scope).await;
        answer.assert_error(400, "invalid_scope", BEYOND);
    }
}

/// RF-09: what the client has lost since it does not get.
pub async fn a_scope_that_the_client_lost_is_left_out(s: &Stage) {
    for holder in CLIENTS {
        let grant = read_and_write(s, holder).await;
        let (admin, acme) = (s.world.server.admin(), tenant_id("acme"));
        let id = grant.row().await.client;
        let lose = |client: &mut Client| client.scope = "read openid".parse().expect("a scope");
        admin.change_client(&acme, &id, lose).await.expect("a client");
        let tokens = grant.gets(&grant.first.refresh).await;
        assert_eq!(claims(&tokens.access)["scope"], "read");
    }
}

/// LG-07, RF-08: whoever may not sign in may not go on either, disabled or gone.
pub async fn a_user_in_bad_standing_gets_nothing(s: &Stage) {
    for subject in ["user-mallory", "user-nobody"] {
        for holder in Holder::ALL {
            let grant = Grant::begin(s, "acme", holder).await;
            replace(&grant, |row| row.subject = subject.parse().expect("a subject")).await;
            grant.is_refused(&grant.first.refresh).await;
            // Out of the way of the next row that is swept.
            let out = grant.row().await.expires_at.plus(Duration::from_millis(1));
            s.world.stores.tickets.sweep(out, 9).await.expect("the store answers");
        }
    }
}

/// RF-06: the row decides and nothing that a process remembers: a grant that was swept is gone.
pub async fn a_grant_without_a_row_is_unknown(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let end = Timestamp::from_millis(grant.row().await.expires_at.as_millis() + 1);
        s.world.stores.tickets.sweep(end, 9).await.expect("the store answers");
        grant.is_refused(&grant.first.refresh).await;
    }
}
