use proptest::{prelude::*, sample::subsequence};

use super::{super::*, *};

const YEAR: u64 = 365 * 24 * 3600;

/// Lifetimes that agree with each other, in the order of the fields.
fn lifetimes() -> impl Strategy<Value = [u64; 7]> {
    let keys = (2 * 24 * 3600..=10 * YEAR, 600..=24 * 3600u64);
    (1..=86_400u64, 1..=600u64, 0..=300u64, keys).prop_flat_map(|(access, code, window, keys)| {
        let idle = 1..=(10 * YEAR).min(200 * keys.0);
        (idle, code..=10 * YEAR)
            .prop_map(move |(idle, grant)| [access, code, idle, grant, window, keys.0, keys.1])
    })
}

fn policy([access, code, idle, grant, window, key, announced]: [u64; 7]) -> Policy {
    let span = Duration::from_secs;
    Policy {
        access_token_lifetime: span(access),
        code_lifetime: span(code),
        refresh_idle_lifetime: span(idle),
        grant_lifetime: span(grant),
        retry_window: span(window),
        key_lifetime: span(key),
        key_announcement: span(announced),
        ..Policy::new("https://api.example.com".parse().unwrap())
    }
}

proptest! {
    #[test]
    fn lifetimes_within_their_bounds_make_a_policy(fields in lifetimes()) {
        prop_assert_eq!(policy(fields).check(), Ok(()));
    }

    #[test]
    fn one_lifetime_out_of_bounds_is_the_one_that_is_named(
        fields in lifetimes(), beyond in 1..YEAR,
    ) {
        // For each field, what is too much whatever the others are; and what is too little.
        let bounds = [
            ("access_token_lifetime", 86_400, Some(0)),
            ("code_lifetime", 600, Some(0)),
            ("refresh_idle_lifetime", 10 * YEAR, Some(0)),
            ("grant_lifetime", 10 * YEAR, Some(fields[1] - 1)),
            ("retry_window", 300, None),
            ("key_lifetime", 10 * YEAR, None),
            ("key_announcement", fields[5] / 2, Some(599)),
        ];
        for (at, (name, most, too_little)) in bounds.into_iter().enumerate() {
            let wrong = [Some(most + 1), Some(most + beyond), too_little];
            for wrong in wrong.into_iter().flatten() {
                let mut spoilt = fields;
                spoilt[at] = wrong;
                prop_assert_eq!(policy(spoilt).check().unwrap_err().field, name, "{}", wrong);
            }
        }
    }

    #[test]
    fn a_client_has_what_its_api_knows_and_defaults_to_part_of_it(
        known in subsequence(vec!["a", "b", "c", "d"], 0..=4),
        scope in subsequence(vec!["a", "b", "c", "d", "openid"], 0..=5),
        default in subsequence(vec!["a", "b", "c", "d", "openid"], 0..=5),
    ) {
        let mut policy = policy([1, 1, 1, 1, 0, 2 * 86_400, 600]);
        let audience = policy.default_audience.clone();
        let set = |tokens: &[&str]| tokens.join(" ").parse::<Scope>().unwrap();
        policy.resources = vec![Resource::new(audience.clone(), set(&known))].into();
        let mut client = Client::new("app".parse().unwrap(), ClientKind::Public);
        (client.scope, client.default_scope) = (set(&scope), Some(set(&default)));
        let within = default.iter().all(|token| scope.contains(token));
        let served = scope.iter().all(|token| *token == "openid" || known.contains(token));
        let want = match (within, served) {
            (false, _) => Some("default_scope"),
            (true, false) => Some("scope"),
            (true, true) => None,
        };
        prop_assert_eq!(client.check(&policy).err().map(|error| error.field), want);
        // What it knows of a scope is part of it, and all it knows of that.
        let audience = (&audience).into();
        let part = policy.known_scope(&audience, &client.scope);
        prop_assert!(part.within(&client.scope));
        prop_assert_eq!(policy.known_scope(&audience, &part), part);
    }
}
