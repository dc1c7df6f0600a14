//! How much is remembered, and for how long.

use std::time::Duration;

/// How much a node remembers of its store. Keys are remembered over every store, and rows of tenants and
/// clients over one that lends [`crate::ports::Changes`]. Beyond a bound it is what is asked for least that
/// goes; a bound takes no memory before it is needed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CacheConfig {
    /// Tenants: about 1 KiB each, more where a policy lists much. Default: 100,000.
    pub tenants: usize,
    /// Clients of all tenants: about 1 KiB each. Default: 100,000.
    pub clients: usize,
    /// Names of tenants that nobody has, and the same number of names of clients: about 200 bytes each.
    /// Apart from the others, so that whoever makes up names pushes out no row. Default: 10,000.
    pub unknown: usize,
    /// Tenants whose keys are kept parsed: about 2 KiB each. Default: 1,048,576.
    pub keys: usize,
    /// For how long a row of a tenant or client is believed at most, though the store told of no change;
    /// up to a fifth less, so that not all are read anew at once. Default: 60 s.
    pub lifetime: Duration,
}

impl Default for CacheConfig {
    fn default() -> Self {
        Self {
            tenants: 100_000,
            clients: 100_000,
            unknown: 10_000,
            keys: 1 << 20,
            lifetime: Duration::from_secs(60),
        }
    }
}
