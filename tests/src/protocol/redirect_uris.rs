//! Where answers go: to a redirect URI of the client's own, the same text (RFC 6749 §3.1.2, RFC 8252
//! §7, RFC 9700 §4.1).

use grantry::{NewClient, types::GrantType};

use super::admin::admin;
use super::walk::{AUTHORIZE, assert_page, but, spa, walk, without};
use crate::{Browser, PKCE, Stage, get, query, tenant_id};

/// Whether a request with this redirect URI is one that goes on.
async fn is_taken(s: &Stage, client: &str, uri: &str) -> bool {
    let asked = but(spa(), &[("client_id", client), ("redirect_uri", uri)]);
    let answer = s.get(AUTHORIZE, &asked).await;
    match answer.header("location").starts_with("https://id.example.com/oauth/acme/interaction?") {
        true => true,
        false => {
            assert_page(&answer, 400);
            false
        }
    }
}

fn public(id: &str, uri: &str) -> NewClient {
    let grants = [GrantType::AuthorizationCode];
    NewClient::public(id).grants(grants).scope("openid profile read").redirect_uris([uri])
}

async fn is_registered(s: &Stage, new: NewClient) -> bool {
    admin(s).create_client(&tenant_id("acme"), new).await.is_ok()
}

/// AZ-04: nobody's name stands before a host, however many of them.
pub async fn nobodys_name_stands_before_the_host(s: &Stage) {
    for uri in [
        "https://app.example.com@evil.example/cb",
        "https://app.example.com/cb@evil.example",
        "https://user@app.example.com/cb",
        "https://user:pass@app.example.com/cb",
        "https://@app.example.com/cb",
        "https://a@b@app.example.com/cb",
        "https://app.example.com%40evil.example/cb",
        "https://app.example.com:443@evil.example/cb",
    ] {
        assert!(!is_taken(s, "spa", uri).await, "{uri}");
    }
    assert!(!is_registered(s, public("named", "https://user@app.example.com/cb")).await);
}

/// AZ-05, AZ-06, AZ-25, RFC 9700 §4.1.3: the text itself counts, and nothing that it could come to when
/// somebody decodes it, folds dots, or forgets of case.
pub async fn a_redirect_uri_is_compared_as_text(s: &Stage) {
    assert!(is_taken(s, "spa", "https://app.example.com/cb").await);
    for uri in [
        "https://app.example.com/cb/../cb",
        "https://app.example.com/./cb",
        "https://app.example.com/x/..;/cb",
        "https://app.example.com/%2e%2e/cb",
        "https://app.example.com/%63b",
        "https://app.example.com/%2563b",
        "https://app.example.com%2Fcb",
        "https://app.example.com\\cb",
        "https://app.example.com/\tcb",
        "https://app.example.com/cb\r\n",
        " https://app.example.com/cb",
        "https://app.example.com/cb\0",
        "https://app.example.com/CB",
        "https://APP.example.com/cb",
        "HTTPS://app.example.com/cb",
        "https://app.example.com:443/cb",
        "https://app.example.com./cb",
        "https://app.example.com//cb",
        "https://app.example.com/cb/",
        "https://app.example.com/c",
        "https://app.example.com/cbb",
        "http://app.example.com/cb",
        "https://app.example.com",
        "//app.example.com/cb",
        "/cb",
        "https://app.example.com/cb#",
        "https://app.example.com/cb#x",
    ] {
        assert!(!is_taken(s, "spa", uri).await, "{uri:?}");
    }
    // It was decoded once already: what is left is a percent sign.
    let place = format!("{AUTHORIZE}?{}", query(&spa()).replace("%2Fcb", "%252Fcb"));
    assert_page(&s.send(get(&place)).await, 400);
    let place = format!("/oauth/%2561cme/authorize?{}", query(&spa()));
    assert_page(&s.send(get(&place)).await, 404);
}

/// AZ-07, RFC 8252 §7.3, §8.3: of a program on the user's machine the port may differ, and nothing else;
/// of a client with a secret not even that.
pub async fn only_the_port_of_a_loopback_address_may_differ(s: &Stage) {
    for uri in ["http://127.0.0.1/cb", "http://127.0.0.1:1/cb", "http://127.0.0.1:65535/cb"] {
        assert!(is_taken(s, "native", uri).await, "{uri}");
    }
    for uri in [
        "http://127.0.0.1:5000/CB",
        "http://127.0.0.1:5000/cb/",
        "http://127.0.0.1:5000/cb?x=1",
        "http://127.0.0.1:5000/",
        "http://127.0.0.1:5000",
        "http://127.0.0.1:65536/cb",
        "http://127.0.0.1:/cb",
        "http://127.0.0.1:5000:1/cb",
        "http://127.0.0.2:5000/cb",
        "http://127.1:5000/cb",
        "http://0x7f.0.0.1:5000/cb",
        "http://[::1]:5000/cb",
        "http://localhost:5000/cb",
        "https://127.0.0.1:5000/cb",
        "http://a@127.0.0.1:5000/cb",
    ] {
        assert!(!is_taken(s, "native", uri).await, "{uri}");
    }
    let server = NewClient::confidential("server")
        .grants([GrantType::AuthorizationCode])
        .scope("openid profile read")
        .redirect_uris(["http://127.0.0.1/cb"]);
    assert!(is_registered(s, server).await);
    assert!(is_taken(s, "server", "http://127.0.0.1/cb").await);
    assert!(!is_taken(s, "server", "http://127.0.0.1:5000/cb").await);
}

/// RFC 8252 §7.3, §8.4: the answer goes to the port that was asked with, and the code is bound to it.
pub async fn a_code_goes_to_the_port_that_asked(s: &Stage) {
    let uri = "http://127.0.0.1:49152/cb";
    let asked = but(spa(), &[("client_id", "native"), ("redirect_uri", uri)]);
    let landing = walk(&Browser::new(s), "acme", &asked).await;
    let code = landing.clone().code();
    assert!(landing.away().starts_with("http://127.0.0.1:49152/cb?"));
    let redeem = |uri| {
        let form = [
            ("grant_type", "authorization_code"),
            ("client_id", "native"),
            ("code", &*code),
            ("redirect_uri", uri),
            ("code_verifier", PKCE.0),
        ];
        let form = form.to_vec();
        async move { s.post("/oauth/acme/token", &form).await }
    };
    for other in ["http://127.0.0.1/cb", "http://127.0.0.1:49153/cb"] {
        assert_eq!(redeem(other).await.json()["error"], "invalid_grant", "{other}");
    }
    redeem(uri).await.tokens();
}

/// AZ-08: a name that only begins like this machine's is another machine.
pub async fn what_begins_like_localhost_is_not_localhost(s: &Stage) {
    assert!(is_registered(s, public("local", "http://localhost/cb")).await);
    assert!(is_taken(s, "local", "http://localhost:5000/cb").await);
    for uri in [
        "http://localhost.evil/cb",
        "http://localhost.evil:5000/cb",
        "http://localhost.:5000/cb",
        "http://LOCALHOST:5000/cb",
        "http://localhost@evil.example:5000/cb",
        "http://127.0.0.1:5000/cb",
        "http://127.0.0.1.evil:5000/cb",
    ] {
        assert!(!is_taken(s, "local", uri).await, "{uri}");
    }
    for uri in ["http://127.0.0.1.evil/cb", "http://127.0.0.1.evil:5000/cb"] {
        assert!(!is_taken(s, "native", uri).await, "{uri}");
    }
    // A name of the web is bound to its port.
    assert!(is_registered(s, public("web-port", "http://app.example.com/cb")).await);
    assert!(!is_taken(s, "web-port", "http://app.example.com:5000/cb").await);
}

/// AZ-09, RFC 6749 §3.1.2: a query that was registered stays as it is, and the answer stands behind it.
pub async fn a_query_is_part_of_a_redirect_uri(s: &Stage) {
    let uri = "https://query.example.com/cb?a=1&b=%2F";
    assert!(is_registered(s, public("query", uri)).await);
    for other in [
        "https://query.example.com/cb",
        "https://query.example.com/cb?",
        "https://query.example.com/cb?a=1",
        "https://query.example.com/cb?a=1&b=/",
        "https://query.example.com/cb?b=%2F&a=1",
        "https://query.example.com/cb?a=1&b=%2f",
        "https://query.example.com/cb?a=1&b=%2F&c=1",
    ] {
        assert!(!is_taken(s, "query", other).await, "{other}");
    }
    assert!(!is_taken(s, "spa", "https://app.example.com/cb?x=1").await);
    let asked = but(spa(), &[("client_id", "query"), ("redirect_uri", uri)]);
    let landing = walk(&Browser::new(s), "acme", &asked).await;
    let told = landing.clone().parameters();
    assert_eq!((&*told["a"], &*told["b"], &*told["state"]), ("1", "/", "st"));
    assert!(landing.away().starts_with(&format!("{uri}&code=")));
}

/// AZ-10, AZ-11, RFC 9700 §4.1.1: a redirect URI holds no parameter of an answer, and there is no
/// pattern for many.
pub async fn no_redirect_uri_answers_itself_or_is_a_pattern(s: &Stage) {
    for (n, uri) in [
        "https://bad.example.com/cb?code=x",
        "https://bad.example.com/cb?a=1&state=x",
        "https://bad.example.com/cb?iss",
        "https://bad.example.com/cb?%63ode=x",
        "https://bad.example.com/cb?error=x&error_description=y",
        "https://*.example.com/cb",
        "https://*/cb",
        "https://bad.example.com/cb#x",
        "/cb",
        "javascript:alert(1)",
        "data:text/html,x",
        "https://bad.example.com;sandbox/cb",
    ]
    .into_iter()
    .enumerate()
    {
        assert!(!is_registered(s, public(&format!("bad-{n}"), uri)).await, "{uri}");
    }
    // A star in a path is a star.
    assert!(is_registered(s, public("star", "https://star.example.com/*")).await);
    assert!(is_taken(s, "star", "https://star.example.com/*").await);
    assert!(!is_taken(s, "star", "https://star.example.com/cb").await);
}

/// AZ-12, RFC 6749 §3.1.2.3: who has two names one; who has one need not, and then its code is bound to
/// none.
pub async fn a_client_with_two_redirect_uris_names_one(s: &Stage) {
    let web = [("client_id", "web"), ("redirect_uri", "https://web.example.com/cb2")];
    let asked = but(spa(), &web);
    let away = walk(&Browser::new(s), "acme", &asked).await.away();
    assert!(away.starts_with("https://web.example.com/cb2?"), "{away}");
    assert_page(&s.get(AUTHORIZE, &without(asked, "redirect_uri")).await, 400);
    let landing = walk(&Browser::new(s), "acme", &without(spa(), "redirect_uri")).await;
    let code = landing.code();
    let form = [
        ("grant_type", "authorization_code"),
        ("client_id", "spa"),
        ("code", &*code),
        ("code_verifier", PKCE.0),
    ];
    s.post("/oauth/acme/token", &form).await.tokens();
    // Named without a value is not left out.
    assert!(!is_taken(s, "spa", "").await);
}

/// RFC 8252 §7.1: an application's own scheme, which nobody's proof is.
pub async fn an_application_may_have_a_scheme_of_its_own(s: &Stage) {
    let uri = "com.example.app:/cb";
    assert!(is_registered(s, public("mobile", uri)).await);
    let asked = but(spa(), &[("client_id", "mobile"), ("redirect_uri", uri)]);
    for _ in 0..2 {
        let browser = Browser::new(s);
        let landing = walk(&browser, "acme", &asked).await;
        assert!(landing.away().starts_with("com.example.app:/cb?code="));
        // RFC 8252 §8.6, LG-14: nothing is remembered of who can be pretended to be.
        assert!(browser.authorize("acme", &asked).await.page().offers("allow"));
    }
    assert!(!is_taken(s, "mobile", "com.example.app:/cb/").await);
    assert!(!is_registered(s, public("bare", "app:/cb")).await);
}
