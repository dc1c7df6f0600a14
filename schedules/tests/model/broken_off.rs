//! Requests that are interrupted or overtaken. What they did can be seen in their row alone, and is one
//! of the few things that the promises allow.

use bytes::Bytes;
use grantry_conformance::{Bare, Driver};
use http::Request;
use tokio::task::yield_now;

use crate::action::{Ask, Party, Stop};
use crate::grant::Grant;
use crate::play::{Checked, Play, Purpose};

impl Play<'_> {
    /// The client leaves, or the server dies: what was asked for is done or it is not.
    pub fn interrupted(
        &mut self,
        request: Request<Bytes>,
        purpose: Purpose,
        polls: u8,
        crash: bool,
    ) -> Checked {
        let begun = self.scene.writes.begun();
        let server = Bare(self.scene.server.clone());
        let mut sent = Box::pin(async move { server.send(request).await });
        let answer = self.polled(&mut sent, polls);
        drop(sent);
        if crash {
            self.scene.restart();
            self.saw("a crash");
        } else {
            self.settle()?;
        }
        if let Some(answer) = answer {
            return self.answered(purpose, &answer, true);
        }
        let Purpose::Show { grant, token, by, elsewhere } = purpose else { return Ok(()) };
        let begun = self.scene.writes.begun() > begun;
        self.is_used(grant, &token, by);
        let mut done = self.promises.clone();
        let (came, _) = done.show(grant, &token, elsewhere);
        if came.is_some() && self.check_row(grant, &done.grants[grant]).is_ok() {
            self.promises = done;
            self.saw(if crash { "done by a server that died" } else { "done and not told" });
        } else if came.is_some() {
            self.saw(if crash { "not done by a server that died" } else { "not done" });
            // What was begun is done, unless the process died.
            if begun && !crash {
                return Err("a write was begun and not done".into());
            }
        }
        if by == Party::Honest {
            self.missed(grant);
        }
        Ok(())
    }

    /// Whatever was begun comes to its end.
    fn settle(&self) -> Checked {
        self.scene.runtime.block_on(async {
            for _ in 0..200 {
                yield_now().await;
            }
        });
        match self.scene.writes.unfinished() - self.scene.cut_off {
            0 => Ok(()),
            left => Err(format!("{left} writes were begun and are not done")),
        }
    }

    /// Somebody is stopped while a request is under way: it comes before or after, and what it gets
    /// if it comes before is dead.
    pub fn overtake(&mut self, ask: Ask, polls: u8, stop: Stop) -> Checked<bool> {
        let Some((request, purpose)) = self.request(ask) else { return Ok(false) };
        let server = Bare(self.scene.server.clone());
        let mut sent = Box::pin(async move { server.send(request).await });
        if let Some(answer) = self.polled(&mut sent, polls) {
            self.answered(purpose, &answer, false)?;
            return self.stop(stop);
        }
        let mut before = self.promises.clone();
        self.carry_out(stop)?;
        let answer = self.scene.runtime.block_on(sent).into();
        self.promises.stop(stop);
        match purpose {
            Purpose::Begin(grant) => self.begun_meanwhile(grant, &before, &answer)?,
            Purpose::Show { grant, token, by, elsewhere } => {
                self.is_used(grant, &token, by);
                before.grants[grant].meddled = self.promises.grants[grant].meddled;
                let (came, mut good) = before.show(grant, &token, elsewhere);
                let stood = before.stands(&before.grants[grant]);
                before.stop(stop);
                let early = self.check_row(grant, &before.grants[grant]).is_ok();
                if early && came.is_some() {
                    self.saw("overtaken when it was done");
                    self.promises = before;
                } else {
                    self.saw("overtaken before it was done");
                    good = self.promises.show(grant, &token, elsewhere).1;
                }
                // The user is asked after the write, and may be stopped by then.
                let still = stood == self.promises.stands(&self.promises.grants[grant]);
                if still || answer.status == 200 {
                    self.demand(&answer, good, "an overtaken request")?;
                }
                if answer.status == 200 {
                    self.receives(grant, by, &answer, false)?;
                } else if by == Party::Honest {
                    self.missed(grant);
                }
            }
        }
        self.check_passes()?;
        Ok(true)
    }

    fn begun_meanwhile(
        &mut self,
        mut grant: Grant,
        before: &crate::promises::Promises,
        answer: &grantry_conformance::Answer,
    ) -> Checked {
        let who = (grant.tenant, grant.user, grant.holder);
        let admitted = |promises: &crate::promises::Promises| promises.admits(who.0, who.1, who.2);
        let (early, late) = (admitted(before), admitted(&self.promises));
        if early == late || answer.status == 200 {
            self.demand(answer, early, "an overtaken sign-in")?;
        }
        if answer.status != 200 {
            return Ok(());
        }
        self.saw("begun meanwhile");
        let now = self.promises.now;
        let living = grant.clone();
        grant.revoke(now);
        // It was kept before the others were ended, or after.
        self.begins(living, answer)?;
        let place = self.promises.grants.len() - 1;
        if self.check_row(place, &self.promises.grants[place]).is_err() {
            self.promises.grants[place].revoke(now);
        }
        Ok(())
    }
}
