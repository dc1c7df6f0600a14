use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use bytes::Bytes;
use futures_util::FutureExt;
use serde_json::json;
use tokio::time::advance;

use super::*;
use crate::ports::Fetched;
use crate::types::ClientKind;

const URL: &str = "https://client.example.com/oauth.json";

/// What stands at the URL, and how often anybody looked.
#[derive(Debug)]
struct Web(Mutex<Result<String, u16>>, AtomicUsize);

#[async_trait]
impl Fetch for Web {
    async fn json(&self, url: &str) -> Result<Fetched, FetchError> {
        assert_eq!(url, URL);
        self.1.fetch_add(1, Ordering::SeqCst);
        let body = self.0.lock().unwrap().clone().map_err(FetchError::Status)?;
        Ok(Fetched { body: Bytes::from(body), max_age: Some(Duration::from_secs(600)) })
    }
}

impl Web {
    fn shows(&self, what: Result<String, u16>) {
        *self.0.lock().unwrap() = what;
    }

    fn asked(&self) -> usize {
        self.1.swap(0, Ordering::SeqCst)
    }
}

fn document() -> String {
    json!({ "client_id": URL, "client_name": "App", "redirect_uris": ["http://127.0.0.1/cb"] })
        .to_string()
}

fn web() -> (Arc<Web>, Documents) {
    let web = Arc::new(Web(Mutex::new(Ok(document())), AtomicUsize::new(0)));
    (web.clone(), Documents::new(web, None))
}

fn tenant(documents: bool) -> Tenant {
    let mut policy = Policy::new("https://api.example.com".parse().unwrap());
    let scope = "read".parse().unwrap();
    let registration = RegistrationPolicy { documents, scope, ..RegistrationPolicy::default() };
    policy.registration = Some(Arc::new(registration));
    Tenant::new("acme".parse().unwrap(), policy)
}

fn id() -> ClientId {
    URL.parse().unwrap()
}

#[tokio::test(start_paused = true)]
async fn rg_10_a_document_is_kept_for_as_long_as_it_says_and_missed_when_it_is_gone() {
    let (web, documents) = web();
    let tenant = tenant(true);
    let found = documents.client(&tenant, &id()).await.unwrap().unwrap();
    assert_eq!((found.kind.clone(), found.is_documented()), (ClientKind::Public, true));
    assert_eq!(found.scope.as_str(), "read", "as much as the tenant allows");
    advance(Duration::from_secs(599)).await;
    assert!(documents.client(&tenant, &id()).await.unwrap().is_some());
    assert_eq!(web.asked(), 1);
    web.shows(Err(404));
    advance(Duration::from_secs(1)).await;
    assert!(documents.client(&tenant, &id()).await.unwrap().is_none());
    assert_eq!(web.asked(), 1);
}

/// RG-10: an error is not asked for again at once, and costs a client that is known nothing for a while.
#[tokio::test(start_paused = true)]
async fn rg_10_a_server_that_fails_is_left_in_peace() {
    let (web, documents) = web();
    let tenant = tenant(true);
    web.shows(Err(500));
    for _ in 0..100 {
        documents.client(&tenant, &id()).await.unwrap_err();
    }
    assert_eq!(web.asked(), 1);
    web.shows(Ok(document()));
    advance(Duration::from_secs(10)).await;
    assert!(documents.client(&tenant, &id()).await.unwrap().is_some());
    web.shows(Err(500));
    advance(Duration::from_secs(3000)).await;
    assert!(documents.client(&tenant, &id()).await.unwrap().is_some());
    advance(Duration::from_secs(3000)).await;
    documents.client(&tenant, &id()).await.unwrap_err();
}

#[tokio::test]
async fn nobody_asks_where_the_tenant_wants_no_such_clients() {
    let (web, documents) = web();
    assert!(documents.client(&tenant(false), &id()).await.unwrap().is_none());
    let name: ClientId = "backend".parse().unwrap();
    assert!(documents.client(&tenant(true), &name).await.unwrap().is_none());
    assert_eq!(web.asked(), 0);
}

/// A client changes its keys by changing its document. A key that is not known may be new, and is looked for,
/// but not by everybody who makes one up.
#[tokio::test(start_paused = true)]
async fn a_key_that_is_not_known_is_looked_for() {
    const ED: &str = "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo";
    let set = |names: &[&str]| {
        let key = |kid: &&str| json!({ "kty": "OKP", "crv": "Ed25519", "kid": kid, "x": ED });
        Ok(json!({ "keys": names.iter().map(key).collect::<Vec<_>>() }).to_string())
    };
    let (web, documents) = web();
    let url: HttpsUrl = URL.parse().unwrap();
    let knows = async |kid: Option<&str>| {
        let keys = documents.keys(&url, kid, "EdDSA").await.unwrap();
        keys.is_some_and(|keys| keys.find(kid, "EdDSA").is_some())
    };
    web.shows(set(&["old"]));
    assert!(knows(Some("old")).await && knows(None).await);
    assert_eq!(web.asked(), 1);
    web.shows(set(&["old", "new"]));
    for _ in 0..100 {
        assert!(!knows(Some("new")).await, "it was looked for a moment ago");
    }
    assert_eq!(web.asked(), 0);
    advance(Duration::from_secs(10)).await;
    assert!(knows(Some("new")).await && knows(Some("old")).await);
    assert_eq!(web.asked(), 1);
    // Of two without a name nobody knows which is meant.
    assert!(!knows(None).await);
    // One that is withdrawn counts no more once the document is too old.
    web.shows(set(&["new"]));
    advance(Duration::from_secs(599)).await;
    assert!(knows(Some("old")).await);
    advance(Duration::from_secs(2)).await;
    assert!(!knows(Some("old")).await && knows(Some("new")).await);
    // Nor a set that is none.
    for nothing in [Ok("{}".to_owned()), Ok("[]".to_owned()), Err(404)] {
        advance(Duration::from_secs(700)).await;
        web.shows(nothing);
        assert!(!knows(Some("new")).await);
    }
}

/// A key that is made up is looked for twenty times at once and twice a second, of all documents together.
#[tokio::test(start_paused = true)]
async fn keys_that_are_made_up_are_looked_for_within_a_budget() {
    let (web, documents) = web();
    web.shows(Ok(json!({ "keys": [] }).to_string()));
    let url: HttpsUrl = URL.parse().unwrap();
    let mut asked = 0;
    for _ in 0..60 {
        documents.keys(&url, Some("made-up"), "EdDSA").await.unwrap();
        asked += web.asked();
        advance(Duration::from_millis(10_001)).await;
    }
    assert_eq!(asked, 60, "one every ten seconds");
    for known in [false, true] {
        // As somebody does who names very many of them, known or not.
        let taken = (0..100).filter(|_| match known {
            false => documents.keys.unknown.take(),
            true => documents.keys.again.take(),
        });
        assert_eq!(taken.count(), 20);
    }
    advance(Duration::from_millis(100)).await;
    assert_eq!(web.asked(), 0);
    documents.keys(&url, Some("made-up"), "EdDSA").await.unwrap();
    assert_eq!(web.asked(), 0, "what is known counts on");
}

/// Who hangs up before the answer has looked all the same: nobody makes this server ask more often so.
#[tokio::test(start_paused = true)]
async fn who_hangs_up_has_looked_all_the_same() {
    /// A server that takes its time.
    #[derive(Debug)]
    struct Slow(Arc<Web>);

    #[async_trait]
    impl Fetch for Slow {
        async fn json(&self, url: &str) -> Result<Fetched, FetchError> {
            let answer = self.0.json(url).await;
            tokio::task::yield_now().await;
            answer
        }
    }

    let (web, _) = web();
    let documents = Documents::new(Arc::new(Slow(web.clone())), None);
    let url: HttpsUrl = URL.parse().unwrap();
    web.shows(Ok(json!({ "keys": [] }).to_string()));
    documents.keys(&url, Some("made-up"), "EdDSA").await.unwrap();
    advance(Duration::from_millis(10_001)).await;
    assert_eq!(web.asked(), 1);
    for _ in 0..20 {
        let asks = documents.keys(&url, Some("made-up"), "EdDSA");
        // It is begun, and given up.
        assert!(asks.now_or_never().is_none_or(|found| found.unwrap().is_some()));
        for _ in 0..4 {
            tokio::task::yield_now().await;
        }
    }
    assert_eq!(web.asked(), 1);
}
