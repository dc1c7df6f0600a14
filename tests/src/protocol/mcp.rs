//! A tenant whose tokens are for an MCP server, by the authorization chapter of its revisions 2025-11-25 and
//! 2026-07-28.

use std::sync::Arc;

use grantry::types::Policy;
use serde_json::Value;

use super::admin::admin;
use super::client_documents::{CALLBACK, URL, Web, asks, document};
use super::direct::beside;
use super::registering::{self, Made, register};
use crate::{Browser, PKCE, Page, Stage, Tokens, World, claims, tenant_id};

const SERVER: &str = "https://notes.example.com/mcp";
/// Everything that its clients may ask for.
const ALL: &str = "notes:read notes:write offline_access";

/// Acme is such a tenant.
async fn settle(s: &Stage) -> Stage {
    let scope = "notes:read notes:write".parse().expect("a scope");
    let mut policy = Policy::mcp(SERVER.parse().expect("an audience"), scope);
    policy.default_scope = "notes:read".parse().expect("a scope");
    admin(s).change_tenant(&tenant_id("acme"), |old| *old = policy.clone()).await.expect("done");
    let web = Arc::new(Web::default());
    web.shows(URL, document(URL));
    beside(s, s.world.stores.clone(), |builder| builder.fetch(web)).await
}

/// Clients go on only where they read S256 (MCP 2025-11-25, "Authorization Code Protection"), use a document only
/// where its flag and `none` stand, and check `iss` where it is promised (2026-07-28).
pub async fn a_tenant_for_mcp_says_what_its_clients_look_for(s: &Stage) {
    let s = &settle(s).await;
    for place in [
        "/.well-known/oauth-authorization-server/oauth/acme",
        "/.well-known/openid-configuration/oauth/acme",
        "/oauth/acme/.well-known/openid-configuration",
    ] {
        let said = s.get(place, &[]).await.json();
        let holds = |member: &str, word: &str| {
            said[member].as_array().is_some_and(|all| all.iter().any(|one| one == word))
        };
        assert!(holds("code_challenge_methods_supported", "S256"), "{said}");
        assert!(holds("token_endpoint_auth_methods_supported", "none"), "{said}");
        assert!(holds("grant_types_supported", "authorization_code"), "{said}");
        assert!(holds("grant_types_supported", "refresh_token"), "{said}");
        for word in ["notes:read", "notes:write", "offline_access"] {
            assert!(holds("scopes_supported", word), "{word}: {said}");
        }
        assert_eq!(said["authorization_response_iss_parameter_supported"], true);
        assert_eq!(said["client_id_metadata_document_supported"], true);
        assert_eq!(said["registration_endpoint"], "https://id.example.com/oauth/acme/register");
    }
}

/// By a document or by registering, as what it names first; its token is for the server that it names, and more
/// scope is there for the asking, of the user.
pub async fn a_client_of_an_mcp_server_comes_unknown_and_steps_up(s: &Stage) {
    let s = &settle(s).await;
    let named = [
        ("redirect_uris", Value::from(vec!["http://127.0.0.1/cb"])),
        ("token_endpoint_auth_method", "none".into()),
        ("grant_types", vec!["authorization_code", "refresh_token"].into()),
        ("scope", "notes:read".into()),
    ];
    let answer = register(s, &registering::document(&named)).await;
    let registered: Made = registering::made(&answer);
    assert_eq!(registered.said["scope"], ALL);
    for client in [URL, &registered.id] {
        let browser = Browser::new(s);
        let nothing = signed_in(&browser, client, &[]).await;
        assert_eq!(
            claims(&tokens(s, client, nothing, &browser).await.access)["scope"],
            "notes:read"
        );
        let more = [("resource", SERVER), ("scope", ALL)];
        let asked = [&asks(client, CALLBACK)[..], &more].concat();
        let page = browser.authorize("acme", &asked).await.page();
        let got = tokens(s, client, page, &browser).await;
        let said = claims(&got.access);
        assert_eq!((&said["aud"], &said["client_id"]), (&SERVER.into(), &client.into()));
        assert_eq!(said["scope"], ALL);
        let refresh = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &*got.refresh),
            ("client_id", client),
            ("resource", SERVER),
        ];
        let again = s.post("/oauth/acme/token", &refresh).await.tokens();
        assert_eq!(claims(&again.access)["scope"], ALL);
    }
}

/// The page that asks Alice.
async fn signed_in(browser: &Browser<'_>, client: &str, more: &[(&str, &str)]) -> Page {
    let asked = [&asks(client, CALLBACK)[..], more].concat();
    let page = browser.authorize("acme", &asked).await.page();
    browser.sign_in(&page, "alice", World::PASSWORD).await.page()
}

/// She allows it.
async fn tokens(s: &Stage, client: &str, page: Page, browser: &Browser<'_>) -> Tokens {
    let code = browser.submit(&page, &[("action", "allow")]).await.code();
    let redeem = [
        ("grant_type", "authorization_code"),
        ("code", &*code),
        ("redirect_uri", CALLBACK),
        ("code_verifier", PKCE.0),
        ("client_id", client),
        ("resource", SERVER),
    ];
    s.post("/oauth/acme/token", &redeem).await.tokens()
}
