//! `private_key_jwt` (RFC 7523 §2.2, OpenID Connect Core §9).

use crate::context::Context;
use crate::error::{ClientFault, Error, ViolationKind::MustBe};
use crate::tokens::Assertion;
use crate::types::{
    Caller, Client, ClientAssertion, ClientAssertions, ClientAuthMethod, ClientId, JwtId, JwtIdUse,
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
    let caller = super::find(ctx, &id, true, |client| prove(ctx, client, &assertion)).await?;
    let by = caller.client.assertions.as_ref().ok_or(Error::Internal)?;
    spend(ctx, &id, &assertion, by).await?;
    Ok(caller)
}

fn prove(ctx: &Context, client: &Client, assertion: &Assertion<'_>) -> Result<(), ClientFault> {
    super::demand(ctx, client, ClientAuthMethod::PrivateKeyJwt)?;
    let by = client.assertions.as_ref().ok_or(ClientFault::AssertionKey)?;
    assertion.verify(&client.id, by, &ctx.issuer, ctx.now)
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
