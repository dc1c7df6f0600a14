//! The child: servers in three frameworks, with every log level of every crate on, twice: plain on
//! stderr, where panics go as well, and as JSON on stdout.

use std::{
    env,
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use grantry::{
    HashingPoolConfig, MemoryStore, Server, ServerBuilder, TracingEvents, ports::Stores,
};
use grantry_conformance::{Down, Guards, World, run};
use tokio::task::spawn_blocking;
use tracing::level_filters::LevelFilter;
use tracing_subscriber::{
    fmt::{self, format::FmtSpan},
    prelude::*,
};

use crate::{
    canaries::mark,
    child::{DREW, READY, SEED},
    drivers::{actix, axum, warp},
    lent::Lent,
    operator,
};

#[test]
#[ignore = "the program that the other tests start"]
fn serves() {
    talk();
    run(async {
        let seed = env::var(SEED).expect("the other tests start it, and name the run");
        let stores = Stores::from(MemoryStore::default());
        let cause = mark(&seed, "cause of a failure");
        let servers = [
            server(&stores, |builder| builder).await,
            server(&stores, |builder| builder.users(Arc::new(Lent { cause }))).await,
            server(&Stores { tickets: Arc::new(Down), ..stores.clone() }, |builder| builder).await,
        ];
        let [own, ..] = &servers;
        let drawn = operator::begins(own.admin(), &seed).await;
        for (name, secret) in drawn.into_iter().chain(operator::kept(&stores).await) {
            tell(format!("{DREW}{name}: {}", STANDARD.encode(secret)));
        }
        let mut at = Vec::new();
        for server in &servers {
            at.extend(listen(server).await);
        }
        tell(READY.to_owned() + &at.join(" "));
        let end = || io::copy(&mut io::stdin(), &mut io::sink());
        spawn_blocking(end).await.unwrap().unwrap();
        operator::ends(own.admin(), &seed).await;
        for server in servers {
            tracing::info!(?server, "closing");
            server.close().await;
        }
    });
}

async fn server(stores: &Stores, with: impl FnOnce(ServerBuilder) -> ServerBuilder) -> Server {
    let mut hashing = HashingPoolConfig::default();
    hashing.deadline = Duration::from_secs(600);
    let builder = Server::builder("https://id.example.com/oauth/{tenant}");
    let builder = builder.store(stores.clone()).hashing(hashing).events(Arc::new(TracingEvents));
    with(builder).build().await.unwrap()
}

/// Serves the suite's applications, with this server in them.
async fn listen(server: &Server) -> Vec<String> {
    let mut world = World::new(MemoryStore::default()).await;
    let guard = || server.guard(World::AUDIENCE);
    world.guards = Guards {
        acme: guard().tenant("acme").unwrap(),
        offline: guard().tenant("acme").unwrap().offline(),
        path: guard().tenant_from_path("/api/{tenant}").unwrap(),
        any: guard().any_tenant().unwrap(),
    };
    world.server = server.clone();
    let axum = axum::listen(world.clone()).await;
    [axum, actix::listen(world.clone()).await, warp::listen(world).await]
        .map(|at| at.to_string())
        .into()
}

/// Says something to the tests.
fn tell(mut line: String) {
    line.push('\n');
    io::stdout().write_all(line.as_bytes()).unwrap();
}

/// Turns everything on that can be said, also by those who say it through `log`.
fn talk() {
    let plain = fmt::layer().with_ansi(false).with_writer(io::stderr);
    let json = fmt::layer().json().with_writer(io::stdout);
    tracing_subscriber::registry()
        .with(LevelFilter::TRACE)
        .with(plain.with_span_events(FmtSpan::FULL))
        .with(json.with_span_events(FmtSpan::FULL))
        .init();
}
