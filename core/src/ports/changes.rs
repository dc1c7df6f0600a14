//! What others wrote to the same store.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::types::TenantId;

/// Tells of tenants, clients and keys that other nodes changed, so that rows of them can be remembered:
/// a store that lends this has its tenants, clients and keys cached, and one that does not is asked each
/// time. A word too many costs a read; one that is missing leaves a node with an old row until what it
/// remembers is too old in any case.
///
/// ```
/// use grantry::{async_trait, ports::{Changes, StoreError}, types::TenantId};
/// use tokio::sync::{Mutex, mpsc::UnboundedReceiver};
///
/// /// Another task writes down what it hears.
/// #[derive(Debug)]
/// struct Heard(Mutex<UnboundedReceiver<TenantId>>);
///
/// #[async_trait]
/// impl Changes for Heard {
///     async fn next(&self) -> Result<TenantId, StoreError> {
///         let heard = self.0.lock().await.recv().await;
///         heard.ok_or_else(|| StoreError::new("nobody listens any more"))
///     }
/// }
/// ```
#[async_trait]
pub trait Changes: Debug + Send + Sync + 'static {
    /// Waits for the next tenant whose row, clients or keys somebody changed, this node included. May be
    /// dropped at any await without losing a word.
    ///
    /// # Errors
    /// When words may have been missed, or may be missed from now on: whatever is remembered is
    /// forgotten then, and while this goes on failing nothing is believed for longer than half a second.
    /// An implementation finds out by itself, within a second, that nobody answers any more.
    async fn next(&self) -> Result<TenantId, StoreError>;
}
