//! The host's own routes, state and 404 beside the mounted server.

use bytes::Bytes;
use http::Request;

use crate::{Answer, PASSWORD, Stage, form};

/// Paths that look like the server's and are not: PL-10.
const NEARLY: [&str; 24] = [
    "/nothing",
    "/oauth",
    "/oauth/",
    "/oauth/acme",
    "/oauth/acme/",
    "/oauth/acme/nothing",
    "/oauth/acme/token/",
    "/oauth/acme//token",
    "//oauth/acme/token",
    "/oauth//acme/token",
    "/oauth/acme/%74oken",
    "/oauth/acme/token%2Fdirect",
    "/oauth/acme/token/direct/",
    "/oauth/acme/token/other",
    "/oauth/acme/Token",
    "/OAUTH/acme/token",
    "/oauth/a/b/token",
    "/x/oauth/acme/token",
    "/oauth/acme/jwks",
    "/oauth/acme/.well-known",
    "/oauth/acme/.well-known/nothing",
    "/.well-known",
    "/.well-known/oauth-authorization-server",
    "/.well-known/openid-configuration",
];

#[track_caller]
fn assert_hosts_404(answer: &Answer, what: &str) {
    let said = (answer.status.as_u16(), &answer.body[..]);
    assert_eq!(said, (404, &b"the host knows no such page"[..]), "{what}");
}

/// What the host serves is untouched by the mount.
pub async fn the_hosts_own_routes_still_answer(s: &Stage) {
    for (path, body) in [
        ("/hello", "hello"),
        ("/state", "kept"),
        ("/.well-known/security.txt", "Contact: mailto:security@example.com"),
        ("/oauth/about", "about us"),
    ] {
        let answer = s.get(path, &[]).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, body.as_bytes()), "{path}");
    }
}

/// PL-09: nor by what a request carries: a query of the server's, a token, a form's content type.
pub async fn the_hosts_routes_see_their_own_requests(s: &Stage) {
    for path in ["/hello?client_id=app&grant_type=password", "/hello?access_token=x"] {
        assert_eq!(&s.get(path, &[]).await.body[..], b"hello", "{path}");
        assert_eq!(&s.get_as(path, "garbage").await.body[..], b"hello", "{path}");
    }
    assert_eq!(s.get("/hello", &[]).await.header("cache-control"), "", "no header of ours");
}

/// PL-09, PL-10: every path that is not exactly the server's is the host's, in every framework.
pub async fn what_is_nearly_ours_is_the_hosts_404(s: &Stage) {
    for path in NEARLY {
        let request = Request::get(path).body(Bytes::new()).expect("a path");
        assert_hosts_404(&s.send(request).await, path);
        assert_hosts_404(&s.get(path, &[("grant_type", "password"), PASSWORD]).await, path);
    }
}

/// PL-09: the same of a form, of whatever length.
pub async fn a_form_for_nobody_is_the_hosts_404(s: &Stage) {
    let large = "x".repeat(70_000);
    for path in NEARLY {
        assert_hosts_404(&s.send(form(path, &[("grant_type", "password")])).await, path);
    }
    let answer = s.send(form("/oauth/acme/nothing", &[("x", &large)])).await;
    assert_hosts_404(&answer, "a large form");
}

/// RFC 9110 §9: and of every other method.
pub async fn another_method_for_nobody_is_the_hosts_404(s: &Stage) {
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS"] {
        for path in ["/nothing", "/oauth/acme/nothing", "/oauth/acme/token/", "//oauth/acme/token"]
        {
            let request = Request::builder().method(method).uri(path).body(Bytes::new());
            assert_hosts_404(&s.send(request.expect("a request")).await, path);
        }
    }
}

/// The paths that are the server's are so in full: its answers, not the host's, to every method,
/// also where the segment in the tenant's place is a word of the host's or nothing.
pub async fn what_is_ours_is_ours_whatever_is_wrong_with_it(s: &Stage) {
    for path in ["/oauth/about/token", "/oauth//token", "/.well-known/openid-configuration/oauth/"]
    {
        let answer = s.get(path, &[]).await;
        assert_eq!(answer.status, 404, "{path}");
        assert_eq!(answer.header("content-type"), "application/json", "{path}");
    }
    for path in ["/oauth/acme/token", "/oauth/acme/authorize/direct", "/oauth/acme/jwks.json"] {
        let request = Request::put(path).body(Bytes::new()).expect("a path");
        assert_eq!(s.send(request).await.status, 405, "{path}");
    }
}
