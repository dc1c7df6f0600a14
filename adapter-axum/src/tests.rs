use super::*;

#[test]
fn the_peer_is_the_other_end_of_the_connection() {
    let (mut parts, ()) = Request::new(()).into_parts();
    assert_eq!(peer(&parts).address, None);
    let address: SocketAddr = "192.0.2.1:4711".parse().unwrap();
    parts.extensions.insert(ConnectInfo(address));
    assert_eq!(peer(&parts).address, Some(address));
}

#[test]
fn a_nested_router_does_not_hide_the_path() {
    let (mut parts, ()) = axum::http::Request::get("/token").body(()).unwrap().into_parts();
    parts.extensions.insert(OriginalUri("/oauth/acme/token?x=1".parse().unwrap()));
    restore(&mut parts);
    assert_eq!(parts.uri, "/oauth/acme/token?x=1");
}
