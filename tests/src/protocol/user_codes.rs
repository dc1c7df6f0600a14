//! The codes that people type (RFC 8628 §5.1, §6.1): who may try them, and what they are in the store.

use std::time::Duration;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use grantry::{
    KeyKind, KeyRotation,
    types::{Peer, TicketId, limits},
};

use super::admin::admin;
use super::device_pages::{NOBODYS, first};
use super::devices::{Codes, allows, ask, assert_word, offer, open, poll, types};
use super::direct::beside;
use super::visitors::{assert_says, page};
use crate::{Browser, Stage, tenant_id};

const TOO_MANY: &str = "Too many codes were wrong";

/// Another code, which nobody waits under.
fn wrong(codes: &Codes) -> String {
    let (rest, last) = codes.user.split_at(8);
    rest.to_owned() + if last == "B" { "C" } else { "B" }
}

/// DV-01, RFC 8628 §5.1: whoever tries codes of others from one place waits longer and longer, and a code of their own takes
/// nothing back; another place does not wait.
pub async fn who_tries_codes_of_others_waits(s: &Stage) {
    open(s).await;
    let s = &beside(s, s.world.stores.clone(), |builder| builder).await;
    let (codes, nobodys) = (ask(s).await, wrong(&ask(s).await));
    let tries = async |peer: &str, code: &str| {
        // A new browser each time: cookies are easily thrown away.
        let browser = Browser::new(s);
        let page = first(&browser).await;
        let mut request = browser.dress(page.request(&[("user_code", code)]));
        request.extensions_mut().insert(Peer::new(Some(peer.parse().expect("an address"))));
        s.send(request).await
    };
    let (mallory, bob) = ("203.0.113.9:1", "203.0.113.10:1");
    for n in 0..5 {
        assert_eq!(tries(mallory, &codes.user).await.status, 303, "{n}");
        assert_says(&page(tries(mallory, &nobodys).await), 400, NOBODYS);
    }
    for code in [&*nobodys, &*codes.user] {
        let answer = tries(mallory, code).await;
        assert_eq!((answer.status.as_u16(), answer.header("retry-after")), (429, "1"));
        assert_says(&page(answer), 429, TOO_MANY);
    }
    assert_eq!(tries(bob, &codes.user).await.status, 303);
    s.world.clock.advance(Duration::from_secs(1));
    assert_eq!(tries(mallory, &codes.user).await.status, 303);
    assert_eq!(tries(mallory, &nobodys).await.status, 400);
    assert_eq!(tries(mallory, &codes.user).await.header("retry-after"), "2");
}

/// DV-01: nor does changing one's address help, in one browser or at one tenant.
pub async fn many_addresses_try_no_more_codes_than_one(s: &Stage) {
    open(s).await;
    offer(s, "globex").await;
    let s = &beside(s, s.world.stores.clone(), |builder| builder).await;
    let (codes, nobodys) = (ask(s).await, wrong(&ask(s).await));
    let tries = async |browser: &Browser<'_>, n: u32, code: &str| {
        let page = first(browser).await;
        let mut request = browser.dress(page.request(&[("user_code", code)]));
        let peer = format!("10.{}.{}.1:1", n / 256, n % 256);
        request.extensions_mut().insert(Peer::new(Some(peer.parse().expect("an address"))));
        s.send(request).await.status.as_u16()
    };
    let browser = Browser::new(s);
    for n in 0..5 {
        assert_eq!(tries(&browser, n, &nobodys).await, 400);
    }
    assert_eq!(tries(&browser, 5, &codes.user).await, 429, "this browser has to wait");
    for n in 5..limits::WRONG_USER_CODES {
        assert_eq!(tries(&Browser::new(s), n, &nobodys).await, 400, "{n}");
    }
    assert_eq!(tries(&Browser::new(s), 999, &codes.user).await, 429, "this tenant has to wait");
    let elsewhere = Browser::new(s);
    let page = elsewhere.open("/oauth/globex/device").await.page();
    assert_says(&elsewhere.submit(&page, &[("user_code", &*nobodys)]).await.page(), 400, NOBODYS);
    s.world.clock.advance(Duration::from_secs(60));
    assert_eq!(tries(&Browser::new(s), 999, &codes.user).await, 303);
}

/// TN-01: the code of one tenant's device is nobody's at another.
pub async fn a_user_code_is_its_tenants_alone(s: &Stage) {
    open(s).await;
    offer(s, "globex").await;
    let codes = ask(s).await;
    let browser = Browser::new(s);
    let page = browser.open("/oauth/globex/device").await.page();
    let answer = browser.submit(&page, &[("user_code", &*codes.user)]).await.page();
    assert_says(&answer, 400, NOBODYS);
}

/// What somebody types becomes no id unkeyed, and no row is found by what a device or its user holds.
pub async fn neither_code_is_the_id_of_a_row(s: &Stage) {
    open(s).await;
    let (rows, acme) = (&s.world.stores.interactions, tenant_id("acme"));
    for _ in 0..10 {
        let codes = ask(s).await;
        let letters = codes.user.replace('-', "");
        let hash = digest(&SHA256, letters.as_bytes());
        let device = URL_SAFE_NO_PAD.decode(&codes.device[7..]).expect("base64url");
        for id in [&hash.as_ref()[..16], &device[2..18]] {
            let id = TicketId::from_bytes(id.try_into().expect("16 bytes"));
            assert!(rows.read(&acme, id).await.expect("the store answers").is_none());
        }
    }
}

/// A ticket key that is replaced costs nobody their device, unless it was stolen.
pub async fn codes_outlive_the_key_that_made_them(s: &Stage) {
    open(s).await;
    let acme = tenant_id("acme");
    admin(s).rotate_keys(&acme, KeyKind::Ticket, KeyRotation::Staged).await.expect("done");
    // The new one makes tokens once everybody may have seen it.
    let announced = Duration::from_secs(599);
    s.world.clock.advance(announced);
    let late = ask(s).await;
    s.world.clock.advance(Duration::from_secs(2));
    let newest = ask(s).await;
    for one in [&late, &newest] {
        allows(&Browser::new(s), one).await;
        assert_eq!(poll(s, one).await.status, 200);
    }
    let stolen = ask(s).await;
    admin(s).rotate_keys(&acme, KeyKind::Ticket, KeyRotation::AtOnce).await.expect("done");
    let page = types(&Browser::new(s), &stolen).await.page();
    assert_says(&page, 400, NOBODYS);
    assert_word(&poll(s, &stolen).await, "invalid_grant");
}
