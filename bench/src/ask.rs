//! Requests to the server in this process.

use anyhow::bail;
use bytes::Bytes;
use grantry_axum::grantry::Server;
use http::{HeaderValue, Request, header};

/// Posts a form, and demands that it is answered well.
///
/// # Errors
/// When the path is none, or the server refuses.
pub async fn ask(server: &Server, path: &str, body: impl Into<Bytes>) -> anyhow::Result<Bytes> {
    let mut request = Request::post(path).body(body.into())?;
    let form = HeaderValue::from_static("application/x-www-form-urlencoded");
    request.headers_mut().insert(header::CONTENT_TYPE, form);
    let answer = server.handle(request).await;
    if !answer.status().is_success() {
        bail!("{path}: {answer:?}");
    }
    Ok(answer.into_body())
}
