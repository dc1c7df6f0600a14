//! A server of others, on an address of this machine that stands for one outside.

use std::{
    collections::VecDeque,
    future::Future,
    io,
    net::{IpAddr, SocketAddr},
    ops::{Deref, DerefMut},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use async_trait::async_trait;
use grantry_fetch::{Fetcher, FetcherBuilder, Resolve};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use rustls::{ServerConfig, crypto::aws_lc_rs, pki_types::PrivatePkcs8KeyDer};
use tokio::{
    io::AsyncReadExt,
    net::{TcpListener, TcpStream},
};
use tokio_rustls::{TlsAcceptor, server::TlsStream};

/// The name that every site here has.
pub const NAME: &str = "keys.example.org";
/// An address that is allowed in these tests, as if it were outside.
pub const OUTSIDE: &str = "127.0.0.2";
/// One that is not.
pub const INSIDE: &str = "127.0.0.1";

/// A connection whose request was read.
pub struct Caller {
    tls: TlsStream<TcpStream>,
    /// What was asked for.
    pub path: String,
}

impl Deref for Caller {
    type Target = TlsStream<TcpStream>;

    fn deref(&self) -> &Self::Target {
        &self.tls
    }
}

impl DerefMut for Caller {
    fn deref_mut(&mut self) -> &mut Self::Target {
        &mut self.tls
    }
}

pub struct Site {
    pub port: u16,
    /// The certificate, which authorises itself.
    pub pem: String,
    connections: Arc<AtomicUsize>,
}

impl Site {
    /// Serves on this address and a port of its own.
    pub async fn at<F>(address: &str, answer: impl Fn(Caller) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        Self::on((address.parse::<IpAddr>().unwrap(), 0).into(), answer).await
    }

    /// Serves exactly there.
    pub async fn on<F>(at: SocketAddr, answer: impl Fn(Caller) -> F + Send + Sync + 'static) -> Self
    where
        F: Future<Output = io::Result<()>> + Send + 'static,
    {
        let CertifiedKey { cert, signing_key } =
            generate_simple_self_signed([NAME.to_owned(), at.ip().to_string()]).unwrap();
        let key = PrivatePkcs8KeyDer::from(signing_key.serialize_der());
        let config = ServerConfig::builder_with_provider(Arc::new(aws_lc_rs::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![cert.der().clone()], key.into())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind(at).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let connections = Arc::new(AtomicUsize::new(0));
        let (counted, answer) = (connections.clone(), Arc::new(answer));
        tokio::spawn(async move {
            while let Ok((tcp, _)) = listener.accept().await {
                counted.fetch_add(1, Ordering::SeqCst);
                let (acceptor, answer) = (acceptor.clone(), answer.clone());
                tokio::spawn(async move {
                    let mut tls = acceptor.accept(tcp).await?;
                    let path = read_request(&mut tls).await?;
                    answer(Caller { tls, path }).await
                });
            }
        });
        Self { port, pem: cert.pem(), connections }
    }

    /// How many came.
    pub fn connections(&self) -> usize {
        self.connections.load(Ordering::SeqCst)
    }

    pub fn url(&self) -> String {
        format!("https://{NAME}:{}/keys", self.port)
    }

    /// A fetcher that knows this site, and finds it where `names` says.
    pub fn fetcher(&self, names: Names) -> FetcherBuilder {
        let outside = format!("{OUTSIDE}/32").parse().unwrap();
        let builder = Fetcher::builder().allow(outside).port(self.port);
        builder.trust(self.pem.clone()).resolver(names)
    }
}

/// Returns the path.
async fn read_request(tls: &mut TlsStream<TcpStream>) -> io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(tls.read_u8().await?);
    }
    let head = String::from_utf8(head).map_err(io::Error::other)?;
    Ok(head.split(' ').nth(1).unwrap_or_default().to_owned())
}

/// What a name leads to, each time it is asked for; the last answer stays.
#[derive(Clone, Debug)]
pub struct Names(Arc<Mutex<(VecDeque<Vec<IpAddr>>, usize)>>);

impl Names {
    pub fn leading_to(answers: &[&[&str]]) -> Self {
        let parse = |answer: &&[&str]| answer.iter().map(|ip| ip.parse().unwrap()).collect();
        Self(Arc::new(Mutex::new((answers.iter().map(parse).collect(), 0))))
    }

    /// How often anybody asked.
    pub fn asked(&self) -> usize {
        self.0.lock().unwrap().1
    }
}

#[async_trait]
impl Resolve for Names {
    async fn resolve(&self, _: &str) -> io::Result<Vec<IpAddr>> {
        let (answers, asked) = &mut *self.0.lock().unwrap();
        *asked += 1;
        match answers.len() {
            1 => Ok(answers[0].clone()),
            _ => answers.pop_front().ok_or_else(|| io::Error::other("no such name")),
        }
    }
}
