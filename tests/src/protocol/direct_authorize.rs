//! `GET …/authorize` of the direct API: a code for a name and a password.

use serde_json::json;

use crate::{Stage, alice_asks_for_a_code};

const PATH: &str = "/oauth/acme/authorize";

/// The documented v1AuthorizeResponse.
pub async fn the_answer_is_a_code_and_nothing_else(s: &Stage) {
    let answer = s.get(PATH, &alice_asks_for_a_code()).await;
    assert_eq!(answer.status, 200);
    answer.assert_private_json();
    let code = answer.json()["code"].clone();
    assert_eq!(answer.json(), json!({ "code": code }));
    assert!(code.as_str().is_some_and(|code| code.starts_with("grt_dc_")), "{code}");
}
