//! LE-04, LE-16: which requests of browsers are answered, and which pages read the answers.

use http::{HeaderName, HeaderValue};

use crate::{ALICE, Answer, PASSWORD, Stage, alice_asks_for_a_code, form, get, query, rpc};

const LISTED: &str = "https://app.example.com";
/// Origins that look like the listed one.
const FOREIGN: [&str; 8] = [
    "https://evil.example",
    "https://app.example.com.evil.example",
    "https://app.example.com:8443",
    "https://app.example.com:443",
    "https://APP.example.com",
    "http://app.example.com",
    "https://app.example.com/",
    "null",
];

/// Alice signs in with these headers, at both endpoints by both forms.
async fn sign_in(s: &Stage, tenant: &str, headers: &[(&'static str, &str)]) -> Vec<Answer> {
    let password = [("grant_type", "password"), ALICE, PASSWORD];
    let (code, at) = (alice_asks_for_a_code(), format!("/oauth/{tenant}"));
    let mut answers = Vec::new();
    for mut request in [
        get(&format!("{at}/authorize?{}", query(&code))),
        form(&format!("{at}/authorize/direct"), &code),
        get(&format!("{at}/token?{}", query(&password))),
        form(&format!("{at}/token/direct"), &password),
    ] {
        for (name, value) in headers {
            let value = HeaderValue::from_str(value).expect("a header");
            request.headers_mut().insert(HeaderName::from_static(name), value);
        }
        answers.push(s.send(request).await);
    }
    answers
}

async fn refused(s: &Stage, tenant: &str, headers: &[(&'static str, &str)]) {
    let message = "browsers may call this endpoint by fetch alone, from origins that the tenant \
                   lists";
    for answer in sign_in(s, tenant, headers).await {
        answer.assert_rpc(403, &rpc(7, "UNAUTHORIZED_CLIENT", message, &[]));
    }
}

async fn answered(s: &Stage, tenant: &str, headers: &[(&'static str, &str)]) {
    for answer in sign_in(s, tenant, headers).await {
        assert_eq!(answer.status, 200, "{headers:?}: {answer:?}");
    }
}

/// LE-04: images, scripts, frames and links sign nobody in.
pub async fn what_is_no_fetch_is_refused(s: &Stage) {
    for destination in ["image", "script", "iframe", "document", "style", "object", "", "Empty"] {
        for site in ["cross-site", "same-site", "same-origin"] {
            let facts = [("sec-fetch-dest", destination), ("sec-fetch-site", site)];
            refused(s, "listed", &facts).await;
        }
        refused(s, "acme", &[("sec-fetch-dest", destination)]).await;
    }
}

/// LE-04: a refused request burns no code.
pub async fn a_code_survives_the_fence(s: &Stage) {
    let code = s.direct_code("acme").await;
    let uri = crate::World::REDIRECT;
    let asked = [("grant_type", "authorize_code"), ("code", &code), ("redirect_uri", uri)];
    let mut request = get(&format!("/oauth/acme/token?{}", query(&asked)));
    request.headers_mut().insert("sec-fetch-dest", HeaderValue::from_static("image"));
    assert_eq!(s.send(request).await.status, 403);
    s.redeem("acme", &code).await.tokens();
}

/// LE-04: a fetch is answered, and so is an address that a person typed.
pub async fn fetches_and_typed_addresses_are_answered(s: &Stage) {
    for site in ["same-origin", "same-site", "none"] {
        answered(s, "acme", &[("sec-fetch-dest", "empty"), ("sec-fetch-site", site)]).await;
    }
    answered(s, "acme", &[("sec-fetch-dest", "document"), ("sec-fetch-site", "none")]).await;
    // An unlisted origin alone only means that no page may read the answer.
    answered(s, "acme", &[("origin", "https://evil.example")]).await;
}

/// LE-04: nobody has asked for what is fetched ahead, typed or not.
pub async fn whatever_is_prefetched_is_refused(s: &Stage) {
    for purpose in ["prefetch", "prefetch;prerender", "", "something-new"] {
        refused(s, "acme", &[("sec-purpose", purpose)]).await;
        let typed = [("sec-fetch-dest", "document"), ("sec-fetch-site", "none")];
        refused(s, "acme", &[&[("sec-purpose", purpose)][..], &typed].concat()).await;
        let known = [("sec-fetch-site", "cross-site"), ("origin", LISTED)];
        refused(s, "listed", &[&[("sec-purpose", purpose)][..], &known].concat()).await;
    }
}

/// LE-04, LE-16: pages of other sites only from origins that the tenant lists.
pub async fn other_sites_pass_by_a_listed_origin_alone(s: &Stage) {
    let from = |origin| {
        [("sec-fetch-dest", "empty"), ("sec-fetch-site", "cross-site"), ("origin", origin)]
    };
    answered(s, "listed", &from(LISTED)).await;
    for origin in FOREIGN {
        refused(s, "listed", &from(origin)).await;
    }
    refused(s, "acme", &from(LISTED)).await;
    answered(s, "acme", &[("sec-fetch-site", "same-site"), ("origin", LISTED)]).await;
}

/// LE-16: a listed origin may read every answer, good or bad, by its own name.
pub async fn a_listed_origin_may_read_the_answer(s: &Stage) {
    let mut answers = sign_in(s, "listed", &[("origin", LISTED)]).await;
    let prefetched = [("origin", LISTED), ("sec-purpose", "prefetch")];
    answers.extend(sign_in(s, "listed", &prefetched).await);
    let mut request = get("/oauth/listed/token");
    request.headers_mut().insert("origin", HeaderValue::from_static(LISTED));
    answers.push(s.send(request).await);
    for answer in answers {
        assert_eq!(answer.header("access-control-allow-origin"), LISTED, "{answer:?}");
        assert_eq!(answer.header("vary"), "Origin");
        assert_eq!(answer.header("access-control-allow-credentials"), "");
    }
}

/// LE-16: nobody else may, and a cache keeps the two apart.
pub async fn no_other_origin_may_read_the_answer(s: &Stage) {
    for origin in FOREIGN {
        for answer in sign_in(s, "listed", &[("origin", origin)]).await {
            assert_eq!(answer.header("access-control-allow-origin"), "", "{origin}");
            assert_eq!(answer.header("vary"), "Origin");
        }
    }
    let mut others = sign_in(s, "listed", &[]).await;
    others.extend(sign_in(s, "acme", &[("origin", LISTED)]).await);
    for answer in others {
        assert_eq!(answer.header("access-control-allow-origin"), "", "{answer:?}");
    }
}
