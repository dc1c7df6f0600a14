//! Access tokens of the floor.

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Serialize;

use super::Tenant;

#[derive(Serialize)]
struct Claims<'a> {
    iss: &'a str,
    sub: &'a str,
    aud: &'static str,
    exp: u64,
    iat: u64,
    jti: &'a str,
    client_id: &'a str,
    scope: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    gid: Option<&'a str>,
}

pub(super) fn header(kid: &str) -> String {
    let header = format!(r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"{kid}"}}"#);
    format!("{}.", URL_SAFE_NO_PAD.encode(header))
}

pub(super) fn mint(
    tenant: &Tenant,
    sub: &str,
    client_id: &str,
    scope: &str,
    row: Option<&[u8; 16]>,
) -> Option<String> {
    #[expect(clippy::disallowed_methods, reason = "a floor has no clock to lend")]
    let now = SystemTime::now().duration_since(UNIX_EPOCH).ok()?.as_secs();
    let mut chance = [0; 16];
    rand::fill(&mut chance).ok()?;
    let (jti, gid) = (URL_SAFE_NO_PAD.encode(chance), row.map(|id| URL_SAFE_NO_PAD.encode(id)));
    let claims = Claims {
        iss: &tenant.issuer,
        sub,
        aud: "https://api.example.com",
        exp: now + 3600,
        iat: now,
        jti: &jti,
        client_id,
        scope,
        gid: gid.as_deref(),
    };
    let mut token = String::with_capacity(768);
    token.push_str(&tenant.header);
    URL_SAFE_NO_PAD.encode_string(serde_json::to_vec(&claims).ok()?, &mut token);
    let signature = tenant.key.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature.as_ref(), &mut token);
    Some(token)
}
