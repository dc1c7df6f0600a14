//! Where documents of others come from.

use std::{error::Error, fmt::Debug, time::Duration};

use async_trait::async_trait;
use bytes::Bytes;

/// Gets documents of others: the keys of an issuer elsewhere. `grantry-fetch` is one that may be pointed at
/// URLs which anybody wrote; a host that has its own way out to the world lends that instead, and keeps to what
/// stands here:
///
/// - `https` alone, with the server's certificate verified; no redirect is followed, since it is not the server
///   that was named who answers then.
/// - No connection to an address inside (loopback, private, link-local and the like), whatever a name resolves
///   to, unless the host allows it: the address that was looked at is the one that is connected to.
/// - At most 64 KiB, within 5 s in all, as they are: nothing is unpacked.
#[async_trait]
pub trait Fetch: Debug + Send + Sync + 'static {
    /// Gets the JSON document of this URL. Its text is not looked at.
    ///
    /// # Errors
    /// Why there is none.
    async fn json(&self, url: &str) -> Result<Fetched, FetchError>;
}

/// A document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fetched {
    /// What the server sent.
    pub body: Bytes,
    /// For how long it may be kept, if the server says so (RFC 9111 §5.2.2.1); zero where it may not.
    pub max_age: Option<Duration>,
}

/// Why there is no document.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The URL is none that is asked, or its server is where no connection goes.
    #[error("no connection is made to where this URL leads: {0}")]
    Forbidden(&'static str),
    /// There was no connection, or no answer by it.
    #[error("there is no answer")]
    Unreachable(#[source] Box<dyn Error + Send + Sync>),
    /// The server answered something else than 200.
    #[error("the answer has status {0}")]
    Status(u16),
    /// The answer is no JSON as it is.
    #[error("the answer is not said to be plain JSON")]
    NotJson,
    /// The answer is longer than anybody reads.
    #[error("the answer is longer than 64 KiB")]
    TooLarge,
    /// The answer did not come in time.
    #[error("the answer took longer than 5 s")]
    Late,
}
