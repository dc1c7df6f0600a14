//! The provisioning file, from outside: what is said of mistakes, and what is applied.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod apply;
mod mistakes;
mod server;
mod sources;
mod surroundings;

use std::{ffi::OsString, path::PathBuf};

use grantry::{Provision, ProvisionErrors};

const SECRET: &str = "0b1c2d3e4f5061728394a5b6c7d8e9f0";
const OTHER_SECRET: &str = "f0e1d2c3b4a5968778695a4b3c2d1e0f";

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/provision")
}

fn environment(name: &str) -> Option<OsString> {
    match name {
        "GOOD_SECRET" | "BILLING_SECRET" => Some(SECRET.into()),
        "OTHER_SECRET" | "WEB_SECRET" => Some(OTHER_SECRET.into()),
        "GOOD_PASSWORD" | "ALICE_PASSWORD" => Some("wonderland".into()),
        "EMPTY" => Some("".into()),
        _ => None,
    }
}

fn parse(text: &str) -> Result<Provision, ProvisionErrors> {
    Provision::parse(text, folder().join("provision.toml"), environment)
}
