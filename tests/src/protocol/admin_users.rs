//! The life of a user: stopped, started again, renamed, given another password, deleted.

use std::time::Duration;

use grantry::{
    Admin, NewUser,
    types::{Account, Password, Subject},
};

use super::admin::{Belongings, admin, assert_no, slips_past, subject};
use super::direct::{ask, assert_alike, wrong_credentials};
use super::grant::{Grant, Holder};
use crate::{Answer, PASSWORD, Stage, World, claims, query, tenant_id};

const MOMENT: Duration = Duration::from_millis(1);
const NOBODY: &str = "there is no such user in the tenant: create them first";
const TAKEN: &str = "there is already a user of this name";
const WRONG: &str = "the user name or the password is wrong";

/// A user signs in in every way that there is: on the direct API, and through two clients.
async fn signs_in(s: &Stage, name: &str, password: &str) -> [Vec<Answer>; 2] {
    let user = [("username", name), ("password", password)];
    let code = [("response_type", "code"), ("redirect_uri", World::REDIRECT)];
    let grant = [("grant_type", "password")];
    let mut rpc =
        Vec::from(ask(s, "acme", "authorize", &query(&[&user[..], &code].concat())).await);
    rpc.extend(ask(s, "acme", "token", &query(&[&user[..], &grant].concat())).await);
    // No more than four failures at once: the sixth would have to wait.
    s.forget_failures();
    let secret = s.world.secret("acme", "backend");
    let app = [&user[..], &grant, &[("client_id", "app")]].concat();
    let rfc = vec![
        s.post("/oauth/acme/token", &app).await,
        s.post_basic("/oauth/acme/token", "backend", secret, &[&user[..], &grant].concat()).await,
    ];
    [rpc, rfc]
}

/// Demands that nobody of this name has this password.
async fn assert_turned_away(s: &Stage, name: &str, password: &str) {
    let [rpc, rfc] = signs_in(s, name, password).await;
    rpc[0].assert_rpc(401, &wrong_credentials());
    assert_alike(&rpc);
    for answer in rfc {
        answer.assert_error(400, "invalid_grant", WRONG);
    }
    s.forget_failures();
}

async fn assert_signs_in(s: &Stage, name: &str, password: &str, who: &str) {
    let [rpc, rfc] = signs_in(s, name, password).await;
    for answer in rpc.iter().chain(&rfc) {
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let sub = |answer: &Answer| claims(&answer.tokens().access)["sub"].clone();
    assert!([&rpc[2], &rfc[0], &rfc[1]].map(sub).iter().all(|sub| sub == who));
}

/// LG-07, LE-09, TK-15: stopped at one moment, answered like a wrong password at the next; nothing that
/// they were granted counts.
pub async fn a_disabled_user_has_a_wrong_password_from_that_moment_on(s: &Stage) {
    let issued = Belongings::of(s, "acme").await;
    let stopped = admin(s).disable_user(&tenant_id("acme"), &subject("user-alice")).await;
    assert_eq!(stopped.expect("done"), 4);
    issued.are_dead().await;
    let [right, _] = signs_in(s, "alice", "wonderland").await;
    let [wrong, _] = signs_in(s, "mallory", "looking-glass").await;
    assert_alike(&[right, wrong].concat());
    s.forget_failures();
    assert_turned_away(s, "alice", "wonderland").await;
}

/// LG-07: what they were granted before stays dead, what comes after lives.
pub async fn a_user_enabled_again_does_not_get_back_what_they_had(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let issued = Belongings::of(s, "acme").await;
    admin(s).disable_user(&acme, &alice).await.expect("done");
    admin(s).enable_user(&acme, &alice).await.expect("done");
    s.world.clock.advance(MOMENT);
    issued.are_dead().await;
    assert_signs_in(s, "alice", "wonderland", "user-alice").await;
    Belongings::of(s, "acme").await.live().await;
}

/// LG-07, LG-21: nor does what was just being granted: a row that was written too late is dead as
/// well, whether the user was stopped or has another password.
pub async fn a_grant_that_slipped_past_a_users_end_is_dead_all_the_same(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let (grant, old) = (Grant::begin(s, "acme", Holder::App).await, PASSWORD.1);
    let row = grant.row().await;
    admin(s).disable_user(&acme, &alice).await.expect("done");
    admin(s).enable_user(&acme, &alice).await.expect("done");
    slips_past(&grant, &row).await;
    grant.is_refused(&grant.first.refresh).await;
    s.world.clock.advance(MOMENT);
    let grant = Grant::begin(s, "acme", Holder::App).await;
    let row = grant.row().await;
    admin(s).change_password(&acme, &alice, &Password::from(old)).await.expect("done");
    slips_past(&grant, &row).await;
    grant.is_refused(&grant.first.refresh).await;
}

/// TN-01: neither other users nor the namesake at another tenant notice.
pub async fn other_users_do_not_notice_that_one_is_stopped_or_gone(s: &Stage) {
    let (acme, mallory) = (tenant_id("acme"), subject("user-mallory"));
    let others = [Belongings::of(s, "acme").await, Belongings::of(s, "strict").await];
    admin(s).enable_user(&acme, &mallory).await.expect("done");
    admin(s).disable_user(&acme, &mallory).await.expect("done");
    admin(s).delete_user(&acme, &mallory).await.expect("done");
    admin(s).delete_user(&tenant_id("ecdsa"), &subject("user-alice")).await.expect("done");
    for other in others {
        other.live().await;
    }
    assert_signs_in(s, "alice", "wonderland", "user-alice").await;
}

/// LG-21, RF-08: whoever changes a password ends what was opened by the old one.
pub async fn another_password_ends_every_grant_of_the_old_one(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let (issued, other) = (Belongings::of(s, "acme").await, Belongings::of(s, "strict").await);
    let new = Password::from("looking-glass");
    assert_eq!(admin(s).change_password(&acme, &alice, &new).await.expect("done"), 4);
    issued.are_dead().await;
    other.live().await;
    s.world.clock.advance(MOMENT);
    assert_turned_away(s, "alice", "wonderland").await;
    assert_signs_in(s, "alice", "looking-glass", "user-alice").await;
    let stored =
        s.world.stores.accounts.by_subject(&acme, &alice).await.expect("the store answers");
    let stored = stored.expect("alice");
    assert!(stored.password.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
}

/// LG-08: a password that could never be sent is none; the old one stays.
pub async fn a_password_that_nobody_can_send_is_refused(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let issued = Belongings::of(s, "acme").await;
    for length in [0, 1025, 1 << 20] {
        let password = Password::from(&*"p".repeat(length));
        let why = "a password is 1 to 1024 bytes";
        assert_no(admin(s).change_password(&acme, &alice, &password).await, why);
        assert_no(admin(s).create_user(&acme, NewUser::new("bob", password)).await, why);
    }
    issued.live().await;
    let longest = "é".repeat(512);
    admin(s).change_password(&acme, &alice, &Password::from(&*longest)).await.expect("done");
    s.world.clock.advance(MOMENT);
    assert_signs_in(s, "alice", &longest, "user-alice").await;
}

/// Who they are stays, and what they were granted; the old name is nobody's, then another's.
pub async fn a_renamed_user_is_the_same_user(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let issued = Belongings::of(s, "acme").await;
    let renamed = admin(s).rename_user(&acme, &alice, "ＬＩＤＤＥＬＬ").await.expect("done");
    assert_eq!((&*renamed.username, renamed.subject.as_str()), ("liddell", "user-alice"));
    issued.live().await;
    assert_turned_away(s, "alice", "wonderland").await;
    assert_signs_in(s, "Liddell", "wonderland", "user-alice").await;
    let new = NewUser::new("alice", Password::from("wonderland"));
    let other = admin(s).create_user(&acme, new).await.expect("a user");
    assert_ne!(other.subject, alice);
    assert_signs_in(s, "alice", "wonderland", other.subject.as_str()).await;
    assert_no(admin(s).rename_user(&acme, &alice, "ALICE").await, TAKEN);
    assert_no(admin(s).rename_user(&acme, &alice, "Mallory").await, TAKEN);
    let form = "this user name has no canonical form by RFC 8265: use letters, digits and . _ @ -";
    assert_no(admin(s).rename_user(&acme, &alice, "two words").await, form);
    assert_signs_in(s, "liddell", "wonderland", "user-alice").await;
}

/// LG-07: gone is gone, and whoever comes under the same name is somebody else.
pub async fn a_user_created_anew_is_another(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let issued = Belongings::of(s, "acme").await;
    admin(s).delete_user(&acme, &alice).await.expect("done");
    issued.are_dead().await;
    assert_turned_away(s, "alice", "wonderland").await;
    let new = NewUser::new("Alice", Password::from("wonderland"));
    let other = admin(s).create_user(&acme, new).await.expect("a user");
    assert_ne!(other.subject, alice);
    issued.are_dead().await;
    assert_signs_in(s, "alice", "wonderland", other.subject.as_str()).await;
    assert!(admin(s).user_by_subject(&acme, &alice).await.expect("the store answers").is_none());
}

/// Design, "Stores": what changes nothing writes nothing, and who is not there is not made.
pub async fn a_user_who_stays_what_they_are_keeps_their_version(s: &Stage) {
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let row =
        async || admin(s).user(&acme, "alice").await.expect("the store answers").expect("her");
    let before = row().await;
    admin(s).enable_user(&acme, &alice).await.expect("nothing to do");
    admin(s).rename_user(&acme, &alice, "ALICE").await.expect("nothing to do");
    assert_eq!(row().await, before);
    admin(s).disable_user(&acme, &alice).await.expect("done");
    let stopped = row().await;
    assert_eq!((stopped.version, stopped.disabled), (before.version.next(), true));
    s.world.clock.advance(MOMENT);
    assert_eq!(admin(s).disable_user(&acme, &alice).await.expect("nothing to do"), 0);
    assert_eq!(row().await, stopped);
    let nobody = subject("nobody");
    let new = Password::from("x");
    assert_no(admin(s).disable_user(&acme, &nobody).await, NOBODY);
    assert_no(admin(s).enable_user(&acme, &nobody).await, NOBODY);
    assert_no(admin(s).delete_user(&acme, &nobody).await, NOBODY);
    assert_no(admin(s).rename_user(&acme, &nobody, "x").await, NOBODY);
    assert_no(admin(s).change_password(&acme, &nobody, &new).await, NOBODY);
}

/// TN-01: users come in the order of their subjects, each once, and those of one tenant alone.
pub async fn users_come_in_pages_in_the_order_of_their_subjects(s: &Stage) {
    let (acme, accounts) = (tenant_id("acme"), &s.world.stores.accounts);
    for n in (0..2 * Admin::PAGE).rev() {
        for tenant in ["acme", "strict"] {
            let row =
                Account::new(subject(&format!("{tenant}-{n}")), format!("u{n}").into(), "x".into());
            accounts.create(&tenant_id(tenant), row).await.expect("the store answers");
        }
    }
    admin(s).delete_user(&acme, &subject("acme-7")).await.expect("done");
    let (mut found, mut after) = (Vec::new(), None::<Subject>);
    loop {
        let page = admin(s).users(&acme, after.as_ref()).await.expect("the store answers");
        assert!(page.len() <= Admin::PAGE);
        let Some(last) = page.last() else { break };
        after = Some(last.subject.clone());
        found.extend(page.iter().map(|account| account.subject.to_string()));
    }
    assert_eq!(found.len(), 2 * Admin::PAGE - 1 + 2);
    assert!(found.windows(2).all(|pair| pair[0] < pair[1]), "{found:?}");
    assert!(!found.iter().any(|who| who.starts_with("strict") || who == "acme-7"), "{found:?}");
}
