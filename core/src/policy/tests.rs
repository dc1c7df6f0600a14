use super::*;
use crate::{
    error::Error,
    types::{
        Audience, BrowserFacts, Client, ClientId, ClientKind, Generation, GrantType, Policy,
        Resource, Scope, Ticket, TicketId, TicketState, Timestamp, Version, Wanted,
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
        let wanted = Wanted { scope: Some(scope(text)), resource: None };
        let reach = granted(&policy, &client, GrantType::Password, &wanted);
        reach.map(|reach| reach.scope).map_err(drop)
    };
    assert_eq!(ask("write read"), Ok(scope("read write")));
    assert_eq!(ask("read admin"), Err(()), "AZ-34");
    assert_eq!(ask(""), Ok(scope("")));
}

#[test]
fn the_default_is_the_clients_or_the_tenants_within_what_the_client_may_have() {
    for (own, want) in [(None, "read"), (Some("write lost"), "write"), (Some(""), "")] {
        let (policy, client) = world("read write", own);
        let got = granted(&policy, &client, GrantType::Password, &Wanted::default()).unwrap();
        assert_eq!(got.scope, scope(want), "{own:?}");
    }
}

#[test]
fn tk_23_a_client_alone_has_no_openid_and_no_offline_access() {
    let (policy, client) = world("read openid offline_access", Some("read openid"));
    let alone = GrantType::ClientCredentials;
    let asked = Wanted { scope: Some(scope("openid")), resource: None };
    assert!(matches!(granted(&policy, &client, alone, &asked), Err(Error::Scope)));
    assert_eq!(granted(&policy, &client, alone, &Wanted::default()).unwrap().scope, scope("read"));
    assert!(may_use(&client, alone).is_err());
}

/// A grant of this scope, for these audiences.
fn ticket(granted: &str, audience: &str) -> Ticket {
    Ticket {
        id: TicketId::from_bytes([1; 16]),
        version: Version(0),
        generation: Generation::FIRST,
        state: TicketState::Live,
        client: "app".parse().unwrap(),
        subject: "alice".parse().unwrap(),
        scope: scope(granted),
        audience: audience.parse().unwrap(),
        binding: None,
        refreshable: true,
        authenticated_at: Timestamp::EPOCH,
        changed_at: Timestamp::EPOCH,
        rotated_at: Timestamp::EPOCH,
        expires_at: Timestamp::EPOCH,
        ends_at: Timestamp::EPOCH,
        authorized: None,
        sender_key: None,
    }
}

#[test]
fn a_refresh_narrows_and_never_widens() {
    let (mut policy, client) = world("read write", None);
    let ticket = ticket("read write lost", "https://api.example");
    let ask = |policy: &Policy, asked: Option<&str>| {
        let wanted = Wanted { scope: asked.map(scope), resource: None };
        reach(policy, &client, &ticket, &wanted).map(|reach| reach.scope).map_err(drop)
    };
    assert_eq!(ask(&policy, None), Ok(scope("read write")), "RF-09: what the client lost is gone");
    assert_eq!(ask(&policy, Some("read")), Ok(scope("read")));
    assert_eq!(ask(&policy, Some("read admin")), Err(()), "RF-12");
    assert_eq!(ask(&policy, Some("lost")), Err(()), "RF-09");
    policy.resources = vec![Resource::new(policy.default_audience.clone(), scope("read"))].into();
    let gone = "RF-09: what the API does not know any more is gone";
    assert_eq!(ask(&policy, None), Ok(scope("read")), "{gone}");
}

#[test]
fn a_grant_reaches_what_it_was_given_for_and_no_further() {
    let (mut policy, client) = world("read pay", None);
    let api = |audience: &str, text: &str| Resource::new(audience.parse().unwrap(), scope(text));
    policy.resources = vec![api("https://api.example", "read"), api("urn:pay", "pay")].into();
    let ticket = ticket("read pay", "https://api.example urn:pay");
    let ask = |policy: &Policy, named: Option<&str>| {
        let resource = named.map(|named| named.parse().unwrap());
        let reach = reach(policy, &client, &ticket, &Wanted { scope: None, resource });
        reach.map(|reach| format!("{}: {}", reach.audience, reach.scope.as_str()))
    };
    let told = |policy: &Policy, named| ask(policy, named).map_err(|error| error.reason());
    assert_eq!(told(&policy, None), Ok("https://api.example urn:pay: pay read".to_owned()));
    assert_eq!(told(&policy, Some("urn:pay")), Ok("urn:pay: pay".to_owned()));
    for other in ["urn:other", "urn:pay urn:other", "urn:pay/"] {
        assert_eq!(told(&policy, Some(other)), Err("target"), "{other}");
    }
    policy.resources = policy.resources[..1].into();
    assert_eq!(told(&policy, None), Ok("https://api.example: read".to_owned()), "RF-09");
    assert_eq!(told(&policy, Some("urn:pay")), Err("target"), "RF-09");
    policy.resources = vec![api("urn:x", "read")].into();
    assert_eq!(told(&policy, None), Err("audience"), "RF-09");
}

#[test]
fn a_client_names_what_the_tenant_lists_and_it_may_have() {
    let (mut policy, mut client) = world("read pay", None);
    let name = |policy: &Policy, client: &Client, named: &str| {
        let named = named.parse().unwrap();
        granted_audience(policy, client, Some(&named)).map_err(|error| error.reason())
    };
    let api = "https://api.example";
    assert_eq!(name(&policy, &client, api).unwrap().as_str(), api);
    assert_eq!(name(&policy, &client, "urn:pay"), Err("target"), "none is listed");
    let pay = Resource::new("urn:pay".parse().unwrap(), scope("pay"));
    policy.resources = vec![Resource::new(api.parse().unwrap(), scope("read")), pay].into();
    for good in ["urn:pay", "urn:pay https://api.example"] {
        assert_eq!(name(&policy, &client, good).unwrap().as_str(), good);
    }
    client.audience = Some("urn:pay".parse().unwrap());
    assert_eq!(name(&policy, &client, "urn:pay").unwrap().as_str(), "urn:pay");
    assert_eq!(name(&policy, &client, api), Err("target"), "it has one of its own");
    assert_eq!(granted_audience(&policy, &client, None).unwrap().as_str(), "urn:pay");
}

#[test]
fn a_grant_needs_the_clients_own_permission() {
    let (_, mut client) = world("", None);
    client.grants.insert(GrantType::ClientCredentials);
    assert!(may_use(&client, GrantType::ClientCredentials).is_err(), "a public client");
    client.kind = ClientKind::Confidential { methods: [].into(), secrets: [].into() };
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
    policy.resources = vec![Resource::new(own.clone(), scope(""))].into();
    let goes_on = |client: &Client, granted: &Audience| {
        live_audience(&policy, client, &granted.into()).is_ok()
    };
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
