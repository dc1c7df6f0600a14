//! One span for each request: which endpoint of which tenant, and how it was answered. Never the
//! query, a header or a body.

use std::future::Future;

use bytes::Bytes;
use http::Response;

use crate::routes::Endpoint;

#[cfg(feature = "tracing")]
pub(super) async fn traced(
    endpoint: Endpoint,
    tenant: &str,
    method: &http::Method,
    work: impl Future<Output = Response<Bytes>>,
) -> Response<Bytes> {
    use tracing::{Instrument, field, info_span};

    // Text of a stranger goes no further than it means something.
    let tenant = tenant.parse::<crate::types::TenantId>().ok();
    let span = info_span!(
        "grantry",
        endpoint = field::debug(endpoint),
        tenant = tenant.as_ref().map(|tenant| tenant.as_str()),
        method = endpoint.answers(method.as_str()).then(|| method.as_str()),
        status = field::Empty,
    );
    let response = work.instrument(span.clone()).await;
    span.record("status", response.status().as_u16());
    response
}

#[cfg(not(feature = "tracing"))]
pub(super) async fn traced(
    _: Endpoint,
    _: &str,
    _: &http::Method,
    work: impl Future<Output = Response<Bytes>>,
) -> Response<Bytes> {
    work.await
}
