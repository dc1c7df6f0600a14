use crate::error::Error;
use crate::types::{
    Audience, Client, ClientId, ClientKind, Dpop, GrantType, Policy, PushedRequests, SigningAlg,
};

/// Whether the tenant offers the grant at all: what metadata advertises is what is accepted.
pub fn offers(policy: &Policy, grant: GrantType) -> bool {
    policy.grants.contains(&grant)
}

/// Whether clients may push their requests (RFC 9126).
pub fn takes_pushed(policy: &Policy) -> bool {
    let allowed = policy.browser.pushed_requests > PushedRequests::Off;
    allowed && offers(policy, GrantType::AuthorizationCode)
}

/// Whether this client's proofs that it has a key are looked at (RFC 9449).
pub fn takes_proofs(policy: &Policy, client: &Client) -> bool {
    policy.dpop > Dpop::Off || client.dpop_bound_access_tokens
}

/// Whether this client gets no token without one (RFC 9449 §5.2).
pub fn demands_proof(policy: &Policy, client: &Client) -> bool {
    policy.dpop == Dpop::Required || client.dpop_bound_access_tokens
}

/// Whether this client may use the grant.
///
/// # Errors
/// [`Error::GrantNotAllowed`], before any credential of a user is looked at (TK-22).
pub fn may_use(client: &Client, grant: GrantType) -> Result<(), Error> {
    if !client.grants.contains(&grant) {
        return Err(Error::GrantNotAllowed(grant));
    }
    match grant {
        GrantType::ClientCredentials => may_act_alone(client, grant),
        _ => Ok(()),
    }
}

/// Whether this client may have tokens on its own behalf.
///
/// # Errors
/// [`Error::GrantNotAllowed`].
pub fn may_act_alone(client: &Client, grant: GrantType) -> Result<(), Error> {
    // RFC 6749 §4.4: "The client credentials grant type MUST only be used by confidential clients."
    match client.kind {
        ClientKind::Public => Err(Error::GrantNotAllowed(grant)),
        ClientKind::Confidential { .. } => Ok(()),
    }
}

/// Whether a client may hear what an access token is good for (RFC 7662 §4): whoever it was issued to, and the
/// resource server of an audience that it is for (IR-02).
pub fn may_introspect(asks: &Client, issued_to: &ClientId, audiences: &[Audience]) -> bool {
    asks.id == *issued_to || audiences.iter().any(|audience| asks.introspects.contains(audience))
}

/// By what the ID tokens of a client are signed (OpenID Connect Registration §2): by what it was
/// registered for, else by RS256 where the tenant has it, since that is what clients expect who do not
/// look. Nothing for a client that sends no users.
pub fn id_token_alg(policy: &Policy, client: &Client) -> Option<SigningAlg> {
    let algs = &policy.browser.id_token_algs;
    let browser = client.browser.as_ref();
    if browser.is_none() && !client.grants.contains(&GrantType::DeviceCode) {
        return None;
    }
    let named = browser.and_then(|own| own.id_token_alg).filter(|alg| algs.contains(alg));
    let usual = [SigningAlg::Rs256, policy.signing_alg].into_iter().find(|alg| algs.contains(alg));
    named.or(usual).or_else(|| algs.iter().next())
}
