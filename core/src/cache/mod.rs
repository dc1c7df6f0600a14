//! Rows of tenants and clients, remembered: where the store tells what other nodes change.

mod config;
mod fresh;
mod line;
mod listen;
mod rows;
mod shelf;

use std::sync::Arc;

pub use config::CacheConfig;
pub use fresh::Fresh;
pub use listen::listen;

use self::line::Line;
use self::shelf::Shelf;
use crate::ports::{Budget, Clients, Keyring, Stores, Tenants};
use crate::types::{Client, ClientId, Tenant, TenantId};

/// Answers reads from memory, and lets writes through. A row is believed until something of its tenant
/// changes here, or elsewhere as the store tells; for half a second while the store does not tell; and
/// never for longer than it was configured.
#[derive(Debug)]
pub struct Cache {
    line: Arc<Line>,
    tenants: Arc<Shelf<TenantId, Tenant>>,
    clients: Arc<Shelf<(TenantId, ClientId), Client>>,
    stored_tenants: Arc<dyn Tenants>,
    stored_clients: Arc<dyn Clients>,
    /// How often names of tenants that nobody has are looked up once more.
    unknown: Budget,
}

impl Cache {
    /// Remembers rows of these stores. Until [`listen`] runs it is as if the store did not tell of changes.
    pub fn over(stores: &Stores, config: CacheConfig) -> Arc<Self> {
        let line = Arc::new(Line::new(config.lifetime));
        Arc::new(Self {
            tenants: Shelf::new(line.clone(), config.tenants, config.unknown),
            clients: Shelf::new(line.clone(), config.clients, config.unknown),
            stored_tenants: stores.tenants.clone(),
            stored_clients: stores.clients.clone(),
            unknown: Budget::of_unknown_tenants(),
            line,
        })
    }

    /// Something of the tenant has changed, or may have.
    fn forget(&self, tenant: &TenantId) {
        self.line.changed(tenant);
        self.tenants.forget(tenant);
    }

    /// Words come from now on, and none is missing.
    fn rise(&self, keyring: &dyn Keyring) {
        self.line.rise();
        keyring.doubt();
    }

    /// Words may be missing from now on.
    fn fall(&self, keyring: &dyn Keyring) {
        self.line.fall();
        keyring.doubt();
    }
}

/// A write of a tenant's rows. What is known of them is forgotten when it is over: before anybody hears
/// how it went, and also where nobody will.
struct Write<'a>(&'a Cache, TenantId);

impl Drop for Write<'_> {
    fn drop(&mut self) {
        self.0.forget(&self.1);
    }
}
