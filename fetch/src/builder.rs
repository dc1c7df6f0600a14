//! What a fetcher may be told.

use std::{collections::BTreeSet, error::Error, sync::Arc};

use ipnet::IpNet;

use crate::{Fetcher, Resolve, SystemResolver, places::Places, resolve::Checked, roots};

/// A fetcher that is not made yet: goes outside alone, to port 443.
#[derive(Debug)]
#[must_use = "nothing is made before .build()"]
pub struct FetcherBuilder {
    places: Places,
    ports: BTreeSet<u16>,
    pems: Vec<Vec<u8>>,
    resolver: Arc<dyn Resolve>,
}

/// Why there is no fetcher.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum BuildError {
    /// The system knows no certificate authorities, and none was named.
    #[error(
        "the system has no certificate authorities: install them (Debian: ca-certificates), or \
         name one by FetcherBuilder::trust"
    )]
    NoCertificates,
    /// A text that holds no certificates.
    #[error("FetcherBuilder::trust takes certificates in PEM, and this text holds none")]
    Certificate,
    /// No connections can be made.
    #[error("no client can be made")]
    Client(#[source] Box<dyn Error + Send + Sync>),
}

impl Default for FetcherBuilder {
    fn default() -> Self {
        let (ports, resolver) = ([443].into(), Arc::new(SystemResolver));
        Self { places: Places::default(), ports, pems: Vec::new(), resolver }
    }
}

impl FetcherBuilder {
    /// Connections may also go to these addresses, although they are inside: an issuer in the same network.
    pub fn allow(mut self, addresses: IpNet) -> Self {
        self.places.allowed.push(addresses);
        self
    }

    /// No connection goes to these, whatever else is said: the addresses by which this machine is reached
    /// from outside.
    pub fn deny(mut self, addresses: IpNet) -> Self {
        self.places.denied.push(addresses);
        self
    }

    /// Another port than 443 may be named.
    pub fn port(mut self, port: u16) -> Self {
        self.ports.insert(port);
        self
    }

    /// Believes these certificate authorities, in PEM, beside those of the system.
    pub fn trust(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.pems.push(pem.into());
        self
    }

    /// Finds addresses by this. What it finds is checked all the same.
    pub fn resolver(mut self, resolver: impl Resolve) -> Self {
        self.resolver = Arc::new(resolver);
        self
    }

    /// Makes the fetcher.
    ///
    /// # Errors
    /// When there are no certificate authorities, or no client can be made.
    pub fn build(self) -> Result<Fetcher, BuildError> {
        let tls = roots::config(&self.pems)?;
        let places = Arc::new(self.places);
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .https_only(true)
            // RG-07
            .redirect(reqwest::redirect::Policy::none())
            // A proxy would look up names by itself.
            .no_proxy()
            .retry(reqwest::retry::never())
            // Each document by a connection of its own, to an address that was looked at for it.
            .pool_max_idle_per_host(0)
            .dns_resolver(Checked { resolver: self.resolver, places: places.clone() })
            .build()
            .map_err(|error| BuildError::Client(Box::new(error)))?;
        Ok(Fetcher::new(client, places, self.ports))
    }
}
