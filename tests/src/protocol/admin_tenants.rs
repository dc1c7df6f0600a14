//! The life of a tenant: stopped, started again, deleted; its id is never another's.

use std::time::Duration;

use grantry::{
    Admin, NewClient, NewUser, Server,
    types::{Password, Tenant, TenantId, Whose},
};

use super::admin::{
    Belongings, admin, app_asks, assert_no, backend_asks, force_tenant, slips_past, tenant_row,
};
use super::direct::{ask, assert_alike};
use super::grant::{Grant, Holder};
use crate::{ALICE, Answer, PASSWORD, Stage, alice_asks_for_a_code, query, rpc, tenant_id};

const DISABLED: &str = "the tenant is disabled";
const MOMENT: Duration = Duration::from_millis(1);

/// Every way to ask for something at a tenant, right in every respect.
async fn everything(s: &Stage, tenant: &str, issued: &Belongings<'_>) -> [Vec<Answer>; 2] {
    let code = query(&alice_asks_for_a_code());
    let mut rpc = Vec::from(ask(s, tenant, "authorize", &code).await);
    let password = query(&[("grant_type", "password"), ALICE, PASSWORD]);
    rpc.extend(ask(s, tenant, "token", &password).await);
    rpc.push(s.redeem(tenant, &issued.code).await);
    let [direct, app, backend] = &issued.grants;
    rpc.push(s.direct_refresh(tenant, &direct.first.refresh).await);
    let rfc = vec![
        app_asks(s, tenant).await,
        backend_asks(s, tenant).await,
        s.refresh(tenant, "app", &app.first.refresh).await,
        s.refresh(tenant, "backend", &backend.first.refresh).await,
    ];
    [rpc, rfc]
}

/// TN-06, RF-08, TK-15: stopped at one moment, refused at the next, whatever is asked for and by whom.
pub async fn a_disabled_tenant_issues_nothing_from_that_moment_on(s: &Stage) {
    let issued = Belongings::of(s, "acme").await;
    assert_eq!(admin(s).disable_tenant(&tenant_id("acme")).await.expect("done"), 4);
    let [rpc_answers, rfc_answers] = everything(s, "acme", &issued).await;
    for answer in rpc_answers {
        answer.assert_rpc(403, &rpc(7, "UNAUTHORIZED_CLIENT", DISABLED, &[]));
    }
    for answer in rfc_answers {
        answer.assert_error(400, "unauthorized_client", DISABLED);
    }
    assert_eq!(s.get("/oauth/acme/jwks.json", &[]).await.status, 200, "its keys stay");
}

/// TN-06: what was granted before is dead for good, what comes after lives.
pub async fn a_tenant_enabled_again_does_not_revive_what_it_issued(s: &Stage) {
    let (issued, acme) = (Belongings::of(s, "acme").await, tenant_id("acme"));
    admin(s).disable_tenant(&acme).await.expect("done");
    admin(s).enable_tenant(&acme).await.expect("done");
    s.world.clock.advance(MOMENT);
    issued.are_dead().await;
    Belongings::of(s, "acme").await.live().await;
    assert_eq!(backend_asks(s, "acme").await.status, 200);
}

/// TN-06: nor does what was just being issued: a row that was written too late is dead as well.
pub async fn a_grant_that_slipped_past_a_tenants_end_is_dead_all_the_same(s: &Stage) {
    let acme = tenant_id("acme");
    for holder in Holder::ALL {
        let grant = Grant::begin(s, "acme", holder).await;
        let row = grant.row().await;
        admin(s).disable_tenant(&acme).await.expect("done");
        admin(s).enable_tenant(&acme).await.expect("done");
        s.world.clock.advance(MOMENT);
        slips_past(&grant, &row).await;
        grant.is_refused(&grant.first.refresh).await;
    }
}

/// TN-01, TN-06: nobody else notices.
pub async fn other_tenants_do_not_notice_that_one_is_stopped_or_gone(s: &Stage) {
    let others = [Belongings::of(s, "strict").await, Belongings::of(s, "ecdsa").await];
    let keys = s.get("/oauth/strict/jwks.json", &[]).await.body;
    admin(s).disable_tenant(&tenant_id("acme")).await.expect("done");
    admin(s).delete_tenant(&tenant_id("globex")).await.expect("done");
    for other in others {
        other.live().await;
    }
    assert_eq!(backend_asks(s, "strict").await.status, 200);
    assert_eq!(s.get("/oauth/strict/jwks.json", &[]).await.body, keys);
}

/// TN-05: a deleted tenant is answered like one that never was, documents included.
pub async fn a_deleted_tenant_is_one_that_never_was(s: &Stage) {
    let issued = Belongings::of(s, "acme").await;
    admin(s).delete_tenant(&tenant_id("acme")).await.expect("done");
    let [rpc_answers, rfc_answers] = everything(s, "acme", &issued).await;
    for answer in &rpc_answers {
        answer.assert_rpc(404, &rpc(5, "UNKNOWN_TENANT", "there is no such tenant", &[]));
    }
    for answer in &rfc_answers {
        answer.assert_error(404, "invalid_request", "there is no such tenant");
    }
    for document in ["jwks.json", ".well-known/openid-configuration"] {
        let gone = s.get(&format!("/oauth/acme/{document}"), &[]).await;
        assert_alike(&[gone, s.get(&format!("/oauth/nobody/{document}"), &[]).await]);
    }
}

/// TN-05: its rows go, and every operation on it says that there is none.
pub async fn nothing_is_left_of_a_deleted_tenant(s: &Stage) {
    let (acme, admin) = (tenant_id("acme"), admin(s));
    admin.delete_tenant(&acme).await.expect("done");
    let stores = &s.world.stores;
    assert!(stores.tenants.read(&acme).await.expect("the store answers").is_none());
    assert!(stores.key_records.read(&acme).await.expect("the store answers").is_none());
    assert!(stores.clients.list(&acme, None, 9).await.expect("the store answers").is_empty());
    assert!(stores.accounts.list(&acme, None, 9).await.expect("the store answers").is_empty());
    let alice = stores.accounts.by_username(&acme, "alice").await;
    assert!(alice.expect("the store answers").is_none());
    let why = "there is no tenant of this name: create it first";
    assert!(admin.tenant(&acme).await.expect("the store answers").is_none());
    assert_no(admin.change_tenant(&acme, |_| {}).await, why);
    assert_no(admin.disable_tenant(&acme).await, why);
    assert_no(admin.enable_tenant(&acme).await, why);
    assert_no(admin.delete_tenant(&acme).await, why);
    assert_no(admin.clients(&acme, None).await, why);
    assert_no(admin.users(&acme, None).await, why);
    assert_no(admin.grants(&acme, Whose::Tenant, None).await, why);
    assert_no(admin.end_grants(&acme, Whose::Tenant).await, why);
    assert_no(admin.keys(&acme).await, why);
    assert_no(admin.create_client(&acme, NewClient::public("new")).await, why);
    let new = NewUser::new("new", Password::from("wonderland"));
    assert_no(admin.create_user(&acme, new).await, why);
}

/// TN-05: an id is one tenant's for good, however it is asked for again.
pub async fn the_id_of_a_deleted_tenant_is_never_given_out_again(s: &Stage) {
    let (acme, stores) = (tenant_id("acme"), s.world.stores.clone());
    let policy = tenant_row(s, "acme").await.policy;
    admin(s).delete_tenant(&acme).await.expect("done");
    let why = "this id was a tenant's that was deleted, and is never given out again: choose \
               another";
    for _ in 0..2 {
        assert_no(admin(s).create_tenant("acme", policy.clone()).await, why);
        let keys = stores.key_records.read(&acme).await.expect("the store answers");
        assert!(keys.is_none(), "no keys under a name that was another's");
    }
    let again = Server::builder("https://id.example.com/oauth/{tenant}").store(stores);
    assert!(again.tenant("acme", policy).build().await.is_err());
    assert_eq!(s.get("/oauth/acme/jwks.json", &[]).await.status, 404);
}

/// TN-05: a deletion that a crash cut off is finished by deleting again.
pub async fn deleting_again_finishes_what_was_begun(s: &Stage) {
    let (acme, stores) = (tenant_id("acme"), &s.world.stores);
    stores.tenants.delete(&acme).await.expect("the store answers");
    let why = "there is no tenant of this name: create it first";
    assert_no(admin(s).delete_tenant(&acme).await, why);
    assert!(stores.key_records.read(&acme).await.expect("the store answers").is_none());
    assert!(stores.clients.list(&acme, None, 9).await.expect("the store answers").is_empty());
    assert!(stores.accounts.list(&acme, None, 9).await.expect("the store answers").is_empty());
}

/// TN-06: a bad policy keeps nobody from stopping a tenant, and everybody from starting it.
pub async fn a_tenant_whose_policy_is_bad_is_stopped_and_deleted_all_the_same(s: &Stage) {
    let (acme, admin) = (tenant_id("acme"), admin(s));
    let issued = Belongings::of(s, "acme").await;
    force_tenant(s, "acme", |row| row.policy.retry_window = Duration::from_secs(301)).await;
    assert_eq!(admin.disable_tenant(&acme).await.expect("done"), 4);
    assert_no(admin.enable_tenant(&acme).await, "policy.retry_window is at most 300 s");
    assert!(tenant_row(s, "acme").await.disabled);
    let answer = s.redeem("acme", &issued.code).await;
    answer.assert_rpc(403, &rpc(7, "UNAUTHORIZED_CLIENT", DISABLED, &[]));
    admin.delete_tenant(&acme).await.expect("done");
}

/// Design, "Stores": what changes nothing writes nothing.
pub async fn a_tenant_that_stays_what_it_is_keeps_its_version(s: &Stage) {
    let (acme, admin) = (tenant_id("acme"), admin(s));
    let before = tenant_row(s, "acme").await;
    admin.change_tenant(&acme, |_| {}).await.expect("nothing to do");
    admin.enable_tenant(&acme).await.expect("nothing to do");
    assert_eq!(tenant_row(s, "acme").await, before);
    admin.disable_tenant(&acme).await.expect("done");
    let stopped = tenant_row(s, "acme").await;
    assert_eq!((stopped.version, stopped.disabled), (before.version.next(), true));
    s.world.clock.advance(MOMENT);
    assert_eq!(admin.disable_tenant(&acme).await.expect("nothing to do"), 0);
    assert_eq!(tenant_row(s, "acme").await, stopped);
}

/// All tenants, page after page.
async fn all(admin: &Admin) -> Vec<TenantId> {
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = admin.tenants(after.as_ref()).await.expect("the store answers");
        assert!(page.len() <= Admin::PAGE, "{} on one page", page.len());
        let Some(last) = page.last() else { return found };
        after = Some(last.id.clone());
        found.extend(page.iter().map(|tenant| tenant.id.clone()));
    }
}

/// Tenants come in the order of their ids, each once, without those that were deleted.
pub async fn tenants_come_in_pages_in_the_order_of_their_ids(s: &Stage) {
    let policy = tenant_row(s, "acme").await.policy;
    for n in (0..2 * Admin::PAGE).rev() {
        let row = Tenant::new(tenant_id(&format!("many-{n}")), policy.clone());
        s.world.stores.tenants.create(row).await.expect("the store answers");
    }
    admin(s).delete_tenant(&tenant_id("many-7")).await.expect("done");
    let found = all(admin(s)).await;
    assert_eq!(found.len(), 2 * Admin::PAGE - 1 + 10);
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
    assert!(!found.contains(&tenant_id("many-7")));
}
