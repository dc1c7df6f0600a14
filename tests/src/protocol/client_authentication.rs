//! Who a client is (RFC 6749 §2.3), and that all who fail to prove it read the same.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use grantry::{
    NewClient,
    types::{ClientSecret, GrantType, SecretHash},
};
use http::HeaderValue;

use super::grant::{Grant, Holder, whole};
use crate::{ALICE, Answer, PASSWORD, Stage, form, tenant_id};

const PATH: &str = "/oauth/acme/token";
const FAILED: &str = "client authentication failed";
const ASK: (&str, &str) = ("grant_type", "client_credentials");

/// Asks for a client's own token under these `Authorization` headers.
async fn ask_under(s: &Stage, headers: &[&[u8]], parameters: &[(&str, &str)]) -> Answer {
    let mut request = form(PATH, &[&[ASK], parameters].concat());
    for value in headers {
        let value = HeaderValue::from_bytes(value).expect("a header");
        request.headers_mut().append("authorization", value);
    }
    s.send(request).await
}

fn basic(pair: &str) -> String {
    format!("Basic {}", STANDARD.encode(pair))
}

/// Every byte percent-encoded.
fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02x}")).collect()
}

/// RFC 6749 §2.3.1: form-encoded as most libraries do it, and raw as the others do.
pub async fn basic_credentials_are_understood_encoded_and_raw(s: &Stage) {
    for client in ["backend", "basic-only"] {
        let secret = s.world.secret("acme", client);
        let raw = basic(&format!("{client}:{secret}"));
        let decoded = basic(&format!("{}:{}", encoded(client), encoded(secret)));
        for header in [raw, decoded] {
            let answer = ask_under(s, &[header.as_bytes()], &[]).await;
            assert_eq!(answer.status, 200, "{answer:?}");
        }
    }
}

/// RFC 9110 §11.1, §11.4: the scheme in any case, and as many spaces as anybody likes.
pub async fn the_scheme_is_compared_without_case(s: &Stage) {
    let pair = STANDARD.encode(format!("backend:{}", s.world.secret("acme", "backend")));
    for scheme in ["basic ", "BASIC ", "bAsIc ", "Basic   "] {
        let answer = ask_under(s, &[format!("{scheme}{pair}").as_bytes()], &[]).await;
        assert_eq!(answer.status, 200, "{scheme:?}");
    }
}

/// RFC 6749 §2.3.1: in the form, where the client is registered so.
pub async fn the_secret_may_stand_in_the_form(s: &Stage) {
    let secret = s.world.secret("acme", "backend");
    let answer = s.post(PATH, &[ASK, ("client_id", "backend"), ("client_secret", secret)]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
}

/// RFC 6749 §3.2.1: a `client_id` beside the header only repeats who it is.
pub async fn a_client_id_beside_the_header_must_be_the_same(s: &Stage) {
    let header = basic(&format!("backend:{}", s.world.secret("acme", "backend")));
    let answer = ask_under(s, &[header.as_bytes()], &[("client_id", "backend")]).await;
    assert_eq!(answer.status, 200, "{answer:?}");
    for other in ["app", "basic-only", "Backend"] {
        let answer = ask_under(s, &[header.as_bytes()], &[("client_id", other)]).await;
        let said = (answer.status.as_u16(), answer.json()["error"].clone());
        assert_eq!(said, (400, "invalid_request".into()), "{other}");
        answer.assert_private_json();
    }
}

/// CA-01, RFC 6749 §2.3: "The client MUST NOT use more than one authentication method in each
/// request."
pub async fn two_methods_at_once_are_refused(s: &Stage) {
    let secret = s.world.secret("acme", "backend");
    let header = basic(&format!("backend:{secret}"));
    let why = "client_secret must be left out where the Authorization header is used";
    let same = [("client_id", "backend"), ("client_secret", secret)];
    for parameters in [&same[..], &same[1..], &[("client_secret", "x")]] {
        let answer = ask_under(s, &[header.as_bytes()], parameters).await;
        answer.assert_error(400, "invalid_request", why);
    }
    // Whichever of the two is right, whoever it is, and whatever they ask for.
    let basic_only = s.world.secret("acme", "basic-only");
    let wrong = basic("backend:wrong");
    for (header, secret) in [(&wrong, secret), (&header, "wrong"), (&basic("app:"), basic_only)] {
        for grant in [
            &[ASK][..],
            &[("grant_type", "password"), ALICE, PASSWORD],
            &[("grant_type", "refresh_token"), ("refresh_token", "x")],
        ] {
            let mut request = form(PATH, &[grant, &[("client_secret", secret)]].concat());
            let value = HeaderValue::try_from(header).expect("a header");
            request.headers_mut().insert("authorization", value);
            s.send(request).await.assert_error(400, "invalid_request", why);
        }
    }
    // A header that cannot be read is one all the same.
    for header in [&b"Basic !!!"[..], b"Bearer x", b"Basic"] {
        let answer = ask_under(s, &[header], &same).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
}

/// CA-02, RFC 6749 §2.3.1: decoded once: a secret may hold a colon, a plus, a percent sign and
/// letters beyond ASCII, where they are encoded.
pub async fn a_secret_is_decoded_once(s: &Stage) {
    const SECRET: &str = "s:3%41+ r\u{e9}t%";
    let hash = SecretHash::of(&ClientSecret::from(SECRET));
    for (id, hash) in [("odd", hash), ("plain", SecretHash::of(&ClientSecret::from("a:b:c")))] {
        let new = NewClient::confidential(id).grants([GrantType::ClientCredentials]);
        let new = new.scope("read").secret_hashes([hash]);
        s.world.server.admin().create_client(&tenant_id("acme"), new).await.expect("a client");
    }
    let once = basic(&format!("{}:{}", encoded("odd"), encoded(SECRET)));
    let in_part = basic("odd:s%3a3%2541%2B+r%C3%A9t%25");
    let raw_colons = basic("plain:a:b:c");
    for header in [once, in_part, raw_colons] {
        let answer = ask_under(s, &[header.as_bytes()], &[]).await;
        assert_eq!(answer.status, 200, "{header}");
    }
    let twice = basic(&format!("odd:{}", encoded(&encoded(SECRET))));
    let decoded = basic(&format!("odd:{}", encoded(&SECRET.replace("%41", "A"))));
    let cut = basic("plain:a%3Ab");
    let raw = basic(&format!("odd:{SECRET}"));
    let id_twice = basic(&format!("{}:{}", encoded(&encoded("odd")), encoded(SECRET)));
    for header in [twice, decoded, cut, raw, id_twice] {
        let answer = ask_under(s, &[header.as_bytes()], &[]).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
    let posted = [ASK, ("client_id", "odd"), ("client_secret", SECRET)];
    s.post(PATH, &posted).await.tokens();
}

/// RFC 6749 §5.2: 401, with a challenge for the scheme that the client used or could use.
pub async fn a_client_that_says_nothing_is_challenged(s: &Stage) {
    let challenge = "Basic realm=\"https://id.example.com/oauth/acme\"";
    for parameters in [&[ASK][..], &[ASK, ("client_secret", "x")], &[ASK, ("client_id", "")]] {
        let answer = s.post(PATH, parameters).await;
        answer.assert_error(401, "invalid_client", FAILED);
        assert_eq!(answer.header("www-authenticate"), challenge);
    }
}

/// CA-02, CA-03, CA-13, RF-10: unknown, disabled, wrong secret, no secret, another method, the
/// stored hash, another tenant's secret: byte for byte one answer.
pub async fn all_who_fail_read_the_same(s: &Stage) {
    let own = |client: &str| s.world.secret("acme", client).to_owned();
    let hash = digest(&SHA256, own("backend").as_bytes());
    let hex: String = hash.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
    let globex = s.world.secret("globex", "backend");
    let shown = [
        ("nobody", own("backend")),
        ("backend", "wrong".to_owned()),
        ("backend", own("backend").to_uppercase()),
        ("backend", format!("{}:x", own("backend"))),
        ("backend", own("basic-only")),
        ("backend", globex.to_owned()),
        ("backend", hex),
        ("backend", URL_SAFE_NO_PAD.encode(hash)),
        ("retired", own("retired")),
        ("retired", "wrong".to_owned()),
        ("app", "secret".to_owned()),
        ("direct", "secret".to_owned()),
    ];
    let model = s.post(PATH, &[ASK, ("client_id", "nobody")]).await;
    model.assert_error(401, "invalid_client", FAILED);
    for (client, secret) in &shown {
        let post = [ASK, ("client_id", *client), ("client_secret", secret)];
        assert_eq!(whole(&s.post(PATH, &post).await), whole(&model), "{client}");
        let header = basic(&format!("{client}:{}", encoded(secret)));
        let answer = ask_under(s, &[header.as_bytes()], &[]).await;
        assert_eq!(whole(&answer), whole(&model), "{client}");
    }
    for client in ["backend", "basic-only", "retired", "direct", "x y", "\0"] {
        let answer = s.post(PATH, &[ASK, ("client_id", client)]).await;
        assert_eq!(whole(&answer), whole(&model), "{client}");
    }
}

/// CA-03, RFC 7591 §2: by the method that it is registered for, and by no other.
pub async fn a_client_uses_its_own_method(s: &Stage) {
    let secret = s.world.secret("acme", "basic-only");
    let post = [ASK, ("client_id", "basic-only"), ("client_secret", secret)];
    s.post(PATH, &post).await.assert_error(401, "invalid_client", FAILED);
    // A public client has no secret, not even an empty one in the header.
    for header in [basic("app:"), basic("app:secret")] {
        let answer = ask_under(s, &[header.as_bytes()], &[]).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
}

/// CA-02: what cannot be read is no header that was left out, even beside a public `client_id`.
pub async fn a_header_that_cannot_be_read_is_a_failure(s: &Stage) {
    let good = format!("backend:{}", s.world.secret("acme", "backend"));
    let mut bad: Vec<Vec<u8>> = [
        "",
        "Basic",
        "Basic !!!",
        "Basic =",
        "Basic YWJj",
        "Basic YWI=x",
        "Basic Og",
        "Bearer x",
        "Digest username=\"backend\"",
        "Basic\tYTpi",
        "Basic,YTpi",
    ]
    .map(|text| text.as_bytes().to_vec())
    .into();
    bad.push(basic(&good).replacen("Basic ", "Basic", 1).into());
    bad.push(format!("{} x", basic(&good)).into());
    bad.push(format!("{}\u{e4}", basic(&good)).into());
    bad.push(format!("Basic {}", URL_SAFE_NO_PAD.encode("\u{3f}\u{3e}:\u{ff}\u{ff}")).into());
    bad.push(format!("Basic {}", STANDARD.encode([0xff, b':', 0xfe])).into());
    bad.push(basic("backend:%ZZ").into());
    bad.push(basic("backend:%f").into());
    bad.push(basic("%ff:x").into());
    bad.push(basic(&good.replace(':', "")).into());
    bad.push(basic(&format!("backend:{}", "x".repeat(4096))).into());
    for header in bad {
        for parameters in [&[][..], &[("client_id", "app")]] {
            let answer = ask_under(s, &[&header], parameters).await;
            answer.assert_error(401, "invalid_client", FAILED);
        }
    }
}

/// RFC 9110 §11.6.2: one `Authorization` header; two are none, even where they are equal.
pub async fn two_headers_are_a_failure(s: &Stage) {
    let good = basic(&format!("backend:{}", s.world.secret("acme", "backend")));
    let (good, other) = (good.as_bytes(), &b"Basic eDp5"[..]);
    for headers in [[good, good], [good, other], [other, good]] {
        let answer = ask_under(s, &headers, &[]).await;
        answer.assert_error(401, "invalid_client", FAILED);
    }
}

/// RF-10: a confidential client is nobody without its secret, and its grant does not notice.
pub async fn a_refresh_without_the_secret_changes_nothing(s: &Stage) {
    let grant = Grant::begin(s, "acme", Holder::Backend).await;
    let before = grant.row().await;
    for secret in ["", "wrong"] {
        let parameters = [
            ("grant_type", "refresh_token"),
            ("refresh_token", &grant.first.refresh),
            ("client_id", "backend"),
            ("client_secret", secret),
        ];
        s.post(PATH, &parameters).await.assert_error(401, "invalid_client", FAILED);
    }
    assert_eq!(grant.row().await, before);
    grant.gets(&grant.first.refresh).await;
}

/// The form comes before the client, the client before the grant.
pub async fn the_form_is_judged_before_the_client_and_the_client_before_the_grant(s: &Stage) {
    let wrong = [("client_id", "backend"), ("client_secret", "wrong")];
    let answer = s.post(PATH, &[&[("grant_type", "refresh_token")], &wrong[..]].concat()).await;
    answer.assert_error(400, "invalid_request", "refresh_token is required");
    let bad = [("grant_type", "refresh_token"), ("refresh_token", "x")];
    let answer = s.post(PATH, &[&bad[..], &wrong].concat()).await;
    answer.assert_error(401, "invalid_client", FAILED);
}
