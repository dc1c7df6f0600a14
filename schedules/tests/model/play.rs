//! A schedule is played: each action is carried out by the real server and by the promises, and
//! afterwards both must say the same.

use std::{collections::BTreeMap, fmt};

use bytes::Bytes;
use futures_util::{future::join, poll};
use grantry::types::Ticket;
use grantry_conformance::{Answer, Bare, Driver};
use http::Request;
use tokio::task::yield_now;

use crate::action::{Action, Ask, Fate, Holder, Party};
use crate::grant::{Grant, Pass, Token};
use crate::promises::Promises;
use crate::requests::{Asker, whole};
use crate::scene::Scene;

/// Nothing, or what was not as it was promised.
pub type Checked<T = ()> = Result<T, String>;

/// How often what was seen.
pub type Tally = BTreeMap<String, u64>;

pub struct Play<'a> {
    pub scene: Scene,
    pub promises: Promises,
    /// The rows as they were last seen, one for each grant.
    pub rows: Vec<Ticket>,
    pub tally: &'a mut Tally,
}

/// A request of one of the holders, by what it is for.
pub enum Purpose {
    Begin(Grant),
    Show { grant: usize, token: Token, by: Party, elsewhere: bool },
}

impl Play<'_> {
    /// Carries out one action. Returns whether there was anything to do.
    pub fn step(&mut self, action: Action) -> Checked<bool> {
        let acted = match action {
            Action::Ask(ask, fate) => self.ask(ask, fate)?,
            Action::Twice(grant) => self.twice(grant)?,
            Action::Stranger { grant, older, who } => self.stranger(grant, older, who)?,
            Action::Overtake(ask, polls, stop) => self.overtake(ask, polls, stop)?,
            other => self.deed(other)?,
        };
        if acted {
            self.check_rows()?;
        }
        Ok(acted)
    }

    pub fn saw(&mut self, what: impl fmt::Display) {
        *self.tally.entry(what.to_string()).or_default() += 1;
    }

    /// A grant's holder.
    pub fn holder(&self, grant: &Grant) -> Asker<'_> {
        let secret = &self.scene.secrets[grant.tenant as usize];
        Asker { tenant: grant.tenant, holder: grant.holder, secret }
    }

    /// The request that is meant, if it makes sense now.
    pub fn request(&self, ask: Ask) -> Option<(Request<Bytes>, Purpose)> {
        let now = self.promises.now;
        let (grant, by, older, elsewhere) = match ask {
            Ask::Code(tenant, user) => {
                let grant = Grant::new(tenant, user, Holder::Direct, true, now);
                return Some((self.holder(&grant).for_code(user), Purpose::Begin(grant)));
            }
            Ask::Tokens(tenant, user, holder) => {
                let grant = Grant::new(tenant, user, holder, false, now);
                return Some((self.holder(&grant).for_tokens(user), Purpose::Begin(grant)));
            }
            Ask::Redeem { grant, elsewhere } => (grant, Party::Honest, 0, elsewhere),
            Ask::Refresh { grant, by, older } => (grant, by, older, false),
        };
        let redeems = matches!(ask, Ask::Redeem { .. });
        let purse = |grant: &Grant| -> Vec<Token> {
            let purse = if by == Party::Honest { &grant.honest } else { &grant.thief };
            let mine = purse.iter().filter(|token| redeems == (token.place == 0));
            mine.cloned().collect()
        };
        // Codes that were not redeemed come first.
        let first = self.promises.grants.len().saturating_sub(8);
        let mut mine: Vec<_> = (first..self.promises.grants.len())
            .rev()
            .map(|place| (place, purse(&self.promises.grants[place])))
            .filter(|(_, tokens)| !tokens.is_empty())
            .collect();
        if redeems {
            mine.sort_by_key(|(place, _)| self.promises.grants[*place].honest.len() > 1);
        }
        mine.truncate(4);
        let at = usize::from(grant).checked_rem(mine.len())?;
        let (grant, mut tokens) = mine.swap_remove(at);
        let token = tokens.swap_remove(tokens.len() - 1 - usize::from(older) % tokens.len());
        let request = self.holder(&self.promises.grants[grant]).shows(&token, elsewhere);
        Some((request, Purpose::Show { grant, token, by, elsewhere }))
    }

    /// Sends a request and waits for its answer.
    pub fn send(&self, request: Request<Bytes>) -> Answer {
        let server = Bare(self.scene.server.clone());
        self.scene.runtime.block_on(server.send(request)).into()
    }

    fn ask(&mut self, ask: Ask, fate: Fate) -> Checked<bool> {
        let Some((request, purpose)) = self.request(ask) else { return Ok(false) };
        match fate {
            Fate::Answered | Fate::Lost => {
                let lost = fate == Fate::Lost;
                let answer = self.send(request);
                self.answered(purpose, &answer, lost)?;
            }
            Fate::Dropped(polls) => self.interrupted(request, purpose, polls, false)?,
            Fate::Crash(polls) => self.interrupted(request, purpose, polls, true)?,
        }
        Ok(true)
    }

    /// What an answer must be, and what follows from it.
    pub fn answered(&mut self, purpose: Purpose, answer: &Answer, lost: bool) -> Checked {
        match purpose {
            Purpose::Begin(grant) => {
                let admitted = self.promises.admits(grant.tenant, grant.user, grant.holder);
                self.demand(answer, admitted, "a sign-in")?;
                if admitted && !lost {
                    self.begins(grant, answer)?;
                }
                Ok(())
            }
            Purpose::Show { grant, token, by, elsewhere } => {
                let owed = self.is_used(grant, &token, by) && !elsewhere;
                let (came, good) = self.promises.show(grant, &token, elsewhere);
                if let Some(came) = came {
                    self.saw(format_args!("{came:?}"));
                    self.demand_no_harm(grant, came)?;
                }
                if owed && came.is_some() && self.promises.stands(&self.promises.grants[grant]) {
                    self.saw("an answer that was owed");
                    self.demand(answer, true, "a retry of an honest client")?;
                }
                self.demand(answer, good, "a token")?;
                if good {
                    self.receives(grant, by, answer, lost)?;
                } else {
                    self.saw("refused");
                    let random = self.holder(&self.promises.grants[grant]);
                    let random = self.send(random.shows_a_random_one(&token));
                    self.alike(answer, &random)?;
                }
                if lost && by == Party::Honest {
                    self.missed(grant);
                }
                Ok(())
            }
        }
    }

    /// Notes that a token is used, and by whom. Returns whether its client must get an answer.
    pub fn is_used(&mut self, grant: usize, token: &Token, by: Party) -> bool {
        let now = self.promises.now;
        let grant = &mut self.promises.grants[grant];
        let owed = by == Party::Honest && grant.is_owed_an_answer(now) && token.place > 0;
        let honest = by == Party::Honest && grant.honest.last() == Some(token);
        grant.meddled |= !honest;
        owed && honest
    }

    /// The honest client may have missed something, from now on or before.
    pub fn missed(&mut self, grant: usize) {
        let now = self.promises.now;
        let grant = &mut self.promises.grants[grant];
        // The clock may have stepped back since something was missed that came to nothing.
        let since = grant.at(now);
        grant.unsure_since = Some(grant.unsure_since.map_or(since, |before| before.min(since)));
    }

    /// A new grant, as its client sees it.
    pub fn begins(&mut self, mut grant: Grant, answer: &Answer) -> Checked {
        let body = answer.json();
        let text = |name: &str| body[name].as_str().map(str::to_owned);
        let token = text("code").or_else(|| text("refresh_token")).ok_or("no token")?;
        let token = Token::read(&token);
        grant.passes.extend(text("access_token").map(|text| Pass::read(&text)));
        grant.made.push(token.clone());
        grant.honest.push(token.clone());
        let row = self.row(token.row(grant.tenant)).ok_or("a grant without a row")?;
        self.promises.grants.push(grant);
        self.rows.push(row);
        self.saw("begun");
        self.check_token(self.promises.grants.len() - 1, &token)
    }

    /// New tokens of a grant.
    pub fn receives(&mut self, grant: usize, by: Party, answer: &Answer, lost: bool) -> Checked {
        let tokens = answer.tokens();
        let (token, pass) = (Token::read(&tokens.refresh), Pass::read(&tokens.access));
        self.check_token(grant, &token)?;
        let grant = &mut self.promises.grants[grant];
        if !grant.made.contains(&token) {
            grant.made.push(token.clone());
        }
        if lost {
            return Ok(());
        }
        grant.passes.push(pass);
        if by == Party::Honest {
            grant.unsure_since = None;
        }
        let purse = grant.purse(by);
        if purse.last() != Some(&token) {
            purse.push(token);
        }
        Ok(())
    }

    fn twice(&mut self, grant: u8) -> Checked<bool> {
        let ask = Ask::Refresh { grant, by: Party::Honest, older: 0 };
        let unredeemed = Ask::Redeem { grant, elsewhere: false };
        let Some((request, purpose)) =
            (if grant == 3 { self.request(unredeemed) } else { self.request(ask) })
        else {
            return Ok(false);
        };
        let Purpose::Show { grant, token, .. } = purpose else { return Ok(false) };
        let server = Bare(self.scene.server.clone());
        let both = join(server.send(request.clone()), server.send(request));
        let (one, other) = self.scene.runtime.block_on(both);
        let mut answers = [Answer::from(one), Answer::from(other)];
        // Whichever came first; and whoever has no window may not do this.
        answers.sort_by_key(|answer| answer.status);
        let allowed = &self.promises.grants[grant];
        let allowed = token.place > 0 && (allowed.tenant.window() > 0 || allowed.proves());
        self.promises.grants[grant].meddled |= !allowed;
        for answer in &answers {
            let (came, good) = self.promises.show(grant, &token, false);
            if let Some(came) = came {
                self.saw(format_args!("{came:?} at once"));
                self.demand_no_harm(grant, came)?;
            }
            self.demand(answer, good, "one of two")?;
            if good {
                self.receives(grant, Party::Honest, answer, false)?;
            }
        }
        Ok(true)
    }

    /// Polls a request so often. Returns its answer if it was done by then.
    pub fn polled(
        &self,
        request: &mut (impl Future<Output = http::Response<Bytes>> + Unpin),
        polls: u8,
    ) -> Option<Answer> {
        self.scene.runtime.block_on(async {
            for _ in 0..polls {
                if let std::task::Poll::Ready(answer) = poll!(&mut *request) {
                    return Some(answer.into());
                }
                yield_now().await;
            }
            None
        })
    }

    pub fn alike(&self, answer: &Answer, random: &Answer) -> Checked {
        match whole(answer) == whole(random) {
            true => Ok(()),
            false => Err(format!("{answer:?} is not what a random string gets: {random:?}")),
        }
    }
}
