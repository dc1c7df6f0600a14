//! What the contract cannot see: that a write survives the end of its process, that several processes share a
//! file, and what becomes of those who leave.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod child;
mod dropped;
mod failing;
mod killed;
mod listening;
mod opening;
mod restart;
mod served;
mod shared;

#[path = "../scratch/mod.rs"]
mod scratch;

/// How often, where the environment says nothing else.
fn times(name: &str, otherwise: usize) -> usize {
    std::env::var(name).map_or(otherwise, |times| times.parse().unwrap())
}
