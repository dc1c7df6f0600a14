//! Requests that clients push before they send the browser (RFC 9126): whose a reference is, how long, and how
//! often it counts.

use std::{sync::Arc, time::Duration};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::join_all;
use grantry::{Server, types::TicketId};
use http::StatusCode;

use super::admin::{admin, client_id};
use super::direct::forged;
use super::walk::{AUTHORIZE, Asked, OWN, assert_page, assert_told, but, plain, spa, walk};
use crate::{Answer, Browser, Landing, Stage, World, form, get, query, tenant_id};

/// Where clients push.
pub(super) const PAR: &str = "/oauth/acme/par";
/// What every reference begins with.
const URN: &str = "urn:ietf:params:oauth:request_uri:";

/// A client that proves nothing pushes a request.
pub(super) async fn push(s: &Stage, asked: &[(&str, &str)]) -> Answer {
    s.post(PAR, asked).await
}

/// The reference to a request that was pushed.
#[track_caller]
pub(super) fn reference(answer: &Answer) -> String {
    // RFC 9126 §2.2
    assert_eq!(answer.status, StatusCode::CREATED, "{answer:?}");
    answer.assert_private_json();
    answer.json()["request_uri"].as_str().expect("a reference").to_owned()
}

/// What a browser brings.
pub(super) fn brings<'a>(client: &'a str, reference: &'a str) -> Asked<'a> {
    vec![("client_id", client), ("request_uri", reference)]
}

async fn comes(s: &Stage, client: &str, reference: &str) -> Answer {
    s.get(AUTHORIZE, &brings(client, reference)).await
}

/// RFC 9126 §4: nobody is sent anywhere by a reference that is none.
#[track_caller]
fn assert_none(answer: &Answer) {
    assert_page(answer, 400);
    let text = String::from_utf8_lossy(&answer.body);
    assert!(text.contains("the request_uri is unknown, expired, used"), "{text}");
}

/// RFC 9126 §2.2, §4: the client pushes, the browser brings the reference, and the user's answer is to what was
/// pushed.
pub async fn a_pushed_request_comes_to_a_code(s: &Stage) {
    let answer = push(s, &spa()).await;
    let reference = reference(&answer);
    assert_eq!(answer.json()["expires_in"], 60);
    assert_eq!(answer.json().as_object().map(serde_json::Map::len), Some(2));
    let landing = walk(&Browser::new(s), "acme", &brings("spa", &reference)).await;
    let url = landing.clone().away();
    assert!(url.starts_with("https://app.example.com/cb?code="), "{url}");
    let parameters = landing.parameters();
    assert_eq!((&*parameters["state"], &*parameters["iss"]), ("st", super::walk::ISSUER));
    let redeemed = s.redeem_code("acme", "spa", &parameters["code"]).await;
    let said = crate::claims(&super::walk::id_token(&redeemed));
    assert_eq!((&said["aud"], &said["nonce"]), (&"spa".into(), &"no".into()));
    assert_eq!(redeemed.json()["scope"], "openid profile read");
}

/// PR-01: once its client has an answer, of whatever kind, a reference is over.
pub async fn a_reference_is_used_up_with_the_answer(s: &Stage) {
    let browser = Browser::new(s);
    let silent = but(plain("openid"), &[("prompt", "none")]);
    let own = s.world.secret("acme", "own").to_owned();
    let push_own = async || reference(&s.post_basic(PAR, "own", &own, &silent).await);
    let refused = reference(&push(s, &spa()).await);
    let page = browser.authorize("acme", &brings("spa", &refused)).await.page();
    let landing = browser.submit(&page, &[("action", "cancel")]).await;
    assert_eq!(landing.error(), "access_denied");
    assert_none(&comes(s, "spa", &refused).await);
    // Nobody is signed in, and nobody may be asked.
    let unasked = push_own().await;
    assert_told(&comes(s, "own", &unasked).await, "login_required");
    assert_none(&comes(s, "own", &unasked).await);
    let granted = reference(&push(s, &spa()).await);
    walk(&browser, "acme", &brings("spa", &granted)).await.code();
    for somebody in [&browser, &Browser::new(s)] {
        let landing = somebody.authorize("acme", &brings("spa", &granted)).await;
        assert_none(&landing.page().answer);
    }
    // Signed in, of which nobody has to be asked: the answer comes at once, and once.
    let at_once = push_own().await;
    let landing = browser.authorize("acme", &brings("own", &at_once)).await;
    assert!(landing.clone().away().starts_with(OWN), "{landing:?}");
    landing.code();
    assert_none(&browser.authorize("acme", &brings("own", &at_once)).await.page().answer);
}

/// PR-01: another client's, another tenant's, and one that nobody was given are one answer.
pub async fn a_reference_is_its_clients_alone(s: &Stage) {
    let uri = reference(&push(s, &spa()).await);
    let model = comes(s, "spa", &format!("{URN}x")).await;
    assert_none(&model);
    let handle = &uri[URN.len()..];
    for other in ["native", "web", "own", "pair"] {
        let answer = comes(s, other, &uri).await;
        assert_eq!(answer.visible().2, model.visible().2, "{other}");
        assert_none(&answer);
    }
    for text in [
        format!("{URN}{}", forged(handle)),
        uri[..uri.len() - 1].to_owned(),
        format!("{uri}A"),
        format!("{URN}{}", handle.to_uppercase()),
        format!("{URN}{}", handle.replace("grt_ru_", "grt_in_")),
        format!("{URN}{URN}"),
        URN.to_owned(),
        format!("{URN}{}", "x".repeat(400)),
    ] {
        assert_none(&comes(s, "spa", &text).await);
    }
    let elsewhere = format!("/oauth/globex/authorize?{}", query(&brings("spa", &uri)));
    assert_none(&s.send(get(&elsewhere)).await);
    // It is a name and no more: there is no client, or none that users come from.
    for nobody in ["nobody", "direct", "backend", "retired", ""] {
        let answer = comes(s, nobody, &uri).await;
        assert_page(&answer, 400);
    }
    let twice = [brings("spa", &uri), vec![("client_id", "spa")]].concat();
    assert_page(&s.get(AUTHORIZE, &twice).await, 400);
    assert!(comes(s, "spa", &uri).await.header("location").contains("/interaction?"));
}

/// PR-01, RFC 9126 §2.2: for a minute, to the millisecond, or for as long as the policy says; whoever came in time
/// takes the time that they need.
pub async fn a_reference_is_good_for_a_minute(s: &Stage) {
    let minute = Duration::from_secs(60);
    let (early, late) = (reference(&push(s, &spa()).await), reference(&push(s, &spa()).await));
    s.world.clock.advance(minute - Duration::from_millis(1));
    let browser = Browser::new(s);
    let login = browser.authorize("acme", &brings("spa", &early)).await.page();
    s.world.clock.advance(Duration::from_millis(1));
    assert_none(&comes(s, "spa", &late).await);
    assert_none(&comes(s, "spa", &early).await);
    s.world.clock.advance(Duration::from_secs(29 * 60));
    // What has expired is swept meanwhile, and what is open is not.
    let now = grantry::ports::Clock::now(&*s.world.clock);
    s.world.stores.interactions.sweep(now, 99).await.expect("the store answers");
    super::visit::allow(&browser, &login, "alice", World::PASSWORD).await.code();
    let longer = |policy: &mut grantry::types::Policy| {
        let browser = Arc::make_mut(&mut policy.browser);
        browser.pushed_request_lifetime = Duration::from_secs(90);
    };
    admin(s).change_tenant(&tenant_id("acme"), longer).await.expect("done");
    let answer = push(s, &spa()).await;
    assert_eq!(answer.json()["expires_in"], 90);
    s.world.clock.advance(Duration::from_secs(89));
    assert_eq!(comes(s, "spa", &reference(&answer)).await.status, 303);
    s.world.clock.advance(Duration::from_secs(1));
    assert_none(&comes(s, "spa", &reference(&answer)).await);
}

/// PR-02: the page may be reloaded, in one browser and another, until the client has its answer.
pub async fn a_page_may_be_reloaded_before_the_answer(s: &Stage) {
    let uri = reference(&push(s, &spa()).await);
    let (browser, other) = (Browser::new(s), Browser::new(s));
    let first = browser.authorize("acme", &brings("spa", &uri)).await.page();
    let again = browser.authorize("acme", &brings("spa", &uri)).await.page();
    let elsewhere = other.authorize("acme", &brings("spa", &uri)).await.page();
    assert!([&first, &again, &elsewhere].iter().all(|page| page.offers("sign-in")));
    let consent = browser.sign_in(&again, "alice", World::PASSWORD).await.page();
    let reloaded = browser.authorize("acme", &brings("spa", &uri)).await.page();
    assert!(reloaded.offers("allow"), "{}", reloaded.text);
    browser.submit(&consent, &[("action", "allow")]).await.code();
    // The other pages of this request come to nothing.
    let late = browser.submit(&reloaded, &[("action", "allow")]).await.page();
    assert_page(&late.answer, 403);
    let late = super::visit::allow(&other, &elsewhere, "alice", World::PASSWORD).await;
    assert_page(&late.page().answer, 403);
}

/// PR-01: of many tabs that come to the end of one pushed request at once, one does.
pub async fn of_many_tabs_of_one_pushed_request_one_gets_a_code(s: &Stage) {
    let browser = &Browser::new(s);
    walk(browser, "acme", &spa()).await.code();
    let uri = reference(&push(s, &but(spa(), &[("prompt", "consent")])).await);
    let mut pages = Vec::new();
    for _ in 0..8 {
        pages.push(browser.authorize("acme", &brings("spa", &uri)).await.page());
    }
    let answers = pages.iter().map(|page| browser.submit(page, &[("action", "allow")]));
    let answers = join_all(answers).await;
    let codes = answers.iter().filter(|one| matches!(one, Landing::Away(_))).count();
    assert_eq!(codes, 1, "{answers:?}");
    // The same where nobody is asked.
    let own = s.world.secret("acme", "own");
    let uri = reference(&s.post_basic(PAR, "own", own, &plain("openid")).await);
    let asked = brings("own", &uri);
    let answers = join_all((0..8).map(|_| browser.authorize("acme", &asked))).await;
    let codes = answers.iter().filter(|one| matches!(one, Landing::Away(_))).count();
    assert_eq!(codes, 1, "{answers:?}");
}

/// PR-04 (CVE-2024-4540): until the answer, nothing of a pushed request is in a URL or a cookie.
pub async fn nothing_of_a_pushed_request_is_shown_on_the_way(s: &Stage) {
    const MARKS: [(&str, &str); 4] = [
        ("state", "mark-one"),
        ("nonce", "mark-two"),
        ("login_hint", "mark-three"),
        ("acr_values", "mark-four"),
    ];
    let browser = Browser::new(s);
    let uri = reference(&push(s, &but(spa(), &MARKS)).await);
    assert!(!uri.contains("mark"), "{uri}");
    let answer = browser.send(get(&format!("{AUTHORIZE}?{}", query(&brings("spa", &uri))))).await;
    let headers = format!("{:?}", answer.headers);
    let cookies = browser.cookies().clone();
    for what in ["mark", "app.example.com", "profile", crate::PKCE.1] {
        assert!(!headers.contains(what) && !format!("{cookies:?}").contains(what), "{headers}");
    }
    let login =
        browser.open(answer.header("location").trim_start_matches("https://id.example.com")).await;
    let landing = super::visit::allow(&browser, &login.page(), "alice", World::PASSWORD).await;
    assert_eq!(landing.parameters()["state"], "mark-one");
}

/// PR-08: a reference has 128 bits of chance, and the row is not known by them.
pub async fn a_reference_is_not_guessed_and_not_stored(s: &Stage) {
    let mut seeds = Vec::new();
    for _ in 0..20 {
        let uri = reference(&push(s, &spa()).await);
        let token = uri[URN.len()..].strip_prefix("grt_ru_").expect("the prefix of its kind");
        let bytes = URL_SAFE_NO_PAD.decode(token).expect("base64url");
        let seed: [u8; 16] = bytes[2..18].try_into().expect("16 bytes");
        let (rows, acme) = (&s.world.stores.interactions, tenant_id("acme"));
        let row = rows.read(&acme, TicketId::from_bytes(seed)).await;
        assert!(row.expect("the store answers").is_none());
        seeds.push(seed);
    }
    seeds.sort_unstable();
    seeds.dedup();
    assert_eq!(seeds.len(), 20);
}

/// What was pushed counts as long as its client may ask for it.
pub async fn a_client_that_changed_since_gets_a_page(s: &Stage) {
    let acme = tenant_id("acme");
    let uri = reference(&push(s, &spa()).await);
    let change = |client: &mut grantry::types::Client| {
        let browser = client.browser.as_mut().expect("a browser");
        browser.redirect_uris = vec!["https://app.example.com/other".parse().expect("a URI")];
    };
    admin(s).change_client(&acme, &client_id("spa"), change).await.expect("done");
    assert_page(&comes(s, "spa", &uri).await, 403);
    let asked = but(spa(), &[("redirect_uri", "https://app.example.com/other")]);
    let uri = reference(&push(s, &asked).await);
    admin(s).disable_client(&acme, &client_id("spa")).await.expect("done");
    assert_page(&comes(s, "spa", &uri).await, 400);
    push(s, &asked).await.assert_error(401, "invalid_client", "client authentication failed");
}

/// A server that is started anew on the same store knows what was pushed.
pub async fn another_node_opens_what_was_pushed_at_one(s: &Stage) {
    let uri = reference(&push(s, &spa()).await);
    let builder = Server::builder("https://id.example.com/oauth/{tenant}");
    let builder = builder.store(s.world.stores.clone()).clock(s.world.clock.clone());
    let other = builder.danger_unsealed_keys(s.world.stores.key_records.lasts()).build();
    let other = other.await.expect("a server");
    let path = format!("{AUTHORIZE}?{}", query(&brings("spa", &uri)));
    let answer = Answer::from(other.handle(get(&path)).await);
    assert!(answer.header("location").contains("/interaction?"), "{answer:?}");
    let posted = Answer::from(other.handle(form(PAR, &spa())).await);
    assert_eq!(comes(s, "spa", &reference(&posted)).await.status, 303);
    other.close().await;
}
