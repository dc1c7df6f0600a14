//! A process that is killed while it works, and what it had said by then (F-01 to F-05).

use std::collections::BTreeMap;

use futures_util::{
    StreamExt,
    future::{join, join_all},
    stream,
};
use grantry::{
    Server,
    ports::Stores,
    types::{Generation, Whose},
};

use tokio::task::yield_now;

use crate::{Bare, Stage, Tokens, grant_of, tenant_id};

/// Codes that are redeemed, so many at once: a throttle lets no more sign-ins of one user be under way.
const CODES: usize = 24;
const LINES: usize = 8;
/// Refresh tokens that are rotated without end.
const CHAINS: usize = 6;
/// Grants that are ended.
const CONDEMNED: usize = 16;

/// Works on a world without end: redeems codes, rotates refresh tokens, ends grants. Says `ready` when
/// it begins, and then each thing once it was answered, in a line that whoever kills the process keeps
/// for [`audit`].
///
/// # Panics
/// When an answer is another than it should be.
pub async fn work(s: &Stage, tell: impl Fn(String)) {
    let codes = stream::iter(0..CODES).map(|_| s.direct_code("acme"));
    let codes: Vec<_> = codes.buffered(LINES).collect().await;
    codes.iter().for_each(|code| tell(format!("code {code}")));
    // Two who refresh at once may be told in another order than they were answered, so each has its own.
    let chains = join_all((0..CHAINS).map(|_| s.tokens("strict", "backend"))).await;
    let condemned = stream::iter(0..CONDEMNED).map(|_| s.tokens("acme", "app"));
    let condemned: Vec<_> = condemned.buffered(LINES).collect().await;
    for (at, tokens) in chains.iter().enumerate() {
        tell(format!("chain {at} {}", tokens.refresh));
    }
    condemned.iter().for_each(|tokens| tell(format!("condemned {}", tokens.refresh)));
    tell("ready".to_owned());
    let codes = stream::iter(codes).for_each_concurrent(LINES, |code| redeem(s, code, &tell));
    let rotated = join_all(chains.into_iter().enumerate().map(|chain| rotate(s, chain, &tell)));
    join(join(codes, rotated), end(s, condemned, &tell)).await;
}

async fn redeem(s: &Stage, code: String, tell: &impl Fn(String)) {
    let tokens = s.redeem("acme", &code).await.tokens();
    tell(format!("redeemed {code} {}", tokens.refresh));
}

/// A tenant without a window rotates each time.
async fn rotate(s: &Stage, (at, mut tokens): (usize, Tokens), tell: &impl Fn(String)) {
    loop {
        tokens = s.refresh("strict", "backend", &tokens.refresh).await.tokens();
        tell(format!("chain {at} {}", tokens.refresh));
        // A store that never waits would let nobody else come.
        yield_now().await;
    }
}

async fn end(s: &Stage, condemned: Vec<Tokens>, tell: &impl Fn(String)) {
    for tokens in condemned {
        tell(format!("ending {}", tokens.refresh));
        let grant = Whose::One(grant_of(&tokens.access));
        let ended = s.world.server.admin().end_grants(&tenant_id("acme"), grant).await;
        assert_eq!(ended.expect("the store answers"), 1);
        tell(format!("ended {}", tokens.refresh));
    }
}

/// What a process said of [`work`], counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Said {
    /// Codes that were redeemed.
    pub redeemed: usize,
    /// Refresh tokens that were handed out.
    pub rotated: usize,
    /// Grants that were ended.
    pub ended: usize,
}

/// Asks another server on the stores that the process left behind whether all it said is so: nothing that
/// was answered is lost, nothing is there twice, and what ended stays ended. A last line that is not whole
/// was not said.
///
/// # Panics
/// When it is not.
pub async fn audit(stores: impl Into<Stores>, said: &str) -> Said {
    let stores: Stores = stores.into();
    let mut s = Stage::reference().await;
    let server = Server::builder("https://id.example.com/oauth/{tenant}");
    let server = server.store(stores.clone()).clock(s.world.clock.clone()).build().await;
    (s.world.server, s.world.stores) = (server.expect("a server"), stores);
    s.driver = Box::new(Bare(s.world.server.clone()));
    let whole = said.rfind('\n').map_or("", |end| &said[..end]);
    let ledger = Ledger::of(whole.lines());
    ledger.hold(&s).await;
    s.world.server.close().await;
    ledger.said
}

/// What was said, by what it was said of.
#[derive(Default)]
struct Ledger<'a> {
    said: Said,
    /// Codes, and what they were redeemed to.
    codes: BTreeMap<&'a str, Option<&'a str>>,
    /// The newest refresh token of each chain, and how often it was rotated.
    chains: BTreeMap<&'a str, (&'a str, u32)>,
    condemned: BTreeMap<&'a str, Fate>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fate {
    Alive,
    Unknown,
    Ended,
}

impl<'a> Ledger<'a> {
    fn of(lines: impl Iterator<Item = &'a str>) -> Self {
        let mut ledger = Self::default();
        for line in lines {
            match line.split(' ').collect::<Vec<_>>()[..] {
                ["code", code] => drop(ledger.codes.insert(code, None)),
                ["redeemed", code, refresh] => {
                    ledger.codes.insert(code, Some(refresh));
                    ledger.said.redeemed += 1;
                }
                ["chain", at, refresh] => {
                    let rotated = ledger.chains.get(at).map_or(0, |(_, rotated)| rotated + 1);
                    ledger.chains.insert(at, (refresh, rotated));
                    ledger.said.rotated += usize::from(rotated > 0);
                }
                ["condemned", token] => drop(ledger.condemned.insert(token, Fate::Alive)),
                ["ending", token] => drop(ledger.condemned.insert(token, Fate::Unknown)),
                ["ended", token] => {
                    ledger.condemned.insert(token, Fate::Ended);
                    ledger.said.ended += 1;
                }
                // Whatever else the process wrote.
                _ => {}
            }
        }
        ledger
    }

    async fn hold(&self, s: &Stage) {
        for (code, redeemed) in &self.codes {
            match redeemed {
                Some(refresh) => Self::is_redeemed(s, code, refresh).await,
                None => Self::is_redeemed_once_at_most(s, code).await,
            }
        }
        for (refresh, rotated) in self.chains.values() {
            // Either this one rotates it, or it had been, and nobody was told.
            let tokens = s.refresh("strict", "backend", refresh).await.tokens();
            let row = s.ticket("strict", &tokens.access).await;
            assert_eq!(row.generation, Generation(rotated + 2), "a rotation is lost or doubled");
        }
        let strict = s.world.stores.tickets.list(&tenant_id("strict"), Whose::Tenant, None).await;
        assert_eq!(strict.expect("the store answers").tickets.len(), self.chains.len());
        for (token, fate) in &self.condemned {
            let status = s.refresh("acme", "app", token).await.status;
            match fate {
                Fate::Alive => assert_eq!(status, 200, "a grant is lost"),
                Fate::Ended => assert_eq!(status, 400, "a grant that ended lives"),
                Fate::Unknown => assert!(status == 200 || status == 400, "{status}"),
            }
        }
    }

    async fn is_redeemed(s: &Stage, code: &str, refresh: &str) {
        let next = s.direct_refresh("acme", refresh).await.tokens().refresh;
        assert_eq!(s.redeem("acme", code).await.status, 400, "a code was redeemed twice");
        assert_eq!(s.direct_refresh("acme", &next).await.status, 400, "a replay ends the grant");
    }

    async fn is_redeemed_once_at_most(s: &Stage, code: &str) {
        let status = s.redeem("acme", code).await.status;
        assert!(status == 200 || status == 400, "{status}");
        assert_eq!(s.redeem("acme", code).await.status, 400, "a code was redeemed twice");
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use grantry::MemoryStore;

    use super::*;
    use crate::World;

    /// What a process says that is killed after so many words, on stores that lose nothing.
    async fn killed_after(words: usize) -> (Stores, String) {
        let stores: Stores = MemoryStore::default().into();
        let world = World::new(stores.clone()).await;
        let s = Stage { driver: Box::new(Bare(world.server.clone())), world };
        let said = Mutex::new(Vec::new());
        let (tell, told) = tokio::sync::oneshot::channel::<()>();
        let tell = Mutex::new(Some(tell));
        let work = work(&s, |line| {
            let mut said = said.lock().unwrap();
            said.push(line + "\n");
            if said.len() == words {
                drop(tell.lock().unwrap().take());
            }
        });
        tokio::select! { () = work => {}, _ = told => {} }
        let said = said.lock().unwrap().concat();
        (stores, said)
    }

    /// A suite that was never red is worth nothing.
    #[tokio::test(flavor = "multi_thread")]
    async fn whoever_says_what_is_not_so_is_found_out() {
        let (stores, said) = killed_after(200).await;
        let counted = audit(stores.clone(), &said).await;
        assert!(counted.redeemed > 0 && counted.rotated > 0 && counted.ended > 0, "{counted:?}");
        let lost: Stores = MemoryStore::default().into();
        drop(World::new(lost.clone()).await);
        let audited = tokio::spawn(async move { audit(lost, &said).await });
        assert!(audited.await.is_err(), "everything was lost, and nobody noticed");
    }
}
