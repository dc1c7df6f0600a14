//! Another server over the same stores, as after a restart or beside the first: what happened
//! before is in the stores, and nothing is in a process.

use std::{sync::Arc, time::Duration};

use grantry::types::{EndReason::Reused, Policy, TicketState::Ended};
use http::{HeaderValue, header::AUTHORIZATION};

use super::{
    admin::{admin, asks_alone, client_row},
    direct::beside,
    grant::{Grant, Holder, now},
};
use crate::{ManualClock, Stage, World, get, tenant_id};

/// The same tenants and grants behind a server that remembers nothing.
async fn restarted(s: &Stage) -> Stage {
    beside(s, s.world.stores.clone(), |builder| builder).await
}

/// Whether a guard of this server takes a token.
async fn believes(s: &Stage, token: &str) -> bool {
    let guard = s.world.server.guard(World::AUDIENCE).any_tenant().expect("a guard");
    let (mut parts, _) = get("/me").into_parts();
    let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a token");
    parts.headers.insert(AUTHORIZATION, value);
    guard.check(&parts).await.is_ok()
}

/// TK-03, RFC 6749 §4.1.2: a code that was used is known again after half a minute and after four
/// weeks, after a sweep and a restart, and what it led to ends.
pub async fn a_used_code_is_known_again_after_a_sweep_and_a_restart(s: &Stage) {
    for pause in [30, 59, 60, 3599, 29 * 24 * 3600] {
        let code = s.direct_code("acme").await;
        let first = s.redeem("acme", &code).await.tokens();
        let grant = Grant { s, tenant: "acme", holder: Holder::Direct, first };
        s.world.clock.advance(Duration::from_secs(pause));
        s.world.stores.tickets.sweep(now(s), 99).await.expect("the store answers");
        let restarted = restarted(s).await;
        let alive = pause < 3600;
        assert_eq!(believes(&restarted, &grant.first.access).await, alive, "{pause}");
        Holder::Direct.assert_refused(&restarted.redeem("acme", &code).await);
        assert_eq!(grant.row().await.state, Ended(Reused), "{pause}");
        for server in [s, &restarted] {
            assert!(!believes(server, &grant.first.access).await, "{pause}");
            Holder::Direct.assert_refused(&server.redeem("acme", &code).await);
            let token = &grant.first.refresh;
            Holder::Direct.assert_refused(&Holder::Direct.presents(server, "acme", token).await);
        }
    }
}

/// RF-06: what was replaced stays so, and what was made is made again: neither is counted from the
/// start of a process.
pub async fn a_replaced_refresh_token_stays_so_after_a_restart(s: &Stage) {
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let second = grant.gets(&grant.first.refresh).await.refresh;
        let after = restarted(s).await;
        let retried = holder.presents(&after, "acme", &grant.first.refresh).await;
        assert_eq!(retried.tokens().refresh, second, "within the window");
        s.world.clock.advance(Duration::from_secs(31));
        let third = holder.presents(&after, "acme", &second).await.tokens().refresh;
        assert_ne!(third, second);
        let later = restarted(s).await;
        holder.assert_refused(&holder.presents(&later, "acme", &grant.first.refresh).await);
        grant.stands(3, Ended(Reused), now(s)).await;
        for server in [s, &after, &later, &restarted(s).await] {
            for dead in [&grant.first.refresh, &second, &third] {
                holder.assert_refused(&holder.presents(server, "acme", dead).await);
            }
        }
    }
}

/// JW-06: two nodes show the same keys and believe each other's tokens, those of a tenant included
/// that came while both ran.
pub async fn two_nodes_believe_each_others_tokens(s: &Stage) {
    let other = restarted(s).await;
    let policy = Policy::new(World::AUDIENCE.parse().expect("an audience"));
    admin(&other).create_tenant("late", policy).await.expect("a tenant");
    let row = client_row(s, "acme", "backend").await;
    s.world.stores.clients.create(&tenant_id("late"), row).await.expect("the store answers");
    for tenant in ["acme", "ecdsa", "late"] {
        let path = format!("/oauth/{tenant}/jwks.json");
        let (own, theirs) = (s.get(&path, &[]).await, other.get(&path, &[]).await);
        assert_eq!((own.status, &own.body), (theirs.status, &theirs.body), "{tenant}");
        let secret = s.world.secret(if tenant == "late" { "acme" } else { tenant }, "backend");
        for (makes, believer) in [(s, &other), (&other, s)] {
            let token = asks_alone(makes, tenant, "backend", secret).await;
            assert!(believes(believer, &token.tokens().access).await, "{tenant}");
        }
    }
}

/// TK-14: a node judges by one clock, its own; asking one that is ahead costs nobody a code that is
/// good elsewhere, and no node takes it after its end.
pub async fn a_code_ends_by_the_clock_of_the_node_that_is_asked(s: &Stage) {
    const AHEAD: Duration = Duration::from_secs(5);
    const MS: Duration = Duration::from_millis(1);
    let clock = Arc::new(ManualClock::default());
    clock.advance(AHEAD);
    let node = beside(s, s.world.stores.clone(), |builder| builder.clock(clock.clone())).await;
    let [early, late, spent, over] = [
        s.direct_code("acme").await,
        s.direct_code("acme").await,
        s.direct_code("acme").await,
        s.direct_code("acme").await,
    ];
    let advance = |span| {
        clock.advance(span);
        s.world.clock.advance(span);
    };
    advance(Duration::from_secs(55) - MS);
    node.redeem("acme", &early).await.tokens();
    let first = node.redeem("acme", &spent).await.tokens();
    advance(MS);
    Holder::Direct.assert_refused(&node.redeem("acme", &late).await);
    s.redeem("acme", &late).await.tokens();
    // The node that is behind does not take anew what the other wrote in its own future.
    Holder::Direct.assert_refused(&s.redeem("acme", &spent).await);
    Holder::Direct.assert_refused(&s.direct_refresh("acme", &first.refresh).await);
    for pause in [AHEAD, MS] {
        advance(pause);
        for server in [s, &node] {
            Holder::Direct.assert_refused(&server.redeem("acme", &over).await);
        }
    }
}
