//! What every step of a request knows.

use std::sync::{Arc, OnceLock};

use crate::ports::{Event, EventKind, Events, Ports};
use crate::types::{
    Client, ClientId, Issuer, Source, Subject, Tenant, TenantId, Ticket, Timestamp,
};

/// One request's tenant, moment and ports. The clock is read once, when this is made.
#[derive(Clone, Debug)]
pub struct Context {
    /// Whose request this is.
    pub tenant: Arc<Tenant>,
    /// The tenant's issuer.
    pub issuer: Issuer,
    /// The moment of the request.
    pub now: Timestamp,
    /// Where the request came from, if that is known.
    pub source: Option<Source>,
    /// The client that asks, once it is known that there is one: for audit alone.
    pub asker: OnceLock<Arc<Client>>,
    /// The world.
    pub ports: Arc<Ports>,
}

impl Context {
    /// The tenant's id.
    pub fn tenant_id(&self) -> &TenantId {
        &self.tenant.id
    }

    /// Remembers who asks.
    pub fn asked_by(&self, client: &Arc<Client>) {
        let _ = self.asker.set(client.clone());
    }

    /// What the tenant is called on pages.
    pub fn tenant_name(&self) -> &str {
        self.tenant.policy.browser.name.as_deref().unwrap_or(self.tenant.id.as_str())
    }

    /// Tells what happened in this request.
    pub fn recorder(&self) -> Recorder {
        Recorder {
            events: self.ports.events.clone(),
            tenant: self.tenant.id.clone(),
            at: self.now,
            client: self.asker.get().map(|client| client.id.clone()),
            source: self.source,
        }
    }
}

/// Tells what happened in a request, also when nobody waits for its answer any more.
#[derive(Clone, Debug)]
pub struct Recorder {
    events: Arc<dyn Events>,
    tenant: TenantId,
    at: Timestamp,
    client: Option<ClientId>,
    source: Option<Source>,
}

impl Recorder {
    /// Tells it, and of which grant.
    pub fn record(&self, kind: EventKind, ticket: Option<&Ticket>) {
        let mut event = Event::new(self.tenant.clone(), self.at, kind);
        event.client = self.client.clone();
        event.source = self.source;
        event.subject = ticket.map(|ticket| ticket.subject.clone());
        event.grant = ticket.map(|ticket| ticket.id);
        self.events.record(event);
    }

    /// Tells that something happened to a client.
    pub fn about_client(&self, kind: EventKind, client: &ClientId) {
        let mut event = Event::new(self.tenant.clone(), self.at, kind);
        event.client = Some(client.clone());
        event.source = self.source;
        self.events.record(event);
    }

    /// Tells that something happened to a user, outside any grant.
    pub fn about_user(&self, kind: EventKind, subject: &Subject) {
        let mut event = Event::new(self.tenant.clone(), self.at, kind);
        event.client = self.client.clone();
        event.source = self.source;
        event.subject = Some(subject.clone());
        self.events.record(event);
    }
}
