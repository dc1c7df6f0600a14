//! Clients that are known by a document of their own (draft-ietf-oauth-client-id-metadata-document).

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use futures_util::future::join_all;
use grantry::{
    InitialAccess, ServerBuilder, async_trait,
    ports::{Fetch, FetchError, Fetched},
    types::{RegistrationAccess, RegistrationPolicy},
};
use serde_json::{Value, json};

use super::admin::admin;
use super::direct::beside;
use super::registering::allow;
use crate::{Answer, Browser, Landing, PKCE, Stage, World, claims, tenant_id};

pub(super) const URL: &str = "https://client.example.com/oauth.json";
/// As it was registered; a request names a port.
pub(super) const CALLBACK: &str = "http://127.0.0.1:4711/cb";

/// What stands at which URL, and what was asked for; null is a server that does not answer.
#[derive(Debug, Default)]
pub(super) struct Web(Mutex<(BTreeMap<String, Value>, Vec<String>)>);

#[async_trait]
impl Fetch for Web {
    async fn json(&self, url: &str) -> Result<Fetched, FetchError> {
        // Others may come meanwhile.
        tokio::task::yield_now().await;
        let (pages, asked) = &mut *self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.push(url.to_owned());
        let page = pages.get(url).ok_or(FetchError::Status(404))?;
        if page.is_null() {
            return Err(FetchError::Late);
        }
        Ok(Fetched { body: page.to_string().into(), max_age: Some(Duration::from_secs(300)) })
    }
}

impl Web {
    pub(super) fn shows(&self, url: &str, document: Value) {
        let mut both = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        both.0.insert(url.to_owned(), document);
    }

    pub(super) fn asked(&self) -> Vec<String> {
        let mut both = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut both.1)
    }
}

pub(super) fn document(url: &str) -> Value {
    json!({
        "client_id": url,
        "client_name": "An App",
        "redirect_uris": ["http://127.0.0.1/cb", "https://client.example.com/cb"],
        "grant_types": ["authorization_code", "refresh_token"],
        "token_endpoint_auth_method": "none",
    })
}

/// A server with a way out, whose tenant acme wants such clients.
async fn settle(s: &Stage) -> (Stage, Arc<Web>) {
    allow(s, "acme", wanted).await;
    let web = Arc::new(Web::default());
    web.shows(URL, document(URL));
    let way = web.clone();
    let stage = beside(s, s.world.stores.clone(), |builder| builder.fetch(way)).await;
    (stage, web)
}

/// The same, at whose tenant anybody may register, with other parts.
pub(super) async fn outside(
    s: &Stage,
    change: impl FnOnce(ServerBuilder) -> ServerBuilder,
) -> (Stage, Arc<Web>) {
    let open = |registration: &mut RegistrationPolicy| {
        registration.access = RegistrationAccess::Open;
        registration.documents = true;
    };
    allow(s, "acme", open).await;
    let web = Arc::new(Web::default());
    let way = web.clone();
    let stage = beside(s, s.world.stores.clone(), |builder| change(builder.fetch(way))).await;
    (stage, web)
}

fn wanted(registration: &mut RegistrationPolicy) {
    registration.access = RegistrationAccess::Closed;
    registration.documents = true;
}

pub(super) fn asks<'a>(client: &'a str, redirect_uri: &'a str) -> Vec<(&'a str, &'a str)> {
    vec![
        ("response_type", "code"),
        ("client_id", client),
        ("redirect_uri", redirect_uri),
        ("state", "s"),
        ("code_challenge", PKCE.1),
        ("code_challenge_method", "S256"),
    ]
}

async fn visit(b: &Browser<'_>, client: &str, redirect_uri: &str) -> Landing {
    b.authorize("acme", &asks(client, redirect_uri)).await
}

/// The answer is a page of ours: nobody is sent anywhere.
async fn assert_unknown(s: &Stage, client: &str) {
    let landing = visit(&Browser::new(s), client, CALLBACK).await;
    let page = landing.page();
    assert!(!page.offers("sign-in") && !page.offers("allow"), "{client}: {}", page.text);
}

async fn token(s: &Stage, form: &[(&str, &str)]) -> Answer {
    s.post("/oauth/acme/token", &[form, &[("client_id", URL)]].concat()).await
}

/// Whoever is known by a document gets tokens like others; users read whose it is, and are asked each time
/// (LG-14).
pub async fn a_client_is_known_by_its_document(s: &Stage) {
    let (stage, web) = settle(s).await;
    let browser = Browser::new(&stage);
    let page = visit(&browser, URL, CALLBACK).await.page();
    let mut landing = browser.sign_in(&page, "alice", World::PASSWORD).await;
    for round in 0..2 {
        let page = landing.page();
        assert!(page.offers("allow"), "round {round}: {}", page.text);
        assert!(page.text.contains("An App (client.example.com)"), "{}", page.text);
        let code = browser.submit(&page, &[("action", "allow")]).await.code();
        let redeem = [
            ("grant_type", "authorization_code"),
            ("code", &*code),
            ("redirect_uri", CALLBACK),
            ("code_verifier", PKCE.0),
        ];
        let tokens = token(&stage, &redeem).await.tokens();
        assert_eq!(claims(&tokens.access)["client_id"], URL);
        let refresh = [("grant_type", "refresh_token"), ("refresh_token", &*tokens.refresh)];
        let again = token(&stage, &refresh).await.tokens();
        assert_eq!(claims(&again.access)["client_id"], URL);
        // By https too: whoever wrote the document wrote that as well.
        let other = visit(&browser, URL, "https://client.example.com/cb").await.page();
        assert!(other.offers("allow"), "round {round}: {}", other.text);
        browser.submit(&other, &[("action", "allow")]).await.code();
        landing = visit(&browser, URL, CALLBACK).await;
    }
    assert_eq!(web.asked(), [URL]);
}

/// What it asks for beyond that it does not get, and where it asks for nothing that there is, it is unknown.
pub async fn a_document_gets_what_the_tenant_allows(s: &Stage) {
    let (stage, web) = settle(s).await;
    let more = "https://more.example.com/oauth.json";
    let mut said = document(more);
    said["scope"] = "read admin".into();
    said["grant_types"] = json!(["authorization_code", "password", "urn:x"]);
    web.shows(more, said);
    let browser = Browser::new(&stage);
    let asked = |scope| [&asks(more, CALLBACK)[..], &[("scope", scope)]].concat();
    let told = browser.authorize("acme", &asked("read admin")).await.parameters();
    assert_eq!(told["error"], "invalid_scope");
    let landing = browser.authorize("acme", &asked("read")).await;
    assert!(matches!(landing, Landing::Page(page) if page.offers("sign-in")));
    let user = [("grant_type", "password"), ("username", "alice"), ("password", World::PASSWORD)];
    let answer =
        stage.post("/oauth/acme/token", &[&user[..], &[("client_id", more)]].concat()).await;
    answer.assert_error(400, "unauthorized_client", "password is not allowed here");
    let none = "https://none.example.com/oauth.json";
    let mut said = document(none);
    said["scope"] = "admin".into();
    web.shows(none, said);
    assert_unknown(&stage, none).await;
}

/// RG-09: what does not name the URL that it stands at, letter for letter, speaks of nobody; nor does what holds
/// a secret, or breaks a rule of registration.
pub async fn rg_09_a_document_speaks_of_its_own_url(s: &Stage) {
    let (stage, web) = settle(s).await;
    let wrong: [(&str, Value); 12] = [
        ("client_id", URL.into()),
        ("client_id", "https://CLIENT.example.com/0".into()),
        ("client_id", Value::Null),
        ("client_id", 7.into()),
        ("client_secret", "everybody reads it".into()),
        ("client_secret_expires_at", 1.into()),
        ("token_endpoint_auth_method", "client_secret_basic".into()),
        ("token_endpoint_auth_method", "client_secret_jwt".into()),
        ("redirect_uris", json!(["javascript:alert(1)"])),
        ("redirect_uris", json!([])),
        ("client_name", "\u{202e}App".into()),
        ("logo_uri", "javascript:alert(1)".into()),
    ];
    for (n, (member, value)) in wrong.iter().enumerate() {
        let url = format!("https://client.example.com/{n}");
        let mut said = document(&url);
        said[*member] = value.clone();
        web.shows(&url, said);
        assert_unknown(&stage, &url).await;
        let form = [("grant_type", "refresh_token"), ("refresh_token", "x"), ("client_id", &*url)];
        let answer = stage.post("/oauth/acme/token", &form).await;
        answer.assert_error(401, "invalid_client", "client authentication failed");
    }
    assert_eq!(web.asked().len(), wrong.len(), "each was looked at once");
    web.shows("https://client.example.com/list", json!([document(URL)]));
    assert_unknown(&stage, "https://client.example.com/list").await;
}

/// RG-09: a URL that may be spelled in two ways is none.
pub async fn what_is_no_url_of_a_document_is_not_fetched(s: &Stage) {
    let (stage, web) = settle(s).await;
    for id in [
        "http://client.example.com/oauth.json",
        "https://client.example.com",
        "https://client.example.com/",
        "https://client.example.com/a/../oauth.json",
        "https://client.example.com/%2e/oauth.json",
        "https://client.example.com/oauth.json#x",
        "https://user@client.example.com/oauth.json",
        "file:///etc/passwd",
        "urn:x:y",
    ] {
        web.shows(id, document(id));
        assert_unknown(&stage, id).await;
    }
    assert_eq!(web.asked(), [""; 0]);
}

/// RG-10: a stampede is one request, and a URL without a document is not asked for again at once.
pub async fn rg_10_many_who_come_at_once_make_one_request(s: &Stage) {
    let (stage, web) = settle(s).await;
    let browsers: Vec<_> = (0..20).map(|_| Browser::new(&stage)).collect();
    let all = browsers.iter().map(|browser| visit(browser, URL, CALLBACK));
    for landing in join_all(all).await {
        assert!(matches!(landing, Landing::Page(page) if page.offers("sign-in")));
    }
    assert_eq!(web.asked(), [URL]);
    let nobody = "https://client.example.com/nobody";
    for _ in 0..5 {
        assert_unknown(&stage, nobody).await;
    }
    assert_eq!(web.asked(), [nobody]);
}

/// §5: where a tenant wants such clients, and the server has a way out.
pub async fn metadata_says_so_where_it_is_so(s: &Stage) {
    let (stage, web) = settle(s).await;
    allow(s, "globex", |_| {}).await;
    const FLAG: &str = "client_id_metadata_document_supported";
    let says = async |stage: &Stage, tenant: &str| {
        let path = format!("/.well-known/oauth-authorization-server/oauth/{tenant}");
        stage.get(&path, &[]).await.json()
    };
    let told = says(&stage, "acme").await;
    assert_eq!(told[FLAG], true);
    assert!(told.get("registration_endpoint").is_none(), "nobody registers");
    assert_eq!(
        says(&stage, "globex").await.get(FLAG),
        None,
        "that tenant wants clients that register alone"
    );
    assert_eq!(says(s, "acme").await.get(FLAG), None, "that server has no way out");
    let answer = super::registering::register(&stage, &document(URL)).await;
    answer.assert_error(404, "invalid_request", "this endpoint is not available here");
    let access = InitialAccess::once(Duration::from_secs(60));
    let minted = admin(s).mint_initial_access(&tenant_id("acme"), access).await;
    assert!(minted.is_err(), "it would let nobody in");
    // Nobody who is not wanted is looked for.
    assert_unknown(s, URL).await;
    let elsewhere = Browser::new(&stage).authorize("globex", &asks(URL, CALLBACK)).await;
    assert!(matches!(elsewhere, Landing::Page(page) if !page.offers("sign-in")));
    assert_eq!(web.asked(), [""; 0]);
}
