use super::*;

fn refused(change: impl FnOnce(&mut Policy)) -> &'static str {
    let mut policy = Policy::new("https://api.example.com".parse().unwrap());
    policy.check().unwrap();
    change(&mut policy);
    policy.check().unwrap_err().field
}

#[test]
fn a_policy_out_of_bounds_names_the_field() {
    let day = Duration::from_secs(24 * 3600 + 1);
    assert_eq!(refused(|p| p.access_token_lifetime = day), "access_token_lifetime");
    assert_eq!(refused(|p| p.access_token_lifetime = Duration::ZERO), "access_token_lifetime");
    assert_eq!(refused(|p| p.code_lifetime = Duration::from_secs(601)), "code_lifetime");
    assert_eq!(refused(|p| p.refresh_idle_lifetime = Duration::ZERO), "refresh_idle_lifetime");
    assert_eq!(refused(|p| p.grant_lifetime = Duration::from_secs(59)), "grant_lifetime");
    assert_eq!(refused(|p| p.retry_window = Duration::from_secs(301)), "retry_window");
    let hour = Duration::from_secs(3600);
    assert_eq!(refused(|p| p.key_lifetime = hour), "key_lifetime");
    let minute = Duration::from_secs(60);
    let idle =
        |idle| move |p: &mut Policy| Arc::make_mut(&mut p.browser).session_idle_lifetime = idle;
    // A session that is used is written once a minute: it would end all the same.
    assert_eq!(refused(idle(Duration::ZERO)), "session_idle_lifetime");
    assert_eq!(refused(idle(minute)), "session_idle_lifetime");
    let session = |p: &mut Policy| Arc::make_mut(&mut p.browser).session_lifetime = minute;
    assert_eq!(refused(session), "session_lifetime");
    let mut shortest = Policy::new("https://api.example.com".parse().unwrap());
    idle(minute + Duration::from_millis(1))(&mut shortest);
    shortest.check().unwrap();
    // JW-04
    assert_eq!(refused(|p| p.key_announcement = hour / 7), "key_announcement");
    assert_eq!(refused(|p| p.key_announcement = p.key_lifetime), "key_announcement");
}

#[test]
fn listed_resources_bound_audiences_and_scopes() {
    let api =
        |audience: &str| Resource::new(audience.parse().unwrap(), "read write".parse().unwrap());
    let (own, other) = (api("https://api.example.com"), api("https://other.example.com"));
    assert_eq!(refused(|p| p.resources = vec![own.clone(), own.clone()].into()), "resources");
    assert_eq!(refused(|p| p.resources = vec![other.clone(); 21].into()), "resources");
    assert_eq!(refused(|p| p.resources = vec![other.clone()].into()), "default_audience");
    let scope = |text: &str| text.parse::<Scope>().unwrap();
    let field = refused(|p| {
        p.resources = vec![own.clone()].into();
        p.default_scope = scope("read delete");
    });
    assert_eq!(field, "default_scope");
    let mut policy = Policy::new(own.audience.clone());
    assert_eq!(policy.known_scope(&(&other.audience).into(), &scope("any")), scope("any"));
    policy.resources = vec![own.clone()].into();
    policy.direct_scope = scope("profile read");
    policy.check().unwrap();
    assert!(policy.has_audience(&own.audience) && !policy.has_audience(&other.audience));
    let asked = scope("read delete openid");
    assert_eq!(policy.known_scope(&(&own.audience).into(), &asked), scope("openid read"));
    assert_eq!(policy.known_scope(&(&other.audience).into(), &asked), scope("openid"));
}

#[test]
fn what_several_apis_know_is_known_for_all_of_them() {
    let api = |audience: &str, scope: &str| {
        Resource::new(audience.parse().unwrap(), scope.parse().unwrap())
    };
    let mut policy = Policy::new("urn:a".parse().unwrap());
    let all = |policy: &Policy| policy.audiences_for(None).as_str().to_owned();
    assert_eq!(all(&policy), "urn:a", "the default, where nothing is listed");
    policy.resources = vec![api("urn:b", "pay"), api("urn:a", "read"), api("urn:c", "")].into();
    policy.check().unwrap();
    assert_eq!(all(&policy), "urn:a urn:b urn:c");
    let own = "urn:c".parse().unwrap();
    assert_eq!(policy.audiences_for(Some(&own)).as_str(), "urn:c");
    let asked = "read pay openid other".parse().unwrap();
    for (audiences, known) in [
        ("urn:a", "openid read"),
        ("urn:b", "openid pay"),
        ("urn:c", "openid"),
        ("urn:c urn:a urn:b", "openid pay read"),
        ("urn:x", "openid"),
    ] {
        let known_there = policy.known_scope(&audiences.parse().unwrap(), &asked);
        assert_eq!(known_there.as_str(), known, "{audiences}");
    }
}

#[test]
fn the_most_careful_api_says_how_long_a_token_lasts() {
    let mut policy = Policy::new("urn:a".parse().unwrap());
    let api = |audience: &str, seconds: Option<u64>| {
        let mut api = Resource::new(audience.parse().unwrap(), Scope::default());
        api.access_token_lifetime = seconds.map(Duration::from_secs);
        api
    };
    policy.resources =
        vec![api("urn:a", None), api("urn:b", Some(60)), api("urn:c", Some(7200))].into();
    policy.check().unwrap();
    for (audiences, seconds) in
        [("urn:a", 3600), ("urn:b", 60), ("urn:c", 7200), ("urn:c urn:a", 3600), ("urn:x", 3600)]
    {
        let lifetime = policy.access_token_lifetime_for(&audiences.parse().unwrap());
        assert_eq!(lifetime, Duration::from_secs(seconds), "{audiences}");
    }
    assert_eq!(policy.longest_access_token_lifetime(), Duration::from_secs(7200));
    for seconds in [0, 24 * 3600 + 1] {
        let field = refused(|p| {
            p.resources = vec![api("https://api.example.com", Some(seconds))].into();
        });
        assert_eq!(field, "resources");
    }
}

#[test]
fn le_15_the_direct_scope_stays_modest() {
    for scope in ["openid", "read offline_access", "grantry:admin"] {
        assert_eq!(refused(|p| p.direct_scope = scope.parse().unwrap()), "direct_scope");
    }
}
