//! The same as whole answers of a server: read, judged, written, signed.

use std::{path::Path, sync::Arc, time::Duration};

use anyhow::Context;
use bench::{Codes, Obliging, PKCE, World, ask};
use bytes::Bytes;
use grantry_axum::grantry::{Server, ports::Stores, types::SigningAlg};
use tokio::sync::Mutex;

use crate::{
    engine::Engine,
    lanes::{self, CLIENTS},
};

/// Codes and refresh tokens through `Server::handle`.
///
/// # Errors
/// When the server refuses.
pub async fn rates(
    engine: Engine,
    below: &Path,
    rounds: usize,
    grants: usize,
) -> anyhow::Result<()> {
    let open = engine.open(below).await?;
    let world = world(open.stores.clone()).await?;
    let codes = Codes::begin(&world.server).await?;
    let by = format!("&client_id=web&client_secret={}", world.secret.expose());
    let [mut code, mut refresh] = [[0.0_f64; 2]; 2];
    for _ in 0..rounds {
        for (at, clients) in CLIENTS.into_iter().enumerate() {
            let mut bodies = Vec::with_capacity(grants);
            for _ in 0..grants {
                let code = codes.next(&world.server).await?;
                bodies.push(format!(
                    "grant_type=authorization_code&code={code}&code_verifier={}{by}\
                     &redirect_uri=https%3A%2F%2Fapp.example.com%2Fcb",
                    PKCE.0
                ));
            }
            let (rate, tokens) = exchange(&world.server, clients, bodies).await?;
            code[at] = code[at].max(rate);
            let bodies = tokens.iter();
            let bodies =
                bodies.map(|token| format!("grant_type=refresh_token&refresh_token={token}{by}"));
            let (rate, _) = exchange(&world.server, clients, bodies.collect()).await?;
            refresh[at] = refresh[at].max(rate);
        }
    }
    lanes::line(&format!("{}, code, whole", engine.name()), code, None);
    lanes::line(&format!("{}, refresh, whole", engine.name()), refresh, None);
    world.server.close().await;
    Ok(())
}

/// A server whose refresh tokens rotate at each use, and that hashes no passwords.
pub async fn world(stores: Stores) -> anyhow::Result<World> {
    let builder = Server::builder("https://id.example.com/oauth/{tenant}");
    let builder = builder.users(Arc::new(Obliging)).danger_unsealed_keys(true);
    World::on(stores, builder, |policy| {
        policy.signing_alg = SigningAlg::EdDsa;
        policy.retry_window = Duration::ZERO;
        policy.code_lifetime = Duration::from_secs(600);
    })
    .await
}

/// Sends all, and returns how many a second were answered, and their refresh tokens.
async fn exchange(
    server: &Server,
    clients: usize,
    bodies: Vec<String>,
) -> anyhow::Result<(f64, Vec<String>)> {
    let count = bodies.len();
    let bodies: Arc<[Bytes]> = bodies.into_iter().map(Bytes::from).collect();
    let (server, tokens) = (server.clone(), Arc::new(Mutex::new(Vec::with_capacity(count))));
    let kept = tokens.clone();
    let rate = lanes::rate(clients, count, move |number| {
        let (server, body, kept) = (server.clone(), bodies[number].clone(), kept.clone());
        async move {
            let answer = ask(&server, "/oauth/bench/token", body).await?;
            kept.lock().await.push(refresh_token(&answer)?);
            Ok(())
        }
    });
    let rate = rate.await?;
    let tokens = std::mem::take(&mut *tokens.lock().await);
    Ok((rate, tokens))
}

/// The refresh token of an answer.
///
/// # Errors
/// When there is none.
pub fn refresh_token(answer: &[u8]) -> anyhow::Result<String> {
    let text = std::str::from_utf8(answer)?;
    let token = text.split("\"refresh_token\":\"").nth(1);
    let token = token.and_then(|rest| rest.split('"').next());
    Ok(token.context("a refresh token")?.to_owned())
}
