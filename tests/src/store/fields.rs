//! Nothing of a row is lost on its way into the store and back: each field has a value here that a
//! new row does not have.

use std::{sync::Arc, time::Duration};

use grantry::{
    ports::{KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan, Stores},
    types::{
        Account, AssertionAudience, BrowserPolicy, Client, ClientAssertions, ClientAuthMethod,
        ClientBrowser, ClientKeys, ClientKind, DirectApi, Dpop, EndReason, GrantType, HttpsUrl,
        Next, Pkce, Policy, PushedRequests, Registration, RegistrationAccess, RegistrationPolicy,
        Resource, Rotation, SecretHash, SenderKey, SigningAlg, SubjectType, Tenant, Ticket,
        TicketState, Timestamp, Version, Whose,
    },
};
use serde_json::json;

use super::rows::{account, policy, written};
use super::sample::{T0, code, first, subject, tenant};
use crate::KeyHolder;

/// A client's first version is random: 62 bits of chance, so that an engine's signed integers hold it
/// and what is added to it.
const VERSION: Version = Version(u64::MAX >> 2);
const NEXT: Version = Version(1 << 62);
/// Not a whole second.
const MOMENT: Timestamp = Timestamp::from_millis(1_800_000_000_001);

fn full_policy() -> Policy {
    let span = |millis| Duration::from_millis(millis);
    let mut policy = policy();
    policy.access_token_lifetime = span(1_001);
    policy.code_lifetime = span(1_002);
    policy.refresh_idle_lifetime = span(1_003);
    policy.grant_lifetime = span(1_004);
    policy.retry_window = span(1_005);
    policy.rotation = Rotation::Public;
    policy.grants = [GrantType::Password, GrantType::RefreshToken].into();
    policy.client_auth_methods = [ClientAuthMethod::PrivateKeyJwt].into();
    policy.direct_api = DirectApi::Post;
    policy.direct_redirect_uris = ["https://b.example/?x=%2F", "HTTP://a.example"]
        .map(|uri| uri.parse().expect("a redirect URI"))
        .into();
    policy.direct_scope = "direct".parse().expect("a scope");
    policy.allowed_origins = ["https://b.example", "http://localhost:3000"]
        .map(|origin| origin.parse().expect("an origin"))
        .into();
    policy.default_scope = "one other".parse().expect("a scope");
    policy.default_audience = "another".parse().expect("an audience");
    let resource = |audience: &str, scope: &str| {
        Resource::new(audience.parse().expect("an audience"), scope.parse().expect("a scope"))
    };
    policy.resources = vec![resource("https://b.example", "b a"), resource("a", "")].into();
    policy.resources[1].access_token_lifetime = Some(span(1_011));
    policy.revocation = false;
    policy.introspection = false;
    policy.dpop = Dpop::Required;
    policy.dpop_nonces = true;
    let mut registration = RegistrationPolicy::default();
    registration.access = RegistrationAccess::Open;
    registration.grants = [GrantType::ClientCredentials].into();
    registration.scope = "one two".parse().expect("a scope");
    registration.step_up = true;
    registration.limit = 7;
    registration.documents = true;
    registration.unused_lifetime = span(61_001);
    policy.registration = Some(registration.into());
    policy.signing_alg = SigningAlg::Rs256;
    policy.key_lifetime = span(1_006);
    policy.key_announcement = span(1_007);
    let mut browser = BrowserPolicy::default();
    browser.name = Some("Acmé \"&\" Co".into());
    browser.session_idle_lifetime = span(1_008);
    browser.session_lifetime = span(1_009);
    browser.session_ends_grants = false;
    browser.id_token_lifetime = span(1_010);
    browser.id_token_algs = [SigningAlg::EdDsa, SigningAlg::Rs256].into();
    browser.pushed_requests = PushedRequests::Required;
    browser.pushed_request_lifetime = span(60_001);
    browser.device_code_lifetime = span(60_002);
    browser.device_poll_interval = span(1_003);
    let texts = [("read", "See your orders"), ("urn:example:all", "Ändern 🐇")];
    browser.scope_texts = texts.map(|(token, text)| (token.into(), text.into())).into();
    policy.browser = browser.into();
    policy
}

fn full_tenant(version: Version) -> Tenant {
    let mut row = Tenant::new(tenant("acme"), full_policy());
    row.version = version;
    row.disabled = true;
    row.not_before = MOMENT;
    row
}

/// Every field of a tenant and of its policy comes back, and every choice does.
pub async fn every_field_of_a_tenant_comes_back(stores: &Stores) {
    let (store, acme) = (&stores.tenants, tenant("acme"));
    let read = async || store.read(&acme).await.expect("the store answers");
    store.create(full_tenant(VERSION)).await.expect("the store answers");
    assert_eq!(read().await.as_deref(), Some(&full_tenant(VERSION)));
    let mut other = full_tenant(NEXT);
    other.policy.rotation = Rotation::Never;
    other.policy.direct_api = DirectApi::Get;
    other.policy.signing_alg = SigningAlg::EdDsa;
    other.policy.grants = [GrantType::AuthorizationCode, GrantType::ClientCredentials].into();
    other.policy.browser = Arc::default();
    store.change(other.clone(), VERSION).await.expect("the store answers");
    assert_eq!(read().await.as_deref(), Some(&other));
    let listed = store.list(None, 1).await.expect("the store answers");
    assert_eq!(listed.first().map(|row| &**row), Some(&other));
}

fn full_client(version: Version) -> Client {
    let secrets = [[0xff; 32], [0; 32]].map(SecretHash::from_bytes).into();
    let kind = ClientKind::Confidential {
        methods: [ClientAuthMethod::Post, ClientAuthMethod::PrivateKeyJwt].into(),
        secrets,
    };
    let mut row = Client::new("a/client?&%'".parse().expect("a client id"), kind);
    row.version = version;
    row.grants = [GrantType::ClientCredentials, GrantType::Password].into();
    row.scope = "read write".parse().expect("a scope");
    row.default_scope = Some("read".parse().expect("a scope"));
    row.audience = Some("https://b.example".parse().expect("an audience"));
    let audience = |text: &str| text.parse().expect("an audience");
    row.dpop_bound_access_tokens = true;
    row.introspects = [audience("https://b.example"), audience("urn:a")].into();
    row.disabled = true;
    row.not_before = MOMENT;
    row.assertions = Some(full_assertions().into());
    let mut own = Registration::new(MOMENT, SecretHash::from_bytes([0xab; 32]));
    (own.used, own.native) = (true, true);
    row.registered = Some(own.into());
    row.browser = Some(full_browser().into());
    row
}

/// A key of each kind, with and without a name.
fn full_assertions() -> ClientAssertions {
    let [rsa, pss, p256, ed] = KeyHolder::each().map(|key| key.jwk());
    let mut nameless = ed;
    nameless.as_object_mut().expect("an object").remove("kid");
    let keys = json!({ "keys": [rsa, pss, p256, nameless] }).to_string();
    let mut assertions = ClientAssertions::new(keys.parse::<ClientKeys>().expect("keys"));
    assertions.audience = AssertionAudience::TokenEndpoint;
    assertions
}

fn full_browser() -> ClientBrowser {
    let uris = |uris: [&str; 2]| uris.map(|uri| uri.parse().expect("a redirect URI")).into();
    let mut browser = ClientBrowser::default();
    browser.name = Some("The \"App\" 🐇".into());
    browser.redirect_uris = uris(["https://b.example/?x=%2F", "HTTP://a.example"]);
    browser.post_logout_redirect_uris = uris(["https://b.example/b", "https://b.example/a"]);
    browser.origins = ["https://b.example", "http://localhost:3000"]
        .map(|origin| origin.parse().expect("an origin"))
        .into();
    browser.pkce = Pkce::Optional;
    browser.id_token_alg = Some(SigningAlg::EdDsa);
    browser.subject_type = SubjectType::Pairwise;
    browser.first_party = true;
    browser.require_pushed_requests = true;
    browser.sector_identifier_uri = Some("https://b.example/uris?x='".parse().expect("a URL"));
    browser
}

/// Every field of a client comes back: its secrets in their order, and a default scope that is
/// empty is not one that is absent.
pub async fn every_field_of_a_client_comes_back(stores: &Stores) {
    let (store, acme) = (&stores.clients, tenant("acme"));
    let id = full_client(VERSION).id;
    let read = async || store.read(&acme, &id).await.expect("the store answers");
    store.create(&acme, full_client(VERSION)).await.expect("the store answers");
    assert_eq!(read().await.as_deref(), Some(&full_client(VERSION)));
    let mut other = full_client(NEXT);
    other.kind = ClientKind::Public;
    other.assertions = None;
    other.registered = None;
    other.default_scope = Some("".parse().expect("a scope"));
    other.audience = None;
    // One that has nothing to say of browsers is not one that says nothing.
    other.browser = Some(Box::default());
    store.change(&acme, other.clone(), VERSION).await.expect("the store answers");
    assert_eq!(read().await.as_deref(), Some(&other));
    let listed = store.list(&acme, None, 1).await.expect("the store answers");
    assert_eq!(listed.first().map(|row| &**row), Some(&other));
    let mut elsewhere = full_client(NEXT.next());
    let url: HttpsUrl = "https://b.example/jwks?x='".parse().expect("a URL");
    elsewhere.assertions = Some(ClientAssertions::new(url).into());
    store.change(&acme, elsewhere.clone(), NEXT).await.expect("the store answers");
    assert_eq!(read().await.as_deref(), Some(&elsewhere));
}

fn full_account(version: Version) -> Account {
    let mut row = account("s 1'", "ａlíce\u{301}'\"\\");
    row.version = version;
    row.password = "$argon2id$another".into();
    let said = json!({
        "name": "ａlíce\u{301}'\"\\", "email_verified": false, "updated_at": 1_800_000_000_001_u64,
        "height": 1.7, "nothing": null, "address": { "country": "GB", "lines": ["1", 2, [], {}] },
    });
    let said = said.as_object().cloned().expect("an object");
    row.claims = Some(Box::new(said.try_into().expect("claims")));
    row.disabled = true;
    row.not_before = MOMENT;
    row
}

/// Every field of a user comes back; a name is any text, and none is like another.
pub async fn every_field_of_a_user_comes_back(stores: &Stores) {
    let (store, acme) = (&stores.accounts, tenant("acme"));
    let full = full_account(VERSION);
    store.create(&acme, full.clone()).await.expect("the store answers");
    let found = store.by_username(&acme, &full.username).await.expect("the store answers");
    assert_eq!(found.as_deref(), Some(&full));
    for near in
        ["ａlíce'\"\\", "alíce\u{301}'\"\\", "ａlíce\u{301}'\"\\ ", "%", "Ａlíce\u{301}'\"\\"]
    {
        let found = store.by_username(&acme, near).await.expect("the store answers");
        assert_eq!(found, None, "{near:?}");
    }
    let mut other = full_account(VERSION);
    (other.subject, other.username) = (subject("s2"), "without claims".into());
    other.claims = None;
    store.create(&acme, other.clone()).await.expect("the store answers");
    let found = store.by_subject(&acme, &other.subject).await.expect("the store answers");
    assert_eq!(found.as_deref(), Some(&other));
    store.change(&acme, full_account(NEXT), VERSION).await.expect("the store answers");
    let found = store.by_subject(&acme, &full.subject).await.expect("the store answers");
    assert_eq!(found.as_deref(), Some(&full_account(NEXT)));
    let listed = store.list(&acme, None, 1).await.expect("the store answers");
    assert_eq!(listed.first().map(|row| &**row), Some(&full_account(NEXT)));
}

/// Every key of every kind comes back with its bytes and its times, in its place.
pub async fn every_field_of_keys_comes_back(stores: &Stores) {
    let (store, acme) = (&stores.key_records, tenant("acme"));
    let purposes = SigningAlg::ALL.map(KeyPurpose::Signing).into_iter();
    let purposes = purposes.chain([1, 255].map(KeyPurpose::Ticket)).chain([KeyPurpose::Subjects]);
    let purposes = purposes.rev();
    let key = |(at, purpose): (u8, KeyPurpose)| KeyRecord {
        purpose,
        material: KeyMaterial::new((at..=255).collect()),
        span: KeySpan {
            active_from: MOMENT,
            gone_at: (at.is_multiple_of(2)).then(|| MOMENT.next()),
        },
    };
    let set = |version| KeySet { version, keys: (0..).zip(purposes.clone()).map(key).collect() };
    store.create(&acme, set(VERSION)).await.expect("the store answers");
    assert_eq!(written(store.read(&acme).await), written(Ok(Some(set(VERSION)))));
    store.change(&acme, set(NEXT), VERSION).await.expect("the store answers");
    assert_eq!(written(store.read(&acme).await), written(Ok(Some(set(NEXT)))));
}

/// What a write sets of a ticket comes back, whatever it ended by, and what it does not set stays.
pub async fn every_field_of_a_ticket_comes_back(stores: &Stores) {
    let (store, acme) = (&stores.tickets, tenant("acme"));
    let reasons =
        [EndReason::Reused, EndReason::RolledBack, EndReason::Revoked, EndReason::Guessed];
    let states = reasons.map(TicketState::Ended).into_iter().chain([TicketState::Live]);
    for (id, state) in (1..).zip(states) {
        let begun = Ticket { changed_at: MOMENT, authenticated_at: MOMENT.next(), ..code(id) };
        let next = Next {
            generation: grantry::types::Generation(u32::MAX),
            state,
            refreshable: true,
            rotated_at: T0.next(),
            expires_at: T0.plus(Duration::from_millis(90_001)),
            sender_key: Some(SenderKey::from_bytes([id; 32])),
        };
        store.issue(&acme, &begun).await.expect("the store answers");
        let changed = store.change(&acme, begun.id, begun.version, &next, MOMENT.next()).await;
        changed.expect("the store answers");
        let mut want = begun.clone();
        want.apply(&next, MOMENT.next());
        let read = store.read(&acme, begun.id).await.expect("the store answers");
        assert_eq!(read.as_ref(), Some(&want));
    }
    let full = Ticket {
        version: VERSION,
        scope: "".parse().expect("a scope"),
        audience: "urn:b https://a.example".parse().expect("audiences"),
        sender_key: Some(Box::new(SenderKey::from_bytes([9; 32]))),
        ..first(9)
    };
    store.issue(&acme, &full).await.expect("the store answers");
    let listed = store.list(&acme, Whose::One(full.id), None).await.expect("the store answers");
    assert_eq!(listed.tickets, [full]);
}
