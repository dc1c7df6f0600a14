//! `private_key_jwt` (RFC 7523 §2.2, OpenID Connect Core §9).

use std::sync::Arc;

use crate::context::Context;
use crate::error::{ClientFault, Error, ViolationKind::MustBe};
use crate::tokens::Assertion;
use crate::types::{
    AssertionKeys, Caller, Client, ClientAssertion, ClientAssertions, ClientAuthMethod, ClientId,
    ClientKeys, HttpsUrl, JwtId, JwtIdUse,
};

const THE_SAME: &str = "left out, or be the one of the assertion";

/// Makes a client out of an assertion, which counts once.
///
/// # Errors
/// As [`super::authenticate`].
pub(super) async fn authenticate(
    ctx: &Context,
    named: Option<&ClientId>,
    shown: &ClientAssertion,
) -> Result<Caller, Error> {
    let assertion = Assertion::parse(shown.expose()).ok_or(ClientFault::Malformed)?;
    let id: ClientId = assertion.subject().parse().map_err(|_| ClientFault::Unknown)?;
    // RFC 7521 §4.2: client_id "MUST identify the same client".
    if named.is_some_and(|named| *named != id) {
        return Err(Error::parameter("client_id", MustBe(THE_SAME)));
    }
    let mut caller = super::find(ctx, &id, true, |client| prove(ctx, client, &assertion)).await?;
    if let Err(fault) = prove_elsewhere(ctx, &caller.client, &assertion).await {
        // Another node may have said a moment ago where the keys are.
        let newer = match fault {
            Error::Client(_) => ctx.ports.newer_client(ctx.tenant_id(), &caller.client).await?,
            _ => None,
        };
        caller.client = newer.ok_or(fault)?;
        prove(ctx, &caller.client, &assertion)?;
        prove_elsewhere(ctx, &caller.client, &assertion).await?;
        if caller.client.disabled {
            return Err(ClientFault::Disabled.into());
        }
    }
    let by = caller.client.assertions.as_ref().ok_or(Error::Internal)?;
    spend(ctx, &id, &assertion, by).await?;
    Ok(caller)
}

/// What cannot be known without asking somebody else: whether the keys of a client that has them elsewhere signed
/// it.
async fn prove_elsewhere(
    ctx: &Context,
    client: &Client,
    assertion: &Assertion<'_>,
) -> Result<(), Error> {
    let by = client.assertions.as_ref().ok_or(ClientFault::AssertionKey)?;
    let AssertionKeys::At(url) = &by.keys else { return Ok(()) };
    let keys = fetched(ctx, url, assertion).await?;
    Ok(assertion.verify(&client.id, by, &keys, &ctx.issuer, ctx.now)?)
}

/// All that is known without asking anybody else.
fn prove(ctx: &Context, client: &Client, assertion: &Assertion<'_>) -> Result<(), ClientFault> {
    super::demand(ctx, client, ClientAuthMethod::PrivateKeyJwt)?;
    let by = client.assertions.as_ref().ok_or(ClientFault::AssertionKey)?;
    match &by.keys {
        AssertionKeys::Held(keys) => assertion.verify(&client.id, by, keys, &ctx.issuer, ctx.now),
        AssertionKeys::At(_) => Ok(()),
    }
}

/// The keys of a client that has them elsewhere.
///
/// # Errors
/// [`ClientFault::AssertionKey`] where there are none, 503 where their server does not answer.
async fn fetched(
    ctx: &Context,
    url: &HttpsUrl,
    assertion: &Assertion<'_>,
) -> Result<Arc<ClientKeys>, Error> {
    let documents = ctx.ports.documents.as_deref().ok_or(ClientFault::AssertionKey)?;
    let keys = documents.keys(url, assertion.kid(), assertion.alg()).await?;
    Ok(keys.ok_or(ClientFault::AssertionKey)?)
}

/// RFC 7523 §3 item 7: whoever sees an assertion on its way must not use it again (CA-04). Last of all, so
/// that nobody but the client takes up room.
async fn spend(
    ctx: &Context,
    id: &ClientId,
    assertion: &Assertion<'_>,
    by: &ClientAssertions,
) -> Result<(), Error> {
    let seen = &ctx.ports.seen;
    if !assertion.is_newer_than(seen.since(), by) {
        return Err(ClientFault::AssertionReplayed.into());
    }
    let jti = JwtId::of(JwtIdUse::Assertion, id.as_str(), assertion.id());
    match seen.remember(ctx.tenant_id(), jti, assertion.expires_at(by), ctx.now).await? {
        true => Ok(()),
        false => Err(ClientFault::AssertionReplayed.into()),
    }
}
