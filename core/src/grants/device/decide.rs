//! The user of a device decides: what they say is issued as the grant, once.

use std::sync::Arc;

use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::grants::begin::stop_if_old;
use crate::policy;
use crate::ports::{Create, EventKind};
use crate::types::{
    AuthorizationRequest, Authorized, Binding, Client, Device, EndReason, Generation, Session,
    Ticket, TicketState, Timestamp, Version,
};

/// Who decides about which device.
#[derive(Clone, Copy, Debug)]
pub struct Deciding<'a> {
    /// Whose device it is.
    pub client: &'a Arc<Client>,
    /// For what it asked.
    pub request: &'a AuthorizationRequest,
    /// The device.
    pub device: &'a Device,
    /// Who decides.
    pub session: &'a Session,
}

/// The device gets its tokens when it next asks.
///
/// # Errors
/// [`InteractionFault::Gone`] where somebody has decided; when a store does not answer.
pub async fn allow_device(ctx: &Context, given: Deciding<'_>) -> Result<(), Error> {
    let ticket = ticket(ctx, given, TicketState::Live)?;
    issue(ctx, &ticket, EventKind::Allowed).await?;
    stop_if_old(ctx, given.client, &ticket).await
}

/// The device hears that it gets none.
///
/// # Errors
/// As [`allow_device`].
pub async fn deny_device(ctx: &Context, given: Deciding<'_>) -> Result<(), Error> {
    let ticket = ticket(ctx, given, TicketState::Ended(EndReason::Denied))?;
    issue(ctx, &ticket, EventKind::Denied).await
}

/// Of two who decide, one does.
async fn issue(ctx: &Context, ticket: &Ticket, kind: EventKind) -> Result<(), Error> {
    let recorder = ctx.recorder();
    let tell = move |ticket: &Ticket| recorder.record(kind, Some(ticket));
    match ctx.ports.ledger.issue(ctx.tenant_id(), ticket, tell).await? {
        Create::Created => Ok(()),
        Create::Conflict => Err(InteractionFault::Gone.into()),
    }
}

/// It does not end with the session: that is of the browser in which somebody decided, and the device is another.
fn ticket(ctx: &Context, given: Deciding<'_>, state: TicketState) -> Result<Ticket, Error> {
    let Deciding { client, request, device, session } = given;
    let rules = &ctx.tenant.policy;
    let audience = policy::granted_audience(rules, client, request.resource.as_ref())?;
    let ends_at = ctx.now.plus(rules.grant_lifetime);
    Ok(Ticket {
        id: device.grant,
        version: Version::default(),
        generation: Generation::CODE,
        state,
        client: client.id.clone(),
        subject: session.subject.clone(),
        scope: request.scope.clone(),
        audience,
        binding: Some(Binding::of_a_device()),
        refreshable: false,
        authenticated_at: ctx.now,
        changed_at: ctx.now,
        rotated_at: Timestamp::EPOCH,
        expires_at: device.expires_at.min(ends_at),
        ends_at,
        authorized: Some(Arc::new(Authorized {
            session: None,
            proof: session.proof.clone(),
            nonce: None,
            claims: None,
        })),
        sender_key: None,
    })
}
