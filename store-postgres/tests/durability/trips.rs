//! How often the server is asked.

use grantry::{
    NewClient, NewUser, Server,
    ports::Stores,
    types::{DirectApi, GrantType, JwtId, Password, Policy},
};

use grantry_conformance::World;

use super::{
    proxy::Proxy,
    world::{
        T0, builder, cluster, code, count, first, new_cluster, observer, parsed, shown, tenant,
        tickets,
    },
};

/// Every call of a ticket is one statement, prepared once, and one round trip.
#[tokio::test(flavor = "multi_thread")]
async fn a_presentation_is_one_round_trip() {
    let proxy = Proxy::before(cluster().socket()).await;
    let store = builder(&proxy.url(""), "trips").connections(1).connect().await.unwrap();
    let tickets = tickets(&store);
    for number in 0..2 {
        tickets.issue(&tenant(), &code(number)).await.unwrap();
        tickets.present(&tenant(), code(number).id, &shown(0), T0).await.unwrap();
    }
    let lines = proxy.lines();
    proxy.sent();
    tickets.issue(&tenant(), &code(2)).await.unwrap();
    assert_eq!(asked(&proxy).len(), 1);
    tickets.present(&tenant(), code(2).id, &shown(0), T0).await.unwrap();
    assert_eq!(asked(&proxy).len(), 1);
    tickets.present(&tenant(), code(2).id, &shown(1), T0).await.unwrap();
    assert_eq!(asked(&proxy).len(), 1);
    assert_eq!(proxy.lines(), lines);
}

/// RFC 7523 §3 item 7: whether an assertion is the first costs one statement and one round trip, both times.
#[tokio::test(flavor = "multi_thread")]
async fn a_jwt_is_remembered_in_one_round_trip() {
    let proxy = Proxy::before(cluster().socket()).await;
    let store = builder(&proxy.url(""), "jwts").connections(1).connect().await.unwrap();
    let ids = Stores::from(store).jwt_ids;
    let remember = async |number| {
        let id = JwtId::from_bytes([number; 32]);
        ids.remember(&tenant(), id, T0.next(), T0).await.unwrap()
    };
    remember(0).await;
    let lines = proxy.lines();
    proxy.sent();
    for is_new in [true, false] {
        assert_eq!(remember(1).await, is_new);
        assert_eq!(asked(&proxy).len(), 1);
    }
    assert_eq!(proxy.lines(), lines);
}

/// Performance 12: a code and a refresh token cost one statement on tickets each, in a whole server.
#[tokio::test(flavor = "multi_thread")]
async fn a_grant_asks_for_its_ticket_once() {
    let proxy = Proxy::before(cluster().socket()).await;
    let store = builder(&proxy.url(""), "grants").connections(1).connect().await.unwrap();
    let server = Server::builder("https://id.example.com/oauth/{tenant}").store(store.clone());
    let server = server.master_key(World::master_key()).build().await.unwrap();
    let mut policy = Policy::new(parsed("https://api.example.com"));
    policy.direct_api = DirectApi::Post;
    policy.grants =
        [GrantType::AuthorizationCode, GrantType::Password, GrantType::RefreshToken].into();
    let acme = server.admin().create_tenant("acme", policy).await.unwrap().id.clone();
    let alice = NewUser::new("alice", Password::from("wonderland"));
    server.admin().create_user(&acme, alice).await.unwrap();
    let client = NewClient::public("app").grants([GrantType::Password, GrantType::RefreshToken]);
    server.admin().create_client(&acme, client.scope("read")).await.unwrap();

    let post = async |path: &str, parameters: &[(&str, &str)]| {
        let request = grantry_conformance::form(&format!("/oauth/acme/{path}"), parameters);
        let answer = server.handle(request).await;
        assert_eq!(answer.status(), 200, "{path}: {:?}", answer.body());
        serde_json::from_slice::<serde_json::Value>(answer.body()).unwrap()
    };
    let redirect = ("redirect_uri", "https://app.example.com/cb");
    let who =
        [("response_type", "code"), ("username", "alice"), ("password", "wonderland"), redirect];
    let code = post("authorize/direct", &who).await;
    let tokens = [("grant_type", "password"), ("client_id", "app"), ("username", "alice")];
    let tokens = post("token", &[&tokens[..], &[("password", "wonderland")]].concat()).await;
    // Once, so that everything is prepared.
    proxy.sent();
    let shown =
        [("grant_type", "authorize_code"), ("code", code["code"].as_str().unwrap()), redirect];
    post("token/direct", &shown).await;
    assert_eq!(on_tickets(&proxy), 1);
    let token = tokens["refresh_token"].as_str().unwrap();
    let shown = [("grant_type", "refresh_token"), ("client_id", "app"), ("refresh_token", token)];
    post("token", &shown).await;
    assert_eq!(on_tickets(&proxy), 1);
    server.close().await;
}

/// A grant is one row however often it is refreshed, and stays where it is.
#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_refreshes_are_one_row() {
    // Of its own: nobody else holds on to old versions there.
    let cluster = new_cluster();
    let store = builder(&cluster.url(), "thousand").connect().await.unwrap();
    let (tickets, observer) = (tickets(&store), observer(&cluster).await);
    tickets.issue(&tenant(), &first(1)).await.unwrap();
    let of_indexes = "SELECT pg_indexes_size('thousand.tickets')";
    let of_indexes = async || observer.query_one(of_indexes, &[]).await.unwrap().get::<_, i64>(0);
    let before = of_indexes().await;
    let mut now = T0;
    for generation in 1..=1000 {
        now = now.plus(std::time::Duration::from_secs(60));
        let shown = tickets.present(&tenant(), first(1).id, &shown(generation), now).await.unwrap();
        assert!(matches!(shown, grantry::types::Presented::Rotated(_)), "{shown:?}");
    }
    assert_eq!(count(&observer, "thousand").await, 1);
    // A thousand versions of more than 200 bytes in the place of a few: a page is cleared as it is written.
    let size = "SELECT pg_relation_size('thousand.tickets')";
    let size: i64 = observer.query_one(size, &[]).await.unwrap().get(0);
    assert!(size <= 8 * 8192, "{size} bytes");
    // Nor is anything written into an index.
    assert_eq!(of_indexes().await, before);
}

/// What requests asked for since the last look, without what goes on beside them.
fn asked(proxy: &Proxy) -> Vec<String> {
    let beside = |sql: &String| sql.is_empty() || sql.contains("clock_timestamp");
    proxy.sent().into_iter().filter(|sql| !beside(sql)).collect()
}

fn on_tickets(proxy: &Proxy) -> usize {
    let all = asked(proxy);
    all.iter().filter(|sql| sql.contains("tickets")).count()
}
