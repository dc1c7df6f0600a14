//! What was promised, of everybody: who may do what, and which grants there are.

use crate::action::{Holder, Stop, Tenant, User, Whom};
use crate::chain::Came;
use crate::grant::{Grant, LEEWAY, Pass, Token};
use crate::keys::Keys;

/// A user, a client or a tenant.
#[derive(Clone, Copy, Debug, Default)]
pub struct Somebody {
    pub disabled: bool,
    /// What began before this moment is dead.
    pub not_before: u64,
}

#[derive(Clone, Debug, Default)]
pub struct Rules {
    pub tenant: Somebody,
    pub users: [Somebody; 2],
    /// `app` and `backend`.
    pub clients: [Somebody; 2],
    pub signing: Keys,
    pub ticket: Keys,
    /// How many ticket keys there were.
    pub numbers: u8,
}

#[derive(Clone, Debug, Default)]
pub struct Promises {
    pub now: u64,
    pub rules: [Rules; 2],
    pub grants: Vec<Grant>,
}

impl Promises {
    pub fn of(&self, tenant: Tenant) -> &Rules {
        &self.rules[tenant as usize]
    }

    pub fn of_mut(&mut self, tenant: Tenant) -> &mut Rules {
        &mut self.rules[tenant as usize]
    }

    /// The one that is meant, of the newest few grants, if there is any.
    pub fn pick(&self, grant: u8) -> Option<usize> {
        let few = self.grants.len().min(4);
        (few > 0).then(|| self.grants.len() - 1 - usize::from(grant) % few)
    }

    fn somebody(&mut self, whom: Whom) -> &mut Somebody {
        match whom {
            Whom::Tenant(tenant) => &mut self.of_mut(tenant).tenant,
            Whom::User(tenant, user) => &mut self.of_mut(tenant).users[user as usize],
            Whom::Client(tenant, Holder::App) => &mut self.of_mut(tenant).clients[0],
            Whom::Client(tenant, _) => &mut self.of_mut(tenant).clients[1],
        }
    }

    /// The client of a holder; the direct API's has no row and cannot be stopped.
    fn client(&self, tenant: Tenant, holder: Holder) -> Somebody {
        match holder {
            Holder::Direct => Somebody::default(),
            Holder::App => self.of(tenant).clients[0],
            Holder::Backend => self.of(tenant).clients[1],
        }
    }

    /// Whether a user gets tokens through this client now.
    pub fn admits(&self, tenant: Tenant, user: User, holder: Holder) -> bool {
        let user = self.of(tenant).users[user as usize];
        self.serves(tenant, holder) && !user.disabled && user.not_before <= self.now
    }

    fn serves(&self, tenant: Tenant, holder: Holder) -> bool {
        !self.of(tenant).tenant.disabled && !self.client(tenant, holder).disabled
    }

    /// Whether somebody who holds this token of a grant can do anything to it.
    pub fn may_show(&self, grant: &Grant, token: &Token) -> bool {
        let dead_before = self.of(grant.tenant).tenant.not_before;
        let dead_before = dead_before.max(self.client(grant.tenant, grant.holder).not_before);
        self.serves(grant.tenant, grant.holder)
            && self.of(grant.tenant).ticket.count(&token.key, self.now)
            && grant.lives(self.now)
            && grant.began >= dead_before
    }

    /// Its owner shows a token, at another redirect URI perhaps: what it comes to, if it counts at all,
    /// and whether tokens are the answer. The user is asked last, since what is read before a write
    /// may have changed at the write.
    pub fn show(&mut self, place: usize, token: &Token, elsewhere: bool) -> (Option<Came>, bool) {
        if elsewhere || !self.may_show(&self.grants[place], token) {
            return (None, false);
        }
        let came = self.grants[place].show(token.place, self.now);
        let over = matches!(came, Came::Reused | Came::RolledBack);
        (Some(came), !over && self.stands(&self.grants[place]))
    }

    /// Whether the user still stands behind it.
    pub fn stands(&self, grant: &Grant) -> bool {
        let user = self.of(grant.tenant).users[grant.user as usize];
        !user.disabled && grant.began >= user.not_before
    }

    /// Whether an online guard of its tenant lets an access token in.
    pub fn lets_in(&self, grant: &Grant, pass: &Pass) -> bool {
        let dead_before = self.of(grant.tenant).tenant.not_before;
        let dead_before = dead_before.max(self.client(grant.tenant, grant.holder).not_before);
        self.serves(grant.tenant, grant.holder)
            && self.of(grant.tenant).signing.count(&pass.kid, self.now)
            && (pass.issued_at..pass.expires_at).contains(&self.now.max(pass.issued_at))
            && pass.issued_at <= self.now + LEEWAY
            && grant.lives(self.now)
            && grant.began >= dead_before
            && self.stands(grant)
    }

    /// Somebody is stopped; of the grants, those are ended that are named.
    pub fn stop(&mut self, stop: Stop) {
        let now = self.now;
        match stop {
            Stop::Grant(grant) => {
                if let Some(place) = self.pick(grant) {
                    self.grants[place].revoke(now);
                }
            }
            Stop::Grants(whom) => self.outdate(whom),
            Stop::Disable(whom) if self.somebody(whom).disabled => {}
            Stop::Disable(whom) => {
                self.outdate(whom);
                self.somebody(whom).disabled = true;
            }
        }
        if let Stop::Grants(whom) | Stop::Disable(whom) = stop {
            let mine = self.grants.iter_mut().filter(|grant| grant.is_of(whom));
            mine.for_each(|grant| grant.revoke(now));
        }
    }

    fn outdate(&mut self, whom: Whom) {
        let later = self.now + 1;
        let somebody = self.somebody(whom);
        somebody.not_before = somebody.not_before.max(later);
    }

    /// Everybody who is disabled.
    pub fn disabled(&mut self) -> Vec<Whom> {
        let mut all = Vec::new();
        for tenant in Tenant::BOTH {
            all.push(Whom::Tenant(tenant));
            all.extend([User::Alice, User::Bob].map(|user| Whom::User(tenant, user)));
            all.extend([Holder::App, Holder::Backend].map(|client| Whom::Client(tenant, client)));
        }
        all.retain(|whom| self.somebody(*whom).disabled);
        all
    }

    /// Whatever a tenant or client got while it was stopped, of a node that had not heard of it, is dead.
    pub fn enable(&mut self, whom: Whom) {
        let now = self.now;
        let somebody = self.somebody(whom);
        somebody.disabled = false;
        if !matches!(whom, Whom::User(..)) {
            somebody.not_before = somebody.not_before.max(now);
        }
    }

    /// Rows that expired long ago are forgotten.
    pub fn sweep(&mut self, before: u64) {
        for grant in &mut self.grants {
            grant.gone |= grant.until < before;
        }
    }
}

impl Grant {
    fn is_of(&self, whom: Whom) -> bool {
        match whom {
            Whom::Tenant(tenant) => self.tenant == tenant,
            Whom::User(tenant, user) => (self.tenant, self.user) == (tenant, user),
            Whom::Client(tenant, client) => (self.tenant, self.holder) == (tenant, client),
        }
    }
}
