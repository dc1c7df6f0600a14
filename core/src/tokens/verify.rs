//! Verification of access tokens. What a token says of keys beside `kid` is not read.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::signed::{OneOrMany, Signed, there};
use crate::ports::VerifyingKey;
use crate::types::{
    Audience, ClientId, Issuer, JwtId, JwtIdUse, Scope, SenderKey, Subject, TicketId, Timestamp,
    limits,
};

/// An access token that was taken apart and not yet verified; nothing in it is believed.
pub type Untrusted<'a> = Signed<'a, Payload>;

/// What a verified access token says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Claims {
    /// Of whom it speaks.
    pub subject: Subject,
    /// Who may use it.
    pub client: ClientId,
    /// What it is good for.
    pub scope: Scope,
    /// Whom it is meant for.
    pub audiences: Box<[Audience]>,
    /// The grant it comes from; none for a client on its own behalf.
    pub grant: Option<TicketId>,
    /// What tells it from every other token (`jti`).
    pub id: Box<str>,
    /// The key that whoever uses it must have (RFC 9449 §6.1); none for a bearer token.
    pub sender_key: Option<SenderKey>,
    /// When it was issued.
    pub issued_at: Timestamp,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl Claims {
    /// The id that is remembered where the token is revoked and has no grant that could end.
    pub fn revoked_as(&self) -> JwtId {
        JwtId::of(JwtIdUse::Revoked, self.client.as_str(), &self.id)
    }
}

/// Ill-typed is not the same as absent: a wrong type fails to parse (CA-10).
#[derive(Deserialize)]
pub struct Payload {
    iss: String,
    sub: String,
    aud: OneOrMany,
    exp: u64,
    iat: u64,
    jti: Box<str>,
    #[serde(default, deserialize_with = "there")]
    nbf: Option<u64>,
    client_id: String,
    #[serde(default)]
    scope: String,
    #[serde(default, deserialize_with = "there")]
    gid: Option<String>,
    /// What it is bound to; what we do not know of that makes it no token.
    #[serde(default, deserialize_with = "there")]
    cnf: Option<Confirmation>,
}

/// RFC 7800 §3.1, RFC 9449 §6.1. A way that is not understood must not be passed over.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Confirmation {
    jkt: String,
}

impl Untrusted<'_> {
    /// Who it says issued it.
    pub fn issuer(&self) -> &str {
        &self.payload.iss
    }

    /// By which key it says that it is signed.
    pub fn key_id(&self) -> Option<&str> {
        self.kid()
    }
}

/// Verifies an access token: RFC 9068 §4, RFC 8725. Where no audience is given, any will do: the token is
/// shown to its own issuer.
pub fn verify(
    token: &Untrusted<'_>,
    keys: &[Arc<VerifyingKey>],
    issuer: &Issuer,
    audience: Option<&Audience>,
    now: Timestamp,
) -> Option<Claims> {
    // RFC 9068 §4: "verify that the typ header value is at+jwt or application/at+jwt"
    if !token.is_by(keys, &["at+jwt", "application/at+jwt"]) {
        return None;
    }
    let payload = &token.payload;
    let (issued_at, expires_at) =
        (Timestamp::from_secs(payload.iat), Timestamp::from_secs(payload.exp));
    let begins = payload.nbf.map_or(issued_at, Timestamp::from_secs);
    // The same clock issued it, give or take that of another node.
    let current = now < expires_at && begins <= now.plus(limits::LEEWAY);
    if payload.iss != issuer.as_str()
        || audience.is_some_and(|audience| !payload.aud.names(audience))
        || !current
    {
        return None;
    }
    Some(Claims {
        subject: payload.sub.parse().ok()?,
        client: payload.client_id.parse().ok()?,
        scope: payload.scope.parse().ok()?,
        audiences: payload.aud.all().map(str::parse).collect::<Result<_, _>>().ok()?,
        grant: payload.gid.as_deref().map(grant).transpose().ok()?,
        id: payload.jti.clone(),
        sender_key: payload.cnf.as_ref().map(|cnf| cnf.jkt.parse()).transpose().ok()?,
        issued_at,
        expires_at,
    })
}

fn grant(text: &str) -> Result<TicketId, ()> {
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(drop)?;
    bytes.try_into().map(TicketId::from_bytes).map_err(drop)
}
