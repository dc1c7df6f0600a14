//! A store and an adapter that are wrong on purpose, in the ways that real ones are. The suite must
//! fail them; a test asserts that it does.

use std::{
    collections::HashMap,
    sync::{Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use bytes::Bytes;
use grantry::{
    MemoryTickets, Server,
    ports::{Change, Create, Cursor, Page, StoreError, Tickets},
    types::{Next, TenantId, Ticket, TicketId, Timestamp, Version, Whose},
};
use http::{HeaderMap, Request, Response};
use tokio::task::yield_now;

use crate::Driver;

type Rows = HashMap<(TenantId, TicketId), Ticket>;

/// A store that reads, decides, and then writes, without asking whether somebody came between.
#[derive(Debug, Default)]
pub struct CheckThenAct {
    rows: Mutex<Rows>,
    others: MemoryTickets,
}

impl CheckThenAct {
    fn rows(&self) -> MutexGuard<'_, Rows> {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner)
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
        let Some(mut row) = self.read(tenant, id).await? else { return Ok(Change::Lost) };
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
