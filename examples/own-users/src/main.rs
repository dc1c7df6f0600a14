//! A shop on axum with customers of its own, who sign in through Grantry.
//!
//! `customers`, `secret` and `sessions` are the shop as it was before: its table, its password hashes, its
//! cookies. New are `hashing`, which bounds what strangers can make it hash, `directory`, which lends the
//! table, and in `login` the lines that say `server`: whom the shop's own page signs in is signed in to
//! Grantry's clients as well.

#![forbid(unsafe_code)]

mod customers;
mod directory;
mod hashing;
mod login;
mod page;
mod secret;
mod sessions;

use std::{net::SocketAddr, sync::Arc};

use anyhow::Context;
use axum::{
    Json, Router,
    extract::{FromRef, State},
    http::StatusCode,
    routing::get,
    serve::ListenerExt,
};
use customers::Customers;
use demo::Args;
use directory::CustomerDirectory;
use grantry_axum::{
    Access,
    grantry::{
        Guard, NewClient, Server,
        types::{GrantType, Policy},
    },
};
use hashing::Hashing;
use serde_json::{Value, json};
use sessions::Sessions;
use tokio::{net::TcpListener, signal};

/// The state of the whole application.
#[derive(Clone)]
struct App {
    customers: Customers,
    sessions: Sessions,
    hashing: Hashing,
    server: Server, // Grantry
    guard: Guard,   // Grantry
}

impl FromRef<App> for Customers {
    fn from_ref(app: &App) -> Self {
        app.customers.clone()
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
    let listen = Args::read().place.listen;
    let listener = TcpListener::bind(listen)
        .await
        .with_context(|| format!("cannot listen on {listen}: choose another --listen"))?;
    let address = listener.local_addr()?;
    let customers = Customers::open()?;

    // Grantry: begin
    let hashing = Hashing::on_this_machine();
    let directory = CustomerDirectory::new(customers.clone(), hashing.clone());
    let server = Server::builder(format!("http://{address}/oauth/{{tenant}}"))
        .users(Arc::new(directory))
        .login("/login")
        .build()
        .await?;
    let guard = server.guard("https://api.example.com").tenant_from_path("/api/{tenant}")?;
    for branch in ["north", "south"] {
        create_tenant(&server, branch).await?;
    }
    // Grantry: end

    let app = Router::new()
        .route("/", get(async || "A small shop with two branches.\n"))
        .route("/api/{tenant}/account", get(show).delete(close))
        .merge(grantry_axum::router(&server)) // Grantry
        .route("/login", get(login::show).post(login::sign_in))
        .with_state(App {
            customers,
            sessions: Sessions::default(),
            hashing,
            server: server.clone(),
            guard,
        });

    page::print(&format!("http://{address}"))?;
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

/// Grantry: a tenant for each branch, with a client through which its customers sign in.
async fn create_tenant(server: &Server, branch: &str) -> anyhow::Result<()> {
    let mut policy = Policy::new("https://api.example.com".parse()?);
    policy.grants.insert(GrantType::Password);
    let tenant = server.admin().create_tenant(branch, policy).await?;
    let app = NewClient::public("app").grants([GrantType::Password, GrantType::RefreshToken]);
    server.admin().create_client(&tenant.id, app).await?;
    let web = NewClient::public("web")
        .name("Order tracking")
        .grants([GrantType::AuthorizationCode, GrantType::RefreshToken])
        .redirect_uris(["http://127.0.0.1/callback"])
        .scope("openid");
    server.admin().create_client(&tenant.id, web).await?;
    Ok(())
}

/// What the shop knows of the customer whose token it is.
async fn show(access: Access, State(customers): State<Customers>) -> (StatusCode, Json<Value>) {
    // A subject says nothing without its tenant, as a number says nothing without its branch.
    match customers.read(access.tenant().as_str(), access.subject().as_str()) {
        Some(customer) => {
            (StatusCode::OK, Json(json!({ "number": customer.number, "email": customer.email })))
        }
        None => (StatusCode::NOT_FOUND, Json(json!({ "error": "no such customer" }))),
    }
}

/// Closes the account. Every token of this customer ends with it, wherever it is.
async fn close(access: Access, State(customers): State<Customers>) -> StatusCode {
    customers.close(access.tenant().as_str(), access.subject().as_str());
    StatusCode::NO_CONTENT
}
