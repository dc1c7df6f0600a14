//! A client has two secrets for a while, so that one takes the other's place without a pause.

use grantry::{SecretAge, types::ClientSecret};

use super::admin::{FAILED, admin, asks_alone, assert_no, client_id, client_row};
use super::grant::{Grant, Holder};
use crate::{Stage, tenant_id};

const ONE_OR_TWO: &str =
    "client.secrets of a confidential client are one or two: add one before the last goes";

async fn second(s: &Stage) -> ClientSecret {
    let backend = client_id("backend");
    admin(s).add_client_secret(&tenant_id("acme"), &backend).await.expect("a secret")
}

/// Whether a secret is the client's, in the form and in the header.
async fn assert_counts(s: &Stage, secret: &str, counts: bool) {
    let own = [("grant_type", "client_credentials")];
    for answer in [
        asks_alone(s, "acme", "backend", secret).await,
        s.post_basic("/oauth/acme/token", "backend", secret, &own).await,
    ] {
        match counts {
            true => drop(answer.tokens()),
            false => answer.assert_error(401, "invalid_client", FAILED),
        }
    }
}

/// CA-13: a new one beside the old, and both count; the stored row holds neither.
pub async fn both_secrets_of_a_client_count(s: &Stage) {
    let (old, new) = (s.world.secret("acme", "backend"), second(s).await);
    assert_ne!(old, new.expose());
    assert!(new.expose().starts_with("grt_cs_") && new.expose().len() == 50, "256 bits");
    assert_counts(s, old, true).await;
    assert_counts(s, new.expose(), true).await;
    assert_counts(s, &format!("{old}{}", new.expose()), false).await;
    assert_eq!(s.world.secret("strict", "backend").len(), old.len());
    let foreign = s.world.secret("strict", "backend");
    assert_counts(s, foreign, false).await;
    let printed = format!("{:?} {new:?}", client_row(s, "acme", "backend").await);
    assert!(!printed.contains(old) && !printed.contains(new.expose()), "{printed}");
}

/// The older goes: the new one stays, and what was got with either lives on.
pub async fn the_older_secret_goes_and_the_newer_stays(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    let (old, new) = (s.world.secret("acme", "backend"), second(s).await);
    admin(s).remove_client_secret(&acme, &backend, SecretAge::Older).await.expect("done");
    assert_counts(s, old, false).await;
    assert_counts(s, new.expose(), true).await;
    let parameters = [
        ("grant_type", "refresh_token"),
        ("refresh_token", &grant.first.refresh),
        ("client_id", "backend"),
        ("client_secret", new.expose()),
    ];
    s.post("/oauth/acme/token", &parameters).await.tokens();
}

/// The newer goes, as where it was never given to anybody.
pub async fn the_newer_secret_goes_and_the_older_stays(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    let (old, new) = (s.world.secret("acme", "backend"), second(s).await);
    admin(s).remove_client_secret(&acme, &backend, SecretAge::Newer).await.expect("done");
    assert_counts(s, old, true).await;
    assert_counts(s, new.expose(), false).await;
}

/// Never three, and never none.
pub async fn a_client_has_one_secret_or_two(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    for which in [SecretAge::Older, SecretAge::Newer] {
        assert_no(admin(s).remove_client_secret(&acme, &backend, which).await, ONE_OR_TWO);
    }
    let new = second(s).await;
    let why = "client.secrets of a confidential client are one or two";
    let before = client_row(s, "acme", "backend").await;
    assert_no(admin(s).add_client_secret(&acme, &backend).await, why);
    assert_eq!(client_row(s, "acme", "backend").await, before);
    assert_counts(s, s.world.secret("acme", "backend"), true).await;
    assert_counts(s, new.expose(), true).await;
}

/// CA-03: a public client proves nothing, so it has nothing to prove it by.
pub async fn a_public_client_gets_no_secret(s: &Stage) {
    let (acme, app) = (tenant_id("acme"), client_id("app"));
    let before = client_row(s, "acme", "app").await;
    let why = "client.secrets are for confidential clients: a public one proves nothing by them";
    assert_no(admin(s).add_client_secret(&acme, &app).await, why);
    assert_no(admin(s).remove_client_secret(&acme, &app, SecretAge::Older).await, why);
    assert_eq!(client_row(s, "acme", "app").await, before);
    s.tokens("acme", "app").await;
}

/// CA-03: the secrets of a disabled client count for nothing until it is enabled again.
pub async fn a_secret_added_while_stopped_counts_when_started(s: &Stage) {
    let (acme, backend) = (tenant_id("acme"), client_id("backend"));
    admin(s).disable_client(&acme, &backend).await.expect("done");
    let new = second(s).await;
    assert_counts(s, new.expose(), false).await;
    assert_counts(s, s.world.secret("acme", "backend"), false).await;
    admin(s).enable_client(&acme, &backend).await.expect("done");
    assert_counts(s, new.expose(), true).await;
}
