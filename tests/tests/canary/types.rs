//! No public type prints a secret, and none is forgotten.

use std::{collections::BTreeSet, error::Error};

use grantry as root;
use grantry::{ports, types};

use crate::{
    canaries::{Canaries, mark},
    printed::{Secrets, mistakes},
    public,
};

#[tokio::test]
async fn le_01_no_public_type_prints_a_secret() {
    let secrets = Secrets::new().await;
    let rows = secrets.printed().await;
    for (name, printed) in &rows {
        let found = secrets.canaries.within(printed.as_bytes());
        assert!(found.is_empty(), "{name} prints {found:?}: {printed}");
    }
    // Nobody but us makes one, so it is looked at where it is: in a guard.
    let guard = format!("{:?}", secrets.stage.world.guards.acme);
    assert!(guard.contains("ports: Ports {") && guard.contains("KeySet {"), "{guard}");
    let mut named: BTreeSet<_> = rows.iter().map(|(name, _)| (*name).to_owned()).collect();
    named.insert("ports::Ports".to_owned());
    // Nor does anybody make what pages show: the core looks at that. What a host is told of a request
    // is what its client asked for.
    const OURS: [&str; 12] = [
        "root::InteractionInfo",
        "types::AccountPage",
        "types::ClientFacts",
        "types::ConsentPage",
        "types::DeviceConsentPage",
        "types::DevicePage",
        "types::FormPostPage",
        "types::LoginPage",
        "types::MessagePage",
        "types::PageContext",
        "types::ScopeText",
        "types::SignOutPage",
    ];
    named.extend(OURS.map(str::to_owned));
    assert_eq!(named, public::types(), "each public type has a row, and each row a type");
}

#[test]
fn tk_26_no_error_says_what_was_given() {
    let mark = mark("shown", "secret");
    let mut canaries = Canaries::default();
    canaries.add("secret", mark.as_bytes());
    let store = || ports::StoreError::new(mark.clone());
    let errors: [Box<dyn Error>; 9] = [
        Box::new(store()),
        Box::new(ports::SignInError::from(store())),
        Box::new(root::AdminError::from(store())),
        Box::new(root::AdminError::from(ports::SignInError::from(store()))),
        Box::new(root::ConfigError::from(root::AdminError::from(store()))),
        Box::new(mistakes(&mark)),
        Box::new(format!("https://x:{mark}@a.example/").parse::<types::RedirectUri>().unwrap_err()),
        Box::new(format!("{mark}\"").parse::<types::Scope>().unwrap_err()),
        Box::new(mark.parse::<types::TenantId>().unwrap_err()),
    ];
    for error in errors {
        let shown = error.to_string();
        assert!(canaries.within(shown.as_bytes()).is_empty(), "{shown}");
    }
}
