//! Many tenants.

use std::sync::Arc;

use bench::{Chance, World, ask, clock};
use grantry_axum::grantry::{
    NewClient, Server,
    types::{BrowserPolicy, GrantType, Policy, SigningAlg},
};

use crate::resident::bytes;

const CALLS: usize = 20_000;
const ROUNDS: usize = 5;

/// Memory for each, and the least CPU time of a client credentials grant: with one tenant, then with
/// many, at one of them and at another each time.
pub async fn many(count: usize) -> anyhow::Result<()> {
    let builder = Server::builder("https://id.example.com/oauth/{tenant}");
    let world = World::with(builder, |policy| policy.signing_alg = SigningAlg::EdDsa).await?;
    let mut secrets = vec![world.secret.expose().to_owned()];
    let alone = least(&world, &secrets, 1).await?;
    // A key of RSA takes long to make. Tenants of one policy for browsers share it.
    let mut browser = BrowserPolicy::default();
    browser.id_token_algs = [SigningAlg::EdDsa].into();
    let browser = Arc::new(browser);
    let before = bytes()?;
    for n in 1..=count {
        let mut policy = Policy::new("https://api.example.com".parse()?);
        policy.signing_alg = SigningAlg::EdDsa;
        policy.browser = browser.clone();
        let tenant = world.server.admin().create_tenant(format!("t{n}"), policy).await?;
        let client = NewClient::confidential("backend").grants([GrantType::ClientCredentials]);
        let made = world.server.admin().create_client(&tenant.id, client.scope("read")).await?;
        let secret = made.secret.map(|secret| secret.expose().to_owned()).unwrap_or_default();
        // Once, so that its keys are parsed.
        ask(&world.server, &path(n), form(&secret)).await?;
        secrets.push(secret);
    }
    // The secrets are this program's own, not the server's.
    let own =
        secrets.iter().map(|secret| secret.capacity() + size_of::<String>() + 8).sum::<usize>();
    let each = (bytes()? - before).saturating_sub(own as u64) / count as u64;
    println!("tenant               {each} bytes, of {count}, each with one client and parsed keys");
    // Once more, so that keys are known to be the newest of all that were made.
    for (n, secret) in secrets.iter().enumerate() {
        ask(&world.server, &path(n), form(secret)).await?;
    }
    let (hot, random) =
        (least(&world, &secrets, 1).await?, least(&world, &secrets, secrets.len()).await?);
    let percent = |of: f64| (of / alone - 1.0) * 100.0;
    println!("one of one           {alone:.2} µs");
    println!("one of many          {hot:.2} µs, {:+.1} %", percent(hot));
    println!("another each time    {random:.2} µs, {:+.1} %", percent(random));
    Ok(())
}

async fn least(world: &World, secrets: &[String], among: usize) -> anyhow::Result<f64> {
    let mut chance = Chance::new(1);
    let mut least = f64::MAX;
    for _ in 0..ROUNDS {
        let order: Vec<_> = (0..CALLS).map(|_| (chance.draw() % among as u64) as usize).collect();
        let calls: Vec<_> = order.iter().map(|n| (path(*n), form(&secrets[*n]))).collect();
        let begun = clock::thread();
        for (path, body) in calls {
            ask(&world.server, &path, body).await?;
        }
        least = least.min((clock::thread() - begun).as_secs_f64() * 1e6 / CALLS as f64);
    }
    Ok(least)
}

fn path(n: usize) -> String {
    match n {
        0 => "/oauth/bench/token".to_owned(),
        n => format!("/oauth/t{n}/token"),
    }
}

fn form(secret: &str) -> String {
    format!("grant_type=client_credentials&client_id=backend&client_secret={secret}&scope=read")
}
