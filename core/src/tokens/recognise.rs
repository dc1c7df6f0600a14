//! Tokens of ours in requests and answers.

use super::OpaqueToken;
use crate::context::Context;
use crate::error::Error;
use crate::types::TokenKind;

/// Recognises a token of ours. Garbage is refused before any row is asked for.
///
/// # Errors
/// When the keyring does not answer.
pub async fn recognise(
    ctx: &Context,
    kind: TokenKind,
    text: &str,
) -> Result<Option<OpaqueToken>, Error> {
    let Some(number) = OpaqueToken::key_id(kind, text) else { return Ok(None) };
    let key = ctx.ports.keyring.ticket_key(ctx.tenant_id(), Some(number), ctx.now).await?;
    Ok(key.and_then(|key| OpaqueToken::parse(&key, kind, text)))
}

/// Prints a token by the tenant's newest key.
///
/// # Errors
/// When the keyring does not answer.
pub async fn print(ctx: &Context, kind: TokenKind, token: &OpaqueToken) -> Result<String, Error> {
    let key = ctx.ports.keyring.ticket_key(ctx.tenant_id(), None, ctx.now).await?;
    Ok(token.print(&*key.ok_or(Error::Internal)?, kind))
}
