//! The host signs users in itself.

use super::find::{Shown, read};
use super::{Progress, find};
use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::sign_in;
use crate::types::{ClientId, Login, Prompt, Scope, TenantId, Timestamp};

/// What a host may want to know of a request whose user it signs in.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct InteractionInfo {
    /// In which tenant.
    pub tenant: TenantId,
    /// Who asks.
    pub client: ClientId,
    /// What for.
    pub scope: Scope,
    /// The name that the client expects the user to sign in by.
    pub login_hint: Option<Box<str>>,
    /// The user chose another account than the one that this browser was signed in by: a host that would
    /// send them back at once as who they are there asks who they want to be.
    pub switching: bool,
    /// The user must prove who they are at this moment or later: whoever did so before has to do it
    /// again (`prompt=login`, `max_age`, or the tenant ended everything since). What the request wants is
    /// in whole seconds; what was ended is not.
    pub authenticate_after: Option<Timestamp>,
    /// Classes of authentication that the client would like, the best first.
    pub acr_values: Box<[Box<str>]>,
    /// Classes of which one is needed.
    pub essential_acr: Box<[Box<str>]>,
    /// Languages that the user understands, the best first.
    pub ui_locales: Box<[Box<str>]>,
    /// When it is too late.
    pub expires_at: Timestamp,
}

/// Why a host cannot go on with a request.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ResumeError {
    /// Not a handle of ours, or one of a request that is over, or that was resumed or refused already. The
    /// user has to begin anew, at the application.
    #[error(
        "the request is over, or was resumed or refused already: the user begins anew at the application"
    )]
    Gone,
    /// The user proved who they are too long ago: for this request, or because what they proved was ended
    /// since, as by a new password.
    #[error("the user must prove who they are again, after {0:?}")]
    TooOld(Timestamp),
    /// The user may receive no tokens.
    #[error("this user may receive no tokens")]
    Refused,
    /// A store did not answer.
    #[error("try again later")]
    Unavailable(#[source] Box<dyn std::error::Error + Send + Sync>),
}

impl From<Error> for ResumeError {
    fn from(error: Error) -> Self {
        match error {
            Error::Interaction(_) | Error::UnknownTenant => Self::Gone,
            Error::Credentials => Self::Refused,
            other => Self::Unavailable(Box::new(other)),
        }
    }
}

/// The tenant and the handle in what a host is given: a tenant id may hold dots, a handle holds none.
pub fn parse_host_handle(text: &str) -> Option<(TenantId, &str)> {
    let (tenant, handle) = text.rsplit_once('.')?;
    Some((tenant.parse().ok()?, handle))
}

/// What a handle is about.
///
/// # Errors
/// [`InteractionFault::Gone`]; when a store does not answer.
pub async fn info(ctx: &Context, handle: &str) -> Result<InteractionInfo, Error> {
    let Shown { interaction, .. } = current(ctx, handle).await?;
    let authenticate_after = after(ctx, &interaction);
    let request = interaction.request;
    let essential_acr = request.claims.as_ref().map(|claims| claims.essential_acr.clone());
    Ok(InteractionInfo {
        tenant: ctx.tenant_id().clone(),
        client: request.client,
        scope: request.scope,
        login_hint: request.login_hint,
        switching: interaction.progress.switching,
        authenticate_after,
        acr_values: request.acr_values,
        essential_acr: essential_acr.unwrap_or_default(),
        ui_locales: request.ui_locales,
        expires_at: interaction.expires_at,
    })
}

/// Notes whom the host signed in. Returns the handle with which the browser comes back: the one that it
/// left with is no good any more, so nobody goes on but whom the host sends (LG-23).
///
/// # Errors
/// See [`ResumeError`].
pub async fn resume(ctx: &Context, handle: &str, mut login: Login) -> Result<String, ResumeError> {
    let shown = current(ctx, handle).await?;
    let since = sign_in::counts_since(ctx, &login.subject).await?;
    let after = after(ctx, &shown.interaction).map_or(since, |after| after.max(since));
    // A host's clock may be ahead. What was proven in the future nothing would end until then.
    login.proof.at = login.proof.at.min(ctx.now);
    if login.proof.at < after {
        return Err(ResumeError::TooOld(after));
    }
    let progress = Progress { login: Some(login), ..shown.interaction.progress.clone() };
    let next = shown.interaction.go_on(ctx, progress).await?;
    Ok(shown.handle_of(ctx, &next).await?)
}

/// Notes that the user did not sign in. Returns as [`resume`] does.
///
/// # Errors
/// As [`resume`].
pub async fn refuse(ctx: &Context, handle: &str) -> Result<String, ResumeError> {
    let shown = current(ctx, handle).await?;
    let progress = Progress { refused: true, ..shown.interaction.progress.clone() };
    let next = shown.interaction.go_on(ctx, progress).await?;
    Ok(shown.handle_of(ctx, &next).await?)
}

/// Since when the user must have proven who they are: for this request to the second, and what was proven
/// before the tenant ended everything does not count any more, to the millisecond.
fn after(ctx: &Context, interaction: &super::Interaction) -> Option<Timestamp> {
    let (request, began) = (&interaction.request, interaction.began_at);
    let wanted = match request.prompt.contains(&Prompt::Login) {
        true => Some(began),
        false => request.max_age.map(|age| began.before(age)),
    };
    // `auth_time` is in whole seconds, and so many hosts count.
    let wanted = wanted.map(|moment| Timestamp::from_secs(moment.as_secs()));
    let ended = Some(ctx.tenant.not_before).filter(|ended| *ended > Timestamp::EPOCH);
    wanted.max(ended)
}

async fn current(ctx: &Context, handle: &str) -> Result<Shown, Error> {
    let shown = read(ctx, find::parse_handle(ctx, Some(handle)).await?).await?;
    let progress = &shown.interaction.progress;
    // What the host said, it said: the browser alone goes on.
    match shown.is_current && progress.login.is_none() && !progress.refused {
        true => Ok(shown),
        false => Err(InteractionFault::Gone.into()),
    }
}
