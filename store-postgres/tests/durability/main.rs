//! What no case of the suite can see: that calls may be left, that nodes agree, that lines break and
//! servers end at the worst moment, and that nothing which was acknowledged is lost by it.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on fails")]

mod cancelled;
mod faults;
mod heard;
mod killed;
mod nodes;
mod proxy;
mod secured;
mod served;
mod silence;
mod started;
mod trips;
mod undone;
mod world;
