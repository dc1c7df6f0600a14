//! The bare core and the three adapters, in process, each with a world of its own.

use actix_web::{
    App,
    body::to_bytes,
    dev::{Service, ServiceResponse},
    http::{Method, header},
    test, web,
};
use axum::{Router, body::Body, routing::any};
use bytes::Bytes;
use grantry::Guard;
use grantry_conformance::Answer;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use tower::ServiceExt;
use warp::Filter;

use crate::world::World;

/// The route of the host that takes tokens of acme.
pub(crate) const GUARDED: &str = "/guarded";
/// What a host answers where nobody is at home.
pub(crate) const NOBODY: &str = "the host knows no such page";

/// The core; at [`GUARDED`], a guard and nothing else.
pub(crate) async fn bare(world: &World, request: Request<Bytes>) -> Answer {
    if world.server.owns(request.uri().path()) {
        return world.server.handle(request).await.into();
    }
    if request.uri().path() != GUARDED {
        let mut answer = Response::new(NOBODY.into());
        *answer.status_mut() = StatusCode::NOT_FOUND;
        return answer.into();
    }
    match world.guard.check(&request.into_parts().0).await {
        Ok(access) => Response::new(about(&access).into()).into(),
        Err(denied) => denied.response().into(),
    }
}

fn about(access: &grantry::Access) -> String {
    format!("{} {} {} {}", access.tenant(), access.subject(), access.client(), access.scope())
}

/// An axum application.
pub(crate) async fn axum(world: &World, request: Request<Bytes>) -> Answer {
    let me = |access: grantry_axum::Access| async move { about(&access) };
    let app: Router = Router::new()
        .route(GUARDED, any(me))
        .merge(grantry_axum::router(&world.server))
        .fallback(|| async { (StatusCode::NOT_FOUND, NOBODY) })
        .with_state(world.guard.clone());
    let answer = app.oneshot(request.map(Body::from)).await.unwrap();
    let (parts, body) = answer.into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes()).into()
}

/// A warp application.
pub(crate) async fn warp(world: &World, request: Request<Bytes>) -> Answer {
    let me = warp::path!("guarded")
        .and(grantry_warp::access(world.guard.clone()))
        .map(|access: grantry::Access| about(&access));
    let nobody = async |_| {
        Ok::<_, std::convert::Infallible>(warp::reply::with_status(NOBODY, StatusCode::NOT_FOUND))
    };
    let app =
        grantry_warp::filter(&world.server).or(me).recover(grantry_warp::denied).recover(nobody);
    let answer = warp::service(app).oneshot(request.map(Full::new)).await.unwrap();
    let (parts, body) = answer.into_parts();
    Response::from_parts(parts, body.collect().await.unwrap().to_bytes()).into()
}

/// An actix-web application.
pub(crate) async fn actix(world: &World, request: Request<Bytes>) -> Answer {
    let me = async |access: grantry_actix::Access| about(&access);
    let app = App::new()
        .app_data(web::Data::<Guard>::new(world.guard.clone()))
        .service(grantry_actix::scope(&world.server))
        .route(GUARDED, web::to(me))
        .default_service(web::to(async || actix_web::HttpResponse::NotFound().body(NOBODY)));
    let app = test::init_service(app).await;
    let answer = app.call(downgrade(request).to_request()).await.unwrap();
    upgrade(answer).await.into()
}

/// actix-web speaks `http` 0.2.
fn downgrade(request: Request<Bytes>) -> test::TestRequest {
    let (parts, body) = request.into_parts();
    let method = Method::from_bytes(parts.method.as_str().as_bytes()).unwrap();
    let mut out = test::TestRequest::with_uri(&parts.uri.to_string()).method(method);
    for (name, value) in &parts.headers {
        let value = header::HeaderValue::from_bytes(value.as_bytes()).unwrap();
        out = out.append_header((name.as_str(), value));
    }
    out.set_payload(body)
}

async fn upgrade(answer: ServiceResponse) -> Response<Bytes> {
    let mut out = Response::builder().status(answer.status().as_u16());
    for (name, value) in answer.headers() {
        out = out.header(name.as_str(), value.as_bytes());
    }
    out.body(to_bytes(answer.into_body()).await.unwrap()).unwrap()
}
