//! Loads, by wrk.

use std::process::Command;

use anyhow::{Context, bail};
use bench::{PKCE, SECRET};

use crate::server::Server;

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

/// Connections at once.
const CONNECTIONS: usize = 64;
/// Refresh tokens that one run may use up: those that are on their way when it ends are lost.
pub const SLICE: usize = 80;

/// Codes that one run may use up, of [`CODE_SECONDS`]. Not many more than are redeemed: clients redeem codes within
/// moments, so the rows that are asked for are new.
pub const CODES: usize = 60_000;
/// Seconds of a run that redeems codes.
pub const CODE_SECONDS: u64 = 1;

/// The server's CPU time of one request, in microseconds.
///
/// # Errors
/// When wrk cannot be run, or an answer was bad.
pub fn drive(server: &Server, load: Load, seconds: u64, round: usize) -> anyhow::Result<f64> {
    let (path, grant, tenants) = match load {
        Load::Bare => ("/bare/bench/token", "client_credentials", 0),
        Load::Ideal => ("/ideal/bench/token", "client_credentials", 0),
        Load::ClientCredentials => ("/oauth/bench/token", "client_credentials", 0),
        Load::RefreshToken => ("/oauth/bench/token", "refresh_token", 0),
        Load::Code => ("/oauth/bench/token", "authorization_code", 0),
        Load::AnyTenant(tenants) => ("", "client_credentials", tenants),
    };
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/lua/load.lua");
    if matches!(load, Load::Code) {
        server.issue_codes()?;
    }
    let before = server.cpu()?;
    let output = Command::new("taskset")
        .args(["-c", "1", "wrk", "-t1", &format!("-c{CONNECTIONS}"), &format!("-d{seconds}s")])
        .args(["-s", script, &server.origin])
        .env("TARGET_PATH", path)
        .env("GRANT", grant)
        .env("SECRET", if matches!(load, Load::Ideal) { SECRET } else { &server.secret })
        .env("TENANTS", tenants.to_string())
        .env("TOKENS", &server.tokens)
        .env("FIRST", (round * SLICE).to_string())
        .env("SLICE", SLICE.to_string())
        .env("CODES", &server.codes)
        .env("VERIFIER", PKCE.0)
        .output()
        .context("wrk cannot be run: install it and util-linux")?;
    let span = server.cpu()? - before;
    let text = String::from_utf8_lossy(&output.stdout);
    let result = text.lines().find_map(|line| line.strip_prefix("result "));
    let (requests, bad) = result.and_then(|line| line.split_once(' ')).with_context(|| {
        format!("wrk said nothing: {text}{}", String::from_utf8_lossy(&output.stderr))
    })?;
    let (requests, bad): (u64, u64) = (requests.parse()?, bad.trim().parse()?);
    if bad > 0 || requests == 0 {
        bail!("{load:?}: {bad} of {requests} requests were not answered well");
    }
    Ok(span as f64 / 1e3 / requests as f64)
}
