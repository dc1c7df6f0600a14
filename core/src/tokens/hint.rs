//! ID tokens that clients bring back (OpenID Connect Core §3.1.2.1, `id_token_hint`).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::signed::{OneOrMany, Signed};
use crate::context::Context;
use crate::error::Error;
use crate::types::{ClientId, Subject, TicketId};

/// What an ID token of ours says, however old it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hint {
    /// What the client calls the user.
    pub subject: Subject,
    /// To whom it was issued.
    pub client: ClientId,
    /// In which session (`sid`).
    pub session: Option<TicketId>,
}

#[derive(Deserialize)]
struct Payload {
    iss: String,
    sub: String,
    aud: OneOrMany,
    #[serde(default)]
    sid: Option<String>,
}

/// Reads a hint. Nothing for what is no ID token of this tenant (AZ-33, LG-18). That it expired does not
/// matter: it proves nothing but that it was issued once.
///
/// # Errors
/// When the keyring does not answer.
pub async fn read_hint(ctx: &Context, text: &str) -> Result<Option<Hint>, Error> {
    let Some(signed) = Signed::<Payload>::parse(text) else { return Ok(None) };
    let keys = ctx.ports.keyring.public(ctx.tenant_id(), ctx.now).await?;
    let ours = signed.is_by(&keys, &["JWT"]) && signed.payload.iss == ctx.issuer.as_str();
    Ok(ours.then(|| hint(&signed.payload)).flatten())
}

fn hint(payload: &Payload) -> Option<Hint> {
    let sid = payload.sid.as_ref().and_then(|text| URL_SAFE_NO_PAD.decode(text).ok());
    Some(Hint {
        subject: payload.sub.parse().ok()?,
        client: payload.aud.only()?.parse().ok()?,
        session: sid.and_then(|bytes| bytes.try_into().ok()).map(TicketId::from_bytes),
    })
}
