//! Administration at run time: tenants, clients, users, their grants, sessions and keys.

mod claims;
mod clients;
mod consents;
mod grants;
mod initial_access;
mod key_info;
mod keys;
mod missing_keys;
mod new_browser;
mod new_client;
mod new_user;
#[cfg(feature = "provision")]
mod provision;
mod restored;
mod rows;
mod sealed_keys;
mod secrets;
mod sessions;
mod tenants;
mod users;

use std::{future::Future, sync::Arc};

pub use initial_access::InitialAccess;
pub use key_info::{KeyInfo, KeyKind, KeyRotation, KeyStage};
pub use new_client::{NewClient, RegisteredClient};
pub use new_user::NewUser;
#[cfg(feature = "provision")]
pub use provision::{Provision, ProvisionError, ProvisionErrors, Provisioned};
pub use secrets::SecretAge;

use crate::error::AdminError;
use crate::passwords::HashingPool;
use crate::ports::{Deed, Event, EventKind, Ports, Stores};
use crate::seal::SealedKeys;
use crate::types::{ClientId, Subject, Tenant, TenantId, Timestamp};

/// Creates, changes and ends what a server serves. Whoever holds it may do everything; it is for the
/// host, not for requests.
///
/// Every operation is done or not begun, even if the future that waits for it is dropped, and takes
/// effect with the next request.
#[derive(Clone, Debug)]
pub struct Admin {
    pub(crate) stores: Stores,
    pub(crate) ports: Ports,
    /// Hashes passwords of the built-in directory; none where users are the host's own.
    pub(crate) hashing: Option<HashingPool>,
    /// Whether keys are the host's own.
    pub(crate) foreign_keys: bool,
    /// The key records of `stores`, as what they are.
    pub(crate) sealed: Arc<SealedKeys>,
}

impl Admin {
    /// The most tenants, clients or users of one answer. For the next ones, ask again with the id of
    /// the last one, until the answer is empty.
    pub const PAGE: usize = 100;

    async fn demand_tenant(&self, id: &TenantId) -> Result<Arc<Tenant>, AdminError> {
        self.stores.tenants.read(id).await?.ok_or(AdminError::UnknownTenant)
    }

    /// Carries out several steps even if the caller is dropped while it waits.
    async fn complete<T: Send + 'static>(
        &self,
        work: impl Future<Output = Result<T, AdminError>> + Send + 'static,
    ) -> Result<T, AdminError> {
        self.ports.tasks.complete(work).await?
    }

    fn now(&self) -> Timestamp {
        self.ports.clock.now()
    }

    /// From when on grants count, if all that there are now do not.
    fn only_later(&self) -> Timestamp {
        self.now().next()
    }

    fn record(&self, tenant: &TenantId, kind: EventKind, about: About<'_>) {
        let mut event = Event::new(tenant.clone(), self.now(), kind);
        match about {
            About::Tenant => {}
            About::Client(client) => event.client = Some(client.clone()),
            About::User(subject) => event.subject = Some(subject.clone()),
            About::Consent(subject, client) => {
                event.subject = Some(subject.clone());
                event.client = Some(client.clone());
            }
        }
        self.ports.events.record(event);
    }

    fn done(&self, tenant: &TenantId, deed: Deed, about: About<'_>) {
        self.record(tenant, EventKind::Administered(deed), about);
    }
}

/// What a deed is about.
#[derive(Clone, Copy)]
enum About<'a> {
    Tenant,
    Client(&'a ClientId),
    User(&'a Subject),
    Consent(&'a Subject, &'a ClientId),
}
