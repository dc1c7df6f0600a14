//! A small shop on poem that existed before, with Grantry mounted in it.

#![forbid(unsafe_code)]

mod shop;

use std::{convert::Infallible, sync::Arc};

use anyhow::Context;
use demo::Args;
use example_poem::{Access, Mount};
use grantry::{Server, TracingEvents};
use poem::{
    EndpointExt, get, handler,
    listener::{Acceptor, Listener, TcpListener},
    web::Json,
};
use serde_json::{Value, json};
use shop::Shop;
use tokio::signal;

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::read();
    demo::log();
    let listen = args.place.listen;
    let acceptor = TcpListener::bind(listen)
        .into_acceptor()
        .await
        .with_context(|| format!("cannot listen on {listen}: choose another --listen"))?;
    let addresses = acceptor.local_addr();
    let address = addresses.first().and_then(|address| address.as_socket_addr());
    let address = address.context("a socket has an address")?;

    // Grantry: begin
    let (store, master_key) = args.place.database().await?;
    let server = Server::builder(format!("http://{address}/oauth/{{tenant}}"))
        .store(store)
        .master_key(master_key)
        .events(Arc::new(TracingEvents))
        .build()
        .await?;
    let guard = server.guard("https://api.example.com").tenant_from_path("/api/{tenant}")?;
    // Grantry: end

    let app = shop::routes()
        .at("/api/:tenant/me", get(me))
        .data(Shop::default())
        .data(guard) // Grantry
        .catch_error(shop::not_found)
        .with(Mount::of(&server)); // Grantry

    args.furnish(&server).await?;
    let until = async {
        signal::ctrl_c().await.ok();
    };
    poem::Server::<Infallible, _>::new_with_acceptor(acceptor)
        .run_with_graceful_shutdown(app, until, None)
        .await?;
    server.close().await; // Grantry
    Ok(())
}

/// A route of the application that only tokens of the tenant in its path open.
#[handler]
fn me(access: Access) -> Json<Value> {
    Json(json!({
        "subject": access.subject().as_str(),
        "tenant": access.tenant().as_str(),
        "client": access.client().as_str(),
        "scope": access.scope().tokens().collect::<Vec<_>>(),
    }))
}
