//! Empty stores, each in a schema of its own.

use std::{
    process,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicU32, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use grantry::{
    async_trait,
    ports::{Consents, StoreError, Stores},
    types::{ClientId, Consent, Subject, TenantId},
};
use grantry_postgres::PostgresStore;
use postgres_cluster::server;
use tokio::{runtime::Handle, task::block_in_place};

/// Empty stores. The suite asks for them by a plain function, on the runtime of the test.
pub fn fresh() -> Stores {
    block_in_place(|| Handle::current().block_on(open()))
}

async fn open() -> Stores {
    let schema = Schema::new();
    // No busy machine may fail a case.
    let patient = Duration::from_secs(120);
    let store = PostgresStore::builder(server()).schema(&schema.0).connections(8);
    let store = store.acquire_deadline(patient).statement_deadline(patient).connect().await;
    let stores = Stores::from(store.expect("a store"));
    let consents = Kept { consents: stores.consents.clone(), _schema: schema };
    Stores { consents: Arc::new(consents), ..stores }
}

/// The name of a schema, which is dropped with it.
#[derive(Debug)]
struct Schema(String);

impl Schema {
    fn new() -> Self {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        Self(format!("test_{}_{number}", process::id()))
    }
}

impl Drop for Schema {
    fn drop(&mut self) {
        let (done, wait) = mpsc::channel();
        // Where the dropper is gone, so is the process.
        let _ = dropper().send((self.0.clone(), done));
        let _ = wait.recv();
    }
}

type Order = (String, mpsc::Sender<()>);

/// Drops schemas on a connection of its own: those of the store ended with the runtime of its test.
fn dropper() -> &'static mpsc::Sender<Order> {
    static DROPPER: OnceLock<mpsc::Sender<Order>> = OnceLock::new();
    DROPPER.get_or_init(|| {
        let (sender, orders) = mpsc::channel::<Order>();
        thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_multi_thread();
            let runtime = { runtime }.worker_threads(1).enable_all().build().expect("a runtime");
            let client = runtime.block_on(async {
                let (client, driver) =
                    tokio_postgres::connect(server(), tokio_postgres::NoTls).await.expect("a line");
                tokio::spawn(driver);
                client
            });
            for (schema, done) in orders {
                let drop = format!("DROP SCHEMA IF EXISTS {schema} CASCADE");
                runtime.block_on(client.batch_execute(&drop)).expect("it is dropped");
                let _ = done.send(());
            }
        });
        sender
    })
}

/// Keeps the schema for as long as there are stores.
#[derive(Debug)]
struct Kept {
    consents: Arc<dyn Consents>,
    _schema: Schema,
}

#[async_trait]
impl Consents for Kept {
    async fn read(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<Option<Consent>, StoreError> {
        self.consents.read(tenant, subject, client).await
    }

    async fn keep(&self, tenant: &TenantId, consent: Consent) -> Result<(), StoreError> {
        self.consents.keep(tenant, consent).await
    }

    async fn forget(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        client: &ClientId,
    ) -> Result<bool, StoreError> {
        self.consents.forget(tenant, subject, client).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        subject: &Subject,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Consent>, StoreError> {
        self.consents.list(tenant, subject, after, limit).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.consents.erase(tenant).await
    }
}
