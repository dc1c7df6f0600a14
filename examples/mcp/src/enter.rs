//! Who may call what.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    http::StatusCode,
    middleware::Next,
    response::{IntoResponse, Response},
};
use grantry_axum::{Access, Denied};
use serde::Deserialize;

/// What one message may hold.
const BODY: usize = 1 << 20;

/// Lets a request in if its token does, and asks for more where a tool wants more: clients step up their scope
/// if HTTP tells them to, before the call is begun. The tool finds out by itself who calls it.
pub(crate) async fn enter(
    access: Access,
    request: Request,
    next: Next,
) -> Result<Response, Denied> {
    let (parts, body) = request.into_parts();
    let Ok(body) = to_bytes(body, BODY).await else {
        return Ok(StatusCode::PAYLOAD_TOO_LARGE.into_response());
    };
    if let Some(scope) = wanted(&body) {
        access.require(scope)?;
    }
    Ok(next.run(Request::from_parts(parts, Body::from(body))).await)
}

/// The part of a message that tells which tool is called.
#[derive(Deserialize)]
struct Message {
    method: String,
    params: Option<Params>,
}

#[derive(Deserialize)]
struct Params {
    name: Option<String>,
}

/// What a call needs beside what the guard wants of all. A message that cannot be read calls nothing.
fn wanted(body: &[u8]) -> Option<&'static str> {
    let message: Message = serde_json::from_slice(body).ok()?;
    let tool = message.params?.name?;
    (message.method == "tools/call" && tool == "add_note").then_some("notes:write")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_tool_that_writes_wants_more() {
        let call = |method: &str, name: &str| {
            wanted(format!(r#"{{"method":"{method}","params":{{"name":"{name}"}}}}"#).as_bytes())
        };
        assert_eq!(call("tools/call", "add_note"), Some("notes:write"));
        assert_eq!(call("tools/call", "list_notes"), None);
        assert_eq!(call("prompts/get", "add_note"), None);
        assert_eq!(wanted(br#"{"method":"tools/list"}"#), None);
        assert_eq!(wanted(b"no message"), None);
    }
}
