use std::net::SocketAddr;

use poem::{
    Addr, Body, RequestParts, Route,
    endpoint::make_sync,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};

use super::*;

fn request(path: &str, from: Option<SocketAddr>) -> Request {
    let (parts, ()) = http::Request::get(path).body(()).unwrap().into_parts();
    let from = from.map_or_else(RemoteAddr::default, |from| RemoteAddr(Addr::from(from)));
    let parts = RequestParts::from((parts, LocalAddr::default(), from, Scheme::HTTP));
    Request::from_parts(parts, Body::empty())
}

#[test]
fn the_peer_is_the_other_end_of_the_connection() {
    let address: SocketAddr = "192.0.2.1:4711".parse().unwrap();
    for from in [Some(address), None] {
        let head = head(&request("/", from));
        assert_eq!(head.extensions().get::<Peer>().unwrap().address, from);
    }
}

#[tokio::test]
async fn a_nested_route_does_not_hide_the_path() {
    let seen = make_sync(|request| head(&request).uri().to_string());
    let app = Route::new().nest("/oauth", Route::new().at("/acme/token", seen));
    let answer = app.get_response(request("/oauth/acme/token?x=1", None)).await;
    assert_eq!(answer.into_body().into_string().await.unwrap(), "/oauth/acme/token?x=1");
}
