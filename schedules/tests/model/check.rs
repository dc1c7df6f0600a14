//! What must hold after every step.

use futures_util::FutureExt;
use grantry::types::{EndReason, Ticket, TicketId, TicketState};
use grantry_conformance::{Answer, get, tenant_id};

use crate::action::Tenant;
use crate::chain::Came;
use crate::grant::{Grant, Over, Token};
use crate::play::{Checked, Play};

impl Play<'_> {
    /// An answer has tokens, or it has not.
    pub fn demand(&self, answer: &Answer, good: bool, what: &str) -> Checked {
        let (status, expected) =
            (answer.status.as_u16(), if good { "tokens" } else { "a refusal" });
        match (good, status) {
            (true, 200) | (false, 400 | 401 | 403) => Ok(()),
            _ => Err(format!("{what} must get {expected}: {answer:?}")),
        }
    }

    /// Nobody who plays by the rules and hears every answer is thrown out of what still counts.
    pub fn demand_no_harm(&self, grant: usize, came: Came) -> Checked {
        let grant = &self.promises.grants[grant];
        let over = matches!(came, Came::Reused | Came::RolledBack);
        match over && !grant.meddled && grant.unsure_since.is_none() && self.promises.stands(grant)
        {
            true => Err(format!("an honest client was taken for a thief: {came:?}")),
            false => Ok(()),
        }
    }

    /// A token that was made for a grant: the newest one, by a key that counts, and the same text
    /// whenever it is made anew by that key.
    pub fn check_token(&self, place: usize, token: &Token) -> Checked {
        let grant = &self.promises.grants[place];
        let newest = grant.chain.newest() == token.place;
        let twin = |made: &&Token| (made.place, &made.key) == (token.place, &token.key);
        let same = grant.made.iter().find(twin).is_none_or(|made| made.text == token.text);
        let counts = self.promises.of(grant.tenant).ticket.count(&token.key, self.promises.now);
        let own = token.row(grant.tenant) == self.rows[place].id;
        match newest && same && counts && own {
            true => Ok(()),
            false => Err(format!("{token:?} of {grant:?}: {newest} {same} {counts} {own}")),
        }
    }

    pub fn row(&self, id: TicketId) -> Option<Ticket> {
        let find = |tenant: Tenant| {
            let row = self.scene.behind.tickets.read(&tenant_id(tenant.name()), id).now_or_never();
            row.expect("it never waits").expect("it always answers")
        };
        Tenant::BOTH.into_iter().find_map(find)
    }

    /// Whether a row is as it was promised; as it was, byte for byte, if nothing was to be written.
    pub fn check_row(&self, place: usize, grant: &Grant) -> Checked {
        let (before, row) = (&self.rows[place], self.row(self.rows[place].id));
        let Some(row) = row else {
            return if grant.gone { Ok(()) } else { Err(format!("{before:?} is gone")) };
        };
        let state = match grant.over {
            None => TicketState::Live,
            Some(Over::Reused) => TicketState::Ended(EndReason::Reused),
            Some(Over::RolledBack) => TicketState::Ended(EndReason::RolledBack),
            Some(Over::Revoked) => TicketState::Ended(EndReason::Revoked),
        };
        let is = (
            (row.version.0, row.generation.0 as usize, row.state),
            row.authenticated_at.as_millis(),
            (row.changed_at.as_millis(), row.rotated_at.as_millis()),
            (row.expires_at.as_millis(), row.ends_at.as_millis()),
        );
        let should = (
            (grant.writes, grant.chain.newest(), state),
            grant.began,
            (grant.last, grant.chain.rotated_at().unwrap_or_default()),
            (grant.until, grant.ends),
        );
        if grant.gone || is != should {
            return Err(format!("{is:?} is not {should:?}: {row:?} of {grant:?}"));
        }
        match row.version == before.version && row != *before {
            true => Err(format!("{row:?} was {before:?} and nobody wrote")),
            false => Ok(()),
        }
    }

    /// All rows, of which each has one newest token, and nobody holds a later one.
    pub fn check_rows(&mut self) -> Checked {
        for place in 0..self.rows.len() {
            let grant = &self.promises.grants[place];
            self.check_row(place, grant)?;
            if let Some(row) = self.row(self.rows[place].id) {
                let later = grant.made.iter().any(|made| made.place > row.generation.0 as usize);
                if later && !grant.meddled {
                    return Err(format!("somebody holds a later token than {row:?}"));
                }
                self.rows[place] = row;
            }
        }
        Ok(())
    }

    /// An access token at the guards of both tenants.
    pub fn check_pass(&mut self, place: usize, pass: usize) -> Checked {
        let grant = &self.promises.grants[place];
        let pass = &grant.passes[pass];
        for tenant in Tenant::BOTH {
            let guard = &self.scene.guards[tenant as usize];
            let is = self.scene.runtime.block_on(guard.check(&pass.shown())).is_ok();
            let should = tenant == grant.tenant && self.promises.lets_in(grant, pass);
            if is != should {
                return Err(format!(
                    "{tenant:?} lets in {is} and not {should}: {pass:?} of {grant:?}"
                ));
            }
        }
        let lets_in = self.promises.lets_in(grant, pass);
        self.saw(if lets_in { "let in" } else { "not let in" });
        Ok(())
    }

    /// The newest access tokens of the newest grants.
    pub fn check_passes(&mut self) -> Checked {
        for place in self.rows.len().saturating_sub(4)..self.rows.len() {
            if let Some(newest) = self.promises.grants[place].passes.len().checked_sub(1) {
                self.check_pass(place, newest)?;
            }
        }
        Ok(())
    }

    /// Reads the published keys: those that are known and count, and whichever are new.
    pub fn learn_keys(&mut self, tenant: Tenant) -> Checked {
        let shown = self.send(get(&format!("/oauth/{}/jwks.json", tenant.name()))).json();
        let kids = shown["keys"].as_array().ok_or("no keys")?.iter();
        let mut kids: Vec<_> = kids.filter_map(|key| key["kid"].as_str()).collect();
        let (now, signing) = (self.promises.now, &mut self.promises.of_mut(tenant).signing);
        for known in signing.counting(now) {
            let at = kids.iter().position(|kid| *kid == known);
            kids.swap_remove(at.ok_or(format!("{known} is not published any more"))?);
        }
        // One for each algorithm.
        if kids.len() != 2 {
            return Err(format!("new keys are {kids:?}"));
        }
        kids.into_iter().for_each(|kid| signing.add(kid.to_owned()));
        Ok(())
    }
}
