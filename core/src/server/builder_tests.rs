use super::*;

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
