use crate::types::{Audience, Client, Policy};

/// Whom an access token is meant for when nobody asked (RFC 9068 §3): the client's own audience,
/// or the tenant's.
pub fn audience_of(policy: &Policy, client: &Client) -> Audience {
    client.audience.clone().unwrap_or_else(|| policy.default_audience.clone())
}
