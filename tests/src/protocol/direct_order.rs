//! The direct API's order of checks: of two things that are wrong, the first is told.

use bytes::Bytes;
use http::{HeaderValue, Method, Request, header};

use super::direct::{ask, bad};
use crate::{PASSWORD, Stage, World, form, get, query, rpc};

/// A query string that is too long.
fn long() -> String {
    "x".repeat(8193)
}

/// As an image asks for it, which nothing of ours does.
fn as_image(mut request: Request<Bytes>) -> Request<Bytes> {
    request.headers_mut().insert("sec-fetch-dest", HeaderValue::from_static("image"));
    request
}

/// The POST form with everything wrong that can be.
fn worst(tenant: &str, endpoint: &str) -> Request<Bytes> {
    let path = format!("/oauth/{tenant}/{endpoint}/direct?{}", long());
    let mut request = as_image(form(&path, &[("x", &"x".repeat(16 * 1024))]));
    request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("text/plain"));
    request
}

/// Direct API, order.
pub async fn the_method_comes_before_the_tenant(s: &Stage) {
    for (path, allow) in [
        ("/oauth/nobody/authorize", "GET, POST"),
        ("/oauth/No%20Tenant/token", "GET, POST"),
        ("/oauth/nobody/authorize/direct", "POST"),
        ("/oauth/No%20Tenant/token/direct", "POST"),
    ] {
        let mut request = as_image(get(&format!("{path}?{}", long())));
        *request.method_mut() = Method::PUT;
        let answer = s.send(request).await;
        let message = format!("this endpoint answers {allow} only");
        answer.assert_rpc(405, &rpc(12, "METHOD_NOT_ALLOWED", &message, &[]));
        assert_eq!(answer.header("allow"), allow);
    }
}

/// Direct API, order.
pub async fn the_tenant_comes_before_the_policy(s: &Stage) {
    let unknown = rpc(5, "UNKNOWN_TENANT", "there is no such tenant", &[]);
    for endpoint in ["authorize", "token"] {
        let request = as_image(get(&format!("/oauth/nobody/{endpoint}?{}", long())));
        s.send(request).await.assert_rpc(404, &unknown);
        s.send(worst("nobody", endpoint)).await.assert_rpc(404, &unknown);
    }
}

/// Direct API, order.
pub async fn the_policy_comes_before_the_fence(s: &Stage) {
    let message = "the tenant's policy does not offer this form of the direct API";
    let off = rpc(7, "UNAUTHORIZED_CLIENT", message, &[]);
    for tenant in ["globex", "postal"] {
        let request = as_image(get(&format!("/oauth/{tenant}/token?{}", long())));
        s.send(request).await.assert_rpc(403, &off);
    }
    s.send(worst("globex", "token")).await.assert_rpc(403, &off);
    s.send(worst("globex", "authorize")).await.assert_rpc(403, &off);
}

/// Direct API, order: at authorize the grant is known before anything is read.
pub async fn a_code_grant_that_is_not_offered_is_denied_before_the_fence(s: &Stage) {
    let denied = rpc(7, "UNAUTHORIZED_CLIENT", "authorization_code is not allowed here", &[]);
    s.send(as_image(get("/oauth/narrow/authorize"))).await.assert_rpc(403, &denied);
    s.send(get(&format!("/oauth/narrow/authorize?{}", long()))).await.assert_rpc(403, &denied);
    s.send(worst("narrow", "authorize")).await.assert_rpc(403, &denied);
}

/// Direct API, order.
pub async fn the_fence_comes_before_the_size(s: &Stage) {
    let message = "browsers may call this endpoint by fetch alone, from origins that the tenant \
                   lists";
    let fenced = rpc(7, "UNAUTHORIZED_CLIENT", message, &[]);
    for endpoint in ["authorize", "token"] {
        let request = as_image(get(&format!("/oauth/acme/{endpoint}?{}", long())));
        s.send(request).await.assert_rpc(403, &fenced);
        s.send(worst("acme", endpoint)).await.assert_rpc(403, &fenced);
    }
}

/// Direct API, order: size, media type, parameters.
pub async fn the_size_comes_before_the_media_type_and_the_parameters(s: &Stage) {
    let text = |message: &str| rpc(3, "INVALID_REQUEST", message, &[]);
    for endpoint in ["authorize", "token"] {
        let mut request = worst("acme", endpoint);
        request.headers_mut().remove("sec-fetch-dest");
        *request.uri_mut() = format!("/oauth/acme/{endpoint}/direct?x=1").parse().expect("a path");
        s.send(request.clone()).await.assert_rpc(413, &text("the body is too large"));
        *request.body_mut() = Bytes::from("x=1&x=1");
        let message = "the body must be application/x-www-form-urlencoded";
        s.send(request).await.assert_rpc(415, &text(message));
        let path = format!("/oauth/acme/{endpoint}?username=&username=&{}", long());
        s.send(get(&path)).await.assert_rpc(414, &text("the query is too large"));
    }
}

/// Direct API, order: no user is looked up for a request that cannot be answered.
pub async fn the_parameters_come_before_the_credentials(s: &Stage) {
    for (name, password) in [("nobody", World::PASSWORD), ("alice", "looking-glass")] {
        let user = [("username", name), ("password", password), ("response_type", "code")];
        for answer in ask(s, "acme", "authorize", &query(&user)).await {
            answer.assert_rpc(400, &bad(&[("redirect_uri", "is required")]));
        }
    }
    let text = query(&[("grant_type", "password"), PASSWORD, ("username", "alice\0")]);
    for answer in ask(s, "acme", "token", &text).await {
        let rule = "must be 1 to 256 bytes without control characters";
        answer.assert_rpc(400, &bad(&[("username", rule)]));
    }
}
