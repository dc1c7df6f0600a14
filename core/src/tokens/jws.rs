//! JWTs, put together by us (RFC 7515 §7.1).

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::error::Error;
use crate::ports::Signer;

/// As long as most tokens are.
const USUAL: usize = 768;

/// Signs a payload as a token of that type.
pub(super) async fn sign(signer: &dyn Signer, typ: &str, payload: &[u8]) -> Result<String, Error> {
    let mut text = String::with_capacity(USUAL.max(payload.len() * 2));
    let (alg, kid) = (signer.alg().as_str(), signer.key_id());
    let header = [r#"{"typ":""#, typ, r#"","alg":""#, alg, r#"","kid":""#, kid, r#""}"#];
    URL_SAFE_NO_PAD.encode_string(header.concat(), &mut text);
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(payload, &mut text);
    let signature = signer.sign(text.as_bytes()).await?;
    text.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut text);
    Ok(text)
}
