//! Several nodes over one store, which hear of each other's writes as the test commands.

mod line;
mod rows;

use std::sync::{
    Arc, Mutex, PoisonError,
    atomic::{AtomicBool, AtomicUsize, Ordering},
};

use grantry::{
    ports::{Changes, StoreError, Stores},
    types::TenantId,
};

pub use line::Line;

use crate::Gate;

/// One store for several nodes: whatever one writes of tenants, clients and keys, all are told of.
#[derive(Debug)]
pub struct Shared {
    stores: Stores,
    lines: Mutex<Vec<Arc<Line>>>,
}

/// What one node has of the store. Reads of tenants, clients and keys are counted, and can be held and made
/// to fail.
#[derive(Debug)]
pub struct Node {
    /// Where it is told of changes.
    pub line: Arc<Line>,
    /// Where reads that are held wait.
    pub gate: Gate,
    /// How often tenants were read.
    pub tenants: Reads,
    /// How often clients were.
    pub clients: Reads,
    /// How often keys were.
    pub keys: Reads,
    shared: Arc<Shared>,
    to_hold: AtomicUsize,
    is_down: AtomicBool,
    loses_answers: AtomicBool,
}

/// Counts reads.
#[derive(Debug, Default)]
pub struct Reads(AtomicUsize);

impl Reads {
    /// How many there were since this was last asked.
    pub fn take(&self) -> usize {
        self.0.swap(0, Ordering::SeqCst)
    }

    fn count(&self) {
        self.0.fetch_add(1, Ordering::SeqCst);
    }
}

impl Shared {
    /// Nodes over these stores.
    pub fn over(stores: impl Into<Stores>) -> Arc<Self> {
        Arc::new(Self { stores: stores.into(), lines: Mutex::default() })
    }

    /// One more node.
    pub fn node(self: &Arc<Self>) -> Arc<Node> {
        let line = Arc::new(Line::default());
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.clone());
        Arc::new(Node {
            line,
            gate: Gate::default(),
            tenants: Reads::default(),
            clients: Reads::default(),
            keys: Reads::default(),
            shared: self.clone(),
            to_hold: AtomicUsize::new(0),
            is_down: AtomicBool::new(false),
            loses_answers: AtomicBool::new(false),
        })
    }

    fn tell(&self, tenant: &TenantId) {
        let lines = self.lines.lock().unwrap_or_else(PoisonError::into_inner);
        lines.iter().for_each(|line| line.tell(tenant));
    }
}

impl Node {
    /// The stores of this node, for a server.
    pub fn stores(self: &Arc<Self>) -> Stores {
        let changes: Arc<dyn Changes> = self.line.clone();
        Stores {
            tenants: self.clone(),
            clients: self.clone(),
            key_records: self.clone(),
            changes: Some(changes),
            ..self.shared.stores.clone()
        }
    }

    /// Holds so many reads, from the next one on, with what they have found.
    pub fn hold(&self, reads: usize) {
        self.gate.close();
        self.to_hold.store(reads, Ordering::SeqCst);
    }

    /// Lets the reads go that are held, and holds no more.
    pub fn let_go(&self) {
        self.to_hold.store(0, Ordering::SeqCst);
        self.gate.open();
    }

    /// From now on this node's reads and writes of tenants, clients and keys fail, or do so no more.
    pub fn set_down(&self, down: bool) {
        self.is_down.store(down, Ordering::SeqCst);
    }

    /// From now on this node's writes are carried out and not answered, or answered again.
    pub fn lose_answers(&self, lose: bool) {
        self.loses_answers.store(lose, Ordering::SeqCst);
    }

    async fn read<T>(
        &self,
        reads: &Reads,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        reads.count();
        let found = match self.is_down.load(Ordering::SeqCst) {
            true => Err(StoreError::new("the store is down")),
            false => call.await,
        };
        let one_less = |left: usize| left.checked_sub(1);
        if self.to_hold.fetch_update(Ordering::SeqCst, Ordering::SeqCst, one_less).is_ok() {
            self.gate.pass().await;
        }
        found
    }

    async fn write<T>(
        &self,
        tenant: &TenantId,
        call: impl Future<Output = Result<T, StoreError>>,
    ) -> Result<T, StoreError> {
        if self.is_down.load(Ordering::SeqCst) {
            return Err(StoreError::new("the store is down"));
        }
        let done = call.await;
        self.shared.tell(tenant);
        match self.loses_answers.load(Ordering::SeqCst) {
            true => Err(StoreError::new("the answer is lost")),
            false => done,
        }
    }
}
