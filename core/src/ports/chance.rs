//! Time and chance: they come in here and nowhere else, so that tests own both.

use std::fmt::Debug;

use crate::types::Timestamp;

/// Tells the time. Asked once for each request.
///
/// ```
/// use grantry::{ports::Clock, types::Timestamp};
///
/// #[derive(Debug)]
/// struct Stopped;
///
/// impl Clock for Stopped {
///     fn now(&self) -> Timestamp {
///         Timestamp::from_secs(1_700_000_000)
///     }
/// }
/// ```
pub trait Clock: Debug + Send + Sync + 'static {
    /// The present moment. Several nodes must agree to within a few seconds.
    fn now(&self) -> Timestamp;
}

/// Fills bytes with chance.
///
/// ```
/// use grantry::ports::{Entropy, EntropyError};
///
/// /// For tests alone.
/// #[derive(Debug)]
/// struct Predictable;
///
/// impl Entropy for Predictable {
///     fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
///         bytes.fill(4);
///         Ok(())
///     }
/// }
/// ```
pub trait Entropy: Debug + Send + Sync + 'static {
    /// Fills the bytes with what a cryptographic generator gives.
    ///
    /// # Errors
    /// When there is no chance to be had; nothing is issued then.
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError>;
}

/// The random generator failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the random generator failed")]
pub struct EntropyError;

impl dyn Entropy {
    /// An array of chance.
    ///
    /// # Errors
    /// As [`Entropy::fill`].
    pub fn bytes<const N: usize>(&self) -> Result<[u8; N], EntropyError> {
        let mut bytes = [0; N];
        self.fill(&mut bytes)?;
        Ok(bytes)
    }
}
