//! What is checked of a request for authorization, and in which order.

use super::{granted, granted_audience, may_use, takes_proofs};
use crate::error::{Error, ViolationKind};
use crate::types::{
    Asked, AuthorizationRequest, Client, ClientBrowser, ClientKind, GrantType, Pkce, Policy,
    RedirectUri, ReplyTo, Scope, Wanted,
};

/// What the checks look at.
#[derive(Clone, Copy)]
struct Case<'a> {
    policy: &'a Policy,
    client: &'a Client,
    browser: &'a ClientBrowser,
    asked: &'a Asked,
}

type Check = fn(Case<'_>) -> Result<(), Error>;

/// The order of the checks once it is known where the answer goes: the first that fails is the answer.
/// Before them come, with a page as the answer: tenant, client, redirect URI. Then, for the client:
/// repeated and malformed parameters, unsupported ones, and these; after them the scope.
const CHECKS: [Check; 5] = [response_type, grant, challenge, sender_key, target];

/// Judges a request for authorization.
///
/// # Errors
/// The first check that fails.
pub fn judge_request(
    policy: &Policy,
    client: &Client,
    browser: &ClientBrowser,
    named_redirect_uri: bool,
    reply: ReplyTo,
    asked: Asked,
) -> Result<AuthorizationRequest, Error> {
    let case = Case { policy, client, browser, asked: &asked };
    CHECKS.iter().try_for_each(|check| check(case))?;
    Ok(AuthorizationRequest {
        client: client.id.clone(),
        reply,
        named_redirect_uri,
        scope: scope(case)?,
        resource: asked.resource.flatten(),
        nonce: asked.nonce,
        challenge: asked.challenge,
        sender_key: asked.sender_key.flatten().filter(|_| takes_proofs(policy, client)),
        prompt: asked.prompt,
        max_age: asked.max_age,
        login_hint: asked.login_hint,
        hinted: None,
        acr_values: asked.acr_values,
        claims: asked.claims,
        ui_locales: asked.ui_locales,
    })
}

/// The one of a client's redirect URIs that a request means: the same text (RFC 9700 §4.1.3), but for
/// the port of a loopback address of a client that cannot keep a secret (RFC 8252 §7.3). A client with
/// one need not name it (RFC 6749 §3.1.2.3).
pub fn redirect_uri_of(
    client: &Client,
    browser: &ClientBrowser,
    asked: Option<RedirectUri>,
) -> Option<RedirectUri> {
    let native = client.kind == ClientKind::Public;
    let all = &browser.redirect_uris;
    match (asked, &all[..]) {
        (Some(asked), all) => {
            let allows = |own: &RedirectUri| *own == asked || native && own.allows(&asked);
            all.iter().any(allows).then_some(asked)
        }
        (None, [only]) => Some(only.clone()),
        // AZ-12
        (None, _) => None,
    }
}

/// Whether it is known that nobody but the client gets its answers: it proves itself to redeem a code,
/// or its host is the one whose name it bears (RFC 8252 §8.6, LG-14). Whoever registered themselves has a
/// secret that says nothing of who they are (RG-16).
pub fn is_proven(client: &Client, redirect_uri: &RedirectUri) -> bool {
    // Whoever wrote a document wrote the place of the answers as well.
    is_known(client) || !client.is_documented() && redirect_uri.is_https()
}

/// Whether it proves who it is, to whom it was told.
pub fn is_known(client: &Client) -> bool {
    client.kind != ClientKind::Public && client.registered.is_none() && !client.is_documented()
}

/// AZ-17: a code, and nothing beside it.
fn response_type(case: Case<'_>) -> Result<(), Error> {
    match case.asked.response_type.as_deref() {
        Some("code") => Ok(()),
        _ => Err(Error::UnsupportedResponseType),
    }
}

fn grant(case: Case<'_>) -> Result<(), Error> {
    may_use(case.client, GrantType::AuthorizationCode)
}

/// RFC 7636 §4.3, OAuth 2.1 §4.1.1: a challenge by S256 (AZ-14, AZ-15).
fn challenge(case: Case<'_>) -> Result<(), Error> {
    let wrong = |field, kind| Err(Error::parameter(field, kind));
    match (&case.asked.challenge, case.asked.challenge_method.as_deref()) {
        (Some(_), Some("S256")) => Ok(()),
        (None, None) if case.browser.pkce == Pkce::Optional => Ok(()),
        (None, None) => wrong("code_challenge", ViolationKind::Missing),
        (Some(_), _) => wrong("code_challenge_method", ViolationKind::MustBe("S256")),
        (None, Some(_)) => wrong("code_challenge", ViolationKind::Missing),
    }
}

/// RFC 9449 §10: a key that its redeemer can have; where no proof is looked at, this parameter is not either.
fn sender_key(case: Case<'_>) -> Result<(), Error> {
    let wrong = case.asked.sender_key == Some(None) && takes_proofs(case.policy, case.client);
    let must_be = ViolationKind::MustBe("the base64url of a SHA-256");
    if wrong { Err(Error::parameter("dpop_jkt", must_be)) } else { Ok(()) }
}

/// RFC 8707 §2.1: what the client names is one of the tenant's APIs, and one that it may name.
fn target(case: Case<'_>) -> Result<(), Error> {
    let asked = match &case.asked.resource {
        Some(None) => return Err(Error::Target),
        Some(Some(asked)) => asked,
        None => return Ok(()),
    };
    granted_audience(case.policy, case.client, Some(asked)).map(drop)
}

/// AZ-34: no more than the client is registered for.
fn scope(case: Case<'_>) -> Result<Scope, Error> {
    let scope = match &case.asked.scope {
        Some(None) => return Err(Error::Scope),
        Some(Some(scope)) => Some(scope.clone()),
        None => None,
    };
    let wanted = Wanted { scope, resource: case.asked.resource.clone().flatten() };
    let reach = granted(case.policy, case.client, GrantType::AuthorizationCode, &wanted)?;
    Ok(reach.scope)
}
