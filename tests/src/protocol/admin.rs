//! What cases of administration share.

use std::time::Duration;

use grantry::{
    Admin, AdminError,
    ports::{Change, Create},
    types::{Client, ClientId, Subject, Tenant, Ticket},
};

use super::grant::{Grant, Holder};
use crate::{ALICE, Answer, PASSWORD, Stage, tenant_id};

/// What is said of every client that does not prove itself.
pub(super) const FAILED: &str = "client authentication failed";

/// The world's server, as its operator holds it.
pub(super) fn admin(s: &Stage) -> &Admin {
    s.world.server.admin()
}

pub(super) fn client_id(id: &str) -> ClientId {
    id.parse().expect("a client id")
}

pub(super) fn subject(id: &str) -> Subject {
    id.parse().expect("a subject")
}

/// Demands that nothing was done, and the text that says why.
#[track_caller]
pub(super) fn assert_no<T>(outcome: Result<T, AdminError>, why: &str) {
    match outcome {
        Ok(_) => panic!("it was done, though {why}"),
        Err(error) => assert_eq!(error.to_string(), why),
    }
}

/// A client asks for tokens of its own.
pub(super) async fn asks_alone(s: &Stage, tenant: &str, client: &str, secret: &str) -> Answer {
    let who = [("client_id", client), ("client_secret", secret)];
    let parameters = [&[("grant_type", "client_credentials")], &who[..]].concat();
    s.post(&format!("/oauth/{tenant}/token"), &parameters).await
}

/// `backend` asks for tokens of its own.
pub(super) async fn backend_asks(s: &Stage, tenant: &str) -> Answer {
    asks_alone(s, tenant, "backend", s.world.secret(tenant, "backend")).await
}

/// Alice signs in through the public client `app`.
pub(super) async fn app_asks(s: &Stage, tenant: &str) -> Answer {
    let parameters = [("grant_type", "password"), ALICE, PASSWORD, ("client_id", "app")];
    s.post(&format!("/oauth/{tenant}/token"), &parameters).await
}

/// A code and a grant of each holder, of Alice at one tenant.
pub(super) struct Belongings<'a> {
    pub(super) code: String,
    pub(super) grants: [Grant<'a>; 3],
}

impl<'a> Belongings<'a> {
    pub(super) async fn of(s: &'a Stage, tenant: &'static str) -> Self {
        let [direct, app, backend] = Holder::ALL;
        let grants = [
            Grant::begin(s, tenant, direct).await,
            Grant::begin(s, tenant, app).await,
            Grant::begin(s, tenant, backend).await,
        ];
        Self { code: s.direct_code(tenant).await, grants }
    }

    /// Demands that all of it is dead, by the answers to tokens that count for nothing.
    pub(super) async fn are_dead(&self) {
        let [grant, ..] = &self.grants;
        Holder::Direct.assert_refused(&grant.s.redeem(grant.tenant, &self.code).await);
        for grant in &self.grants {
            grant.is_refused(&grant.first.refresh).await;
        }
    }

    /// Demands that all of it lives.
    pub(super) async fn live(&self) {
        let [grant, ..] = &self.grants;
        grant.s.redeem(grant.tenant, &self.code).await.tokens();
        for grant in &self.grants {
            grant.gets(&grant.first.refresh).await;
        }
    }
}

/// Puts a grant's row back as it was, as if it had been written after the others were ended.
pub(super) async fn slips_past(grant: &Grant<'_>, row: &Ticket) {
    let (tickets, tenant) = (&grant.s.world.stores.tickets, tenant_id(grant.tenant));
    let out = row.expires_at.plus(Duration::from_millis(1));
    tickets.sweep(out, 99).await.expect("the store answers");
    let issued = tickets.issue(&tenant, row).await.expect("the store answers");
    assert_eq!(issued, Create::Created);
}

/// A tenant's row as the store has it.
pub(super) async fn tenant_row(s: &Stage, tenant: &str) -> Tenant {
    let row = s.world.stores.tenants.read(&tenant_id(tenant)).await.expect("the store answers");
    (*row.expect("a tenant")).clone()
}

/// Changes a tenant's row behind the server's back, past every check.
pub(super) async fn force_tenant(s: &Stage, tenant: &str, change: impl FnOnce(&mut Tenant)) {
    let mut row = tenant_row(s, tenant).await;
    let from = row.version;
    change(&mut row);
    row.version = from.next();
    let written = s.world.stores.tenants.change(row, from).await;
    assert_eq!(written.expect("the store answers"), Change::Written);
    s.world.told(&tenant_id(tenant)).await;
}

/// A client's row as the store has it.
pub(super) async fn client_row(s: &Stage, tenant: &str, client: &str) -> Client {
    let row = s.world.stores.clients.read(&tenant_id(tenant), &client_id(client)).await;
    (*row.expect("the store answers").expect("a client")).clone()
}

/// Changes a client's row likewise.
pub(super) async fn force_client(
    s: &Stage,
    tenant: &str,
    client: &str,
    change: impl FnOnce(&mut Client),
) {
    let mut row = client_row(s, tenant, client).await;
    let from = row.version;
    change(&mut row);
    row.version = from.next();
    let written = s.world.stores.clients.change(&tenant_id(tenant), row, from).await;
    assert_eq!(written.expect("the store answers"), Change::Written);
    s.world.told(&tenant_id(tenant)).await;
}
