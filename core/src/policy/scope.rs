use crate::error::Error;
use crate::types::{Audiences, Client, GrantType, Policy, Scope};

/// The scope of a new grant (RFC 6749 §3.3): what was asked for if the client may have it all, or
/// the default of the client, or of the tenant as far as the client may have it.
///
/// # Errors
/// [`Error::Scope`] when more is asked for than the client may have.
pub(super) fn granted_scope(
    policy: &Policy,
    client: &Client,
    grant: GrantType,
    asked: Option<&Scope>,
    audience: &Audiences,
) -> Result<Scope, Error> {
    let may = policy.known_scope(audience, &client.scope);
    let may = match grant {
        GrantType::ClientCredentials => without_user(&may),
        _ => may,
    };
    match asked {
        // Grants of the whole share the client's own text.
        Some(asked) if *asked == may => Ok(may),
        Some(asked) if asked.within(&may) => Ok(asked.clone()),
        Some(_) => Err(Error::Scope),
        None => Ok(client.default_scope.as_ref().unwrap_or(&policy.default_scope).and(&may)),
    }
}

/// What a client may have on its own behalf (TK-23): there is no user to identify, and none to be offline.
pub fn without_user(scope: &Scope) -> Scope {
    scope.filter(|token| !matches!(token, "openid" | "offline_access"))
}

/// What is left of a grant's scope: what was granted, less what the client has lost since (RF-09) and
/// what the API does not know any more.
pub(super) fn live_scope(
    policy: &Policy,
    audience: &Audiences,
    granted: &Scope,
    client: &Client,
) -> Scope {
    policy.known_scope(audience, &granted.and(&client.scope))
}

/// The scope of an access token from a refresh (RFC 6749 §6): what is left of the grant's, or what was
/// asked for of that.
///
/// # Errors
/// [`Error::Scope`] when more is asked for.
pub(super) fn narrowed_scope(live: Scope, asked: Option<&Scope>) -> Result<Scope, Error> {
    match asked {
        Some(asked) if asked.within(&live) => Ok(asked.clone()),
        Some(_) => Err(Error::Scope),
        None => Ok(live),
    }
}
