use super::scope::{granted_scope, live_scope, narrowed_scope};
use crate::error::Error;
use crate::types::{Audience, Audiences, Client, GrantType, Policy, Reach, Ticket, Wanted};

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

/// Whom the tokens of a new grant may be meant for (RFC 8707 §2): what the client named, if it may name all of
/// that, or its default. Compared as text.
///
/// # Errors
/// [`Error::Target`] for a resource that it may not name; as [`audience_of`].
pub fn granted_audience(
    policy: &Policy,
    client: &Client,
    asked: Option<&Audiences>,
) -> Result<Audiences, Error> {
    match asked {
        None => Ok(audience_of(policy, client)?.into()),
        Some(asked) if asked.within(&policy.audiences_for(client.audience.as_ref())) => {
            live_audience(policy, client, asked)
        }
        Some(_) => Err(Error::Target),
    }
}

/// What a client named, if that is not what it has by default.
pub fn named_audience(
    policy: &Policy,
    client: &Client,
    asked: Option<&Audiences>,
) -> Option<Audiences> {
    let default = audience_of(policy, client).ok().map(Audiences::from);
    asked.filter(|asked| default.as_ref() != Some(asked)).cloned()
}

/// What a new grant is good for, and where.
///
/// # Errors
/// As [`granted_audience`]; [`Error::Scope`] when more is asked for than the client may have there.
pub fn granted(
    policy: &Policy,
    client: &Client,
    grant: GrantType,
    wanted: &Wanted,
) -> Result<Reach, Error> {
    let audience = granted_audience(policy, client, wanted.resource.as_ref())?;
    let scope = granted_scope(policy, client, grant, wanted.scope.as_ref(), &audience)?;
    Ok(Reach { audience, scope })
}

/// For whom a grant may go on (RF-09): those that the tenant lists still, and the client may have.
///
/// # Errors
/// [`Error::Audience`] where none is left.
pub fn live_audience(
    policy: &Policy,
    client: &Client,
    granted: &Audiences,
) -> Result<Audiences, Error> {
    let own = |one: &str| client.audience.as_ref().is_none_or(|own| own.as_str() == one);
    let listed = |one: &str| {
        policy.resources.is_empty()
            || policy.resources.iter().any(|api| api.audience.as_str() == one)
    };
    granted.filter(|one| own(one) && listed(one)).ok_or(Error::Audience)
}

/// What an access token of a grant is good for, and where: what is left of the grant, or what was asked for
/// of that.
///
/// # Errors
/// [`Error::Audience`]; [`Error::Target`] for a resource that the grant is not for (RFC 8707 §2.2);
/// [`Error::Scope`] when more is asked for.
pub fn reach(
    policy: &Policy,
    client: &Client,
    ticket: &Ticket,
    wanted: &Wanted,
) -> Result<Reach, Error> {
    let live = live_audience(policy, client, &ticket.audience)?;
    let audience = match &wanted.resource {
        None => live,
        Some(asked) if asked.within(&live) => asked.clone(),
        Some(_) => return Err(Error::Target),
    };
    let left = live_scope(policy, &audience, &ticket.scope, client);
    let scope = narrowed_scope(left, wanted.scope.as_ref())?;
    Ok(Reach { audience, scope })
}
