//! How a case runs.

use std::{
    future::Future,
    panic::{self, AssertUnwindSafe},
    pin::Pin,
};

use grantry::ports::Stores;

use crate::{Driver, Stage, World};

/// A future of whatever kind: thousands of tests share what drives it.
type Boxed<'a, T> = Pin<Box<dyn Future<Output = T> + 'a>>;

/// One driver on one store: where [`crate::conformance!`] runs cases.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "three functions, for a macro alone")]
pub struct Place {
    pub stores: fn() -> Stores,
    pub driver: fn(World) -> Boxed<'static, Box<dyn Driver>>,
    pub except: &'static [(&'static str, &'static str)],
}

impl Place {
    /// Runs a case in a world of its own.
    pub fn run(&self, name: &str, case: for<'a> fn(&'a Stage) -> Boxed<'a, ()>) {
        let case = Box::pin(async {
            let world = World::new((self.stores)()).await;
            let driver = (self.driver)(world.clone()).await;
            case(&Stage { world, driver }).await;
        });
        run_or_except(name, self.except, case);
    }
}

/// One store: where [`crate::conformance!`] runs the contract.
#[doc(hidden)]
#[expect(missing_debug_implementations, reason = "two functions, for a macro alone")]
pub struct Shelf {
    pub stores: fn() -> Stores,
    pub except: &'static [(&'static str, &'static str)],
}

impl Shelf {
    /// Runs a case on empty stores.
    pub fn run(&self, name: &str, case: for<'a> fn(&'a Stores) -> Boxed<'a, ()>) {
        let case = Box::pin(async {
            let stores = (self.stores)();
            case(&stores).await;
        });
        run_or_except(name, self.except, case);
    }
}

/// Runs a case on a runtime of its own, which has two threads: what [`crate::conformance!`] does
/// with each, and what you do with one that is not in its lists.
///
/// # Panics
/// When the case does, or the platform gives no runtime.
pub fn run(case: impl Future<Output = ()>) {
    on_a_runtime(Box::pin(case));
}

fn on_a_runtime(case: Boxed<'_, ()>) {
    let mut runtime = tokio::runtime::Builder::new_multi_thread();
    runtime.worker_threads(2).enable_all().build().expect("a runtime").block_on(case);
}

/// Runs a case, which must fail if it is excepted: an exception that nobody needs any more is a
/// failure, so that no list of exceptions grows old.
///
/// # Panics
/// When the case does; when an excepted one does not.
pub fn run_or_except(name: &str, exceptions: &[(&str, &str)], case: Boxed<'_, ()>) {
    let Some((_, reason)) = exceptions.iter().find(|(excepted, _)| *excepted == name) else {
        return on_a_runtime(case);
    };
    let failed = panic::catch_unwind(AssertUnwindSafe(|| on_a_runtime(case))).is_err();
    assert!(failed, "{name} passes, though it is excepted ({reason}): take it off the list");
}
