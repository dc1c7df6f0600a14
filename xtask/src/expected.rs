//! What the printed lines must answer.

use anyhow::{Context, bail};

use crate::answers::{Answer, Line};
use crate::say;

/// Comment, status, and what the body holds.
pub type Expected = (&'static str, u16, &'static [&'static str]);

/// Of the tenants of `examples/provision.toml`, with the secret of `billing` and as Alice.
pub const CONFIGURED: &[Expected] = &[
    ("acme: what it offers, and where", 200, &[r#"/oauth/acme/token""#, r#""client_credentials""#]),
    (
        "acme: the client billing gets a token of its own; SECRET is its secret",
        200,
        &[r#""access_token":"ey"#, r#""scope":"read""#],
    ),
    (
        "acme: the client cashier gets a token of its own; SECRET is its secret",
        401,
        &["invalid_client"],
    ),
    (
        "acme: a user gets a code by the direct API; NAME and PASSWORD are theirs",
        200,
        &[r#"{"code":"grt_dc_"#],
    ),
    ("globex: what it offers, and where", 200, &[r#"/oauth/globex/token""#]),
];

/// Of the demo, in every framework.
pub const DEMO: &[Expected] = &[
    (
        "Direct API: Alice signs in by one GET and gets a code, good for 60 seconds",
        200,
        &[r#"{"code":"grt_dc_"#],
    ),
    (
        "Direct API: the code becomes tokens",
        200,
        &[r#""access_token":"ey"#, r#""expires_in":"3600""#, r#""token_type":"Bearer""#],
    ),
    (
        "The guarded route knows Alice by her token",
        200,
        &[
            r#""tenant":"acme""#,
            r#""client":"direct""#,
            r#""scope":["profile","read"]"#,
            r#""subject":""#,
        ],
    ),
    ("To globex a token of acme is nothing: 401", 401, &["invalid_token"]),
    ("Direct API: her password becomes tokens at once", 200, &[r#""refresh_token":"grt_dr_"#]),
    ("Direct API: a refresh token becomes new tokens", 200, &[r#""refresh_token":"grt_dr_"#]),
    (
        "Direct API: the same by POST, so that no password is in a URL",
        200,
        &[r#""refresh_token":"grt_dr_"#],
    ),
    (
        "Direct API: a wrong password is a google.rpc.Status, 401",
        401,
        &[r#""code":16"#, "INVALID_CREDENTIALS"],
    ),
    (
        "Direct API: the code once more is refused, and ends what came from it",
        400,
        &["INVALID_GRANT"],
    ),
    ("So her first token opens nothing any more: 401", 401, &["invalid_token"]),
    (
        "OAuth 2.1: a backend gets a token of its own",
        200,
        &[r#""expires_in":3600"#, r#""scope":"read""#],
    ),
    ("OAuth 2.1: Bob signs in through the public client", 200, &[r#""refresh_token":"grt_rt_"#]),
    (
        "OpenID Connect: a client sends a browser here, and Grantry shows its login page; $JAR plays the browser",
        200,
        &[r#"name="password""#, r#"name="interaction" value="grt_in_"#],
    ),
    (
        "OpenID Connect: a wrong password is the page again, 403",
        403,
        &["The user name or the password is wrong"],
    ),
    (
        "OpenID Connect: Alice signs in, and is asked whether the client may",
        200,
        &[r#"value="allow""#, "demo"],
    ),
    (
        "OpenID Connect: she allows it, and the code that her browser brings becomes tokens",
        200,
        &[r#""id_token":"ey"#, r#""refresh_token":"grt_rt_"#],
    ),
    ("OpenID Connect: userinfo says who she is", 200, &[r#""name":"Alice""#, r#""sub":""#]),
    ("OAuth 2.1: what acme offers, and where", 200, &[r#"/oauth/acme/token""#]),
    ("OAuth 2.1: the public keys of acme", 200, &[r#""crv":"P-256""#]),
    ("The application is still there: its own route", 200, &["["]),
    ("The application is still there: its own route by POST", 201, &[r#""item":"tea""#]),
    ("The application is still there: its own file beside the metadata", 200, &["Contact: "]),
    ("The application is still there: its own 404", 404, &[r#""hint":"try /orders""#]),
];

/// Of the shop with users of its own.
pub const OWN_USERS: &[Expected] = &[
    (
        "Anna of north signs in with the password that she has at the shop",
        200,
        &[r#""refresh_token":"grt_rt_"#],
    ),
    ("The guarded route knows her by the shop's own number", 200, &[r#""number":"N-1001""#]),
    ("A wrong password is invalid_grant, 400", 400, &[REFUSED]),
    ("Somebody who is no customer gets the same answer after the same work", 400, &[REFUSED]),
    ("And so does Ben with the right password, since his account is closed", 400, &[REFUSED]),
    ("At south the password of north is wrong", 400, &[REFUSED]),
    ("Her namesake at south has another number", 200, &[r#""access_token":"ey"#]),
    ("The guarded route shows her own row", 200, &[r#""number":"S-1001""#]),
    ("Anna of north closes her account", 204, &[]),
    ("So her access token opens nothing any more: 401", 401, &["invalid_token"]),
    ("And her refresh token brings nothing: 400", 400, &["invalid_grant"]),
    ("At south nothing changed", 200, &[r#""number":"S-1001""#]),
    (
        "A client sends a browser here, which Grantry sends on to the shop's own login page; $JAR is the browser",
        200,
        &[r#"action="/login""#, r#"value="south.grt_in_"#],
    ),
    (
        "Anna of south signs in there, and Grantry asks her whether the client may",
        200,
        &["Order tracking", r#"value="allow""#],
    ),
    (
        "She allows it, and the client exchanges the code that her browser brings for tokens and her number",
        200,
        &[r#""id_token":"ey"#],
    ),
];

/// Of the MCP server, for clients that know nothing but its URL.
pub const MCP: &[Expected] = &[
    (
        "Without a token the server says where tokens come from: 401",
        401,
        &["/.well-known/oauth-protected-resource/mcp\"", "scope=\"notes:read\""],
    ),
    (
        "There the client finds the authorization server of this API",
        200,
        &["/oauth/notes\"]", "/mcp\""],
    ),
    (
        "Which says that clients may register themselves, or be known by a document at the URL that is their id",
        200,
        &["/oauth/notes/register\"", "\"client_id_metadata_document_supported\":true", "\"none\""],
    ),
    (
        "A client registers itself, without asking anybody",
        201,
        &["\"client_id\":\"dyn-", "notes:read notes:write"],
    ),
];

/// One answer for every refused sign-in, to the letter.
const REFUSED: &str =
    r#"{"error":"invalid_grant","error_description":"the user name or the password is wrong"}"#;

/// Compares each answer with what is expected of its line.
///
/// # Errors
/// The first that differs; a line that nothing is expected of; an expectation without a line.
pub fn check(expected: &[Expected], lines: &[Line], answers: &[Answer]) -> anyhow::Result<()> {
    if lines.len() != answers.len() {
        bail!("{} lines got {} answers", lines.len(), answers.len());
    }
    for (line, answer) in lines.iter().zip(answers) {
        check_one(expected, line, answer).with_context(|| format!("# {}", line.comment))?;
        say(&format!("   {} {}", answer.status, line.comment));
    }
    let printed = |comment| lines.iter().any(|line| line.comment == comment);
    match expected.iter().find(|(comment, ..)| !printed(*comment)) {
        Some((comment, ..)) => bail!("# {comment}: expected, but not printed"),
        None => Ok(()),
    }
}

fn check_one(expected: &[Expected], line: &Line, answer: &Answer) -> anyhow::Result<()> {
    let expected = expected.iter().find(|(comment, ..)| *comment == line.comment);
    let (_, status, parts) =
        expected.context("printed, but nothing is expected of it: see xtask/src/expected.rs")?;
    let Answer { status: actual, body } = answer;
    if actual != status {
        bail!("expected {status}, got {actual} with {body}");
    }
    match parts.iter().find(|part| !body.contains(**part)) {
        Some(part) => bail!("expected {part} in {body}"),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What a run looks like in which everything is as expected.
    fn good() -> (Vec<Line>, Vec<Answer>) {
        let line = |comment: &str| Line { comment: comment.to_owned(), command: String::new() };
        let one = |&(comment, status, parts): &Expected| {
            (line(comment), Answer { status, body: parts.concat() })
        };
        DEMO.iter().map(one).unzip()
    }

    #[test]
    fn what_is_expected_passes() {
        let (lines, answers) = good();
        check(DEMO, &lines, &answers).unwrap();
    }

    #[test]
    fn another_status_or_body_fails() {
        let (lines, mut answers) = good();
        answers[3].status = 200;
        assert!(check(DEMO, &lines, &answers).is_err());
        let (lines, mut answers) = good();
        answers[3].body.clear();
        assert!(check(DEMO, &lines, &answers).is_err());
    }

    #[test]
    fn a_line_too_many_or_too_few_fails() {
        let (mut lines, mut answers) = good();
        lines.pop();
        answers.pop();
        assert!(check(DEMO, &lines, &answers).is_err());
        let (mut lines, answers) = good();
        lines[0].comment.push('!');
        assert!(check(DEMO, &lines, &answers).is_err());
    }
}
