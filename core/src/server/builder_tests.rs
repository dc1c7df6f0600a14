use super::*;
use crate::ports::{ExtensionRefusal, ExtensionRequest, ExtensionVerdict, StoreError};
use crate::types::GrantType;

#[tokio::test]
async fn the_hosts_login_is_a_path_of_ours_or_a_url_by_https() {
    let build = async |place: &str| {
        Server::builder("https://id.example.com/{tenant}").login(place).build().await
    };
    for good in ["/login", "/login?from=grantry", "https://a.example/in", "http://127.0.0.1:9/in"] {
        assert!(build(good).await.is_ok(), "{good}");
    }
    // LG-16
    for bad in ["", "login", "//evil", "/\\evil", "https:evil", "http://a.example/", "/a#b", "/a b"]
    {
        let refused = build(bad).await.unwrap_err();
        assert!(matches!(refused, ConfigError::Login(place) if place == bad), "{bad}");
    }
}

#[derive(Debug)]
struct Nobody;

#[crate::async_trait]
impl ExtensionGrant for Nobody {
    async fn judge(&self, _: &ExtensionRequest<'_>) -> Result<ExtensionVerdict, StoreError> {
        Ok(ExtensionRefusal::Grant.into())
    }
}

#[tokio::test]
async fn a_grant_of_the_hosts_own_is_named_by_a_uri_of_its_own() {
    let build = async |names: &[&str]| {
        let builder = Server::builder("https://id.example.com/{tenant}");
        let lend =
            |builder: ServerBuilder, name: &&str| builder.extension_grant(*name, Arc::new(Nobody));
        names.iter().fold(builder, lend).build().await
    };
    let exchange = "urn:ietf:params:oauth:grant-type:token-exchange";
    assert!(build(&[exchange, "https://a.example/grant"]).await.is_ok());
    for (names, bad) in [
        (&[exchange, ""][..], ""),
        (&["token-exchange"], "token-exchange"),
        (&["urn:a:b#c"], "urn:a:b#c"),
        (&["urn:ietf:params:oauth:grant-type:device_code"], GrantType::DeviceCode.as_str()),
        (&[exchange, exchange], exchange),
    ] {
        let refused = build(names).await.unwrap_err();
        assert!(
            matches!(refused, ConfigError::ExtensionGrant { name, .. } if name == bad),
            "{bad}"
        );
    }
}

#[tokio::test]
async fn le_13_an_issuer_by_plain_http_is_loopback_or_a_danger_that_was_named() {
    for host in ["id.example.com", "10.0.0.1", "127.0.0.1.evil.example", "[::2]", "0.0.0.0"] {
        let issuer = format!("http://{host}/oauth/{{tenant}}");
        let refused = Server::builder(&issuer).build().await.unwrap_err();
        assert!(matches!(refused, ConfigError::InsecureIssuer(text) if text == issuer));
        assert!(Server::builder(&issuer).danger_insecure_http(true).build().await.is_ok());
    }
    for good in ["http://127.0.0.1:8080", "http://localhost", "http://[::1]", "https://a.example"] {
        assert!(Server::builder(format!("{good}/{{tenant}}")).build().await.is_ok(), "{good}");
    }
}
