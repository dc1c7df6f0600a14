//! A small shop on warp that existed before, with Grantry mounted in it.

#![forbid(unsafe_code)]

mod shop;

use std::sync::Arc;

use anyhow::Context;
use demo::Args;
use grantry_warp::{
    Access,
    grantry::{Server, TracingEvents},
};
use serde_json::json;
use shop::Shop;
use tokio::{net::TcpListener, signal};
use warp::{Filter, Reply, reply};

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::read();
    demo::log();
    let listen = args.place.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}: choose another --listen"))?;
    let address = listener.local_addr()?;

    // Grantry: begin
    let (store, master_key) = args.place.database().await?;
    let server = Server::builder(format!("http://{address}/oauth/{{tenant}}"))
        .store(store)
        .master_key(master_key)
        .events(Arc::new(TracingEvents))
        .build()
        .await?;
    let guard = server.guard("https://api.example.com").tenant_from_path("/api/{tenant}")?;
    let access = grantry_warp::access(guard);
    // Grantry: end

    let app = grantry_warp::filter(&server) // Grantry
        .or(warp::path!("api" / String / "me").and(warp::get()).and(access).map(me))
        .or(shop::routes(Shop::default()))
        .recover(grantry_warp::denied) // Grantry
        .recover(shop::not_found);

    args.furnish(&server).await?;
    warp::serve(app)
        .incoming(listener)
        .graceful(async {
            signal::ctrl_c().await.ok();
        })
        .run()
        .await;
    server.close().await; // Grantry
    Ok(())
}

/// A route of the application that only tokens of the tenant in its path open.
fn me(_tenant: String, access: Access) -> impl Reply {
    reply::json(&json!({
        "subject": access.subject().as_str(),
        "tenant": access.tenant().as_str(),
        "client": access.client().as_str(),
        "scope": access.scope().tokens().collect::<Vec<_>>(),
    }))
}
