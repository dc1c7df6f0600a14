//! Provisioning files.

use std::ffi::OsString;

use grantry::Provision;

/// What secrets and passwords are.
const SECRET: &str = "hunter2-0f1e2d3c4b5a69788796a5b4-hunter2";
/// The part of it that is looked for.
const PART: &str = "hunter2";

/// The text as a file of its own, with every variable of the environment a secret; and as what is
/// said of a secret and of a password, with `$` for the secret itself. No message holds it, and every
/// message says where it belongs.
pub fn provision(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    // Devices are no files of secrets, and some of them wait for somebody to type.
    if text.contains("/dev/") || text.contains("/proc/") || text.contains(PART) {
        return;
    }
    demand(text);
    // On one line, so that it cannot become another field's.
    if !text.contains(['\n', '\r']) {
        let hole = text.replace('$', SECRET);
        demand(&format!(
            "[tenants.acme.policy]\n\
             default_audience = \"https://api.example.com\"\n\
             [tenants.acme.clients.billing]\n\
             type = \"confidential\"\n\
             grants = [\"client_credentials\"]\n\
             secrets = [{hole}]\n\
             [tenants.acme.users.alice]\n\
             password = {hole}\n"
        ));
    }
}

fn demand(text: &str) {
    let environment = |name: &str| (!name.is_empty()).then(|| OsString::from(SECRET));
    match Provision::parse(text, "provision.toml", environment) {
        Ok(provision) => {
            assert!(!format!("{provision:?}").contains(PART), "a secret is shown");
        }
        Err(errors) => {
            let lines = text.split('\n').count();
            assert!(errors.iter().len() > 0);
            for error in errors.iter() {
                assert!(error.line.is_some_and(|line| (1..=lines).contains(&line)), "{error:?}");
                assert!(!error.message.is_empty() && !error.message.contains('\n'), "{error:?}");
            }
            let shown = format!("{errors} {errors:?}");
            assert!(!shown.contains(PART), "a secret is shown: {shown}");
            // Whoever reads it sees what is wrong, and a terminal does what it did before.
            assert!(
                !errors.to_string().contains(|c: char| c.is_control() && c != '\n'),
                "{errors:?}"
            );
        }
    }
}
