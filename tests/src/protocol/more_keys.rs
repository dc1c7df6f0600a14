//! Keys that a tenant comes to need: for ID tokens, and for subjects that differ from client to client.

use std::{sync::Arc, time::Duration};

use grantry::{
    KeyKind, KeyRotation, NewClient,
    ports::{KeyPurpose, TicketKey},
    types::{BrowserPolicy, Client, Policy, Set, SigningAlg, SubjectType},
};

use super::admin::{admin, assert_no, client_id, force_tenant, tenant_row};
use super::broken::NoSigner;
use super::direct::beside;
use crate::{Stage, tenant_id};

/// ID tokens may be signed by these.
fn algs(algs: impl Into<Set<SigningAlg>>) -> impl Fn(&mut Policy) {
    let algs = algs.into();
    move |policy| {
        let mut browser = BrowserPolicy::clone(&policy.browser);
        browser.id_token_algs = algs;
        policy.browser = browser.into();
    }
}

/// What a tenant's keys are for, and the version of their row.
async fn kept(s: &Stage, tenant: &str) -> (Vec<KeyPurpose>, u64) {
    let set = s.world.stores.key_records.read(&tenant_id(tenant)).await;
    let set = set.expect("the store answers").expect("keys");
    (set.keys.iter().map(|key| key.purpose).collect(), set.version.0)
}

const RSA: KeyPurpose = KeyPurpose::Signing(SigningAlg::Rs256);

/// OpenID Connect Core §15.1: a tenant has a key for every algorithm of its ID tokens, from the moment
/// on from which its policy names it.
pub async fn a_tenant_has_a_key_for_every_algorithm_that_it_names(s: &Stage) {
    let mut policy = tenant_row(s, "strict").await.policy;
    algs([SigningAlg::EdDsa])(&mut policy);
    admin(s).create_tenant("new", policy.clone()).await.expect("done");
    let (purposes, version) = kept(s, "new").await;
    assert!(!purposes.contains(&RSA), "{purposes:?}");
    admin(s).change_tenant(&tenant_id("new"), algs([SigningAlg::Rs256])).await.expect("done");
    let (purposes, next) = kept(s, "new").await;
    assert_eq!((purposes.contains(&RSA), next), (true, version + 1), "one write");
    admin(s).change_tenant(&tenant_id("new"), algs([SigningAlg::EdDsa])).await.expect("done");
    assert_eq!(kept(s, "new").await, (purposes, next), "what is there stays");
    algs([SigningAlg::Rs256])(&mut policy);
    admin(s).create_tenant("other", policy).await.expect("done");
    assert!(kept(s, "other").await.0.contains(&RSA));
}

/// A row that came to want more without anybody seeing to it gets its key when the others get theirs.
pub async fn a_key_that_is_missing_is_made_when_keys_are_due(s: &Stage) {
    force_tenant(s, "strict", |row| algs([SigningAlg::Rs256])(&mut row.policy)).await;
    assert!(!kept(s, "strict").await.0.contains(&RSA));
    assert_eq!(admin(s).rotate_due_keys().await.expect("done"), 1);
    assert!(kept(s, "strict").await.0.contains(&RSA));
    assert_eq!(admin(s).rotate_due_keys().await.expect("done"), 0);
}

/// OpenID Connect Core §8.1: "the same Subject Identifier value", always: what makes it is made with the
/// first client that needs it, and nothing takes its place.
pub async fn what_makes_pairwise_subjects_is_there_for_good(s: &Stage) {
    let (new, policy) = (tenant_id("new"), tenant_row(s, "strict").await.policy);
    admin(s).create_tenant("new", policy).await.expect("done");
    let secrets = async || {
        let set = s.world.stores.key_records.read(&new).await.expect("the store answers");
        let keys = set.expect("keys").keys.into_iter();
        let subjects = keys.filter(|key| key.purpose == KeyPurpose::Subjects);
        subjects.map(|key| key.material.expose().to_vec()).collect::<Vec<_>>()
    };
    let client = |id: &str| NewClient::public(id).redirect_uris(["https://a.example/cb"]);
    admin(s).create_client(&new, client("plain")).await.expect("done");
    assert_eq!(secrets().await, [[0; 0]; 0]);
    let change = |client: &mut Client| {
        let browser = client.browser.as_mut().expect("it has one");
        browser.subject_type = SubjectType::Pairwise;
    };
    admin(s).change_client(&new, &client_id("plain"), change).await.expect("done");
    let first = secrets().await;
    assert_eq!((first.len(), first[0].len()), (1, 32));
    let pairwise = client("pair").subject_type(SubjectType::Pairwise);
    admin(s).create_client(&new, pairwise).await.expect("done");
    for how in [KeyRotation::Staged, KeyRotation::AtOnce] {
        for kind in [KeyKind::Signing, KeyKind::Ticket] {
            admin(s).rotate_keys(&new, kind, how).await.expect("done");
        }
    }
    for _ in 0..3 {
        s.world.clock.advance(Duration::from_secs(365 * 24 * 3600));
        admin(s).rotate_due_keys().await.expect("done");
    }
    assert_eq!(secrets().await, first);
    // Also where the clock is wrong.
    s.world.clock.step_back(Duration::from_secs(4 * 365 * 24 * 3600));
    let other = client("other").subject_type(SubjectType::Pairwise);
    admin(s).create_client(&new, other).await.expect("done");
    assert_eq!(secrets().await, first);
    let shown = admin(s).keys(&new).await.expect("keys");
    assert_eq!(shown.iter().filter(|key| key.purpose == KeyPurpose::Subjects).count(), 1);
}

/// A keyring of the host's that makes no such subjects is found out when the client is registered, and
/// not by its first user.
pub async fn a_keyring_without_pairwise_subjects_has_no_such_clients(s: &Stage) {
    let (acme, key) = (tenant_id("acme"), TicketKey::derive(1, &tenant_id("acme"), &[7; 32]));
    let keyring = Arc::new(NoSigner(Arc::new(key)));
    let lent = beside(s, s.world.stores.clone(), |builder| builder.keyring(keyring)).await;
    let client = NewClient::public("new").redirect_uris(["https://a.example/cb"]);
    let why = "client.subject_type is pairwise where the host's keyring makes pairwise subjects";
    let pairwise = client.clone().subject_type(SubjectType::Pairwise);
    assert_no(admin(&lent).create_client(&acme, pairwise).await, why);
    assert!(admin(&lent).client(&acme, &client_id("new")).await.expect("it answers").is_none());
    admin(&lent).create_client(&acme, client).await.expect("done");
}

/// What browsers show is believed for as long as they may show it: ticket keys stay as long as sessions.
pub async fn a_ticket_key_is_believed_for_as_long_as_a_session(s: &Stage) {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let acme = tenant_id("acme");
    let long = |policy: &mut Policy| {
        let mut browser = BrowserPolicy::clone(&policy.browser);
        browser.session_lifetime = 60 * DAY;
        policy.browser = browser.into();
    };
    admin(s).change_tenant(&acme, long).await.expect("done");
    admin(s).rotate_keys(&acme, KeyKind::Ticket, KeyRotation::Staged).await.expect("done");
    let old = admin(s).keys(&acme).await.expect("keys");
    let old = old.iter().find(|key| key.purpose == KeyPurpose::Ticket(1)).expect("the old one");
    let (new, gone) = (Duration::from_secs(600), old.gone_at.expect("it is known"));
    assert_eq!(gone.since(old.active_from), new + 60 * DAY + Duration::from_secs(60));
}
