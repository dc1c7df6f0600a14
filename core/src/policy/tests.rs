use super::*;
use crate::{
    error::Error,
    types::{
        Audience, BrowserFacts, Client, ClientId, ClientKind, GrantType, Policy, Resource, Scope,
    },
};

fn scope(text: &str) -> Scope {
    text.parse().unwrap()
}

fn world(may: &str, default: Option<&str>) -> (Policy, Client) {
    let mut policy = Policy::new("https://api.example".parse().unwrap());
    policy.default_scope = scope("read other");
    let mut client = Client::new("app".parse().unwrap(), ClientKind::Public);
    client.scope = scope(may);
    client.default_scope = default.map(scope);
    (policy, client)
}

#[test]
fn a_scope_that_was_asked_for_is_granted_whole_or_not_at_all() {
    let (policy, client) = world("read write", None);
    let ask = |text: &str| {
        granted_scope(&policy, &client, GrantType::Password, Some(&scope(text))).map_err(drop)
    };
    assert_eq!(ask("write read"), Ok(scope("read write")));
    assert_eq!(ask("read admin"), Err(()), "AZ-34");
    assert_eq!(ask(""), Ok(scope("")));
}

#[test]
fn the_default_is_the_clients_or_the_tenants_within_what_the_client_may_have() {
    for (own, want) in [(None, "read"), (Some("write lost"), "write"), (Some(""), "")] {
        let (policy, client) = world("read write", own);
        let got = granted_scope(&policy, &client, GrantType::Password, None).unwrap();
        assert_eq!(got, scope(want), "{own:?}");
    }
}

#[test]
fn tk_23_a_client_alone_has_no_openid_and_no_offline_access() {
    let (policy, client) = world("read openid offline_access", Some("read openid"));
    let alone = GrantType::ClientCredentials;
    let asked = scope("openid");
    assert!(matches!(granted_scope(&policy, &client, alone, Some(&asked)), Err(Error::Scope)));
    assert_eq!(granted_scope(&policy, &client, alone, None).unwrap(), scope("read"));
    assert!(may_use(&client, alone).is_err());
}

#[test]
fn a_refresh_narrows_and_never_widens() {
    let (mut policy, client) = world("read write", None);
    let granted = scope("read write lost");
    let audience = policy.default_audience.clone();
    let live = live_scope(&policy, &audience, &granted, &client);
    let ask =
        |asked: Option<&str>| narrowed_scope(live.clone(), asked.map(scope).as_ref()).map_err(drop);
    assert_eq!(ask(None), Ok(scope("read write")), "RF-09: what the client lost is gone");
    assert_eq!(ask(Some("read")), Ok(scope("read")));
    assert_eq!(ask(Some("read admin")), Err(()), "RF-12");
    assert_eq!(ask(Some("lost")), Err(()), "RF-09");
    policy.resources = vec![Resource { audience: audience.clone(), scope: scope("read") }];
    let live = live_scope(&policy, &audience, &granted, &client);
    assert_eq!(live, scope("read"), "RF-09: what the API does not know any more is gone");
}

#[test]
fn a_grant_needs_the_clients_own_permission() {
    let (_, mut client) = world("", None);
    client.grants.insert(GrantType::ClientCredentials);
    assert!(may_use(&client, GrantType::ClientCredentials).is_err(), "a public client");
    client.kind = ClientKind::Confidential { methods: [].into(), secrets: vec![] };
    assert!(may_use(&client, GrantType::ClientCredentials).is_ok());
    assert!(may_use(&client, GrantType::Password).is_err());
    assert_ne!(client.id, ClientId::direct());
}

#[test]
fn a_tenant_offers_what_its_policy_names() {
    let (mut policy, _) = world("", None);
    policy.grants = [GrantType::Password].into();
    assert!(offers(&policy, GrantType::Password) && !offers(&policy, GrantType::RefreshToken));
}

#[test]
fn rf_09_a_grant_goes_on_for_an_audience_that_tenant_and_client_still_have() {
    let (mut policy, mut client) = world("", None);
    let [own, other]: [Audience; 2] =
        ["https://api.example", "https://other.example"].map(|uri| uri.parse().unwrap());
    policy.resources = vec![Resource { audience: own.clone(), scope: scope("") }];
    let goes_on = |client: &Client, granted| demand_audience(&policy, client, granted).is_ok();
    assert!(goes_on(&client, &own));
    assert!(!goes_on(&client, &other), "none of the tenant's");
    client.audience = Some(own.clone());
    assert!(goes_on(&client, &own));
    client.audience = Some(other.clone());
    assert!(!goes_on(&client, &own), "the client has another now");
    assert!(!goes_on(&client, &other), "its own, and none of the tenant's");
}

#[test]
fn le_04_the_fence_lets_fetches_and_typed_addresses_pass() {
    let listed = ["https://app.example".parse().unwrap()];
    let facts = |destination, site, speculative, origin| BrowserFacts {
        destination,
        site,
        speculative,
        origin,
    };
    let mine = Some("https://app.example");
    let passes = [
        facts(None, None, false, None),
        facts(Some("empty"), Some("same-origin"), false, None),
        facts(Some("document"), Some("none"), false, None),
        facts(Some("empty"), Some("cross-site"), false, mine),
        facts(None, None, false, Some("https://evil.example")),
    ];
    for pass in passes {
        assert!(may_pass(pass, &listed), "{pass:?}");
    }
    let stopped = [
        facts(Some("image"), Some("cross-site"), false, None),
        facts(Some("document"), Some("cross-site"), false, mine),
        facts(Some("iframe"), Some("same-origin"), false, None),
        facts(Some("document"), Some("none"), true, None),
        facts(Some("empty"), Some("cross-site"), false, Some("https://evil.example")),
        facts(Some("empty"), Some("cross-site"), false, Some("https://app.example.evil")),
        facts(Some("empty"), Some("cross-site"), false, None),
    ];
    for stop in stopped {
        assert!(!may_pass(stop, &listed), "{stop:?}");
    }
}
