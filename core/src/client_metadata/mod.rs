//! What a client says of itself, as JSON (RFC 7591 §2, OpenID Connect Dynamic Client Registration §2), and
//! the client that comes of it. Where the document comes from is not known here.

mod application;
mod document;
mod read;
mod shown;
mod uris;

pub use document::Document;
pub use read::{ClientMetadata, read};
pub use shown::shown;

#[cfg(test)]
mod props;
