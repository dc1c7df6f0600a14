//! A suite never seen red is worth nothing: these are wrong on purpose, and it must say so.

use std::{
    panic::{self, AssertUnwindSafe},
    sync::Arc,
};

use grantry::{MemoryStore, ports::Stores};
use grantry_conformance::{
    Bare, Driver, Stage, World, protocol, run, store,
    wrong::{CacheByIdAlone, CheckThenAct, HeadIsGet, LastHeaderWins},
};

/// Whether a case fails.
fn fails(case: impl Future<Output = ()>) -> bool {
    panic::catch_unwind(AssertUnwindSafe(|| run(case))).is_err()
}

fn check_then_act() -> Stores {
    Stores { tickets: Arc::new(CheckThenAct::default()), ..MemoryStore::default().into() }
}

async fn stage(driver: fn(World) -> Box<dyn Driver>) -> Stage {
    let world = World::new(MemoryStore::default()).await;
    Stage { driver: driver(world.clone()), world }
}

#[test]
fn a_store_that_checks_and_then_acts_fails_the_contract() {
    use store::concurrency::*;
    assert!(fails(async { a_code_is_redeemed_by_one(&check_then_act()).await }));
    assert!(fails(async { a_refresh_token_is_rotated_by_one(&check_then_act()).await }));
    assert!(fails(async { a_version_is_changed_by_one(&check_then_act()).await }));
    assert!(fails(async { an_id_is_issued_to_one(&check_then_act()).await }));
    let clients = || Stores { clients: Arc::new(CheckThenAct::default()), ..check_then_act() };
    use store::{changes::*, lists::*};
    assert!(fails(async { one_version_of_a_client_is_changed_by_one(&clients()).await }));
    use store::jwt_ids::*;
    let ids = || Stores { jwt_ids: Arc::new(CheckThenAct::default()), ..check_then_act() };
    assert!(fails(async { an_id_is_new_to_one_of_many(&ids()).await }));
    assert!(fails(async { an_expired_id_is_new_to_one_of_many(&ids()).await }));
    assert!(!fails(async { an_id_is_remembered_once_in_its_tenant(&ids()).await }));
    // One at a time it is right, so that it is the race which is seen.
    assert!(!fails(async { a_client_changes_by_the_version_that_was_read(&clients()).await }));
    assert!(!fails(async { clients_are_listed_in_order(&clients()).await }));
    assert!(!fails(async { erasing_touches_one_tenant_alone(&clients()).await }));
}

/// TN-02.
#[test]
fn a_store_whose_cache_forgets_the_tenant_fails_the_matrix() {
    async fn stage() -> Stage {
        let clients = Arc::new(CacheByIdAlone::default());
        let world = World::new(Stores { clients, ..MemoryStore::default().into() }).await;
        Stage { driver: Box::new(Bare(world.server.clone())), world }
    }
    use protocol::foreign::*;
    assert!(fails(async { a_client_is_a_stranger_to_every_other_tenant(&stage().await).await }));
    assert!(fails(async { what_has_one_name_in_two_tenants_is_two(&stage().await).await }));
    // One tenant alone does not notice.
    let alone = protocol::refresh::widening_is_an_invalid_scope;
    assert!(!fails(async { alone(&stage().await).await }));
}

#[test]
fn a_server_on_a_store_that_checks_and_then_acts_fails_the_races() {
    assert!(fails(async {
        let world = World::new(check_then_act()).await;
        let driver = Box::new(Bare(world.server.clone()));
        let races = protocol::races::of_64_redemptions_of_one_code_one_wins_and_the_grant_ends;
        races(&Stage { world, driver }).await;
    }));
}

#[test]
fn an_adapter_that_drops_repeated_headers_fails_the_comparison() {
    assert!(fails(async {
        let stage = stage(|world| Box::new(LastHeaderWins(world.server))).await;
        let compare = protocol::differential::every_recorded_request_is_answered_like_the_bare_core;
        compare(&stage).await;
    }));
}

#[test]
fn an_adapter_that_answers_head_by_get_fails_the_comparison() {
    assert!(fails(async {
        let stage = stage(|world| Box::new(HeadIsGet(world.server))).await;
        let compare = protocol::differential::every_recorded_request_is_answered_like_the_bare_core;
        compare(&stage).await;
    }));
}

#[test]
fn the_reference_itself_passes() {
    assert!(!fails(async {
        let stage = stage(|world| Box::new(Bare(world.server))).await;
        let compare = protocol::differential::every_recorded_request_is_answered_like_the_bare_core;
        compare(&stage).await;
    }));
}
