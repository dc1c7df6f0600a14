//! What the host says in tokens, contained: it may fail, hang and panic. Its directory says some of it.

use std::{future::Future, pin::Pin};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::context::Context;
use crate::error::Error;
use crate::ports::{ClaimsAbout, CustomClaims, StoreError, host};
use crate::types::{Authorized, ClaimSet, ClaimsRequest, Client, Scope, Subject};

/// What most payloads fit into, in bytes.
const USUAL: usize = 512;

type Telling<'a> = Pin<Box<dyn Future<Output = Result<ClaimSet, StoreError>> + Send + 'a>>;

/// Whom the host speaks of.
#[derive(Clone, Copy, Debug)]
pub struct About<'a> {
    /// To whom.
    pub client: &'a Client,
    /// Of whom; nobody where the client asks on its own behalf.
    pub subject: Option<&'a Subject>,
    /// With which scope.
    pub scope: &'a Scope,
}

/// What others than the server say in the tokens of one answer.
#[derive(Clone, Debug, Default)]
pub struct Said {
    /// The host, in the access token.
    pub access_token: Option<ClaimSet>,
    /// The host, in the ID token, where there is one.
    pub id_token: Option<ClaimSet>,
    /// All that the directory knows of the user, where the ID token is to say some of it.
    pub known: Option<ClaimSet>,
}

/// Asks the host what it says in the tokens of one answer, and the directory of the user; `authorized` is
/// what an ID token is made of, where there is one.
///
/// # Errors
/// 503 where the host fails or takes longer than two seconds for a token, and where the directory does not
/// answer; 500 where the host panics (F-43).
pub async fn said(
    ctx: &Context,
    about: About<'_>,
    authorized: Option<&Authorized>,
) -> Result<Said, Error> {
    let access_token = custom_claims(ctx, about, |host, about| host.access_token(about)).await?;
    let id_token = match authorized {
        Some(_) => custom_claims(ctx, about, |host, about| host.id_token(about)).await?,
        None => None,
    };
    let known = match (authorized.and_then(asked_of), about.subject) {
        (Some(_), Some(subject)) => Some(ctx.ports.users.claims(ctx.tenant_id(), subject).await?),
        _ => None,
    };
    Ok(Said { access_token, id_token, known })
}

/// What a client asked for by name, if any of it goes into ID tokens (OpenID Connect Core §5.5).
pub(super) fn asked_of(authorized: &Authorized) -> Option<ClaimsRequest> {
    let asked: ClaimsRequest = authorized.claims.as_ref()?.parse().ok()?;
    (!asked.id_token.is_empty()).then_some(asked)
}

/// What the host says beside. Nothing where it says nothing.
///
/// # Errors
/// 503 where it fails or takes longer than two seconds; 500 where it panics (F-43).
async fn custom_claims<'a>(
    ctx: &'a Context,
    about: About<'a>,
    method: impl for<'c> FnOnce(&'c dyn CustomClaims, &'c ClaimsAbout<'c>) -> Telling<'c>,
) -> Result<Option<ClaimSet>, Error> {
    let Some(own) = &ctx.ports.custom_claims else { return Ok(None) };
    let about = ClaimsAbout::new(ctx.tenant_id(), &about.client.id, about.subject, about.scope);
    // Called within, since it may panic before there is a future.
    let said = host::ask(async { method(&**own, &about).await }).await;
    Ok(Some(said?))
}

/// A payload with what the host says beside. The server's own words win.
pub(super) fn with_claims(
    payload: &impl Serialize,
    claims: Option<&ClaimSet>,
) -> Result<Vec<u8>, Error> {
    let mut text = Vec::with_capacity(USUAL);
    let written = match claims.filter(|claims| !claims.is_empty()) {
        None => serde_json::to_writer(&mut text, payload),
        Some(claims) => {
            let said = claims.iter().map(|(name, value)| (name.to_owned(), value.clone()));
            let mut whole: Map<String, Value> = said.collect();
            let own = serde_json::to_value(payload).map_err(|_| Error::Internal)?;
            let Value::Object(own) = own else { return Err(Error::Internal) };
            whole.extend(own);
            serde_json::to_writer(&mut text, &whole)
        }
    };
    written.map_err(|_| Error::Internal)?;
    Ok(text)
}

/// What the host says of a user in userinfo.
///
/// # Errors
/// As where it says something in tokens.
pub async fn host_claims(ctx: &Context, about: About<'_>) -> Result<Map<String, Value>, Error> {
    let said = custom_claims(ctx, about, |host, about| host.userinfo(about)).await?;
    let own = |(name, value): (&str, &Value)| (name.to_owned(), value.clone());
    Ok(said.iter().flat_map(ClaimSet::iter).map(own).collect())
}
