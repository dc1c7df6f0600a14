//! Bounds on what a request may hold, and bytes that are no text.

use bytes::Bytes;
use grantry::types::limits;
use http::{HeaderValue, header};

use super::direct::{ask, bad, invalid_grant, wrong_credentials};
use crate::{ALICE, PASSWORD, Stage, World, alice_asks_for_a_code, form, get, query, rpc};

const TOKEN: &str = "/oauth/acme/token/direct";

/// Direct API: 1 to 256 bytes after decoding, whatever their number of characters.
pub async fn a_user_name_has_at_most_256_bytes(s: &Stage) {
    for (name, fits) in [("é".repeat(128), true), ("é".repeat(128) + "x", false)] {
        let text = query(&[("grant_type", "password"), ("username", &name), PASSWORD]);
        for answer in ask(s, "acme", "token", &text).await {
            match fits {
                true => answer.assert_rpc(401, &wrong_credentials()),
                false => answer.assert_rpc(400, &bad(&[("username", "is longer than 256 bytes")])),
            }
        }
    }
}

/// AZ-24: not NUL, not CR and LF, no escapes, nor those of ISO 6429 beyond ASCII.
pub async fn a_user_name_has_no_control_characters(s: &Stage) {
    for name in ["alice\0", "alice\r\n", "\u{1b}[31malice", "alice\u{7f}", "al\u{85}ice"] {
        let text = query(&[("grant_type", "password"), ("username", name), PASSWORD]);
        for answer in ask(s, "acme", "token", &text).await {
            let rule = "must be 1 to 256 bytes without control characters";
            answer.assert_rpc(400, &bad(&[("username", rule)]));
        }
    }
}

/// LG-08: an over-long password is a bad parameter; nothing is hashed.
pub async fn a_password_has_at_most_1024_bytes(s: &Stage) {
    for (name, password) in [("alice", "é".repeat(512)), ("nobody", "x".repeat(1024))] {
        let user = [("grant_type", "password"), ("username", name), ("password", &password)];
        for answer in ask(s, "acme", "token", &query(&user)).await {
            answer.assert_rpc(401, &wrong_credentials());
        }
        let longer = password + "x";
        let user = [("grant_type", "password"), ("username", name), ("password", &longer)];
        for answer in ask(s, "acme", "token", &query(&user)).await {
            answer.assert_rpc(400, &bad(&[("password", "is longer than 1024 bytes")]));
        }
    }
}

/// Direct API: at most 2048 bytes each.
pub async fn state_and_redirect_uri_have_at_most_2048_bytes(s: &Stage) {
    let uri = |length: usize| format!("{:x<length$}", "https://app.example.com/");
    let authorize = async |state: usize, redirect: usize| {
        let own = [("response_type", "code"), ALICE, PASSWORD];
        let (state, redirect) = ("x".repeat(state), uri(redirect));
        let more = [("state", &*state), ("redirect_uri", &*redirect)];
        ask(s, "acme", "authorize", &query(&[&own[..], &more].concat())).await
    };
    assert!(authorize(2048, 2048).await.iter().all(|answer| answer.status == 200));
    for answer in authorize(2049, 2048).await {
        answer.assert_rpc(400, &bad(&[("state", "is longer than 2048 bytes")]));
    }
    for answer in authorize(2048, 2049).await {
        answer.assert_rpc(400, &bad(&[("redirect_uri", "is longer than 2048 bytes")]));
    }
}

/// PL-06, TN-08: what cannot be a token is not looked at.
pub async fn codes_and_refresh_tokens_have_at_most_512_bytes(s: &Stage) {
    let redirect = ("redirect_uri", World::REDIRECT);
    for (grant, name) in [("authorize_code", "code"), ("refresh_token", "refresh_token")] {
        let ask = async |length: usize| {
            let text = query(&[("grant_type", grant), (name, &"x".repeat(length)), redirect]);
            ask(s, "acme", "token", &text).await
        };
        for answer in ask(512).await {
            answer.assert_rpc(400, &invalid_grant());
        }
        for answer in ask(513).await {
            answer.assert_rpc(400, &bad(&[(name, "is longer than 512 bytes")]));
        }
    }
}

/// PL-06, LE-18: only that there are too many is told, since nothing was read.
pub async fn a_request_holds_at_most_64_parameters(s: &Stage) {
    let own = query(&[("grant_type", "password"), ALICE, PASSWORD]);
    let with = |more: usize| (0..more).fold(own.clone(), |text, n| format!("{text}&x{n}=1"));
    for answer in ask(s, "acme", "token", &with(61)).await {
        answer.tokens();
    }
    let [got, posted] = ask(s, "acme", "token", &with(62)).await;
    got.assert_rpc(400, &bad(&[("query", "holds more than 64 parameters")]));
    posted.assert_rpc(400, &bad(&[("body", "holds more than 64 parameters")]));
    let many = (0..1000).fold(String::new(), |text, n| format!("{text}x{n}=&"));
    let [got, posted] = ask(s, "acme", "authorize", &many).await;
    got.assert_rpc(400, &bad(&[("query", "holds more than 64 parameters")]));
    posted.assert_rpc(400, &bad(&[("body", "holds more than 64 parameters")]));
}

/// LE-18: 8 KiB of query.
pub async fn a_longer_query_is_414(s: &Stage) {
    let too_large = rpc(3, "INVALID_REQUEST", "the query is too large", &[]);
    let own = query(&[("grant_type", "password"), ALICE, PASSWORD]) + "&x=";
    let fits = format!("{own:x<length$}", length = limits::QUERY);
    s.send(get(&format!("/oauth/acme/token?{fits}"))).await.tokens();
    s.send(get(&format!("/oauth/acme/token?{fits}x"))).await.assert_rpc(414, &too_large);
    s.send(form(&format!("{TOKEN}?{fits}x"), &[])).await.assert_rpc(414, &too_large);
}

/// PL-02, TN-08: 16 KiB of form; an adapter stops reading at 64.
pub async fn a_larger_body_is_413(s: &Stage) {
    let too_large = rpc(3, "INVALID_REQUEST", "the body is too large", &[]);
    let own = query(&[("grant_type", "password"), ALICE, PASSWORD]) + "&x=";
    let fits = format!("{own:x<length$}", length = limits::FORM);
    let send = async |body: String| {
        let mut request = form(TOKEN, &[]);
        *request.body_mut() = Bytes::from(body);
        s.send(request).await
    };
    send(fits.clone()).await.tokens();
    for more in [1, limits::BODY - limits::FORM, limits::BODY - limits::FORM + 1] {
        send(fits.clone() + &"x".repeat(more)).await.assert_rpc(413, &too_large);
    }
}

/// TK-18: a form is a form in UTF-8, and says so once.
pub async fn another_media_type_is_415(s: &Stage) {
    let message = "the body must be application/x-www-form-urlencoded";
    let refused = rpc(3, "INVALID_REQUEST", message, &[]);
    let sent = form(TOKEN, &[("grant_type", "password"), ALICE, PASSWORD]);
    for good in [
        "application/x-www-form-urlencoded; charset=UTF-8",
        "Application/X-WWW-Form-URLEncoded;charset=\"utf-8\"",
    ] {
        let mut request = sent.clone();
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(good));
        s.send(request).await.tokens();
    }
    for bad in [
        "application/json",
        "text/plain",
        "multipart/form-data; boundary=x",
        "application/x-www-form-urlencoded2",
        "application/x-www-form-urlencoded; charset=latin1",
    ] {
        let mut request = sent.clone();
        request.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static(bad));
        s.send(request).await.assert_rpc(415, &refused);
    }
    let mut nameless = sent.clone();
    nameless.headers_mut().remove(header::CONTENT_TYPE);
    s.send(nameless).await.assert_rpc(415, &refused);
    let mut packed = sent;
    packed.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    s.send(packed).await.assert_rpc(415, &refused);
}

/// TK-20: what others repair is refused, in every parameter.
pub async fn broken_encoding_is_a_bad_parameter(s: &Stage) {
    let grant = "grant_type=authorize_code&redirect_uri=https://app.example.com/cb";
    for broken in ["%", "%4", "x%", "%zz", "%u0041", "%C3", "%C3%28", "%ED%A0%80", "%00%f"] {
        for answer in ask(s, "acme", "token", &format!("{grant}&code={broken}")).await {
            answer.assert_rpc(400, &bad(&[("code", "is not form-urlencoded UTF-8")]));
        }
        let [got, posted] = ask(s, "acme", "token", &format!("{grant}&code=x&{broken}=1")).await;
        got.assert_rpc(400, &bad(&[("query", "is not form-urlencoded UTF-8")]));
        posted.assert_rpc(400, &bad(&[("body", "is not form-urlencoded UTF-8")]));
    }
    let mut raw = form(TOKEN, &[]);
    *raw.body_mut() = Bytes::from_static(b"grant_type=refresh_token&refresh_token=\xff");
    let rule = [("refresh_token", "is not form-urlencoded UTF-8")];
    s.send(raw).await.assert_rpc(400, &bad(&rule));
}

/// TK-20, AZ-24: a NUL reaches no store that would stumble over it.
pub async fn a_nul_is_an_error_of_the_callers(s: &Stage) {
    let (code, refresh) = (s.direct_code("acme").await, s.direct_tokens("acme").await.refresh);
    let redirect = ("redirect_uri", World::REDIRECT);
    let (nul_code, nul_refresh) = (code.clone() + "\0", "\0".to_owned() + &refresh);
    for asked in [
        [("grant_type", "authorize_code"), ("code", &nul_code), redirect],
        [("grant_type", "refresh_token"), ("refresh_token", &nul_refresh), redirect],
    ] {
        for answer in ask(s, "acme", "token", &query(&asked)).await {
            answer.assert_rpc(400, &invalid_grant());
        }
    }
    let mut asked = alice_asks_for_a_code();
    (asked[1].1, asked[3].1) = ("alice\0", "https://app.example.com/\0");
    let all = [
        ("username", "must be 1 to 256 bytes without control characters"),
        (
            "redirect_uri",
            "must be an absolute http or https URI without fragment and user information",
        ),
    ];
    for answer in ask(s, "acme", "authorize", &query(&asked)).await {
        answer.assert_rpc(400, &bad(&all));
    }
    let asked = [("grant_type", "password"), ALICE, ("password", "wonderland\0")];
    for answer in ask(s, "acme", "token", &query(&asked)).await {
        answer.assert_rpc(401, &wrong_credentials());
    }
    s.redeem("acme", &code).await.tokens();
    s.direct_refresh("acme", &refresh).await.tokens();
}
