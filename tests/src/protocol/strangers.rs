//! Tokens in the hands of another client, tenant or surface: refused, and nothing changes.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::types::TicketState::Live;

use super::admin::{client_row, tenant_row};
use super::grant::{Grant, Holder, now, whole};
use crate::{Stage, tenant_id};

/// The second token of a grant, after its window: the first would end the grant, if it counted.
async fn a_grant_with_a_past(s: &Stage, holder: Holder) -> (Grant<'_>, String) {
    let grant = Grant::begin(s, "acme", holder).await;
    let second = grant.gets(&grant.first.refresh).await.refresh;
    s.world.clock.advance(Duration::from_secs(31));
    (grant, second)
}

/// RF-05, RF-11, TK-04: neither the newest nor an older token means anything to another client.
pub async fn another_client_changes_nothing(s: &Stage) {
    for holder in Holder::ALL {
        let (grant, second) = a_grant_with_a_past(s, holder).await;
        let before = grant.row().await;
        for stranger in Holder::ALL.into_iter().filter(|other| *other != holder) {
            for token in [&grant.first.refresh, &second] {
                stranger.assert_refused(&stranger.presents(s, "acme", token).await);
                assert_eq!(grant.row().await, before, "{holder:?} {stranger:?}");
            }
        }
        grant.gets(&second).await;
        grant.stands(3, Live, now(s)).await;
    }
}

/// RF-05: nor does a token of the future.
pub async fn another_client_does_not_even_roll_back(s: &Stage) {
    for (holder, stranger) in [(Holder::App, Holder::Backend), (Holder::Backend, Holder::App)] {
        let (grant, second) = a_grant_with_a_past(s, holder).await;
        grant.is_set_back(1).await;
        let before = grant.row().await;
        stranger.assert_refused(&stranger.presents(s, "acme", &second).await);
        assert_eq!(grant.row().await, before);
    }
}

/// RF-11, TK-06: a token of another tenant is answered like a random string, byte for byte.
pub async fn another_tenant_says_what_it_says_of_a_random_string(s: &Stage) {
    for holder in Holder::ALL {
        let (grant, second) = a_grant_with_a_past(s, holder).await;
        let before = grant.row().await;
        let random = format!("{}{}", &second[..7], "A".repeat(72));
        let random = holder.presents(s, "steady", &random).await;
        holder.assert_refused(&random);
        for token in [&grant.first.refresh, &second] {
            let foreign = holder.presents(s, "steady", token).await;
            assert_eq!(whole(&foreign), whole(&random), "{holder:?}");
        }
        assert_eq!(grant.row().await, before);
    }
}

/// RF-16: a text that was changed anywhere, cut off or drawn out is a random string.
pub async fn a_changed_token_changes_nothing(s: &Stage) {
    for holder in Holder::ALL {
        let (grant, second) = a_grant_with_a_past(s, holder).await;
        let before = grant.row().await;
        // One letter in the version, the key's id, the seed, the generation and the MAC.
        for at in [7, 9, 20, 35, 60, 78] {
            let flipped = if second.as_bytes()[at] == b'A' { "B" } else { "A" };
            let changed = [&second[..at], flipped, &second[at + 1..]].concat();
            grant.is_refused(&changed).await;
        }
        for changed in [&second[..78], &second[7..], &format!("{second}A"), &format!("{second}=")] {
            grant.is_refused(changed).await;
        }
        assert_eq!(grant.row().await, before);
    }
}

/// TK-08: nor does a code that was changed in any letter, or was put together from two: it means
/// nothing but the row that it names as a whole.
pub async fn a_changed_code_changes_nothing(s: &Stage) {
    let (code, other) = (s.direct_code("acme").await, s.direct_code("acme").await);
    let refused = async |changed: &str| {
        Holder::Direct.assert_refused(&s.redeem("acme", changed).await);
    };
    for at in 0..code.len() {
        let flipped = if code.as_bytes()[at] == b'A' { "B" } else { "A" };
        refused(&[&code[..at], flipped, &code[at + 1..]].concat()).await;
    }
    let bytes = |code: &str| URL_SAFE_NO_PAD.decode(&code[7..]).expect("base64url");
    let (one, two) = (bytes(&code), bytes(&other));
    // Up to the number of the key, the seed, the generation.
    for border in [2, 18, 22] {
        for (head, tail) in [(&one, &two), (&two, &one)] {
            let mixed = [&head[..border], &tail[border..]].concat();
            let whole = mixed == **tail;
            if !whole {
                refused(&format!("grt_dc_{}", URL_SAFE_NO_PAD.encode(mixed))).await;
            }
        }
    }
    for untouched in [code, other] {
        s.redeem("acme", &untouched).await.tokens();
    }
}

/// RF-14: one reuse ends one grant, not its siblings of the same user and client.
pub async fn siblings_are_untouched(s: &Stage) {
    for holder in Holder::PUBLIC {
        let (grant, _) = a_grant_with_a_past(s, holder).await;
        let sibling = Grant::begin(s, "acme", holder).await;
        let before = sibling.row().await;
        grant.is_refused(&grant.first.refresh).await;
        assert_ne!(grant.row().await.state, Live);
        assert_eq!(sibling.row().await, before);
        sibling.gets(&sibling.first.refresh).await;
    }
}

/// RF-15: a reuse or a token of the future never locks the user, the client or the tenant out.
pub async fn whoever_ends_a_grant_locks_nobody_out(s: &Stage) {
    let rows = async || {
        let accounts = &s.world.stores.accounts;
        let account = accounts.by_username(&tenant_id("acme"), "alice").await;
        let account = account.expect("the store answers").expect("alice");
        (tenant_row(s, "acme").await, client_row(s, "acme", "app").await, account)
    };
    let before = rows().await;
    for holder in Holder::PUBLIC {
        let (grant, second) = a_grant_with_a_past(s, holder).await;
        grant.is_refused(&grant.first.refresh).await;
        grant.is_refused(&second).await;
        let (lost, newest) = a_grant_with_a_past(s, holder).await;
        lost.is_set_back(1).await;
        lost.is_refused(&newest).await;
        for again in Holder::ALL {
            let fresh = Grant::begin(s, "acme", again).await;
            fresh.gets(&fresh.first.refresh).await;
        }
    }
    assert_eq!(rows().await, before, "neither is told apart from those to whom it never happened");
}
