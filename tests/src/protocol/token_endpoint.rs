//! `POST …/token` before any grant: methods, media types, parameters.

use bytes::Bytes;
use grantry::types::Tenant;
use http::{HeaderValue, Method, Request, header};

use super::grant::{REFUSED, whole};
use super::visit::allowed_code;
use crate::{Answer, PKCE, Stage, World, form, query, rpc, tenant_id};

const PATH: &str = "/oauth/acme/token";
const FORM: &str = "application/x-www-form-urlencoded";

/// What `app` sends for Alice's tokens.
const SIGN_IN: [(&str, &str); 4] = [
    ("grant_type", "password"),
    ("username", "alice"),
    ("password", "wonderland"),
    ("client_id", "app"),
];

/// A body exactly as it is written here.
async fn post_text(s: &Stage, body: &str) -> Answer {
    let mut request = form(PATH, &[]);
    *request.body_mut() = Bytes::copy_from_slice(body.as_bytes());
    s.send(request).await
}

/// A good form under these content headers.
async fn post_as(s: &Stage, headers: &[(&'static str, &'static str)]) -> Answer {
    let mut request = form(PATH, &SIGN_IN);
    request.headers_mut().remove(header::CONTENT_TYPE);
    for (name, value) in headers {
        request.headers_mut().append(*name, HeaderValue::from_static(value));
    }
    s.send(request).await
}

/// TK-17, RFC 9110 §15.5.6: no other method is answered, and none of them runs a grant.
pub async fn other_methods_are_refused_and_run_nothing(s: &Stage) {
    let code = s.direct_code("acme").await;
    let redemption = query(&[
        ("grant_type", "authorize_code"),
        ("code", &code),
        ("redirect_uri", "https://app.example.com/cb"),
    ]);
    let refused = rpc(12, "METHOD_NOT_ALLOWED", "this endpoint answers GET, POST only", &[]);
    for method in ["PUT", "DELETE", "PATCH", "OPTIONS", "BREW"] {
        let method = Method::from_bytes(method.as_bytes()).expect("a method");
        let request = Request::builder().method(method).uri(format!("{PATH}?{redemption}"));
        let answer = s.send(request.body(Bytes::new()).expect("a request")).await;
        answer.assert_rpc(405, &refused);
        assert_eq!(answer.header("allow"), "GET, POST");
    }
    // Its body is the transport's to strip.
    let request = Request::head(format!("{PATH}?{redemption}")).body(Bytes::new());
    let answer = s.send(request.expect("a request")).await;
    assert_eq!((answer.status.as_u16(), answer.header("allow")), (405, "GET, POST"));
    assert_eq!(s.redeem("acme", &code).await.status, 200, "the code is as good as new");
}

/// TK-18, RFC 6749 §4: one media type, in UTF-8, as it is.
pub async fn a_body_that_is_no_form_is_refused(s: &Stage) {
    let bad: [&[(&str, &str)]; 8] = [
        &[],
        &[("content-type", "application/json")],
        &[("content-type", "text/plain")],
        &[("content-type", "multipart/form-data; boundary=x")],
        &[("content-type", "application/x-www-form-urlencoded; charset=latin1")],
        &[("content-type", "application/x-www-form-urlencoded-not")],
        &[("content-type", FORM), ("content-encoding", "gzip")],
        &[("content-type", FORM), ("content-type", FORM)],
    ];
    for headers in bad {
        let answer = post_as(s, headers).await;
        let why = "the body must be application/x-www-form-urlencoded";
        answer.assert_error(415, "invalid_request", why);
    }
    for good in [FORM, "Application/X-WWW-Form-Urlencoded; charset=\"UTF-8\""] {
        assert_eq!(post_as(s, &[("content-type", good)]).await.status, 200, "{good}");
    }
}

/// TK-16, RFC 6749 §3.2: this surface reads the body alone.
pub async fn parameters_of_the_query_are_not_read(s: &Stage) {
    let all = format!("{PATH}?{}", query(&SIGN_IN));
    let answer = s.post(&all, &[]).await;
    answer.assert_error(400, "invalid_request", "grant_type is required");

    let noise = query(&[("grant_type", "refresh_token"), ("client_id", "x"), ("client_id", "y")]);
    let answer = s.post(&format!("{PATH}?{noise}&%zz&scope=write"), &SIGN_IN).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["scope"]), (200, &"read".into()));
}

/// TK-19, RFC 6749 §3.2: also where the values are equal or empty, or nobody knows the name.
pub async fn a_parameter_given_twice_is_refused(s: &Stage) {
    let whole = format!("{}&scope=&client_secret=", query(&SIGN_IN));
    for name in ["grant_type", "username", "password", "client_id", "scope", "client_secret"] {
        for again in [format!("{name}="), format!("{name}=x"), name.to_owned()] {
            let answer = post_text(s, &format!("{whole}&{again}")).await;
            let why = format!("{name} is given more than once");
            answer.assert_error(400, "invalid_request", &why);
        }
    }
    let answer = post_text(s, &format!("{whole}&foo=1&foo=2")).await;
    answer.assert_error(400, "invalid_request", "body is given more than once");
}

/// TK-20: what others repair is refused, before anybody is looked up.
pub async fn a_broken_encoding_is_refused(s: &Stage) {
    let names = ["client_id", "refresh_token", "client_secret", "scope"];
    for broken in ["%ZZ", "%", "%4", "%ff", "%c3%28", "%C0%80"] {
        for bad in names {
            let pairs =
                names.map(|name| format!("{name}={}", if name == bad { broken } else { "x" }));
            let answer =
                post_text(s, &format!("grant_type=refresh_token&{}", pairs.join("&"))).await;
            let why = format!("{bad} is not form-urlencoded UTF-8");
            answer.assert_error(400, "invalid_request", &why);
        }
    }
    let answer = post_text(s, "grant_type=client_credentials&%zz=1").await;
    answer.assert_error(400, "invalid_request", "body is not form-urlencoded UTF-8");
}

/// TK-20: a NUL is a character like others, and no store has to like it.
pub async fn a_nul_names_nobody(s: &Stage) {
    let failed = "client authentication failed";
    let answer = post_text(s, "grant_type=refresh_token&refresh_token=x&client_id=%00").await;
    answer.assert_error(401, "invalid_client", failed);
    let basic = s.post_basic(PATH, "%00", "x", &[("grant_type", "client_credentials")]).await;
    basic.assert_error(401, "invalid_client", failed);
    let answer = post_text(s, "grant_type=refresh_token&refresh_token=%00&client_id=app").await;
    answer.assert_error(400, "invalid_grant", REFUSED);
}

/// PL-06: counted before they are read.
pub async fn more_than_64_parameters_are_refused(s: &Stage) {
    let many = |count: usize| (0..count).map(|n| format!("&x{n}=1")).collect::<String>();
    let answer = post_text(s, &format!("{}{}", query(&SIGN_IN), many(60))).await;
    assert_eq!(answer.status, 200, "64 are fine");
    let answer = post_text(s, &format!("{}{}", query(&SIGN_IN), many(61))).await;
    answer.assert_error(400, "invalid_request", "body holds more than 64 parameters");
}

/// RFC 6749 §3.2: "Parameters sent without a value MUST be treated as if they were omitted", and
/// those that are not known are ignored.
pub async fn empty_and_unknown_parameters_count_for_nothing(s: &Stage) {
    let more = "scope=&client_secret=&audience=x&unknown&=&refresh_token=";
    let answer = post_text(s, &format!("{}&{more}", query(&SIGN_IN))).await;
    assert_eq!((answer.status.as_u16(), &answer.json()["scope"]), (200, &"read".into()));
    let answer = post_text(s, "grant_type=refresh_token&client_id=app").await;
    answer.assert_error(400, "invalid_request", "refresh_token is required");
    for missing in ["", "grant_type&client_id=app"] {
        let answer = post_text(s, missing).await;
        let why = if missing.is_empty() { "is required" } else { "is empty" };
        answer.assert_error(400, "invalid_request", &format!("grant_type {why}"));
    }
}

/// RFC 6749 §5.2, `unsupported_grant_type`: exact names, and no others.
pub async fn a_grant_that_nobody_knows_is_unsupported(s: &Stage) {
    let unknown = ["implicit", "Password", "password ", "authorize_code", "urn:x:y", "none"];
    for grant in unknown {
        let parameters = [("grant_type", grant), ("client_id", "app"), ("code", "x")];
        let answer = s.post(PATH, &parameters).await;
        answer.assert_error(400, "unsupported_grant_type", "grant_type is not supported");
    }
    // Of what is wrong with its parameters nothing could be said if the grant came first.
    let twice = [("grant_type", "implicit"), ("client_id", "app"), ("client_id", "app")];
    let answer = s.post(PATH, &twice).await;
    answer.assert_error(400, "invalid_request", "client_id is given more than once");
}

/// RFC 6749 §4.1.3, §5.2: a client whose policy does not name the grant is told so, before anything is
/// looked at; the code stays good for the one that it was given to, once.
pub async fn codes_are_for_clients_whose_policy_names_them(s: &Stage) {
    let code = allowed_code(s, "acme", "spa").await;
    let parameters = [
        ("grant_type", "authorization_code"),
        ("code", &code),
        ("redirect_uri", World::REDIRECT),
        ("code_verifier", PKCE.0),
        ("client_id", "app"),
    ];
    let answer = s.post(PATH, &parameters).await;
    answer.assert_error(400, "unauthorized_client", "authorization_code is not allowed here");
    assert_eq!(s.redeem_code("acme", "spa", &code).await.status, 200, "nothing happened to it");
    let again = s.redeem_code("acme", "spa", &code).await;
    again.assert_error(400, "invalid_grant", REFUSED);
}

/// TN-03: a tenant that is not there, and a segment that cannot be one, are told apart by nothing.
pub async fn an_unknown_tenant_is_404(s: &Stage) {
    let unknown = s.post("/oauth/nobody/token", &SIGN_IN).await;
    unknown.assert_error(404, "invalid_request", "there is no such tenant");
    for segment in ["ACME", "acme.", "%61cme", "acme%00", "", "-acme", "a..b", "acme;x"] {
        let answer = s.post(&format!("/oauth/{segment}/token"), &SIGN_IN).await;
        assert_eq!(whole(&answer), whole(&unknown), "{segment}");
    }
}

/// TN-06: a disabled tenant issues nothing; its keys stay published, since its tokens may still
/// have to be recognised.
pub async fn a_disabled_tenant_issues_nothing_and_keeps_its_documents(s: &Stage) {
    let (stores, acme, asleep) = (&s.world.stores, tenant_id("acme"), tenant_id("asleep"));
    let twin = stores.tenants.read(&acme).await.expect("the store answers").expect("a tenant");
    let mut row = Tenant::new(asleep.clone(), twin.policy.clone());
    row.disabled = true;
    let keys = stores.key_records.read(&acme).await.expect("the store answers");
    let keys = keys.expect("keys");
    stores.key_records.create(&asleep, keys).await.expect("the store answers");
    stores.tenants.create(row).await.expect("the store answers");
    let app = stores.clients.read(&acme, &"app".parse().expect("a client id")).await;
    let app = app.expect("the store answers").expect("a client");
    stores.clients.create(&asleep, (*app).clone()).await.expect("the store answers");

    for grant in ["password", "refresh_token"] {
        let parameters = [&[("grant_type", grant), ("refresh_token", "x")], &SIGN_IN[1..]].concat();
        let answer = s.post("/oauth/asleep/token", &parameters).await;
        answer.assert_error(400, "unauthorized_client", "the tenant is disabled");
    }
    for (document, member) in
        [("jwks.json", "keys"), (".well-known/openid-configuration", "issuer")]
    {
        let answer = s.get(&format!("/oauth/asleep/{document}"), &[]).await;
        assert!(answer.status == 200 && answer.json().get(member).is_some(), "{answer:?}");
    }
}
