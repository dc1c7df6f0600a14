//! What an operator did is told once each, and nothing is told of what was not done.

use grantry::{
    KeyKind, KeyRotation, NewClient, NewUser, SecretAge,
    ports::{Deed, Event, EventKind},
    types::{Client, DirectApi, Password, Policy, Subject, Whose},
};

use super::admin::{admin, client_id, subject, tenant_row};
use super::events::{by, told};
use crate::{Stage, tenant_id};

fn did(s: &Stage, deed: Deed, client: &str) -> Event {
    by(s, EventKind::Administered(deed), client)
}

fn ended(s: &Stage, count: u64, client: &str) -> Event {
    by(s, EventKind::Ended(count), client)
}

/// The same of a user.
fn about(event: Event, who: &Subject) -> Event {
    let mut event = event;
    event.subject = Some(who.clone());
    event
}

/// Each deed on a tenant.
pub async fn what_is_done_to_a_tenant_is_told_once(s: &Stage) {
    let (kept, s) = told(s).await;
    let (acme, admin) = (tenant_id("acme"), admin(&s));
    let policy = tenant_row(&s, "acme").await.policy;
    admin.create_tenant("new", policy).await.expect("done");
    let mut created = did(&s, Deed::TenantCreated, "");
    created.tenant = tenant_id("new");
    assert_eq!(kept.take(), [created]);
    let off = |policy: &mut Policy| policy.direct_api = DirectApi::Off;
    admin.change_tenant(&acme, off).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::TenantChanged, "")]);
    s.tokens("acme", "app").await;
    kept.take();
    admin.disable_tenant(&acme).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::TenantDisabled, ""), ended(&s, 1, "")]);
    admin.enable_tenant(&acme).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::TenantEnabled, "")]);
    for (how, deed) in
        [(KeyRotation::Staged, Deed::KeysAnnounced), (KeyRotation::AtOnce, Deed::KeysReplaced)]
    {
        for kind in [KeyKind::Signing, KeyKind::Ticket] {
            admin.rotate_keys(&acme, kind, how).await.expect("done");
            assert_eq!(kept.take(), [did(&s, deed, "")]);
        }
    }
    admin.delete_tenant(&acme).await.expect("done");
    let deleted =
        [did(&s, Deed::TenantDisabled, ""), ended(&s, 0, ""), did(&s, Deed::TenantDeleted, "")];
    assert_eq!(kept.take(), deleted);
}

/// Each deed on a client.
pub async fn what_is_done_to_a_client_is_told_once(s: &Stage) {
    let (kept, s) = told(s).await;
    let (acme, admin, id) = (tenant_id("acme"), admin(&s), client_id("made"));
    admin.create_client(&acme, NewClient::confidential("made")).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::ClientCreated, "made")]);
    let change = |client: &mut Client| client.scope = "read".parse().expect("a scope");
    admin.change_client(&acme, &id, change).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::ClientChanged, "made")]);
    admin.add_client_secret(&acme, &id).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::SecretAdded, "made")]);
    admin.remove_client_secret(&acme, &id, SecretAge::Older).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::SecretRemoved, "made")]);
    admin.disable_client(&acme, &id).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::ClientDisabled, "made"), ended(&s, 0, "made")]);
    admin.enable_client(&acme, &id).await.expect("done");
    assert_eq!(kept.take(), [did(&s, Deed::ClientEnabled, "made")]);
    admin.delete_client(&acme, &id).await.expect("done");
    let deleted = [
        did(&s, Deed::ClientDisabled, "made"),
        ended(&s, 0, "made"),
        did(&s, Deed::ClientDeleted, "made"),
    ];
    assert_eq!(kept.take(), deleted);
}

/// Each deed on a user.
pub async fn what_is_done_to_a_user_is_told_once(s: &Stage) {
    let (kept, s) = told(s).await;
    let (acme, admin) = (tenant_id("acme"), admin(&s));
    let password = Password::from("wonderland");
    let bob = admin.create_user(&acme, NewUser::new("bob", password.clone())).await.expect("bob");
    let who = &bob.subject;
    let one = |deed| [about(did(&s, deed, ""), who)];
    let stopped = |deed| [about(did(&s, deed, ""), who), about(ended(&s, 0, ""), who)];
    assert_eq!(kept.take(), one(Deed::UserCreated));
    admin.rename_user(&acme, who, "robert").await.expect("done");
    assert_eq!(kept.take(), one(Deed::UserRenamed));
    admin.change_password(&acme, who, &password).await.expect("done");
    assert_eq!(kept.take(), stopped(Deed::PasswordChanged));
    admin.disable_user(&acme, who).await.expect("done");
    assert_eq!(kept.take(), stopped(Deed::UserDisabled));
    admin.enable_user(&acme, who).await.expect("done");
    assert_eq!(kept.take(), one(Deed::UserEnabled));
    admin.delete_user(&acme, who).await.expect("done");
    let deleted = [stopped(Deed::UserDisabled).to_vec(), one(Deed::UserDeleted).to_vec()].concat();
    assert_eq!(kept.take(), deleted);
}

/// What changed nothing, or was refused, is no deed.
pub async fn what_was_not_done_is_not_told(s: &Stage) {
    let (kept, s) = told(s).await;
    let (acme, admin, app) = (tenant_id("acme"), admin(&s), client_id("app"));
    let (alice, nobody) = (subject("user-alice"), subject("nobody"));
    let policy = tenant_row(&s, "acme").await.policy;
    admin.change_tenant(&acme, |_| {}).await.expect("nothing to do");
    admin.change_client(&acme, &app, |_| {}).await.expect("nothing to do");
    admin.enable_tenant(&acme).await.expect("nothing to do");
    admin.enable_client(&acme, &app).await.expect("nothing to do");
    admin.enable_user(&acme, &alice).await.expect("nothing to do");
    admin.rename_user(&acme, &alice, "ALICE").await.expect("nothing to do");
    assert_eq!(admin.rotate_due_keys().await.expect("nothing to do"), 0);
    let refused = [
        admin.create_tenant("acme", policy).await.is_err(),
        admin.change_tenant(&acme, |policy| policy.code_lifetime *= 99).await.is_err(),
        admin.create_client(&acme, NewClient::public("app")).await.is_err(),
        admin.change_client(&acme, &app, |client| client.disabled = true).await.is_err(),
        admin.add_client_secret(&acme, &app).await.is_err(),
        admin.create_user(&acme, NewUser::new("alice", Password::from("x"))).await.is_err(),
        admin.rename_user(&acme, &alice, "mallory").await.is_err(),
        admin.change_password(&acme, &alice, &Password::from("")).await.is_err(),
        admin.delete_user(&acme, &nobody).await.is_err(),
        admin.delete_client(&acme, &client_id("nobody")).await.is_err(),
        admin.delete_tenant(&tenant_id("nobody")).await.is_err(),
        admin.end_grants(&acme, Whose::Subject(nobody)).await.is_err(),
    ];
    assert_eq!(refused, [true; 12]);
    let told = kept.take();
    assert!(told.is_empty(), "{told:?}");
}
