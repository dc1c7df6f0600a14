//! The MCP example, and clients of the people who make the protocol.

use std::{
    ffi::OsStr,
    net::{Ipv4Addr, TcpListener},
    path::Path,
    process::Command,
};

use crate::{app::App, clients, command, shelf, tools};

/// The package of the example.
pub const EXAMPLE: &str = "example-mcp";

/// Starts the example, and runs a program against it that may serve the document of a client.
///
/// # Errors
/// When a certificate cannot be made, or the program fails.
pub fn check(example: &Path, program: &mut Command) -> anyhow::Result<()> {
    tools::debian("openssl", "openssl")?;
    let folder = shelf::folder("documents")?;
    let (cert, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    certify(&cert, &key)?;
    // Free now, and nobody else is told of it.
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?.port().to_string();
    let args: [&OsStr; 4] = [
        "--local-documents".as_ref(),
        cert.as_os_str(),
        "--local-documents-port".as_ref(),
        port.as_ref(),
    ];
    let app = App::start(example, &args, &[("RUST_LOG", "error")])?;
    program.env("DOCUMENTS_PORT", &port).env("DOCUMENTS_CERT", &cert).env("DOCUMENTS_KEY", &key);
    clients::run(program, &format!("{}/oauth/notes", app.origin()))?;
    app.stop()
}

/// A certificate for this machine, good for a day.
fn certify(cert: &Path, key: &Path) -> anyhow::Result<()> {
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256"]);
    openssl.args(["-nodes", "-days", "1", "-subj", "/CN=localhost"]);
    openssl.args(["-addext", "subjectAltName=DNS:localhost"]);
    // It is believed by itself, and speaks for nobody else.
    openssl.args(["-addext", "basicConstraints=critical,CA:FALSE"]);
    openssl.arg("-keyout").arg(key).arg("-out").arg(cert);
    command::run(&mut openssl)
}
