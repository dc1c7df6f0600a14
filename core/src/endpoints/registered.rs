//! `…/register/{client}` (RFC 7592): a client reads, changes and deletes itself.

use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use serde_json::{Map, Value};

use super::demand_at_most;
use super::register::offered;
use crate::client_metadata::{Document, shown};
use crate::context::Context;
use crate::error::{Error, MetadataFault};
use crate::guard::{self, Denial, Denied};
use crate::ports::EventKind;
use crate::registration::{self, Written};
use crate::types::{Client, ClientKind, ClientSecret, limits};
use crate::wire;

pub(super) async fn serve(
    ctx: &Context,
    request: &Request<Bytes>,
) -> Result<Response<Bytes>, Error> {
    offered(ctx)?;
    demand_at_most(request, limits::CLIENT_METADATA)?;
    let token = match guard::bearer_token(request.uri(), request.headers()) {
        Ok(token) => token,
        Err(denial) => return Ok(denied(ctx, denial)),
    };
    let id = request.uri().path().rsplit('/').next().unwrap_or_default();
    // RFC 7592 §2.1: also of a client that is no more (RG-12).
    let Some(client) = registration::recognise(ctx, id, token).await? else {
        return Ok(denied(ctx, Denial::Invalid));
    };
    ctx.asked_by(&client);
    match *request.method() {
        Method::PUT => change(ctx, request, &client, token).await,
        Method::DELETE => match registration::remove(ctx, &client).await? {
            true => Ok(wire::gone()),
            false => Err(Error::Contended),
        },
        // RG-15: its secret was shown once.
        _ => information(ctx, StatusCode::OK, &client, None, token),
    }
}

/// RFC 7592 §2.2
async fn change(
    ctx: &Context,
    request: &Request<Bytes>,
    client: &Client,
    token: &str,
) -> Result<Response<Bytes>, Error> {
    wire::demand_json(request.headers())?;
    let document = Document::parse(request.body())?;
    demand_itself(&document, client)?;
    let registration = offered(ctx)?;
    match registration::change(ctx, registration, client, &document, token).await? {
        Some(made) => written(ctx, StatusCode::OK, &made),
        None => Err(Error::Contended),
    }
}

/// RFC 7592 §2.2: it names itself, by the secret that it has if by any, and says nothing of what is decided
/// here.
fn demand_itself(document: &Document, client: &Client) -> Result<(), Error> {
    let wrong = |field, rule| Err(MetadataFault { field, rule }.into());
    if document.text("client_id")? != Some(client.id.as_str()) {
        return wrong("client_id", "is the client's own");
    }
    if let Some(text) = document.text("client_secret")? {
        let shown = ClientSecret::from(text);
        let own = match &client.kind {
            ClientKind::Public => false,
            ClientKind::Confidential { secrets, .. } => {
                secrets.iter().any(|hash| hash.matches(&shown))
            }
        };
        if !own {
            return wrong("client_secret", "is the client's own: another cannot be chosen");
        }
    }
    const OURS: [&str; 4] = [
        "registration_access_token",
        "registration_client_uri",
        "client_secret_expires_at",
        "client_id_issued_at",
    ];
    match OURS.into_iter().find(|field| document.has(field)) {
        Some(field) => wrong(field, "is left out"),
        None => Ok(()),
    }
}

/// What was written just now.
pub(super) fn written(
    ctx: &Context,
    status: StatusCode,
    made: &Written,
) -> Result<Response<Bytes>, Error> {
    information(ctx, status, &made.client, made.secret.as_ref(), made.token.expose())
}

/// RFC 7591 §3.2.1, RFC 7592 §3
fn information(
    ctx: &Context,
    status: StatusCode,
    client: &Client,
    secret: Option<&ClientSecret>,
    token: &str,
) -> Result<Response<Bytes>, Error> {
    let mut body: Map<String, Value> = shown(client);
    let mut put = |name: &str, value: Value| drop(body.insert(name.to_owned(), value));
    put("client_id", client.id.as_str().into());
    put("registration_access_token", token.into());
    put("registration_client_uri", format!("{}/register/{}", ctx.issuer, client.id).into());
    if let Some(own) = &client.registered {
        put("client_id_issued_at", own.at.as_secs().into());
    }
    if let Some(secret) = secret {
        put("client_secret", secret.expose().into());
        // It does not.
        put("client_secret_expires_at", 0.into());
    }
    wire::private_document(status, &body)
}

/// RFC 6750 §3, as RFC 7591 §3 and RFC 7592 §2 have it.
pub(super) fn denied(ctx: &Context, denial: Denial) -> Response<Bytes> {
    ctx.recorder().record(EventKind::Refused("registration_token"), None);
    Denied::new(denial, Some(ctx.issuer.as_str())).response()
}
