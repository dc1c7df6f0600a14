//! `POST …/device_authorization`: a device asks on which nobody can sign in (RFC 8628 §3.1).

use bytes::Bytes;
use http::{Request, Response};

use super::demand_form;
use crate::client_auth;
use crate::context::Context;
use crate::error::Error;
use crate::grants;
use crate::policy;
use crate::types::GrantType;
use crate::wire::{self, Form};

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    if !policy::offers(&ctx.tenant.policy, GrantType::DeviceCode) {
        return Err(Error::NotOffered);
    }
    demand_form(ctx, request)?;
    let form = Form::with_resources(request.body(), "body");
    let (wanted, credentials) = wire::read_device_request(request.headers(), form)?;
    // RFC 8628 §3.1: "The client authentication requirements of Section 3.2.1 of [RFC6749] apply".
    let caller = client_auth::authenticate(ctx, &credentials).await?;
    let answer = grants::ask_device(ctx, &caller, wanted).await?;
    wire::device_answer(&answer, &format!("{}/device", ctx.issuer))
}
