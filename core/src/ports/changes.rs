//! What others wrote to the same store.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::types::TenantId;

/// Tells of tenants, clients and keys that other nodes changed, so that rows of them can be remembered:
/// a store that lends this has its tenants and clients cached ([`crate::CacheConfig`]), and one that does not
/// is asked each time. A word too many costs a read; one that is missing leaves a node with an old row until
/// what it remembers is too old in any case, after a minute. Every server that is built of the same
/// [`super::Stores`] listens for itself, and all of them hear every word.
///
/// ```
/// use grantry::{async_trait, ports::{Changes, Listener, StoreError}, types::TenantId};
/// use tokio::sync::broadcast::{Receiver, Sender};
///
/// /// Another task sends what it hears.
/// #[derive(Debug)]
/// struct Heard(Sender<TenantId>);
///
/// struct Words(Receiver<TenantId>);
///
/// impl Changes for Heard {
///     fn listen(&self) -> Box<dyn Listener> {
///         Box::new(Words(self.0.subscribe()))
///     }
/// }
///
/// #[async_trait]
/// impl Listener for Words {
///     async fn next(&mut self) -> Result<TenantId, StoreError> {
///         // An error, too, where there were more words than the channel holds.
///         self.0.recv().await.map_err(StoreError::new)
///     }
/// }
/// ```
pub trait Changes: Debug + Send + Sync + 'static {
    /// Begins to listen, for one server: whatever is said from now on is heard by everybody who listens then.
    /// Those who listen already miss nothing by it.
    fn listen(&self) -> Box<dyn Listener>;
}

/// Hears of changes, for one server.
#[async_trait]
pub trait Listener: Send + 'static {
    /// Waits for the next tenant whose row, clients or keys somebody changed, this node included. May be
    /// dropped at any await without losing a word.
    ///
    /// # Errors
    /// When words may have been missed, or may be missed from now on: whatever is remembered is
    /// forgotten then, and nothing is believed for longer than half a second until a word comes, or one call
    /// has waited for two seconds: by then it must hear everything. The same holds at the beginning. An
    /// implementation finds out by itself, within a second, that nobody answers any more; it is asked again a
    /// quarter of a second after an error at the latest.
    async fn next(&mut self) -> Result<TenantId, StoreError>;
}
