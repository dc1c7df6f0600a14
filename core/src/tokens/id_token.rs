//! ID tokens (OpenID Connect Core §2).

use aws_lc_rs::digest::{Algorithm, SHA256, SHA512, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;
use serde_json::{Map, Value};

use super::custom::{About, Said, asked_of, with_claims};
use super::jws::sign;
use super::user_claims::asked_claims;
use crate::context::Context;
use crate::error::Error;
use crate::ports::Signer;
use crate::types::{AccessToken, Authorized, ClaimSet, IdToken, SigningAlg, Subject};

/// What an ID token says.
#[derive(Clone, Copy, Debug)]
pub struct IdTokenTerms<'a> {
    /// To whom, of whom, and for which scope.
    pub about: About<'a>,
    /// What the client calls the user.
    pub known_as: &'a Subject,
    /// When and how the user signed in.
    pub authorized: &'a Authorized,
    /// Whether this answers the request itself, and not a refresh, which is to have no nonce (§12.2).
    pub first: bool,
    /// What the host says beside, and what the directory knows.
    pub said: &'a Said,
    /// The access token that it goes along with.
    pub access_token: &'a AccessToken,
}

#[derive(Serialize)]
struct Payload<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'a str,
    exp: u64,
    iat: u64,
    auth_time: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    nonce: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    acr: Option<&'a str>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    amr: &'a [Box<str>],
    azp: &'a str,
    at_hash: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    sid: Option<String>,
}

/// Makes an ID token.
///
/// # Errors
/// When the signer does not answer.
pub async fn mint_id_token(
    ctx: &Context,
    signer: &dyn Signer,
    terms: IdTokenTerms<'_>,
) -> Result<IdToken, Error> {
    let IdTokenTerms { about, authorized, .. } = terms;
    let end = ctx.now.plus(ctx.tenant.policy.browser.id_token_lifetime);
    let payload = Payload {
        iss: ctx.issuer.as_str(),
        sub: terms.known_as.as_str(),
        aud: about.client.id.as_str(),
        exp: end.as_secs(),
        iat: ctx.now.as_secs(),
        auth_time: authorized.proof.at.as_secs(),
        nonce: authorized.nonce.as_deref().filter(|_| terms.first),
        acr: authorized.proof.class.as_deref(),
        amr: &authorized.proof.methods,
        azp: about.client.id.as_str(),
        at_hash: half_hash(signer.alg(), terms.access_token.expose()),
        sid: authorized.session.map(|id| URL_SAFE_NO_PAD.encode(id.as_bytes())),
    };
    let mut claims = Map::new();
    // Core §5.4: what the scope asks for is told by userinfo; here is what the client asks for by name.
    if let (Some(asked), Some(known)) = (asked_of(authorized), &terms.said.known) {
        claims.extend(asked_claims(known, &asked.id_token, about.client));
    }
    claims.extend(terms.said.id_token.iter().flat_map(|said| said.iter()).map(own));
    let claims = ClaimSet::try_from(claims).map_err(|_| Error::Internal)?;
    let payload = with_claims(&payload, Some(&claims))?;
    Ok(IdToken::new(sign(signer, "JWT", &payload).await?))
}

fn own((name, value): (&str, &Value)) -> (String, Value) {
    (name.to_owned(), value.clone())
}

/// OpenID Connect Core §3.1.3.6: the left half of the hash that the algorithm signs by; of Ed25519
/// that is SHA-512.
fn half_hash(alg: SigningAlg, token: &str) -> String {
    let by: &'static Algorithm = match alg {
        SigningAlg::Es256 | SigningAlg::Rs256 => &SHA256,
        SigningAlg::EdDsa => &SHA512,
    };
    let hash = digest(by, token.as_bytes());
    URL_SAFE_NO_PAD.encode(&hash.as_ref()[..hash.as_ref().len() / 2])
}
