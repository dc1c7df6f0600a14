use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use bytes::Bytes;
use http::Request;
use tokio::time::sleep;

use super::*;
use crate::ports::Clock;
use crate::server::Server;
use crate::types::{Policy, RegistrationAccess, RegistrationPolicy, Timestamp};

#[derive(Debug)]
struct Hands(AtomicU64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_secs(self.0.load(Ordering::SeqCst))
    }
}

/// RG-02: also where nobody else registers, who is never used is forgotten.
#[tokio::test(start_paused = true)]
async fn rg_02_a_round_forgets_whom_nobody_used_in_time() {
    let clock = Arc::new(Hands(AtomicU64::new(1_800_000_000)));
    let builder = Server::builder("https://id.example.com/oauth/{tenant}").clock(clock.clone());
    let server = builder.build().await.unwrap();
    let mut policy = Policy::new("https://api.example.com".parse().unwrap());
    let access = RegistrationAccess::Open;
    let registration = RegistrationPolicy { access, ..RegistrationPolicy::default() };
    policy.registration = Some(registration.into());
    let acme = server.admin().create_tenant("acme", policy).await.unwrap();
    let body = Bytes::from_static(br#"{"redirect_uris":["https://a.example/cb"]}"#);
    let request = Request::post("/oauth/acme/register").header("content-type", "application/json");
    assert_eq!(server.handle(request.body(body).unwrap()).await.status(), 201);
    let left = async || server.admin().clients(&acme.id, None).await.unwrap().len();
    clock.0.fetch_add(24 * 3600 - 1, Ordering::SeqCst);
    sleep(Duration::from_secs(100)).await;
    assert_eq!(left().await, 1);
    clock.0.fetch_add(1, Ordering::SeqCst);
    sleep(Duration::from_secs(3600)).await;
    assert_eq!(left().await, 0);
    server.close().await;
}
