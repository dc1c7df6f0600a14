//! The direct API's table of errors, row by row: bad parameters, grants and credentials. Each is
//! asked by GET and by the POST form, and answered whole.

use std::time::Duration;

use grantry::{ports::Clock, types::Whose};

use super::direct::{ask, assert_alike, bad, forged, invalid_grant, wrong_credentials};
use crate::{
    ALICE, PASSWORD, Stage, World, alice_asks_for_a_code, grant_of, query, rpc, tenant_id,
    violation,
};

const MONTH: Duration = Duration::from_secs(30 * 24 * 3600);

/// LE-11, LE-17: each way in which a parameter can be bad.
pub async fn a_bad_parameter_is_named_with_what_is_wrong(s: &Stage) {
    let right = query(&alice_asks_for_a_code());
    let without = |name: &str| {
        let rest = alice_asks_for_a_code().into_iter().filter(|(own, _)| *own != name);
        query(&rest.collect::<Vec<_>>())
    };
    for name in ["response_type", "username", "password", "redirect_uri"] {
        let rest = without(name);
        for (text, what) in [
            (rest.clone(), "is required"),
            (format!("{rest}&{name}="), "is empty"),
            (format!("{rest}&{name}"), "is empty"),
            (format!("{right}&{name}=x"), "is given more than once"),
            (format!("{right}&{name}"), "is given more than once"),
            (format!("{rest}&{name}=%zz"), "is not form-urlencoded UTF-8"),
            (format!("{rest}&{name}={}", "x".repeat(2049)), too_long(name)),
        ] {
            for answer in ask(s, "acme", "authorize", &text).await {
                answer.assert_rpc(400, &bad(&[(name, what)]));
            }
        }
    }
}

fn too_long(name: &str) -> &'static str {
    match name {
        "username" => "is longer than 256 bytes",
        "password" => "is longer than 1024 bytes",
        _ => "is longer than 2048 bytes",
    }
}

/// LE-17: what each grant demands.
pub async fn a_grant_names_the_parameters_that_it_misses(s: &Stage) {
    for (text, missing) in [
        ("", &["grant_type"][..]),
        ("grant_type=authorize_code", &["code", "redirect_uri"]),
        ("grant_type=authorization_code&username=x", &["code", "redirect_uri"]),
        ("grant_type=password&code=x", &["username", "password"]),
        ("grant_type=refresh_token&code=x", &["refresh_token"]),
    ] {
        let missing: Vec<_> = missing.iter().map(|name| (*name, "is required")).collect();
        for answer in ask(s, "acme", "token", text).await {
            answer.assert_rpc(400, &bad(&missing));
        }
    }
}

/// LE-17: all of them, not just the first.
pub async fn all_bad_parameters_are_named_at_once(s: &Stage) {
    let text = "username=a&username=b&password=&redirect_uri=cb&response_type=token&state="
        .to_owned()
        + &"x".repeat(2049);
    let all = [
        ("username", "is given more than once"),
        ("password", "is empty"),
        (
            "redirect_uri",
            "must be an absolute http or https URI without fragment and user information",
        ),
        ("state", "is longer than 2048 bytes"),
        ("response_type", "must be code"),
    ];
    for answer in ask(s, "acme", "authorize", &text).await {
        answer.assert_rpc(400, &bad(&all));
    }
    let all = ["response_type", "username", "password", "redirect_uri"].map(|n| (n, "is required"));
    for answer in ask(s, "acme", "authorize", "").await {
        answer.assert_rpc(400, &bad(&all));
    }
}

/// LE-17.
pub async fn another_response_type_is_unsupported(s: &Stage) {
    for kind in ["token", "Code", "code token", "code "] {
        let uri = ("redirect_uri", World::REDIRECT);
        let text = query(&[("response_type", kind), ALICE, PASSWORD, uri]);
        for answer in ask(s, "acme", "authorize", &text).await {
            let all = [violation("response_type", "must be code")];
            let message = "response_type must be code";
            answer.assert_rpc(400, &rpc(3, "UNSUPPORTED_RESPONSE_TYPE", message, &all));
        }
    }
}

/// LE-17.
pub async fn an_unknown_grant_type_is_unsupported(s: &Stage) {
    let known = "must be authorize_code, authorization_code, password or refresh_token";
    for grant in ["client_credentials", "implicit", "Password", "password ", "authorize-code"] {
        let text = query(&[("grant_type", grant), ALICE, PASSWORD]);
        for answer in ask(s, "acme", "token", &text).await {
            let all = [violation("grant_type", known)];
            let message = "grant_type is not supported";
            answer.assert_rpc(400, &rpc(3, "UNSUPPORTED_GRANT_TYPE", message, &all));
        }
    }
}

/// RFC 6749 §5.2: unknown, used, another tenant's, another redirect URI's, expired.
pub async fn a_code_that_counts_for_nothing_is_an_invalid_grant(s: &Stage) {
    let redirect = ("redirect_uri", World::REDIRECT);
    let used = s.direct_code("acme").await;
    s.redeem("acme", &used).await.tokens();
    let forged = forged(&used);
    let (foreign, fresh) = (s.direct_code("strict").await, s.direct_code("acme").await);
    for (code, uri) in [
        ("nonsense", redirect),
        (&forged, redirect),
        (&used, redirect),
        (&foreign, redirect),
        (&fresh, ("redirect_uri", "https://app.example.com/other")),
    ] {
        let text = query(&[("grant_type", "authorize_code"), ("code", code), uri]);
        for answer in ask(s, "acme", "token", &text).await {
            answer.assert_rpc(400, &invalid_grant());
        }
    }
    s.world.clock.advance(Duration::from_secs(60));
    let text = query(&[("grant_type", "authorize_code"), ("code", &fresh), redirect]);
    for answer in ask(s, "acme", "token", &text).await {
        answer.assert_rpc(400, &invalid_grant());
    }
}

/// RFC 6749 §5.2: unknown, revoked, another tenant's, reused, expired.
pub async fn a_refresh_token_that_counts_for_nothing_is_an_invalid_grant(s: &Stage) {
    let refused = async |token: &str| {
        let text = query(&[("grant_type", "refresh_token"), ("refresh_token", token)]);
        for answer in ask(s, "acme", "token", &text).await {
            answer.assert_rpc(400, &invalid_grant());
        }
    };
    let [gone, old, last] = [
        s.direct_tokens("acme").await,
        s.direct_tokens("acme").await,
        s.direct_tokens("acme").await,
    ];
    let now = s.world.clock.now();
    let revoked = Whose::One(grant_of(&gone.access));
    s.world.stores.tickets.end(&tenant_id("acme"), revoked, now).await.expect("the store answers");
    let forged = forged(&last.refresh);
    let foreign = s.direct_tokens("strict").await.refresh;
    for token in ["nonsense", &forged, &gone.refresh, &foreign] {
        refused(token).await;
    }
    s.direct_refresh("acme", &old.refresh).await.tokens();
    s.world.clock.advance(Duration::from_secs(30));
    refused(&old.refresh).await;
    s.world.clock.advance(MONTH - Duration::from_secs(30));
    refused(&last.refresh).await;
}

/// LE-09, LE-10: nobody learns which names there are, and whose are disabled.
pub async fn wrong_unknown_and_disabled_users_are_answered_alike(s: &Stage) {
    let mut all = Vec::new();
    for (name, password) in [
        ("alice", "looking-glass"),
        ("nobody", World::PASSWORD),
        // RFC 8265 §3.3 knows no canonical form of these.
        ("two words", World::PASSWORD),
        ("zero\u{200b}width", World::PASSWORD),
        ("mallory", World::PASSWORD),
        ("mallory", "looking-glass"),
    ] {
        let user = query(&[("username", name), ("password", password)]);
        let code = format!("response_type=code&redirect_uri=https://app.example.com/cb&{user}");
        all.extend(ask(s, "acme", "authorize", &code).await);
        all.extend(ask(s, "acme", "token", &format!("grant_type=password&{user}")).await);
        s.forget_failures();
    }
    assert_alike(&all);
    all[0].assert_rpc(401, &wrong_credentials());
    let realm = "Bearer realm=\"https://id.example.com/oauth/acme\"";
    assert_eq!(all[0].header("www-authenticate"), realm);
}
