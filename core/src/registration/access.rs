//! Who may register a client, and who speaks for one that did.

use std::sync::Arc;

use crate::context::Context;
use crate::error::Error;
use crate::ports::{Seen, StoreError};
use crate::types::{
    Client, ClientId, ClientSecret, InitialAccessToken, JwtId, JwtIdUse, RegistrationAccess,
    RegistrationPolicy, TenantId, Timestamp,
};

/// What an initial access token that registers a single client begins with; and one that registers as many
/// as come. It is part of what is remembered, so neither passes for the other.
const ONCE: &str = "grt_i1_";
const OFTEN: &str = "grt_ia_";

/// Leave to register.
#[derive(Debug)]
pub struct Admitted {
    /// What is remembered as used when the client is written.
    once: Option<InitialAccessToken>,
    expires: Timestamp,
}

/// Whether somebody may register, by the token that they show. None if not.
///
/// # Errors
/// When it is not known.
pub async fn admit(
    ctx: &Context,
    registration: &RegistrationPolicy,
    token: Option<&str>,
) -> Result<Option<Admitted>, Error> {
    let open = registration.access == RegistrationAccess::Open;
    let Some(token) = token else {
        return Ok(open.then_some(Admitted { once: None, expires: Timestamp::EPOCH }));
    };
    let (known, once) = (id(JwtIdUse::InitialAccess, token), token.starts_with(ONCE));
    if !(once || token.starts_with(OFTEN)) {
        return Ok(None);
    }
    let (seen, tenant) = (&ctx.ports.seen, ctx.tenant_id());
    if !seen.knows(tenant, known, ctx.now).await? {
        return Ok(None);
    }
    if once && seen.knows(tenant, id(JwtIdUse::InitialAccessUsed, token), ctx.now).await? {
        return Ok(None);
    }
    let expires = ctx.now.plus(crate::types::limits::INITIAL_ACCESS);
    Ok(Some(Admitted { once: once.then(|| token.into()), expires }))
}

impl Admitted {
    /// Uses it up, if it is for a single client. One of all who ask at once is told that it was good.
    pub(super) async fn consume(
        &self,
        seen: &Seen,
        tenant: &TenantId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        match &self.once {
            None => Ok(true),
            Some(token) => {
                let used = id(JwtIdUse::InitialAccessUsed, token.expose());
                seen.remember(tenant, used, self.expires, now).await
            }
        }
    }
}

/// Makes a token of which nothing is kept but a hash, until it expires.
///
/// # Errors
/// When it cannot be kept.
pub async fn mint(
    seen: &Seen,
    chance: &str,
    tenant: &TenantId,
    once: bool,
    expires: Timestamp,
    now: Timestamp,
) -> Result<InitialAccessToken, StoreError> {
    let token = format!("{}{chance}", if once { ONCE } else { OFTEN });
    seen.remember(tenant, id(JwtIdUse::InitialAccess, &token), expires, now).await?;
    Ok(InitialAccessToken::new(token))
}

/// The client of this id, if the token speaks for it (RG-12). Nobody learns why not.
///
/// # Errors
/// When the store does not answer.
pub async fn recognise(
    ctx: &Context,
    client: &str,
    token: &str,
) -> Result<Option<Arc<Client>>, Error> {
    let Ok(id) = client.parse::<ClientId>() else { return Ok(None) };
    let found = ctx.ports.clients.read(ctx.tenant_id(), &id).await?;
    let shown = ClientSecret::from(token);
    Ok(found.filter(|client| {
        let own = client.registered.as_ref();
        !client.disabled && own.is_some_and(|registered| registered.token.matches(&shown))
    }))
}

fn id(used: JwtIdUse, token: &str) -> JwtId {
    JwtId::of(used, "", token)
}
