//! An MCP server that existed before, with Grantry mounted beside it: its clients need no set-up, they come
//! to know everything from its URL.

#![forbid(unsafe_code)]

mod args;
mod enter;
mod notes;

use std::{io::Write, net::SocketAddr, sync::Arc};

use anyhow::Context;
use args::Args;
use axum::{Router, middleware, serve::ListenerExt};
use clap::Parser;
use grantry_axum::grantry::{
    AdminError, NewUser, Server, TracingEvents,
    types::{Policy, ProtectedResource},
};
use notes::Notes;
use rmcp::transport::{
    StreamableHttpService, streamable_http_server::session::local::LocalSessionManager,
};
use tokio::{net::TcpListener, signal};

/// Plain text, so that it can be read here as it will be printed.
const PAGE: &str = include_str!("page.txt");

#[tokio::main]
async fn main() -> anyhow::Result<()> {
    let args = Args::parse();
    demo::log();
    let listen = args.place.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}: choose another --listen"))?;
    let origin = format!("http://{}", listener.local_addr()?);
    let url = format!("{origin}/mcp");

    let notes = Notes::default();
    let service = StreamableHttpService::new(
        move || Ok(notes.clone()),
        Arc::new(LocalSessionManager::default()),
        Default::default(),
    );

    // Grantry: begin
    let (store, master_key) = args.place.database().await?;
    let server = Server::builder(format!("{origin}/oauth/{{tenant}}"))
        .store(store)
        .master_key(master_key)
        .fetch(Arc::new(args.fetcher()?)) // documents of clients
        .protected_resource(ProtectedResource::new(&url).tenants(["notes"]).scope("notes:read"))
        .events(Arc::new(TracingEvents))
        .build()
        .await?;
    let guard = server.guard(&url).tenant("notes")?.requires("notes:read")?;
    furnish(&server, &url).await?;
    // Grantry: end

    let app = Router::new()
        .route_service("/mcp", service)
        .layer(middleware::from_fn_with_state(guard, enter::enter)) // Grantry
        .merge(grantry_axum::router(&server)); // Grantry

    let mut out = std::io::stdout();
    out.write_all(PAGE.replace("{origin}", &origin).as_bytes())?;
    out.flush()?;
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

/// Creates the tenant and a user, unless an earlier start did. Its URL may be another this time.
async fn furnish(server: &Server, url: &str) -> anyhow::Result<()> {
    let mut policy = Policy::mcp(url.parse()?, "notes:read notes:write".parse()?);
    policy.default_scope = "notes:read".parse()?;
    let (admin, id) = (server.admin(), "notes".parse()?);
    match admin.create_tenant("notes", policy.clone()).await {
        Err(AdminError::Exists(_)) => admin.change_tenant(&id, |old| *old = policy.clone()).await?,
        made => made?,
    };
    match admin.create_user(&id, NewUser::new("alice", "wonderland".into())).await {
        Ok(_) | Err(AdminError::Exists(_)) => Ok(()),
        Err(error) => Err(error.into()),
    }
}
