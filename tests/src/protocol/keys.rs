//! Signing keys take each other's place, and nobody who verifies by the JWKS notices.

use std::{collections::BTreeSet, time::Duration};

use grantry::{
    KeyKind, KeyRotation, KeyStage,
    ports::KeyPurpose,
    types::{Policy, SigningAlg},
};
use http::{HeaderValue, header::AUTHORIZATION};
use serde_json::{Value, json};

use super::access_tokens::{header, is_signed_by, key_of};
use super::admin::{admin, assert_no, backend_asks};
use super::direct::beside;
use crate::{Stage, claims, get, tenant_id};

const MS: Duration = Duration::from_millis(1);
/// How long a new key is announced where nothing else is said.
const ANNOUNCED: Duration = Duration::from_secs(600);
/// How long the old one is believed after the new one began: no token lives longer, and clocks may
/// be a minute apart.
const BELIEVED: Duration = Duration::from_secs(24 * 3600 + 60);

/// The keys of a tenant that others see.
async fn shown(s: &Stage, tenant: &str) -> Vec<Value> {
    let set = s.get(&format!("/oauth/{tenant}/jwks.json"), &[]).await.json();
    set["keys"].as_array().expect("keys").clone()
}

async fn ids(s: &Stage, tenant: &str) -> BTreeSet<String> {
    shown(s, tenant).await.iter().map(|key| key["kid"].to_string()).collect()
}

/// A token that is made now. Whatever signs it is shown, and verifies it.
async fn token(s: &Stage, tenant: &str) -> String {
    let token = backend_asks(s, tenant).await.tokens().access;
    assert!(is_signed_by(&key_of(s, tenant, &token).await, &token));
    token
}

/// Which key signs now.
async fn signer(s: &Stage, tenant: &str) -> String {
    header(&token(s, tenant).await)["kid"].to_string()
}

async fn rotate(s: &Stage, how: KeyRotation) {
    admin(s).rotate_keys(&tenant_id("acme"), KeyKind::Signing, how).await.expect("done");
}

/// Whether the guard of acme's routes takes a token.
async fn is_taken(s: &Stage, token: &str) -> bool {
    let (mut parts, _) = get("/me").into_parts();
    let value = HeaderValue::try_from(format!("Bearer {token}")).expect("a token");
    parts.headers.insert(AUTHORIZATION, value);
    s.world.guards.acme.check(&parts).await.is_ok()
}

/// JW-04: shown at once, in use when it has been announced for as long as the policy says.
pub async fn a_new_key_is_shown_at_once_and_signs_when_it_was_announced(s: &Stage) {
    let (before, old) = (ids(s, "acme").await, signer(s, "acme").await);
    let tag = s.get("/oauth/acme/jwks.json", &[]).await.header("etag").to_owned();
    rotate(s, KeyRotation::Staged).await;
    let both = ids(s, "acme").await;
    assert_eq!((before.len(), both.len()), (3, 6), "one more of each algorithm");
    assert!(both.is_superset(&before));
    assert_ne!(s.get("/oauth/acme/jwks.json", &[]).await.header("etag"), tag);
    assert_eq!(signer(s, "acme").await, old);
    s.world.clock.advance(ANNOUNCED - MS);
    assert_eq!(signer(s, "acme").await, old);
    s.world.clock.advance(MS);
    let new = signer(s, "acme").await;
    assert!(!before.contains(&new) && both.contains(&new), "{new}");
}

/// JW-04: an announcement is as long as the tenant's policy says.
pub async fn a_policy_may_announce_its_keys_for_longer(s: &Stage) {
    let longer = |policy: &mut Policy| policy.key_announcement = Duration::from_secs(7200);
    admin(s).change_tenant(&tenant_id("acme"), longer).await.expect("done");
    let old = signer(s, "acme").await;
    rotate(s, KeyRotation::Staged).await;
    s.world.clock.advance(Duration::from_secs(7200) - MS);
    assert_eq!(signer(s, "acme").await, old);
    s.world.clock.advance(MS);
    assert_ne!(signer(s, "acme").await, old);
}

/// JW-03, JW-04: shown until the last token that it signed must have expired everywhere, then gone.
pub async fn an_old_key_is_shown_as_long_as_its_tokens_may_count(s: &Stage) {
    let day = |policy: &mut Policy| policy.access_token_lifetime = Duration::from_secs(86_400);
    admin(s).change_tenant(&tenant_id("acme"), day).await.expect("done");
    let old = ids(s, "acme").await;
    rotate(s, KeyRotation::Staged).await;
    s.world.clock.advance(ANNOUNCED - MS);
    let last = token(s, "acme").await;
    s.world.clock.advance(Duration::from_secs(86_400) - MS);
    assert!(is_signed_by(&key_of(s, "acme", &last).await, &last));
    s.world.clock.advance(MS);
    assert!(!is_taken(s, &last).await, "it has expired");
    s.world.clock.advance(BELIEVED - Duration::from_secs(86_400));
    assert!(ids(s, "acme").await.is_superset(&old), "a minute of leeway, less a millisecond");
    s.world.clock.advance(MS);
    let left = ids(s, "acme").await;
    assert_eq!((left.len(), left.is_disjoint(&old)), (3, true));
    token(s, "acme").await;
}

/// JW-03, JW-04: a stolen key is shown no more, nor is one that was announced while it was there.
pub async fn a_key_that_is_replaced_at_once_is_gone_at_once(s: &Stage) {
    rotate(s, KeyRotation::Staged).await;
    let (old, signed) = (ids(s, "acme").await, token(s, "acme").await);
    assert!(is_taken(s, &signed).await);
    rotate(s, KeyRotation::AtOnce).await;
    let new = ids(s, "acme").await;
    assert_eq!((old.len(), new.len(), new.is_disjoint(&old)), (6, 3, true));
    assert!(!is_taken(s, &signed).await);
    let fresh = token(s, "acme").await;
    assert!(is_taken(s, &fresh).await);
    s.world.clock.advance(2 * ANNOUNCED);
    assert_eq!(ids(s, "acme").await, new, "what was announced does not come back");
    assert_eq!(signer(s, "acme").await, header(&fresh)["kid"].to_string());
}

/// TN-01: of one tenant and of one kind; nobody else notices.
pub async fn other_tenants_keep_their_keys(s: &Stage) {
    let (strict, signed) = (ids(s, "strict").await, signer(s, "strict").await);
    let codes = [s.direct_code("acme").await, s.direct_code("strict").await];
    rotate(s, KeyRotation::AtOnce).await;
    assert_eq!((ids(s, "strict").await, signer(s, "strict").await), (strict, signed));
    s.redeem("acme", &codes[0]).await.tokens();
    s.redeem("strict", &codes[1]).await.tokens();
}

/// JW-02, JW-05: whatever was rotated, no two keys share an id, and none shows a private member.
pub async fn new_keys_show_their_public_members_alone(s: &Stage) {
    let rs256 = |policy: &mut Policy| policy.signing_alg = SigningAlg::Rs256;
    admin(s).change_tenant(&tenant_id("acme"), rs256).await.expect("done");
    for tenant in ["acme", "strict", "ecdsa"] {
        let tenant = tenant_id(tenant);
        let staged = KeyRotation::Staged;
        admin(s).rotate_keys(&tenant, KeyKind::Signing, staged).await.expect("done");
    }
    let mut seen = BTreeSet::new();
    for (tenant, count) in [("acme", 6), ("strict", 4), ("ecdsa", 4)] {
        let keys = shown(s, tenant).await;
        assert_eq!(keys.len(), count, "{tenant}");
        for key in keys {
            assert!(seen.insert(key["kid"].to_string()), "{tenant}: {key}");
            let members: Vec<_> = key.as_object().expect("an object").keys().cloned().collect();
            let wanted: &[&str] = match key["kty"].as_str() {
                Some("EC") => &["alg", "crv", "kid", "kty", "use", "x", "y"],
                Some("OKP") => &["alg", "crv", "kid", "kty", "use", "x"],
                _ => &["alg", "e", "kid", "kty", "n", "use"],
            };
            let members: BTreeSet<_> = members.iter().map(String::as_str).collect();
            assert_eq!(members, wanted.iter().copied().collect());
        }
    }
}

/// RFC 7518 §3.3: a tenant that comes to sign by RS256 gets a key for it, which signs at once.
pub async fn a_tenant_that_comes_to_sign_by_rs256_does_so_at_once(s: &Stage) {
    let old = token(s, "acme").await;
    let rs256 = |policy: &mut Policy| policy.signing_alg = SigningAlg::Rs256;
    admin(s).change_tenant(&tenant_id("acme"), rs256).await.expect("done");
    let new = s.tokens("acme", "app").await.access;
    let key = key_of(s, "acme", &new).await;
    let whole = json!({ "typ": "at+jwt", "alg": "RS256", "kid": key["kid"] });
    assert_eq!(header(&new), whole);
    assert!(is_signed_by(&key, &new));
    assert!(!is_signed_by(&key, &new.replacen('.', "A.", 1)));
    assert_eq!(claims(&new)["sub"], "user-alice");
    assert!(is_taken(s, &new).await && is_taken(s, &old).await);
    // Once made it stays, also while another algorithm signs.
    for alg in [SigningAlg::EdDsa, SigningAlg::Rs256] {
        let change = move |policy: &mut Policy| policy.signing_alg = alg;
        admin(s).change_tenant(&tenant_id("acme"), change).await.expect("done");
    }
    assert_eq!(signer(s, "acme").await, key["kid"].to_string());
    assert_eq!(shown(s, "acme").await.len(), 3);
}

/// What an operator sees: each key with its stage, and never the key itself.
pub async fn an_operator_sees_where_each_key_stands(s: &Stage) {
    let acme = tenant_id("acme");
    let stages = async || {
        let keys = admin(s).keys(&acme).await.expect("keys");
        let mine = keys.iter().filter(|key| key.purpose == KeyPurpose::Signing(SigningAlg::EdDsa));
        mine.map(|key| (key.stage, key.gone_at.is_some())).collect::<Vec<_>>()
    };
    assert_eq!(stages().await, [(KeyStage::Active, false)]);
    rotate(s, KeyRotation::Staged).await;
    assert_eq!(stages().await, [(KeyStage::Active, true), (KeyStage::Announced, false)]);
    s.world.clock.advance(ANNOUNCED);
    assert_eq!(stages().await, [(KeyStage::Retiring, true), (KeyStage::Active, false)]);
    s.world.clock.advance(BELIEVED);
    assert_eq!(stages().await, [(KeyStage::Active, false)]);
    let printed = format!("{:?}", admin(s).keys(&acme).await.expect("keys"));
    assert!(!printed.contains("material"), "{printed}");
}

/// F-23: a tenant whose keys are lost is unavailable; nobody makes new ones behind its back.
pub async fn keys_that_are_lost_are_not_made_anew(s: &Stage) {
    let acme = tenant_id("acme");
    let refresh = s.direct_tokens("acme").await.refresh;
    s.world.stores.key_records.erase(&acme).await.expect("the store answers");
    let cold = beside(s, s.world.stores.clone(), |builder| builder).await;
    for answer in [
        backend_asks(&cold, "acme").await,
        cold.direct_refresh("acme", &refresh).await,
        cold.get("/oauth/acme/jwks.json", &[]).await,
    ] {
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (503, "1"));
    }
    let why = "there are no keys";
    for kind in [KeyKind::Signing, KeyKind::Ticket] {
        let outcome = admin(&cold).rotate_keys(&acme, kind, KeyRotation::AtOnce).await;
        assert!(outcome.is_err(), "{why}");
    }
    let keys = s.world.stores.key_records.read(&acme).await.expect("the store answers");
    assert!(keys.is_none());
    let nobody = tenant_id("nobody");
    let why = "there is no tenant of this name: create it first";
    let rotated = admin(s).rotate_keys(&nobody, KeyKind::Signing, KeyRotation::Staged).await;
    assert_no(rotated, why);
}
