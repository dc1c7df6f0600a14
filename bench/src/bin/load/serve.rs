//! The three frameworks, each with a bare route and Grantry beside it, on one thread.

use std::{
    io::{self, Write},
    sync::Arc,
    time::Duration,
};

use anyhow::Context;
use bench::{Codes, Floor, Obliging, World, ask};
use clap::ValueEnum;
use grantry_axum::grantry::{
    NewClient, Server,
    types::{BrowserPolicy, GrantType, Policy, SecretHash, SigningAlg},
};
use tokio::net::TcpListener;

use crate::{
    LOADS,
    client::CONNECTIONS,
    drive::{CODES, Load},
};

/// A web framework that Grantry is mounted into.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Framework {
    Axum,
    Actix,
    Warp,
}

impl Framework {
    pub const ALL: [Self; 3] = [Self::Axum, Self::Actix, Self::Warp];

    /// What is asked for: codes are issued by axum alone.
    pub fn loads(self) -> &'static [Load] {
        match self {
            Self::Axum => &LOADS,
            Self::Actix | Self::Warp => &LOADS[..LOADS.len() - 1],
        }
    }

    pub fn name(self) -> &'static str {
        match self {
            Self::Axum => "axum",
            Self::Actix => "actix",
            Self::Warp => "warp",
        }
    }
}

/// Serves until the process is killed.
///
/// # Errors
/// When the server cannot be built.
pub fn serve(framework: Framework, tenants: usize) -> anyhow::Result<()> {
    let local = tokio::task::LocalSet::new();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    local.block_on(&runtime, async {
        let world = build(tenants).await?;
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let at = listener.local_addr()?;
        writeln!(io::stdout(), "secret {}\nlistening http://{at}", world.secret.expose())?;
        match framework {
            Framework::Axum => axum(&world, listener).await,
            Framework::Warp => warp(&world, listener).await,
            Framework::Actix => actix(&world, listener).await,
        }
    })
}

/// Refresh tokens rotate at each use, and users are not hashed for. Says a token for each connection.
async fn build(tenants: usize) -> anyhow::Result<World> {
    let rotating = |policy: &mut Policy| {
        policy.signing_alg = SigningAlg::EdDsa;
        policy.retry_window = Duration::ZERO;
        policy.code_lifetime = Duration::from_secs(600);
    };
    let builder = Server::builder("http://127.0.0.1/oauth/{tenant}").users(Arc::new(Obliging));
    let world = World::with(builder, rotating).await?;
    let body = world.form("password") + "&username=alice&password=wonderland&scope=read";
    for _ in 0..CONNECTIONS {
        let answer = ask(&world.server, "/oauth/bench/token", body.clone()).await?;
        let text = std::str::from_utf8(&answer)?;
        let token =
            text.split("\"refresh_token\":\"").nth(1).and_then(|rest| rest.split('"').next());
        writeln!(io::stdout(), "token {}", token.context("a refresh token")?)?;
    }
    let hash = SecretHash::of(&world.secret);
    for n in 1..=tenants {
        let mut policy = Policy::new("https://api.example.com".parse()?);
        policy.signing_alg = SigningAlg::EdDsa;
        let mut browser = BrowserPolicy::default();
        browser.id_token_algs = [SigningAlg::EdDsa].into();
        policy.browser = browser.into();
        let tenant = world.server.admin().create_tenant(format!("t{n}"), policy).await?;
        let client = NewClient::confidential("backend").grants([GrantType::ClientCredentials]);
        let client = client.scope("read").secret_hashes([hash.clone()]);
        world.server.admin().create_client(&tenant.id, client).await?;
    }
    // Each once, so that its key is parsed, and known to be the newest of all that were made.
    for n in 1..=tenants {
        ask(&world.server, &format!("/oauth/t{n}/token"), world.form("client_credentials")).await?;
    }
    Ok(world)
}

const JSON: [(&str, &str); 3] =
    [("content-type", "application/json"), ("cache-control", "no-store"), ("pragma", "no-cache")];

fn bare(body: &[u8]) -> Vec<u8> {
    Floor::bare(body).unwrap_or_default()
}

fn ideal(floor: &Floor, body: &[u8]) -> Vec<u8> {
    floor.client_credentials("bench", body).unwrap_or_default()
}

async fn axum(world: &World, listener: TcpListener) -> anyhow::Result<()> {
    use axum::{
        Router,
        body::Bytes,
        routing::{get, post},
        serve::ListenerExt,
    };
    let bare = post(|body: Bytes| async move { (JSON, bare(&body)) });
    let floor = Arc::new(Floor::new()?);
    let ideal = post(move |body: Bytes| async move { (JSON, ideal(&floor, &body)) });
    // Codes live for minutes and are used once, so they are issued before each run.
    let (server, codes) = (world.server.clone(), Arc::new(Codes::begin(&world.server).await?));
    let issue = get(move || {
        let (server, codes) = (server.clone(), codes.clone());
        async move {
            let mut all = String::new();
            for _ in 0..CODES {
                all += &codes.next(&server).await.unwrap_or_default();
                all.push('\n');
            }
            all
        }
    });
    let app = Router::new()
        .route("/codes", issue)
        .route("/bare/{tenant}/token", bare)
        .route("/ideal/{tenant}/token", ideal)
        .merge(grantry_axum::router(&world.server));
    let listener = listener.tap_io(|stream| drop(stream.set_nodelay(true)));
    Ok(axum::serve(listener, app).await?)
}

async fn warp(world: &World, listener: TcpListener) -> anyhow::Result<()> {
    use warp::{Filter, http::Response};
    let answer = |body: Vec<u8>| {
        let answer = Response::builder();
        let answer = JSON.into_iter().fold(answer, |answer, (n, v)| answer.header(n, v));
        answer.body(body).unwrap_or_default()
    };
    let bare = warp::path!("bare" / String / "token")
        .and(warp::post())
        .and(warp::body::bytes())
        .map(move |_, body: bytes::Bytes| answer(bare(&body)));
    let floor = Arc::new(Floor::new()?);
    let ideal = warp::path!("ideal" / String / "token")
        .and(warp::post())
        .and(warp::body::bytes())
        .map(move |_, body: bytes::Bytes| answer(ideal(&floor, &body)));
    let app = bare.or(ideal).or(grantry_warp::filter(&world.server));
    warp::serve(app).incoming(listener).run().await;
    Ok(())
}

async fn actix(world: &World, listener: TcpListener) -> anyhow::Result<()> {
    use actix_web::{App, HttpResponse, HttpServer, web};
    fn answer(body: Vec<u8>) -> HttpResponse {
        let mut answer = HttpResponse::Ok();
        for header in JSON {
            answer.insert_header(header);
        }
        answer.body(body)
    }
    let (server, floor) = (world.server.clone(), web::Data::new(Floor::new()?));
    let bare = async |body: web::Bytes| answer(bare(&body));
    let ideal = async |floor: web::Data<Floor>, body: web::Bytes| answer(ideal(&floor, &body));
    let app = move || {
        App::new()
            .app_data(floor.clone())
            .route("/bare/{tenant}/token", web::post().to(bare))
            .route("/ideal/{tenant}/token", web::post().to(ideal))
            .service(grantry_actix::scope(&server))
    };
    let listener = listener.into_std()?;
    Ok(HttpServer::new(app).workers(1).listen(listener)?.run().await?)
}
