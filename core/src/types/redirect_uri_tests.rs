use super::*;

#[test]
fn a_redirect_uri_keeps_its_text() {
    let own = ["com.example.app:/cb", "com.example.app://cb?x"];
    for text in ["https://a.example", "HTTP://A.example/x?y=%2F", "http://127.0.0.1:5/cb"]
        .into_iter()
        .chain(own)
    {
        assert_eq!(text.parse::<RedirectUri>().unwrap().as_str(), text);
    }
    let (a, b) = ("https://a.example/", "https://a.example");
    assert_ne!(a.parse::<RedirectUri>().unwrap(), b.parse::<RedirectUri>().unwrap());
    assert_eq!(
        format!("{0} {0:?}", b.parse::<RedirectUri>().unwrap()),
        format!("{b} RedirectUri({b:?})")
    );
}

#[test]
fn a_redirect_uri_knows_its_parts() {
    let parts = |text: &str| {
        let uri: RedirectUri = text.parse().unwrap();
        let is = (uri.is_web(), uri.is_https(), uri.is_loopback());
        (uri.host().to_owned(), uri.origin().to_owned(), is)
    };
    let own = |host: &str, origin: &str, is| (host.to_owned(), origin.to_owned(), is);
    let (https, local, other) = ((true, true, false), (true, false, true), (false, false, false));
    for (text, host, origin, is) in [
        ("https://a.example:8443/cb?x=//y", "a.example", "https://a.example:8443", https),
        ("https://a.example?x=1", "a.example", "https://a.example", https),
        ("http://[::1]:9/cb", "[::1]", "http:", local),
        ("http://localhost/", "localhost", "http://localhost", local),
        ("http://localhost.evil/", "localhost.evil", "http://localhost.evil", (true, false, false)),
        ("com.example.app:/cb", "", "com.example.app:", other),
        ("com.example.app://localhost/cb", "localhost", "com.example.app:", other),
    ] {
        assert_eq!(parts(text), own(host, origin, is), "{text}");
    }
    let uri: RedirectUri = "https://a.example/?co%64e=1&x".parse().unwrap();
    assert!(uri.holds("code") && uri.holds("x") && !uri.holds("cod") && !uri.holds(""));
}

#[test]
fn az_07_az_08_only_the_port_of_a_loopback_address_may_differ() {
    let allows = |own: &str, asked: &str| {
        let (own, asked): (RedirectUri, RedirectUri) =
            (own.parse().unwrap(), asked.parse().unwrap());
        own.allows(&asked)
    };
    for (own, asked) in [
        ("http://127.0.0.1/cb", "http://127.0.0.1:5000/cb"),
        ("http://127.0.0.1:1/cb?x=1", "http://127.0.0.1:2/cb?x=1"),
        ("http://[::1]/cb", "http://[::1]:5/cb"),
        ("http://localhost/cb", "http://localhost:5/cb"),
        ("com.example.app:/cb", "com.example.app:/cb"),
    ] {
        assert!(allows(own, asked), "{own} {asked}");
    }
    for (own, asked) in [
        ("http://127.0.0.1/cb", "http://127.0.0.1:5/CB"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5/cb?x"),
        ("http://127.0.0.1/cb", "http://127.0.0.1:5/cb/"),
        ("http://127.0.0.1/cb", "http://[::1]:5/cb"),
        ("http://127.0.0.1/cb", "https://127.0.0.1:5/cb"),
        ("http://localhost/cb", "http://localhost.evil:5/cb"),
        ("https://a.example/cb", "https://a.example:444/cb"),
        ("https://localhost/cb", "https://localhost:444/cb"),
        ("http://a.example/cb", "http://a.example:81/cb"),
        ("com.example.app://localhost/cb", "com.example.app://localhost:5/cb"),
    ] {
        assert!(!allows(own, asked), "{own} {asked}");
    }
}

#[test]
fn what_browsers_would_repair_is_refused() {
    // AZ-04, AZ-05
    let bad = [
        "",
        "/cb",
        "//a.example/cb",
        "https:a.example",
        "https:///cb",
        "https://good@evil.example/",
        "https://a.example/#x",
        "https://a.example/#",
        "https://a.example\\cb",
        "https://a.exa\tmple/",
        "https://a.example/\n",
        "https://a.example/ä",
        "https://a.example/%zz",
        "javascript:alert(1)",
        "data:text/html,x",
        "app:/cb",
        "com.example.app:cb",
        "com.example.app:/cb#x",
        "com.example.app://good@evil/cb",
        "https://%61.example/cb",
        "https://a.example;script-src*/cb",
        "https://a'.example/cb",
        "https://a,b.example/cb",
        "http://127.1/cb",
        "http://0x7f.0.0.1/cb",
        "http://a.example.1/cb",
        "http://127.0.0.1./cb",
        "http://2130706433/cb",
        "https://a.example:/cb",
        "https://a.example:65536/cb",
        "https://[v1.x]/cb",
    ];
    for text in bad {
        assert_eq!(text.parse::<RedirectUri>(), Err(InvalidUri::Redirect), "{text:?}");
    }
    let long = |more: usize| {
        let longest = limits::REDIRECT_URI - "https://a.example/".len();
        format!("https://a.example/{}", "x".repeat(longest + more))
    };
    assert!(long(0).parse::<RedirectUri>().is_ok());
    assert_eq!(long(1).parse::<RedirectUri>(), Err(InvalidUri::Redirect));
}
