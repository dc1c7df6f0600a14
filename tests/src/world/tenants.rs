//! The tenants of the world.

use std::{sync::Arc, time::Duration};

use grantry::types::{BrowserPolicy, DirectApi, GrantType, Policy, Rotation, SigningAlg};

use super::World;

/// The tenants of the world, by what sets them apart.
pub(super) fn tenants() -> Vec<(&'static str, Policy)> {
    let mut browser = BrowserPolicy::default();
    browser.id_token_algs = [SigningAlg::EdDsa].into();
    let eddsa = Arc::new(browser);
    let base = || {
        let mut policy = Policy::new(World::AUDIENCE.parse().expect("an audience"));
        policy.grants.insert(GrantType::Password);
        policy.direct_api = DirectApi::Get;
        policy.direct_scope = "profile read".parse().expect("a scope");
        policy.default_scope = "read".parse().expect("a scope");
        policy.signing_alg = SigningAlg::EdDsa;
        // An RSA key takes too long to make for every case.
        policy.browser = eddsa.clone();
        policy
    };
    let with = |change: &dyn Fn(&mut Policy)| {
        let mut policy = base();
        change(&mut policy);
        policy
    };
    let uri = |text: &str| text.parse().expect("a redirect URI");
    vec![
        // It has a key for every algorithm already.
        ("acme", with(&|policy| policy.browser = Arc::default())),
        ("globex", with(&|policy| policy.direct_api = DirectApi::Off)),
        ("postal", with(&|policy| policy.direct_api = DirectApi::Post)),
        ("ecdsa", with(&|policy| policy.signing_alg = SigningAlg::Es256)),
        ("strict", with(&|policy| policy.retry_window = Duration::ZERO)),
        ("steady", with(&|policy| policy.rotation = Rotation::Never)),
        ("lenient", with(&|policy| policy.rotation = Rotation::Public)),
        (
            "listed",
            with(&|policy| {
                policy.direct_redirect_uris =
                    vec![uri(World::REDIRECT), uri("http://127.0.0.1:9/")].into();
                policy.allowed_origins =
                    vec!["https://app.example.com".parse().expect("an origin")].into();
            }),
        ),
        ("narrow", with(&|policy| policy.grants = [GrantType::ClientCredentials].into())),
        ("codes-only", with(&|policy| policy.grants = [GrantType::AuthorizationCode].into())),
    ]
}
