use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use async_trait::async_trait;
use bytes::Bytes;
use http::Request;
use serde_json::Value;
use tokio::time::{advance, sleep};

use super::*;
use crate::admin::{KeyKind, KeyRotation, NewClient};
use crate::guard::{Access, Denial, Guard};
use crate::ports::FetchError;
use crate::server::Server;
use crate::system::SystemClock;
use crate::types::{GrantType, Policy, TenantId, Timestamp};

const ISSUERS: &str = "https://id.example.com/oauth/{tenant}";
const API: &str = "https://api.example.com";

/// What happens to whoever asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Weather {
    Fine,
    Down,
    Status(u16),
    /// The metadata is another tenant's.
    Swapped,
}

/// The way to the issuers, which counts.
#[derive(Debug)]
struct Way {
    server: Server,
    weather: Mutex<Weather>,
    asked: AtomicUsize,
}

#[async_trait]
impl Fetch for Way {
    async fn json(&self, url: &str) -> Result<Fetched, FetchError> {
        self.asked.fetch_add(1, Ordering::SeqCst);
        // Long enough for others to come meanwhile.
        sleep(Duration::from_secs(1)).await;
        let weather = *self.weather.lock().unwrap();
        let path = url.strip_prefix("https://id.example.com").unwrap();
        let path = match weather {
            Weather::Down => return Err(FetchError::Late),
            Weather::Status(status) => return Err(FetchError::Status(status)),
            Weather::Swapped => path.replace("acme", "beta"),
            Weather::Fine => path.to_owned(),
        };
        let answer = self.server.handle(Request::get(path).body(Bytes::new()).unwrap()).await;
        match answer.status().as_u16() {
            200 => {
                Ok(Fetched { body: answer.into_body(), max_age: Some(Duration::from_secs(300)) })
            }
            status => Err(FetchError::Status(status)),
        }
    }
}

struct There {
    way: Arc<Way>,
    secrets: Vec<(TenantId, String)>,
}

impl There {
    async fn open() -> Self {
        let server = Server::builder(ISSUERS).build().await.unwrap();
        let mut secrets = Vec::new();
        for name in ["acme", "beta"] {
            let tenant = server
                .admin()
                .create_tenant(name, Policy::new(API.parse().unwrap()))
                .await
                .unwrap();
            let client = NewClient::confidential("backend").grants([GrantType::ClientCredentials]);
            let client =
                server.admin().create_client(&tenant.id, client.scope("read")).await.unwrap();
            secrets.push((tenant.id.clone(), client.secret.unwrap().expose().to_owned()));
        }
        let weather = Mutex::new(Weather::Fine);
        Self { way: Arc::new(Way { server, weather, asked: AtomicUsize::new(0) }), secrets }
    }

    fn becomes(&self, weather: Weather) {
        *self.way.weather.lock().unwrap() = weather;
    }

    /// How often anybody asked since the last time.
    fn asked(&self) -> usize {
        self.way.asked.swap(0, Ordering::SeqCst)
    }

    async fn token(&self, tenant: usize) -> String {
        let (tenant, secret) = &self.secrets[tenant];
        let form = format!(
            "grant_type=client_credentials&client_id=backend&client_secret={secret}&scope=read"
        );
        let request = Request::post(format!("/oauth/{tenant}/token"))
            .header("content-type", "application/x-www-form-urlencoded")
            .body(form.into());
        let answer = self.way.server.handle(request.unwrap()).await;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn guard(&self) -> Guard {
        let guard = Guard::remote(ISSUERS, API, self.way.clone());
        guard.unwrap().tenant("acme").unwrap()
    }
}

async fn check(guard: &Guard, token: &str) -> Result<Access, Denial> {
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    let (parts, ()) = request.body(()).unwrap().into_parts();
    guard.check(&parts).await.map_err(|denied| denied.denial().clone())
}

/// A token whose key nobody has.
fn by_another_key(token: &str) -> String {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let (_, rest) = token.split_once('.').unwrap();
    let header = r#"{"alg":"ES256","typ":"at+jwt","kid":"another"}"#;
    format!("{}.{rest}", URL_SAFE_NO_PAD.encode(header))
}

#[tokio::test(start_paused = true)]
async fn a_guard_elsewhere_takes_what_a_guard_here_takes() {
    let there = There::open().await;
    let (mine, others) = (there.token(0).await, there.token(1).await);
    let here = there.way.server.guard(API).tenant("acme").unwrap();
    let access = check(&there.guard(), &mine).await.unwrap();
    assert_eq!(access, check(&here, &mine).await.unwrap());
    assert_eq!((access.tenant().as_str(), access.scope().as_str()), ("acme", "read"));
    assert_eq!(check(&there.guard(), &others).await, Err(Denial::Invalid));
    for wrong in ["x", "a.b.c", &by_another_key(&mine), &mine[..mine.len() - 4]] {
        assert_eq!(check(&there.guard(), wrong).await, Err(Denial::Invalid), "{wrong}");
    }
    let elsewhere = Guard::remote(ISSUERS, "https://other.example.com", there.way.clone());
    let elsewhere = elsewhere.unwrap().tenant("acme").unwrap();
    assert_eq!(check(&elsewhere, &mine).await, Err(Denial::Invalid));
    let any = Guard::remote(ISSUERS, API, there.way.clone()).unwrap().any_tenant().unwrap();
    assert_eq!(check(&any, &others).await.unwrap().tenant().as_str(), "beta");
}

#[tokio::test]
async fn a_token_is_taken_until_it_expires() {
    #[derive(Debug)]
    struct Ahead(Duration);
    impl Clock for Ahead {
        fn now(&self) -> Timestamp {
            SystemClock.now().plus(self.0)
        }
    }
    let there = There::open().await;
    let token = there.token(0).await;
    for (ahead, taken) in [(3500, true), (3601, false)] {
        let clock = Arc::new(Ahead(Duration::from_secs(ahead)));
        let guard = Guard::remote_by(ISSUERS, API, there.way.clone(), clock);
        let told = check(&guard.unwrap().tenant("acme").unwrap(), &token).await;
        assert_eq!(told.is_ok(), taken, "{ahead} s later: {told:?}");
    }
}

/// RG-10
#[tokio::test(start_paused = true)]
async fn keys_are_fetched_by_one_and_kept_as_long_as_their_issuer_says() {
    let there = There::open().await;
    let (guard, token) = (there.guard(), there.token(0).await);
    let all = (0..100).map(|_| check(&guard, &token));
    assert!(futures_util::future::join_all(all).await.iter().all(Result::is_ok));
    assert_eq!(there.asked(), 2, "metadata and keys, once");
    advance(Duration::from_secs(298)).await;
    check(&guard, &token).await.unwrap();
    assert_eq!(there.asked(), 0);
    advance(Duration::from_secs(2)).await;
    check(&guard, &token).await.unwrap();
    assert_eq!(there.asked(), 2);
}

#[tokio::test(start_paused = true)]
async fn a_key_that_is_not_known_makes_them_be_fetched_once_in_ten_seconds() {
    let there = There::open().await;
    let (guard, token) = (there.guard(), there.token(0).await);
    check(&guard, &token).await.unwrap();
    assert_eq!(there.asked(), 2);
    let made_up = by_another_key(&token);
    for _ in 0..1000 {
        assert_eq!(check(&guard, &made_up).await, Err(Denial::Invalid));
    }
    assert_eq!(there.asked(), 0, "they were fetched just now");
    advance(Duration::from_secs(10)).await;
    for _ in 0..1000 {
        assert_eq!(check(&guard, &made_up).await, Err(Denial::Invalid));
    }
    assert_eq!(there.asked(), 2);
}

/// The new key is believed with its first token, the old one no more.
#[tokio::test(start_paused = true)]
async fn keys_roll_over() {
    let there = There::open().await;
    let (guard, old) = (there.guard(), there.token(0).await);
    check(&guard, &old).await.unwrap();
    let admin = there.way.server.admin();
    admin.rotate_keys(&there.secrets[0].0, KeyKind::Signing, KeyRotation::AtOnce).await.unwrap();
    let new = there.token(0).await;
    advance(Duration::from_secs(10)).await;
    check(&guard, &new).await.unwrap();
    assert_eq!(check(&guard, &old).await, Err(Denial::Invalid));
}

/// RG-10
#[tokio::test(start_paused = true)]
async fn known_keys_count_for_an_hour_where_the_issuer_does_not_answer() {
    let there = There::open().await;
    let (guard, token) = (there.guard(), there.token(0).await);
    there.becomes(Weather::Down);
    assert_eq!(check(&guard, &token).await, Err(Denial::Unavailable));
    there.asked();
    assert_eq!(check(&guard, &token).await, Err(Denial::Unavailable));
    assert_eq!(there.asked(), 0, "nobody asks again at once");
    there.becomes(Weather::Fine);
    advance(Duration::from_secs(10)).await;
    check(&guard, &token).await.unwrap();
    for weather in [Weather::Down, Weather::Status(503), Weather::Swapped] {
        there.becomes(weather);
        advance(Duration::from_secs(1000)).await;
        check(&guard, &token).await.unwrap();
    }
    advance(Duration::from_secs(1000)).await;
    assert_eq!(check(&guard, &token).await, Err(Denial::Unavailable), "it is too long ago");
}

#[tokio::test(start_paused = true)]
async fn of_a_tenant_that_is_no_more_nothing_is_believed() {
    let there = There::open().await;
    let (guard, token) = (there.guard(), there.token(0).await);
    check(&guard, &token).await.unwrap();
    there.becomes(Weather::Status(404));
    advance(Duration::from_secs(300)).await;
    assert_eq!(check(&guard, &token).await, Err(Denial::Invalid));
}

/// The metadata says whose it is.
#[tokio::test(start_paused = true)]
async fn metadata_of_another_issuer_is_not_believed() {
    let there = There::open().await;
    there.becomes(Weather::Swapped);
    let others = there.token(1).await;
    assert_eq!(check(&there.guard(), &others).await, Err(Denial::Unavailable));
}

/// Whoever makes up tenants does not make the guard ask for all of them.
#[tokio::test(start_paused = true)]
async fn tenants_that_are_made_up_are_asked_for_within_a_budget() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let there = There::open().await;
    let token = there.token(0).await;
    let any = Guard::remote(ISSUERS, API, there.way.clone()).unwrap().any_tenant().unwrap();
    check(&any, &token).await.unwrap();
    let parts: Vec<_> = token.split('.').collect();
    let payload = String::from_utf8(URL_SAFE_NO_PAD.decode(parts[1]).unwrap()).unwrap();
    let made_up = |n: usize| {
        let payload = payload.replace("/oauth/acme", &format!("/oauth/t{n}"));
        [parts[0], &URL_SAFE_NO_PAD.encode(payload), parts[2]].join(".")
    };
    there.asked();
    let tokens: Vec<_> = (0..1000).map(made_up).collect();
    let told = futures_util::future::join_all(tokens.iter().map(|token| check(&any, token))).await;
    let invalid = told.iter().filter(|told| **told == Err(Denial::Invalid)).count();
    let unavailable = told.iter().filter(|told| **told == Err(Denial::Unavailable)).count();
    assert_eq!((invalid, unavailable), (20, 980), "there is room for twenty");
    assert_eq!(there.asked(), 20);
    check(&any, &token).await.unwrap();
}

#[test]
fn an_issuer_shows_its_metadata_before_its_path() {
    for (issuers, url) in [
        (ISSUERS, "https://id.example.com/.well-known/oauth-authorization-server/oauth/acme"),
        (
            "https://a.example/{tenant}",
            "https://a.example/.well-known/oauth-authorization-server/acme",
        ),
        (
            "http://127.0.0.1:80/a/b/{tenant}",
            "http://127.0.0.1:80/.well-known/oauth-authorization-server/a/b/acme",
        ),
    ] {
        let issuers: crate::types::IssuerTemplate = issuers.parse().unwrap();
        assert_eq!(issuers.of(&"acme".parse().unwrap()).metadata_url(), url);
    }
}
