//! The application that `grantry_conformance::door` describes, on poem.

use std::{convert::Infallible, net::SocketAddr};

use example_poem::{Access, Mount};
use grantry_conformance::World;
use poem::{
    EndpointExt, Response, Route, Server,
    endpoint::BoxEndpoint,
    get, handler,
    http::StatusCode,
    listener::{Acceptor, Listener, TcpListener},
    web::Data,
};

#[handler]
fn hello() -> &'static str {
    "hello"
}

#[handler]
fn state(own: Data<&&'static str>) -> &'static str {
    *own
}

#[handler]
fn security() -> &'static str {
    "Contact: mailto:security@example.com"
}

#[handler]
fn about_us() -> &'static str {
    "about us"
}

#[handler]
fn subject(access: Access) -> String {
    access.subject().to_string()
}

#[handler]
fn both(access: Access) -> String {
    format!("{} {}", access.tenant(), access.subject())
}

#[handler]
fn about(access: Access) -> String {
    format!("{} {} {} {}", access.tenant(), access.subject(), access.client(), access.scope())
}

#[handler]
fn write(access: Access) -> poem::Result<&'static str> {
    access.require("write")?;
    Ok("written")
}

/// The whole application.
pub type Whole = BoxEndpoint<'static, Response>;

pub fn app(world: &World) -> Whole {
    let guards = &world.guards;
    Route::new()
        .at("/hello", get(hello))
        .at("/state", get(state))
        .at("/.well-known/security.txt", get(security))
        .at("/oauth/about", get(about_us))
        .at("/me", get(subject))
        .at("/write", get(write))
        .at("/offline", get(subject).data(guards.offline.clone()))
        .at("/anyone", get(both).data(guards.any.clone()))
        .at("/elsewhere", get(subject).data(guards.path.clone()))
        // Nested, so that the guard is seen to find its tenant all the same.
        .nest("/api", Route::new().at("/:tenant/me", get(about)).data(guards.path.clone()))
        .data("kept")
        .data(guards.acme.clone())
        .catch_error(async |_: poem::error::NotFoundError| {
            Response::builder().status(StatusCode::NOT_FOUND).body("the host knows no such page")
        })
        .with(Mount::of(&world.server))
        .boxed()
}

/// Serves the application, and says where.
pub async fn listen(world: World) -> SocketAddr {
    let acceptor = TcpListener::bind("127.0.0.1:0").into_acceptor().await.unwrap();
    let at = *acceptor.local_addr()[0].as_socket_addr().unwrap();
    tokio::spawn(Server::<Infallible, _>::new_with_acceptor(acceptor).run(app(&world)));
    at
}
