//! Laws of what a server issues, for clients and scopes that nobody thought of.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use grantry::{
    MemoryStore, NewClient,
    types::{GrantType, Scope},
};
use grantry_conformance::{Bare, Stage, World, claims, get, tenant_id};
use http::header;
use proptest::{collection::btree_set, prelude::*};

/// A world, and what runs it.
fn stage() -> (tokio::runtime::Runtime, Stage) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    let runtime = runtime.worker_threads(1).enable_all().build().unwrap();
    let stage = runtime.block_on(async {
        let world = World::new(MemoryStore::default()).await;
        Stage { driver: Box::new(Bare(world.server.clone())), world }
    });
    (runtime, stage)
}

/// A client of this id and scope asks for tokens on its own behalf, with its secret in the header as
/// it is or in the form.
async fn issued(s: &Stage, id: &str, scope: &str, in_form: bool) -> String {
    let new = NewClient::confidential(id).grants([GrantType::ClientCredentials]).scope(scope);
    let made = s.world.server.admin().create_client(&tenant_id("acme"), new).await.unwrap();
    let secret = made.secret.unwrap();
    let grant = ("grant_type", "client_credentials");
    let asked = [grant, ("client_id", id), ("client_secret", secret.expose()), ("scope", scope)];
    let answer = match in_form {
        true => s.post("/oauth/acme/token", &asked).await,
        false => {
            let asked = [grant, ("scope", scope)];
            let id: String = id.bytes().map(|byte| format!("%{byte:02X}")).collect();
            s.post_basic("/oauth/acme/token", &id, secret.expose(), &asked).await
        }
    };
    s.world.server.admin().delete_client(&tenant_id("acme"), &made.client.id).await.unwrap();
    answer.tokens().access
}

#[test]
fn what_is_minted_is_what_a_guard_reads() {
    let (runtime, s) = stage();
    let scopes = btree_set("[!#-\\[\\]-~]{1,9}", 1..5);
    proptest!(|(id in "[!#-\\[\\]-~]{1,60}", scope in scopes, in_form: bool)| {
        prop_assume!(id != "direct");
        let scope = scope.into_iter().collect::<Vec<_>>().join(" ");
        let token = runtime.block_on(issued(&s, &id, &scope, in_form));
        let says = claims(&token);
        prop_assert!(says["sub"] == *id && says["client_id"] == *id, "{}", says);
        prop_assert_eq!(says["scope"].as_str().unwrap().parse::<Scope>(), scope.parse::<Scope>());
        let mut request = get("/me");
        let bearer = format!("Bearer {token}").parse().unwrap();
        request.headers_mut().insert(header::AUTHORIZATION, bearer);
        let check = s.world.guards.offline.check(&request.into_parts().0);
        let access = runtime.block_on(check).unwrap();
        prop_assert_eq!((access.subject().as_str(), access.client().as_str()), (&*id, &*id));
        prop_assert_eq!(Ok(access.scope().clone()), scope.parse::<Scope>());
        prop_assert!(!access.is_user());
    });
}
