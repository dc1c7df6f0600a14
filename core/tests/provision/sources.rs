//! Where secrets and passwords come from.

use grantry::{
    Provision, Server,
    types::{ClientKind, ClientSecret, SecretHash, TenantId},
};

use crate::{OTHER_SECRET, SECRET, environment, folder, parse};

const TENANT: &str = "
[tenants.acme.policy]
default_audience = \"https://api.example.com\"

[tenants.acme.clients.billing]
type = \"confidential\"
grants = [\"client_credentials\"]
";

/// The hashes that a client has whose file says this of its secrets.
async fn secrets(said: &str) -> Vec<SecretHash> {
    let provision = parse(&format!("{TENANT}secrets = {said}")).unwrap();
    let server = Server::builder("https://id.example.com/{tenant}").build().await.unwrap();
    server.admin().provision(&provision).await.unwrap();
    let (tenant, id): (TenantId, _) = ("acme".parse().unwrap(), "billing".parse().unwrap());
    let client = server.admin().client(&tenant, &id).await.unwrap().unwrap();
    let ClientKind::Confidential { secrets, .. } = &client.kind else { return Vec::new() };
    secrets.to_vec()
}

fn hash(secret: &str) -> SecretHash {
    SecretHash::of(&ClientSecret::from(secret))
}

#[tokio::test]
async fn every_source_gives_the_secret_that_stands_there() {
    // printf %s 0b1c2d3e4f5061728394a5b6c7d8e9f0 | sha256sum
    let sha256 = "592cf7b3fee53cbd7bb597a996834ee7f62fd9d9fce7d8c48842b0c24757218b";
    for said in [
        "[{ env = \"GOOD_SECRET\" }]".to_owned(),
        "[{ file = \"secret.txt\" }]".to_owned(),
        "[{ file = \"../provision/secret.txt\" }]".to_owned(),
        "[{ file = \"secret-crlf.txt\" }]".to_owned(),
        format!("[{{ file = \"{}\" }}]", folder().join("secret.txt").display()),
        format!("[{{ value = \"{SECRET}\" }}]"),
        format!("[{{ sha256 = \"{sha256}\" }}]"),
        format!("[{{ sha256 = \"{}\" }}]", sha256.to_uppercase()),
    ] {
        assert_eq!(secrets(&said).await, [hash(SECRET)], "{said}");
    }
    let two = "[{ env = \"GOOD_SECRET\" }, { env = \"OTHER_SECRET\" }]";
    assert_eq!(secrets(two).await, [hash(SECRET), hash(OTHER_SECRET)], "the newest last");
}

#[test]
fn a_file_is_read_with_what_stands_around_it() {
    let text = format!("{TENANT}secrets = [{{ file = \"secret.txt\" }}]");
    assert!(Provision::parse(&text, folder().join("provision.toml"), environment).is_ok());
    assert!(Provision::parse(&text, "elsewhere/provision.toml", environment).is_err());
    let read = Provision::read(folder().join("nowhere.toml")).unwrap_err().to_string();
    assert!(read.contains("nowhere.toml: cannot be read"), "{read}");
    assert!(Provision::read(folder().join("mistakes.toml")).unwrap_err().iter().len() > 20);
}

#[test]
fn a_file_that_was_cut_off_or_has_lost_a_line_is_read_or_refused_and_no_panic() {
    let text = include_str!("mistakes.toml");
    for end in (0..text.len()).step_by(37).filter(|end| text.is_char_boundary(*end)) {
        let _ = parse(&text[..end]);
    }
    let lines: Vec<_> = text.lines().collect();
    for lost in 0..lines.len() {
        let _ = parse(&[&lines[..lost], &lines[lost + 1..]].concat().join("\n"));
    }
}

#[test]
fn a_file_that_is_no_text_is_a_mistake_and_no_panic() {
    let odd =
        ["\0", "\u{feff}", "[tenants]", "tenants = 1", "[[tenants]]", "\"\" = 1", "[tenants.a]"];
    for text in odd {
        let errors = parse(text).unwrap_err();
        assert!(errors.iter().len() > 0, "{text:?}");
    }
}
