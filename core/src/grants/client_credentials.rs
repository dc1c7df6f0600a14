//! A client on its own behalf (RFC 6749 §4.4): an access token, and no row.

use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::ports::EventKind;
use crate::tokens::{About, AccessTokenTerms, mint, said};
use crate::types::{Caller, GrantType, Reach, ResponseParameters, Timestamp, TokenAnswer, Wanted};

pub(super) async fn issue(
    ctx: &Context,
    caller: &Caller,
    wanted: &Wanted,
) -> Result<TokenAnswer, Error> {
    let (rules, client) = (&ctx.tenant.policy, &caller.client);
    let reach = policy::granted(rules, client, GrantType::ClientCredentials, wanted)?;
    super::spend_proof(ctx, caller).await?;
    alone(ctx, caller, reach, GrantType::ClientCredentials).await
}

/// Tokens of a client on its own behalf, by whichever grant.
pub(super) async fn alone(
    ctx: &Context,
    caller: &Caller,
    reach: Reach,
    grant: GrantType,
) -> Result<TokenAnswer, Error> {
    let (rules, client, Reach { audience, scope }) = (&ctx.tenant.policy, &caller.client, reach);
    // A token names a whole second. One from the second in which the client was stopped, or another of
    // its id was deleted, must not count; one from after that must, though it is the same second.
    let begins_at = ctx.tenant.not_before.max(client.not_before).whole_second();
    let about = About { client, subject: None, scope: &scope };
    let said = said(ctx, about, None).await?;
    let terms = AccessTokenTerms {
        // RFC 9068 §2.2: "the sub claim … should correspond to … the client application".
        subject: client.id.as_str(),
        client,
        audience: &audience,
        scope: &scope,
        grant: None,
        sender_key: caller.key(),
        said: said.access_token.as_ref(),
        begins_at,
        ends_at: Timestamp::from_millis(u64::MAX),
    };
    let keyring = &ctx.ports.keyring;
    let signer = keyring.active(ctx.tenant_id(), rules.signing_alg, ctx.now).await?;
    let (access_token, expires_in) = mint(ctx, &*signer, terms).await?;
    ctx.recorder().record(EventKind::Issued(grant), None);
    // RFC 6749 §4.4.3: "A refresh token SHOULD NOT be included."
    let sender_key = caller.key();
    let (refresh_token, id_token, beside) = (None, None, ResponseParameters::default());
    Ok(TokenAnswer { access_token, expires_in, refresh_token, scope, id_token, sender_key, beside })
}
