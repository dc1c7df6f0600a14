//! URLs that are not asked.

use grantry::ports::{Fetch, FetchError};
use grantry_fetch::Fetcher;

use crate::site::{Names, OUTSIDE, Site};

/// RG-05: an address in a URL, however it is written, is looked at before anything is connected.
#[tokio::test]
async fn rg_05_an_address_inside_is_not_asked_however_it_is_written() {
    let names = Names::leading_to(&[&["1.1.1.1"]]);
    let fetcher = Fetcher::builder().resolver(names.clone()).build().unwrap();
    for host in [
        "127.0.0.1",
        "127.1",
        "2130706433",
        "0x7f000001",
        "0x7f.1",
        "0177.0.0.1",
        "017700000001",
        "0",
        "0.0.0.0",
        "10.0.0.1",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "2852039166",
        "[::1]",
        "[::]",
        "[::ffff:127.0.0.1]",
        "[::ffff:10.0.0.1]",
        "[::ffff:a9fe:a9fe]",
        "[fc00::1]",
        "[fd00:ec2::254]",
        "[fe80::1]",
        "[64:ff9b::7f00:1]",
        "[2002:7f00:1::]",
        "[::127.0.0.1]",
        "127.0.0.1.",
        "%31%32%37.0.0.1",
        "①②⑦.0.0.1",
    ] {
        let url = format!("https://{host}/keys");
        let told = fetcher.json(&url).await.unwrap_err();
        assert!(
            matches!(told, FetchError::Forbidden("its address is not outside")),
            "{url}: {told:?}"
        );
    }
    assert_eq!(names.asked(), 0, "there is no name in them");
}

#[tokio::test]
async fn a_url_that_is_none_of_the_open_web_is_not_asked() {
    let site = Site::at(OUTSIDE, |_| async { Ok(()) }).await;
    let names = Names::leading_to(&[&[OUTSIDE]]);
    let fetcher = site.fetcher(names.clone()).build().unwrap();
    let port = site.port;
    for url in [
        format!("http://keys.example.org:{port}/"),
        format!("ftp://keys.example.org:{port}/"),
        "file:///etc/passwd".to_owned(),
        "gopher://127.0.0.1:70/_".to_owned(),
        "data:application/json,{}".to_owned(),
        "unix:/run/docker.sock".to_owned(),
        format!("https://user@keys.example.org:{port}/"),
        format!("https://user:word@keys.example.org:{port}/"),
        format!("https://keys.example.org:{port}/#part"),
        "https://keys.example.org:22/".to_owned(),
        "https://keys.example.org:0/".to_owned(),
        "//keys.example.org/".to_owned(),
        "/keys".to_owned(),
        String::new(),
        "https://".to_owned(),
        "https://[::1/".to_owned(),
    ] {
        let told = fetcher.json(&url).await.unwrap_err();
        assert!(matches!(told, FetchError::Forbidden(_)), "{url}: {told:?}");
    }
    assert_eq!((names.asked(), site.connections()), (0, 0));
}
