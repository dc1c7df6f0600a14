//! One handler that is dropped once, and what must be true then.

use grantry::{
    ports::EventKind,
    types::{EndReason, Generation, GrantType, Ticket, TicketState},
};
use grantry_conformance::Answer;
use http::Response;

use super::{
    handlers::{Act, Handler},
    scene::Scene,
};
use crate::drivers::polls::{Droppable, Polls};

/// A handler in a world where nothing else happens.
pub struct Trial<'a> {
    scene: &'a Scene,
    way: &'a dyn Droppable,
    handler: Handler,
    /// What the handler is asked with, where that is a code, a refresh token or an assertion.
    token: String,
    begun: usize,
    settled: usize,
}

impl<'a> Trial<'a> {
    pub async fn begin(scene: &'a Scene, way: &'a dyn Droppable, handler: Handler) -> Self {
        scene.forget().await;
        let s = &scene.stage;
        let token = match handler.act {
            Act::Redeem => s.direct_code("acme").await,
            Act::Refresh | Act::Narrow if handler.is_direct() => {
                s.direct_tokens("acme").await.refresh
            }
            Act::Refresh | Act::Narrow | Act::GiveUp => s.tokens("acme", "app").await.refresh,
            Act::Look => s.tokens("acme", "backend").await.refresh,
            Act::GiveUpAlone | Act::LookAlone => {
                let secret = s.world.secret("acme", "backend");
                let own = [("grant_type", "client_credentials")];
                s.post_basic("/oauth/acme/token", "backend", secret, &own).await.tokens().access
            }
            Act::Prove => scene.assertion(),
            Act::ProveKey => scene.proof(),
            _ => String::new(),
        };
        scene.events.take();
        let (begun, settled) = (scene.stores.begun(), scene.turnstile.settled());
        Self { scene, way, handler, token, begun, settled }
    }

    /// Asks, and demands that what the handler did is done or not begun however far it came. Returns
    /// whether it came to its answer.
    pub async fn goes(&self, polls: Polls) -> bool {
        let answer = self.asks(polls).await;
        self.scene.settle().await;
        assert_eq!(self.scene.stores.unfinished(), 0, "a write was interrupted");
        assert_eq!(self.scene.turnstile.under_way(), 0, "an attempt was never settled");
        let attempts = self.scene.turnstile.settled() - self.settled;
        let begun = self.scene.stores.begun() - self.begun;
        let (grants, told) = (self.scene.grants().await, self.scene.events.take());
        match self.handler.act {
            Act::Show | Act::IssueAlone | Act::Look | Act::LookAlone => {
                assert_eq!((begun, attempts), (0, 0));
            }
            Act::GiveUp => {
                let ended = TicketState::Ended(EndReason::Revoked);
                assert_eq!(usize::from(grants[0].state == ended), begun);
                assert_eq!(count(&told, &EventKind::Revoked), begun);
            }
            Act::GiveUpAlone => assert_eq!(count(&told, &EventKind::Revoked), begun),
            Act::Prove | Act::ProveKey => {
                assert!(begun <= 1 && attempts == 0, "{begun}, {attempts}");
            }
            Act::Exchange => {
                assert_eq!((begun, attempts), (grants.len(), 0));
                assert_eq!(begun, count(&told, &EventKind::Issued(GrantType::Extension)));
            }
            Act::SignIn => {
                assert!(attempts <= 1, "{attempts}");
                assert_eq!(begun, grants.len());
                assert_eq!(begun, count(&told, &EventKind::Issued(GrantType::Password)));
            }
            Act::IssueCode => {
                assert!(attempts <= 1, "{attempts}");
                assert_eq!(begun, grants.len());
                assert_eq!(begun, count(&told, &EventKind::Issued(GrantType::AuthorizationCode)));
            }
            Act::Redeem => self.is_presented(begun, &grants, &told, &EventKind::Redeemed, 0),
            Act::Refresh | Act::Narrow => {
                self.is_presented(begun, &grants, &told, &EventKind::Rotated, 1);
            }
        }
        match answer {
            Some(answer) => self.is_as_good_as_its_word(&answer).await,
            None => self.may_be_asked_again(begun).await,
        }
    }

    /// Begun, written and told are the same, and happen once at most.
    fn is_presented(
        &self,
        begun: usize,
        grants: &[Ticket],
        told: &[EventKind],
        kind: &EventKind,
        from: usize,
    ) {
        let generation = Generation(u32::try_from(from + begun).unwrap());
        assert!(begun <= 1, "{begun}");
        assert_eq!((grants.len(), grants[0].generation), (1, generation));
        assert_eq!(count(told, kind), begun, "{told:?}");
    }

    /// Nothing that was acknowledged is lost.
    async fn is_as_good_as_its_word(&self, answer: &Answer) -> bool {
        let s = &self.scene.stage;
        match self.handler.act {
            Act::Show => assert_eq!(*answer.body, *self.asks_whole().await.body),
            Act::IssueAlone => drop(answer.tokens()),
            Act::Look | Act::LookAlone => assert_eq!(answer.json()["active"], true),
            Act::GiveUp => {
                assert_eq!(answer.status, 200);
                assert_eq!(s.refresh("acme", "app", &self.token).await.status, 400);
            }
            Act::GiveUpAlone => {
                assert_eq!(answer.status, 200);
                self.counts_no_more().await;
            }
            Act::Prove => {
                drop(answer.tokens());
                assert_eq!(self.asks_whole().await.status, 401, "it counted once");
            }
            Act::ProveKey => {
                drop(answer.tokens());
                assert_eq!(self.asks_whole().await.status, 400, "it counted once");
            }
            Act::IssueCode => {
                let code = answer.json()["code"].as_str().unwrap().to_owned();
                s.redeem("acme", &code).await.tokens();
            }
            Act::SignIn | Act::Exchange | Act::Redeem | Act::Refresh | Act::Narrow => {
                let refresh = answer.tokens().refresh;
                if self.handler.is_direct() {
                    s.direct_refresh("acme", &refresh).await.tokens();
                } else {
                    s.refresh("acme", "app", &refresh).await.tokens();
                }
            }
        }
        true
    }

    /// Whoever had no answer may ask again.
    async fn may_be_asked_again(&self, begun: usize) -> bool {
        match self.handler.act {
            Act::Show => drop(self.asks_whole().await),
            Act::IssueAlone | Act::SignIn | Act::Exchange => drop(self.asks_whole().await.tokens()),
            Act::Look | Act::LookAlone => {
                assert_eq!(self.asks_whole().await.json()["active"], true);
            }
            Act::GiveUp => {
                assert_eq!(self.asks_whole().await.status, 200);
                let ended = TicketState::Ended(EndReason::Revoked);
                assert_eq!(self.scene.grants().await[0].state, ended);
            }
            Act::GiveUpAlone => {
                assert_eq!(self.asks_whole().await.status, 200);
                self.counts_no_more().await;
            }
            Act::Prove => {
                // Once: by the handler that was dropped, or by this one.
                let status = if begun == 1 { 401 } else { 200 };
                assert_eq!(self.asks_whole().await.status, status);
                assert_eq!(self.asks_whole().await.status, 401);
            }
            Act::ProveKey => {
                let status = if begun == 1 { 400 } else { 200 };
                assert_eq!(self.asks_whole().await.status, status);
                assert_eq!(self.asks_whole().await.status, 400);
            }
            Act::IssueCode => assert_eq!(self.asks_whole().await.status, 200),
            Act::Redeem => {
                // Once: by the handler that was dropped, or by this one.
                let status = if begun == 1 { 400 } else { 200 };
                assert_eq!(self.asks_whole().await.status, status);
                assert_eq!(self.asks_whole().await.status, 400);
                let ended = TicketState::Ended(EndReason::Reused);
                assert_eq!(self.scene.grants().await[0].state, ended);
            }
            Act::Refresh | Act::Narrow => {
                let successor = self.asks_whole().await.tokens().refresh;
                assert_ne!(successor, self.token);
                assert_eq!(self.asks_whole().await.tokens().refresh, successor);
                assert_eq!(self.scene.grants().await[0].generation, Generation(2));
            }
        }
        false
    }

    /// A token of no grant opens nothing any more.
    async fn counts_no_more(&self) {
        let s = &self.scene.stage;
        let (secret, shown) = (s.world.secret("acme", "backend"), [("token", &*self.token)]);
        let told = s.post_basic("/oauth/acme/introspect", "backend", secret, &shown).await;
        assert_eq!(told.json()["active"], false);
    }

    async fn asks(&self, polls: Polls) -> Option<Answer> {
        let request = self.handler.request(&self.scene.stage, &self.token);
        self.way.send(request, polls).await.map(Response::into)
    }

    async fn asks_whole(&self) -> Answer {
        self.asks(Polls::ALL).await.unwrap()
    }
}

pub fn count(told: &[EventKind], kind: &EventKind) -> usize {
    told.iter().filter(|one| *one == kind).count()
}
