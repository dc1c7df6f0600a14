//! Names that lead inside.

use grantry::ports::{Fetch, FetchError};
use grantry_fetch::Fetcher;
use tokio::io::AsyncWriteExt;

use crate::site::{Caller, INSIDE, NAME, Names, OUTSIDE, Site};

async fn greet(mut caller: Caller) -> std::io::Result<()> {
    let answer = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
    caller.write_all(answer.as_bytes()).await?;
    caller.shutdown().await
}

/// RG-05: what a name leads to is looked at as if it stood there.
#[tokio::test]
async fn rg_05_a_name_that_leads_inside_is_not_followed() {
    let site = Site::at(INSIDE, greet).await;
    for inside in [INSIDE, "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"] {
        let fetcher = site.fetcher(Names::leading_to(&[&[inside]])).build().unwrap();
        let told = fetcher.json(&site.url()).await.unwrap_err();
        assert!(matches!(told, FetchError::Forbidden(_)), "{inside}: {told:?}");
    }
    // By the machine's own resolver.
    let fetcher = Fetcher::builder().port(site.port).trust(site.pem.clone()).build().unwrap();
    let told = fetcher.json(&format!("https://localhost:{}/", site.port)).await.unwrap_err();
    assert!(matches!(told, FetchError::Forbidden(_)), "{told:?}");
    assert_eq!(site.connections(), 0);
}

/// RG-06: a name that leads outside when it is looked at, and inside a moment later.
#[tokio::test]
async fn rg_06_a_name_that_turns_is_followed_as_it_was_looked_at() {
    let outside = Site::at(OUTSIDE, greet).await;
    let inside =
        Site::on((INSIDE.parse::<std::net::IpAddr>().unwrap(), outside.port).into(), greet).await;
    let names = Names::leading_to(&[&[OUTSIDE], &[INSIDE]]);
    let fetcher = outside.fetcher(names.clone()).build().unwrap();
    assert_eq!(fetcher.json(&outside.url()).await.unwrap().body, "{}");
    assert_eq!(names.asked(), 1, "nobody asks again in between");
    let told = fetcher.json(&outside.url()).await.unwrap_err();
    assert!(matches!(told, FetchError::Forbidden(_)), "{told:?}");
    // Of several addresses only those outside are tried.
    let both = outside.fetcher(Names::leading_to(&[&[INSIDE, OUTSIDE]])).build().unwrap();
    assert_eq!(both.json(&outside.url()).await.unwrap().body, "{}");
    assert_eq!((outside.connections(), inside.connections()), (2, 0));
}

/// RG-05: by its own address from outside, a server would be led back to itself.
#[tokio::test]
async fn rg_05_what_is_denied_is_not_asked_although_it_is_outside() {
    let site = Site::at(OUTSIDE, greet).await;
    let own = format!("{OUTSIDE}/32").parse().unwrap();
    let fetcher = site.fetcher(Names::leading_to(&[&[OUTSIDE]])).deny(own).build().unwrap();
    for url in [site.url(), format!("https://{OUTSIDE}:{}/", site.port)] {
        let told = fetcher.json(&url).await.unwrap_err();
        assert!(matches!(told, FetchError::Forbidden(_)), "{told:?}");
    }
    assert_eq!(site.connections(), 0);
}

#[tokio::test]
async fn a_server_that_is_not_the_one_that_was_named_is_not_believed() {
    let site = Site::at(OUTSIDE, greet).await;
    let names = Names::leading_to(&[&[OUTSIDE]]);
    let fetcher = site.fetcher(names.clone()).build().unwrap();
    let other = site.url().replace(NAME, "other.example.org");
    assert!(matches!(fetcher.json(&other).await, Err(FetchError::Unreachable(_))));
    let stranger = Site::at(OUTSIDE, greet).await;
    let fetcher = stranger.fetcher(names).port(site.port).build().unwrap();
    assert!(matches!(fetcher.json(&site.url()).await, Err(FetchError::Unreachable(_))));
    assert_eq!(fetcher.json(&stranger.url()).await.unwrap().body, "{}");
}

#[tokio::test]
async fn a_name_that_nobody_has_is_an_error() {
    let site = Site::at(OUTSIDE, greet).await;
    let fetcher = site.fetcher(Names::leading_to(&[])).build().unwrap();
    assert!(matches!(fetcher.json(&site.url()).await, Err(FetchError::Unreachable(_))));
}
