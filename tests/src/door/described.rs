//! APIs of the host that say where tokens for them come from (RFC 9728).

use bytes::Bytes;
use grantry::{
    Access, Denied, Guard, NewClient, Server,
    types::{GrantType, Policy, ProtectedResource},
};
use http::{HeaderValue, Request, header};
use serde_json::json;

use super::guards::METADATA;
use crate::{Answer, Stage, World, get};

const AT: &str = "/.well-known/oauth-protected-resource";

/// What stands behind the host in a URL.
#[track_caller]
fn path(url: &str) -> &str {
    url.strip_prefix("https://api.example.com").expect("the host of the API")
}

/// A parameter of a challenge.
fn parameter<'a>(challenge: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = challenge.split_once(&format!("{name}=\""))?;
    rest.split('"').next()
}

/// RFC 9728 §2, §3: the document, at the root of the host for an API without a path.
pub async fn an_api_says_where_its_tokens_come_from(s: &Stage) {
    let document = json!({
        "resource": "https://api.example.com",
        "authorization_servers": [
            "https://id.example.com/oauth/acme", "https://id.example.com/oauth/globex",
        ],
        "scopes_supported": ["read", "write"],
        "bearer_methods_supported": ["header"],
        "resource_name": "Orders",
    });
    for path in [AT.to_owned(), format!("{AT}/")] {
        let answer = s.get(&path, &[]).await;
        assert_eq!((answer.status.as_u16(), answer.json()), (200, document.clone()), "{path}");
        assert_eq!(answer.header("content-type"), "application/json");
        assert_eq!(answer.header("access-control-allow-origin"), "*");
        assert_eq!(answer.header("cache-control"), "public, max-age=300");
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}

/// RFC 9728 §3.1: an API of which each tenant has one describes that tenant's, whatever slash a client left or
/// cut off.
pub async fn each_tenant_has_an_api_of_its_own(s: &Stage) {
    for tenant in ["acme", "globex", "narrow"] {
        let document = json!({
            "resource": World::EACH.replace("{tenant}", tenant),
            "authorization_servers": [format!("https://id.example.com/oauth/{tenant}")],
            "bearer_methods_supported": ["header"],
        });
        for end in ["", "/"] {
            let answer = s.get(&format!("{AT}/mcp/{tenant}{end}"), &[]).await;
            assert_eq!((answer.status.as_u16(), answer.json()), (200, document.clone()));
            assert_eq!(answer.header("access-control-allow-origin"), "*");
        }
    }
    for nobody in ["nobody", "ACME", "%61cme", "acme.", ""] {
        let answer = s.get(&format!("{AT}/mcp/{nobody}"), &[]).await;
        assert_eq!(answer.status, 404, "{nobody}");
        assert_eq!(answer.json()["error"], "invalid_request", "{nobody}");
    }
}

/// RFC 9110 §9.3.2, §13.1.2, Fetch §4.8: it is read like other metadata, also by pages of other origins.
pub async fn what_an_api_says_is_for_reading(s: &Stage) {
    for path in [AT, &format!("{AT}/mcp/acme")] {
        let full = s.get(path, &[]).await;
        let with = |method: &str, headers: &[(header::HeaderName, &str)]| {
            let mut request = Request::builder().method(method).uri(path);
            for (name, value) in headers {
                request = request.header(name, *value);
            }
            request.body(Bytes::new()).expect("a request")
        };
        let head = s.send(with("HEAD", &[])).await;
        assert_eq!((head.status.as_u16(), head.header("etag")), (200, full.header("etag")));
        let known = [(header::IF_NONE_MATCH, full.header("etag"))];
        assert_eq!(s.send(with("GET", &known)).await.status, 304);
        for method in ["POST", "PUT", "DELETE", "OPTIONS"] {
            let answer = s.send(with(method, &[])).await;
            answer.assert_error(405, "invalid_request", "this endpoint answers GET, HEAD only");
            assert_eq!(answer.header("allow"), "GET, HEAD");
        }
        let asks = [
            (header::ORIGIN, "https://app.example.com"),
            (header::ACCESS_CONTROL_REQUEST_METHOD, "GET"),
        ];
        let answer = s.send(with("OPTIONS", &asks)).await;
        assert_eq!((answer.status.as_u16(), &answer.body[..]), (204, &b""[..]));
        let mut request = get(path);
        for name in ["host", "x-forwarded-host", "forwarded"] {
            request.headers_mut().insert(name, HeaderValue::from_static("evil.example"));
        }
        assert_eq!(s.send(request).await.body, full.body, "JW-13");
    }
}

/// RFC 9728 §5: whoever knows nothing but a URL is led to who issues tokens for it.
pub async fn a_challenge_leads_to_the_issuer(s: &Stage) {
    for (door, issuer) in [("/me", "acme"), ("/api/globex/me", "globex"), ("/anyone", "acme")] {
        let denied = s.get(door, &[]).await;
        let challenge = denied.header("www-authenticate");
        assert_eq!(denied.status, 401);
        let url = parameter(challenge, "resource_metadata").expect("a place").to_owned();
        assert_eq!(url, METADATA);
        let document = s.get(path(&url), &[]).await.json();
        // RFC 9728 §3.3: it is the API that was asked.
        assert_eq!(document["resource"], World::AUDIENCE);
        let issuers = document["authorization_servers"].as_array().expect("a list").clone();
        let issuer = json!(format!("https://id.example.com/oauth/{issuer}"));
        assert!(issuers.contains(&issuer), "{door}");
        let metadata = issuer.as_str().expect("a text").replacen(
            "https://id.example.com",
            "/.well-known/oauth-authorization-server",
            1,
        );
        assert_eq!(s.get(&metadata, &[]).await.json()["issuer"], issuer);
    }
}

/// What is nobody's is the host's.
pub async fn the_host_keeps_what_describes_nothing(s: &Stage) {
    for path in ["/x", "/mcp", "//", "/mcp/acme/x", "/mcp/acme//", "/orders/", "x"] {
        let answer = s.get(&format!("{AT}{path}"), &[]).await;
        let said = (answer.status.as_u16(), &answer.body[..]);
        assert_eq!(said, (404, &b"the host knows no such page"[..]), "{path}");
    }
}

async fn knock(guard: &Guard, path: &str, token: Option<&str>) -> Result<Access, Denied> {
    let mut request = get(path);
    if let Some(token) = token {
        let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a token");
        request.headers_mut().insert(header::AUTHORIZATION, value);
    }
    guard.check(&request.into_parts().0).await
}

/// The status, and the scope that the challenge names.
#[track_caller]
fn told(denied: &Denied) -> (u16, Option<String>) {
    let answer = Answer::from(denied.response());
    let challenge = answer.header("www-authenticate");
    assert_eq!(parameter(challenge, "resource_metadata"), Some(METADATA), "{challenge}");
    (answer.status.as_u16(), parameter(challenge, "scope").map(str::to_owned))
}

/// RFC 6750 §3, §3.1: what every request needs is named before there is a token, and with what one of them needs
/// besides, so that whoever asks for that next has all of it.
pub async fn what_every_request_needs_is_named_at_once(s: &Stage) {
    let guard = |scope: &str| {
        let guard = s.world.server.guard(World::AUDIENCE).tenant("acme").expect("a guard");
        guard.requires(scope)
    };
    let token = s.tokens("acme", "app").await.access;
    let read = guard("read").expect("a guard");
    for bad in [None, Some("garbage")] {
        let denied = knock(&read, "/", bad).await.expect_err("no token");
        assert_eq!(told(&denied), (401, Some("read".into())));
    }
    let access = knock(&read, "/", Some(&token)).await.expect("it has read");
    let denied = access.require("write").expect_err("it has not got write");
    assert_eq!(told(&denied), (403, Some("read write".into())));
    access.require("read").expect("it has");
    let write = guard("write read").expect("a guard");
    let denied = knock(&write, "/", Some(&token)).await.expect_err("it has read alone");
    assert_eq!(told(&denied), (403, Some("read write".into())));
    let offline = write.offline();
    assert_eq!(knock(&offline, "/", Some(&token)).await.expect_err("as before"), denied);
    for wrong in ["", " ", "a\"b"] {
        let why = guard(wrong).expect_err("no scope").to_string();
        assert!(why.contains("name scope tokens"), "{why}");
    }
}

/// A token for one tenant's API opens no other's.
pub async fn each_tenants_api_takes_tokens_for_itself(s: &Stage) {
    let mut tokens = Vec::new();
    for tenant in ["one", "two"] {
        let audience = World::EACH.replace("{tenant}", tenant).parse().expect("an audience");
        let admin = s.world.server.admin();
        let tenant = admin.create_tenant(tenant, Policy::new(audience)).await.expect("a tenant");
        let robot = NewClient::confidential("robot").scope("read");
        let robot = robot.grants([GrantType::ClientCredentials]);
        let robot = admin.create_client(&tenant.id, robot).await.expect("a client");
        let secret = robot.secret.expect("a secret");
        let at = format!("/oauth/{}/token", tenant.id);
        let asked = [("grant_type", "client_credentials")];
        tokens.push(s.post_basic(&at, "robot", secret.expose(), &asked).await.tokens().access);
    }
    let builder = || s.world.server.guard(World::EACH);
    let path = builder().tenant_from_path("/mcp/{tenant}").expect("a guard");
    let one = builder().tenant("one").expect("a guard");
    let any = builder().any_tenant().expect("a guard");
    for (at, token, lets_in) in
        [("one", 0, true), ("two", 1, true), ("one", 1, false), ("two", 0, false)]
    {
        let token = Some(&*tokens[token]);
        let entered = knock(&path, &format!("/mcp/{at}"), token).await;
        assert_eq!(entered.is_ok(), lets_in, "{at}");
        if let Err(denied) = entered {
            let answer = Answer::from(denied.response());
            let place = parameter(answer.header("www-authenticate"), "resource_metadata");
            assert_eq!(place, Some(&*format!("https://api.example.com{AT}/mcp/{at}")));
        }
        assert_eq!(knock(&one, "/mcp/two", token).await.is_ok(), token == Some(&*tokens[0]));
        assert!(knock(&any, "/x", token).await.is_ok());
    }
    // Tokens for what all tenants share are for none of these; and where no tenant is known, there is no place.
    let shared = s.tokens("acme", "app").await.access;
    assert!(knock(&path, "/mcp/acme", Some(&shared)).await.is_err());
    let denied = knock(&any, "/x", None).await.expect_err("no token");
    let answer = Answer::from(denied.response());
    assert_eq!(answer.header("www-authenticate"), format!("Bearer realm=\"{}\"", World::EACH));
}

/// Clients that find nothing at the path of an API ask at the root of its host: there is the only one.
pub async fn the_only_api_is_found_at_the_root_as_well(s: &Stage) {
    let orders = || ProtectedResource::new("https://api.example.com/orders").tenants(["acme"]);
    let build = async |resources: &[ProtectedResource]| {
        let builder = Server::builder("https://id.example.com/oauth/{tenant}");
        let builder = resources
            .iter()
            .cloned()
            .fold(builder, |builder, resource| builder.protected_resource(resource));
        builder.clock(s.world.clock.clone()).build().await
    };
    let server = build(&[orders()]).await.expect("a server");
    for path in [format!("{AT}/orders"), format!("{AT}/orders/"), AT.to_owned(), format!("{AT}/")] {
        assert!(server.owns(&path) && server.routes().any(|route| route.path == path), "{path}");
        let answer = Answer::from(server.handle(get(&path)).await);
        assert_eq!(answer.json()["resource"], "https://api.example.com/orders", "{path}");
    }
    let each = ProtectedResource::new(World::EACH);
    let server = build(&[orders(), each]).await.expect("a server");
    assert!(!server.owns(AT) && server.owns(&format!("{AT}/orders")));
    let twice = [orders(), ProtectedResource::new("https://b.example/orders").tenants(["acme"])];
    let why = build(&twice).await.expect_err("one path").to_string();
    let said = "protected_resource(\"https://b.example/orders\"): another one has the same path";
    assert!(why.starts_with(said), "{why}");
}
