//! PL-08: a port that the host lends panics, behind real sockets. The request is answered in its own
//! dialect, the connection, the process and whoever else asks live on, and nothing is waited for.

use std::sync::Arc;

use async_trait::async_trait;
use grantry::{
    MemoryStore, Server,
    ports::{
        Change, Create, Cursor, Page, SignIn, SignInError, StoreError, Stores, Tickets, Users,
    },
    types::{
        Next, Password, Presentation, Presented, Standing, Subject, TenantId, Ticket, TicketId,
        Timestamp, Username, Version, Whose,
    },
};
use grantry_conformance::{ALICE, PASSWORD, World, query, run};

use crate::{drivers, raw::Connection};

/// A directory and a store of grants that panic at whatever they are asked.
#[derive(Debug)]
struct Panics;

fn panics() -> ! {
    unreachable!("a cause that nobody may read")
}

#[async_trait]
impl Users for Panics {
    async fn authenticate(
        &self,
        _: &TenantId,
        _: &Username,
        _: &Password,
    ) -> Result<SignIn, SignInError> {
        panics()
    }

    async fn standing(&self, _: &TenantId, _: &Subject) -> Result<Standing, StoreError> {
        panics()
    }
}

#[async_trait]
impl Tickets for Panics {
    async fn issue(&self, _: &TenantId, _: &Ticket) -> Result<Create, StoreError> {
        panics()
    }

    async fn read(&self, _: &TenantId, _: TicketId) -> Result<Option<Ticket>, StoreError> {
        panics()
    }

    async fn change(
        &self,
        _: &TenantId,
        _: TicketId,
        _: Version,
        _: &Next,
        _: Timestamp,
    ) -> Result<Change, StoreError> {
        panics()
    }

    async fn present(
        &self,
        _: &TenantId,
        _: TicketId,
        _: &Presentation,
        _: Timestamp,
    ) -> Result<Presented, StoreError> {
        panics()
    }

    async fn end(&self, _: &TenantId, _: Whose, _: Timestamp) -> Result<u64, StoreError> {
        panics()
    }

    async fn list(&self, _: &TenantId, _: Whose, _: Option<Cursor>) -> Result<Page, StoreError> {
        panics()
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<usize, StoreError> {
        panics()
    }
}

/// The world's tenants behind a server with a part that panics.
async fn broken(world: &World, stores: Stores, users: Option<Arc<dyn Users>>) -> World {
    let builder = Server::builder("https://id.example.com/oauth/{tenant}");
    let mut builder = builder.store(stores).clock(world.clock.clone());
    if let Some(users) = users {
        builder = builder.users(users);
    }
    let mut world = world.clone();
    world.server = builder.build().await.unwrap();
    world
}

#[test]
fn pl_08_a_panic_in_a_lent_port_is_a_500_and_the_next_request_is_answered() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        let own = || world.stores.clone();
        let users = broken(&world, own(), Some(Arc::new(Panics))).await;
        let tickets = broken(&world, Stores { tickets: Arc::new(Panics), ..own() }, None).await;
        let sign_in = query(&[("grant_type", "password"), ALICE, PASSWORD, ("client_id", "app")]);
        for (part, world) in [("users", users), ("tickets", tickets)] {
            for (framework, at) in drivers::everywhere(&world).await {
                let what = format!("{part} {framework}");
                let mut connection = Connection::to(at).await;
                for _ in 0..9 {
                    let rfc = connection.post("/oauth/acme/token", &sign_in).await;
                    assert!(rfc.starts_with("HTTP/1.1 500 "), "{what}: {rfc}");
                    assert!(rfc.contains(r#"{"error":"server_error""#), "{what}: {rfc}");
                    let direct = connection.post("/oauth/acme/token/direct", &sign_in).await;
                    assert!(direct.starts_with("HTTP/1.1 500 "), "{what}: {direct}");
                    assert!(direct.contains(r#"{"code":13,"#), "{what}: {direct}");
                    assert!(!rfc.contains("cause") && !direct.contains("cause"), "{what}");
                    let hello = connection.get("/hello").await;
                    assert!(hello.ends_with("hello"), "{what}: {hello}");
                }
            }
            // Nothing is under way that would be waited for.
            world.server.close().await;
        }
    });
}
