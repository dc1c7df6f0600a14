//! `none` (RFC 7591 §2): a public client says its name.

use crate::error::ClientFault;
use crate::types::{Client, ClientKind};

pub(super) fn check(client: &Client) -> Result<(), ClientFault> {
    match client.kind {
        ClientKind::Public => Ok(()),
        // RF-10: a confidential client is nobody without its secret.
        ClientKind::Confidential { .. } => Err(ClientFault::Method),
    }
}
