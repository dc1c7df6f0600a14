//! What else there is: the host's directory, other processes, the README, logs.

use std::sync::Arc;

use grantry::{
    Provision, async_trait,
    ports::{SignIn, SignInError, StoreError, Users},
    types::{Password, Standing, Subject, TenantId, Username},
};

use crate::{
    SECRET, parse,
    server::{EXAMPLE, acme, apply, builder, server},
};

#[tokio::test]
async fn an_error_names_whom_it_is_about() {
    let server = server().await;
    apply(&server, EXAMPLE).await;
    server.admin().delete_tenant(&acme()).await.unwrap();
    let again = server.admin().provision(&parse(EXAMPLE).unwrap()).await.unwrap_err();
    assert!(again.to_string().starts_with("tenants.acme: "), "{again}");
}

#[tokio::test]
async fn users_of_a_host_with_a_directory_of_its_own_are_refused_before_anything_is_written() {
    let server = builder().users(Arc::new(Elsewhere)).build().await.unwrap();
    let refused = server.admin().provision(&parse(EXAMPLE).unwrap()).await.unwrap_err();
    assert!(refused.to_string().starts_with("tenants.acme.users.alice: "), "{refused}");
    assert_eq!(server.admin().tenant(&acme()).await.unwrap(), None);
    let (less, _) = EXAMPLE.split_once("[tenants.acme.users.alice]").unwrap();
    assert_eq!(apply(&server, less).await, [8, 0, 0]);
}

/// A directory of the host, in which there is nobody.
#[derive(Debug)]
struct Elsewhere;

#[async_trait]
impl Users for Elsewhere {
    async fn authenticate(
        &self,
        _: &TenantId,
        _: &Username,
        _: &Password,
    ) -> Result<SignIn, SignInError> {
        Ok(SignIn::Refused)
    }

    async fn standing(&self, _: &TenantId, _: &Subject) -> Result<Standing, StoreError> {
        Ok(Standing::Gone)
    }
}

#[tokio::test]
async fn processes_that_apply_one_file_at_once_all_succeed() {
    let server = server().await;
    let one = || {
        let server = server.clone();
        tokio::spawn(async move { apply(&server, EXAMPLE).await })
    };
    let all: Vec<_> = (0..8).map(|_| one()).collect();
    let mut created = 0;
    for one in all {
        let [new, changed, equal] = one.await.unwrap();
        assert_eq!((new + equal, changed), (10, 0));
        created += new;
    }
    assert_eq!(created, 10, "each is created once");
}

#[test]
fn the_readme_shows_what_happens() {
    let readme = include_str!("../../../README.md");
    let text = readme.split("```toml\n").nth(1).unwrap().split("```").next().unwrap();
    assert!(parse(text).is_ok());
    let slip = text.replace("client_credentials", "client_credential");
    let said = Provision::parse(&slip, "provision.toml", |name| {
        (name == "ALICE_PASSWORD").then(|| "wonderland".into())
    });
    let said = said.unwrap_err().to_string();
    assert!(readme.contains(&said), "{said}");
}

#[test]
fn what_was_read_prints_no_secret() {
    let given =
        EXAMPLE.replace("{ env = \"BILLING_SECRET\" }", &format!("{{ value = \"{SECRET}\" }}"));
    let provision: Provision = parse(&given).unwrap();
    let printed = format!("{provision:?}");
    assert!(printed.contains("billing") && printed.contains("alice"), "{printed}");
    assert!(!printed.contains(SECRET) && !printed.contains("wonderland"), "{printed}");
}
