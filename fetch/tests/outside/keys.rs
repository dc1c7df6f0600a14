//! A guard in one process, its issuer behind TLS: what the crate is there for.

use std::sync::Arc;

use bytes::Bytes;
use grantry::{
    Access, Denial, Guard, NewClient, Server,
    types::{GrantType, Policy},
};
use http::{Request, header};
use tokio::{io::AsyncWriteExt, sync::OnceCell};

use crate::site::{Caller, NAME, Names, OUTSIDE, Site};

const API: &str = "https://api.example.com";

/// Answers by the server, once it is there.
async fn serve(server: Arc<OnceCell<Server>>, mut caller: Caller) -> std::io::Result<()> {
    let request = Request::get(&caller.path).body(Bytes::new()).unwrap();
    let answer = server.get().unwrap().handle(request).await;
    let mut head = format!("HTTP/1.1 {}\r\nconnection: close\r\n", answer.status());
    for name in [header::CONTENT_TYPE, header::CACHE_CONTROL] {
        let value = answer.headers().get(&name).map_or("", |value| value.to_str().unwrap());
        head += &format!("{name}: {value}\r\n");
    }
    caller.write_all(format!("{head}\r\n").as_bytes()).await?;
    caller.write_all(answer.body()).await?;
    caller.shutdown().await
}

/// An access token of the tenant.
async fn token(server: &Server, tenant: &str) -> String {
    let policy = Policy::new(API.parse().unwrap());
    let tenant = server.admin().create_tenant(tenant, policy).await.unwrap();
    let client = NewClient::confidential("backend").grants([GrantType::ClientCredentials]);
    let client = server.admin().create_client(&tenant.id, client.scope("read")).await.unwrap();
    let secret = client.secret.unwrap();
    let form = format!(
        "grant_type=client_credentials&client_id=backend&client_secret={}&scope=read",
        secret.expose()
    );
    let request = Request::post(format!("/oauth/{}/token", tenant.id))
        .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
        .body(form.into());
    let answer = server.handle(request.unwrap()).await;
    let answer = String::from_utf8(answer.into_body().to_vec()).unwrap();
    let (_, rest) = answer.split_once("\"access_token\":\"").unwrap();
    rest.split('"').next().unwrap().to_owned()
}

async fn check(guard: &Guard, token: &str) -> Result<Access, Denial> {
    let request = Request::get("/").header("authorization", format!("Bearer {token}"));
    let (parts, ()) = request.body(()).unwrap().into_parts();
    guard.check(&parts).await.map_err(|denied| denied.denial().clone())
}

#[tokio::test]
async fn a_guard_elsewhere_finds_the_keys_of_its_issuer() {
    let cell = Arc::new(OnceCell::new());
    let own = cell.clone();
    let site = Site::at(OUTSIDE, move |caller| serve(own.clone(), caller)).await;
    let issuer = format!("https://{NAME}:{}/oauth/{{tenant}}", site.port);
    let server = Server::builder(&issuer).build().await.unwrap();
    cell.set(server.clone()).unwrap();
    let (mine, others) = (token(&server, "acme").await, token(&server, "beta").await);

    let fetch = Arc::new(site.fetcher(Names::leading_to(&[&[OUTSIDE]])).build().unwrap());
    let guard = Guard::remote(&issuer, API, fetch.clone()).unwrap().tenant("acme").unwrap();
    assert_eq!(check(&guard, &mine).await.unwrap().tenant().as_str(), "acme");
    assert_eq!(check(&guard, &others).await, Err(Denial::Invalid));
    assert_eq!(site.connections(), 2, "metadata and keys");
    let nobodys = Guard::remote(&issuer, API, fetch).unwrap().tenant("nobody").unwrap();
    assert_eq!(check(&nobodys, &mine).await, Err(Denial::Invalid), "there is no such tenant");

    // Without leave the same issuer is inside.
    let outside = Arc::new(grantry_fetch::Fetcher::builder().port(site.port).build().unwrap());
    let guard = Guard::remote(&issuer, API, outside).unwrap().tenant("acme").unwrap();
    assert_eq!(check(&guard, &mine).await, Err(Denial::Unavailable));
}
