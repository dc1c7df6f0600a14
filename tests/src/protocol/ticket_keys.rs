//! The keys of codes and refresh tokens take each other's place; what the old ones made counts on.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::{KeyKind, KeyRotation};

use super::admin::{Belongings, admin, assert_no, backend_asks};
use super::direct::{beside, invalid_grant};
use super::grant::{Grant, Holder};
use crate::{Stage, tenant_id};

const MS: Duration = Duration::from_millis(1);
const ANNOUNCED: Duration = Duration::from_secs(600);
const IDLE: Duration = Duration::from_secs(30 * 24 * 3600);

async fn rotate(s: &Stage, tenant: &str, how: KeyRotation) {
    admin(s).rotate_keys(&tenant_id(tenant), KeyKind::Ticket, how).await.expect("done");
}

/// The number of the key that made a code or refresh token: its second byte.
fn number(token: &str) -> u8 {
    let text = token.get(7..11).expect("a token after its prefix");
    URL_SAFE_NO_PAD.decode(text).expect("base64url")[1]
}

/// JW-04: a new key makes tokens when it was announced, and until then the old one does.
pub async fn a_new_key_makes_tokens_when_it_was_announced(s: &Stage) {
    rotate(s, "acme", KeyRotation::Staged).await;
    let made = async || {
        let (code, direct) = (s.direct_code("acme").await, s.direct_tokens("acme").await.refresh);
        [code, direct, s.tokens("acme", "app").await.refresh].map(|token| number(&token))
    };
    assert_eq!(made().await, [1; 3]);
    s.world.clock.advance(ANNOUNCED - MS);
    assert_eq!(made().await, [1; 3]);
    s.world.clock.advance(MS);
    assert_eq!(made().await, [2; 3]);
}

/// RF-01: whatever was made before is redeemed after, and the next one is by the new key.
pub async fn codes_and_refresh_tokens_outlive_the_activity_of_their_key(s: &Stage) {
    rotate(s, "acme", KeyRotation::Staged).await;
    s.world.clock.advance(ANNOUNCED - MS);
    let (code, own) = (s.direct_code("acme").await, Belongings::of(s, "acme").await);
    s.world.clock.advance(MS);
    assert_eq!(number(&s.redeem("acme", &code).await.tokens().refresh), 2);
    for grant in &own.grants {
        let next = grant.gets(&grant.first.refresh).await.refresh;
        assert_eq!((number(&grant.first.refresh), number(&next)), (1, 2));
        // Lost on the way, and asked for again.
        assert_eq!(grant.gets(&grant.first.refresh).await.refresh, next);
        s.world.clock.advance(Duration::from_secs(31));
        grant.gets(&next).await;
    }
}

/// RF-04: a refresh token counts to the end of its time, though its key was replaced at its start.
pub async fn a_refresh_token_that_lies_unused_outlives_its_key_by_all_of_its_time(s: &Stage) {
    rotate(s, "acme", KeyRotation::Staged).await;
    s.world.clock.advance(ANNOUNCED - MS);
    let grants =
        [Grant::begin(s, "acme", Holder::Direct).await, Grant::begin(s, "acme", Holder::App).await];
    let late = Grant::begin(s, "acme", Holder::Backend).await;
    s.world.clock.advance(IDLE - MS);
    for grant in grants {
        assert_eq!(number(&grant.first.refresh), 1);
        grant.gets(&grant.first.refresh).await;
    }
    s.world.clock.advance(MS);
    late.is_refused(&late.first.refresh).await;
}

/// A token that is never replaced is answered by the new key, so that it goes on without the old.
pub async fn a_token_that_never_rotates_comes_to_the_new_key(s: &Stage) {
    let grant = Grant::begin(s, "steady", Holder::App).await;
    rotate(s, "steady", KeyRotation::Staged).await;
    assert_eq!(grant.gets(&grant.first.refresh).await.refresh, grant.first.refresh);
    s.world.clock.advance(ANNOUNCED);
    let next = grant.gets(&grant.first.refresh).await.refresh;
    assert_eq!(number(&next), 2);
    assert_eq!(grant.gets(&next).await.refresh, next);
    s.world.clock.advance(IDLE);
    grant.is_refused(&next).await;
}

/// A stolen key: every code and refresh token is dead at once; what they led to is not.
pub async fn what_a_key_made_that_is_replaced_at_once_is_dead_at_once(s: &Stage) {
    let (own, other) = (Belongings::of(s, "acme").await, Belongings::of(s, "strict").await);
    let jwks = s.get("/oauth/acme/jwks.json", &[]).await.body;
    rotate(s, "acme", KeyRotation::Staged).await;
    rotate(s, "acme", KeyRotation::AtOnce).await;
    own.are_dead().await;
    other.live().await;
    Belongings::of(s, "acme").await.live().await;
    backend_asks(s, "acme").await.tokens();
    assert_eq!(s.get("/oauth/acme/jwks.json", &[]).await.body, jwks, "another kind of key");
    s.world.clock.advance(ANNOUNCED);
    own.are_dead().await;
    Belongings::of(s, "acme").await.live().await;
}

/// F-21: a grant whose tokens are dead is not ended by showing them.
pub async fn a_token_of_a_key_that_is_gone_ends_nothing(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::App).await;
    let before = grant.row().await;
    rotate(s, "acme", KeyRotation::AtOnce).await;
    grant.is_refused(&grant.first.refresh).await;
    assert_eq!(grant.row().await, before);
}

/// Two nodes on the same stores: what one makes the other takes, at every stage.
pub async fn what_one_node_makes_another_takes(s: &Stage) {
    let other = beside(s, s.world.stores.clone(), |builder| builder).await;
    let each_way = async || {
        let (here, there) = (s.direct_code("acme").await, other.direct_code("acme").await);
        assert_eq!(number(&here), number(&there));
        other.redeem("acme", &here).await.tokens();
        s.redeem("acme", &there).await.tokens();
        number(&here)
    };
    assert_eq!(each_way().await, 1);
    rotate(s, "acme", KeyRotation::Staged).await;
    assert_eq!(each_way().await, 1);
    s.world.clock.advance(ANNOUNCED - MS);
    assert_eq!(each_way().await, 1);
    s.world.clock.advance(MS);
    assert_eq!(each_way().await, 2);
    // Replaced at once here, a second later there.
    let dead = other.direct_code("acme").await;
    rotate(s, "acme", KeyRotation::AtOnce).await;
    s.redeem("acme", &dead).await.assert_rpc(400, &invalid_grant());
    s.world.clock.advance(Duration::from_millis(1001));
    other.redeem("acme", &dead).await.assert_rpc(400, &invalid_grant());
    assert_eq!(each_way().await, 3);
}

/// A token names its key by a number from 1 to 255: where all are in use the next has to wait, or
/// all are replaced at once, as the error says.
pub async fn when_all_numbers_are_in_use_they_are_replaced_at_once(s: &Stage) {
    for _ in 0..254 {
        rotate(s, "acme", KeyRotation::Staged).await;
    }
    let (acme, grant) = (tenant_id("acme"), Grant::begin(s, "acme", Holder::App).await);
    let staged = admin(s).rotate_keys(&acme, KeyKind::Ticket, KeyRotation::Staged).await;
    let why = "255 ticket keys are in use: wait until the oldest is gone, or replace them at once";
    assert_no(staged, why);
    grant.gets(&grant.first.refresh).await;
    rotate(s, "acme", KeyRotation::AtOnce).await;
    grant.is_refused(&grant.first.refresh).await;
    Belongings::of(s, "acme").await.live().await;
}
