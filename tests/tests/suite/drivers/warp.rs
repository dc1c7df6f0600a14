//! A warp application, in process and on a socket.

use std::{convert::Infallible, net::SocketAddr};

use async_trait::async_trait;
use bytes::Bytes;
use grantry_conformance::{Driver, Socket, World};
use grantry_warp::{Access, Denied};
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tokio::{net::TcpListener, sync::oneshot};
use tower::ServiceExt;
use warp::{Filter, Rejection, Reply, filters::BoxedFilter};

use super::served::{Elsewhere, Served};

fn write(access: Access) -> Result<&'static str, Denied> {
    access.require("write")?;
    Ok("written")
}

fn about(access: &Access) -> String {
    format!("{} {} {} {}", access.tenant(), access.subject(), access.client(), access.scope())
}

/// What the host had before.
fn host() -> BoxedFilter<(impl Reply,)> {
    let own = "kept";
    warp::path!("hello")
        .map(|| "hello")
        .or(warp::path!("state").map(move || own))
        .or(warp::path!(".well-known" / "security.txt")
            .map(|| "Contact: mailto:security@example.com"))
        .or(warp::path!("oauth" / "about").map(|| "about us"))
        .boxed()
}

async fn not_found(_: Rejection) -> Result<impl Reply, Infallible> {
    Ok(warp::reply::with_status("the host knows no such page", StatusCode::NOT_FOUND))
}

fn app(world: &World) -> BoxedFilter<(impl Reply + use<>,)> {
    let guard = grantry_warp::access;
    let guards = &world.guards;
    let subject = |access: Access| access.subject().to_string();
    let both = |access: Access| format!("{} {}", access.tenant(), access.subject());
    let guarded = warp::path!("me")
        .and(guard(guards.acme.clone()))
        .map(subject)
        .or(warp::path!("write").and(guard(guards.acme.clone())).map(write))
        .or(warp::path!("offline").and(guard(guards.offline.clone())).map(subject))
        .or(warp::path!("anyone").and(guard(guards.any.clone())).map(both))
        .or(warp::path!("elsewhere").and(guard(guards.path.clone())).map(subject))
        .or(warp::path!("api" / String / "me")
            .and(guard(guards.path.clone()))
            .map(|_, access| about(&access)))
        .boxed();
    grantry_warp::filter(&world.server)
        .or(host())
        .or(guarded)
        .recover(grantry_warp::denied)
        .recover(not_found)
        .boxed()
}

struct InProcess(World);

#[async_trait]
impl Driver for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let answer = warp::service(app(&self.0)).oneshot(request.map(Full::new)).await.unwrap();
        let (parts, body) = answer.into_parts();
        Response::from_parts(parts, body.collect().await.unwrap().to_bytes())
    }
}

pub async fn in_process(world: World) -> Box<dyn Driver> {
    Box::new(InProcess(world))
}

pub async fn socket(world: World) -> Box<dyn Driver> {
    Socket::to(listen(world).await)
}

/// Serves the application, and says where.
pub async fn listen(world: World) -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let at = listener.local_addr().unwrap();
    tokio::spawn(warp::serve(app(&world)).incoming(listener).run());
    at
}

/// Serves the application on a runtime of its own, until it is stopped.
pub async fn serve(world: World) -> Served {
    let elsewhere = Elsewhere::new();
    let listener = elsewhere.listen().await;
    let at = listener.local_addr().unwrap();
    let (end, ended) = oneshot::channel::<()>();
    let ended = async move { drop(ended.await) };
    let serving = warp::serve(app(&world)).incoming(listener).graceful(ended).run();
    let serving = elsewhere.runtime().spawn(serving);
    Served::elsewhere(at, elsewhere, end, serving)
}
