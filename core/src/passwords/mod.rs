//! The built-in user directory and the pool that hashes its passwords.

mod directory;
mod foreign;
mod hash;
mod pool;
mod priority;

pub use directory::Directory;
pub use hash::{Verdict, check};
pub use pool::{HashingPool, HashingPoolConfig};
