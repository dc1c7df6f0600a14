//! Nodes that are killed under load, and servers that end. What a client was told holds afterwards.

mod client;
mod node;

use std::{env, sync::Arc, time::Duration};

use grantry::{
    NewClient, NewUser,
    types::{DirectApi, GrantType, Password, Policy},
};

use self::{
    client::{Chain, redeem_codes},
    node::Node,
};
use super::world::{new_cluster, observer, parsed, rounds, soon};

/// Names the database to the process that is a node.
const NODE: &str = "GRANTRY_NODE";
const CHAINS: usize = 6;

/// F-01, F-03, F-04, F-05: a node is killed at any moment, and the next one goes on with its rows.
/// `GRANTRY_KILLS` says how often.
#[test]
fn f_01_what_a_killed_node_answered_holds() {
    if let Ok(url) = env::var(NODE) {
        return node::serve(&url);
    }
    runtime().block_on(kill(rounds("GRANTRY_KILLS", 10)));
}

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().enable_all().build().unwrap()
}

async fn kill(times: u64) {
    let cluster = new_cluster();
    let secret = prepare(&cluster.url()).await;
    let mut chains: Vec<Chain> = Vec::new();
    let mut codes = Vec::new();
    for round in 0..times {
        let node =
            Arc::new(Node::start(&cluster.url(), "f_01_what_a_killed_node_answered_holds").await);
        // What is pending since the last kill is asked for again, and what was told holds.
        for chain in &mut chains {
            soon(chain.settle(&node)).await;
        }
        soon(client::check_codes(&node, std::mem::take(&mut codes))).await;
        while chains.len() < CHAINS {
            chains.push(soon(Chain::begin(&node, &secret)).await);
        }
        let redeeming = tokio::spawn(redeem_codes(node.clone()));
        let refreshing = std::mem::take(&mut chains).into_iter().map(|mut chain| {
            let node = node.clone();
            tokio::spawn(async move {
                while chain.refresh(&node).await {}
                chain
            })
        });
        let refreshing: Vec<_> = refreshing.collect();
        tokio::time::sleep(Duration::from_millis(by_chance(round) % 200)).await;
        if round % 3 == 2 {
            // The other end: the server of the rows ends under the node, which goes on.
            tokio::task::block_in_place(|| cluster.crash().and_then(|()| cluster.resume()))
                .unwrap();
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        node.kill();
        for chain in refreshing {
            chains.push(soon(chain).await.unwrap());
        }
        codes = soon(redeeming).await.unwrap();
    }
    let node =
        Arc::new(Node::start(&cluster.url(), "f_01_what_a_killed_node_answered_holds").await);
    for chain in &mut chains {
        soon(chain.settle(&node)).await;
        assert!(soon(chain.refresh(&node)).await);
    }
    soon(client::check_codes(&node, codes)).await;
    let sql = "SELECT count(*) FROM grantry.tickets WHERE client = 'app' AND ended IS NULL";
    let live: i64 = observer(&cluster).await.query_one(sql, &[]).await.unwrap().get(0);
    assert_eq!(live, i64::try_from(CHAINS).unwrap(), "each grant is one row, and none was lost");
    let length: u64 = chains.iter().map(|chain| chain.length).sum();
    assert!(length > times, "nobody refreshed anything");
}

/// A tenant with a user and a client, whose secret this is. Every refresh rotates.
async fn prepare(url: &str) -> String {
    let server = node::server(url).await;
    let mut policy = Policy::new(parsed("https://api.example.com"));
    policy.direct_api = DirectApi::Post;
    policy.grants =
        [GrantType::AuthorizationCode, GrantType::Password, GrantType::RefreshToken].into();
    policy.retry_window = Duration::ZERO;
    let acme = server.admin().create_tenant("acme", policy).await.unwrap().id.clone();
    let alice = NewUser::new("alice", Password::from("wonderland"));
    server.admin().create_user(&acme, alice).await.unwrap();
    let client =
        NewClient::confidential("app").grants([GrantType::Password, GrantType::RefreshToken]);
    let client = server.admin().create_client(&acme, client.scope("read")).await.unwrap();
    server.close().await;
    client.secret.unwrap().expose().to_owned()
}

/// Another number each time, which a failing run tells nobody: the moment decides.
fn by_chance(round: u64) -> u64 {
    use std::hash::{BuildHasher, RandomState};
    RandomState::new().hash_one(round)
}
