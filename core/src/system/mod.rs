//! The machine's own clock and random generator, and where events go by default.

mod events;

use std::time::{SystemTime, UNIX_EPOCH};

use aws_lc_rs::rand;

use crate::ports::{Clock, Entropy, EntropyError};
use crate::types::Timestamp;

pub use events::Silence;
#[cfg(feature = "tracing")]
pub use events::TracingEvents;

/// The machine's clock.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the door that time comes in by")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Timestamp::EPOCH.plus(since)
    }
}

/// The machine's cryptographic random generator.
#[derive(Clone, Copy, Debug, Default)]
pub struct SystemEntropy;

impl Entropy for SystemEntropy {
    fn fill(&self, bytes: &mut [u8]) -> Result<(), EntropyError> {
        rand::fill(bytes).map_err(|_| EntropyError)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_stands_in_this_century_and_chance_differs() {
        assert!(SystemClock.now() > Timestamp::from_secs(1_700_000_000));
        let (mut one, mut two) = ([0; 16], [0; 16]);
        SystemEntropy.fill(&mut one).unwrap();
        SystemEntropy.fill(&mut two).unwrap();
        assert_ne!(one, two);
    }
}
