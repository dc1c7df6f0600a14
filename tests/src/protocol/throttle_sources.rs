//! Where failed sign-ins come from: LG-05, PL-07. Only a driver within the process can say who the
//! other end of a connection is, so these go by the bare one.

use std::sync::Arc;

use grantry::types::Peer;
use http::HeaderValue;

use super::direct::{beside, wrong_credentials};
use super::moody::Moody;
use super::throttle::assert_waits;
use crate::{Answer, Stage, World, get, query};

/// The proxy that the server believes, and somebody it does not.
const PROXY: &str = "10.0.0.1:4711";
const STRANGER: &str = "198.51.100.7:4711";

const XFF: &str = "x-forwarded-for";

/// A server behind proxies at `10.0.0.0/8`.
async fn behind(s: &Stage) -> Stage {
    let users = Arc::new(Moody::default());
    let stores = s.world.stores.clone();
    beside(s, stores, |b| b.users(users).trusted_proxies(["10.0.0.0/8", "2001:db8:ff::1"])).await
}

/// A user tries a password, through this peer and under these headers.
async fn tries(
    s: &Stage,
    peer: &str,
    headers: &[(&'static str, &str)],
    name: &str,
    password: &str,
) -> Answer {
    let user = [("grant_type", "password"), ("username", name), ("password", password)];
    let mut request = get(&format!("/oauth/acme/token?{}", query(&user)));
    for (header, value) in headers {
        let value = HeaderValue::try_from(*value).expect("a header");
        request.headers_mut().append(*header, value);
    }
    if !peer.is_empty() {
        request.extensions_mut().insert(Peer::new(Some(peer.parse().expect("an address"))));
    }
    s.send(request).await
}

/// Alice's password is tried.
async fn alice(s: &Stage, peer: &str, headers: &[(&'static str, &str)]) -> Answer {
    tries(s, peer, headers, "alice", "x").await
}

#[track_caller]
fn assert_wrong(answer: &Answer) {
    answer.assert_rpc(401, &wrong_credentials());
}

/// LG-05: nobody but a proxy of the operator's is believed whom they speak for.
pub async fn a_header_of_a_stranger_changes_nothing(s: &Stage) {
    let behind = behind(s).await;
    // A server that believes nobody, as it is unless it is told otherwise.
    let stores = s.world.stores.clone();
    let plain = beside(s, stores, |b| b.users(Arc::new(Moody::default()))).await;
    for (server, peer) in [(&behind, STRANGER), (&plain, STRANGER), (&plain, PROXY)] {
        let rotated = |n: usize| format!("203.0.113.{n}");
        for n in 0..5 {
            let own = rotated(n);
            let header =
                if n % 2 == 0 { (XFF, own.clone()) } else { ("forwarded", format!("for={own}")) };
            assert_wrong(&alice(server, peer, &[(header.0, &header.1)]).await);
        }
        assert_waits(&alice(server, peer, &[(XFF, &rotated(6))]).await, 1);
        assert_waits(&alice(server, peer, &[]).await, 1);
        s.forget_failures();
    }
}

/// LG-05: behind a proxy, it is the last address that no proxy of ours wrote of itself.
pub async fn behind_a_proxy_the_rightmost_stranger_counts(s: &Stage) {
    let s = &behind(s).await;
    for n in 0..5 {
        // What the client itself wrote stands further left, and may be anything.
        let line = match n {
            0 => "203.0.113.9".to_owned(),
            1 => format!("192.0.2.{n}, 203.0.113.9"),
            2 => "junk, 203.0.113.9, 10.0.0.2".to_owned(),
            3 => "203.0.113.9:1234, 10.0.0.3, 10.0.0.2".to_owned(),
            _ => "10.0.0.9, 203.0.113.9".to_owned(),
        };
        assert_wrong(&alice(s, PROXY, &[(XFF, &line)]).await);
    }
    assert_waits(&alice(s, PROXY, &[(XFF, "203.0.113.9")]).await, 1);
    assert_waits(&alice(s, PROXY, &[("forwarded", "for=203.0.113.9;proto=https")]).await, 1);
    assert_waits(&alice(s, "10.9.9.9:1", &[(XFF, "1.2.3.4"), (XFF, "203.0.113.9")]).await, 1);
    // The same address without a proxy between is the same source.
    assert_waits(&alice(s, "203.0.113.9:99", &[]).await, 1);
    // Whoever else comes through the proxy is free, and so is the proxy itself.
    assert_wrong(&alice(s, PROXY, &[(XFF, "203.0.113.10")]).await);
    assert_wrong(&alice(s, PROXY, &[(XFF, "203.0.113.9, 203.0.113.10")]).await);
    assert_wrong(&alice(s, PROXY, &[]).await);
}

/// LG-05: an owner is not locked out by whoever tries their name from elsewhere.
pub async fn another_source_of_the_same_name_does_not_wait(s: &Stage) {
    let s = &behind(s).await;
    for _ in 0..5 {
        assert_wrong(&tries(s, STRANGER, &[], "own", "x").await);
    }
    assert_waits(&tries(s, STRANGER, &[], "own", World::PASSWORD).await, 1);
    tries(s, "192.0.2.44:1", &[], "own", World::PASSWORD).await.tokens();
    assert_waits(&tries(s, STRANGER, &[], "own", World::PASSWORD).await, 1);
}

/// LG-05: whoever has one address of an IPv6 network has them all.
pub async fn an_ipv6_network_is_one_source(s: &Stage) {
    let s = &behind(s).await;
    for n in 1..=5 {
        assert_wrong(&alice(s, &format!("[2001:db8:1:2::{n}]:4711"), &[]).await);
    }
    assert_waits(&alice(s, "[2001:db8:1:2:ffff:ffff:ffff:ffff]:1", &[]).await, 1);
    assert_waits(&alice(s, PROXY, &[(XFF, "2001:db8:1:2::abcd")]).await, 1);
    assert_waits(&alice(s, PROXY, &[("forwarded", "for=\"[2001:db8:1:2::9]:1\"")]).await, 1);
    assert_wrong(&alice(s, "[2001:db8:1:3::1]:4711", &[]).await);
    // An IPv4 address in IPv6's clothes is that address, as a peer and as a proxy.
    for n in 0..5 {
        let peer = if n % 2 == 0 { "[::ffff:192.0.2.5]:1" } else { "192.0.2.5:1" };
        assert_wrong(&alice(s, peer, &[]).await);
    }
    assert_waits(&alice(s, "192.0.2.5:1", &[]).await, 1);
    assert_waits(&alice(s, "[::ffff:10.0.0.1]:1", &[(XFF, "192.0.2.5")]).await, 1);
    assert_wrong(&alice(s, "[::ffff:192.0.2.6]:1", &[]).await);
}

/// LG-05: many names from one source are one attack; its own password does not make up for it.
pub async fn fifty_names_from_one_source_are_enough(s: &Stage) {
    let s = &behind(s).await;
    for n in 0..50 {
        if n % 5 == 0 {
            tries(s, STRANGER, &[], "own", World::PASSWORD).await.tokens();
        }
        assert_wrong(&tries(s, STRANGER, &[], &format!("user-{n}"), "x").await);
    }
    assert_waits(&tries(s, STRANGER, &[], "next", "x").await, 1);
    // LG-06: who is at home there is not held up by the others.
    tries(s, STRANGER, &[], "own", World::PASSWORD).await.tokens();
    assert_waits(&tries(s, STRANGER, &[], "next", "x").await, 1);
    tries(s, "192.0.2.44:1", &[], "own", World::PASSWORD).await.tokens();
    assert_wrong(&tries(s, "192.0.2.44:1", &[], "user-0", "x").await);
}

/// PL-07: one of two headers that disagree was brought along, so that neither is believed.
pub async fn headers_that_disagree_are_the_proxys_own(s: &Stage) {
    let s = &behind(s).await;
    for n in 0..5 {
        let (one, other) = (format!("for=203.0.113.{n}"), format!("192.0.2.{n}"));
        assert_wrong(&alice(s, PROXY, &[("forwarded", &one), (XFF, &other)]).await);
    }
    assert_waits(
        &alice(s, PROXY, &[("forwarded", "for=192.0.2.88"), (XFF, "192.0.2.99")]).await,
        1,
    );
    for junk in ["unknown", "_hidden", "proxy.internal", "1.2.3", "203.0.113.9, ?"] {
        assert_waits(&alice(s, PROXY, &[(XFF, junk)]).await, 1);
    }
    let agreed = [("forwarded", "for=192.0.2.88"), (XFF, "192.0.2.88")];
    assert_wrong(&alice(s, PROXY, &agreed).await);
}

/// Where the source is not known, the name alone is counted: nobody waits for a stranger's names.
pub async fn without_a_source_the_name_alone_counts(s: &Stage) {
    let s = &behind(s).await;
    for n in 0..60 {
        let name = format!("user-{n}");
        assert_wrong(&tries(s, "", &[(XFF, "203.0.113.9")], &name, "x").await);
    }
    for _ in 0..5 {
        assert_wrong(&alice(s, "", &[]).await);
    }
    assert_waits(&alice(s, "", &[(XFF, "203.0.113.9")]).await, 1);
    assert_wrong(&alice(s, STRANGER, &[]).await);
}
