//! What these tests stand on: a server of their own that syncs, stores of it, and grants.

use std::{
    env,
    future::Future,
    path::PathBuf,
    str::FromStr,
    sync::{Arc, OnceLock},
    time::Duration,
};

use grantry::{
    ports::{Create, StoreError, Stores, Tickets},
    types::{
        Binding, Generation, Presentation, Subject, TenantId, Ticket, TicketId, TicketState,
        Timestamp, Version,
    },
};
use grantry_postgres::{Builder, PostgresStore};
use postgres_cluster::Cluster;
use tokio_postgres::{Client, NoTls};

pub const T0: Timestamp = Timestamp::from_secs(1_800_000_000);

/// The cluster of tests that do it no harm.
pub fn cluster() -> &'static Cluster {
    static CLUSTER: OnceLock<Cluster> = OnceLock::new();
    CLUSTER.get_or_init(new_cluster)
}

/// A cluster that syncs, for a test that harms it.
pub fn new_cluster() -> Cluster {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR"));
    Cluster::start(&[&folder, &env::temp_dir()], &[]).unwrap()
}

/// A store with a schema of this name.
pub async fn store(url: &str, schema: &str) -> PostgresStore {
    builder(url, schema).connect().await.unwrap()
}

pub fn builder(url: &str, schema: &str) -> Builder {
    PostgresStore::builder(url).schema(schema)
}

/// Somebody else at the same server.
pub async fn observer(cluster: &Cluster) -> Client {
    let (client, driver) = tokio_postgres::connect(&cluster.url(), NoTls).await.unwrap();
    tokio::spawn(driver);
    client
}

/// The processes of a server.
pub struct Processes<'c>(&'c Cluster, Vec<u32>);

/// Those that answer and their first one, as an observer sees them, who is not among them.
pub async fn processes<'c>(cluster: &'c Cluster, observer: &Client) -> Processes<'c> {
    let backends = "SELECT pid FROM pg_stat_activity WHERE pid <> pg_backend_pid()";
    let backends = observer.query(backends, &[]).await.unwrap();
    let mut all = vec![cluster.process().unwrap()];
    all.extend(backends.iter().map(|row| u32::try_from(row.get::<_, i32>(0)).unwrap()));
    Processes(cluster, all)
}

impl Processes<'_> {
    pub fn signal(&self, signal: &str) {
        self.1.iter().for_each(|process| self.0.signal(signal, *process).unwrap());
    }
}

/// A server whose processes are stopped does not end either.
impl Drop for Processes<'_> {
    fn drop(&mut self) {
        // Some may be gone.
        self.1.iter().for_each(|process| drop(self.0.signal("CONT", *process)));
    }
}

/// Ends a test that would hang. Nothing is measured by it.
pub async fn soon<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(120), work).await.expect("it hangs")
}

/// How often, unless a variable says otherwise.
pub fn rounds(variable: &str, default: u64) -> u64 {
    env::var(variable).map_or(default, |text| text.parse().expect("a number"))
}

pub fn tenant() -> TenantId {
    parsed("acme")
}

pub fn parsed<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

fn id(number: u64) -> TicketId {
    TicketId::from_bytes((u128::from(number) << 32 | 7).to_be_bytes())
}

/// A code of alice's.
pub fn code(number: u64) -> Ticket {
    Ticket {
        id: id(number),
        version: Version(0),
        generation: Generation::CODE,
        state: TicketState::Live,
        client: parsed("app"),
        subject: parsed::<Subject>("alice"),
        scope: parsed("read write"),
        audience: parsed("https://api.example.com"),
        binding: Some(binding()),
        refreshable: false,
        authenticated_at: T0,
        changed_at: T0,
        rotated_at: Timestamp::EPOCH,
        expires_at: T0.plus(Duration::from_secs(60)),
        ends_at: T0.plus(Duration::from_secs(90 * 24 * 3600)),
        authorized: None,
        sender_key: None,
    }
}

/// A grant with its first refresh token.
pub fn first(number: u64) -> Ticket {
    let expires_at = T0.plus(Duration::from_secs(3600));
    let (binding, refreshable) = (None, true);
    Ticket { generation: Generation::FIRST, binding, refreshable, expires_at, ..code(number) }
}

fn binding() -> Binding {
    Binding::to(&parsed("https://app.example.com/cb"))
}

/// The client shows this generation.
pub fn shown(generation: u32) -> Presentation {
    Presentation {
        generation: Generation(generation),
        client: parsed("app"),
        binding: Some(binding()),
        authenticated: false,
        sender: None,
        rotates: true,
        refreshable: true,
        window: Duration::from_secs(30),
        access: Duration::from_secs(300),
        idle: Duration::from_secs(14 * 24 * 3600),
        not_before: Timestamp::EPOCH,
    }
}

pub fn tickets(store: &PostgresStore) -> Arc<dyn Tickets> {
    Stores::from(store.clone()).tickets
}

/// Forty grants, one after the other, from this number on; how many were acknowledged.
pub async fn forty(tickets: &dyn Tickets, from: u64) -> Result<usize, StoreError> {
    let mut acknowledged = 0;
    for number in from..from + 40 {
        let created = tickets.issue(&tenant(), &first(number)).await?;
        acknowledged += usize::from(created == Create::Created);
    }
    Ok(acknowledged)
}

/// How many tickets there are in a schema.
pub async fn count(observer: &Client, schema: &str) -> i64 {
    let sql = format!("SELECT count(*) FROM {schema}.tickets");
    observer.query_one(&sql, &[]).await.unwrap().get(0)
}

/// How many sessions of an application are in a transaction that nobody goes on with.
pub async fn stuck(observer: &Client, application: &str) -> i64 {
    let sql = "SELECT count(*) FROM pg_stat_activity \
               WHERE application_name = $1 AND state LIKE 'idle in transaction%'";
    observer.query_one(sql, &[&application]).await.unwrap().get(0)
}
