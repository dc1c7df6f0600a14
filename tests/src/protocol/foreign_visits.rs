//! P5 in browsers: Alice is signed in at two tenants by one name, with one client, in one browser. What
//! she holds of one of them is a random string to the other, also beside what is the other's own.

use bytes::Bytes;
use grantry::{ports::EventKind, types::TokenKind};
use http::{HeaderValue, Method, Request, header};

use super::codes::asks;
use super::credential::{Beside, Credential, drawn};
use super::owner::{self, own_name};
use super::visit::allow;
use crate::{Browser, Landing, Stage, World, form, get, query};

/// What a browser keeps and was shown at one tenant.
struct Home {
    tenant: &'static str,
    id_token: String,
    access: String,
    handle: String,
    confirm: String,
}

/// Alice allows `spa`, is asked to sign in once more, and then whether to sign out.
async fn signs_in(browser: &Browser<'_>, tenant: &'static str) -> Home {
    let (s, asked) = (browser.stage(), asks("spa", World::REDIRECT));
    let login = browser.authorize(tenant, &asked).await.page();
    let code = allow(browser, &login, "alice", World::PASSWORD).await.code();
    let answer = s.redeem_code(tenant, "spa", &code).await;
    let again = [&asked[..], &[("prompt", "login")]].concat();
    let handle = browser.authorize(tenant, &again).await.page().hidden("interaction").to_owned();
    let page = browser.open(&format!("/oauth/{tenant}/logout")).await.page();
    Home {
        tenant,
        id_token: answer.json()["id_token"].as_str().expect("an ID token").to_owned(),
        access: answer.tokens().access,
        handle,
        confirm: page.hidden("confirm").to_owned(),
    }
}

impl Home {
    fn path(&self, end: &str) -> String {
        format!("/oauth/{}/{end}", self.tenant)
    }

    /// Whether the browser is still signed in here.
    async fn stands(&self, browser: &Browser<'_>) -> bool {
        let asked = [&asks("spa", World::REDIRECT)[..], &[("prompt", "none")]].concat();
        let landing = browser.authorize(self.tenant, &asked).await;
        matches!(landing, Landing::Away(url) if url.contains("?code="))
    }

    /// Requests to this tenant that show a handle, a confirmation or an ID token.
    fn requests(&self, handle: &str, confirm: &str, id_token: &str) -> Vec<Request<Bytes>> {
        let (page, logout) = (self.path("interaction"), self.path("logout"));
        let hint = [("id_token_hint", id_token)];
        let back = [("post_logout_redirect_uri", "https://app.example.com/bye")];
        let silent = [&asks("spa", World::REDIRECT)[..], &[("prompt", "none")], &hint].concat();
        let mut all = vec![
            get(&format!("{page}?handle={handle}")),
            get(&format!("{}?{}", self.path("authorize"), query(&silent))),
            get(&format!("{logout}?{}", query(&hint))),
            get(&format!("{logout}?{}", query(&[&hint[..], &back].concat()))),
            form(&logout, &hint),
            form(&logout, &[&hint[..], &back].concat()),
        ];
        for action in ["cancel", "allow", "deny", "continue", "other", "sign-in"] {
            let user = [("username", "alice"), ("password", World::PASSWORD)];
            let answer = [("interaction", handle), ("action", action)];
            all.push(form(&page, &[&answer[..], &user].concat()));
        }
        for action in ["sign-out", "stay"] {
            all.push(form(&logout, &[("confirm", confirm), ("action", action)]));
        }
        all
    }
}

/// TN-01, LG-18, LG-22, AZ-33: each foreign handle, confirmation and hint, shown by the browser that has a
/// session, and is known, at both tenants.
pub async fn what_a_page_of_one_tenant_holds_is_a_random_string_to_the_other(s: &Stage) {
    let browser = Browser::new(s);
    let [acme, steady] = [signs_in(&browser, "acme").await, signs_in(&browser, "steady").await];
    for (own, other) in [(&steady, &acme), (&acme, &steady)] {
        let random =
            |kind, text: &str| Credential::Opaque(kind, text.to_owned(), Beside::default());
        let [handle, confirm] = [
            random(TokenKind::Interaction, &other.handle).random().text(),
            random(TokenKind::SignOut, &other.confirm).random().text(),
        ];
        let hint = Credential::Identity(other.id_token.clone(), Beside::default()).random().text();
        let foreign = own.requests(&other.handle, &other.confirm, &other.id_token);
        for (foreign, random) in foreign.into_iter().zip(own.requests(&handle, &confirm, &hint)) {
            let what = format!("{foreign:?}");
            s.world.events.take();
            let theirs = seen(&browser, foreign).await;
            let told = s.world.events.take();
            assert_eq!(theirs, seen(&browser, random).await, "{what}");
            assert_eq!(told, s.world.events.take(), "{what}");
            assert!(told.iter().all(|event| event.kind != EventKind::SignedOut), "{what}");
        }
        assert!(own.stands(&browser).await && other.stands(&browser).await);
    }
    // Nothing that was tried used anything up.
    for home in [acme, steady] {
        let page = format!("{}?handle={}", home.path("interaction"), home.handle);
        assert!(browser.open(&page).await.page().offers("sign-in"));
        let hint = format!("{}?id_token_hint={}", home.path("logout"), home.id_token);
        browser.open(&hint).await.page();
        assert!(!home.stands(&browser).await);
    }
}

async fn seen(browser: &Browser<'_>, request: Request<Bytes>) -> String {
    drawn(&format!("{:?}", browser.send(request).await.visible()))
}

/// TN-01, LG-22, LG-23: a tenant's own handle goes on in no browser that shows a cookie of another tenant's,
/// whatever name it has; nor is anybody signed in by it.
pub async fn a_cookie_of_one_tenant_is_a_random_string_under_every_name(s: &Stage) {
    let browser = Browser::new(s);
    let [acme, steady] = [signs_in(&browser, "acme").await, signs_in(&browser, "steady").await];
    let cookies = browser.cookies().clone();
    for (own, other) in [(&steady, &acme), (&acme, &steady)] {
        let own_requests = || own.requests(&own.handle, &own.confirm, &own.id_token);
        for (n, _) in own_requests().iter().enumerate() {
            let [foreign, random] = [false, true].map(|random| {
                let cookie = ["session", "browser"].map(|kind| {
                    let value = &cookies[&format!("__Host-grantry-{kind}-{}", other.tenant)];
                    let kept =
                        Credential::Opaque(TokenKind::Browser, value.clone(), Beside::default());
                    let value = if random { kept.random().text() } else { value.clone() };
                    format!("__Host-grantry-{kind}-{}={value}", own.tenant)
                });
                let mut request = own_requests().swap_remove(n);
                let value = HeaderValue::try_from(cookie.join("; ")).expect("ASCII");
                request.headers_mut().insert(header::COOKIE, value);
                request
            });
            let what = format!("{foreign:?}");
            let seen = async |request| drawn(&format!("{:?}", s.send(request).await.visible()));
            assert_eq!(seen(foreign).await, seen(random).await, "{what}");
        }
        assert!(own.stands(&browser).await && other.stands(&browser).await);
    }
    browser.open(&format!("{}?handle={}", steady.path("interaction"), steady.handle)).await.page();
}

/// TN-01: an access token tells who its user is at home alone, though the other tenant has a user of that
/// name, who allowed a client of that name the same.
pub async fn userinfo_tells_of_its_own_users_alone(s: &Stage) {
    let browser = Browser::new(s);
    let [acme, steady] = [signs_in(&browser, "acme").await, signs_in(&browser, "steady").await];
    for (own, other) in [(&steady, &acme), (&acme, &steady)] {
        let ask = async |token: &str| s.get_as(&own.path("userinfo"), token).await;
        assert_eq!(ask(&own.access).await.json()["sub"], "user-alice");
        let random = Credential::Access(super::credential::Api::Standard, other.access.clone());
        let answers = [ask(&other.access).await, ask(&random.random().text()).await];
        assert_eq!(answers[0].status, 401);
        super::direct::assert_alike(&answers);
        // An ID token of one's own is none either.
        assert_eq!(ask(&own.id_token).await.visible(), answers[0].visible());
    }
}

/// TN-01, LG-01: a user of one tenant is nobody on the login page of another.
pub async fn a_user_signs_in_on_the_pages_of_their_own_tenant_alone(s: &Stage) {
    owner::settle(s, "acme", "acme").await;
    let (name, noise) = (own_name("acme"), own_name("acne"));
    let mut seen = Vec::new();
    for (tenant, name) in [("steady", &name), ("steady", &noise), ("acme", &name)] {
        let browser = Browser::new(s);
        let login = browser.authorize(tenant, &asks("spa", World::REDIRECT)).await.page();
        s.world.events.take();
        let user = [("username", &**name), ("password", owner::PASSWORD)];
        let answer = browser.post(&login, &user).await;
        let text = drawn(&format!("{:?}", answer.visible())).replace(&**name, "(the name)");
        let told: Vec<_> = s.world.events.take().into_iter().map(|event| event.kind).collect();
        seen.push((answer.status.as_u16(), text, told));
    }
    assert_eq!(seen[0], seen[1]);
    assert_eq!((seen[0].0, &seen[0].2[..]), (403, &[EventKind::Refused("credentials")][..]));
    assert_eq!((seen[2].0, &seen[2].2[..]), (303, &[EventKind::SignedIn][..]));
}

/// TN-01, AZ-03: what a client registers in one tenant holds for its namesake in no other.
pub async fn where_a_client_sends_its_users_is_said_in_its_own_tenant(s: &Stage) {
    let (admin, spa) = (s.world.server.admin(), "spa".parse().expect("an id"));
    let own = "https://elsewhere.example.com/cb";
    let change = |client: &mut grantry::types::Client| {
        let browser = client.browser.as_mut().expect("a client of users");
        browser.redirect_uris = vec![own.parse().expect("a URI")];
        browser.post_logout_redirect_uris = vec![own.parse().expect("a URI")];
        browser.origins = vec!["https://elsewhere.example.com".parse().expect("an origin")];
    };
    admin.change_client(&crate::tenant_id("acme"), &spa, change).await.expect("done");
    let ask = async |tenant: &str, uri: &str| {
        let path = format!("/oauth/{tenant}/authorize?{}", query(&asks("spa", uri)));
        s.send(get(&path)).await
    };
    assert_eq!(ask("acme", own).await.status, 303);
    let nobodys = ask("steady", "https://nobody.example.com/cb").await;
    super::browser_page::assert_page(&nobodys);
    assert_eq!(ask("steady", own).await.visible(), nobodys.visible());
    let leave = async |tenant: &str| {
        let asked = [("client_id", "spa"), ("post_logout_redirect_uri", own)];
        s.get(&format!("/oauth/{tenant}/logout"), &asked).await.status.as_u16()
    };
    assert_eq!([leave("acme").await, leave("steady").await], [200, 400]);
    let read = async |tenant: &str| {
        let mut request = form(&format!("/oauth/{tenant}/token"), &[("client_id", "spa")]);
        let origin = HeaderValue::from_static("https://elsewhere.example.com");
        request.headers_mut().insert(header::ORIGIN, origin);
        *request.method_mut() = Method::POST;
        s.send(request).await.headers.contains_key(header::ACCESS_CONTROL_ALLOW_ORIGIN)
    };
    assert!(!read("steady").await);
}
