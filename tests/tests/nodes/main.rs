//! Nodes that remember rows and hear of each other's changes: what was stopped at one is refused at the other
//! (F-39, F-40), what was made at one works at the other, and who asks for a cold row asks alone (F-25).
//! Time stands still here, and reads are counted.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod down;
mod grants;
mod loads;
mod news;
mod pair;
mod stops;
