//! What servers answer.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use grantry::ports::{Fetch, FetchError, Fetched};
use tokio::{io::AsyncWriteExt, time};

use crate::site::{Caller, INSIDE, Names, OUTSIDE, Site};

/// The head of an answer, and a body that is the same each time.
async fn told(head: &'static str, body: Vec<u8>) -> Result<Fetched, FetchError> {
    let body: Arc<[u8]> = body.into();
    let site = Site::at(OUTSIDE, move |mut caller: Caller| {
        let body = body.clone();
        async move {
            caller
                .write_all(format!("HTTP/1.1 {head}\r\nconnection: close\r\n\r\n").as_bytes())
                .await?;
            caller.write_all(&body).await?;
            caller.shutdown().await
        }
    })
    .await;
    ask(&site).await
}

async fn ask(site: &Site) -> Result<Fetched, FetchError> {
    let fetcher = site.fetcher(Names::leading_to(&[&[OUTSIDE]])).build().unwrap();
    fetcher.json(&site.url()).await
}

#[tokio::test]
async fn a_document_comes_as_it_is_with_the_time_it_may_be_kept() {
    let seconds = |n| Some(Duration::from_secs(n));
    for (said, max_age) in [
        ("", None),
        ("\r\ncache-control: max-age=300", seconds(300)),
        ("\r\ncache-control: public, max-age=0, must-revalidate", seconds(0)),
        ("\r\ncache-control: no-store, max-age=300", seconds(0)),
        ("\r\ncache-control: no-cache", seconds(0)),
        ("\r\ncache-control: max-age=abc", None),
        ("\r\ncache-control: private", None),
    ] {
        let head = format!("200 OK\r\ncontent-type: application/jwk-set+json; charset=utf-8{said}");
        let fetched = told(head.leak(), b" {\"keys\": []} ".to_vec()).await.unwrap();
        assert_eq!(fetched, Fetched { body: " {\"keys\": []} ".into(), max_age }, "{said}");
    }
}

#[tokio::test]
async fn what_is_not_said_to_be_plain_json_is_none() {
    for head in [
        "200 OK",
        "200 OK\r\ncontent-type: text/html",
        "200 OK\r\ncontent-type: text/json",
        "200 OK\r\ncontent-type: application/jsonp",
        "200 OK\r\ncontent-type: application/xml+jsonx",
        "200 OK\r\ncontent-type: ;",
        "200 OK\r\ncontent-type: application/json\r\ncontent-encoding: gzip",
        "200 OK\r\ncontent-type: application/json\r\ncontent-encoding: br",
    ] {
        assert!(matches!(told(head, b"{}".to_vec()).await, Err(FetchError::NotJson)), "{head}");
    }
}

/// RG-07: who answers from elsewhere is not asked there.
#[tokio::test]
async fn rg_07_a_redirect_is_not_followed() {
    let inside = Site::at(INSIDE, |_| async { Ok(()) }).await;
    for status in ["301 Moved", "302 Found", "303 See Other", "307 Temporary", "308 Permanent"] {
        let head = format!(
            "{status}\r\nlocation: https://{INSIDE}:{}/\r\ncontent-type: application/json",
            inside.port
        );
        let told = told(head.leak(), b"{}".to_vec()).await.unwrap_err();
        assert!(matches!(told, FetchError::Status(300..=399)), "{told:?}");
    }
    assert_eq!(inside.connections(), 0);
}

#[tokio::test]
async fn another_status_than_200_is_an_error() {
    for (head, status) in
        [("404 Not Found", 404), ("500 Oh", 500), ("204 Nothing", 204), ("201 Made", 201)]
    {
        let told = told(head, Vec::new()).await.unwrap_err();
        assert!(matches!(told, FetchError::Status(own) if own == status), "{told:?}");
    }
}

/// RG-08: 64 KiB are read, and no more; a byte beyond is an error.
#[tokio::test]
async fn rg_08_a_document_has_a_bound() {
    const JSON: &str = "200 OK\r\ncontent-type: application/json";
    let most = told(JSON, vec![b' '; 65536]).await.unwrap();
    assert_eq!(most.body.len(), 65536);
    assert!(matches!(told(JSON, vec![b' '; 65537]).await, Err(FetchError::TooLarge)));
    let said = "200 OK\r\ncontent-type: application/json\r\ncontent-length: 1073741824";
    assert!(matches!(told(said, Vec::new()).await, Err(FetchError::TooLarge)));
}

/// RG-08: of a gigabyte, as fast as it comes, what is beyond the bound is not taken off the wire: what was sent
/// stays in buffers.
#[tokio::test]
async fn rg_08_a_gigabyte_is_not_read() {
    let sent = Arc::new(AtomicUsize::new(0));
    let counted = sent.clone();
    let site = Site::at(OUTSIDE, move |mut caller: Caller| {
        let counted = counted.clone();
        async move {
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ntransfer-encoding: chunked\r\n\r\n";
            caller.write_all(head.as_bytes()).await?;
            let part = [format!("{:x}\r\n", 1 << 20).as_bytes(), &[b' '; 1 << 20], b"\r\n"].concat();
            for _ in 0..1024 {
                caller.write_all(&part).await?;
                counted.fetch_add(1 << 20, Ordering::SeqCst);
            }
            Ok(())
        }
    })
    .await;
    assert!(matches!(ask(&site).await, Err(FetchError::TooLarge)));
    let sent = sent.load(Ordering::SeqCst);
    assert!(sent < 1 << 28, "{sent} bytes went into buffers");
}

/// RG-08: a byte now and then, for as long as anybody waits. By a clock that is wound on when nobody has
/// anything to do.
#[tokio::test]
async fn rg_08_a_drip_ends_after_five_seconds() {
    let site = Site::at(OUTSIDE, |mut caller: Caller| async move {
        let head =
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 60000\r\n\r\n";
        caller.write_all(head.as_bytes()).await?;
        caller.flush().await?;
        time::pause();
        loop {
            caller.write_all(b" ").await?;
            caller.flush().await?;
            time::sleep(Duration::from_secs(1)).await;
        }
    })
    .await;
    let told: Result<_, FetchError> = ask(&site).await;
    assert!(matches!(told, Err(FetchError::Late)), "{told:?}");
}

/// RG-08: a server that says nothing at all.
#[tokio::test]
async fn rg_08_silence_ends_after_five_seconds() {
    let site = Site::at(OUTSIDE, |caller: Caller| async move {
        time::pause();
        time::sleep(Duration::from_secs(3600)).await;
        drop(caller);
        io::Result::Ok(())
    })
    .await;
    assert!(matches!(ask(&site).await, Err(FetchError::Late)));
}
