//! An answer, of which no more is read than anybody needs.

use std::time::Duration;

use bytes::{Bytes, BytesMut};
use grantry::ports::{FetchError, Fetched};
use headers::{CacheControl, HeaderMapExt};
use http::{HeaderMap, StatusCode, header};
use mime::Mime;
use reqwest::Response;

use crate::fetcher::failed;

/// The longest document, in bytes.
const MOST: usize = 64 * 1024;

/// The document in an answer.
pub(crate) async fn read(mut response: Response) -> Result<Fetched, FetchError> {
    if response.status() != StatusCode::OK {
        return Err(FetchError::Status(response.status().as_u16()));
    }
    if !is_plain_json(response.headers()) {
        return Err(FetchError::NotJson);
    }
    if response.content_length().is_some_and(|length| length > MOST as u64) {
        return Err(FetchError::TooLarge);
    }
    let max_age = max_age(response.headers());
    let body = body(&mut response).await?;
    Ok(Fetched { body, max_age })
}

async fn body(response: &mut Response) -> Result<Bytes, FetchError> {
    let mut body = BytesMut::new();
    while let Some(more) = response.chunk().await.map_err(failed)? {
        if body.len() + more.len() > MOST {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&more);
    }
    Ok(body.freeze())
}

/// Whether it says that it is JSON, and not packed: a small packed document may be a large one.
fn is_plain_json(headers: &HeaderMap) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok());
    let json = kind.and_then(|kind| kind.parse::<Mime>().ok()).is_some_and(|kind| {
        kind.type_() == "application"
            && (kind.subtype() == "json" || kind.suffix().is_some_and(|suffix| suffix == "json"))
    });
    json && !headers.contains_key(header::CONTENT_ENCODING)
}

fn max_age(headers: &HeaderMap) -> Option<Duration> {
    let said = headers.typed_get::<CacheControl>()?;
    match said.no_store() || said.no_cache() {
        true => Some(Duration::ZERO),
        false => said.max_age(),
    }
}
