//! Who the user of an access token is (OpenID Connect Core §5.3).

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::{Map, Value};

use super::{demand_size, next_nonce};
use crate::context::Context;
use crate::error::Error;
use crate::guard::{self, Denial, Denied, Scheme, Shown};
use crate::tokens::{About, asked_claims, host_claims, scoped_claims};
use crate::types::{ClaimsRequest, limits};
use crate::wire::{self, Form};

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    demand_size(request)?;
    let verdict = match token(request) {
        Ok((scheme, token)) => stands(ctx, request, scheme, &token).await,
        Err(denial) => Err(denial),
    };
    let denied = match verdict {
        // LE-15: a token of the direct API, or of a client on its own behalf, has no such scope.
        Ok(told) if !told.claims.scope.contains("openid") => {
            let needed = "openid".parse().map_err(|_| Error::Internal)?;
            Denial::InsufficientScope(needed)
        }
        Ok(told) => {
            let nonce = next_nonce(ctx, told.claims.sender_key.is_some()).await?;
            return Ok(wire::with_nonce(tell(ctx, &told).await?, nonce.as_deref()));
        }
        Err(denial) => denial,
    };
    let denied = Denied::new(denied, Some(ctx.issuer.as_str())).with_dpop(ctx.tenant.policy.dpop);
    Ok(denied.response())
}

/// What the token is good for, if it counts and whoever shows it may (RFC 9449 §7).
async fn stands(
    ctx: &Context,
    request: &Request<Bytes>,
    scheme: Scheme,
    token: &str,
) -> Result<guard::Introspected, Denial> {
    let found = guard::introspect(ctx, token, |_| true).await;
    let told = found.map_err(|_| Denial::Unavailable)?.ok_or(Denial::Invalid)?;
    let shown = Shown::of(scheme, request.method(), request.headers());
    let url = || format!("{}/userinfo", ctx.issuer).parse().map_err(|_| Denial::Unavailable);
    if let Some(held) = shown.prove(token, &told.claims, url, ctx.now)? {
        held.demand_nonce(&ctx.ports, &ctx.tenant, ctx.now).await?;
        held.spend(&ctx.ports, ctx.tenant_id(), ctx.now).await?;
    }
    Ok(told)
}

/// The one token of a request: in the header or in a form, and never in both (RFC 6750 §2).
fn token(request: &Request<Bytes>) -> Result<(Scheme, String), Denial> {
    let in_form = in_form(request)?;
    match (guard::shown_token(request.uri(), request.headers()), in_form) {
        (Err(Denial::Missing), Some(token)) => Ok((Scheme::Bearer, token)),
        (Ok(_), Some(_)) => Err(Denial::Malformed),
        (token, _) => token.map(|(scheme, token)| (scheme, token.to_owned())),
    }
}

/// RFC 6750 §2.2
fn in_form(request: &Request<Bytes>) -> Result<Option<String>, Denial> {
    let form = *request.method() == Method::POST && wire::demand_form(request.headers()).is_ok();
    if !form {
        return Ok(None);
    }
    let mut form = Form::parse(request.body(), "body");
    let token = form.optional("access_token", limits::JWT).map(|token| (*token).clone());
    form.finish(Some(())).map_err(|_| Denial::Malformed)?;
    Ok(token)
}

async fn tell(ctx: &Context, told: &guard::Introspected) -> Result<Response<Bytes>, Error> {
    // Nobody but a user's own client has the scope.
    let (Some(ticket), Some(client)) = (&told.ticket, &told.client) else {
        return Err(Error::Internal);
    };
    let (scope, subject) = (&told.claims.scope, &ticket.subject);
    let known = ctx.ports.users.claims(ctx.tenant_id(), subject).await?;
    let mut answer: Map<String, Value> = Map::new();
    let about = About { client, subject: Some(subject), scope };
    answer.extend(host_claims(ctx, about).await?);
    answer.extend(scoped_claims(&known, scope));
    let authorized = ticket.authorized.as_ref();
    let asked = authorized.and_then(|authorized| authorized.claims.as_ref());
    let asked = asked.and_then(|text| text.parse::<ClaimsRequest>().ok());
    if let Some(asked) = &asked {
        answer.extend(asked_claims(&known, &asked.userinfo, client));
    }
    // §5.3.2: the name by which the client knows the user, as in its ID tokens.
    answer.insert("sub".to_owned(), told.claims.subject.as_str().into());
    wire::private_json(&answer)
}
