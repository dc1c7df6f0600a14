//! TN-03, PL-10: paths as no client library sends them, byte for byte, through real sockets.

use grantry::MemoryStore;
use grantry_conformance::{World, run};

use crate::{drivers, raw::Connection};

/// What stands in the tenant's place and names nobody, in one segment.
const IDS: [&str; 22] = [
    "nobody",
    "..",
    ".",
    "...",
    "%2e%2e",
    "%2E",
    "..%2facme",
    "acme%2f..",
    "acme%2F",
    "%61cme",
    "acme%00",
    "acme%0d%0aX-Evil:%201",
    "ACME",
    "acme.",
    "-acme",
    "ac..me",
    "acme;x=1",
    "acme,globex",
    "acme%C3%A4",
    "%ff",
    ".well-known",
    "",
];

/// What leads past a segment, or is no path of the server's at all.
const PATHS: [&str; 9] = [
    "/oauth/acme/../acme/token",
    "/oauth/./acme/token",
    "/oauth/x/../acme/token",
    "/oauth/a/b/token",
    "//oauth/acme/token",
    "/oauth/acme//token",
    "/oauth/acme/token/",
    "/oauth/acme/%74oken",
    "/x/..//oauth/acme/token",
];

/// TN-03: one answer, byte for byte, and by every framework the same.
#[test]
fn a_segment_that_names_no_tenant_is_answered_alike_by_every_framework() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        let longer = "x".repeat(300);
        let mut seen = Vec::new();
        for (framework, at) in drivers::everywhere(&world).await {
            for id in IDS.into_iter().chain([&*longer]) {
                for (method, endpoint) in
                    [("GET", "token"), ("GET", "authorize"), ("POST", "token/direct")]
                {
                    let mut connection = Connection::to(at).await;
                    let path = format!("/oauth/{id}/{endpoint}");
                    let answer = match method {
                        "GET" => connection.get(&path).await,
                        _ => connection.post(&path, "").await,
                    };
                    assert!(answer.starts_with("HTTP/1.1 404 "), "{framework} {path}: {answer}");
                    let (_, body) = answer.split_once("\r\n\r\n").unwrap();
                    seen.push(body.to_owned());
                }
            }
        }
        assert!(seen[0].contains(r#""reason":"UNKNOWN_TENANT""#), "{}", seen[0]);
        seen.dedup();
        assert_eq!(seen.len(), 1, "{seen:?}");
    });
}

/// PL-10: what normalisation would make of a path is not what was asked for.
#[test]
fn no_detour_leads_to_the_server() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        for (framework, at) in drivers::everywhere(&world).await {
            for path in PATHS {
                let answer = Connection::to(at).await.get(path).await;
                assert!(answer.starts_with("HTTP/1.1 404 "), "{framework} {path}: {answer}");
                let hosts = "the host knows no such page";
                assert!(answer.ends_with(hosts), "{framework} {path}: {answer}");
            }
        }
    });
}
