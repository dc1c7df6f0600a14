//! How a store is told what it should be.

use std::{fmt, sync::Arc, time::Duration};

use deadpool::managed::Pool;
use tokio::{
    runtime::Handle,
    task::JoinHandle,
    time::{Instant, timeout_at},
};
use tokio_postgres::config::{SslMode, TargetSessionAttrs};

use crate::{
    ConnectError, PostgresStore,
    address::Address,
    calls::{Calls, Deadlines},
    changes::{Heard, Listener},
    clock::{self, DatabaseClock},
    connection::Connector,
    failure::Failure,
    migrations,
    store::Shared,
    tls::{self, Roots},
};

/// Calls that wait for a connection, for each connection that there is.
const QUEUE: usize = 64;
/// The longest name of a schema; that of its channel has 63.
const SCHEMA: usize = 48;

/// A store that is not connected yet. What is not said has the default that its method names.
pub struct Builder {
    url: String,
    schema: String,
    connections: usize,
    queue: Option<usize>,
    deadlines: Deadlines,
    start: Duration,
    roots: Option<Vec<u8>>,
    migrates: bool,
}

impl Builder {
    pub(crate) fn new(url: &str) -> Self {
        let seconds = Duration::from_secs;
        Self {
            url: url.to_owned(),
            schema: "grantry".to_owned(),
            connections: 16,
            queue: None,
            deadlines: Deadlines { acquire: seconds(1), statement: seconds(2) },
            start: seconds(60),
            roots: None,
            migrates: true,
        }
    }

    /// The schema that its tables are in. `grantry` by default. Stores in two schemas of one database
    /// know nothing of each other.
    pub fn schema(mut self, name: &str) -> Self {
        name.clone_into(&mut self.schema);
        self
    }

    /// The most connections at once, beside one that listens. 16 by default; the server must allow as
    /// many for each node.
    pub fn connections(mut self, most: usize) -> Self {
        self.connections = most;
        self
    }

    /// The most calls that wait for a connection; one more fails at once. 64 for each connection by
    /// default.
    pub fn queue(mut self, most: usize) -> Self {
        self.queue = Some(most);
        self
    }

    /// How long a call waits for a connection. One second by default.
    pub fn acquire_deadline(mut self, deadline: Duration) -> Self {
        self.deadlines.acquire = deadline;
        self
    }

    /// How long a statement may take, by this machine's time and by the server's. Two seconds by default.
    pub fn statement_deadline(mut self, deadline: Duration) -> Self {
        self.deadlines.statement = deadline;
        self
    }

    /// How long [`Builder::connect`] may take, with migrations and other nodes' migrations. One minute by
    /// default.
    pub fn start_deadline(mut self, deadline: Duration) -> Self {
        self.start = deadline;
        self
    }

    /// The only root certificates that are believed, in PEM. By default those of the URL's `sslrootcert`,
    /// or else the system's.
    pub fn roots(mut self, pem: impl Into<Vec<u8>>) -> Self {
        self.roots = Some(pem.into());
        self
    }

    /// Whether the schema is made and migrated at the start; `true` by default. Where it is not, the role
    /// needs no more than `SELECT`, `INSERT`, `UPDATE` and `DELETE`, and [`Builder::migrate`] is called by
    /// another one.
    pub fn migrations(mut self, at_start: bool) -> Self {
        self.migrates = at_start;
        self
    }

    /// Makes or migrates the schema, and does nothing else.
    ///
    /// # Errors
    /// As [`Builder::connect`].
    pub async fn migrate(self) -> Result<(), ConnectError> {
        let (connector, end) = (self.connector()?, Instant::now() + self.start);
        within(end, self.start, migrate(&connector, &self.schema, true)).await
    }

    /// The store, ready. Its connections and tasks are those of the runtime that this is called on.
    ///
    /// # Errors
    /// When something said is wrong, the database cannot be reached, or its schema cannot be used; see
    /// [`ConnectError`].
    pub async fn connect(self) -> Result<PostgresStore, ConnectError> {
        let (connector, end) = (self.connector()?, Instant::now() + self.start);
        within(end, self.start, migrate(&connector, &self.schema, self.migrates)).await?;
        within(end, self.start, self.open(connector)).await
    }

    async fn open(&self, connector: Connector) -> Result<PostgresStore, ConnectError> {
        let runtime = connector.runtime.clone();
        let pool = Pool::builder(connector.clone()).max_size(self.connections).build();
        let pool = pool.map_err(|error| migrations::unreachable(Failure::Broken(error.into())))?;
        let queue = self.queue.unwrap_or(self.connections.saturating_mul(QUEUE));
        let calls = Arc::new(Calls::new(pool, queue, self.deadlines));
        let clock = DatabaseClock::set(&calls).await.map_err(migrations::unreachable)?;
        let (clock, heard) = (Arc::new(clock), Arc::new(Heard::default()));
        let keeps = runtime.spawn(clock::keep(clock.clone(), calls.clone()));
        let listens = Listener::new(connector, &self.schema, heard.clone()).begin().await;
        let listens = listens.map_err(migrations::unreachable)?;
        let tasks = listens.iter().chain([&keeps]).map(JoinHandle::abort_handle).collect();
        let (schema, tells) = (self.schema.clone(), listens.is_some());
        Ok(PostgresStore::of(Shared { calls, clock, heard, schema, runtime, tells, tasks }))
    }

    fn connector(&self) -> Result<Connector, ConnectError> {
        self.check()?;
        let Address { mut config, roots } = Address::parse(&self.url)?;
        let tls = tls::connector(match (config.get_ssl_mode(), &self.roots, roots) {
            (SslMode::Disable, ..) => Roots::None,
            (_, Some(pem), _) => Roots::Pem(pem.clone()),
            (_, None, Some(path)) => Roots::File(path),
            (..) => Roots::System,
        })?;
        if config.get_application_name().is_none() {
            config.application_name("grantry");
        }
        // Of several hosts the one that can write, and each has its share of the time.
        let hosts = config.get_hosts().len().max(config.get_hostaddrs().len()).max(1);
        let hosts = u32::try_from(hosts).unwrap_or(u32::MAX);
        let seconds = Duration::from_secs;
        config
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .connect_timeout(self.deadlines.acquire / hosts)
            .tcp_user_timeout(self.deadlines.acquire + self.deadlines.statement)
            .keepalives(true)
            .keepalives_idle(seconds(10))
            .keepalives_interval(seconds(3))
            .keepalives_retries(3);
        let greeting = self.greeting();
        Ok(Connector { config, tls, greeting, runtime: Handle::current() })
    }

    fn check(&self) -> Result<(), ConnectError> {
        let name = &self.schema;
        let plain = |b: u8| b.is_ascii_lowercase() || b == b'_';
        let valid = (1..=SCHEMA).contains(&name.len())
            && name.bytes().all(|b| plain(b) || b.is_ascii_digit())
            && name.bytes().next().is_some_and(plain);
        if !valid {
            return Err(ConnectError::Schema);
        }
        let zero = [
            (self.connections == 0, "the number of connections"),
            (self.deadlines.acquire.is_zero(), "the deadline of a connection"),
            (self.deadlines.statement.is_zero(), "the deadline of a statement"),
            (self.start.is_zero(), "the deadline of the start"),
        ];
        match zero.iter().find(|(zero, _)| *zero) {
            Some((_, what)) => Err(ConnectError::Zero(what)),
            None => Ok(()),
        }
    }

    /// What is said first on each connection. A server that acknowledges what it did not write is told
    /// not to.
    fn greeting(&self) -> String {
        let limit = self.deadlines.statement.as_millis().clamp(1, i32::MAX.unsigned_abs().into());
        format!(
            "{}SET statement_timeout = {limit};\
             SELECT set_config('synchronous_commit', 'on', false) \
             WHERE current_setting('synchronous_commit', true) = 'off';",
            manners(&self.schema)
        )
    }
}

/// What holds for every connection. No transaction is left open, or the server ends its session.
fn manners(schema: &str) -> String {
    format!("SET search_path = \"{schema}\"; SET idle_in_transaction_session_timeout = 5000;")
}

async fn migrate(connector: &Connector, schema: &str, migrates: bool) -> Result<(), ConnectError> {
    let session = connector.session(&manners(schema)).await;
    let mut session = session.map_err(migrations::unreachable)?;
    migrations::prepare(&mut session, schema, migrates).await
}

async fn within<T>(
    end: Instant,
    deadline: Duration,
    work: impl Future<Output = Result<T, ConnectError>>,
) -> Result<T, ConnectError> {
    timeout_at(end, work).await.map_err(|_| ConnectError::Late(deadline))?
}

/// Without the URL, which holds a password.
impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("schema", &self.schema)
            .field("connections", &self.connections)
            .field("deadlines", &self.deadlines)
            .finish_non_exhaustive()
    }
}
