//! Guards name their tenants: a token of another one is good for nothing there.

use super::guards::{assert_invalid, realm, whole};
use crate::{Stage, Tokens};

/// JW-02, IR-13: byte for byte what is said of garbage.
pub async fn a_token_of_another_tenant_is_garbage(s: &Stage) {
    let Tokens { access, .. } = s.tokens("globex", "app").await;
    for path in ["/me", "/offline", "/write"] {
        let garbage = s.get_as(path, "garbage").await;
        assert_invalid(&garbage, "acme");
        let foreign = s.get_as(path, &access).await;
        assert_invalid(&foreign, "acme");
        assert_eq!(foreign.body, garbage.body);
    }
}

/// The tenant in the path decides, and the route learns tenant, subject, client and scope.
pub async fn the_tenant_in_the_path_is_the_one_that_counts(s: &Stage) {
    let acme = s.tokens("acme", "app").await.access;
    let globex = s.tokens("globex", "backend").await.access;
    for (tenant, token, body) in [
        ("acme", &acme, "acme user-alice app read"),
        ("globex", &globex, "globex user-alice backend read"),
    ] {
        let answer = s.get_as(&format!("/api/{tenant}/me"), token).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, body.as_bytes()));
    }
    assert_invalid(&s.get_as("/api/globex/me", &acme).await, "globex");
    assert_invalid(&s.get_as("/api/acme/me", &globex).await, "acme");
}

/// IR-13, TN-03, PL-10: nothing is decoded or folded: another spelling is another tenant.
pub async fn another_spelling_of_a_tenant_is_no_tenant(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    // Which tenant was meant is not known, so the audience is what the challenge names.
    let challenge = "Bearer realm=\"https://api.example.com\", error=\"invalid_token\"";
    for segment in ["%61cme", "acm%65", "ACME", "acme%20", "acme.", "acme;x=1", "-acme", "ac..me"] {
        let answer = s.get_as(&format!("/api/{segment}/me"), &token).await;
        assert_eq!(answer.status, 401, "{segment}");
        assert_eq!(answer.json()["error"], "invalid_token", "{segment}");
        assert_eq!(answer.header("www-authenticate"), whole(challenge), "{segment}");
    }
    // Well-formed, so it has a name, though nobody is called so.
    assert_invalid(&s.get_as("/api/nobody/me", &token).await, "nobody");
}

/// A query is no part of the path.
pub async fn a_query_does_not_name_the_tenant(s: &Stage) {
    let token = s.tokens("acme", "app").await.access;
    let answer = s.get_as("/api/acme/me?tenant=globex&/api/globex/me", &token).await;
    assert_eq!(&answer.body[..], b"acme user-alice app read");
    assert_invalid(&s.get_as("/api/globex/me?tenant=acme", &token).await, "globex");
}

/// A guard of any tenant tells them apart for the route.
pub async fn a_guard_of_any_tenant_says_whose_token_it_is(s: &Stage) {
    for tenant in ["acme", "globex", "ecdsa"] {
        let token = s.tokens(tenant, "app").await.access;
        let answer = s.get_as("/anyone", &token).await;
        let body = format!("{tenant} user-alice");
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (200, body.as_bytes()));
        assert_eq!(s.get_as("/anyone", &format!("{token}A")).await.status, 401);
    }
}

/// JW-13: whom a challenge names is the server's to say, not the request's.
pub async fn the_realm_is_never_the_requests(s: &Stage) {
    let mut request = crate::get("/me");
    for name in ["host", "x-forwarded-host", "forwarded", "x-forwarded-prefix"] {
        request.headers_mut().insert(name, http::HeaderValue::from_static("evil.example"));
    }
    let answer = s.send(request).await;
    let challenge = whole(&format!("Bearer {}", realm("acme")));
    assert_eq!(answer.header("www-authenticate"), challenge);
}
