//! Where grants are kept: single rows, changed only by compare-and-set.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::types::{
    Next, Presentation, Presented, TenantId, Ticket, TicketId, Timestamp, Version, Whose, judge,
};

/// Keeps tickets, partitioned by tenant and id. Any engine with linearizable writes of single rows
/// can be one. The conformance suite holds the contract; run it against yours.
///
/// ```
/// use std::{collections::BTreeMap, sync::{Mutex, MutexGuard, PoisonError}};
/// use grantry::{async_trait, ports::{Change, Create, Cursor, Page, StoreError, Tickets}};
/// use grantry::types::{
///     EndReason, Next, TenantId, Ticket, TicketId, TicketState, Timestamp, Version, Whose,
/// };
///
/// type Rows = BTreeMap<(TenantId, TicketId), Ticket>;
///
/// #[derive(Debug, Default)]
/// struct InAMap(Mutex<Rows>);
///
/// impl InAMap {
///     fn rows(&self) -> MutexGuard<'_, Rows> {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner)
///     }
/// }
///
/// #[async_trait]
/// impl Tickets for InAMap {
///     async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError> {
///         let (mut rows, key) = (self.rows(), (tenant.clone(), ticket.id));
///         if rows.contains_key(&key) {
///             return Ok(Create::Conflict);
///         }
///         rows.insert(key, ticket.clone());
///         Ok(Create::Created)
///     }
///     async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError> {
///         Ok(self.rows().get(&(tenant.clone(), id)).cloned())
///     }
///     async fn change(
///         &self, tenant: &TenantId, id: TicketId, from: Version, next: &Next, now: Timestamp,
///     ) -> Result<Change, StoreError> {
///         match self.rows().get_mut(&(tenant.clone(), id)) {
///             Some(row) if row.version == from && row.is_live(now) => {
///                 row.apply(next, now);
///                 Ok(Change::Written)
///             }
///             _ => Ok(Change::Lost),
///         }
///     }
///     async fn end(&self, tenant: &TenantId, whose: Whose, now: Timestamp) -> Result<u64, StoreError> {
///         let mut ended = 0;
///         for ((owner, _), row) in self.rows().iter_mut() {
///             if owner == tenant && row.state == TicketState::Live && row.is_of(&whose) {
///                 let next = row.ended(EndReason::Revoked);
///                 row.apply(&next, now);
///                 ended += 1;
///             }
///         }
///         Ok(ended)
///     }
///     async fn list(
///         &self, tenant: &TenantId, whose: Whose, after: Option<Cursor>,
///     ) -> Result<Page, StoreError> {
///         let rows = self.rows();
///         let later = rows.iter().filter(|((owner, id), row)| {
///             owner == tenant && row.is_of(&whose) && after.is_none_or(|after| *id > after.0)
///         });
///         Ok(Page::of(later.map(|(_, row)| row.clone()).take(Page::SIZE + 1).collect()))
///     }
///     async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError> {
///         let mut rows = self.rows();
///         let old = rows.iter().filter(|(_, row)| row.expires_at < before);
///         let old: Vec<_> = old.map(|(key, _)| key.clone()).take(limit).collect();
///         old.iter().for_each(|key| drop(rows.remove(key)));
///         Ok(old.len())
///     }
/// }
/// ```
#[async_trait]
pub trait Tickets: Debug + Send + Sync + 'static {
    /// Stores a new ticket; a known id is a conflict.
    ///
    /// # Errors
    /// When the store does not answer; whether the ticket is there is unknown then.
    async fn issue(&self, tenant: &TenantId, ticket: &Ticket) -> Result<Create, StoreError>;

    /// The newest state, tombstones included; never a replica's.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn read(&self, tenant: &TenantId, id: TicketId) -> Result<Option<Ticket>, StoreError>;

    /// Carries out `next` (see [`Ticket::apply`]) if the row still has version `from`, is live and
    /// has not expired.
    ///
    /// # Errors
    /// When the store does not answer; whether it was written is unknown then.
    async fn change(
        &self,
        tenant: &TenantId,
        id: TicketId,
        from: Version,
        next: &Next,
        now: Timestamp,
    ) -> Result<Change, StoreError>;

    /// Judges a presentation (see [`judge`]) and writes what follows from it, as one step. This
    /// default reads and changes until nobody came between; a store that can do it in one
    /// statement should.
    ///
    /// # Errors
    /// When the store does not answer; the client may ask again.
    async fn present(
        &self,
        tenant: &TenantId,
        id: TicketId,
        shown: &Presentation,
        now: Timestamp,
    ) -> Result<Presented, StoreError> {
        for _ in 0..ROUNDS {
            let Some(mut ticket) = self.read(tenant, id).await? else {
                return Ok(Presented::Refused);
            };
            let Some((outcome, next)) = judge(&ticket, shown, now) else {
                return Ok(Presented::Refused);
            };
            if self.change(tenant, id, ticket.version, &next, now).await? == Change::Written {
                ticket.apply(&next, now);
                return Ok(outcome(ticket));
            }
        }
        Err(StoreError::new("a ticket changed each time between its read and its write"))
    }

    /// Ends live tickets: one, or all of a subject or client. They stay as tombstones until they
    /// expire. Returns how many.
    ///
    /// # Errors
    /// When the store does not answer; some may have ended then.
    async fn end(&self, tenant: &TenantId, whose: Whose, now: Timestamp)
    -> Result<u64, StoreError>;

    /// Tickets in the order of their ids, [`Page::SIZE`] at a time.
    ///
    /// # Errors
    /// When the store does not answer.
    async fn list(
        &self,
        tenant: &TenantId,
        whose: Whose,
        after: Option<Cursor>,
    ) -> Result<Page, StoreError>;

    /// Forgets up to `limit` tickets that expired before `before`, in any tenant. Returns how many.
    ///
    /// # Errors
    /// When the store does not answer; some may be gone then.
    async fn sweep(&self, before: Timestamp, limit: usize) -> Result<usize, StoreError>;

    /// Whether `issue`, `change` and `present` may be pending. A store that answers at once says
    /// `false` and is spared a task for each call.
    fn waits(&self) -> bool {
        true
    }
}

/// How often the default `present` reads anew. Whoever loses lost to somebody who won, so only a
/// store that contradicts itself gets there.
const ROUNDS: usize = 10_000;

/// What came of keeping something new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Create {
    /// It is kept.
    Created,
    /// There is one already, which stays as it is.
    Conflict,
}

/// What came of a compare-and-set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// It is written.
    Written,
    /// Somebody else wrote, or the row is dead: nothing changed.
    Lost,
}

/// Where a page ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cursor(pub TicketId);

/// A page of tickets.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Page {
    /// The tickets.
    pub tickets: Vec<Ticket>,
    /// Where the next page begins, if there is one.
    pub next: Option<Cursor>,
}

impl Page {
    /// The most tickets of one page.
    pub const SIZE: usize = 100;

    /// A page of tickets in the order of their ids, of which up to one more than [`Page::SIZE`]
    /// are given, to know whether there is a next page.
    pub fn of(mut tickets: Vec<Ticket>) -> Self {
        let more = tickets.len() > Self::SIZE;
        tickets.truncate(Self::SIZE);
        let next = tickets.last().filter(|_| more).map(|last| Cursor(last.id));
        Self { tickets, next }
    }
}
