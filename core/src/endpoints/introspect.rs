//! `…/introspect` (RFC 7662): what a token is good for, told to its own client and to the resource server that
//! it is meant for.

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use super::shown;
use crate::context::Context;
use crate::error::{ClientFault, Error};
use crate::grants;
use crate::guard;
use crate::policy;
use crate::tokens::Claims;
use crate::types::Caller;
use crate::wire;

/// RFC 7662 §2.2. Of a token that is not active nothing else is told.
#[derive(Default, Serialize)]
struct Told {
    active: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    iss: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sub: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    aud: Option<Audience>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exp: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    iat: Option<u64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    jti: Option<Box<str>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    client_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    token_type: Option<&'static str>,
    /// RFC 9449 §6.2
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

/// The key that whoever uses the token must have.
#[derive(Serialize)]
struct Confirmation {
    jkt: String,
}

/// As it stands in the token (RFC 7519 §4.1.3).
#[derive(Serialize)]
#[serde(untagged)]
enum Audience {
    One(String),
    Many(Vec<String>),
}

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    if !ctx.tenant.policy.introspection {
        return Err(Error::NotOffered);
    }
    let (token, caller) = shown::token(ctx, request).await?;
    // IR-01, RFC 7662 §2.1: a name alone is no authorization.
    if !caller.authenticated {
        return Err(ClientFault::Method.into());
    }
    let told = match of_access(ctx, &caller, token.expose()).await? {
        Some(told) => Some(told),
        None => of_refresh(ctx, &caller, token.expose()).await?,
    };
    // IR-02, IR-04: whatever the reason, it is this and no more.
    wire::private_json(&told.unwrap_or_default())
}

async fn of_access(ctx: &Context, caller: &Caller, text: &str) -> Result<Option<Told>, Error> {
    let may =
        |claims: &Claims| policy::may_introspect(&caller.client, &claims.client, &claims.audiences);
    let Some(found) = guard::introspect(ctx, text, may).await? else { return Ok(None) };
    let claims = found.claims;
    let mut audiences: Vec<_> = claims.audiences.iter().map(ToString::to_string).collect();
    let audience = match audiences.len() {
        1 => audiences.pop().map(Audience::One),
        _ => Some(Audience::Many(audiences)),
    };
    Ok(Some(Told {
        aud: audience,
        iat: Some(claims.issued_at.as_secs()),
        jti: Some(claims.id),
        token_type: Some(if claims.sender_key.is_some() { "DPoP" } else { "Bearer" }),
        cnf: claims.sender_key.map(|key| Confirmation { jkt: key.print() }),
        ..Told::active(
            ctx,
            claims.client.as_str(),
            claims.subject.as_str(),
            claims.expires_at.as_secs(),
            claims.scope.as_str(),
        )
    }))
}

/// Nobody but its own client is told anything of a refresh token.
async fn of_refresh(ctx: &Context, caller: &Caller, text: &str) -> Result<Option<Told>, Error> {
    let Some(found) = grants::inspect(ctx, caller, text).await? else { return Ok(None) };
    let (subject, until) = (found.known_as.as_str(), found.expires_at.as_secs());
    let client = caller.client.id.as_str();
    Ok(Some(Told::active(ctx, client, subject, until, found.scope.as_str())))
}

impl Told {
    fn active(ctx: &Context, client: &str, subject: &str, until: u64, scope: &str) -> Self {
        let scope = (!scope.is_empty()).then(|| scope.to_owned());
        Self {
            active: true,
            iss: Some(ctx.issuer.to_string()),
            sub: Some(subject.to_owned()),
            exp: Some(until),
            client_id: Some(client.to_owned()),
            scope,
            ..Self::default()
        }
    }
}
