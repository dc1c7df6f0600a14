//! A small shop on axum that existed before, with Grantry mounted in it.

#![forbid(unsafe_code)]

mod shop;

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use axum::{Json, extract::FromRef, routing::get, serve::ListenerExt};
use demo::Args;
use grantry_axum::{
    Access,
    grantry::{Guard, Server, TracingEvents},
};
use serde_json::{Value, json};
use shop::Shop;
use tokio::{net::TcpListener, signal};

/// The state of the whole application.
#[derive(Clone)]
struct App {
    shop: Shop,
    guard: Guard, // Grantry
}

impl FromRef<App> for Shop {
    fn from_ref(app: &App) -> Self {
        app.shop.clone()
    }
}

// Grantry: the guard, for routes that take an `Access`.
impl FromRef<App> for Guard {
    fn from_ref(app: &App) -> Self {
        app.guard.clone()
    }
}

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
    // Grantry: end

    let app = shop::routes()
        .route("/api/{tenant}/me", get(me))
        .merge(grantry_axum::router(&server)) // Grantry
        .with_state(App { shop: Shop::default(), guard });

    args.furnish(&server).await?;
    let listener = listener.tap_io(|stream| {
        // Answers are written whole: there is nothing to wait for. Where it fails, they come later.
        let _ = stream.set_nodelay(true);
    });
    axum::serve(listener, app.into_make_service_with_connect_info::<SocketAddr>())
        .with_graceful_shutdown(async {
            signal::ctrl_c().await.ok();
        })
        .await?;
    server.close().await; // Grantry
    Ok(())
}

/// A route of the application that only tokens of the tenant in its path open.
async fn me(access: Access) -> Json<Value> {
    Json(json!({
        "subject": access.subject().as_str(),
        "tenant": access.tenant().as_str(),
        "client": access.client().as_str(),
        "scope": access.scope().tokens().collect::<Vec<_>>(),
    }))
}
