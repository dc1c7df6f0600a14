//! What must be true once a handler of a visit was dropped, or came to its answer.

use grantry::{
    ports::EventKind,
    types::{EndReason, Generation, GrantType, TicketState},
};
use grantry_conformance::{Answer, Landing};

use super::{Act, State, Trial, arrives, goes_on, opening, poll, redeem};

impl Trial<'_> {
    /// The device asks.
    fn polls(&self) -> http::Request<bytes::Bytes> {
        poll(&self.device.as_ref().unwrap().0)
    }

    /// What was written and what was told are one, and happen once at most.
    pub(super) fn is_whole(&self, begun: usize, now: &State, told: impl Fn(&EventKind) -> usize) {
        let before = &self.before;
        let issued = EventKind::Issued(GrantType::AuthorizationCode);
        let (sessions, consents) = (now.sessions, now.consents);
        let grants = now.grants.len() - before.grants.len();
        match self.act {
            Act::Ask | Act::Push => assert!(begun <= 1 && now == before, "{begun} {now:?}"),
            Act::AskPushed => assert!(begun <= 2 && now == before, "{begun} {now:?}"),
            Act::AskPushedSilently => {
                // Opened; then used up and answered, or neither.
                assert!((begun, grants) == (3, 1) || begun <= 1 && grants == 0, "{begun} {grants}");
                assert_eq!((told(&issued), sessions), (grants, before.sessions));
            }
            Act::AskForDevice | Act::TypeCode => {
                assert!(begun <= 1 && now == before, "{begun} {now:?}");
            }
            Act::SeeDevice => assert!(begun == 0 && now == before, "{begun} {now:?}"),
            Act::AllowDevice | Act::DenyDevice => {
                assert!(begun == 2 * grants && grants <= 1, "{begun} {now:?}");
                let (said, state) = match self.act {
                    Act::AllowDevice => (EventKind::Allowed, TicketState::Live),
                    _ => (EventKind::Denied, TicketState::Ended(EndReason::Denied)),
                };
                assert_eq!((told(&said), consents), (grants, before.consents));
                assert!(now.grants.iter().all(|grant| *grant == (Generation::CODE, state)));
            }
            Act::Poll => {
                let generation = Generation(u32::try_from(begun).unwrap());
                assert_eq!(now.grants, [(generation, TicketState::Live)]);
                assert_eq!(told(&EventKind::Redeemed), begun);
            }
            Act::See | Act::Tell => assert!(begun == 0 && now == before, "{begun} {now:?}"),
            Act::AskSilently => {
                assert!(begun <= 1 && begun == grants, "{begun} {grants}");
                assert_eq!((told(&issued), sessions), (grants, before.sessions));
            }
            Act::SignIn => {
                assert!(begun <= 2 && sessions <= 1 && sessions <= begun, "{begun} {sessions}");
                assert_eq!((told(&EventKind::SignedIn), grants, consents), (sessions, 0, 0));
            }
            Act::SignInAgain => {
                // The step, the new session, the end of the old one.
                let there = [1, 1, 2, 1][begun];
                assert_eq!((sessions, told(&EventKind::SignedIn)), (there, begun / 2));
                assert_eq!((grants, told(&EventKind::SignedOut)), (0, 0));
            }
            Act::Allow => {
                assert!(begun == 0 && grants == 0 || begun == 3 && grants == 1, "{begun} {now:?}");
                assert_eq!((consents, told(&issued)), (grants, grants));
                assert_eq!(told(&EventKind::Allowed), grants);
            }
            Act::Deny => {
                assert!(begun <= 1 && now == before, "{begun} {now:?}");
                assert_eq!(told(&EventKind::Denied), begun);
            }
            Act::Redeem => {
                let generation = Generation(u32::try_from(begun).unwrap());
                assert_eq!(now.grants, [(generation, TicketState::Live)]);
                assert_eq!(told(&EventKind::Redeemed), begun);
            }
            Act::SignOut | Act::Confirm => {
                let done = before.sessions - sessions;
                assert!(before.sessions == 1 && begun == 2 * done, "{begun} {now:?}");
                assert_eq!(told(&EventKind::SignedOut), done);
                let live = now.grants.iter().all(|(_, state)| *state == TicketState::Live);
                assert_eq!(live, done == 0, "what ends with the session ends with it");
            }
        }
    }

    /// Nothing that was acknowledged is lost.
    pub(super) async fn is_as_good_as_its_word(&self, answer: &Answer, now: &State) {
        let (s, browser) = (&self.scene.stage, &self.browser);
        browser.keep(answer);
        let code = |answer: &Answer| Landing::Away(answer.header("location").to_owned()).code();
        match self.act {
            Act::Push => {
                assert_eq!(answer.status, 201);
                let opened = browser.send(opening(answer)).await;
                goes_on(browser, &self.follows(&opened).await.page()).await;
            }
            Act::AskForDevice => {
                let waits = s.send(poll(answer.json()["device_code"].as_str().unwrap())).await;
                assert_eq!(waits.json()["error"], "authorization_pending");
            }
            Act::SeeDevice => assert_eq!(answer.status, 200),
            Act::TypeCode => assert!(self.follows(answer).await.page().offers("sign-in")),
            Act::AllowDevice => drop(s.send(self.polls()).await.tokens()),
            Act::DenyDevice => {
                assert_eq!(s.send(self.polls()).await.json()["error"], "access_denied");
            }
            Act::Poll => {
                let refresh = answer.tokens().refresh;
                s.refresh("acme", "tv", &refresh).await.tokens();
            }
            Act::Ask | Act::AskPushed => {
                goes_on(browser, &self.follows(answer).await.page()).await;
            }
            Act::SignIn => assert!(self.follows(answer).await.page().offers("allow")),
            Act::SignInAgain => {
                redeem(s, &self.follows(answer).await.code()).await;
                assert_eq!(now.sessions, 1);
            }
            Act::AskSilently | Act::AskPushedSilently | Act::Allow => {
                drop(redeem(s, &code(answer)).await);
            }
            Act::See => assert_eq!(answer.body, self.asks_whole().await.body),
            Act::Deny => {
                assert_eq!(
                    Landing::Away(answer.header("location").into()).error(),
                    "access_denied"
                );
            }
            Act::Redeem => {
                let refresh = answer.tokens().refresh;
                s.refresh("acme", "spa", &refresh).await.tokens();
            }
            Act::Tell => assert_eq!(answer.json()["sub"], "user-alice"),
            Act::SignOut | Act::Confirm => {
                assert_eq!((answer.status.as_u16(), now.sessions), (200, 0));
                assert_eq!(arrives(browser, "none").await.error(), "login_required");
            }
        }
    }

    /// Whoever had no answer is not stuck: the page goes on, or the user begins anew at the client.
    pub(super) async fn may_go_on_or_begin_anew(&self, now: &State) {
        let (s, browser) = (&self.scene.stage, &self.browser);
        let code = |answer: &Answer| Landing::Away(answer.header("location").to_owned()).code();
        match self.act {
            Act::Push => assert_eq!(self.asks_whole().await.status, 201),
            Act::AskForDevice | Act::SeeDevice => {
                assert_eq!(self.asks_whole().await.status, 200);
            }
            Act::TypeCode => {
                let again = self.asks_whole().await;
                assert!(self.follows(&again).await.page().offers("sign-in"));
            }
            Act::AllowDevice | Act::DenyDevice if now.grants.is_empty() => {
                assert_eq!(self.asks_whole().await.status, 200);
                assert_eq!(self.scene.grants().await.len(), 1);
            }
            Act::AllowDevice => drop(s.send(self.polls()).await.tokens()),
            Act::DenyDevice => {
                assert_eq!(s.send(self.polls()).await.json()["error"], "access_denied");
            }
            Act::Poll => {
                // Whoever lost their answer waits as they were told, and what is lost is lost once.
                s.world.clock.advance(std::time::Duration::from_secs(60));
                let status = if now.grants[0].0 == Generation::CODE { 200 } else { 400 };
                assert_eq!(self.asks_whole().await.status, status);
            }
            Act::AskPushedSilently if now.grants.len() > self.before.grants.len() => {
                // The code is on no way to anybody, and the reference is used up.
                assert_eq!(self.asks_whole().await.status, 400);
            }
            Act::AskPushedSilently => drop(redeem(s, &code(&self.asks_whole().await)).await),
            Act::Ask | Act::AskPushed | Act::AskSilently | Act::See | Act::Tell => {
                let status = self.asks_whole().await.status;
                assert!(status == 200 || status == 303, "{status}");
            }
            Act::SignIn | Act::SignInAgain => {
                // The page that is still open: reloaded, it is the one that the user is at.
                let page = browser.open(&self.page.as_ref().unwrap().place).await.page();
                assert!(page.offers("sign-in"), "{}", page.text);
                redeem(s, &goes_on(browser, &page).await).await;
            }
            Act::Allow if now.consents == 0 => {
                let again = self.asks_whole().await;
                redeem(s, &Landing::Away(again.header("location").into()).code()).await;
            }
            Act::Allow => {
                assert_eq!(self.asks_whole().await.status, 403, "it was answered");
                // The code is on no way to anybody; what she allowed is remembered.
                redeem(s, &arrives(browser, "none").await.code()).await;
            }
            Act::Deny => {
                self.asks_whole().await;
                assert!(arrives(browser, "consent").await.page().offers("allow"));
            }
            Act::Redeem => {
                // Once: by the handler that was dropped, or by this one.
                let status = if now.grants[0].0 == Generation::CODE { 200 } else { 400 };
                assert_eq!(self.asks_whole().await.status, status);
                assert_eq!(self.asks_whole().await.status, 400);
                let ended = TicketState::Ended(EndReason::Reused);
                assert_eq!(self.scene.grants().await[0].state, ended);
            }
            Act::SignOut | Act::Confirm => {
                assert_eq!(self.asks_whole().await.status, 200);
                assert_eq!(arrives(browser, "none").await.error(), "login_required");
                assert_eq!(State::of(self.scene).await.sessions, 0);
            }
        }
    }
}
