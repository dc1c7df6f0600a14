//! An axum application, in process and on a socket.

use std::net::SocketAddr;

use async_trait::async_trait;
use axum::{
    Router,
    body::Body,
    extract::{FromRef, State},
    http::StatusCode,
    routing::get,
};
use bytes::Bytes;
use grantry::Guard;
use grantry_axum::{Access, Denied};
use grantry_conformance::{Driver, Socket, World};
use http::{Request, Response};
use http_body_util::BodyExt;
use tokio::{net::TcpListener, sync::oneshot};
use tower::ServiceExt;

use super::served::{Elsewhere, Served};

/// The application's state: its own, and a guard.
#[derive(Clone)]
struct App {
    own: &'static str,
    guard: Guard,
}

impl FromRef<App> for Guard {
    fn from_ref(app: &App) -> Self {
        app.guard.clone()
    }
}

async fn write(access: Access) -> Result<&'static str, Denied> {
    access.require("write")?;
    Ok("written")
}

async fn about(access: Access) -> String {
    format!("{} {} {} {}", access.tenant(), access.subject(), access.client(), access.scope())
}

fn app(world: &World) -> Router {
    let guards = &world.guards;
    let state = |guard: &Guard| App { own: "kept", guard: guard.clone() };
    let subject = |access: Access| async move { access.subject().to_string() };
    let both = |access: Access| async move { format!("{} {}", access.tenant(), access.subject()) };
    let offline = Router::new().route("/offline", get(subject)).with_state(state(&guards.offline));
    let any = Router::new().route("/anyone", get(both)).with_state(state(&guards.any));
    let path =
        Router::new().route("/api/{tenant}/me", get(about)).route("/elsewhere", get(subject));
    Router::new()
        .route("/hello", get(|| async { "hello" }))
        .route("/state", get(|State(app): State<App>| async move { app.own }))
        .route(
            "/.well-known/security.txt",
            get(|| async { "Contact: mailto:security@example.com" }),
        )
        .route("/oauth/about", get(|| async { "about us" }))
        .route("/me", get(subject))
        .route("/write", get(write))
        .merge(grantry_axum::router(&world.server))
        .fallback(|| async { (StatusCode::NOT_FOUND, "the host knows no such page") })
        .with_state(state(&guards.acme))
        .merge(offline)
        .merge(any)
        .merge(path.with_state(state(&guards.path)))
}

struct InProcess(Router);

#[async_trait]
impl Driver for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let answer = self.0.clone().oneshot(request.map(Body::from)).await.unwrap();
        let (parts, body) = answer.into_parts();
        Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
    }
}

pub async fn in_process(world: World) -> Box<dyn Driver> {
    Box::new(InProcess(app(&world)))
}

pub async fn socket(world: World) -> Box<dyn Driver> {
    Socket::to(listen(world).await)
}

/// Serves the application, and says where.
pub async fn listen(world: World) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    let service = app(&world).into_make_service_with_connect_info::<SocketAddr>();
    tokio::spawn(async move { axum::serve(listener, service).await });
    at
}

/// Serves the application on a runtime of its own, until it is stopped.
pub async fn serve(world: World) -> Served {
    let elsewhere = Elsewhere::new();
    let listener = elsewhere.listen().await;
    let at = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let service = app(&world).into_make_service_with_connect_info::<SocketAddr>();
    let ended = async move { drop(ended.await) };
    let serving = axum::serve(listener, service).with_graceful_shutdown(ended);
    let serving = elsewhere.runtime().spawn(async move { serving.await });
    Served::elsewhere(at, elsewhere, end, serving)
}
