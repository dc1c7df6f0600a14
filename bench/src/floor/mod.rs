//! Floors: what a grant cannot do without, written as directly as it can be. No tenants of their own,
//! no policy, no checks beyond the one comparison that makes it a grant.

mod grants;
mod jwt;

use std::collections::HashMap;

use anyhow::Context;
use aws_lc_rs::{digest, hmac, signature::Ed25519KeyPair};
use dashmap::DashMap;
use serde::{Deserialize, Serialize};

/// The secret of the floor's only client.
pub const SECRET: &str = "gcs_0123456789abcdef0123456789abcdef0123456789a";

/// A server that is right about one client of one tenant and knows nothing else.
#[derive(Debug)]
pub struct Floor {
    tenants: DashMap<String, Tenant>,
    rows: DashMap<[u8; 16], Row>,
    seal: hmac::Key,
}

#[derive(Debug)]
struct Tenant {
    issuer: String,
    /// `header.` in base64url: it is the same in every token.
    header: String,
    key: Ed25519KeyPair,
    clients: HashMap<String, [u8; 32]>,
}

#[derive(Debug)]
struct Row {
    generation: u32,
    subject: String,
    client: String,
    scope: String,
    /// What the code is bound to.
    binding: Vec<u8>,
}

#[derive(Debug, Deserialize)]
struct Form {
    #[serde(default)]
    grant_type: String,
    client_id: Option<String>,
    client_secret: Option<String>,
    scope: Option<String>,
    code: Option<String>,
    redirect_uri: Option<String>,
    code_challenge: Option<String>,
    code_verifier: Option<String>,
    refresh_token: Option<String>,
    username: Option<String>,
    password: Option<String>,
}

#[derive(Serialize)]
struct Reply<'a> {
    access_token: &'a str,
    token_type: &'static str,
    expires_in: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    refresh_token: Option<&'a str>,
    scope: &'a str,
}

#[derive(Serialize)]
struct Code<'a> {
    code: &'a str,
}

impl Floor {
    /// One tenant, `bench`, and two clients, `backend` and `web`, with the secret [`SECRET`].
    ///
    /// # Errors
    /// When no key can be made.
    pub fn new() -> anyhow::Result<Self> {
        let hash = digest::digest(&digest::SHA256, SECRET.as_bytes());
        let tenant = Tenant {
            issuer: "https://id.example.com/oauth/bench".to_owned(),
            header: jwt::header("floor-0123456789abcdef0123456789abcdef01234"),
            key: Ed25519KeyPair::generate().ok().context("a key")?,
            clients: ["backend", "web"]
                .into_iter()
                .map(|id| Ok((id.to_owned(), hash.as_ref().try_into()?)))
                .collect::<anyhow::Result<_>>()?,
        };
        let (tenants, rows) = (DashMap::new(), DashMap::new());
        tenants.insert("bench".to_owned(), tenant);
        Ok(Self { tenants, rows, seal: hmac::Key::new(hmac::HMAC_SHA256, &[7; 32]) })
    }

    /// The signature alone, of a message as long as that of an access token.
    ///
    /// # Panics
    /// Never: the tenant is there.
    pub fn signature(&self) -> usize {
        let tenant = self.tenants.get("bench").expect("the tenant that new() made");
        tenant.key.sign(&[b'x'; 460]).as_ref().len()
    }

    /// The answer of a framework's bare route: the form is read and a fixed text of the usual size
    /// answered.
    pub fn bare(body: &[u8]) -> Option<Vec<u8>> {
        let form: Form = serde_urlencoded::from_bytes(body).ok()?;
        let scope = form.scope.as_deref().unwrap_or("read");
        let reply = Reply {
            access_token: FIXED,
            token_type: "Bearer",
            expires_in: 3600,
            refresh_token: form.refresh_token.as_deref(),
            scope,
        };
        serde_json::to_vec(&reply).ok()
    }
}

/// As long as an access token by EdDSA of this server is.
const FIXED: &str = concat!(
    "eyJ0eXAiOiJhdCtqd3QiLCJhbGciOiJFZERTQSIsImtpZCI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDU2Nzg5YWJjZGVmMDEyMzQ1Njc4OWEifQ.",
    "eyJpc3MiOiJodHRwczovL2lkLmV4YW1wbGUuY29tL29hdXRoL2JlbmNoIiwic3ViIjoiYmFja2VuZCIsImF1ZCI6Imh0dHBzOi8vYXBpLmV4YW1",
    "wbGUuY29tIiwiZXhwIjoxODAwMDAzNjAwLCJpYXQiOjE4MDAwMDAwMDAsImp0aSI6IjAxMjM0NTY3ODlhYmNkZWYwMTIzNDUiLCJjbGllbnRfaW",
    "QiOiJiYWNrZW5kIiwic2NvcGUiOiJyZWFkIn0.",
    "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
);
