#![doc = include_str!("../README.md")]
#![forbid(unsafe_code)]

use std::{convert::Infallible, future::ready};

use bytes::{Buf, Bytes, BytesMut};
use futures_util::{Stream, TryStreamExt};
pub use grantry;
pub use grantry::Access;
use grantry::{
    Guard, Server, oversized,
    types::{Peer, limits},
};
use warp::{
    Filter, Rejection, Reply,
    filters::{BoxedFilter, addr},
    http::{HeaderMap, Method, Request, StatusCode, Uri},
    path::FullPath,
    reply::Response,
};

/// The paths of a server. Every other path is rejected as not found, for the filters that follow.
pub fn filter(server: &Server) -> BoxedFilter<(Response,)> {
    let (owner, server) = (server.clone(), server.clone());
    // `full()` panics on a target without a path, such as that of CONNECT; `param()` rejects it.
    let path = warp::path::param().map(|_: String| ()).untuple_one().and(warp::path::full());
    let mine = path.and_then(move |path: FullPath| {
        let owned = owner.owns(path.as_str());
        ready(if owned { Ok(path) } else { Err(warp::reject::not_found()) })
    });
    mine.and(head())
        .and(warp::body::stream())
        .then(move |_, head, body| serve(server.clone(), head, body))
        .boxed()
}

async fn serve<B: Buf>(
    server: Server,
    head: Option<Request<()>>,
    body: impl Stream<Item = Result<B, warp::Error>> + Send,
) -> Response {
    let Some(head) = head else { return StatusCode::BAD_REQUEST.into_response() };
    let body = collect(body).await;
    server.handle(head.map(|()| body)).await.into_response()
}

/// What is too large or cannot be read reaches the core as a body that it refuses. The limit is
/// counted here: warp's own turns bodies without a declared length away.
async fn collect<B: Buf>(body: impl Stream<Item = Result<B, warp::Error>> + Send) -> Bytes {
    let whole = body.map_err(drop).try_fold(BytesMut::new(), |mut all, mut chunk| {
        let fits = all.len() + chunk.remaining() <= limits::BODY;
        if fits {
            all.extend_from_slice(&chunk.copy_to_bytes(chunk.remaining()));
        }
        ready(if fits { Ok(all) } else { Err(()) })
    });
    whole.await.map_or_else(|()| oversized(), BytesMut::freeze)
}

/// Everything of a request but its body; none if the parts make no request.
fn head() -> impl Filter<Extract = (Option<Request<()>>,), Error = Infallible> + Clone {
    let query = warp::query::raw().map(Some).or(warp::any().map(|| None)).unify();
    let parts = warp::method().and(warp::path::full()).and(query);
    parts.and(warp::header::headers_cloned()).and(addr::remote()).map(
        |method: Method, path: FullPath, query: Option<String>, headers: HeaderMap, peer| {
            let query = query.map_or_else(String::new, |query| format!("?{query}"));
            let mut request = Request::new(());
            *request.uri_mut() = format!("{}{query}", path.as_str()).parse::<Uri>().ok()?;
            *request.method_mut() = method;
            *request.headers_mut() = headers;
            request.extensions_mut().insert(Peer::new(peer));
            Some(request)
        },
    )
}

/// Requests that the guard lets in. The others are rejected as [`Denied`]; [`denied`] answers them.
pub fn access(guard: Guard) -> impl Filter<Extract = (Access,), Error = Rejection> + Clone {
    head().and_then(move |head: Option<Request<()>>| {
        let check = head.map(|head| guard.check(&head.into_parts().0));
        async move {
            let unread = || Denied(grantry::Denied::new(grantry::Denial::Malformed, None));
            Ok::<_, Rejection>(check.ok_or_else(unread)?.await.map_err(Denied)?)
        }
    })
}

/// `.recover(grantry_warp::denied)` answers what guards turned away, and passes every other
/// rejection on.
///
/// # Errors
/// The rejection, if no guard made it.
pub async fn denied(rejection: Rejection) -> Result<Response, Rejection> {
    match rejection.find::<Denied>() {
        Some(denied) => Ok(denied.0.response().into_response()),
        None => Err(rejection),
    }
}

/// A request that was turned away, as a rejection and as a reply.
#[derive(Clone, Debug)]
pub struct Denied(pub grantry::Denied);

impl warp::reject::Reject for Denied {}

impl From<grantry::Denied> for Denied {
    fn from(denied: grantry::Denied) -> Self {
        Self(denied)
    }
}

impl Reply for Denied {
    fn into_response(self) -> Response {
        self.0.response().into_response()
    }
}

#[cfg(test)]
mod tests;
