//! A small shop on actix-web that existed before, with Grantry mounted in it.

#![forbid(unsafe_code)]

mod shop;

use std::{net::TcpListener, sync::Arc};

use actix_web::{App, HttpServer, Responder, rt::signal, web};
use anyhow::Context;
use demo::Args;
use grantry_actix::{
    Access,
    grantry::{Server, TracingEvents},
};
use serde_json::json;
use shop::Shop;

#[actix_web::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::read();
    demo::log();
    let listen = args.place.listen;
    let listener = TcpListener::bind(listen)
        .with_context(|| format!("cannot listen on {listen}: choose another --listen"))?;
    let address = listener.local_addr()?;
    let shop = web::Data::new(Shop::default());

    // Grantry: begin
    let (store, master_key) = args.place.database().await?;
    let server = Server::builder(format!("http://{address}/oauth/{{tenant}}"))
        .store(store)
        .master_key(master_key)
        .events(Arc::new(TracingEvents))
        .build()
        .await?;
    let guard = server.guard("https://api.example.com").tenant_from_path("/api/{tenant}")?;
    let (guard, mounted) = (web::Data::new(guard), server.clone());
    // Grantry: end

    args.furnish(&server).await?;
    HttpServer::new(move || {
        App::new()
            .app_data(shop.clone())
            .app_data(guard.clone()) // Grantry
            .service(grantry_actix::scope(&mounted)) // Grantry
            .route("/api/{tenant}/me", web::get().to(me))
            .configure(shop::routes)
    })
    // Left to itself, actix-web leaves running requests to die at Ctrl-C.
    .shutdown_signal(async {
        signal::ctrl_c().await.ok();
    })
    .tcp_nodelay(true)
    .listen(listener)?
    .run()
    .await?;
    server.close().await; // Grantry
    Ok(())
}

/// A route of the application that only tokens of the tenant in its path open.
async fn me(access: Access) -> impl Responder {
    web::Json(json!({
        "subject": access.subject().as_str(),
        "tenant": access.tenant().as_str(),
        "client": access.client().as_str(),
        "scope": access.scope().tokens().collect::<Vec<_>>(),
    }))
}
