//! A device is over: it gets its tokens when it next asks, or hears why not.

use bytes::Bytes;
use http::{Response, StatusCode};

use super::finish::Over;
use crate::context::Context;
use crate::error::Error;
use crate::grants::{Deciding, allow_device, deny_device};
use crate::interactions::{Interaction, Progress};
use crate::types::{Device, Message, Session};
use crate::wire;

/// What a user says of a device.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It may.
    Allow,
    /// It may not.
    Deny,
}

/// Of two who answer a page at once one gets through, and of all who have a page about this device one decides. Who
/// leaves meanwhile leaves nothing half done.
pub(super) async fn decide(
    ctx: &Context,
    over: Over<'_>,
    interaction: &Interaction,
    device: &Device,
    session: &Session,
    verdict: Verdict,
) -> Result<Response<Bytes>, Error> {
    let (own, interaction, device) = (ctx.clone(), interaction.clone(), device.clone());
    let (client, session) = (over.client.clone(), session.clone());
    let work = async move {
        let done = Progress { done: true, ..interaction.progress.clone() };
        interaction.go_on(&own, done).await?;
        let request = &interaction.request;
        let deciding = Deciding { client: &client, request, device: &device, session: &session };
        match verdict {
            Verdict::Allow => allow_device(&own, deciding).await,
            Verdict::Deny => deny_device(&own, deciding).await,
        }
    };
    ctx.ports.tasks.complete(work).await??;
    told(
        ctx,
        if verdict == Verdict::Allow { Message::DeviceAllowed } else { Message::DeviceDenied },
    )
}

/// There is no client to go back to in this browser.
pub(super) fn told(ctx: &Context, message: Message<'_>) -> Result<Response<Bytes>, Error> {
    wire::message_page(StatusCode::OK, message, Some(ctx.tenant_name()), &*ctx.ports.pages)
}
