//! What the host says of clients that nobody registered (RFC 7591 §2.3, §3.2.2; F-43).

use std::sync::Arc;

use grantry::{
    async_trait,
    ports::{Registering, Registrar, RegistrarVerdict, StoreError},
};
use http::Method;
use serde_json::{Value, json};

use super::client_documents::{self, URL, Web, asks};
use super::registering::{Made, document, register, registered};
use crate::{Browser, Stage};

/// Judges by what a client calls its software.
#[derive(Debug)]
struct Host;

#[async_trait]
impl Registrar for Host {
    async fn judge(&self, asks: &Registering<'_>) -> Result<RegistrarVerdict, StoreError> {
        assert!(!asks.metadata.contains_key("client_secret"), "nobody's business");
        assert_eq!(asks.tenant.as_str(), "acme");
        assert!(asks.client.browser.is_some(), "as it would be");
        let refused = |field, rule| RegistrarVerdict::Refused { field, rule };
        Ok(match asks.metadata.get("software_id").and_then(Value::as_str) {
            Some("ours") => RegistrarVerdict::Welcome,
            Some("forged") => refused("software_statement", "is signed by somebody we know"),
            Some("busy") => return Err(StoreError::new("a cause that nobody may read")),
            Some("broken") => unreachable!("a cause that nobody may read"),
            Some("silent") => std::future::pending().await,
            _ => refused("software_id", "is ours"),
        })
    }
}

async fn settle(s: &Stage) -> (Stage, Arc<Web>) {
    client_documents::outside(s, |builder| builder.registrar(Arc::new(Host))).await
}

fn by(software: &str) -> Value {
    document(&[("software_id", software.into()), ("software_statement", "e30.e30.x".into())])
}

/// Whom the host does not want is told why, and is not there; nor does anybody become what it does not want.
pub async fn the_host_has_the_last_word_on_who_registers(s: &Stage) {
    let (s, _) = &settle(s).await;
    let answer = register(s, &document(&[])).await;
    answer.assert_error(400, "invalid_client_metadata", "software_id is ours");
    let answer = register(s, &by("forged")).await;
    let why = "software_statement is signed by somebody we know";
    answer.assert_error(400, "unapproved_software_statement", why);
    assert_eq!(registered(s).await, [""; 0]);
    let client = Made::new(s, &[("software_id", "ours".into())]).await;
    let before = registered(s).await;
    assert_eq!(before.len(), 1);
    // What it says of itself anew is what counts, its secret with it.
    let mut own = client.own();
    own["client_secret"] = client.secret.as_str().into();
    let answer = client.asks(s, Method::PUT, &own.to_string()).await;
    answer.assert_error(400, "invalid_client_metadata", "software_id is ours");
    own["software_id"] = "ours".into();
    own["client_name"] = "Ours".into();
    let answer = client.asks(s, Method::PUT, &own.to_string()).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["client_name"]), (200, &json!("Ours")));
}

/// The same of those who are known by a document.
pub async fn the_host_has_the_last_word_on_documents(s: &Stage) {
    let (s, web) = &settle(s).await;
    for (software, known) in [("theirs", false), ("ours", true), ("broken", false)] {
        let url = format!("{URL}/{software}");
        let mut said = client_documents::document(&url);
        said["software_id"] = software.into();
        web.shows(&url, said);
        let asked = asks(&url, client_documents::CALLBACK);
        let page = Browser::new(s).authorize("acme", &asked).await.page();
        assert_eq!(page.offers("sign-in"), known, "{software}: {}", page.text);
    }
}

/// F-43: a host that fails, panics or says nothing fails the request, and nothing else; nobody reads why.
pub async fn a_host_that_does_not_say_lets_nobody_register(s: &Stage) {
    let (s, _) = &settle(s).await;
    for (software, status) in [("busy", 503), ("broken", 500), ("silent", 503)] {
        let answer = register(s, &by(software)).await;
        assert_eq!(answer.status, status, "{software}: {answer:?}");
        assert!(!format!("{answer:?}").contains("cause"), "{answer:?}");
    }
    assert_eq!(registered(s).await, [""; 0]);
}
