//! What the connection tells of the other side.

use std::net::SocketAddr;

/// Facts about the peer, put into a request's extensions by the adapter. Absent facts are allowed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Peer {
    /// The address of the socket's other end, not of whom a proxy speaks for.
    pub address: Option<SocketAddr>,
}

impl Peer {
    /// A peer known by its address.
    pub fn new(address: Option<SocketAddr>) -> Self {
        Self { address }
    }
}
