//! What a stored hash may ask for, and how an old one becomes a new one.

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use async_trait::async_trait;
use grantry::{
    HashingPoolConfig, NewUser, Server,
    ports::{AccountChange, Accounts, Create, StoreError, Stores},
    types::{Account, Password, Subject, TenantId, Version},
};

use super::admin::{Belongings, admin, assert_no, subject};
use super::direct::{assert_alike, beside, wrong_credentials};
use super::throttle::tries;
use crate::{Stage, World, tenant_id};

/// `World::PASSWORD` under parameters that are not those of today, made elsewhere.
const OTHERS: [&str; 3] = [
    "$argon2id$v=19$m=8,t=1,p=1$Z3JhbnRyeS13b3JsZC0wMQ$pVqJAj0blschoPxs9yFdAdTe4mO9yPZrrmVFDJBsWZo",
    "$argon2id$v=19$m=12288,t=3,p=1$Z3JhbnRyeS13b3JsZC0wMQ$0Seo4EELjQrjlPcEv/dLUxaIt0//QXxpsUH/D2WsMzU",
    "$argon2id$v=19$m=9216,t=4,p=1$Z3JhbnRyeS13b3JsZC0wMQ$QtbqfHJ8D+QL+rmNwvx9l/eDF425gWX5yz/kakJm36g",
];
/// And under those of today.
const TODAYS_OF_ALL: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JhbnRyeS13b3JsZC0wMQ$d+Bg8T17Tf4aof7AXzEVnARE/Xe/st7e9V03/dtxEz4";
const TODAYS: &str = "$argon2id$v=19$m=19456,t=2,p=1$";
const COSTLY: &str = "a password hash may cost m=19456 (KiB) with t=2, or as much in another way (m \
                      times t at most 38912), and p=1: hash it anew by m=19456,t=2,p=1";
const FOREIGN: &str = "a password hash is a PHC string of argon2id, version 19: $argon2id$v=19$m=…,t=…,p=1$…$…, or one \
     from elsewhere: $2b$…, $2a$… or $2y$… (bcrypt), $scrypt$ln=…,r=…,p=…$…$…, $pbkdf2-sha256$i=…$…$… \
     or $pbkdf2-sha512$i=…$…$…";

async fn alice(s: &Stage) -> Account {
    let row = s.world.stores.accounts.by_subject(&tenant_id("acme"), &subject("user-alice")).await;
    (*row.expect("the store answers").expect("alice")).clone()
}

/// Gives Alice another hash behind the server's back.
async fn store(s: &Stage, hash: &str) -> Account {
    let mut row = alice(s).await;
    let from = row.version;
    (row.password, row.version) = (hash.into(), from.next());
    let written = s.world.stores.accounts.change(&tenant_id("acme"), row.clone(), from).await;
    assert_eq!(written.expect("the store answers"), AccountChange::Written);
    row
}

/// Hashes that this server does not obey, and why it does not take them either.
fn absurd() -> Vec<(String, &'static str)> {
    let mut all = Vec::new();
    for (from, to) in [
        ("m=9216", "m=19456"),
        ("m=9216", "m=4194304"),
        ("m=9216", "m=4294967295"),
        ("t=4", "t=1000000"),
        ("t=4", "t=4294967295"),
        ("t=4", "t=5"),
        ("p=1", "p=64"),
        ("p=1", "p=2"),
    ] {
        all.push((OTHERS[2].replace(from, to), COSTLY));
    }
    for (from, to) in [
        ("argon2id", "argon2i"),
        ("argon2id", "argon2d"),
        ("v=19", "v=16"),
        ("$v=19", ""),
        ("argon2id$", ""),
        ("QtbqfHJ8D+QL+rmNwvx9l/eDF425gWX5yz/kakJm36g", ""),
    ] {
        all.push((OTHERS[2].replace(from, to), FOREIGN));
    }
    for text in [
        "",
        "$",
        "wonderland",
        "$2x$12$R9h/cIPz0gi.URNNX3kh2OPST9/PgBkqquzi.Ss7KIUgO2t0jWMUW",
        "$pbkdf2$i=600000,l=32$c2FsdHNhbHQ$MTIzNDU2Nzg5MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTI",
        "$argon2id$v=19$m=19456,t=2,p=1$\u{e4}$\u{e4}",
    ] {
        all.push((text.to_owned(), FOREIGN));
    }
    all
}

/// LG-09: whatever a row asks for, the answer is that of a wrong password, and costs as much.
pub async fn a_stored_hash_that_asks_for_too_much_is_a_wrong_password(s: &Stage) {
    let wrong = tries(s, "acme", "alice", "looking-glass").await;
    wrong.assert_rpc(401, &wrong_credentials());
    for (hash, _) in absurd() {
        let row = store(s, &hash).await;
        let answer = tries(s, "acme", "alice", World::PASSWORD).await;
        assert_alike(&[answer, wrong.clone()]);
        assert_eq!(alice(s).await, row, "it stays as it is");
        s.forget_failures();
    }
    store(s, OTHERS[0]).await;
    tries(s, "acme", "alice", World::PASSWORD).await.tokens();
}

/// LG-02: whoever it is, the work is done: where there is no room for it, nobody is answered without
/// it, whatever is known of the user, the password or the stored hash.
pub async fn nobody_is_answered_without_the_work(s: &Stage) {
    let mut full = HashingPoolConfig::default();
    full.deadline = Duration::ZERO;
    let busy = beside(s, s.world.stores.clone(), |builder| builder.hashing(full)).await;
    let mut answers = Vec::new();
    for hash in [TODAYS_OF_ALL, OTHERS[0], &absurd()[2].0, ""] {
        store(s, hash).await;
        for (name, password) in [
            ("alice", World::PASSWORD),
            ("alice", "looking-glass"),
            ("ALICE", "\u{e9}"),
            ("mallory", World::PASSWORD),
            ("mallory", "looking-glass"),
            ("nobody", World::PASSWORD),
            // RFC 8265 §3.3 knows no canonical form of these.
            ("two words", "x"),
            ("zero\u{200b}width", "x"),
        ] {
            answers.push(tries(&busy, "acme", name, password).await);
        }
    }
    assert_eq!(answers[0].status, 503, "{:?}", answers[0]);
    assert_alike(&answers);
}

/// LG-09: such a hash is not taken in the first place, and no error repeats it.
pub async fn nobody_is_created_with_a_hash_that_is_not_obeyed(s: &Stage) {
    let acme = tenant_id("acme");
    for (hash, why) in absurd() {
        assert_no(admin(s).create_user(&acme, NewUser::hashed("bob", &hash)).await, why);
    }
    assert!(admin(s).user(&acme, "bob").await.expect("the store answers").is_none());
}

/// LG-03: whoever has an old hash signs in, and has one of today's from then on; once.
pub async fn an_old_hash_becomes_one_of_todays_at_the_next_sign_in(s: &Stage) {
    for hash in OTHERS {
        let before = store(s, hash).await;
        let issued = Belongings::of(s, "strict").await;
        // A wrong password changes nothing.
        tries(s, "acme", "alice", "x").await.assert_rpc(401, &wrong_credentials());
        assert_eq!(alice(s).await, before);
        let refresh = tries(s, "acme", "alice", World::PASSWORD).await.tokens().refresh;
        let after = alice(s).await;
        assert!(after.password.starts_with(TODAYS), "{hash} became {}", after.password);
        let mut wanted = before.clone();
        (wanted.version, wanted.password) = (before.version.next(), after.password.clone());
        assert_eq!(after, wanted);
        tries(s, "acme", "alice", World::PASSWORD).await.tokens();
        assert_eq!(alice(s).await, after);
        tries(s, "acme", "alice", "x").await.assert_rpc(401, &wrong_credentials());
        s.direct_refresh("acme", &refresh).await.tokens();
        issued.live().await;
    }
}

/// LG-03: a user who came with a hash from elsewhere, as others do.
pub async fn a_user_comes_with_a_hash_from_elsewhere(s: &Stage) {
    let acme = tenant_id("acme");
    for (n, hash) in OTHERS.iter().enumerate() {
        let name = format!("bob-{n}");
        let new = NewUser::hashed(name.clone(), hash);
        assert!(!format!("{new:?}").contains("argon2id"));
        let made = admin(s).create_user(&acme, new).await.expect("a user");
        tries(s, "acme", &name, World::PASSWORD).await.tokens();
        let row = admin(s).user_by_subject(&acme, &made.subject).await.expect("the store answers");
        assert!(row.expect("bob").password.starts_with(TODAYS));
    }
}

/// LG-07: a disabled user's hash is left alone, and nobody learns that the password was right.
pub async fn a_disabled_users_hash_stays_what_it_is(s: &Stage) {
    store(s, OTHERS[0]).await;
    admin(s).disable_user(&tenant_id("acme"), &subject("user-alice")).await.expect("done");
    let before = alice(s).await;
    let answer = tries(s, "acme", "alice", World::PASSWORD).await;
    answer.assert_rpc(401, &wrong_credentials());
    assert_eq!(alice(s).await, before);
}

/// Users one of whom an operator changes while they sign in.
#[derive(Debug)]
struct Meanwhile {
    accounts: Arc<dyn Accounts>,
    elsewhere: OnceLock<Server>,
}

#[async_trait]
impl Accounts for Meanwhile {
    async fn by_username(
        &self,
        tenant: &TenantId,
        canonical: &str,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        self.accounts.by_username(tenant, canonical).await
    }

    async fn by_subject(
        &self,
        tenant: &TenantId,
        subject: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        self.accounts.by_subject(tenant, subject).await
    }

    async fn create(&self, tenant: &TenantId, account: Account) -> Result<Create, StoreError> {
        self.accounts.create(tenant, account).await
    }

    async fn change(
        &self,
        tenant: &TenantId,
        account: Account,
        from: Version,
    ) -> Result<AccountChange, StoreError> {
        if let Some(elsewhere) = self.elsewhere.get() {
            let new = Password::from("looking-glass");
            let changed = elsewhere.admin().change_password(tenant, &account.subject, &new).await;
            changed.expect("done");
        }
        self.accounts.change(tenant, account, from).await
    }

    async fn delete(&self, tenant: &TenantId, subject: &Subject) -> Result<(), StoreError> {
        self.accounts.delete(tenant, subject).await
    }

    async fn list(
        &self,
        tenant: &TenantId,
        after: Option<&Subject>,
        limit: usize,
    ) -> Result<Vec<Arc<Account>>, StoreError> {
        self.accounts.list(tenant, after, limit).await
    }

    async fn erase(&self, tenant: &TenantId) -> Result<(), StoreError> {
        self.accounts.erase(tenant).await
    }
}

/// LG-03, LG-21: a password that is changed while the old one is hashed anew stays changed, and
/// the old one opens nothing.
pub async fn whoever_changes_the_password_meanwhile_wins(s: &Stage) {
    store(s, OTHERS[0]).await;
    let stores = s.world.stores.clone();
    let accounts = stores.accounts.clone();
    let meanwhile = Arc::new(Meanwhile { accounts, elsewhere: OnceLock::new() });
    let slow = Stores { accounts: meanwhile.clone(), ..stores };
    let slow = beside(s, slow, |builder| builder).await;
    meanwhile.elsewhere.set(s.world.server.clone()).expect("once");
    let answer = tries(&slow, "acme", "alice", World::PASSWORD).await;
    answer.assert_rpc(401, &wrong_credentials());
    s.world.clock.advance(Duration::from_millis(1));
    let answer = tries(s, "acme", "alice", World::PASSWORD).await;
    answer.assert_rpc(401, &wrong_credentials());
    tries(s, "acme", "alice", "looking-glass").await.tokens();
}
