//! Arguments.

use std::{fs, path::PathBuf};

use anyhow::Context;
use demo::Place;
use grantry_fetch::Fetcher;
use ipnet::IpNet;

/// Notes over MCP, with Grantry mounted beside. Prints how to try it, and serves until Ctrl-C.
#[derive(Clone, Debug, clap::Parser)]
#[command(long_about = None)]
pub(crate) struct Args {
    /// Where it is, and its rows.
    #[command(flatten)]
    pub place: Place,
    /// Also take documents of clients from this machine, by the certificate authorities of this PEM
    /// file: for trying out a client before its document is on the web
    #[arg(long, value_name = "FILE", requires = "local_documents_port")]
    pub local_documents: Option<PathBuf>,
    /// The port that such documents come from
    #[arg(long, value_name = "PORT", requires = "local_documents")]
    pub local_documents_port: Option<u16>,
}

impl Args {
    /// What gets the documents of clients: from outside alone, unless the arguments say otherwise.
    ///
    /// # Errors
    /// When the certificates cannot be read, or none are there.
    pub fn fetcher(&self) -> anyhow::Result<Fetcher> {
        let (Some(file), Some(port)) = (&self.local_documents, self.local_documents_port) else {
            return Ok(Fetcher::open()?);
        };
        let pem =
            fs::read(file).with_context(|| format!("--local-documents {}", file.display()))?;
        let loopback = ["127.0.0.0/8", "::1/128"].map(str::parse::<IpNet>);
        let within = |builder: grantry_fetch::FetcherBuilder, net: Result<IpNet, _>| {
            anyhow::Ok(builder.allow(net?))
        };
        let builder = loopback.into_iter().try_fold(Fetcher::builder(), within)?;
        Ok(builder.port(port).trust(pem).build()?)
    }
}
