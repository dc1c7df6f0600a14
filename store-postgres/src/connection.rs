//! How connections are made, and what they remember.

use std::{
    collections::HashMap,
    fmt,
    sync::{Mutex, PoisonError},
};

use deadpool::managed::{Manager, Metrics, RecycleError, RecycleResult};
use tokio::{runtime::Handle, task::AbortHandle};
use tokio_postgres::{Client, Config, Connection, Socket, Statement, tls::MakeTlsConnect};
use tokio_postgres_rustls::MakeRustlsConnect;

use crate::failure::Failure;

/// The driver of a connection, which has to be polled.
pub(crate) type Driver = Connection<Socket, <MakeRustlsConnect as MakeTlsConnect<Socket>>::Stream>;

/// Makes connections, on the runtime of the store: one that was made on a worker of some web framework
/// would end with it.
#[derive(Clone)]
pub(crate) struct Connector {
    pub(crate) config: Config,
    pub(crate) tls: MakeRustlsConnect,
    /// What is said first on each connection of the pool.
    pub(crate) greeting: String,
    pub(crate) runtime: Handle,
}

/// A connection, with the statements that were prepared on it.
pub(crate) struct Session {
    client: Client,
    driver: AbortHandle,
    prepared: Mutex<HashMap<&'static str, Statement>>,
}

impl Connector {
    /// A connection that somebody else drives.
    pub(crate) async fn raw(&self) -> Result<(Client, Driver), Failure> {
        let (config, tls) = (self.config.clone(), self.tls.clone());
        let made = self.runtime.spawn(async move { config.connect(tls).await });
        let made = made.await.map_err(|gone| Failure::Broken(Box::new(gone)))?;
        made.map_err(Failure::of)
    }

    /// A connection that was greeted so.
    pub(crate) async fn session(&self, greeting: &str) -> Result<Session, Failure> {
        let (client, driver) = self.raw().await?;
        // How it ends, whoever waits for an answer is told.
        let driver = self.runtime.spawn(async move { drop(driver.await) }).abort_handle();
        let session = Session { client, driver, prepared: Mutex::default() };
        session.client.batch_execute(greeting).await.map_err(Failure::of)?;
        Ok(session)
    }
}

impl Manager for Connector {
    type Type = Session;
    type Error = Failure;

    async fn create(&self) -> Result<Session, Failure> {
        self.session(&self.greeting).await
    }

    /// Nothing is asked of the server: no session is ever in a transaction here, and one that the server
    /// ended is known to be closed.
    async fn recycle(&self, session: &mut Session, _: &Metrics) -> RecycleResult<Failure> {
        match session.client.is_closed() {
            true => Err(RecycleError::message("closed")),
            false => Ok(()),
        }
    }
}

impl Session {
    pub(crate) fn client(&self) -> &Client {
        &self.client
    }

    pub(crate) fn client_mut(&mut self) -> &mut Client {
        &mut self.client
    }

    /// The statement, prepared on this connection when it is first asked for.
    pub(crate) async fn prepared(&self, sql: &'static str) -> Result<Statement, Failure> {
        let known = || self.prepared.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(statement) = known().get(sql) {
            return Ok(statement.clone());
        }
        let statement = self.client.prepare(sql).await.map_err(Failure::of)?;
        known().insert(sql, statement.clone());
        Ok(statement)
    }
}

impl Drop for Session {
    /// A driver waits for whatever was asked, also of a server that never answers.
    fn drop(&mut self) {
        self.driver.abort();
    }
}

impl fmt::Debug for Connector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Connector(…)")
    }
}

impl fmt::Debug for Session {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Session(…)")
    }
}
