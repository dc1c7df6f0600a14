use actix_web::test::TestRequest;

use super::*;

#[test]
fn the_peer_is_the_other_end_of_the_connection() {
    let address = "192.0.2.1:4711".parse().unwrap();
    let known = TestRequest::default().peer_addr(address).to_http_request();
    for (request, want) in
        [(known, Some(address)), (TestRequest::default().to_http_request(), None)]
    {
        let head = upgrade(&request, ()).unwrap();
        assert_eq!(head.extensions().get::<Peer>().unwrap().address, want);
    }
}

#[test]
fn repeated_headers_stay_apart_in_both_directions() {
    let request =
        TestRequest::default().append_header(("cookie", "a=1")).append_header(("cookie", "b=2"));
    let head = upgrade(&request.to_http_request(), ()).unwrap();
    assert_eq!(head.headers().get_all("cookie").iter().count(), 2);
    let mut response = http::Response::new(Bytes::new());
    for cookie in ["a=1", "b=2"] {
        response.headers_mut().append("set-cookie", cookie.parse().unwrap());
    }
    assert_eq!(downgrade(response).headers().get_all("set-cookie").count(), 2);
}

#[actix_web::test]
async fn a_forgotten_guard_is_a_500_that_tells_the_developer() {
    use actix_web::FromRequest;
    let request = TestRequest::default().to_http_request();
    let denied = Access::from_request(&request, &mut Payload::None).await.unwrap_err();
    assert_eq!(denied.error_response().status(), StatusCode::INTERNAL_SERVER_ERROR);
    assert!(denied.to_string().contains(".app_data(web::Data::new(guard))"), "{denied}");
}
