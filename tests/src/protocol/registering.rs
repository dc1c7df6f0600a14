//! What cases of clients that register themselves share.

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use bytes::Bytes;
use grantry::types::{GrantType, RegistrationAccess, RegistrationPolicy};
use http::{Method, Request, header};
use serde_json::{Value, json};

use super::admin::admin;
use super::codes::asks;
use super::walk::but;
use crate::{Answer, Browser, Landing, PKCE, Stage, World, form, tenant_id};

pub(super) const REGISTER: &str = "/oauth/acme/register";
/// Where most of them want their answers.
pub(super) const CALLBACK: &str = "https://dynamic.example.com/cb";

/// Lets clients register with a tenant: by initial access tokens, unless the change says otherwise.
pub(super) async fn allow(s: &Stage, tenant: &str, change: impl Fn(&mut RegistrationPolicy)) {
    let mut registration = RegistrationPolicy::default();
    registration.grants.insert(GrantType::ClientCredentials);
    registration.scope = "openid offline_access read".parse().expect("a scope");
    change(&mut registration);
    let registration = Arc::new(registration);
    let decide = |policy: &mut grantry::types::Policy| {
        policy.registration = Some(registration.clone());
    };
    admin(s).change_tenant(&tenant_id(tenant), decide).await.expect("a policy");
}

/// Lets anybody.
pub(super) async fn open(s: &Stage, tenant: &str) {
    allow(s, tenant, |registration| registration.access = RegistrationAccess::Open).await;
}

/// A request with a JSON body, and a bearer token where there is one.
pub(super) fn asked(method: Method, path: &str, token: Option<&str>, body: &str) -> Request<Bytes> {
    let mut request = Request::builder().method(method).uri(path);
    if !body.is_empty() {
        request = request.header(header::CONTENT_TYPE, "application/json");
    }
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(body.to_owned().into()).expect("a request")
}

/// Somebody registers a client at acme.
pub(super) async fn register(s: &Stage, body: &Value) -> Answer {
    s.send(asked(Method::POST, REGISTER, None, &body.to_string())).await
}

/// A document with one redirect URI, and these members.
pub(super) fn document(members: &[(&str, Value)]) -> Value {
    let mut document = json!({ "redirect_uris": [CALLBACK] });
    for (name, value) in members {
        document[*name] = value.clone();
    }
    document
}

/// A client as it was registered.
#[derive(Debug)]
pub(super) struct Made {
    pub(super) id: String,
    pub(super) secret: String,
    pub(super) token: String,
    /// The path of its own place.
    pub(super) place: String,
    pub(super) said: Value,
}

/// That of an answer, which must be a good one.
#[track_caller]
pub(super) fn made(answer: &Answer) -> Made {
    assert!(matches!(answer.status.as_u16(), 200 | 201), "{answer:?}");
    let said = answer.json();
    let text = |name: &str| said[name].as_str().unwrap_or_default().to_owned();
    let place = text("registration_client_uri");
    let place = place.strip_prefix("https://id.example.com").expect("on this server").to_owned();
    Made {
        id: text("client_id"),
        secret: text("client_secret"),
        token: text("registration_access_token"),
        place,
        said,
    }
}

impl Made {
    /// A new one of acme, which lets anybody register.
    pub(super) async fn new(s: &Stage, members: &[(&str, Value)]) -> Self {
        let answer = register(s, &document(members)).await;
        assert_eq!(answer.status, 201, "{answer:?}");
        made(&answer)
    }

    /// It asks for itself.
    pub(super) async fn asks(&self, s: &Stage, method: Method, body: &str) -> Answer {
        s.send(asked(method, &self.place, Some(&self.token), body)).await
    }

    /// What it says of itself, when it says it again.
    pub(super) fn own(&self) -> Value {
        let mut own = self.said.clone();
        let members = own.as_object_mut().expect("an object");
        for ours in [
            "registration_access_token",
            "registration_client_uri",
            "client_secret_expires_at",
            "client_id_issued_at",
            "client_secret",
        ] {
            members.remove(ours);
        }
        own
    }

    /// Where a browser gets that comes from it.
    pub(super) async fn visit(&self, browser: &Browser<'_>, uri: &str) -> Landing {
        let asked = but(asks(&self.id, uri), &[("scope", "openid read")]);
        browser.authorize("acme", &asked).await
    }

    /// Alice signs in and allows it. Returns the code.
    pub(super) async fn code(&self, s: &Stage, uri: &str) -> String {
        let browser = Browser::new(s);
        let page = self.visit(&browser, uri).await.page();
        match browser.sign_in(&page, "alice", World::PASSWORD).await {
            Landing::Page(page) => browser.submit(&page, &[("action", "allow")]).await.code(),
            // She has allowed it before.
            away => away.code(),
        }
    }

    /// Redeems a code, by its secret in the header where it has one.
    pub(super) async fn redeems(&self, s: &Stage, uri: &str, code: &str) -> Answer {
        let mut parameters = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", uri),
            ("code_verifier", PKCE.0),
        ];
        if self.secret.is_empty() {
            parameters.push(("client_id", &self.id));
        }
        s.send(self.dress(form("/oauth/acme/token", &parameters))).await
    }

    /// Proves itself in the header.
    pub(super) fn dress(&self, mut request: Request<Bytes>) -> Request<Bytes> {
        if !self.secret.is_empty() {
            let pair = STANDARD.encode(format!("{}:{}", self.id, self.secret));
            let value = format!("Basic {pair}").parse().expect("a header");
            request.headers_mut().insert(header::AUTHORIZATION, value);
        }
        request
    }
}

/// The ids of the clients of acme that registered themselves.
pub(super) async fn registered(s: &Stage) -> Vec<String> {
    let all = s.world.stores.clients.list(&tenant_id("acme"), None, 999).await;
    let all = all.expect("the store answers");
    let own = all.iter().filter(|client| client.registered.is_some());
    own.map(|client| client.id.to_string()).collect()
}
