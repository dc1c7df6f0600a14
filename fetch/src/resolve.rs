//! From names to addresses, of which only those remain that a connection may go to.

use std::{
    fmt::{self, Debug},
    io,
    net::{IpAddr, SocketAddr},
    sync::Arc,
};

use async_trait::async_trait;
use reqwest::dns::{Name, Resolving};

use crate::places::Places;

/// Finds the addresses of hosts.
#[async_trait]
pub trait Resolve: Debug + Send + Sync + 'static {
    /// All addresses of this host.
    ///
    /// # Errors
    /// When they cannot be found out.
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>>;
}

/// Asks as the machine is set up to.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemResolver;

#[async_trait]
impl Resolve for SystemResolver {
    async fn resolve(&self, host: &str) -> io::Result<Vec<IpAddr>> {
        let found = tokio::net::lookup_host((host, 0)).await?;
        Ok(found.map(|address| address.ip()).collect())
    }
}

/// A name leads inside, and nowhere else.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Inside;

impl fmt::Display for Inside {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name leads to no address that a connection may go to")
    }
}

impl std::error::Error for Inside {}

/// Stands between the resolver and the connection, which goes to what comes out here: nobody asks again in
/// between (RG-06).
pub(crate) struct Checked {
    pub(crate) resolver: Arc<dyn Resolve>,
    pub(crate) places: Arc<Places>,
}

impl reqwest::dns::Resolve for Checked {
    fn resolve(&self, name: Name) -> Resolving {
        let (resolver, places) = (self.resolver.clone(), self.places.clone());
        Box::pin(async move {
            let found = resolver.resolve(name.as_str()).await?;
            let open = found.into_iter().filter(|address| places.open(*address));
            let open: Vec<_> = open.map(|address| SocketAddr::new(address, 0)).collect();
            match open.is_empty() {
                true => Err(Inside.into()),
                false => Ok(Box::new(open.into_iter()) as reqwest::dns::Addrs),
            }
        })
    }
}
