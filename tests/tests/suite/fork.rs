//! What a fork does differently on purpose: a case that is excepted must fail.

use std::panic;

use async_trait::async_trait;
use bytes::Bytes;
use grantry_conformance::{Driver, World, run_or_except};
use http::{Request, Response, StatusCode};

/// A fork that answers no GET at its authorization endpoint.
struct WithoutGet(World);

#[async_trait]
impl Driver for WithoutGet {
    async fn send(&self, request: Request<Bytes>) -> Response<Bytes> {
        if request.uri().path() == "/oauth/acme/authorize" {
            let mut answer = Response::default();
            *answer.status_mut() = StatusCode::GONE;
            return answer;
        }
        self.0.server.handle(request).await
    }
}

async fn without_get(world: World) -> Box<dyn Driver> {
    Box::new(WithoutGet(world))
}

grantry_conformance::conformance! {
    cases: races,
    drivers: { fork: crate::fork::without_get },
    stores: { memory: grantry::MemoryStore::default },
    except: {
        races::of_64_redemptions_of_one_code_one_wins_and_the_grant_ends: "codes come by POST alone",
        races::of_64_redemptions_of_a_clients_code_one_wins: "codes come by POST alone",
        races::of_64_who_allow_and_refuse_on_one_page_one_is_heard: "pages come by POST alone",
    },
}

#[test]
fn an_excepted_case_that_passes_is_a_failure() {
    let listed = [("room::case", "a reason")];
    let passes = |name, exceptions: &'static [_]| {
        panic::catch_unwind(|| run_or_except(name, exceptions, Box::pin(async {}))).is_ok()
    };
    let fails = |name| {
        panic::catch_unwind(|| {
            run_or_except(name, &listed, Box::pin(async { panic!("on purpose") }))
        })
        .is_err()
    };
    assert!(passes("room::case", &[]));
    assert!(!passes("room::case", &[("room::case", "a reason")]));
    assert!(passes("room::other", &[("room::case", "a reason")]));
    assert!(!fails("room::case"));
    assert!(fails("room::other"));
}
