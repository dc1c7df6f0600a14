//! `client_secret_basic` and `client_secret_post` (RFC 6749 §2.3.1).

use crate::error::ClientFault;
use crate::types::{Client, ClientKind, PresentedSecret};

pub(super) fn check(client: &Client, presented: &PresentedSecret) -> Result<(), ClientFault> {
    let ClientKind::Confidential { secrets, .. } = &client.kind else {
        // CA-03: a public client has no secret to send.
        return Err(ClientFault::Method);
    };
    match secrets.iter().any(|hash| hash.matches(&presented.secret)) {
        true => Ok(()),
        false => Err(ClientFault::Secret),
    }
}
