//! Where the host signs users in itself: what it tells the server, dropped at each poll.

use grantry::{
    ResumeError, Server,
    types::{Login, Timestamp},
};
use grantry_conformance::{Browser, Stage};

use super::{
    run_here,
    scene::{Aside, with},
    visits::arrives,
};
use crate::drivers::polls::{Polls, Then};

const LOGIN: &str = "https://shop.example.com/sign-in";

/// What the host is given.
async fn lent(browser: &Browser<'_>) -> String {
    let place = arrives(browser, "consent").await.away();
    let (login, handle) = place.split_once("?interaction=").unwrap();
    assert_eq!(login, LOGIN);
    handle.to_owned()
}

async fn signs_in(server: &Server, handle: &str) -> Result<String, ResumeError> {
    let now = Timestamp::from_secs(1_800_000_000);
    server.resume(handle, Login::new("user-alice".parse().unwrap(), now).name("Alice")).await
}

async fn comes_back(browser: &Browser<'_>, url: &str) {
    let path = url.strip_prefix("https://id.example.com").unwrap();
    assert!(browser.open(path).await.page().offers("allow"));
}

async fn at_every_poll(s: &Stage, aside: &Aside, then: Then) -> usize {
    let (server, mut done) = (&s.world.server, 0);
    for most in 0.. {
        let browser = Browser::new(s);
        let handle = lent(&browser).await;
        let begun = aside.stores.begun();
        let first = Polls { most, then }.of(signs_in(server, &handle)).await;
        aside.settle(s).await;
        let begun = aside.stores.begun() - begun;
        assert!(begun <= 1, "{begun}");
        match (first, signs_in(server, &handle).await) {
            (Some(Ok(url)), Err(ResumeError::Gone)) => {
                comes_back(&browser, &url).await;
                assert!(most > 2 && done > 0, "{most} {done}");
                return most;
            }
            // Not begun: the host asks again.
            (None, Ok(url)) if begun == 0 => comes_back(&browser, &url).await,
            // Done, and nobody knows with which handle: the user begins anew at the client.
            (None, Err(ResumeError::Gone)) if begun == 1 => {
                done += 1;
                let anew = signs_in(server, &lent(&browser).await).await.unwrap();
                comes_back(&browser, &anew).await;
            }
            other => unreachable!("{other:?} after {most} polls, {then:?}"),
        }
    }
    unreachable!("it never came to its end")
}

#[test]
fn f_14_a_host_that_resumes_is_dropped_at_every_poll() {
    run_here(async {
        let aside = Aside::new().await;
        let lends = |builder: grantry::ServerBuilder| builder.login(LOGIN);
        let s = with(aside.world.clone(), &aside.events, lends).await;
        for then in [Then::AtOnce, Then::WhenWoken] {
            at_every_poll(&s, &aside, then).await;
        }
    });
}
