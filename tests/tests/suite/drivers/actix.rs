//! An actix-web application, in process and on a socket. Its services cannot leave their thread, so
//! each lives on one of its own.

use std::{
    net::{SocketAddr, TcpListener},
    thread,
};

use actix_web::{
    App, HttpResponse, HttpServer,
    body::to_bytes,
    dev::ServiceResponse,
    http::{Method, header},
    rt::System,
    test, web,
};
use async_trait::async_trait;
use bytes::Bytes;
use grantry::Guard;
use grantry_actix::{Access, Denied};
use grantry_conformance::{Driver, Socket, World};
use http::{Request, Response};
use tokio::sync::{mpsc, oneshot};

use super::{
    polls::{Droppable, Polls},
    served::{Served, Stop},
};

async fn subject(access: Access) -> String {
    access.subject().to_string()
}

async fn both(access: Access) -> String {
    format!("{} {}", access.tenant(), access.subject())
}

async fn about(access: Access) -> String {
    format!("{} {} {} {}", access.tenant(), access.subject(), access.client(), access.scope())
}

async fn write(access: Access) -> Result<&'static str, Denied> {
    access.require("write")?;
    Ok("written")
}

/// What the host had before.
fn host(app: &mut web::ServiceConfig) {
    app.app_data(web::Data::new("kept"))
        .route("/hello", web::get().to(async || "hello"))
        .route("/state", web::get().to(async |own: web::Data<&'static str>| **own))
        .route(
            "/.well-known/security.txt",
            web::get().to(async || "Contact: mailto:security@example.com"),
        )
        .route("/oauth/about", web::get().to(async || "about us"))
        .default_service(web::to(async || {
            HttpResponse::NotFound().body("the host knows no such page")
        }));
}

fn configure(world: &World, app: &mut web::ServiceConfig) {
    let guarded =
        |path: &str, guard: &Guard| web::resource(path).app_data(web::Data::new(guard.clone()));
    let guards = &world.guards;
    app.app_data(web::Data::new(guards.acme.clone()))
        .service(grantry_actix::scope(&world.server))
        .route("/me", web::get().to(subject))
        .route("/write", web::get().to(write))
        .service(guarded("/offline", &guards.offline).route(web::get().to(subject)))
        .service(guarded("/anyone", &guards.any).route(web::get().to(both)))
        .service(guarded("/api/{tenant}/me", &guards.path).route(web::get().to(about)))
        .service(guarded("/elsewhere", &guards.path).route(web::get().to(subject)))
        .configure(host);
}

type Job = (Request<Bytes>, Polls, oneshot::Sender<Option<Response<Bytes>>>);

struct InProcess(mpsc::Sender<Job>);

#[async_trait]
impl Driver for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        Droppable::send(self, request, Polls::ALL).await.unwrap()
    }
}

/// The handler lives on the application's thread, so that is where it is dropped.
#[async_trait]
impl Droppable for InProcess {
    async fn send(&self, request: Request<Bytes>, polls: Polls) -> Option<Response<Bytes>> {
        let (reply, answer) = oneshot::channel();
        self.0.send((request, polls, reply)).await.unwrap();
        answer.await.unwrap()
    }
}

pub async fn in_process(world: World) -> Box<dyn Driver> {
    Box::new(start(world))
}

/// The same, for handlers that are dropped.
pub async fn droppable(world: World) -> Box<dyn Droppable> {
    Box::new(start(world))
}

fn start(world: World) -> InProcess {
    let (jobs, mut queue) = mpsc::channel::<Job>(1);
    thread::spawn(move || {
        System::new().block_on(async move {
            let app = App::new().configure(|app| configure(&world, app));
            let app = test::init_service(app).await;
            while let Some((request, polls, reply)) = queue.recv().await {
                let handler = async {
                    let answer = test::call_service(&app, downgrade(request).to_request()).await;
                    upgrade(answer).await
                };
                let _ = reply.send(polls.of(handler).await);
            }
        });
    });
    InProcess(jobs)
}

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

pub async fn socket(world: World) -> Box<dyn Driver> {
    Socket::to(listen(world).await)
}

/// Serves the application, and says where.
pub async fn listen(world: World) -> SocketAddr {
    serve(world).await.at
}

/// Serves the application on threads of its own, until it is stopped.
pub async fn serve(world: World) -> Served {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let at = listener.local_addr().unwrap();
    let (started, handle) = oneshot::channel();
    let running = thread::spawn(move || {
        System::new().block_on(async move {
            let app = move || App::new().configure(|app| configure(&world, app));
            let server = HttpServer::new(app).workers(1).disable_signals();
            let server = server.listen(listener).unwrap().run();
            let _ = started.send(server.handle());
            server.await
        })
    });
    let handle = handle.await.unwrap();
    Served::new(at, async move |how| {
        handle.stop(how == Stop::Gracefully).await;
        let ended = tokio::task::spawn_blocking(move || running.join());
        ended.await.unwrap().unwrap().unwrap();
    })
}
