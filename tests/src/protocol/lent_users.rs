//! Where users are the host's own: what is not administered here, and a directory that fails.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use grantry::{
    NewUser,
    ports::{SignIn, SignInError, StoreError, Users},
    types::{ClaimSet, Password, Standing, Subject, TenantId, Username},
};

use super::admin::{admin, assert_no, subject};
use super::broken::{self, failed};
use super::custom_claims::{Host, Mood};
use super::direct::beside;
use super::visitors::{alices, code_for, said};
use crate::{Stage, tenant_id};

/// A directory that does not say this.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Without {
    Standing,
    Claims,
}

#[async_trait]
impl Users for Without {
    async fn authenticate(
        &self,
        _: &TenantId,
        _: &Username,
        _: &Password,
    ) -> Result<SignIn, SignInError> {
        Err(failed().into())
    }

    async fn standing(&self, _: &TenantId, _: &Subject) -> Result<Standing, StoreError> {
        if *self == Self::Standing { Err(failed()) } else { Ok(Standing::ACTIVE) }
    }

    async fn claims(&self, _: &TenantId, _: &Subject) -> Result<ClaimSet, StoreError> {
        if *self == Self::Claims { Err(failed()) } else { Ok(ClaimSet::new()) }
    }
}

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

/// LG-07: the host's directory is asked before anything is used up, whether or not the host says more in
/// tokens: a code is good after it failed, and a refresh token is not rotated, so that a public client may
/// ask again whenever the directory is back.
pub async fn what_was_asked_with_is_good_after_the_directory_failed(s: &Stage) {
    let browser = alices(s).await;
    let by_name = [("claims", r#"{"id_token":{"name":null}}"#)];
    for without in [Without::Standing, Without::Claims] {
        for host_says_more in [false, true] {
            let bad = &beside(s, s.world.stores.clone(), |builder| {
                let builder = builder.users(Arc::new(without));
                match host_says_more {
                    true => builder.custom_claims(Arc::new(Host(Mood::Says))),
                    false => builder,
                }
            })
            .await;
            let code = code_for(&browser, "alice", "spa", &by_name).await;
            for _ in 0..2 {
                let failed = bad.redeem_code("acme", "spa", &code).await;
                failed.assert_error(503, "temporarily_unavailable", "try again later");
            }
            let good = s.redeem_code("acme", "spa", &code).await;
            assert_eq!(said(&good)["name"], "Alice Liddell", "{without:?}");
            let first = good.tokens().refresh;
            let failed = bad.refresh("acme", "spa", &first).await;
            failed.assert_error(503, "temporarily_unavailable", "try again later");
            s.world.clock.advance(Duration::from_secs(600));
            let next = s.refresh("acme", "spa", &first).await.tokens();
            assert_eq!(s.get_as("/oauth/acme/userinfo", &next.access).await.status, 200);
        }
    }
    let users = Arc::new(Without::Standing);
    let bad = beside(s, s.world.stores.clone(), |builder| builder.users(users)).await;
    let code = s.direct_code("acme").await;
    assert_eq!(bad.redeem("acme", &code).await.status, 503);
    s.redeem("acme", &code).await.tokens();
}
