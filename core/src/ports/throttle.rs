//! How often somebody may try a password, or the code of a device.

use std::{fmt::Debug, time::Duration};

use async_trait::async_trait;

use super::StoreError;
use crate::types::{Source, TenantId, Timestamp};

/// Counts failed sign-ins, whatever way they came in by. The built-in one counts in this process;
/// several nodes that are to count together share one behind this.
///
/// ```
/// use std::{collections::HashMap, sync::{Mutex, PoisonError}, time::Duration};
/// use grantry::{async_trait, types::Timestamp};
/// use grantry::ports::{Admission, Attempt, Settled, StoreError, Throttle};
///
/// /// Three failures for each name, and then a minute's rest.
/// #[derive(Debug, Default)]
/// struct Three(Mutex<HashMap<Attempt, (u32, Timestamp)>>);
///
/// #[async_trait]
/// impl Throttle for Three {
///     async fn admit(&self, attempt: &Attempt, now: Timestamp) -> Result<Admission, StoreError> {
///         let counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         let (failures, last) = counts.get(attempt).copied().unwrap_or_default();
///         let rest = Duration::from_secs(60).saturating_sub(now.since(last));
///         Ok(if failures < 3 || rest.is_zero() { Admission::Admitted } else { Admission::Wait(rest) })
///     }
///     async fn settle(
///         &self, attempt: &Attempt, how: Settled, now: Timestamp,
///     ) -> Result<(), StoreError> {
///         let mut counts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
///         match how {
///             Settled::Right => drop(counts.remove(attempt)),
///             Settled::Wrong => {
///                 let row = counts.entry(attempt.clone()).or_default();
///                 *row = (row.0 + 1, now);
///             }
///             Settled::Untried => {}
///         }
///         Ok(())
///     }
/// }
/// ```
#[async_trait]
pub trait Throttle: Debug + Send + Sync + 'static {
    /// Whether a password may be tried now; asked before anything is known of the user. What is
    /// admitted is settled later, also if nobody waits for it any more.
    ///
    /// # Errors
    /// When the counters cannot be reached; the sign-in is answered 503.
    async fn admit(&self, attempt: &Attempt, now: Timestamp) -> Result<Admission, StoreError>;

    /// What came of an attempt that was admitted.
    ///
    /// # Errors
    /// When the counters cannot be reached.
    async fn settle(
        &self,
        attempt: &Attempt,
        how: Settled,
        now: Timestamp,
    ) -> Result<(), StoreError>;

    /// Whether calls may be pending. Calls of one that never waits are made in place, since nothing
    /// can interrupt them.
    fn waits(&self) -> bool {
        true
    }
}

/// An attempt to sign in.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Attempt {
    /// At which tenant.
    pub tenant: TenantId,
    /// As whom, in the canonical form, whether or not there is such a user (LG-04); as it was typed
    /// where it has none. The codes of devices are tried under names that begin with a control
    /// character, which no user's name holds.
    pub name: Box<str>,
    /// From where, if that is known.
    pub source: Option<Source>,
}

/// Whether a password may be tried now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Admission {
    /// It may.
    Admitted,
    /// Not before this time has passed.
    Wait(Duration),
}

/// What came of an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Settled {
    /// The user signed in.
    Right,
    /// The password was wrong, or the user unknown or disabled; or nobody waited for the answer.
    Wrong,
    /// No password was tried: the directory was busy or did not answer.
    Untried,
}
