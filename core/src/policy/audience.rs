use crate::error::Error;
use crate::types::{Audience, Client, Policy};

/// Whom an access token is meant for when nobody asked (RFC 9068 §3): the client's own audience,
/// or the tenant's.
///
/// # Errors
/// [`Error::Audience`] for an API that the tenant does not list any more.
pub fn audience_of<'a>(policy: &'a Policy, client: &'a Client) -> Result<&'a Audience, Error> {
    let audience = client.audience.as_ref().unwrap_or(&policy.default_audience);
    match policy.has_audience(audience) {
        true => Ok(audience),
        false => Err(Error::Audience),
    }
}

/// Whether a grant may go on for the audience that it was given for (RF-09).
///
/// # Errors
/// [`Error::Audience`] where the tenant does not list it any more, or the client has another now.
pub fn demand_audience(policy: &Policy, client: &Client, granted: &Audience) -> Result<(), Error> {
    let own = client.audience.as_ref().is_none_or(|own| own == granted);
    if own && policy.has_audience(granted) { Ok(()) } else { Err(Error::Audience) }
}
