//! A client proves that it has the key to which its tokens are to be bound (RFC 9449 §5, §10.1).

use bytes::Bytes;
use http::Request;

use crate::context::Context;
use crate::error::{Error, ProofFault};
use crate::policy;
use crate::tokens::{Proof, ShownFor, counts_as_nonce, new_nonce};
use crate::types::{Client, Sender};
use crate::wire;

/// Who sends a request of this client's to this endpoint, such as `/token`; nothing without a proof, and where
/// proofs are not looked at. The proof is not used up yet: who has more to show than a key of their own does
/// that, by [`crate::tokens::spend`].
///
/// # Errors
/// [`Error::Proof`] for one that is wrong; [`Error::ProofNonce`] where a nonce is demanded and is missing or
/// old; when the keyring does not answer. Nothing has changed then.
pub async fn prove_sender(
    ctx: &Context,
    client: &Client,
    request: &Request<Bytes>,
    endpoint: &str,
) -> Result<Option<Sender>, Error> {
    let rules = &ctx.tenant.policy;
    if !policy::takes_proofs(rules, client) {
        return Ok(None);
    }
    let Some(text) = wire::read_proof(request.headers())? else { return Ok(None) };
    let proof = Proof::parse(text)?;
    // JW-13: the issuer's URL, and not what the request says of its host.
    let url = format!("{}{endpoint}", ctx.issuer).parse().map_err(|_| Error::Internal)?;
    let shown = ShownFor { method: request.method().as_str(), url: &url, access_token: None };
    let sender = proof.verify(shown, ctx.now)?;
    if rules.dpop_nonces {
        demand_nonce(ctx, &proof).await?;
    }
    Ok(Some(sender))
}

/// §8: a nonce of this server, of now.
async fn demand_nonce(ctx: &Context, proof: &Proof<'_>) -> Result<(), Error> {
    let (keyring, tenant) = (&*ctx.ports.keyring, ctx.tenant_id());
    let shown = proof.nonce().unwrap_or_default();
    match counts_as_nonce(keyring, tenant, shown, ctx.now).await? {
        true => Ok(()),
        false => Err(Error::ProofNonce(new_nonce(keyring, tenant, ctx.now).await?.into())),
    }
}

/// Demands that there is one, of a client that gets no token otherwise.
///
/// # Errors
/// [`ProofFault::Missing`].
pub fn demand_sender(ctx: &Context, client: &Client, sender: Option<&Sender>) -> Result<(), Error> {
    match sender.is_none() && policy::demands_proof(&ctx.tenant.policy, client) {
        true => Err(ProofFault::Missing.into()),
        false => Ok(()),
    }
}
