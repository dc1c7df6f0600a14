//! The pages on which people decide about a device (RFC 8628 §3.3, §5): what they type, what they are shown, and who
//! decides.

use grantry::types::{Client, Consent, GrantType, Peer, RegistrationAccess, limits};
use http::HeaderValue;

use super::admin::{admin, client_id, subject};
use super::devices::{
    ASK, Codes, URN, ask, ask_as, assert_word, open, poll, poll_with, sees, wait,
};
use super::direct::beside;
use super::grant::now;
use super::registering;
use super::visitors::{FOREIGN, GONE, OTHER_BROWSER, alices, assert_says, page};
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

/// RFC 8628 §5.4, LG-14: whoever decides reads whether anybody could bear the name that they see: a client without a
/// secret, and one that registered itself, but not one that was given its secret.
pub async fn who_could_be_anybody_is_shown_as_such(s: &Stage) {
    let secret = open(s).await;
    registering::allow(s, "acme", |registration| {
        registration.access = RegistrationAccess::Open;
        registration.grants.insert(GrantType::DeviceCode);
    })
    .await;
    let itself = registering::document(&[
        ("client_name", "Set-top Box".into()),
        ("grant_types", [URN].into()),
        ("token_endpoint_auth_method", "client_secret_post".into()),
    ]);
    let made = registering::made(&registering::register(s, &itself).await);
    for (client, name, secret) in [
        ("tv", "The Television", None),
        ("printer", "printer", Some(&secret)),
        (&*made.id, "Set-top Box", Some(&made.secret)),
    ] {
        let secret = secret.map(|secret| ("client_secret", &**secret));
        let more: Vec<_> = [("scope", "read")].into_iter().chain(secret).collect();
        let codes = ask_as(s, "acme", client, &more).await;
        let page = sees(&alices(s).await, &codes).await;
        assert!(page.offers("allow") && page.text.contains(name), "{}", page.text);
        let warned =
            page.text.contains(&format!("Anybody could call themselves <bdi>{name}</bdi>."));
        assert_eq!(warned, client != "printer", "{}", page.text);
    }
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
