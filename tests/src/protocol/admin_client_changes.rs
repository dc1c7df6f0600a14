//! A client is changed as a whole or not at all, against the policy of that moment.

use std::time::Duration;

use grantry::types::{
    Client, ClientAuthMethod, ClientKind, GrantType, Policy, Resource, SecretHash, Set,
};
use serde_json::json;

use super::admin::{
    FAILED, admin, assert_no, backend_asks, client_id, client_row, force_client, tenant_row,
};
use super::grant::{Grant, Holder};
use crate::{ALICE, PASSWORD, Stage, World, claims, tenant_id};

/// A field made bad, and what is said of it.
type Bad = (fn(&mut Client), &'static str);

fn secrets(client: &mut Client, count: u8) {
    let methods = [ClientAuthMethod::Basic].into();
    let secrets = (0..count).map(|n| SecretHash::from_bytes([n; 32])).collect();
    client.kind = ClientKind::Confidential { methods, secrets };
}

/// Every field that has a bound where nothing is said of the tenant's APIs.
const BAD: [Bad; 6] = [
    (
        |c| c.kind = ClientKind::Public,
        "client.grants of a public client cannot hold client_credentials: make it confidential",
    ),
    (
        |c| {
            if let ClientKind::Confidential { methods, .. } = &mut c.kind {
                methods.clear();
            }
        },
        "client.auth_methods names at least one method",
    ),
    (|c| secrets(c, 0), "client.secrets of a confidential client are one or two"),
    (|c| secrets(c, 3), "client.secrets of a confidential client are one or two"),
    (
        |c| c.default_scope = Some("admin".parse().expect("a scope")),
        "client.default_scope is part of the client's scope",
    ),
    (
        |c| {
            c.default_scope = Some("read".parse().expect("a scope"));
            c.scope = "write".parse().expect("a scope");
        },
        "client.default_scope is part of the client's scope",
    ),
];

/// CA-03: one bad field, and nothing changes, the good ones beside it included.
pub async fn a_client_that_contradicts_itself_changes_nothing(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    let before = client_row(s, "acme", "backend").await;
    for (make_bad, why) in BAD {
        let change = |client: &mut Client| {
            client.grants.remove(&GrantType::RefreshToken);
            make_bad(client);
        };
        assert_no(admin(s).change_client(&acme, &backend, change).await, why);
        assert_eq!(client_row(s, "acme", "backend").await, before, "{why}");
    }
    backend_asks(s, "acme").await.tokens();
}

/// Also where the change did not touch what is bad; stopping and deleting is never in the way.
pub async fn a_client_that_was_bad_before_can_be_stopped_and_not_started(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    for (make_bad, why) in BAD {
        let good = client_row(s, "acme", "backend").await;
        force_client(s, "acme", "backend", make_bad).await;
        let before = client_row(s, "acme", "backend").await;
        assert_no(admin(s).change_client(&acme, &backend, |_| {}).await, why);
        let other = |client: &mut Client| client.grants.retain(|one| *one != GrantType::Password);
        assert_no(admin(s).change_client(&acme, &backend, other).await, why);
        assert_eq!(client_row(s, "acme", "backend").await, before, "{why}");
        admin(s).disable_client(&acme, &backend).await.expect("done");
        assert_no(admin(s).enable_client(&acme, &backend).await, why);
        assert!(client_row(s, "acme", "backend").await.disabled);
        force_client(s, "acme", "backend", |row| {
            let version = row.version;
            row.clone_from(&good);
            row.version = version;
        })
        .await;
    }
    force_client(s, "acme", "backend", BAD[2].0).await;
    admin(s).delete_client(&acme, &backend).await.expect("done");
}

/// The tenant's APIs come to exclude a client: from then on it is changed only so that it fits.
pub async fn a_client_is_checked_against_the_policy_of_now(s: &Stage) {
    let (acme, app) = (tenant_id("acme"), client_id("app"));
    let api = |audience: &str, scope: &str| {
        Resource::new(audience.parse().expect("an audience"), scope.parse().expect("a scope"))
    };
    let lists = |policy: &mut Policy| policy.resources = vec![api(World::AUDIENCE, "read")].into();
    admin(s).change_tenant(&acme, lists).await.expect("done");
    let why = "client.scope is part of what the APIs know that the client may name";
    assert_no(admin(s).change_client(&acme, &app, |_| {}).await, why);
    let more = |client: &mut Client| client.grants.extend([GrantType::AuthorizationCode]);
    assert_no(admin(s).change_client(&acme, &app, more).await, why);
    assert_no(admin(s).add_client_secret(&acme, &client_id("backend")).await, why);
    let fits = |client: &mut Client| client.scope = "read openid".parse().expect("a scope");
    admin(s).change_client(&acme, &app, fits).await.expect("done");
    let elsewhere = |client: &mut Client| client.audience = "https://x.example".parse().ok();
    let why = "client.audience is one of the audiences in the policy's resources";
    assert_no(admin(s).change_client(&acme, &app, elsewhere).await, why);
    let backend = client_id("backend");
    admin(s).disable_client(&acme, &backend).await.expect("done");
    let why = "client.scope is part of what the APIs know that the client may name";
    assert_no(admin(s).enable_client(&acme, &backend).await, why);
    admin(s).delete_client(&acme, &backend).await.expect("done");
    assert_eq!(tenant_row(s, "acme").await.policy.resources.len(), 1);
}

/// Its id is its own, and it is stopped by the operation that also ends its grants.
pub async fn what_has_an_operation_of_its_own_is_not_changed_beside_it(s: &Stage) {
    let (acme, app) = (tenant_id("acme"), client_id("app"));
    let before = client_row(s, "acme", "app").await;
    let renamed = |client: &mut Client| client.id = client_id("other");
    assert_no(admin(s).change_client(&acme, &app, renamed).await, "client.id stays what it is");
    let why = "client.disabled is changed by disable_client and enable_client";
    let stopped = |client: &mut Client| client.disabled = true;
    assert_no(admin(s).change_client(&acme, &app, stopped).await, why);
    let earlier = |client: &mut Client| client.not_before = grantry::types::Timestamp::EPOCH;
    assert_no(admin(s).change_client(&acme, &app, earlier).await, why);
    let version = |client: &mut Client| client.version = grantry::types::Version(99);
    admin(s).change_client(&acme, &app, version).await.expect("nothing to do");
    assert_eq!(client_row(s, "acme", "app").await, before);
}

/// RF-09: what the client has lost is in no token from the next refresh on; the grant keeps it.
pub async fn a_scope_that_a_client_lost_narrows_its_refreshes(s: &Stage) {
    for holder in [Holder::App, Holder::Backend] {
        let id = client_id(if holder == Holder::App { "app" } else { "backend" });
        let mut ask = vec![("grant_type", "password"), ALICE, PASSWORD, ("scope", "read write")];
        ask.push(("client_id", id.as_str()));
        if holder == Holder::Backend {
            ask.push(("client_secret", s.world.secret("acme", "backend")));
        }
        let first = s.post("/oauth/acme/token", &ask).await.tokens();
        let grant = Grant { s, tenant: "acme", holder, first };
        let (mut newest, acme) = (grant.first.refresh.clone(), tenant_id("acme"));
        for (scope, left) in [("write", "write"), ("openid", ""), ("read write", "read write")] {
            let change = |client: &mut Client| client.scope = scope.parse().expect("a scope");
            admin(s).change_client(&acme, &id, change).await.expect("done");
            s.world.clock.advance(Duration::from_secs(31));
            let answer = holder.presents(s, "acme", &newest).await;
            assert_eq!(answer.json()["scope"].as_str().unwrap_or_default(), left);
            newest = answer.tokens().refresh;
            let said = claims(&answer.tokens().access);
            assert_eq!(said["scope"].as_str().unwrap_or_default(), left, "{said}");
            assert_eq!(grant.row().await.scope.as_str(), "read write");
        }
    }
}

/// RF-08, TK-15: a grant that a client names no more it uses no more, nor does its refresh token
/// count, until it names it again.
pub async fn a_grant_that_a_client_lost_it_uses_no_more(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    let set = |grants: Set<GrantType>| move |client: &mut Client| client.grants.clone_from(&grants);
    admin(s).change_client(&acme, &backend, set(Set::new())).await.expect("done");
    let denied = "refresh_token is not allowed here";
    let answer = Holder::Backend.presents(s, "acme", &grant.first.refresh).await;
    answer.assert_error(400, "unauthorized_client", denied);
    let denied = "client_credentials is not allowed here";
    backend_asks(s, "acme").await.assert_error(400, "unauthorized_client", denied);
    let again = [GrantType::RefreshToken].into();
    admin(s).change_client(&acme, &backend, set(again)).await.expect("done");
    grant.gets(&grant.first.refresh).await;
}

/// CA-03: a method that a client lost counts no more, and one that it gained does.
pub async fn a_client_authenticates_by_the_methods_of_now(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    let only = |method| {
        move |client: &mut Client| {
            if let ClientKind::Confidential { methods, .. } = &mut client.kind {
                *methods = [method].into();
            }
        }
    };
    let (secret, own) = (s.world.secret("acme", "backend"), [("grant_type", "client_credentials")]);
    let by_header = async || s.post_basic("/oauth/acme/token", "backend", secret, &own).await;
    admin(s).change_client(&acme, &backend, only(ClientAuthMethod::Basic)).await.expect("done");
    by_header().await.tokens();
    backend_asks(s, "acme").await.assert_error(401, "invalid_client", FAILED);
    admin(s).change_client(&acme, &backend, only(ClientAuthMethod::Post)).await.expect("done");
    backend_asks(s, "acme").await.tokens();
    by_header().await.assert_error(401, "invalid_client", FAILED);
}

/// RF-09, RFC 9068 §2.2: the audience of the next token is the client's of now; a grant for another
/// goes no further.
pub async fn another_audience_is_that_of_the_next_grant(s: &Stage) {
    let (acme, app) = (tenant_id("acme"), client_id("app"));
    let grant = Grant::begin(s, "acme", Holder::App).await;
    let change = |client: &mut Client| client.audience = "https://two.example".parse().ok();
    admin(s).change_client(&acme, &app, change).await.expect("done");
    let old = s.refresh("acme", "app", &grant.first.refresh).await;
    let why = "the audience is not allowed here any more";
    old.assert_error(400, "unauthorized_client", why);
    let new = s.tokens("acme", "app").await.access;
    assert_eq!(claims(&new)["aud"], json!("https://two.example"));
}
