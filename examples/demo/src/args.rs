//! Arguments.

use std::{io, net::SocketAddr, path::PathBuf};

use clap::Parser;
use grantry::Server;

use crate::{Demo, Page, config};

/// A small shop with Grantry mounted in it, and demo tenants. Prints their credentials and curl
/// lines to try them with, and serves until Ctrl-C.
#[derive(Clone, Debug, Parser)]
#[command(long_about = None)]
#[non_exhaustive]
pub struct Args {
    /// Where it is, and its rows.
    #[command(flatten)]
    pub place: Place,
    /// Serve the tenants of this provisioning file instead, such as examples/provision.toml
    #[arg(long, value_name = "FILE")]
    pub config: Option<PathBuf>,
}

/// Where an example is, and its rows.
#[derive(Clone, Debug, clap::Args)]
#[non_exhaustive]
pub struct Place {
    /// Where to listen, for this machine alone, since it is plain http; port 0 takes a free one
    #[arg(long, value_name = "ADDR", default_value = "127.0.0.1:8080", value_parser = loopback)]
    pub listen: SocketAddr,
    /// Keep everything in this SQLite file, and the key that private keys are sealed under in one
    /// beside it; `memory` keeps nothing
    #[arg(long, value_name = "FILE", default_value = "grantry.db")]
    pub database: PathBuf,
}

impl Args {
    /// The arguments of this process. Ends it after `--help`, and where they are wrong.
    pub fn read() -> Self {
        Self::parse()
    }

    /// Creates the tenants that are served, and prints what they are and what to try.
    ///
    /// # Errors
    /// When the file of `--config` holds mistakes, with all of them; when the server's stores do
    /// not answer; when nothing can be printed.
    pub async fn furnish(&self, server: &Server) -> anyhow::Result<()> {
        let page = match &self.config {
            Some(file) => config::create(server, file, &self.place.to_string()).await?,
            None => Page::of(&Demo::create(server).await?, &self.place.to_string()),
        };
        Ok(page.print(&mut io::stdout())?)
    }
}

/// The issuer is made of the address, and no issuer that others can reach may be plain http.
fn loopback(text: &str) -> Result<SocketAddr, String> {
    match text.parse::<SocketAddr>() {
        Ok(address) if address.ip().is_loopback() => Ok(address),
        Ok(_) => Err("others can reach this address: use 127.0.0.1 or [::1]".to_owned()),
        Err(_) => Err("an address is an IP address and a port, such as 127.0.0.1:8080".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_addresses_are_listened_on() {
        for good in ["127.0.0.1:0", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(loopback(good).is_ok(), "{good}");
        }
        for bad in ["0.0.0.0:8080", "10.0.0.1:80", "[::]:80", "127.0.0.1", "localhost:80", ""] {
            assert!(loopback(bad).is_err(), "{bad}");
        }
    }
}
