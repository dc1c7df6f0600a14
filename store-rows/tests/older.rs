//! Rows that an older version wrote are read, with the defaults of what it did not know.

use grantry::types::{Client, ClientKind, Consent, Dpop, Policy, Resource, Tenant, Timestamp};
use grantry_rows::{Row, read, write};
use serde_json::Value;

/// The row without these fields, each named by the way to it.
fn older<R: Row>(row: &R, fields: &[&str]) -> R {
    let mut text: Value = serde_json::from_str(&write(row).expect("a row")).expect("JSON");
    for field in fields {
        let (way, name) = field.rsplit_once('/').expect("a path");
        let place = text.pointer_mut(way).and_then(Value::as_object_mut).expect("an object");
        assert!(place.remove(name).is_some(), "there is no {field}");
    }
    read(&text.to_string()).expect("an older row")
}

#[test]
fn a_tenant_of_before_revocation_and_introspection_offers_both() {
    let mut tenant =
        Tenant::new("acme".parse().unwrap(), Policy::new("https://api.example".parse().unwrap()));
    tenant.policy.revocation = false;
    tenant.policy.introspection = false;
    let kept = older(&tenant, &["/policy/revocation", "/policy/introspection"]);
    (tenant.policy.revocation, tenant.policy.introspection) = (true, true);
    assert_eq!(kept, tenant);
}

#[test]
fn a_tenant_of_before_lifetimes_of_apis_has_one_for_all() {
    let mut tenant =
        Tenant::new("acme".parse().unwrap(), Policy::new("https://api.example".parse().unwrap()));
    let mut api = Resource::new("https://api.example".parse().unwrap(), "read".parse().unwrap());
    api.access_token_lifetime = Some(std::time::Duration::from_secs(60));
    tenant.policy.resources = vec![api].into();
    let kept = older(&tenant, &["/policy/resource_lifetimes"]);
    tenant.policy.resources[0].access_token_lifetime = None;
    assert_eq!(kept, tenant);
}

#[test]
fn a_consent_of_before_resources_is_for_what_a_client_has_by_default() {
    let mut consent = Consent {
        subject: "alice".parse().unwrap(),
        client: "app".parse().unwrap(),
        scope: "read".parse().unwrap(),
        audience: Some("urn:pay".parse().unwrap()),
        given_at: Timestamp::EPOCH,
    };
    let kept = older(&consent, &["/audience"]);
    consent.audience = None;
    assert_eq!(kept, consent);
}

#[test]
fn a_client_of_before_introspection_is_no_resource_server() {
    let mut client = Client::new("api".parse().unwrap(), ClientKind::Public);
    client.introspects = ["https://api.example".parse().unwrap()].into();
    let kept = older(&client, &["/introspects"]);
    client.introspects = [].into();
    assert_eq!(kept, client);
}

#[test]
fn a_tenant_of_before_keys_of_clients_binds_no_token() {
    let mut tenant =
        Tenant::new("acme".parse().unwrap(), Policy::new("https://api.example".parse().unwrap()));
    (tenant.policy.dpop, tenant.policy.dpop_nonces) = (Dpop::Required, true);
    let kept = older(&tenant, &["/policy/dpop", "/policy/dpop_nonces"]);
    (tenant.policy.dpop, tenant.policy.dpop_nonces) = (Dpop::Off, false);
    assert_eq!(kept, tenant);
    let mut client = Client::new("app".parse().unwrap(), ClientKind::Public);
    client.dpop_bound_access_tokens = true;
    let kept = older(&client, &["/dpop_bound_access_tokens"]);
    client.dpop_bound_access_tokens = false;
    assert_eq!(kept, client);
}

#[test]
fn clients_that_registered_themselves_before_do_not_step_up() {
    let server = "https://notes.example/mcp".parse().unwrap();
    let mut tenant =
        Tenant::new("acme".parse().unwrap(), Policy::mcp(server, "read".parse().unwrap()));
    let kept = older(&tenant, &["/policy/registration/step_up", "/policy/registration/documents"]);
    let mut registration = tenant.policy.registration.as_deref().unwrap().clone();
    (registration.step_up, registration.documents) = (false, false);
    tenant.policy.registration = Some(registration.into());
    assert_eq!(kept, tenant);
}
