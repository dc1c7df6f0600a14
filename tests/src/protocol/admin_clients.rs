//! The life of a client: stopped, started again, deleted; a later one of its id has nothing of it.

use std::time::Duration;

use grantry::{
    Admin, NewClient,
    types::{Client, ClientKind, GrantType},
};

use super::admin::{
    FAILED, admin, app_asks, asks_alone, assert_no, backend_asks, client_id, client_row, slips_past,
};
use super::grant::{Grant, Holder, whole};
use crate::{ALICE, PASSWORD, Stage, tenant_id};

const MOMENT: Duration = Duration::from_millis(1);
const PATH: &str = "/oauth/acme/token";

fn id(holder: Holder) -> &'static str {
    match holder {
        Holder::Backend => "backend",
        _ => "app",
    }
}

const CLIENTS: [Holder; 2] = [Holder::App, Holder::Backend];

/// Every grant that a client may use, with everything right.
async fn everything(s: &Stage, grant: &Grant<'_>) -> Vec<crate::Answer> {
    let who = [("client_id", id(grant.holder))];
    let secret = [("client_secret", s.world.secret("acme", "backend"))];
    let who = match grant.holder {
        Holder::Backend => [&who[..], &secret].concat(),
        _ => who.to_vec(),
    };
    let mut answers = Vec::new();
    for grant_type in [
        &[("grant_type", "password"), ALICE, PASSWORD][..],
        &[("grant_type", "refresh_token"), ("refresh_token", &grant.first.refresh)],
        &[("grant_type", "client_credentials")],
    ] {
        answers.push(s.post(PATH, &[grant_type, &who].concat()).await);
    }
    answers
}

/// RF-09, CA-03: stopped at one moment, a stranger at the next, whatever it asks for.
pub async fn a_disabled_client_is_a_stranger_from_that_moment_on(s: &Stage) {
    let stranger = s.post(PATH, &[("grant_type", "password"), ALICE, PASSWORD, ("client_id", "x")]);
    let stranger = stranger.await;
    stranger.assert_error(401, "invalid_client", FAILED);
    for holder in CLIENTS {
        let grant = Grant::begin(s, "acme", holder).await;
        let ended = admin(s).disable_client(&tenant_id("acme"), &client_id(id(holder))).await;
        assert_eq!(ended.expect("done"), 1);
        for answer in everything(s, &grant).await {
            assert_eq!(whole(&answer), whole(&stranger));
        }
    }
    let secret = s.world.secret("acme", "backend");
    let basic =
        s.post_basic(PATH, "backend", secret, &[("grant_type", "client_credentials")]).await;
    assert_eq!(whole(&basic), whole(&stranger));
}

/// RF-08: what it got before is dead for good, what comes after lives.
pub async fn a_client_enabled_again_does_not_revive_what_it_got(s: &Stage) {
    for holder in CLIENTS {
        let (acme, id) = (tenant_id("acme"), client_id(id(holder)));
        let grant = Grant::begin(s, "acme", holder).await;
        admin(s).disable_client(&acme, &id).await.expect("done");
        admin(s).enable_client(&acme, &id).await.expect("done");
        s.world.clock.advance(MOMENT);
        grant.is_refused(&grant.first.refresh).await;
        let fresh = Grant::begin(s, "acme", holder).await;
        fresh.gets(&fresh.first.refresh).await;
    }
    assert_eq!(backend_asks(s, "acme").await.status, 200);
}

/// RF-08, "those that are just being issued": a row that was written too late is dead as well.
pub async fn a_grant_that_slipped_past_is_dead_all_the_same(s: &Stage) {
    for holder in CLIENTS {
        let (acme, id) = (tenant_id("acme"), client_id(id(holder)));
        let grant = Grant::begin(s, "acme", holder).await;
        let row = grant.row().await;
        admin(s).disable_client(&acme, &id).await.expect("done");
        admin(s).enable_client(&acme, &id).await.expect("done");
        slips_past(&grant, &row).await;
        grant.is_refused(&grant.first.refresh).await;
    }
}

/// TN-01: neither its neighbours nor its namesake at another tenant notice.
pub async fn other_clients_do_not_notice_that_one_is_stopped_or_gone(s: &Stage) {
    let others = [
        Grant::begin(s, "acme", Holder::Direct).await,
        Grant::begin(s, "acme", Holder::App).await,
        Grant::begin(s, "strict", Holder::Backend).await,
    ];
    let gone = Grant::begin(s, "acme", Holder::Backend).await;
    admin(s).delete_client(&tenant_id("acme"), &client_id("backend")).await.expect("done");
    for other in others {
        other.gets(&other.first.refresh).await;
    }
    assert_eq!(backend_asks(s, "strict").await.status, 200);
    let answer = Holder::Backend.presents(s, "acme", &gone.first.refresh).await;
    answer.assert_error(401, "invalid_client", FAILED);
}

/// RF-08: a later client of the same id has neither the secret nor the grants of the old one.
pub async fn a_client_created_anew_has_nothing_of_the_old_one(s: &Stage) {
    let (acme, all) = (tenant_id("acme"), [GrantType::Password, GrantType::RefreshToken]);
    for holder in CLIENTS {
        let old = Grant::begin(s, "acme", holder).await;
        let row = old.row().await;
        admin(s).delete_client(&acme, &client_id(id(holder))).await.expect("done");
        s.world.clock.advance(Duration::from_secs(1));
        let new = NewClient::public(id(holder)).grants(all).scope("read");
        admin(s).create_client(&acme, new).await.expect("a client");
        let answer = s.refresh("acme", "app", &old.first.refresh).await;
        if holder == Holder::App {
            Holder::App.assert_refused(&answer);
            // Also where the row came too late to be ended.
            slips_past(&old, &row).await;
            old.is_refused(&old.first.refresh).await;
            let fresh = Grant::begin(s, "acme", holder).await;
            fresh.gets(&fresh.first.refresh).await;
        }
    }
    // It is public now, so that the old secret proves nothing.
    backend_asks(s, "acme").await.assert_error(401, "invalid_client", FAILED);
}

/// The same where the new one keeps a secret as well.
pub async fn a_new_client_has_a_new_secret(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    admin(s).delete_client(&acme, &backend).await.expect("done");
    let new = NewClient::confidential("backend").grants([GrantType::ClientCredentials]);
    let made = admin(s).create_client(&acme, new).await.expect("a client");
    let secret = made.secret.expect("a secret");
    asks_alone(s, "acme", "backend", secret.expose()).await.tokens();
    backend_asks(s, "acme").await.assert_error(401, "invalid_client", FAILED);
}

/// Design, "Stores": what changes nothing writes nothing, and what is not there is not made.
pub async fn a_client_that_stays_what_it_is_keeps_its_version(s: &Stage) {
    let (acme, app) = (tenant_id("acme"), client_id("app"));
    let before = client_row(s, "acme", "app").await;
    admin(s).change_client(&acme, &app, |_| {}).await.expect("nothing to do");
    admin(s).enable_client(&acme, &app).await.expect("nothing to do");
    assert_eq!(client_row(s, "acme", "app").await, before);
    admin(s).disable_client(&acme, &app).await.expect("done");
    let stopped = client_row(s, "acme", "app").await;
    assert_eq!((stopped.version, stopped.disabled), (before.version.next(), true));
    s.world.clock.advance(MOMENT);
    assert_eq!(admin(s).disable_client(&acme, &app).await.expect("nothing to do"), 0);
    assert_eq!(client_row(s, "acme", "app").await, stopped);
    let (nobody, why) =
        (client_id("x"), "there is no client of this id in the tenant: create it first");
    assert_no(admin(s).change_client(&acme, &nobody, |_| {}).await, why);
    assert_no(admin(s).disable_client(&acme, &nobody).await, why);
    assert_no(admin(s).enable_client(&acme, &nobody).await, why);
    assert_no(admin(s).delete_client(&acme, &nobody).await, why);
    assert_no(admin(s).add_client_secret(&acme, &nobody).await, why);
}

/// TN-01: clients come in the order of their ids, each once, and those of one tenant alone.
pub async fn clients_come_in_pages_in_the_order_of_their_ids(s: &Stage) {
    let (acme, clients) = (tenant_id("acme"), &s.world.stores.clients);
    let own = admin(s).clients(&acme, None).await.expect("the store answers").len();
    for n in (0..2 * Admin::PAGE).rev() {
        for tenant in ["acme", "strict"] {
            let id = client_id(&format!("many-{tenant}-{n}"));
            let row = Client::new(id, ClientKind::Public);
            clients.create(&tenant_id(tenant), row).await.expect("the store answers");
        }
    }
    admin(s).delete_client(&acme, &client_id("many-acme-7")).await.expect("done");
    let (mut found, mut after) = (Vec::new(), None);
    loop {
        let page = admin(s).clients(&acme, after.as_ref()).await.expect("the store answers");
        assert!(page.len() <= Admin::PAGE);
        let Some(last) = page.last() else { break };
        after = Some(last.id.clone());
        found.extend(page.iter().map(|client| client.id.to_string()));
    }
    assert_eq!(found.len(), 2 * Admin::PAGE - 1 + own);
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
    assert!(!found.iter().any(|id| id.contains("strict") || id == "many-acme-7"), "{found:?}");
    assert_eq!(app_asks(s, "acme").await.status, 200);
}
