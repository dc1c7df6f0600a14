//! Every operation of the administration, dropped at each of its polls: done or not begun.

use std::{collections::BTreeSet, fmt::Write, fs, path::Path, sync::Arc, time::Duration};

use futures_util::{FutureExt, future::BoxFuture};
use grantry::{
    Admin, AdminError, InitialAccess, KeyKind, KeyRotation, NewClient, NewUser, SecretAge,
    ServerBuilder,
    ports::{Change, Deed, EventKind, KeyMaterial, Stores},
    types::{Policy, SigningAlg, TicketId, TicketState, Timestamp, Whose},
};
use grantry_conformance::{SeededEntropy, Stage, World};

use super::{
    rows::{
        acme, alice, app, audience, backend, consent, file, grant, mallory, new, password, retired,
        session, stopped, two,
    },
    run_here,
    scene::{Aside, with},
};
use crate::drivers::polls::{Polls, Then};

/// An operation on a new world's tenant acme, its clients `app` and `backend`, and Alice.
type Operation = for<'a> fn(&'a Admin) -> BoxFuture<'a, Result<(), AdminError>>;

/// A test for each, and the names of all.
macro_rules! done_or_not_begun {
    ($($name:ident: |$admin:ident| $call:expr;)*) => {
        $(
            #[test]
            fn $name() {
                run_here(at_every_poll(|$admin| async move { $call.await.map(drop) }.boxed()));
            }
        )*

        const OPERATIONS: &[&str] = &[$(stringify!($name)),*];
    };
}

done_or_not_begun! {
    create_tenant: |admin| admin.create_tenant("new", Policy::new(audience()));
    change_tenant: |admin| admin.change_tenant(&acme(), |policy| policy.code_lifetime /= 2);
    change_tenant_to_an_algorithm_without_a_key: |admin| admin.change_tenant(&acme(), |policy| {
        policy.signing_alg = SigningAlg::Rs256;
    });
    disable_tenant: |admin| admin.disable_tenant(&acme());
    enable_tenant: |admin| admin.enable_tenant(&stopped());
    delete_tenant: |admin| admin.delete_tenant(&acme());
    create_client: |admin| admin.create_client(&acme(), NewClient::confidential("new"));
    change_client: |admin| admin.change_client(&acme(), &app(), |client| {
        client.scope = "read".parse().unwrap();
    });
    disable_client: |admin| admin.disable_client(&acme(), &app());
    enable_client: |admin| admin.enable_client(&acme(), &retired());
    delete_client: |admin| admin.delete_client(&acme(), &app());
    add_client_secret: |admin| admin.add_client_secret(&acme(), &backend());
    remove_client_secret: |admin| admin.remove_client_secret(&acme(), &two(), SecretAge::Older);
    create_user: |admin| admin.create_user(&acme(), NewUser::new("bob", password()));
    rename_user: |admin| admin.rename_user(&acme(), &alice(), "liddell");
    change_password: |admin| {
        async { admin.change_password(&acme(), &alice(), &password()).await }
    };
    disable_user: |admin| admin.disable_user(&acme(), &alice());
    enable_user: |admin| admin.enable_user(&acme(), &mallory());
    delete_user: |admin| admin.delete_user(&acme(), &alice());
    change_user_claims: |admin| admin.change_user_claims(&acme(), &alice(), |claims| {
        claims.insert("hat_size", 7)
    });
    forget_consent: |admin| async { admin.forget_consent(&acme(), &alice(), &app()).await };
    end_session: |admin| admin.end_session(&acme(), TicketId::from_bytes([1; 16]));
    end_user_sessions: |admin| async { admin.end_user_sessions(&acme(), &alice()).await };
    end_grants: |admin| admin.end_grants(&acme(), Whose::Client(app()));
    rotate_keys: |admin| admin.rotate_keys(&acme(), KeyKind::Signing, KeyRotation::Staged);
    rotate_keys_at_once: |admin| admin.rotate_keys(&acme(), KeyKind::Ticket, KeyRotation::AtOnce);
    provision: |admin| async { admin.provision(&file()).await };
}

/// What only reads has nothing to finish.
const READING: [&str; 11] = [
    "client",
    "clients",
    "consents",
    "grants",
    "keys",
    "sessions",
    "tenant",
    "tenants",
    "user",
    "user_by_subject",
    "users",
];

/// What has a test of another kind.
const BESIDE: [&str; 5] =
    ["mint_initial_access", "replace_lost_keys", "reseal_keys", "restored", "rotate_due_keys"];

async fn at_every_poll(operation: Operation) {
    let whole = Operated::new().await;
    let before = whole.state().await;
    operation(whole.admin()).await.unwrap();
    let (done, deeds) = (whole.state().await, whole.aside.events.take());
    assert_ne!(before, done);
    assert!(
        deeds.iter().any(|deed| matches!(deed, EventKind::Administered(_) | EventKind::Ended(_)))
    );
    for then in [Then::AtOnce, Then::WhenWoken] {
        for most in 0.. {
            let dropped = Operated::new().await;
            assert_eq!(dropped.state().await, before, "two worlds begin alike");
            let outcome = Polls { most, then }.of(operation(dropped.admin())).await;
            dropped.stage.world.server.close().await;
            assert_eq!(dropped.aside.stores.unfinished(), 0, "after {most} polls, {then:?}");
            let (state, told) = (dropped.state().await, dropped.aside.events.take());
            let begun = state != before;
            if begun {
                assert_eq!(state, done, "after {most} polls, {then:?}");
                assert_eq!(told, deeds, "after {most} polls, {then:?}");
            } else {
                assert_eq!(told, [], "after {most} polls, {then:?}");
                operation(dropped.admin()).await.unwrap();
                assert_eq!(dropped.aside.events.take(), deeds, "after {most} polls, {then:?}");
            }
            if let Some(outcome) = outcome {
                outcome.unwrap();
                assert!(begun && most > 1, "{most}");
                break;
            }
        }
    }
}

/// All tenants at once are no one deed: each of them is done or not begun, and whoever asks again
/// finds those that are left.
#[test]
fn rotate_due_keys() {
    run_here(async {
        let mut partly = 0;
        for most in 0.. {
            let s = Operated::new().await;
            s.stage.world.clock.advance(Duration::from_secs(365 * 24 * 3600));
            let rotating = s.admin().rotate_due_keys();
            let first = Polls { most, then: Then::AtOnce }.of(rotating).await;
            s.stage.world.server.close().await;
            assert_eq!(s.aside.stores.unfinished(), 0, "after {most} polls");
            let rotated = s.aside.events.take().len();
            let left = s.admin().rotate_due_keys().await.unwrap();
            assert_eq!(rotated + left, 10, "after {most} polls");
            partly += usize::from(rotated > 0 && left > 0);
            if first.is_some() {
                break;
            }
        }
        assert!(partly > 0);
    });
}

/// The same of those who begin anew after a restore.
#[test]
fn restored() {
    run_here(async {
        let mut partly = 0;
        for most in 0.. {
            let s = Operated::new().await;
            let restored = Polls { most, then: Then::AtOnce }.of(s.admin().restored());
            let first = Box::pin(restored).await;
            s.stage.world.server.close().await;
            assert_eq!(s.aside.stores.unfinished(), 0, "after {most} polls");
            let told = s.aside.events.take();
            let tenants = s.admin().restored().await.unwrap();
            let restored = EventKind::Administered(Deed::Restored);
            let done = told.iter().filter(|event| **event == restored).count();
            assert!(done <= tenants, "after {most} polls");
            let grants = s.aside.rows.tickets.list(&acme(), Whose::Tenant, None).await.unwrap();
            assert!(grants.tickets.iter().all(|grant| grant.state != TicketState::Live));
            partly += usize::from(done > 0 && done < tenants);
            if first.is_some() {
                break;
            }
        }
        assert!(partly > 0);
    });
}

/// And of keys that are sealed for the first time.
#[test]
fn reseal_keys() {
    run_here(async {
        let mut partly = 0;
        for most in 0.. {
            let mut s = Operated::new().await;
            let seal = |builder: ServerBuilder| builder.master_key(World::master_key());
            s.stage = with(s.aside.world.clone(), &s.aside.events, seal).await;
            let first = Polls { most, then: Then::AtOnce }.of(s.admin().reseal_keys()).await;
            s.stage.world.server.close().await;
            assert_eq!(s.aside.stores.unfinished(), 0, "after {most} polls");
            let sealed = s.aside.events.take().len();
            let left = s.admin().reseal_keys().await.unwrap();
            assert_eq!(sealed + left, s.admin().tenants(None).await.unwrap().len());
            partly += usize::from(sealed > 0 && left > 0);
            if first.is_some() {
                break;
            }
        }
        assert!(partly > 0);
    });
}

/// Keys that nobody can open any more are replaced, with all that they made, or stay as they are.
#[test]
fn replace_lost_keys() {
    run_here(async {
        for most in 0.. {
            let s = Operated::new().await;
            s.lose_keys().await;
            let before = s.state().await;
            let lost = acme();
            let replacing = s.admin().replace_lost_keys(&lost);
            let outcome = Box::pin(Polls { most, then: Then::WhenWoken }.of(replacing)).await;
            s.stage.world.server.close().await;
            assert_eq!(s.aside.stores.unfinished(), 0, "after {most} polls");
            let (state, told) = (s.state().await, s.aside.events.take());
            if state == before {
                assert_eq!(told, [], "after {most} polls");
                s.admin().replace_lost_keys(&acme()).await.unwrap();
            }
            let again = s.admin().replace_lost_keys(&acme()).await;
            assert!(matches!(again, Err(AdminError::KeysNotLost)), "after {most} polls: {again:?}");
            let grants = s.aside.rows.tickets.list(&acme(), Whose::Tenant, None).await.unwrap();
            assert!(grants.tickets.iter().all(|grant| grant.state != TicketState::Live));
            if let Some(outcome) = outcome {
                outcome.unwrap();
                assert_ne!(state, before);
                break;
            }
        }
    });
}

/// A token of which a hash is kept among the ids of JWTs: kept and told, or neither.
#[test]
fn mint_initial_access() {
    run_here(async {
        for most in 0.. {
            let s = Operated::new().await;
            let open = |policy: &mut Policy| policy.registration = Some(Arc::default());
            s.admin().change_tenant(&acme(), open).await.unwrap();
            s.aside.events.take();
            let access = InitialAccess::once(Duration::from_secs(60));
            let tenant = acme();
            let minting = s.admin().mint_initial_access(&tenant, access);
            let outcome = Polls { most, then: Then::AtOnce }.of(minting).await;
            s.stage.world.server.close().await;
            assert_eq!(s.aside.stores.unfinished(), 0, "after {most} polls");
            let (told, end) = (s.aside.events.take().len(), Timestamp::from_millis(u64::MAX));
            let kept = s.aside.rows.jwt_ids.sweep(end, usize::MAX).await.unwrap();
            assert_eq!(kept, told, "after {most} polls");
            if let Some(outcome) = outcome {
                outcome.unwrap();
                assert!(kept == 1 && most > 1, "{most}");
                break;
            }
        }
    });
}

#[test]
fn every_operation_has_its_row() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().join("core/src/admin");
    let folders = [folder.clone(), folder.join("provision")];
    let files = folders.iter().flat_map(|folder| fs::read_dir(folder).unwrap());
    let files = files.map(|file| file.unwrap().path()).filter(|path| path.is_file());
    let sources: Vec<_> = files.map(|path| fs::read_to_string(path).unwrap()).collect();
    let lines = sources.iter().flat_map(|source| source.lines());
    let names = lines.filter_map(|line| line.trim().strip_prefix("pub async fn "));
    let names: BTreeSet<_> = names.map(|rest| rest.split(['(', '<']).next().unwrap()).collect();
    assert!(names.len() > 25, "{names:?}");
    for name in names {
        let listed = OPERATIONS.iter().chain(&READING).chain(&BESIDE);
        assert!(listed.clone().any(|known| *known == name), "{name} has no row");
    }
}

/// A world of its own for one operation.
struct Operated {
    aside: Aside,
    stage: Stage,
}

impl Operated {
    /// Chance and time are the same in every one, so what was done is, too.
    async fn new() -> Self {
        let aside = Aside::new().await;
        let chance = Arc::new(SeededEntropy::default());
        let stage =
            with(aside.world.clone(), &aside.events, |builder| builder.entropy(chance)).await;
        let admin = stage.world.server.admin();
        admin.disable_tenant(&stopped()).await.unwrap();
        admin.create_client(&acme(), NewClient::confidential("two")).await.unwrap();
        admin.add_client_secret(&acme(), &two()).await.unwrap();
        aside.rows.tickets.issue(&acme(), &grant()).await.unwrap();
        for number in [1, 2] {
            aside.rows.sessions.create(&acme(), session(number)).await.unwrap();
        }
        aside.rows.consents.keep(&acme(), consent()).await.unwrap();
        aside.events.take();
        Self { aside, stage }
    }

    fn admin(&self) -> &Admin {
        self.stage.world.server.admin()
    }

    /// The keys of acme are sealed by nobody knows whom.
    async fn lose_keys(&self) {
        let mut keys = self.aside.rows.key_records.read(&acme()).await.unwrap().unwrap();
        for key in &mut keys.keys {
            key.material = KeyMaterial::new([&b"gsk\x01"[..], &[7; 96]].concat());
        }
        let from = keys.version;
        keys.version = from.next();
        let changed = self.aside.rows.key_records.change(&acme(), keys, from).await.unwrap();
        assert_eq!(changed, Change::Written);
    }

    /// Everything that the stores hold, in words.
    async fn state(&self) -> String {
        state(&self.aside.rows).await
    }
}

async fn state(rows: &Stores) -> String {
    let mut words = String::new();
    let mut tenants = rows.tenants.list(None, 99).await.unwrap();
    tenants.retain(|tenant| [acme(), stopped(), new()].contains(&tenant.id));
    writeln!(words, "{tenants:#?}").unwrap();
    for tenant in [acme(), stopped(), new()] {
        writeln!(words, "{:#?}", rows.clients.list(&tenant, None, 99).await.unwrap()).unwrap();
        for user in rows.accounts.list(&tenant, None, 99).await.unwrap() {
            writeln!(words, "{user:?} {} {:?}", user.password, user.not_before).unwrap();
            writeln!(words, "{:?}", user.claims).unwrap();
        }
        let sessions = rows.sessions.list(&tenant, None, None, 99).await.unwrap();
        let consents = rows.consents.list(&tenant, &alice(), None, 99).await.unwrap();
        writeln!(words, "{sessions:#?} {consents:#?}").unwrap();
        writeln!(words, "{:#?}", rows.key_records.read(&tenant).await.unwrap()).unwrap();
        let grants = rows.tickets.list(&tenant, Whose::Tenant, None).await.unwrap();
        writeln!(words, "{grants:#?}").unwrap();
    }
    words
}
