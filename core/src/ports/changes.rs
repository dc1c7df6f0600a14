//! What others wrote to the same store.

use std::fmt::Debug;

use async_trait::async_trait;

use super::StoreError;
use crate::types::TenantId;

/// Tells of tenants, clients and keys that other nodes changed, so that rows of them can be remembered:
/// a store that lends this has its tenants and clients cached ([`crate::CacheConfig`]), and one that does not
/// is asked each time. A word too many costs a read; one that is missing leaves a node with an old row until
/// what it remembers is too old in any case, after a minute. A word is for one server: whoever builds two in
/// one process makes two of [`super::Stores`], each with a listener of its own.
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
    /// forgotten then, and nothing is believed for longer than half a second until a word comes, or one call
    /// has waited for two seconds: by then it must hear everything. The same holds at the beginning. An
    /// implementation finds out by itself, within a second, that nobody answers any more; it is asked again a
    /// quarter of a second after an error at the latest.
    async fn next(&self) -> Result<TenantId, StoreError>;
}
