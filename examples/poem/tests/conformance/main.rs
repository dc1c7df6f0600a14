//! What the conformance suite says of the adapter: this is all that one of your own needs.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod host;

use bytes::Bytes;
use grantry::{MemoryStore, async_trait};
use grantry_conformance::{Driver, Socket, World, lives_through_odd_bytes, run};
use host::{Whole, app};
use http::{Request, Response};
use poem::{
    Endpoint, RequestParts,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};

/// The application in process.
struct InProcess(Whole);

#[async_trait]
impl Driver for InProcess {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        let (parts, body) = request.into_parts();
        // As poem's server makes it; its test client has no original URI.
        let parts: RequestParts =
            (parts, LocalAddr::default(), RemoteAddr::default(), Scheme::HTTP).into();
        let mut answer = self.0.get_response(poem::Request::from_parts(parts, body.into())).await;
        let body = answer.take_body().into_bytes().await.unwrap();
        let mut out = Response::new(body);
        *out.status_mut() = answer.status();
        *out.headers_mut() = answer.headers().clone();
        out
    }
}

async fn in_process(world: World) -> Box<dyn Driver> {
    Box::new(InProcess(app(&world)))
}

async fn socket(world: World) -> Box<dyn Driver> {
    Socket::to(host::listen(world).await)
}

/// What holds for every driver; `differential` among it.
mod protocol {
    grantry_conformance::conformance! {
        cases: protocol,
        drivers: { poem: crate::in_process, poem_socket: crate::socket },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// What holds for applications that host a server.
mod door {
    grantry_conformance::conformance! {
        cases: door,
        drivers: { poem: crate::in_process, poem_socket: crate::socket },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// Many at once.
mod races {
    grantry_conformance::conformance! {
        cases: races,
        drivers: { poem_socket: crate::socket },
        stores: { memory: grantry::MemoryStore::default },
    }
}

/// PL-04, PL-08
#[test]
fn it_lives_through_odd_bytes() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        lives_through_odd_bytes(host::listen(world).await).await;
    });
}
