//! Loads: what is asked for, and what an answer costs.

use std::time::Duration;

use anyhow::ensure;
use bench::{Chance, PKCE, SECRET};

use crate::{
    client::{Client, Requests},
    server::Server,
};

/// What is asked for.
#[derive(Clone, Copy, Debug)]
pub enum Load {
    /// A route that reads the form and answers a fixed text.
    Bare,
    /// What client credentials cannot do without.
    Ideal,
    ClientCredentials,
    /// Each one rotates.
    RefreshToken,
    /// The redemption of codes with PKCE; on axum alone.
    Code,
    /// Client credentials of one of so many tenants, another each time.
    AnyTenant(usize),
}

/// Codes that there are at once, an eighth of a second's. Clients redeem codes within moments, so the rows that are
/// asked for are new.
pub const CODES: usize = 4_000;
/// How often there are new ones in one run.
const BATCHES: usize = 4;

/// The server's CPU time of one request, in microseconds.
///
/// # Errors
/// When an answer was bad.
pub fn drive(server: &Server, load: Load, span: Duration, round: usize) -> anyhow::Result<f64> {
    let batches = if let Load::Code = load { BATCHES } else { 1 };
    let (mut used, mut answers) = (0, 0);
    for _ in 0..batches {
        let mut source = Source::of(server, load, round)?;
        let mut client = Client::connect(server.at()?)?;
        // What a connection costs is not what a request costs.
        client.ask(&mut source, Duration::ZERO)?;
        let before = server.cpu()?;
        answers += client.ask(&mut source, span)?;
        used += server.cpu_since(&before)?;
        if let Source::Refresh { tokens, .. } = source {
            server.tokens.replace(tokens);
        }
    }
    ensure!(answers > 0, "{load:?}: no answers");
    Ok(used as f64 / 1e3 / answers as f64)
}

/// Requests of one kind.
enum Source {
    Same(Vec<u8>),
    /// What comes back is used again.
    Refresh {
        form: String,
        tokens: Vec<String>,
    },
    Codes {
        form: String,
        codes: Vec<String>,
    },
    Tenants {
        form: String,
        count: usize,
        chance: Chance,
    },
}

impl Source {
    fn of(server: &Server, load: Load, round: usize) -> anyhow::Result<Self> {
        let form = |grant: &str, client: &str, secret: &str| {
            format!("grant_type={grant}&client_id={client}&client_secret={secret}")
        };
        let own = form("client_credentials", "backend", &server.secret) + "&scope=read";
        Ok(match load {
            Load::Bare => Self::Same(post("/bare/bench/token", &own)),
            Load::Ideal => {
                let own = form("client_credentials", "backend", SECRET) + "&scope=read";
                Self::Same(post("/ideal/bench/token", &own))
            }
            Load::ClientCredentials => Self::Same(post(TOKEN, &own)),
            Load::RefreshToken => {
                let form = form("refresh_token", "backend", &server.secret) + "&scope=read";
                Self::Refresh { form, tokens: server.tokens.take() }
            }
            Load::Code => {
                let codes = server.codes()?.lines().map(str::to_owned).collect();
                let form = form("authorization_code", "web", &server.secret)
                    + "&redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb&code_verifier="
                    + PKCE.0;
                Self::Codes { form, codes }
            }
            Load::AnyTenant(count) => {
                Self::Tenants { form: own, count, chance: Chance::new(round as u64) }
            }
        })
    }
}

const TOKEN: &str = "/oauth/bench/token";

fn post(path: &str, body: &str) -> Vec<u8> {
    let length = body.len();
    format!(
        "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n\
         Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {length}\r\n\r\n{body}"
    )
    .into_bytes()
}

impl Requests for Source {
    fn next(&mut self) -> Option<Vec<u8>> {
        match self {
            Self::Same(one) => Some(one.clone()),
            Self::Refresh { form, tokens } => {
                Some(post(TOKEN, &format!("{form}&refresh_token={}", tokens.pop()?)))
            }
            Self::Codes { form, codes } => {
                Some(post(TOKEN, &format!("{form}&code={}", codes.pop()?)))
            }
            Self::Tenants { form, count, chance } => {
                let n = 1 + chance.draw() % *count as u64;
                Some(post(&format!("/oauth/t{n}/token"), form))
            }
        }
    }

    fn answered(&mut self, body: &[u8]) {
        let Self::Refresh { tokens, .. } = self else { return };
        let text = String::from_utf8_lossy(body);
        let token = text.split("\"refresh_token\":\"").nth(1);
        tokens.extend(token.and_then(|rest| rest.split('"').next()).map(str::to_owned));
    }
}
