//! Who decides about a device (RFC 8628 §3.3), and what becomes of it.

use futures_util::future::join_all;

use super::admin::client_id;
use super::devices::{allows, ask, assert_word, open, poll, sees, types, wait};
use super::direct::beside;
use super::grant::now;
use super::host_login::{brought, login, resumed};
use super::visitors::{GONE, assert_says, bob};
use super::walk::assert_page;
use crate::{Browser, Stage, World};

/// Of all who decide about one device one does, however many pages are open: allowed or refused, it stays so.
pub async fn of_all_who_decide_one_does(s: &Stage) {
    open(s).await;
    for other in ["allow", "deny"] {
        let codes = ask(s).await;
        let browsers: Vec<_> = (0..4).map(|_| Browser::new(s)).collect();
        let mut pages = Vec::new();
        for browser in &browsers {
            pages.push(sees(browser, &codes).await);
        }
        let answer = async |n: usize| {
            let action = if n < 2 { "allow" } else { other };
            browsers[n].submit(&pages[n], &[("action", action)]).await.page()
        };
        let done = join_all((0..4).map(answer)).await;
        let won: Vec<_> = done.iter().filter(|page| page.answer.status == 200).collect();
        let [won] = won[..] else { panic!("{} decided", won.len()) };
        done.iter()
            .filter(|page| page.answer.status != 200)
            .for_each(|page| assert_says(page, 403, GONE));
        wait(s);
        match won.text.contains("is connected") {
            true => assert_eq!(poll(s, &codes).await.status, 200),
            false => assert_word(&poll(s, &codes).await, "access_denied"),
        }
    }
}

/// The user who is signed in decides, and nobody is asked for a password again; whoever cancels before they sign in has
/// decided nothing.
pub async fn who_is_signed_in_decides(s: &Stage) {
    open(s).await;
    let (codes, browser) = (ask(s).await, Browser::new(s));
    let login = types(&browser, &codes).await.page();
    let left = browser.submit(&login, &[("action", "cancel")]).await.page();
    assert_page(&left.answer, 200);
    assert!(left.text.contains("Your device is not connected"), "{}", left.text);
    assert_word(&poll(s, &codes).await, "authorization_pending");
    bob(s).await;
    let login = types(&browser, &codes).await.page();
    let asked = browser.sign_in(&login, "bob", World::PASSWORD).await.page();
    browser.submit(&asked, &[("action", "allow")]).await;
    wait(s);
    let theirs = crate::claims(&poll(s, &codes).await.tokens().access);
    assert_eq!(theirs["sub"], "user-bob");
    let again = types(&browser, &ask(s).await).await.page();
    assert!(again.offers("allow"), "{}", again.text);
}

/// A device is not what it was approved in: signing out there, or being signed out, ends nothing of it.
pub async fn a_device_goes_on_when_the_browser_signs_out(s: &Stage) {
    open(s).await;
    let (codes, browser) = (ask(s).await, Browser::new(s));
    allows(&browser, &codes).await;
    let page = browser.open("/oauth/acme/logout").await.page();
    browser.submit(&page, &[("action", "sign-out")]).await;
    let answer = poll(s, &codes).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(s.refresh("acme", "tv", &answer.tokens().refresh).await.status, 200);
}

/// The host may sign users in here as well.
pub async fn the_host_may_sign_in_whoever_has_a_device(s: &Stage) {
    open(s).await;
    let s = &beside(s, s.world.stores.clone(), |builder| builder.login("/login")).await;
    let (codes, browser) = (ask(s).await, Browser::new(s));
    let landing = types(&browser, &codes).await;
    let handle = brought(landing);
    let info = s.world.server.interaction(&handle).await.expect("info");
    assert_eq!((info.client, info.scope.as_str()), (client_id("tv"), "openid read"));
    let place = resumed(s, &handle, login("alice", now(s))).await;
    let asked = browser.open(&place).await.page();
    assert!(asked.offers("allow") && asked.text.contains(&codes.user), "{}", asked.text);
    browser.submit(&asked, &[("action", "allow")]).await;
    assert_eq!(poll(s, &codes).await.status, 200);
    // Whom the host turned away has decided nothing.
    let (codes, browser) = (ask(s).await, Browser::new(s));
    let handle = brought(types(&browser, &codes).await);
    let url = s.world.server.refuse(&handle).await.expect("refused");
    let path = url.strip_prefix("https://id.example.com").expect("a URL of ours");
    let left = browser.open(path).await.page();
    assert!(left.text.contains("Your device is not connected"), "{}", left.text);
    assert_word(&poll(s, &codes).await, "authorization_pending");
}

/// DV-02, several servers over one store: what a device asked at one, its user allows at the other.
pub async fn another_node_decides_about_a_device_of_one(s: &Stage) {
    open(s).await;
    let other = beside(s, s.world.stores.clone(), |builder| builder).await;
    let codes = ask(&other).await;
    assert_word(&poll(&other, &codes).await, "authorization_pending");
    allows(&Browser::new(s), &codes).await;
    wait(s);
    assert_eq!(poll(&other, &codes).await.status, 200);
    // DV-02: of two polls at two nodes one has tokens.
    let codes = ask(&other).await;
    allows(&Browser::new(s), &codes).await;
    let (here, there) = futures_util::join!(poll(s, &codes), poll(&other, &codes));
    let good = [&here, &there].iter().filter(|answer| answer.status == 200).count();
    assert_eq!(good, 1, "{here:?} {there:?}");
}
