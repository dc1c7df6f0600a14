//! P5: without what a tenant itself gave out, nobody gets a byte that depends on it. Each case is a
//! part of one matrix: every route × everything that can be held × tenants in every state.

use std::time::Duration;

use grantry::types::TokenKind;
use http::{HeaderValue, Method, header};

use super::admin::{admin, subject, tenant_row};
use super::credential::{Credential, GRANTS, shown_by};
use super::direct::assert_alike;
use super::matrix::{OWNERS, create, fill, open, report, routes, shut, take};
use super::owner::{self, own_name};
use crate::{Answer, Stage, World, tenant_id};

/// TN-01, TK-06, RF-11, IR-04: of grants that live and of grants that ended, whichever tenant's.
pub async fn a_code_or_token_is_a_random_string_to_every_other_tenant(s: &Stage) {
    open(s).await;
    let mut held = Vec::new();
    for owner in OWNERS {
        let tokens = owner::tokens(s, owner).await;
        held.extend(tokens.into_iter().map(|token| (owner, token)));
    }
    shut(s).await;
    let mut cells = fill(s, &held).await;
    for kind in TokenKind::ALL {
        cells += take(s, async || owner::token(s, "acme", "acme", kind).await).await;
    }
    let visit = async || owner::visits(s, "acme", "acme").await;
    cells += take(s, async || visit().await.credential(TokenKind::Refresh)).await;
    cells += take(s, async || visit().await.access()).await;
    cells += take(s, async || visit().await.identity()).await;
    cells += take(s, async || owner::initial(s, "acme").await).await;
    report("codes and tokens", cells);
}

/// TN-01, CA-12: by each method, with an id that is known elsewhere and with one that is not.
pub async fn a_client_is_a_stranger_to_every_other_tenant(s: &Stage) {
    open(s).await;
    let mut held = Vec::new();
    for owner in OWNERS {
        held.extend(owner::clients(s, owner).into_iter().map(|client| (owner, client)));
    }
    shut(s).await;
    let mut cells = fill(s, &held).await;
    for at in 0..owner::clients(s, "acme").len() {
        cells += take(s, async || owner::clients(s, "acme").swap_remove(at)).await;
    }
    report("clients", cells);
}

/// TN-01: a name that is known elsewhere, and one that is not.
pub async fn a_user_is_a_stranger_to_every_other_tenant(s: &Stage) {
    open(s).await;
    owner::settle_twins(s, "acme", "steady").await;
    let user = |name: &str| Credential::User(name.to_owned(), owner::PASSWORD.to_owned());
    let [own, twin] = [user(&own_name("acme")), user(owner::TWIN)];
    let held = [("acme", own.clone()), ("acme", twin.clone())];
    shut(s).await;
    let mut cells = fill(s, &held).await;
    for user in [own, twin] {
        cells += take(s, async || user.clone()).await;
    }
    report("users", cells);
}

/// TN-01: redirect URIs and origins that one tenant lists.
pub async fn what_one_tenant_lists_is_listed_nowhere_else(s: &Stage) {
    let mut policy = tenant_row(s, "listed").await.policy;
    policy.direct_redirect_uris = vec!["https://own.example.com/cb".parse().expect("a URI")].into();
    policy.allowed_origins = vec!["https://own.example.com".parse().expect("an origin")].into();
    create(s, "elsewhere", policy).await;
    let ask = async |tenant: &str, method, path: &str, name: &'static str, value: &str| -> Answer {
        s.forget_failures();
        let path = path.replace("{tenant}", tenant);
        let user = Credential::User("alice".to_owned(), "wrong".to_owned());
        let uri = if name == "origin" { World::REDIRECT } else { value };
        let mut request = user.request_for(&method, &path, uri);
        if name == "origin" {
            let headers = request.headers_mut();
            headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
            headers.insert(header::ORIGIN, HeaderValue::try_from(value).expect("an origin"));
        }
        s.send(request).await
    };
    let (mut cells, mut known) = (0, 0);
    for (name, theirs, nobodys) in [
        ("redirect_uri", World::REDIRECT, "https://nobody.example.com/cb"),
        ("origin", "https://app.example.com", "https://nobody.example.com"),
    ] {
        for (method, path) in routes(s) {
            let answers = [
                ask("elsewhere", method.clone(), &path, name, theirs).await,
                ask("elsewhere", method.clone(), &path, name, nobodys).await,
            ];
            assert_alike(&answers);
            let at_home = ask("listed", method, &path, name, theirs).await;
            known += usize::from(at_home.status != answers[0].status);
            cells += 1;
        }
    }
    // The direct API is where both are asked for: twice a redirect URI, four times an origin.
    assert_eq!(known, 6, "their own tenant knows them");
    report("redirect URIs and origins", cells);
}

/// TN-01: a new route, grant, way to authenticate or kind of token has a row, or this fails or does
/// not compile.
pub async fn the_matrix_has_a_row_for_everything(s: &Stage) {
    open(s).await;
    let mut shown: Vec<_> = owner::tokens(s, "acme").await;
    shown.extend(owner::clients(s, "acme"));
    shown.push(Credential::User(String::new(), String::new()));
    for grant in GRANTS {
        for word in shown_by(grant) {
            assert!(shown.iter().any(|one| one.word() == *word), "nothing shows {word}");
        }
    }
    let metadata = s.get("/oauth/acme/.well-known/openid-configuration", &[]).await.json();
    let list = |name: &str| metadata[name].as_array().expect("a list").clone();
    for grant in list("grant_types_supported") {
        let known = GRANTS.iter().any(|known| grant == known.as_str());
        assert!(known, "{grant} has no row");
    }
    for method in list("token_endpoint_auth_methods_supported") {
        let known = method == "none" || shown.iter().any(|one| method == one.word());
        assert!(known, "{method} has no row");
    }
    assert!(routes(s).len() >= 27, "{:?}", routes(s));
}

/// TN-04, TN-05: of a tenant that was deleted nothing is told that is not told of one that never
/// was, or that cannot be; at every route.
pub async fn a_tenant_that_is_no_more_never_was(s: &Stage) {
    open(s).await;
    let held = [owner::tokens(s, "gone").await, owner::clients(s, "gone")].concat();
    shut(s).await;
    let longest = "x".repeat(300);
    let mut cells = 0;
    for (method, path) in routes(s) {
        for credential in &held {
            let mut answers = Vec::new();
            for id in ["never", "gone", "GONE", "gone.", "-", "%67one", &longest, ""] {
                let path = path.replace("{tenant}", id);
                answers.push(s.send(credential.request(&method, &path)).await);
                cells += 1;
            }
            assert_eq!(answers[0].status, 404, "{method} {path}");
            assert_alike(&answers);
        }
    }
    assert_eq!(
        s.world.events.take().iter().filter(|event| event.tenant.as_str() == "never").count(),
        0
    );
    report("tenants that there are not", cells);
}

/// TN-01, TN-02: the same client id and secret, and the same user name, subject and password, in two
/// tenants are two of each: what becomes of one is nothing to the other.
pub async fn what_has_one_name_in_two_tenants_is_two(s: &Stage) {
    let (acme, steady, name) = (tenant_id("acme"), tenant_id("steady"), own_name("same"));
    owner::settle(s, "acme", "same").await;
    owner::settle(s, "steady", "same").await;
    let [client, ..] = &owner::clients(s, "same")[..] else { panic!("a client") };
    let user = &Credential::User(name.clone(), owner::PASSWORD.to_owned());
    let ask = async |tenant: &str, shown: &Credential| {
        s.send(shown.request(&Method::POST, &format!("/oauth/{tenant}/token"))).await
    };
    // Whether each of the two lets in what is its own.
    let works = async |[one, other]: [&Credential; 2]| {
        [ask("acme", one).await.status == 200, ask("steady", other).await.status == 200]
    };
    let token = async |tenant| owner::token(s, tenant, "same", TokenKind::Refresh).await;
    let (mine, theirs) = (&token("acme").await, &token("steady").await);
    for (tenant, token) in [("steady", mine), ("acme", theirs)] {
        assert_alike(&[ask(tenant, token).await, ask(tenant, &token.random()).await]);
    }
    for both in [[client; 2], [user; 2], [mine, theirs]] {
        assert_eq!(works(both).await, [true; 2]);
    }
    let (id, who) = (name.parse().expect("an id"), subject(&format!("user-{name}")));
    admin(s).disable_client(&acme, &id).await.expect("done");
    assert_eq!(works([client; 2]).await, [false, true]);
    admin(s).disable_user(&acme, &who).await.expect("done");
    assert_eq!(works([user; 2]).await, [false, true]);
    assert_eq!(works([mine, theirs]).await, [false, true]);
    admin(s).enable_client(&acme, &id).await.expect("done");
    admin(s).enable_user(&acme, &who).await.expect("done");
    admin(s).delete_client(&steady, &id).await.expect("done");
    admin(s).delete_user(&steady, &who).await.expect("done");
    s.world.clock.advance(Duration::from_secs(1));
    assert_eq!(works([client; 2]).await, [true, false]);
    assert_eq!(works([user; 2]).await, [true, false]);
}
