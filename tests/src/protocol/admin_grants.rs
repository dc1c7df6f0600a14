//! Grants as an operator sees them: listed, and ended one by one or all of somebody's.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use grantry::{
    ports::{Page, SignIn, SignInError, StoreError, Users},
    types::{
        EndReason::Revoked, Password, Standing, Subject, TenantId, Ticket, TicketId,
        TicketState::Ended, Timestamp, Username, Whose,
    },
};

use super::admin::{Belongings, admin, assert_no, backend_asks, client_id, slips_past, subject};
use super::direct::beside;
use super::grant::{Grant, Holder};
use crate::{Stage, grant_of, tenant_id};

/// All grants of somebody, page after page.
async fn listed(s: &Stage, tenant: &str, whose: Whose) -> Vec<Ticket> {
    let (tenant, mut found, mut after) = (tenant_id(tenant), Vec::new(), None);
    loop {
        let page = admin(s).grants(&tenant, whose.clone(), after).await.expect("a page");
        assert!(page.tickets.len() <= Page::SIZE);
        found.extend(page.tickets);
        after = page.next;
        if after.is_none() {
            return found;
        }
    }
}

fn ids(tickets: &[Ticket]) -> BTreeSet<TicketId> {
    tickets.iter().map(|ticket| ticket.id).collect()
}

fn id(grant: &Grant<'_>) -> TicketId {
    grant_of(&grant.first.access)
}

fn of_client(id: &str) -> Whose {
    Whose::Client(client_id(id))
}

fn of_alice() -> Whose {
    Whose::Subject(subject("user-alice"))
}

/// TN-01: of one tenant, and of it those that were asked for.
pub async fn grants_are_listed_of_a_user_a_client_or_a_tenant(s: &Stage) {
    let (own, _) = (Belongings::of(s, "acme").await, Belongings::of(s, "strict").await);
    backend_asks(s, "acme").await.tokens();
    let [direct, app, backend] = &own.grants;
    let all = listed(s, "acme", Whose::Tenant).await;
    assert_eq!(all.len(), 4, "three of passwords and one of a code, none of the client's own");
    assert!(all.windows(2).all(|pair| pair[0].id < pair[1].id));
    assert_eq!(listed(s, "acme", of_alice()).await, all);
    assert_eq!(ids(&listed(s, "acme", of_client("app")).await), [id(app)].into());
    assert_eq!(ids(&listed(s, "acme", of_client("backend")).await), [id(backend)].into());
    assert_eq!(ids(&listed(s, "acme", Whose::One(id(direct))).await), [id(direct)].into());
    assert!(ids(&listed(s, "acme", of_client("direct")).await).contains(&id(direct)));
    assert_eq!(listed(s, "acme", of_client("direct")).await.len(), 2);
    for nobodys in [of_client("idle"), Whose::Subject(subject("user-mallory"))] {
        assert_eq!(listed(s, "acme", nobodys).await, []);
    }
    // The same id at another tenant is nobody's grant.
    assert_eq!(listed(s, "strict", Whose::One(id(direct))).await, []);
    assert_eq!(ids(&listed(s, "strict", Whose::Tenant).await).intersection(&ids(&all)).count(), 0);
}

/// Page after page, each grant once, the ended ones until they expire.
pub async fn a_long_list_of_grants_comes_in_pages(s: &Stage) {
    let model = Grant::begin(s, "acme", Holder::App).await.row().await;
    let many = 2 * Page::SIZE + 3;
    for n in 0..many {
        let id = TicketId::from_bytes((u128::try_from(n).expect("few") << 9).to_be_bytes());
        let ticket = Ticket { id, ..model.clone() };
        let issued = s.world.stores.tickets.issue(&tenant_id("acme"), &ticket).await;
        issued.expect("the store answers");
    }
    admin(s).end_grants(&tenant_id("acme"), Whose::One(model.id)).await.expect("done");
    let all = listed(s, "acme", Whose::Tenant).await;
    assert_eq!(all.len(), many + 1);
    assert!(all.windows(2).all(|pair| pair[0].id < pair[1].id));
    let ended: Vec<_> = all.iter().filter(|ticket| ticket.state == Ended(Revoked)).collect();
    assert_eq!(ended.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), [model.id]);
}

/// IR-12: one grant ends, and nobody else's.
pub async fn one_grant_is_ended_by_its_id(s: &Stage) {
    let (acme, own) = (tenant_id("acme"), Belongings::of(s, "acme").await);
    let [direct, app, backend] = &own.grants;
    let twin = Grant::begin(s, "acme", Holder::App).await;
    let end = async |tenant: &str| {
        let whose = Whose::One(id(app));
        admin(s).end_grants(&tenant_id(tenant), whose).await.expect("done")
    };
    assert_eq!(end("strict").await, 0, "an id is one tenant's");
    assert_eq!((end("acme").await, end("acme").await), (1, 0));
    app.is_refused(&app.first.refresh).await;
    for other in [direct, backend, &twin] {
        other.gets(&other.first.refresh).await;
    }
    s.redeem("acme", &own.code).await.tokens();
    let unknown = Whose::One(TicketId::from_bytes([9; 16]));
    assert_eq!(admin(s).end_grants(&acme, unknown).await.expect("done"), 0);
}

/// IR-12, LG-21: all of a user, codes that are not redeemed included; they may sign in again.
pub async fn all_grants_of_a_user_are_ended(s: &Stage) {
    let (own, other) = (Belongings::of(s, "acme").await, Belongings::of(s, "strict").await);
    assert_eq!(admin(s).end_grants(&tenant_id("acme"), of_alice()).await.expect("done"), 4);
    own.are_dead().await;
    other.live().await;
    s.world.clock.advance(Duration::from_millis(1));
    Belongings::of(s, "acme").await.live().await;
}

/// IR-12: all of a client, which goes on with new ones.
pub async fn all_grants_of_a_client_are_ended(s: &Stage) {
    let own = Belongings::of(s, "acme").await;
    let namesake = Grant::begin(s, "strict", Holder::App).await;
    let [direct, app, backend] = &own.grants;
    assert_eq!(admin(s).end_grants(&tenant_id("acme"), of_client("app")).await.expect("done"), 1);
    app.is_refused(&app.first.refresh).await;
    for other in [direct, backend, &namesake] {
        other.gets(&other.first.refresh).await;
    }
    s.world.clock.advance(Duration::from_millis(1));
    let fresh = Grant::begin(s, "acme", Holder::App).await;
    fresh.gets(&fresh.first.refresh).await;
    // Those of the direct API as well, which is a client of that name.
    assert_eq!(
        admin(s).end_grants(&tenant_id("acme"), of_client("direct")).await.expect("done"),
        2
    );
    Holder::Direct.assert_refused(&s.redeem("acme", &own.code).await);
    direct.is_refused(&direct.first.refresh).await;
    backend.gets(&backend.first.refresh).await;
}

/// IR-12: all of a tenant, which goes on issuing.
pub async fn all_grants_of_a_tenant_are_ended(s: &Stage) {
    let (own, other) = (Belongings::of(s, "acme").await, Belongings::of(s, "strict").await);
    assert_eq!(admin(s).end_grants(&tenant_id("acme"), Whose::Tenant).await.expect("done"), 4);
    own.are_dead().await;
    other.live().await;
    s.world.clock.advance(Duration::from_millis(1));
    Belongings::of(s, "acme").await.live().await;
}

/// "Those that are just being issued included": a row that was written too late is dead as well.
pub async fn a_grant_that_was_just_being_issued_ends_with_the_others(s: &Stage) {
    let acme = tenant_id("acme");
    for whose in [Whose::Tenant, of_client("app"), of_alice()] {
        let grant = Grant::begin(s, "acme", Holder::App).await;
        let row = grant.row().await;
        admin(s).end_grants(&acme, whose).await.expect("done");
        slips_past(&grant, &row).await;
        grant.is_refused(&grant.first.refresh).await;
        s.world.clock.advance(Duration::from_millis(1));
    }
}

/// Whose grants nobody has cannot be ended: a slip of the pen is told.
pub async fn grants_of_nobody_are_not_ended(s: &Stage) {
    let acme = tenant_id("acme");
    let end = async |tenant: &TenantId, whose| admin(s).end_grants(tenant, whose).await;
    assert_no(
        end(&acme, of_client("nobody")).await,
        "there is no client of this id in the tenant: create it first",
    );
    assert_no(
        end(&acme, Whose::Subject(subject("nobody"))).await,
        "there is no such user in the tenant: create them first",
    );
    let (gone, one) = (tenant_id("nobody"), Whose::One(TicketId::from_bytes([9; 16])));
    for whose in [Whose::Tenant, of_client("app"), of_client("direct"), of_alice(), one] {
        let why = "there is no tenant of this name: create it first";
        assert_no(end(&gone, whose).await, why);
    }
}

/// Users of the host's own, whom this server knows by their subjects alone.
#[derive(Debug)]
struct Lent;

#[grantry::async_trait]
impl Users for Lent {
    async fn authenticate(
        &self,
        _: &TenantId,
        _: &Username,
        _: &Password,
    ) -> Result<SignIn, SignInError> {
        Ok(SignIn::Accepted(subject("lent-alice")))
    }

    async fn standing(&self, _: &TenantId, _: &Subject) -> Result<Standing, StoreError> {
        Ok(Standing::ACTIVE)
    }
}

/// Design, "Ports": a user of the host's has no row here, and grants all the same.
pub async fn grants_of_the_hosts_own_users_are_ended_too(s: &Stage) {
    let s = &beside(s, s.world.stores.clone(), |builder| builder.users(Arc::new(Lent))).await;
    let grant = Grant::begin(s, "acme", Holder::App).await;
    assert_eq!(grant.row().await.subject, subject("lent-alice"));
    let lent = Whose::Subject(subject("lent-alice"));
    assert_eq!(admin(s).end_grants(&tenant_id("acme"), lent).await.expect("done"), 1);
    grant.is_refused(&grant.first.refresh).await;
    grant.stands(1, Ended(Revoked), Timestamp::EPOCH).await;
}
