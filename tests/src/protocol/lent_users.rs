//! Administration where users are the host's own.

use std::sync::Arc;

use grantry::{NewUser, types::Password};

use super::admin::{admin, assert_no, subject};
use super::broken;
use super::direct::beside;
use crate::{Stage, tenant_id};

/// Design, "Ports": where the host lends its own users, there are none to administer here.
pub async fn users_of_the_hosts_own_are_not_administered_here(s: &Stage) {
    let users = Arc::new(broken::Directory::Disabled);
    let s = &beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    let (acme, alice) = (tenant_id("acme"), subject("user-alice"));
    let before = s.world.stores.accounts.by_subject(&acme, &alice).await;
    let new = Password::from("looking-glass");
    let why = "users come from the host's own directory: create them there";
    let admin = admin(s);
    assert_no(admin.create_user(&acme, NewUser::new("bob", new.clone())).await, why);
    assert_no(admin.user(&acme, "alice").await, why);
    assert_no(admin.user_by_subject(&acme, &alice).await, why);
    assert_no(admin.users(&acme, None).await, why);
    assert_no(admin.rename_user(&acme, &alice, "liddell").await, why);
    assert_no(admin.change_password(&acme, &alice, &new).await, why);
    assert_no(admin.disable_user(&acme, &alice).await, why);
    assert_no(admin.enable_user(&acme, &alice).await, why);
    assert_no(admin.delete_user(&acme, &alice).await, why);
    let after = s.world.stores.accounts.by_subject(&acme, &alice).await;
    assert_eq!(after.expect("the store answers"), before.expect("the store answers"));
}
