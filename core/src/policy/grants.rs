use crate::error::Error;
use crate::types::{Client, ClientKind, GrantType, Policy};

/// Whether the tenant offers the grant at all: what metadata advertises is what is accepted.
pub fn offers(policy: &Policy, grant: GrantType) -> bool {
    policy.grants.contains(&grant)
}

/// Whether this client may use the grant.
///
/// # Errors
/// [`Error::GrantNotAllowed`], before any credential of a user is looked at (TK-22).
pub fn may_use(client: &Client, grant: GrantType) -> Result<(), Error> {
    // RFC 6749 §4.4: "The client credentials grant type MUST only be used by confidential clients."
    let alone = grant == GrantType::ClientCredentials && client.kind == ClientKind::Public;
    if client.grants.contains(&grant) && !alone {
        Ok(())
    } else {
        Err(Error::GrantNotAllowed(grant))
    }
}
