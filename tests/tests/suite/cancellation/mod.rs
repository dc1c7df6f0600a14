//! F-14, P3: a handler's future may be dropped whenever it waits, and its framework may go before
//! its clients have their answers. What it was doing is done then, or not begun, and nobody is locked
//! out.

mod admin;
mod capacity;
mod client;
mod handlers;
mod leaving;
mod lent;
mod polls;
mod registering;
mod resumed;
mod rows;
mod scene;
mod stops;
mod trial;
mod visits;

use std::future::Future;

/// On one thread, so that nothing runs between two polls but by its turn.
fn run_here(case: impl Future<Output = ()>) {
    let mut runtime = tokio::runtime::Builder::new_current_thread();
    runtime.enable_all().build().unwrap().block_on(case);
}
