//! A store that does not answer for a while, and what was promised before, meanwhile and afterwards (F-07 to
//! F-13, F-17, F-18).

use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, future::join_all, stream};
use grantry::types::Generation;
use tokio::time::timeout;

use crate::{Answer, Stage};

/// How long an answer may take on a busy machine. What a store promises is less, and a call without a
/// deadline would take for ever.
const PATIENCE: Duration = Duration::from_secs(30);
/// Refresh tokens that are shown in each round.
const CHAINS: usize = 8;
/// Codes that are asked for at once: a throttle lets no more sign-ins of one user be under way.
const LINES: usize = 8;
/// What anybody may remember, and what is therefore answered without the store.
const DOCUMENTS: [&str; 3] = [
    "/oauth/acme/jwks.json",
    "/oauth/acme/.well-known/openid-configuration",
    "/.well-known/oauth-authorization-server/oauth/acme",
];

/// What a server acknowledged. Made while the store is well, it asks for more in rounds, whatever the store
/// does, and in the end whether all of it holds.
#[derive(Debug)]
pub struct Promised {
    documents: Vec<(u16, Bytes)>,
    chains: Vec<Chain>,
    codes: Vec<Code>,
}

/// What came of one round.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Requests for tokens that were answered as they should be.
    pub answered: usize,
    /// Those that were told to come back later.
    pub unavailable: usize,
}

/// A grant that is refreshed again and again.
#[derive(Debug)]
struct Chain {
    /// The newest token that was told.
    token: String,
    /// How often it was told another one.
    rotated: u32,
}

#[derive(Debug)]
struct Code {
    text: String,
    fate: Fate,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Fate {
    /// Nobody has shown it.
    Unused,
    /// It was shown, and nobody knows what became of it.
    Unknown,
    /// It was redeemed to this refresh token.
    Redeemed(String),
}

impl Promised {
    /// Asks for grants that are to be refreshed, and for so many codes: each round uses up one of them.
    ///
    /// # Panics
    /// When an answer is another than it should be.
    pub async fn begin(s: &Stage, codes: usize) -> Self {
        // A tenant without a window rotates each time.
        let chains = join_all((0..CHAINS).map(|_| s.tokens("strict", "backend"))).await;
        let chains = chains.into_iter().map(|tokens| Chain { token: tokens.refresh, rotated: 0 });
        let codes = stream::iter(0..codes).map(|_| s.direct_code("acme")).buffered(LINES);
        let codes = codes.map(|text| Code { text, fate: Fate::Unused });
        let codes = codes.collect().await;
        Self { documents: documents(s).await, chains: chains.collect(), codes }
    }

    /// Refreshes each grant, redeems a code and signs a user in, all at once. Whatever is not answered as it
    /// should be is 503 and says when to come back; documents are answered as ever.
    ///
    /// # Panics
    /// When an answer is another one, or there is none.
    pub async fn round(&mut self, s: &Stage) -> Round {
        let refreshed = join_all(self.chains.iter_mut().map(|chain| chain.refresh(s)));
        let code = self.codes.iter_mut().find(|code| code.fate == Fate::Unused);
        let redeemed = async {
            match code {
                Some(code) => Some(code.redeem(s).await),
                None => None,
            }
        };
        let parameters =
            [("grant_type", "password"), crate::ALICE, crate::PASSWORD, ("client_id", "app")];
        let signs_in = async { is_answered(&soon(s.post("/oauth/acme/token", &parameters)).await) };
        let all = async { tokio::join!(refreshed, redeemed, signs_in, documents(s)) };
        let (refreshed, redeemed, signed_in, documents) = all.await;
        assert_eq!(documents, self.documents);
        let all = refreshed.into_iter().chain(redeemed).chain([signed_in]);
        let (answered, unavailable): (Vec<_>, Vec<_>) = all.partition(|answered| *answered);
        Round { answered: answered.len(), unavailable: unavailable.len() }
    }

    /// Goes on until a whole round is answered. How long that may take is the caller's to say.
    ///
    /// # Panics
    /// As [`Promised::round`].
    pub async fn recover(&mut self, s: &Stage) {
        while self.round(s).await.unavailable > 0 {
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }

    /// Demands that nothing which was acknowledged is lost and nothing was done twice.
    ///
    /// # Panics
    /// When it is not so.
    pub async fn hold(self, s: &Stage) {
        for chain in &self.chains {
            let tokens = s.refresh("strict", "backend", &chain.token).await.tokens();
            let row = s.ticket("strict", &tokens.access).await;
            let next = Generation(chain.rotated + 2);
            assert_eq!(row.generation, next, "a rotation is lost or doubled");
        }
        for code in self.codes {
            let again = || async { s.redeem("acme", &code.text).await.status.as_u16() };
            match &code.fate {
                Fate::Unused => assert_eq!(again().await, 200, "a code is lost"),
                Fate::Unknown => assert!([200, 400].contains(&again().await)),
                Fate::Redeemed(token) => {
                    let answer = s.direct_refresh("acme", token).await;
                    assert_eq!(answer.status, 200, "what a code was redeemed to is lost");
                }
            }
            assert_eq!(again().await, 400, "a code counts twice");
        }
    }
}

impl Chain {
    async fn refresh(&mut self, s: &Stage) -> bool {
        let answer = soon(s.refresh("strict", "backend", &self.token)).await;
        let answered = is_answered(&answer);
        if answered {
            self.token = answer.tokens().refresh;
            self.rotated += 1;
        }
        answered
    }
}

impl Code {
    async fn redeem(&mut self, s: &Stage) -> bool {
        let answer = soon(s.redeem("acme", &self.text)).await;
        let answered = is_answered(&answer);
        self.fate = match answered {
            true => Fate::Redeemed(answer.tokens().refresh),
            false => Fate::Unknown,
        };
        answered
    }
}

/// Whether there are tokens; otherwise it says when to come back.
#[track_caller]
fn is_answered(answer: &Answer) -> bool {
    if answer.status != 503 {
        assert_eq!(answer.status, 200, "{answer:?}");
        return true;
    }
    assert!(answer.header("retry-after").parse::<u64>().is_ok(), "{answer:?}");
    false
}

async fn documents(s: &Stage) -> Vec<(u16, Bytes)> {
    let asked = DOCUMENTS.map(|path| soon(s.get(path, &[])));
    join_all(asked).await.into_iter().map(|answer| (answer.status.as_u16(), answer.body)).collect()
}

async fn soon<T>(work: impl Future<Output = T>) -> T {
    timeout(PATIENCE, work).await.expect("an answer in time")
}

#[cfg(test)]
mod tests {
    use std::panic::AssertUnwindSafe;

    use futures_util::FutureExt;
    use grantry::MemoryStore;

    use super::*;
    use crate::{Bare, World};

    async fn fails(work: impl Future<Output = ()>) -> bool {
        AssertUnwindSafe(work).catch_unwind().await.is_err()
    }

    /// A suite that was never red is worth nothing.
    #[tokio::test(flavor = "multi_thread")]
    async fn whatever_is_lost_or_done_twice_is_found_out() {
        let s = Stage::reference().await;
        let mut promised = Promised::begin(&s, 3).await;
        let all = CHAINS + 2;
        assert_eq!(promised.round(&s).await, Round { answered: all, unavailable: 0 });
        promised.recover(&s).await;
        promised.hold(&s).await;

        let mut promised = Promised::begin(&s, 0).await;
        promised.chains[0].rotated += 1;
        assert!(fails(promised.hold(&s)).await, "a rotation is lost");
        let mut promised = Promised::begin(&s, 1).await;
        s.redeem("acme", &promised.codes[0].text).await.tokens();
        promised.chains.clear();
        assert!(fails(promised.hold(&s)).await, "a code is used that nobody showed");
        let empty = Stage::reference().await;
        let promised = Promised::begin(&s, 1).await;
        assert!(fails(promised.hold(&empty)).await, "everything is lost");
    }

    #[tokio::test(flavor = "multi_thread")]
    async fn an_answer_that_does_not_say_when_to_come_back_is_found_out() {
        let world = World::new(MemoryStore::default()).await;
        let mut s = Stage { driver: Box::new(Bare(world.server.clone())), world };
        let mut promised = Promised::begin(&s, 1).await;
        s.driver = Box::new(Mute);
        let mute = async {
            let _ = promised.round(&s).await;
        };
        assert!(fails(mute).await);
    }

    struct Mute;

    #[async_trait::async_trait]
    impl crate::Driver for Mute {
        async fn send(&self, _: http::Request<Bytes>) -> http::Response<Bytes> {
            let mut answer = http::Response::new(Bytes::new());
            *answer.status_mut() = http::StatusCode::SERVICE_UNAVAILABLE;
            answer
        }
    }
}
