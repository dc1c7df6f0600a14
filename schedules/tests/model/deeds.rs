//! What an operator, a thief, a stranger, time and bad luck do.

use grantry::{
    KeyKind, KeyRotation,
    ports::Clock,
    types::{ClientId, Generation, Next, TicketState, Timestamp, Whose},
};
use grantry_conformance::tenant_id;

use crate::action::{Action, Holder, Stop, Stranger, Tenant, Whom};
use crate::grant::{LEEWAY, Token, WAITS};
use crate::play::{Checked, Play};
use crate::requests::{Asker, millis};
use crate::scene::subject;

/// How long a key is announced before it is used.
const ANNOUNCED: u64 = 600_000;
/// How long a signing key is believed after it was used last.
const SIGNATURES: u64 = 24 * 3_600_000 + LEEWAY;
/// How long a row is kept after it expired.
const MARGIN: u64 = 3_600_000;

impl Play<'_> {
    /// Whatever is no request of a holder.
    pub fn deed(&mut self, action: Action) -> Checked<bool> {
        match action {
            Action::Copy(grant) => {
                let Some(place) = self.promises.pick(grant) else { return Ok(false) };
                let grant = &mut self.promises.grants[place];
                let copied = grant.honest.last().cloned();
                grant.thief.extend(copied);
            }
            Action::Show { grant, older } => {
                let Some(place) = self.promises.pick(grant) else { return Ok(false) };
                let passes = self.promises.grants[place].passes.len();
                let Some(back) = usize::from(older).checked_rem(passes) else { return Ok(false) };
                self.check_pass(place, passes - 1 - back)?;
            }
            Action::Stop(stop) => return self.stop(stop),
            Action::Enable => return self.enable(),
            Action::Rotate { tenant, signing, at_once } => self.rotate(tenant, signing, at_once)?,
            Action::Lose(grant) => return self.lose(grant),
            Action::Wait(span) => self.scene.clock.advance(millis(span)),
            Action::StepBack(span) => self.scene.clock.step_back(millis(span)),
            Action::Restart => self.scene.restart(),
            Action::Sweep => {
                let before = self.promises.now - MARGIN;
                let store = self.scene.stores.tickets.clone();
                let swept = self.scene.runtime.block_on(async move {
                    store.sweep(Timestamp::from_millis(before), 10_000).await
                });
                swept.map_err(|error| error.to_string())?;
                self.promises.sweep(before);
            }
            _ => return Ok(false),
        }
        self.promises.now = self.scene.clock.now().as_millis();
        Ok(true)
    }

    pub fn stop(&mut self, stop: Stop) -> Checked<bool> {
        self.carry_out(stop)?;
        self.promises.stop(stop);
        self.check_passes()?;
        Ok(true)
    }

    /// Stops somebody, by the real server alone.
    pub fn carry_out(&mut self, stop: Stop) -> Checked {
        self.saw("a stop");
        let (whom, disables) = match stop {
            Stop::Grant(grant) => {
                let Some(place) = self.promises.pick(grant) else { return Ok(()) };
                let row = Whose::One(self.rows[place].id);
                let tenant = tenant_id(self.promises.grants[place].tenant.name());
                let ended = self.scene.server.admin().end_grants(&tenant, row);
                let ended = self.scene.runtime.block_on(ended);
                return ended.map(drop).map_err(|error| error.to_string());
            }
            Stop::Grants(whom) => (whom, false),
            Stop::Disable(whom) => (whom, true),
        };
        let admin = self.scene.server.admin();
        let done = match whom {
            Whom::Tenant(tenant) => self.scene.runtime.block_on(async {
                let id = tenant_id(tenant.name());
                match disables {
                    true => admin.disable_tenant(&id).await,
                    false => admin.end_grants(&id, Whose::Tenant).await,
                }
            }),
            Whom::Client(tenant, client) => self.scene.runtime.block_on(async {
                let (id, client) = (tenant_id(tenant.name()), client.id());
                match disables {
                    true => admin.disable_client(&id, &client).await,
                    false => admin.end_grants(&id, Whose::Client(client)).await,
                }
            }),
            Whom::User(tenant, user) => self.scene.at_directory(|admin| async move {
                let (id, subject) = (tenant_id(tenant.name()), subject(user.name()));
                match disables {
                    true => admin.disable_user(&id, &subject).await,
                    false => admin.end_grants(&id, Whose::Subject(subject)).await,
                }
            }),
        };
        done.map(drop).map_err(|error| error.to_string())
    }

    fn enable(&mut self) -> Checked<bool> {
        let disabled = self.promises.disabled();
        for whom in &disabled {
            let admin = self.scene.server.admin();
            let done = match *whom {
                Whom::Tenant(tenant) => {
                    let id = tenant_id(tenant.name());
                    self.scene.runtime.block_on(admin.enable_tenant(&id))
                }
                Whom::Client(tenant, client) => {
                    let (id, client) = (tenant_id(tenant.name()), client.id());
                    self.scene.runtime.block_on(admin.enable_client(&id, &client))
                }
                Whom::User(tenant, user) => self.scene.at_directory(|admin| async move {
                    admin.enable_user(&tenant_id(tenant.name()), &subject(user.name())).await
                }),
            };
            done.map_err(|error| error.to_string())?;
            self.promises.enable(*whom);
            self.saw("enabled");
        }
        self.check_passes()?;
        Ok(!disabled.is_empty())
    }

    fn rotate(&mut self, tenant: Tenant, signing: bool, at_once: bool) -> Checked {
        self.saw(if at_once { "keys replaced at once" } else { "keys replaced in stages" });
        let kind = if signing { KeyKind::Signing } else { KeyKind::Ticket };
        let how = if at_once { KeyRotation::AtOnce } else { KeyRotation::Staged };
        let id = tenant_id(tenant.name());
        let rotated = self.scene.server.admin().rotate_keys(&id, kind, how);
        self.scene.runtime.block_on(rotated).map_err(|error| error.to_string())?;
        let now = self.promises.now;
        let rules = self.promises.of_mut(tenant);
        if signing {
            rules.signing.end(if at_once { now } else { now + ANNOUNCED + SIGNATURES }, now);
            return self.learn_keys(tenant);
        }
        rules.ticket.end(if at_once { now } else { now + ANNOUNCED + WAITS + LEEWAY }, now);
        rules.numbers += 1;
        rules.ticket.add(rules.numbers.to_string());
        Ok(())
    }

    /// The store is set back to before the last rotation of a grant, as one that lost writes.
    fn lose(&mut self, grant: u8) -> Checked<bool> {
        let Some(place) = self.promises.pick(grant) else { return Ok(false) };
        let (now, grant) = (self.promises.now, &mut self.promises.grants[place]);
        if !grant.lives(now) || !grant.chain.lose() {
            return Ok(false);
        }
        grant.meddled = true;
        grant.written(now);
        let row = &self.rows[place];
        let next = Next {
            generation: Generation(row.generation.0 - 1),
            state: TicketState::Live,
            refreshable: row.refreshable,
            rotated_at: Timestamp::EPOCH,
            expires_at: row.expires_at,
            sender_key: None,
        };
        let id = tenant_id(grant.tenant.name());
        let now = Timestamp::from_millis(now);
        let store = &self.scene.stores.tickets;
        let lost = store.change(&id, row.id, row.version, &next, now);
        self.scene.runtime.block_on(lost).map_err(|error| error.to_string())?;
        self.saw("lost writes");
        Ok(true)
    }

    /// A token in the hands of somebody whose it is not: what a random string gets, and nothing
    /// changes.
    pub fn stranger(&mut self, grant: u8, older: u8, who: Stranger) -> Checked<bool> {
        let Some(place) = self.promises.pick(grant) else { return Ok(false) };
        let grant = &self.promises.grants[place];
        let count = grant.honest.len();
        let mut token = grant.honest[count - 1 - usize::from(older) % count].clone();
        let mut asker = self.holder(grant);
        match who {
            Stranger::Client(other) if other == grant.holder || token.place == 0 => {
                return Ok(false);
            }
            Stranger::Client(holder) => asker = Asker { holder, ..asker },
            Stranger::Tenant => {
                let tenant = grant.tenant.other();
                asker = Asker { tenant, secret: &self.scene.secrets[tenant as usize], ..asker };
            }
            Stranger::Garbled(at) => garble(&mut token, usize::from(at)),
        }
        let (answer, random) =
            (self.send(asker.shows(&token, false)), self.send(asker.shows_a_random_one(&token)));
        self.demand(&answer, false, "a token in a stranger's hands")?;
        self.alike(&answer, &random)?;
        self.saw("a stranger");
        Ok(true)
    }
}

fn garble(token: &mut Token, at: usize) {
    let other = if token.text.as_bytes()[at] == b'A' { "B" } else { "A" };
    token.text.replace_range(at..=at, other);
}

impl Holder {
    fn id(self) -> ClientId {
        let id = match self {
            Self::Direct => "direct",
            Self::App => "app",
            Self::Backend => "backend",
        };
        id.parse().unwrap()
    }
}
