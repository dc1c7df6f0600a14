//! LE-01: what `tracing` sees of requests and of audit events, at its most talkative level.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use std::{
    io,
    sync::{Arc, Mutex},
    time::Duration,
};

use grantry::{HashingPoolConfig, Server, TracingEvents};
use grantry_conformance::{ALICE, Bare, SeededEntropy, Stage, World};
use tracing::{instrument::WithSubscriber, level_filters::LevelFilter};
use tracing_subscriber::fmt::{MakeWriter, format::FmtSpan};

/// The world's server with its events going to `tracing`.
async fn stage() -> Stage {
    let mut stage = Stage::reference().await;
    let mut hashing = HashingPoolConfig::default();
    hashing.deadline = Duration::from_secs(600);
    let server = Server::builder("https://id.example.com/oauth/{tenant}")
        .store(stage.world.stores.clone())
        .clock(stage.world.clock.clone())
        .entropy(Arc::new(SeededEntropy::default()))
        .hashing(hashing)
        .events(Arc::new(TracingEvents))
        .build()
        .await
        .unwrap();
    stage.driver = Box::new(Bare(server));
    stage
}

/// What was written while the work ran.
async fn written(work: impl Future<Output = ()>) -> String {
    let written = Written::default();
    let subscriber = tracing_subscriber::fmt()
        .with_max_level(LevelFilter::TRACE)
        .with_span_events(FmtSpan::FULL)
        .with_ansi(false)
        .with_writer(written.clone())
        .finish();
    work.with_subscriber(subscriber).await;
    let bytes = written.0.lock().unwrap();
    String::from_utf8(bytes.clone()).unwrap()
}

#[tokio::test]
async fn le_01_a_span_names_endpoint_tenant_method_and_status_and_nothing_else() {
    let stage = stage().await;
    let text = written(async {
        stage.get("/oauth/acme/token", &[("grant_type", "marked-grant")]).await;
        stage.get("/oauth/Marked-Tenant/token", &[]).await;
    })
    .await;
    let closed: Vec<_> = text.lines().filter(|line| line.contains("close")).collect();
    assert_eq!(closed.len(), 2, "{text}");
    assert!(
        closed[0]
            .contains("grantry{endpoint=Token tenant=\"acme\" method=\"GET\" status=400}: grantry"),
        "{}",
        closed[0]
    );
    assert!(
        closed[1].contains("grantry{endpoint=Token method=\"GET\" status=404}"),
        "{}",
        closed[1]
    );
    assert!(!text.to_lowercase().contains("marked"), "{text}");
}

#[tokio::test]
async fn audit_events_name_what_happened_and_hold_no_secret() {
    let stage = stage().await;
    let mut secrets = Vec::new();
    let text = written(async {
        let code = stage.direct_code("acme").await;
        let tokens = stage.redeem("acme", &code).await.tokens();
        let next = stage.direct_refresh("acme", &tokens.refresh).await.tokens();
        stage.redeem("acme", &code).await;
        for _ in 0..6 {
            let user = [("grant_type", "password"), ALICE, ("password", "marked-password")];
            stage.get("/oauth/acme/token", &user).await;
        }
        let user = [("grant_type", "password"), ("username", "marked-name"), ("password", "x")];
        stage.get("/oauth/acme/token", &user).await;
        let secret = [("client_id", "backend"), ("client_secret", "marked-secret")];
        let parameters = [&[("grant_type", "client_credentials")][..], &secret].concat();
        stage.post("/oauth/acme/token", &parameters).await;
        let query = ("redirect_uri", World::REDIRECT);
        stage.get("/oauth/acme/authorize", &[query, ("password", "marked-query")]).await;
        secrets.extend([code, tokens.access, tokens.refresh, next.access, next.refresh]);
    })
    .await;
    for (event, detail) in [
        ("issued", "authorization_code"),
        ("issued", "refresh_token"),
        ("refused", "grant_reused"),
        ("refused", "credentials"),
        ("throttled", "1000 ms"),
        ("refused", "client_secret"),
        ("refused", "parameters"),
    ] {
        let wanted = format!("grantry::audit: event=\"{event}\" detail=\"{detail}\"");
        assert!(text.contains(&wanted), "{wanted}\n{text}");
    }
    for event in ["rotated", "reused"] {
        let wanted = format!("grantry::audit: event=\"{event}\" tenant=\"acme\" client=\"direct\"");
        assert!(text.contains(&wanted), "{wanted}\n{text}");
    }
    assert!(text.contains("subject=\"user-alice\" grant=TicketId("), "{text}");
    assert!(text.contains("client=\"backend\""), "{text}");
    secrets.extend(["marked", World::PASSWORD, World::REDIRECT].map(str::to_owned));
    for secret in secrets {
        assert!(!text.contains(&secret), "{secret}\n{text}");
    }
}

/// Keeps what is written.
#[derive(Clone, Default)]
struct Written(Arc<Mutex<Vec<u8>>>);

impl io::Write for Written {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Written {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}
