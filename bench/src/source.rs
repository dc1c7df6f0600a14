//! Where a request seems to come from.

use std::net::Ipv4Addr;

/// The n-th address of a private network: sixteen million, none like another, so that no single
/// source is ever made to wait.
pub fn source(n: u32) -> Ipv4Addr {
    let [_, a, b, c] = n.to_be_bytes();
    Ipv4Addr::new(10, a, b, c)
}
