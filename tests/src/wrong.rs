//! Stores and adapters that are wrong on purpose, in the ways that real ones are. The suite must
//! fail them; a test asserts that it does.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use grantry::{
    MemoryStore, MemoryTickets, Server,
    ports::{Change, Clients, Create, Cursor, JwtIds, Page, StoreError, Tickets},
    types::{Client, ClientId, JwtId, Next, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};
use http::{HeaderMap, Request, Response};
use tokio::task::yield_now;

use crate::Driver;

type Rows = HashMap<(TenantId, TicketId), Ticket>;
type Registered = HashMap<(TenantId, ClientId), Arc<Client>>;

/// A store that reads, decides, and then writes, without asking whether somebody came between.
#[derive(Debug, Default)]
pub struct CheckThenAct {
    rows: Mutex<Rows>,
    clients: Mutex<Registered>,
    others: MemoryTickets,
    jwt_ids: Mutex<HashMap<(TenantId, JwtId), Timestamp>>,
}

impl CheckThenAct {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn jwt_ids(&self) -> MutexGuard<'_, HashMap<(TenantId, JwtId), Timestamp>> {
        self.jwt_ids.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn clients(&self) -> MutexGuard<'_, Registered> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Tickets for CheckThenAct {
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
        let key = (tenant.clone(), ticket.id);
        let known = self.rows().contains_key(&key);
        yield_now().await;
        if known {
            return Ok(Create::Conflict);
        }
        self.rows().insert(key, ticket.clone());
        Ok(Create::Created)
    }

    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
        Ok(self.rows().get(&(tenant.clone(), id)).cloned())
    }

    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError> {
        let Some(mut row) = Tickets::read(self, tenant, id).await? else { return Ok(Change::Lost) };
        if row.version != from || !row.is_live(now) {
            return Ok(Change::Lost);
        }
        yield_now().await;
        row.apply(next, now);
        self.rows().insert((tenant.clone(), id), row);
        Ok(Change::Written)
    }

    async fn end(
        &self,
        tenant: &TenantId,
        whose: Whose,
        now: Timestamp,
    ) -> Result<u64, StoreError> {
        self.others.end(tenant, whose, now).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError> {
        self.others.list(tenant, whose, after).await
    }

    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
        self.others.sweep(before, limit).await
    }
}

#[async_trait]
impl Clients for CheckThenAct {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        Ok(self.clients().get(&(tenant.clone(), id.clone())).cloned())
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        self.clients().insert((tenant.clone(), client.id.clone()), Arc::new(client));
        Ok(Create::Created)
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        let known = Clients::read(self, tenant, &client.id).await?;
        yield_now().await;
        if known.is_none_or(|row| row.version != from) {
            return Ok(Change::Lost);
        }
        self.clients().insert((tenant.clone(), client.id.clone()), Arc::new(client));
        Ok(Change::Written)
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        self.clients().remove(&(tenant.clone(), id.clone()));
        Ok(())
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        let clients = self.clients();
        let mine = clients.iter().filter(|((owner, _), _)| owner == tenant).map(|(_, row)| row);
        let mut later: Vec<_> =
            mine.filter(|row| after.is_none_or(|id| row.id > *id)).cloned().collect();
        later.sort_unstable_by(|one, other| one.id.cmp(&other.id));
        later.truncate(limit);
        Ok(later)
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.clients().retain(|(owner, _), _| owner != tenant);
        Ok(())
    }
}

#[async_trait]
impl JwtIds for CheckThenAct {
    async fn remember(
        &self,
        tenant: &TenantId,
        id: JwtId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        let known = self.knows(tenant, id, now).await?;
        yield_now().await;
        if !known {
            self.jwt_ids().insert((tenant.clone(), id), expires_at);
        }
        Ok(!known)
    }

    async fn knows(
        &self,
        tenant: &TenantId,
        id: JwtId,
        now: Timestamp,
    ) -> Result<bool, StoreError> {
        Ok(self.jwt_ids().get(&(tenant.clone(), id)).is_some_and(|end| now < *end))
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.jwt_ids().retain(|(owner, _), _| owner != tenant);
        Ok(())
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<usize, StoreError> {
        Ok(0)
    }
}

/// A store with a cache in front of its clients that forgets whose they are: its key is the id alone.
#[derive(Debug, Default)]
pub struct CacheByIdAlone {
    store: MemoryStore,
    cache: Mutex<HashMap<ClientId, Arc<Client>>>,
}

impl CacheByIdAlone {
    fn cache(&self) -> MutexGuard<'_, HashMap<ClientId, Arc<Client>>> {
        self.cache.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[async_trait]
impl Clients for CacheByIdAlone {
    async fn read(
        &self,
        tenant: &TenantId,
        id: &ClientId,
    ) -> Result<Option<Arc<Client>>, StoreError> {
        let cached = self.cache().get(id).cloned();
        if cached.is_some() {
            return Ok(cached);
        }
        let found = Clients::read(&self.store, tenant, id).await?;
        self.cache().extend(found.iter().map(|row| (id.clone(), row.clone())));
        Ok(found)
    }

    async fn create(&self, tenant: &TenantId, client: Client) -> Result<Create, StoreError> {
        Clients::create(&self.store, tenant, client).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        client: Client,
        from: Version,
    ) -> Result<Change, StoreError> {
        self.cache().remove(&client.id);
        Clients::change(&self.store, tenant, client, from).await
    }

    async fn delete(&self, tenant: &TenantId, id: &ClientId) -> Result<(), StoreError> {
        self.cache().remove(id);
        Clients::delete(&self.store, tenant, id).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&ClientId>,
        limit: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        Clients::list(&self.store, tenant, after, limit).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.cache().clear();
        Clients::erase(&self.store, tenant).await
    }
}

/// An adapter that keeps headers in a map of single values: of a header that stands twice, on the
/// way in as on the way out, the last is left.
#[derive(Debug)]
pub struct LastHeaderWins(pub Server);

#[async_trait]
impl Driver for LastHeaderWins {
    async fn send(&self, mut request: Request<Bytes>) -> Response<Bytes> {
        *request.headers_mut() = singles(request.headers());
        let mut response = self.0.handle(request).await;
        *response.headers_mut() = singles(response.headers());
        response
    }
}

fn singles(headers: &HeaderMap) -> HeaderMap {
    let mut last = HeaderMap::new();
    for (name, value) in headers {
        last.insert(name, value.clone());
    }
    last
}

/// An adapter whose router answers HEAD by GET, as many do.
#[derive(Debug)]
pub struct HeadIsGet(pub Server);

#[async_trait]
impl Driver for HeadIsGet {
    async fn send(&self, mut request: Request<Bytes>) -> Response<Bytes> {
        if request.method() == http::Method::HEAD {
            *request.method_mut() = http::Method::GET;
        }
        self.0.handle(request).await
    }
}
