//! The pages that a user answers while a client waits.

mod answer;
mod device;
mod finish;
mod go_on;
mod login;
mod show;

use bytes::Bytes;
use http::{Method, Request, Response};

pub(super) use go_on::{Going, go_on};

use super::demand_size;
use crate::context::Context;
use crate::error::{Error, InteractionFault};
use crate::interactions;
use crate::sessions;
use crate::wire;

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    match *request.method() {
        Method::POST => answer::answer(ctx, request).await,
        _ => show(ctx, request).await,
    }
}

/// Shows where the user is.
async fn show(ctx: &Context, request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    let headers = request.headers();
    let handle = wire::read_handle(request.uri().query().unwrap_or_default());
    let handle = handle.as_ref().map(|handle| handle.as_str());
    let shown = interactions::find(ctx, headers, handle).await?;
    let progress = &shown.interaction.progress;
    if progress.login.is_some() || progress.refused {
        // LG-23: nobody goes on here but whom the host sent, with the handle that it gave them.
        return match shown.is_current {
            true => login::come_back(ctx, headers, &shown).await,
            false => Err(InteractionFault::Gone.into()),
        };
    }
    if !shown.is_current {
        // An earlier page of this browser's: it was answered, and the user is further.
        return wire::see_other(&show::url(ctx, &shown.handle(ctx).await?));
    }
    let found = sessions::find(ctx, headers).await?;
    go_on(ctx, headers, Going::Parked(&shown), found.as_ref().map(|found| &found.session)).await
}
