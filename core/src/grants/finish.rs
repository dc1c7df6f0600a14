//! The answer of a grant: an access token, and the refresh token that is derived from the row.

use std::sync::Arc;

use super::foresee;
use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::ports::{Signer, TicketKey};
use crate::tokens::{
    About, AccessTokenTerms, IdTokenTerms, OpaqueToken, Said, known_as, mint, mint_id_token,
};
use crate::types::{
    Caller, Generation, Reach, RefreshToken, ResponseParameters, Ticket, Timestamp, TokenAnswer,
};

/// What an answer is made with. Asked for before anything is used up: a key that cannot be reached
/// should cost nobody a code.
pub(super) struct Keys {
    signer: Arc<dyn Signer>,
    ticket: Arc<TicketKey>,
    /// For clients that may ask who the user is.
    id_token: Option<Arc<dyn Signer>>,
}

impl Keys {
    pub(super) async fn of(ctx: &Context, caller: &Caller) -> Result<Self, Error> {
        let (keyring, tenant) = (&ctx.ports.keyring, ctx.tenant_id());
        let policy = &ctx.tenant.policy;
        let signer = keyring.active(tenant, policy.signing_alg, ctx.now).await?;
        let ticket = keyring.ticket_key(tenant, None, ctx.now).await?;
        let id_token = match policy::id_token_alg(policy, &caller.client) {
            // One key signs both.
            Some(alg) if alg == policy.signing_alg => Some(signer.clone()),
            Some(alg) => Some(keyring.active(tenant, alg, ctx.now).await?),
            None => None,
        };
        Ok(Self { signer, ticket: ticket.ok_or(Error::Internal)?, id_token })
    }
}

/// A grant that is answered.
pub(super) struct Answered {
    /// What it has come to.
    pub(super) ticket: Ticket,
    /// What the answer is made with.
    pub(super) keys: Keys,
    /// What others say in it, if they were asked already.
    pub(super) said: Option<Said>,
}

/// Mints what the ticket has come to. A code or refresh token was presented before, so a signature that
/// cannot be had costs the client a retry and nothing else.
pub(super) async fn finish(
    ctx: &Context,
    caller: &Caller,
    token: &OpaqueToken,
    answered: &Answered,
    reach: Reach,
) -> Result<TokenAnswer, Error> {
    let Reach { audience, scope } = reach;
    let (client, Answered { ticket, keys, said }) = (&*caller.client, answered);
    let said = match said {
        Some(said) => said,
        None => &foresee::ask(ctx, caller, ticket, &scope).await?,
    };
    let known_as = known_as(ctx, client, &ticket.subject).await?;
    let terms = AccessTokenTerms {
        subject: known_as.as_str(),
        client,
        audience: &audience,
        scope: &scope,
        grant: Some(ticket.id),
        sender_key: caller.key(),
        said: said.access_token.as_ref(),
        begins_at: Timestamp::EPOCH,
        ends_at: ticket.ends_at,
    };
    let (access_token, expires_in) = mint(ctx, &*keys.signer, terms).await?;
    let newest = token.at(ticket.generation);
    let print = || RefreshToken::new(newest.print(&keys.ticket, caller.surface.refresh()));
    let refresh_token = ticket.refreshable.then(print);
    let id_token = match (&keys.id_token, foresee::id_token_of(ctx, caller, ticket, &scope)) {
        (Some(signer), Some(authorized)) => {
            let about = About { client, subject: Some(&ticket.subject), scope: &scope };
            let (first, access_token) = (token.generation == Generation::CODE, &access_token);
            let known_as = &known_as;
            let terms = IdTokenTerms { about, known_as, authorized, first, said, access_token };
            Some(mint_id_token(ctx, &**signer, terms).await?)
        }
        _ => None,
    };
    let sender_key = caller.key();
    let beside = ResponseParameters::default();
    Ok(TokenAnswer { access_token, expires_in, refresh_token, scope, id_token, sender_key, beside })
}
