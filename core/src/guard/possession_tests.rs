//! Guards and tokens that are bound to a key, where the conformance suite does not reach: elsewhere, and by how they
//! are put together.

use std::sync::{Arc, OnceLock};

use async_trait::async_trait;
use aws_lc_rs::{
    digest::{SHA256, digest},
    signature::{Ed25519KeyPair, KeyPair},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use bytes::Bytes;
use http::{Method, Request};
use serde_json::{Value, json};

use crate::ports::{Clock, Fetch, FetchError, Fetched};
use crate::types::{Dpop, GrantType, Policy, ProtectedResource, Timestamp};
use crate::{Access, ConfigError, Denial, Denied, Guard, NewClient, ProofFault, Server};

const ISSUERS: &str = "https://id.example.com/oauth/{tenant}";
const API: &str = "https://api.example.com/orders";

/// Time that stands still: it is when the server began.
#[derive(Debug)]
struct Still;

impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(1_800_000_000)
    }
}

#[derive(Debug)]
struct Way(OnceLock<Server>);

#[async_trait]
impl Fetch for Way {
    async fn json(&self, url: &str) -> Result<Fetched, FetchError> {
        let path = url.strip_prefix("https://id.example.com").unwrap();
        let request = Request::get(path).body(Bytes::new()).unwrap();
        let body = self.0.get().unwrap().handle(request).await.into_body();
        Ok(Fetched { body, max_age: None })
    }
}

struct Scene {
    server: Server,
    way: Arc<Way>,
    secret: String,
    key: Ed25519KeyPair,
}

fn encoded(value: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(value)
}

impl Scene {
    async fn open(audience: &str, resource: Option<ProtectedResource>) -> Self {
        let builder = Server::builder(ISSUERS).clock(Arc::new(Still));
        let builder = resource.into_iter().fold(builder, |all, one| all.protected_resource(one));
        let server = builder.build().await.unwrap();
        let mut policy = Policy::new(audience.parse().unwrap());
        policy.dpop = Dpop::Allowed;
        let tenant = server.admin().create_tenant("acme", policy).await.unwrap();
        let client = NewClient::confidential("backend").grants([GrantType::ClientCredentials]);
        let made = server.admin().create_client(&tenant.id, client.scope("read")).await.unwrap();
        let secret = made.secret.unwrap().expose().to_owned();
        let way = Arc::new(Way(OnceLock::from(server.clone())));
        let key = Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap();
        Self { server, way, secret, key }
    }

    fn proof(&self, method: &str, url: &str, token: Option<&str>, jti: &str) -> String {
        let x = encoded(self.key.public_key().as_ref());
        let jwk = json!({ "kty": "OKP", "crv": "Ed25519", "x": x });
        let header = json!({ "typ": "dpop+jwt", "alg": "EdDSA", "jwk": jwk });
        let mut said = json!({ "htm": method, "htu": url, "iat": 1_800_000_000, "jti": jti });
        if let Some(token) = token {
            said["ath"] = encoded(digest(&SHA256, token.as_bytes()).as_ref()).into();
        }
        let part = |value: &Value| encoded(value.to_string().as_bytes());
        let signed = format!("{}.{}", part(&header), part(&said));
        let signature = encoded(self.key.sign(signed.as_bytes()).as_ref());
        format!("{signed}.{signature}")
    }

    /// An access token, bound or not.
    async fn token(&self, bound: bool) -> String {
        let form = format!(
            "grant_type=client_credentials&client_id=backend&client_secret={}&scope=read",
            self.secret
        );
        let mut request = Request::post("/oauth/acme/token")
            .header("content-type", "application/x-www-form-urlencoded");
        if bound {
            let url = "https://id.example.com/oauth/acme/token";
            request = request.header("dpop", self.proof("POST", url, None, "first"));
        }
        let answer = self.server.handle(request.body(form.into()).unwrap()).await;
        let answer: Value = serde_json::from_slice(answer.body()).unwrap();
        answer["access_token"].as_str().unwrap().to_owned()
    }

    fn here(&self, audience: &str) -> Guard {
        self.server.guard(audience).tenant("acme").unwrap()
    }

    fn elsewhere(&self, audience: &str) -> Guard {
        let guard = Guard::remote_by(ISSUERS, audience, self.way.clone(), Arc::new(Still));
        guard.unwrap().tenant("acme").unwrap()
    }
}

async fn check(
    guard: &Guard,
    path: &str,
    scheme: &str,
    token: &str,
    proof: &str,
) -> Result<Access, Denied> {
    let request = Request::builder().method(Method::GET).uri(path);
    let request =
        request.header("authorization", format!("{scheme} {token}")).header("dpop", proof);
    let (parts, ()) = request.body(()).unwrap().into_parts();
    guard.check(&parts).await
}

fn why(told: Result<Access, Denied>) -> Denial {
    told.unwrap_err().denial().clone()
}

#[tokio::test]
async fn ir_16_a_guard_elsewhere_wants_a_proof_once() {
    let scene = Scene::open(API, None).await;
    let token = scene.token(true).await;
    let url = "https://api.example.com/orders/7";
    let (here, elsewhere) = (scene.here(API), scene.elsewhere(API));
    let offline = scene.here(API).offline();
    for (guard, jti) in [(&here, "a"), (&elsewhere, "a"), (&offline, "a"), (&elsewhere, "b")] {
        let proof = scene.proof("GET", url, Some(&token), jti);
        let access = check(guard, "/orders/7", "DPoP", &token, &proof).await.unwrap();
        assert!(access.sender_key().is_some());
        let again = check(guard, "/orders/7", "DPoP", &token, &proof).await;
        assert_eq!(why(again), Denial::Proof(ProofFault::Replayed));
        assert_eq!(why(check(guard, "/orders/7", "Bearer", &token, &proof).await), Denial::Bound);
        let other = scene.proof("GET", url, Some(&token), "c");
        let told = check(guard, "/orders/8", "DPoP", &token, &other).await;
        assert_eq!(why(told), Denial::Proof(ProofFault::Url));
    }
}

#[tokio::test]
async fn a_guard_that_demands_keys_takes_nothing_else() {
    let scene = Scene::open(API, None).await;
    let (bound, plain) = (scene.token(true).await, scene.token(false).await);
    for guard in [scene.here(API), scene.elsewhere(API)] {
        check(&guard, "/orders", "Bearer", &plain, "").await.unwrap();
        let strict = guard.demands_dpop();
        let denied = check(&strict, "/orders", "Bearer", &plain, "").await.unwrap_err();
        assert_eq!(*denied.denial(), Denial::Unbound);
        let response = denied.response();
        let challenges: Vec<_> = response.headers().get_all("www-authenticate").iter().collect();
        assert_eq!(challenges.len(), 1);
        assert!(challenges[0].to_str().unwrap().starts_with("DPoP realm="));
        let proof = scene.proof("GET", API, Some(&bound), "x");
        check(&strict, "/orders", "DPoP", &bound, &proof).await.unwrap();
    }
}

#[tokio::test]
async fn an_api_that_wants_keys_says_so_and_its_guard_demands_them() {
    for (dpop, schemes) in [(Dpop::Off, 1), (Dpop::Allowed, 2), (Dpop::Required, 1)] {
        let described = ProtectedResource::new(API).tenants(["acme"]).dpop(dpop);
        let scene = Scene::open(API, Some(described)).await;
        let place = "/.well-known/oauth-protected-resource/orders";
        let request = Request::get(place).body(Bytes::new()).unwrap();
        let document = scene.server.handle(request).await.into_body();
        let document: Value = serde_json::from_slice(&document).unwrap();
        let algs = &document["dpop_signing_alg_values_supported"];
        assert_eq!(algs.is_array(), dpop != Dpop::Off);
        let required = &document["dpop_bound_access_tokens_required"];
        assert_eq!(*required == true, dpop == Dpop::Required);
        assert_eq!(required.is_null(), dpop != Dpop::Required);
        let plain = scene.token(false).await;
        let told = check(&scene.here(API), "/orders", "Bearer", &plain, "").await;
        assert_eq!(told.is_err(), dpop == Dpop::Required);
        let (parts, ()) = Request::get("/orders").body(()).unwrap().into_parts();
        let denied = scene.here(API).check(&parts).await.unwrap_err().response();
        assert_eq!(denied.headers().get_all("www-authenticate").iter().count(), schemes);
    }
}

#[tokio::test]
async fn jw_13_the_url_is_the_audiences_or_the_one_that_was_said() {
    let scene = Scene::open("urn:orders", None).await;
    let token = scene.token(true).await;
    let guard = scene.here("urn:orders");
    let url = "https://api.example.com/v1/orders";
    let proof = scene.proof("GET", url, Some(&token), "a");
    let nowhere = check(&guard, "/orders", "DPoP", &token, &proof).await;
    assert!(matches!(why(nowhere), Denial::Misconfigured(_)));
    let at = guard.clone().reached_at("https://api.example.com/v1/").unwrap();
    check(&at, "/orders", "DPoP", &token, &proof).await.unwrap();
    for bad in [
        "",
        "/v1",
        "api.example.com",
        "ftp://a.example",
        "https://a.example?x",
        "https://u@a.example",
    ] {
        let error = guard.clone().reached_at(bad).unwrap_err();
        assert!(matches!(error, ConfigError::GuardPlace(text) if text == bad));
    }
}

#[tokio::test]
async fn a_guard_elsewhere_demands_its_scope_as_well() {
    let scene = Scene::open(API, None).await;
    let token = scene.token(false).await;
    for guard in [scene.here(API), scene.elsewhere(API)] {
        check(&guard.clone().requires("read").unwrap(), "/", "Bearer", &token, "").await.unwrap();
        let more = check(&guard.requires("read write").unwrap(), "/", "Bearer", &token, "").await;
        assert!(matches!(why(more), Denial::InsufficientScope(_)));
    }
}
