use std::net::SocketAddr;

use super::*;

#[tokio::test]
async fn the_peer_is_the_other_end_of_the_connection() {
    let address: SocketAddr = "192.0.2.1:4711".parse().unwrap();
    let request = warp::test::request().path("/me?x=1").remote_addr(address);
    let seen = request.filter(&head()).await.unwrap().unwrap();
    assert_eq!(seen.extensions().get::<Peer>().unwrap().address, Some(address));
    assert_eq!(seen.uri(), "/me?x=1");
    let unknown = warp::test::request().filter(&head()).await.unwrap().unwrap();
    assert_eq!(unknown.extensions().get::<Peer>().unwrap().address, None);
}
