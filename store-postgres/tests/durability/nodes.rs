//! Two nodes on one database.

use futures_util::future::join_all;
use grantry::{
    ports::Stores,
    types::{EndReason, Policy, Presented, Tenant, TicketState, Version, Whose},
};

use super::world::{
    T0, builder, cluster, code, first, parsed, rounds, shown, soon, store, tenant, tickets,
};

/// F-37, TK-02: one winner, wherever they ask. `GRANTRY_RACES` says how many races.
#[tokio::test(flavor = "multi_thread")]
async fn f_37_of_two_nodes_one_redeems_a_code_and_one_rotates() {
    let nodes = [store(&cluster().url(), "two").await, store(&cluster().url(), "two").await];
    let nodes = nodes.each_ref().map(tickets);
    for number in 0..rounds("GRANTRY_RACES", 300) {
        let is_code = number % 2 == 0;
        let (ticket, generation) = if is_code { (code(number), 0) } else { (first(number), 1) };
        nodes[0].issue(&tenant(), &ticket).await.unwrap();
        let all = (0..8).map(|n| {
            let (node, id) = (nodes[n % 2].clone(), ticket.id);
            tokio::spawn(async move {
                node.present(&tenant(), id, &shown(generation), T0).await.unwrap()
            })
        });
        let all: Vec<_> = all.collect();
        let outcomes: Vec<_> = soon(join_all(all)).await.into_iter().map(Result::unwrap).collect();
        let count = |is: fn(&Presented) -> bool| outcomes.iter().filter(|one| is(one)).count();
        let counts = [
            count(|one| matches!(one, Presented::Redeemed(_) | Presented::Rotated(_))),
            count(|one| matches!(one, Presented::Reused(_))),
            count(|one| matches!(one, Presented::Refused)),
            count(|one| matches!(one, Presented::Retried(_))),
        ];
        let want = if is_code { [1, 1, 6, 0] } else { [1, 0, 0, 7] };
        assert_eq!(counts, want, "race {number}");
        let row = nodes[1].read(&tenant(), ticket.id).await.unwrap().unwrap();
        let ended = row.state == TicketState::Ended(EndReason::Reused);
        assert_eq!(ended, is_code, "race {number}");
    }
}

/// F-39, F-40: what one node takes away, the other does not have.
#[tokio::test(flavor = "multi_thread")]
async fn f_39_what_one_node_ends_is_over_at_the_other() {
    let a = Stores::from(store(&cluster().url(), "over").await);
    let b = Stores::from(store(&cluster().url(), "over").await);
    a.tickets.issue(&tenant(), &first(1)).await.unwrap();
    assert_eq!(b.tickets.end(&tenant(), Whose::Subject(parsed("alice")), T0).await.unwrap(), 1);
    let shown = a.tickets.present(&tenant(), first(1).id, &shown(1), T0).await.unwrap();
    assert_eq!(shown, Presented::Refused);
    let row = Tenant::new(tenant(), Policy::new(parsed("https://api.example.com")));
    a.tenants.create(row.clone()).await.unwrap();
    let mut disabled = row;
    (disabled.disabled, disabled.version) = (true, Version(1));
    a.tenants.change(disabled, Version(0)).await.unwrap();
    assert!(b.tenants.read(&tenant()).await.unwrap().unwrap().disabled);
}

/// The table holds at every level of isolation: what the server undoes is sent again.
#[tokio::test(flavor = "multi_thread")]
async fn one_wins_also_where_transactions_are_serializable() {
    let url =
        format!("{}?options=-c%20default_transaction_isolation%3Dserializable", cluster().url());
    let store = builder(&url, "serializable").connections(8).connect().await.unwrap();
    let tickets = tickets(&store);
    for number in 0..50 {
        tickets.issue(&tenant(), &first(number)).await.unwrap();
        let all = (0..16).map(|_| {
            let tickets = tickets.clone();
            tokio::spawn(async move {
                tickets.present(&tenant(), first(number).id, &shown(1), T0).await.unwrap()
            })
        });
        let all: Vec<_> = all.collect();
        let outcomes = soon(join_all(all)).await;
        let rotated = |one: &&Result<Presented, _>| matches!(one, Ok(Presented::Rotated(_)));
        assert_eq!(outcomes.iter().filter(rotated).count(), 1, "race {number}");
        let row = tickets.read(&tenant(), first(number).id).await.unwrap().unwrap();
        assert_eq!((row.version.0, row.generation.0), (16, 2));
    }
}
