//! What a stop ends: everything that began before it was written.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use grantry::{
    Admin,
    ports::{Clock, Deed, EventKind},
    types::{Password, Timestamp},
};

use super::admin::{admin, client_id, client_row, subject, tenant_row};
use super::direct::beside;
use crate::{Kept, Stage, tenant_id};

/// A clock that goes on with every look at it.
#[derive(Debug)]
struct Ticking(AtomicU64);

impl Clock for Ticking {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

/// When this was told, which is just after it was written.
fn written(kept: &Kept, deed: Deed) -> Timestamp {
    let wanted = EventKind::Administered(deed);
    let told = kept.take().into_iter().find(|event| event.kind == wanted);
    told.expect("it was told").at
}

async fn user_not_before(admin: &Admin) -> Timestamp {
    let alice = admin.user(&tenant_id("acme"), "alice").await.expect("the store answers");
    alice.expect("alice").not_before
}

/// LG-07, RF-08: a request that still saw what was there before the write began before it was made,
/// so `not_before` is later than the write, and not only later than the call.
pub async fn what_began_before_a_stop_was_written_is_older_than_it(s: &Stage) {
    let kept = Arc::new(Kept::default());
    let clock = Arc::new(Ticking(AtomicU64::new(s.world.clock.now().as_millis() + 1_000)));
    let (stores, events) = (s.world.stores.clone(), kept.clone());
    let s = &beside(s, stores, |builder| builder.events(events).clock(clock)).await;
    let (admin, acme) = (admin(s), tenant_id("acme"));
    let (alice, app) = (subject("user-alice"), client_id("app"));

    let new = Password::from("looking-glass");
    admin.change_password(&acme, &alice, &new).await.expect("done");
    assert!(user_not_before(admin).await > written(&kept, Deed::PasswordChanged));
    admin.disable_user(&acme, &alice).await.expect("done");
    assert!(user_not_before(admin).await > written(&kept, Deed::UserDisabled));
    admin.disable_client(&acme, &app).await.expect("done");
    let not_before = client_row(s, "acme", "app").await.not_before;
    assert!(not_before > written(&kept, Deed::ClientDisabled));
    admin.disable_tenant(&acme).await.expect("done");
    assert!(tenant_row(s, "acme").await.not_before > written(&kept, Deed::TenantDisabled));
}
