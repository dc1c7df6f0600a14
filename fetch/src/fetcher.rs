//! The way out, and where it does not lead.

use std::{collections::BTreeSet, error::Error, net::IpAddr, sync::Arc, time::Duration};

use async_trait::async_trait;
use grantry::ports::{Fetch, FetchError, Fetched};
use http::header;
use reqwest::Client;
use tokio::{sync::Semaphore, time::timeout};
use url::{Host, Url};

use crate::{BuildError, FetcherBuilder, document, places::Places, resolve::Inside};

/// How long a document may take in all, from the first look at its URL.
const WITHIN: Duration = Duration::from_secs(5);
/// How many documents are under way at once: what they hold in memory has a bound.
const AT_ONCE: usize = 16;

/// Gets documents from outside. Clones share it.
#[derive(Clone, Debug)]
pub struct Fetcher(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    client: Client,
    places: Arc<Places>,
    ports: BTreeSet<u16>,
    room: Semaphore,
}

impl Fetcher {
    /// One that goes outside alone, to port 443, and believes the authorities of the system.
    ///
    /// # Errors
    /// As [`FetcherBuilder::build`].
    pub fn open() -> Result<Self, BuildError> {
        Self::builder().build()
    }

    /// One of which more is to be said.
    pub fn builder() -> FetcherBuilder {
        FetcherBuilder::default()
    }

    pub(crate) fn new(client: Client, places: Arc<Places>, ports: BTreeSet<u16>) -> Self {
        Self(Arc::new(Inner { client, places, ports, room: Semaphore::new(AT_ONCE) }))
    }
}

#[async_trait]
impl Fetch for Fetcher {
    async fn json(&self, url: &str) -> Result<Fetched, FetchError> {
        let url = self.0.judge(url)?;
        timeout(WITHIN, self.0.get(url)).await.unwrap_or(Err(FetchError::Late))
    }
}

impl Inner {
    /// What can be said of a URL before anybody is asked. An address in it is looked at here, since there is
    /// no name to resolve.
    fn judge(&self, text: &str) -> Result<Url, FetchError> {
        let forbid = |why| Err(FetchError::Forbidden(why));
        let Ok(url) = Url::parse(text) else { return forbid("it is no URL") };
        let address = match url.host() {
            _ if url.scheme() != "https" => return forbid("its scheme is not https"),
            None => return forbid("it names no host"),
            Some(Host::Domain(_)) => None,
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
        };
        if !url.username().is_empty() || url.password().is_some() || url.fragment().is_some() {
            return forbid("it has user information or a fragment");
        }
        if !url.port_or_known_default().is_some_and(|port| self.ports.contains(&port)) {
            return forbid("its port is none that is asked");
        }
        match address.is_none_or(|address| self.places.open(address)) {
            true => Ok(url),
            false => forbid(INSIDE),
        }
    }

    async fn get(&self, url: Url) -> Result<Fetched, FetchError> {
        // Never closed.
        let _room = self.room.acquire().await;
        let request = self.client.get(url).header(header::ACCEPT, "application/json");
        document::read(request.send().await.map_err(failed)?).await
    }
}

const INSIDE: &str = "its address is not outside";

/// Why there was no answer, or not all of it.
pub(crate) fn failed(error: reqwest::Error) -> FetchError {
    let mut cause = Some(&error as &dyn Error);
    while let Some(error) = cause {
        if error.is::<Inside>() {
            return FetchError::Forbidden(INSIDE);
        }
        cause = error.source();
    }
    FetchError::Unreachable(Box::new(error.without_url()))
}
