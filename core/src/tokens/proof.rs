//! Proofs that whoever sends a request has a key (RFC 9449).

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use serde::Deserialize;

use super::signed::{Signed, there};
use crate::error::{Error, ProofFault};
use crate::ports::Seen;
use crate::types::{
    AssertionAlg, ClientKey, JwtId, JwtIdUse, Members, RequestUrl, Sender, TenantId, Timestamp,
    limits,
};

/// A proof that holds a public key by which it is signed. What it says has not been looked at.
pub struct Proof<'a> {
    jws: Signed<'a, Payload>,
    key: ClientKey,
}

/// RFC 9449 §4.2. Ill-typed is not the same as absent: a wrong type fails to parse.
#[derive(Deserialize)]
struct Payload {
    htm: String,
    htu: String,
    iat: u64,
    jti: String,
    #[serde(default, deserialize_with = "there")]
    ath: Option<String>,
    #[serde(default, deserialize_with = "there")]
    nonce: Option<String>,
}

/// What a proof is shown with, and has to speak of.
#[derive(Clone, Copy, Debug)]
pub struct ShownFor<'a> {
    /// The method of the request.
    pub method: &'a str,
    /// Its URL, as its server is known.
    pub url: &'a RequestUrl,
    /// The access token that comes with it, at a resource.
    pub access_token: Option<&'a str>,
}

impl<'a> Proof<'a> {
    /// Takes a proof apart and checks its signature: RFC 9449 §4.3 items 2 to 7.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(text: &'a str) -> Result<Self, ProofFault> {
        let fits = text.len() <= limits::PROOF;
        let jws = fits.then(|| Signed::<Payload>::parse(text)).flatten();
        let jws = jws.ok_or(ProofFault::Malformed)?;
        // A media type is compared without regard to case, and may be whole (RFC 7515 §4.1.9).
        let typ = jws.typ().is_some_and(|typ| {
            ["dpop+jwt", "application/dpop+jwt"].iter().any(|own| own.eq_ignore_ascii_case(typ))
        });
        if !typ || jws.is_critical() {
            return Err(ProofFault::Type);
        }
        AssertionAlg::named(jws.alg()).ok_or(ProofFault::Algorithm)?;
        let Members(jwk) = jws.own_key().ok_or(ProofFault::Key)?;
        let key = ClientKey::of_proof(jwk, jws.alg()).ok_or(ProofFault::Key)?;
        match key.verifies(jws.signed(), jws.signature()) {
            true => Ok(Self { jws, key }),
            false => Err(ProofFault::Signature),
        }
    }

    /// Whether it was made for this request and now: items 8, 9, 11 and 12, all but whether it was shown
    /// before.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn verify(&self, shown: ShownFor<'_>, now: Timestamp) -> Result<Sender, ProofFault> {
        let Payload { htm, htu, iat, jti, ath, .. } = &self.jws.payload;
        if htm != shown.method {
            return Err(ProofFault::Method);
        }
        if htu.parse().as_ref() != Ok(shown.url) {
            return Err(ProofFault::Url);
        }
        let made_at = Timestamp::from_secs(*iat);
        let until = made_at.plus(limits::PROOF_WINDOW);
        if made_at >= now.plus(limits::PROOF_WINDOW) || until <= now {
            return Err(ProofFault::Time);
        }
        if !(1..=limits::JWT_ID).contains(&jti.len()) {
            return Err(ProofFault::Id);
        }
        if shown.access_token.is_some_and(|token| ath.as_ref() != Some(&hash(token))) {
            return Err(ProofFault::Token);
        }
        let key = self.key.thumbprint();
        // §11.1: "in the context of the target URI"
        let owner = format!("{} {}", key.print(), shown.url.as_str());
        Ok(Sender { key, proof: JwtId::of(JwtIdUse::Proof, &owner, jti), made_at, until })
    }

    /// The nonce that it holds (§8).
    pub fn nonce(&self) -> Option<&str> {
        self.jws.payload.nonce.as_deref()
    }
}

/// Uses a proof up (§11.1). Last of all, so that nobody takes up room who has nothing but a key of their own.
///
/// # Errors
/// [`ProofFault::Replayed`] for one that was used before, or may have been, in a process that forgot it; when
/// the store does not answer.
pub async fn spend(
    seen: &Seen,
    tenant: &TenantId,
    sender: &Sender,
    now: Timestamp,
) -> Result<(), Error> {
    if sender.made_at >= seen.since()
        && seen.remember(tenant, sender.proof, sender.until, now).await?
    {
        return Ok(());
    }
    Err(ProofFault::Replayed.into())
}

/// §4.2, `ath`
fn hash(access_token: &str) -> String {
    URL_SAFE_NO_PAD.encode(digest(&SHA256, access_token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
    use proptest::{prelude::*, sample::Index};
    use serde_json::json;

    use super::*;

    const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);
    const URL: &str = "https://id.example.com/oauth/acme/token";

    fn key() -> Ed25519KeyPair {
        Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
    }

    fn header() -> String {
        let x = URL_SAFE_NO_PAD.encode(key().public_key());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
        json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk }).to_string()
    }

    fn sign(header: &str, payload: &str) -> String {
        let part = |text: &str| URL_SAFE_NO_PAD.encode(text);
        let signed = format!("{}.{}", part(header), part(payload));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(key().sign(signed.as_bytes())))
    }

    fn read(text: &str, token: Option<&str>) -> Result<Sender, ProofFault> {
        let url = URL.parse().unwrap();
        Proof::parse(text)?.verify(ShownFor { method: "POST", url: &url, access_token: token }, NOW)
    }

    #[test]
    fn the_key_is_known_by_its_thumbprint() {
        // RFC 8037 appendix A.3, RFC 9449 §6.1
        let of = |jwk: &str| {
            let Members(jwk) = serde_json::from_str(jwk).unwrap();
            let alg = if jwk["kty"] == "EC" { "ES256" } else { "EdDSA" };
            ClientKey::of_proof(jwk, alg).unwrap().thumbprint().print()
        };
        let ed =
            r#"{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}"#;
        assert_eq!(of(ed), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let ec = r#"{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}"#;
        assert_eq!(of(ec), "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I");
    }

    proptest! {
        #[test]
        fn a_proof_is_read_as_it_was_signed_and_no_bit_of_it_is_another(
            iat in -59..60i64, jti in "[ -~]{1,128}", token in option_of_token(), at: Index, bit in 0..8u8,
        ) {
            let mut said = json!({ "htm": "POST", "htu": URL, "iat": 1_800_000_000 + iat, "jti": jti });
            if let Some(token) = &token {
                said["ath"] = hash(token).into();
            }
            let proof = sign(&header(), &said.to_string());
            let sender = read(&proof, token.as_deref());
            prop_assert!(sender.is_ok(), "{:?}", sender);
            let mut bytes = proof.clone().into_bytes();
            let at = at.index(bytes.len());
            bytes[at] ^= 1 << bit;
            if let Ok(changed) = String::from_utf8(bytes) {
                prop_assert!(read(&changed, token.as_deref()).is_err(), "{}", changed);
            }
        }

        #[test]
        fn no_text_is_a_proof(text in "\\PC*|[a-zA-Z0-9_.-]{0,99}") {
            prop_assert!(read(&text, None).is_err());
            prop_assert!(read(&sign(&header(), &text), None).is_err());
            let headless = sign(&text, &json!({ "htm": "POST" }).to_string());
            prop_assert!(read(&headless, None).is_err());
        }
    }

    fn option_of_token() -> impl Strategy<Value = Option<String>> {
        proptest::option::of("[a-zA-Z0-9._-]{1,40}")
    }
}
