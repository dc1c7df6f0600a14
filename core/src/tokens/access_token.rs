//! Access tokens: JWTs by RFC 9068, signed by us with keys that stay parsed.

use std::{str, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use super::custom::with_claims;
use super::jws::sign;
use crate::context::Context;
use crate::error::Error;
use crate::ports::Signer;
use crate::types::{
    AccessToken, Audiences, ClaimSet, Client, Scope, SenderKey, TicketId, Timestamp,
};

/// What an access token says, beside what follows from the tenant and the moment.
#[derive(Clone, Copy, Debug)]
pub struct AccessTokenTerms<'a> {
    /// Of whom it speaks; the client's own id when it acts on its own behalf.
    pub subject: &'a str,
    /// Who may use it.
    pub client: &'a Client,
    /// Whom it is meant for.
    pub audience: &'a Audiences,
    /// What it is good for.
    pub scope: &'a Scope,
    /// The grant it comes from; none for a client on its own behalf.
    pub grant: Option<TicketId>,
    /// The key that whoever uses it must have (RFC 9449 §6.1); none for a bearer token.
    pub sender_key: Option<SenderKey>,
    /// What the host says beside.
    pub said: Option<&'a ClaimSet>,
    /// It counts as issued here at the earliest.
    pub begins_at: Timestamp,
    /// It ends here at the latest.
    pub ends_at: Timestamp,
}

/// RFC 9068 §2.2. The header is `typ`, `alg` and `kid` alone.
#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: Aud<'a>,
    exp: u64,
    iat: u64,
    jti: &'a str,
    client_id: &'a str,
    #[serde(skip_serializing_if = "str::is_empty")]
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    gid: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    cnf: Option<Confirmation>,
}

/// RFC 9449 §6.1
#[derive(Serialize)]
struct Confirmation {
    jkt: String,
}

/// RFC 7519 §4.1.3: one is a text, several are a list.
#[derive(Serialize)]
#[serde(untagged)]
enum Aud<'a> {
    One(&'a str),
    Many(Vec<&'a str>),
}

/// Room for 16 bytes in base64url.
#[derive(Default)]
struct Id([u8; 22]);

impl Id {
    fn write(&mut self, bytes: &[u8; 16]) -> Result<&str, Error> {
        let written = URL_SAFE_NO_PAD.encode_slice(bytes, &mut self.0).ok();
        written.and_then(|_| str::from_utf8(&self.0).ok()).ok_or(Error::Internal)
    }
}

/// Signs an access token. Returns it with the time it is valid for.
///
/// # Errors
/// When there is no chance to be had or the key cannot be reached.
pub async fn mint(
    ctx: &Context,
    signer: &dyn Signer,
    terms: AccessTokenTerms<'_>,
) -> Result<(AccessToken, Duration), Error> {
    let policy = &ctx.tenant.policy;
    let end = ctx.now.plus(policy.access_token_lifetime_for(terms.audience)).min(terms.ends_at);
    let (mut jti, mut gid) = (Id::default(), Id::default());
    let gid = terms.grant.map(|id| gid.write(id.as_bytes())).transpose()?;
    let payload = Payload {
        iss: ctx.issuer.as_str(),
        sub: terms.subject,
        aud: match terms.audience.only() {
            Some(one) => Aud::One(one),
            None => Aud::Many(terms.audience.iter().collect()),
        },
        exp: end.as_secs(),
        iat: ctx.now.max(terms.begins_at).as_secs(),
        jti: jti.write(&ctx.ports.entropy.bytes()?)?,
        client_id: terms.client.id.as_str(),
        scope: terms.scope.as_str(),
        gid,
        cnf: terms.sender_key.map(|key| Confirmation { jkt: key.print() }),
    };
    let text = sign(signer, "at+jwt", &with_claims(&payload, terms.said)?).await?;
    Ok((
        AccessToken::new(text),
        Duration::from_secs(end.as_secs().saturating_sub(ctx.now.as_secs())),
    ))
}
