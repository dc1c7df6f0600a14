//! The pages on which people decide about a device (RFC 8628 §3.3, §5): what they type, what they are shown, and who
//! decides.

use futures_util::future::join_all;
use grantry::types::{Client, Consent, GrantType, Peer, limits};
use http::HeaderValue;

use super::admin::{admin, client_id, subject};
use super::devices::{
    ASK, Codes, allows, ask, assert_word, open, poll, poll_with, sees, types, wait,
};
use super::direct::beside;
use super::grant::now;
use super::host_login::{login, resumed};
use super::visitors::{FOREIGN, GONE, OTHER_BROWSER, alices, assert_says, bob, page};
use super::walk::{assert_frameless, assert_page};
use crate::{Browser, Page, Stage, World, form, tenant_id};

const PATH: &str = "/oauth/acme/device";
pub(super) const ALICE: &str = "user-alice";
pub(super) const NOBODYS: &str = "No device waits for this code";

pub(super) async fn first(browser: &Browser<'_>) -> Page {
    browser.open(PATH).await.page()
}

async fn typed(browser: &Browser<'_>, text: &str) -> Page {
    browser.submit(&first(browser).await, &[("user_code", text)]).await.page()
}

/// RFC 8628 §3.3: whoever opens the page types the code, signs in and is asked, with all that they can compare.
pub async fn a_user_types_the_code_signs_in_and_is_asked(s: &Stage) {
    open(s).await;
    let (codes, browser) = (ask(s).await, Browser::new(s));
    let page = first(&browser).await;
    assert_eq!(page.answer.status, 200);
    assert_frameless(&page.answer);
    assert!(page.text.contains("Connect a device") && page.text.contains(r#"name="user_code""#));
    let login = browser.submit(&page, &[("user_code", &codes.user)]).await.page();
    assert!(login.offers("sign-in") && login.text.contains("The Television"), "{}", login.text);
    let asked = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
    assert!(asked.offers("allow") && asked.offers("deny"));
    for shown in
        ["The Television", &*codes.user, "alice", "Know who you are", "Is the device before you?"]
    {
        assert!(asked.text.contains(shown), "{shown}: {}", asked.text);
    }
    assert_frameless(&asked.answer);
    // Nobody is sent anywhere from here.
    let policy = asked.answer.header("content-security-policy");
    assert!(policy.contains("form-action 'self';") && !policy.contains("script-src"), "{policy}");
    let done = browser.submit(&asked, &[("action", "allow")]).await.page();
    assert_page(&done.answer, 200);
    assert_eq!(poll(s, &codes).await.status, 200);
}

/// DV-05: however it is typed, it is one code.
pub async fn a_code_may_be_typed_in_many_ways(s: &Stage) {
    open(s).await;
    let codes = ask(s).await;
    let plain = codes.user.replace('-', "");
    let spaced: String = plain.chars().flat_map(|c| [c, ' ']).collect();
    for text in
        [codes.user.to_lowercase(), plain.to_lowercase(), spaced, format!(" {}\n", codes.user)]
    {
        let page = typed(&Browser::new(s), &text).await;
        assert!(page.offers("sign-in"), "{text}: {}", page.text);
    }
    let long = " ".repeat(limits::TYPED_USER_CODE) + &codes.user;
    for text in ["", "x", "<b>", &long] {
        let page = typed(&Browser::new(s), text).await;
        assert_says(&page, 400, NOBODYS);
        assert!(!page.text.contains("<b>"), "{}", page.text);
    }
}

/// DV-06, RFC 8628 §3.3.1: a code that comes along in the URL is not typed, and everything else stays as it is: nobody who has not
/// clicked allows anything, also where they allowed that client before.
pub async fn a_link_with_the_code_wants_every_click(s: &Stage) {
    open(s).await;
    let acme = tenant_id("acme");
    let more = |client: &mut Client| client.grants.extend([GrantType::DeviceCode]);
    for id in ["web", "own"] {
        admin(s).change_client(&acme, &client_id(id), more).await.expect("done");
    }
    // Alice allowed `web` everything before, and `own` is the tenant's own.
    let given_at = now(s);
    let (subject, client, scope) = (subject(ALICE), client_id("web"), "read".parse().expect("it"));
    let consent = Consent { subject, client, scope, audience: None, given_at };
    s.world.stores.consents.keep(&acme, consent).await.expect("the store answers");
    let browser = alices(s).await;
    for id in ["web", "own"] {
        let secret = s.world.secret("acme", id);
        let answer = s.post_basic(ASK, id, secret, &[("scope", "read")]).await.json();
        let text = |name: &str| answer[name].as_str().expect("a text").to_owned();
        let (device, user) = (text("device_code"), text("user_code"));
        let (tenant, client) = ("acme".to_owned(), id.to_owned());
        let codes = Codes { tenant, client, device, user };
        let asks = async || {
            wait(s);
            poll_with(s, &codes, &[("client_secret", secret)]).await
        };
        let link = text("verification_uri_complete");
        let place = link.strip_prefix("https://id.example.com").expect("a URL of ours");
        let page = browser.open(place).await.page();
        assert!(page.text.contains(&format!(r#"value="{}""#, codes.user)), "{}", page.text);
        assert_word(&asks().await, "authorization_pending");
        let asked = browser.submit(&page, &[("user_code", &*codes.user)]).await.page();
        assert!(asked.offers("allow") && asked.text.contains(&codes.user), "{}", asked.text);
        assert_word(&asks().await, "authorization_pending");
        // Looking at it again is no answer either.
        assert!(browser.open(&asked.place).await.page().offers("allow"));
        assert_word(&asks().await, "authorization_pending");
        browser.submit(&asked, &[("action", "allow")]).await;
        assert_eq!(asks().await.status, 200);
    }
    // Nor is it a consent for the next time.
    let kept = s.world.stores.consents.list(&acme, &super::admin::subject(ALICE), None, 9).await;
    assert_eq!(kept.expect("the store answers").len(), 1);
}

/// DV-06, LG-12: a form that another page sends counts for nothing, nor one in a browser that was not shown the page.
pub async fn a_form_of_another_page_decides_nothing(s: &Stage) {
    open(s).await;
    let codes = ask(s).await;
    let browser = Browser::new(s);
    let page = first(&browser).await;
    let fields = [("user_code", &*codes.user)];
    for (name, value) in [("sec-fetch-site", "cross-site"), ("origin", "https://evil.example")] {
        let mut request = form(PATH, &fields);
        request.headers_mut().insert(name, HeaderValue::from_static(value));
        assert_says(&self::page(browser.send(request).await), 403, FOREIGN);
    }
    let stranger = Browser::new(s);
    assert_says(&self::page(stranger.post(&page, &fields).await), 403, OTHER_BROWSER);
    // The page that asks counts in the browser that began, once.
    let asked = sees(&browser, &codes).await;
    let victim = Browser::new(s);
    sees(&victim, &ask(s).await).await;
    let allow = [("action", "allow")];
    assert_says(&self::page(victim.post(&asked, &allow).await), 403, OTHER_BROWSER);
    let mut request = asked.request(&allow);
    let site = HeaderValue::from_static("cross-site");
    request.headers_mut().insert("sec-fetch-site", site);
    assert_says(&self::page(browser.send(request).await), 403, FOREIGN);
    assert_word(&poll(s, &codes).await, "authorization_pending");
    assert!(browser.submit(&asked, &allow).await.page().text.contains("is connected"));
    assert_says(&self::page(browser.post(&asked, &allow).await), 403, GONE);
}

/// RFC 8628 §5.4: the page says from where the device asked.
pub async fn the_page_says_from_where_the_device_asked(s: &Stage) {
    open(s).await;
    let s = &beside(s, s.world.stores.clone(), |builder| builder).await;
    for (peer, shown) in [
        ("203.0.113.9:1", Some("203.0.113.9")),
        ("[2001:db8::7]:1", Some("2001:db8::/64")),
        ("", None),
    ] {
        let mut request = form(ASK, &[("client_id", "tv")]);
        if !peer.is_empty() {
            request.extensions_mut().insert(Peer::new(Some(peer.parse().expect("an address"))));
        }
        let answer = s.send(request).await;
        let user = answer.json()["user_code"].as_str().expect("a code").to_owned();
        let browser = Browser::new(s);
        let login = typed(&browser, &user).await;
        let page = browser.sign_in(&login, "alice", World::PASSWORD).await.page();
        match shown {
            Some(place) => assert!(page.text.contains(place), "{}", page.text),
            None => assert!(!page.text.contains("network address"), "{}", page.text),
        }
    }
}

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
    let handle = super::host_login::brought(landing);
    let info = s.world.server.interaction(&handle).await.expect("info");
    assert_eq!((info.client, info.scope.as_str()), (client_id("tv"), "openid read"));
    let place = resumed(s, &handle, login("alice", now(s))).await;
    let asked = browser.open(&place).await.page();
    assert!(asked.offers("allow") && asked.text.contains(&codes.user), "{}", asked.text);
    browser.submit(&asked, &[("action", "allow")]).await;
    assert_eq!(poll(s, &codes).await.status, 200);
    // Whom the host turned away has decided nothing.
    let (codes, browser) = (ask(s).await, Browser::new(s));
    let handle = super::host_login::brought(types(&browser, &codes).await);
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
