//! What applying a file does to the stores.

use std::sync::Arc;

use grantry::{
    NewClient, Server,
    types::{
        Account, AssertionAudience, AssertionKeys, ClaimSet, Client, ClientAuthMethod, ClientKind,
        Password, Pkce, Policy, RedirectUri, RegistrationPolicy, SigningAlg, SubjectType, Tenant,
    },
};
use http::StatusCode;

use crate::{
    OTHER_SECRET, SECRET,
    server::{EXAMPLE, acme, apply, server, sign_in, token},
};

#[derive(Debug, PartialEq)]
struct Rows {
    tenants: Vec<Arc<Tenant>>,
    clients: Vec<Arc<Client>>,
    users: Vec<Arc<Account>>,
}

/// Everything that the example describes, versions and hashes included.
async fn rows(server: &Server) -> Rows {
    let admin = server.admin();
    let mut rows = Rows { tenants: vec![], clients: vec![], users: vec![] };
    for id in ["acme", "globex"] {
        rows.tenants.push(admin.tenant(&id.parse().unwrap()).await.unwrap().unwrap());
    }
    for id in ["app", "billing", "cashier", "spa", "web"] {
        rows.clients.push(admin.client(&acme(), &id.parse().unwrap()).await.unwrap().unwrap());
    }
    rows.users.push(admin.user(&acme(), "alice").await.unwrap().unwrap());
    rows
}

/// The keys that a client has, or where they are.
fn held(keys: &AssertionKeys) -> String {
    match keys {
        AssertionKeys::Held(keys) => keys.to_string(),
        AssertionKeys::At(url) => url.to_string(),
    }
}

#[tokio::test]
async fn the_example_is_applied_and_its_clients_and_users_get_tokens() {
    let server = server().await;
    assert_eq!(apply(&server, EXAMPLE).await, [10, 0, 0]);
    assert_eq!(token(&server, SECRET).await, StatusCode::OK);
    assert_eq!(token(&server, OTHER_SECRET).await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&server, "wonderland").await, StatusCode::OK);
    assert_eq!(sign_in(&server, "wrong").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn what_the_example_shows_as_defaults_are_the_defaults() {
    let said = [
        "direct_api = \"post\"",
        "direct_scope = \"read\"",
        "direct_redirect_uris = [\"https://app.example.com/callback\"]",
        "allowed_origins = [\"https://app.example.com\"]",
        "default_scope = \"read\"",
        "dpop = \"allowed\"",
        "name = \"Acme\"",
        "scope_texts = { read = \"See your orders\", write = \"Place orders for you\" }",
    ];
    let mut bare = EXAMPLE.to_owned();
    for line in said {
        assert!(bare.contains(line), "{line}");
        bare = bare.replace(&format!("\n{line}\n"), "\n");
    }
    let server = server().await;
    apply(&server, &bare).await;
    let tenant = server.admin().tenant(&acme()).await.unwrap().unwrap();
    let mut default = Policy::new("https://api.example.com".parse().unwrap());
    default.resources = tenant.policy.resources.clone();
    // The one default of registration that would let nobody do anything.
    let mut registration = RegistrationPolicy::default();
    registration.scope = "read".parse().unwrap();
    default.registration = Some(registration.into());
    assert_eq!(tenant.policy, default);
    assert_eq!(default.resources.len(), 2);
}

/// CA-15: keys come as they are written, and another one takes their place at once.
#[tokio::test]
async fn a_client_has_the_keys_of_the_file() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    let robot =
        async || server.admin().client(&acme(), &"robot".parse().unwrap()).await.unwrap().unwrap();
    let first = robot().await;
    let ClientKind::Confidential { methods, secrets } = &first.kind else { panic!("a key") };
    assert_eq!((*methods, secrets.len()), ([ClientAuthMethod::PrivateKeyJwt].into(), 0));
    let keys = held(&first.assertions.as_ref().unwrap().keys);
    assert!(keys.contains("11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"), "{keys}");
    let other = EXAMPLE.replace("\"kid\":\"2026\"", "\"kid\":\"2027\"");
    let other =
        other.replace("assertion_audience = \"issuer\"", "assertion_audience = \"token_endpoint\"");
    assert_eq!(apply(&server, &other).await, [0, 1, 9]);
    let second = robot().await;
    let second = second.assertions.as_ref().unwrap();
    assert!(held(&second.keys).contains("2027"), "{:?}", second.keys);
    assert_eq!(second.audience, AssertionAudience::TokenEndpoint);
    let partner = server.admin().client(&acme(), &"partner".parse().unwrap()).await.unwrap();
    let elsewhere = AssertionKeys::At("https://partner.example.com/jwks.json".parse().unwrap());
    assert_eq!(partner.unwrap().assertions.as_ref().unwrap().keys, elsewhere);
}

#[tokio::test]
async fn applying_twice_changes_nothing() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    let before = rows(&server).await;
    assert_eq!(apply(&server, EXAMPLE).await, [0, 0, 10]);
    assert_eq!(rows(&server).await, before, "no row was written, not even with what it held");
}

#[tokio::test]
async fn a_changed_file_changes_just_that() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    let before = rows(&server).await;
    let changed = EXAMPLE
        .replace("access_token_lifetime = \"1h\"", "access_token_lifetime = \"10m\"")
        .replace("BILLING_SECRET\" }]", "OTHER_SECRET\" }]");
    assert_eq!(apply(&server, &changed).await, [0, 2, 8]);
    let after = rows(&server).await;
    assert_eq!(after.tenants[0].policy.access_token_lifetime.as_secs(), 600);
    assert_eq!(after.tenants[0].version, before.tenants[0].version.next());
    assert_eq!(after.tenants[1], before.tenants[1]);
    assert_eq!([&after.clients[0], &after.clients[2]], [&before.clients[0], &before.clients[2]]);
    assert_eq!(after.users, before.users);
    assert_eq!(token(&server, SECRET).await, StatusCode::UNAUTHORIZED, "the file is the authority");
    assert_eq!(token(&server, OTHER_SECRET).await, StatusCode::OK);
}

#[tokio::test]
async fn a_secret_is_replaced_without_a_pause() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    let both = "BILLING_SECRET\" }, { env = \"OTHER_SECRET\" }]";
    assert_eq!(apply(&server, &EXAMPLE.replace("BILLING_SECRET\" }]", both)).await, [0, 1, 9]);
    assert_eq!(token(&server, SECRET).await, StatusCode::OK);
    assert_eq!(token(&server, OTHER_SECRET).await, StatusCode::OK);
}

#[tokio::test]
async fn the_password_is_the_first_one_and_no_other() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    let alice = server.admin().user(&acme(), "alice").await.unwrap().unwrap();
    let own = Password::from("looking-glass");
    server.admin().change_password(&acme(), &alice.subject, &own).await.unwrap();
    assert_eq!(apply(&server, EXAMPLE).await, [0, 0, 10]);
    assert_eq!(sign_in(&server, "looking-glass").await, StatusCode::OK);
    assert_eq!(sign_in(&server, "wonderland").await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_user_comes_with_a_hash_from_elsewhere() {
    let server = server().await;
    // `crypt.crypt("wonderland", "$2b$05$abcdefghijklmnopqrstuu")`, by Python 3.11 (libxcrypt).
    let hash = "$2b$05$abcdefghijklmnopqrstuuA0vov2GDneHB3.8.cv9UF9g.RdvScIW";
    let text = EXAMPLE.replace(r#"{ env = "ALICE_PASSWORD" }"#, &format!("{{ phc = \"{hash}\" }}"));
    assert_eq!(apply(&server, &text).await, [10, 0, 0]);
    assert_eq!(sign_in(&server, "wrong").await, StatusCode::UNAUTHORIZED);
    assert_eq!(sign_in(&server, "wonderland").await, StatusCode::OK);
    let alice = server.admin().user(&acme(), "alice").await.unwrap().unwrap();
    assert!(alice.password.starts_with("$argon2id$"), "hashed anew");
}

#[tokio::test]
async fn disabled_is_followed_where_it_is_written_and_left_alone_where_not() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    // The tenant, a client and a user each say it once.
    let off = EXAMPLE.replace("\ndisabled = false", "\ndisabled = true");
    assert_eq!(apply(&server, &off).await, [0, 3, 7]);
    assert_eq!(apply(&server, &off).await, [0, 0, 10]);
    let disabled =
        |rows: &Rows| [rows.tenants[0].disabled, rows.clients[1].disabled, rows.users[0].disabled];
    assert_eq!(disabled(&rows(&server).await), [true; 3]);
    let silent = EXAMPLE.replace("\ndisabled = false", "");
    assert_eq!(apply(&server, &silent).await, [0, 0, 10]);
    assert_eq!(disabled(&rows(&server).await), [true; 3], "disabled at run time stays disabled");
    assert_eq!(apply(&server, EXAMPLE).await, [0, 3, 7]);
    assert_eq!(disabled(&rows(&server).await), [false; 3]);
    assert_eq!(token(&server, SECRET).await, StatusCode::OK);
}

#[tokio::test]
async fn whoever_is_created_as_disabled_was_never_enabled() {
    let server = server().await;
    apply(&server, &EXAMPLE.replace("\ndisabled = false", "\ndisabled = true")).await;
    let rows = rows(&server).await;
    assert!(rows.tenants[0].disabled && rows.clients[1].disabled && rows.users[0].disabled);
    assert!(!rows.tenants[1].disabled && !rows.clients[0].disabled);
}

#[tokio::test]
async fn what_the_file_does_not_name_is_left_alone() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    let other = NewClient::public("other").scope("read");
    let other = server.admin().create_client(&acme(), other).await.unwrap().client;
    let less = EXAMPLE.split("[tenants.acme.clients.app]").next().unwrap();
    assert_eq!(apply(&server, less).await, [0, 0, 5]);
    rows(&server).await;
    let still = server.admin().client(&acme(), &other.id).await.unwrap().unwrap();
    assert_eq!(still, other);
}

#[tokio::test]
async fn what_the_file_says_of_browsers_is_what_holds() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    let before = rows(&server).await;
    let browser = &before.tenants[0].policy.browser;
    assert_eq!(browser.name.as_deref(), Some("Acme"));
    assert_eq!(browser.scope_texts["read"].as_ref(), "See your orders");
    let [billing, spa, web] = [1, 3, 4].map(|at| before.clients[at].browser.as_deref());
    assert_eq!(billing, None);
    let (spa, web) = (spa.unwrap(), web.unwrap());
    assert_eq!(spa.name.as_deref(), Some("The App"));
    let uris = |uris: &[RedirectUri]| uris.iter().map(|uri| uri.to_string()).collect::<Vec<_>>();
    let there = ["http://127.0.0.1/callback", "https://app.example.com/callback"];
    assert_eq!(uris(&spa.redirect_uris), there);
    let there = ["http://127.0.0.1/signed-out", "https://app.example.com/signed-out"];
    assert_eq!(uris(&spa.post_logout_redirect_uris), there);
    assert_eq!(spa.origins.len(), 2);
    assert_eq!((web.id_token_alg, web.pkce), (Some(SigningAlg::Rs256), Pkce::Required));
    // Each to another value.
    let changed = EXAMPLE
        .replace("session_lifetime = \"14d\"", "session_lifetime = \"15d\"")
        .replace("pkce = \"required\"", "pkce = \"optional\"")
        .replace("subject_type = \"public\"", "subject_type = \"pairwise\"")
        .replace("first_party = false", "first_party = true")
        .replace("name = \"The App\"\n", "");
    assert_eq!(apply(&server, &changed).await, [0, 3, 7]);
    let after = rows(&server).await;
    let days = after.tenants[0].policy.browser.session_lifetime.as_secs() / 86_400;
    assert_eq!(days, 15);
    let (spa, web) = (after.clients[3].browser.as_ref(), after.clients[4].browser.as_ref());
    let web = web.unwrap();
    assert_eq!((web.pkce, web.first_party), (Pkce::Optional, true));
    assert_eq!((web.subject_type, &spa.unwrap().name), (SubjectType::Pairwise, &None));
}

#[tokio::test]
async fn claims_are_the_first_ones_and_no_others() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    let alice = async || server.admin().user(&acme(), "alice").await.unwrap().unwrap();
    let claim = |alice: &Account, name: &str| alice.claims.as_ref().unwrap().value(name).cloned();
    let first = alice().await;
    assert_eq!(claim(&first, "birthdate"), Some("1852-05-04".into()));
    assert_eq!(claim(&first, "email_verified"), Some(true.into()));
    assert_eq!(claim(&first, "address").unwrap()["country"], "GB");
    let moved = |claims: &mut ClaimSet| claims.insert("email", "alice@home.example");
    server.admin().change_user_claims(&acme(), &first.subject, moved).await.unwrap();
    assert_eq!(apply(&server, EXAMPLE).await, [0, 0, 10]);
    assert_eq!(claim(&*alice().await, "email"), Some("alice@home.example".into()));
}
