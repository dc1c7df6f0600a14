#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

use std::{fmt, future::Future, ops::Deref, pin::Pin};

use actix_web::{
    FromRequest, HttpRequest, HttpResponse, ResponseError, Scope, dev::Payload, guard,
    http::StatusCode, web,
};
use bytes::Bytes;
pub use grantry;
use grantry::{
    Guard, Server, oversized,
    types::{Peer, limits},
};

/// The paths of a server, for [`actix_web::App::service`]. Every other path is left to the host.
pub fn scope(server: &Server) -> Scope {
    let (owner, server) = (server.clone(), server.clone());
    let mine = guard::fn_guard(move |ctx| owner.owns(ctx.head().uri.path()));
    // Without the guard an empty scope would swallow the host's other routes.
    web::scope("")
        .guard(mine)
        .default_service(web::to(move |head, body| serve(server.clone(), head, body)))
}

async fn serve(server: Server, head: HttpRequest, body: web::Payload) -> HttpResponse {
    // What is too large or cannot be read reaches the core as a body that it refuses.
    let body = match body.to_bytes_limited(limits::BODY).await {
        Ok(Ok(bytes)) => bytes,
        _ => oversized(),
    };
    match upgrade(&head, body) {
        Some(request) => downgrade(server.handle(request).await),
        None => HttpResponse::BadRequest().finish(),
    }
}

/// actix-web speaks `http` 0.2 and the core `http` 1: they meet as bytes.
fn upgrade<B>(head: &HttpRequest, body: B) -> Option<http::Request<B>> {
    let uri = head.uri().to_string();
    let mut request = http::Request::builder().method(head.method().as_str()).uri(uri);
    for (name, value) in head.headers() {
        request = request.header(name.as_str(), value.as_bytes());
    }
    request.extension(Peer::new(head.peer_addr())).body(body).ok()
}

fn downgrade(response: http::Response<Bytes>) -> HttpResponse {
    let status = StatusCode::from_u16(response.status().as_u16());
    let mut out = HttpResponse::build(status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR));
    for (name, value) in response.headers() {
        out.append_header((name.as_str(), value.as_bytes()));
    }
    out.body(response.into_body())
}

/// A request that the application's [`Guard`] let in, as an extractor. The guard is the one in
/// `app_data(web::Data::new(guard))`; where it was forgotten, the answer is a 500 that says so.
#[derive(Clone, Debug)]
pub struct Access(pub grantry::Access);

impl FromRequest for Access {
    type Error = Denied;
    type Future = Pin<Box<dyn Future<Output = Result<Self, Denied>>>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let guard = request.app_data::<web::Data<Guard>>();
        let head = upgrade(request, ()).map(|head| head.into_parts().0);
        let check = guard.zip(head).map(|(guard, head)| guard.check(&head));
        Box::pin(async move {
            match check {
                Some(check) => Ok(Self(check.await?)),
                None => Err(grantry::Denied::misconfigured(FORGOTTEN).into()),
            }
        })
    }
}

const FORGOTTEN: &str = "this route takes a grantry_actix::Access, but the application has no \
                         guard: register it with .app_data(web::Data::new(guard))";

impl Deref for Access {
    type Target = grantry::Access;

    fn deref(&self) -> &grantry::Access {
        &self.0
    }
}

/// A request that was turned away; in a handler, `access.require("orders:read")?` makes one.
#[derive(Clone, Debug)]
pub struct Denied(pub grantry::Denied);

impl From<grantry::Denied> for Denied {
    fn from(denied: grantry::Denied) -> Self {
        Self(denied)
    }
}

impl fmt::Display for Denied {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl ResponseError for Denied {
    fn error_response(&self) -> HttpResponse {
        downgrade(self.0.response())
    }
}

#[cfg(test)]
mod tests;
