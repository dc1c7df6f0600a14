//! Answers, and what a whole answer must look like.

use bytes::Bytes;
use http::{HeaderMap, Response, StatusCode};
use serde_json::{Value, json};

/// An answer with its body at hand.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The headers.
    pub headers: HeaderMap,
    /// The body.
    pub body: Bytes,
}

impl From<Response<Bytes>> for Answer {
    fn from(response: Response<Bytes>) -> Self {
        let (parts, body) = response.into_parts();
        Self { status: parts.status, headers: parts.headers, body }
    }
}

impl Answer {
    /// The body as JSON.
    ///
    /// # Panics
    /// When it is none.
    #[track_caller]
    pub fn json(&self) -> Value {
        let parsed = serde_json::from_slice(&self.body);
        parsed.unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// All that a caller sees, to be compared with another answer: all but the date.
    pub fn visible(&self) -> (u16, HeaderMap, Bytes) {
        let mut headers = self.headers.clone();
        headers.remove("date");
        (self.status.as_u16(), headers, self.body.clone())
    }

    /// A header's only value; empty where it is absent.
    ///
    /// # Panics
    /// When it is there more than once.
    #[track_caller]
    pub fn header(&self, name: &str) -> &str {
        let mut all = self.headers.get_all(name).iter();
        let first = all.next().map_or("", |value| value.to_str().expect("a header in ASCII"));
        assert!(all.next().is_none(), "{name} stands twice in {self:?}");
        first
    }

    /// Demands the headers of every answer that nobody may keep.
    ///
    /// # Panics
    /// When one of them is not as it must be.
    #[track_caller]
    pub fn assert_private_json(&self) {
        assert_eq!(self.header("content-type"), "application/json", "{self:?}");
        assert_eq!(self.header("cache-control"), "no-store", "{self:?}");
        assert_eq!(self.header("pragma"), "no-cache", "{self:?}");
        assert_eq!(self.header("x-content-type-options"), "nosniff", "{self:?}");
        assert_eq!(self.header("referrer-policy"), "no-referrer", "{self:?}");
    }

    /// Demands a whole rpcStatus answer: status, headers and body.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn assert_rpc(&self, status: u16, body: &Value) {
        assert_eq!((self.status.as_u16(), &self.json()), (status, body));
        self.assert_private_json();
        let challenge = self.header("www-authenticate");
        assert_eq!(challenge.starts_with("Bearer realm=\"https://"), status == 401, "{challenge}");
    }

    /// Demands a whole error answer by RFC 6749 §5.2: status, headers and body.
    ///
    /// # Panics
    /// When it is another.
    #[track_caller]
    pub fn assert_error(&self, status: u16, error: &str, description: &str) {
        let body = json!({ "error": error, "error_description": description });
        assert_eq!((self.status.as_u16(), self.json()), (status, body));
        self.assert_private_json();
        let challenge = self.header("www-authenticate");
        assert_eq!(challenge.starts_with("Basic realm=\"https://"), status == 401, "{challenge}");
    }
}

/// An rpcStatus body with these bad parameters, of which there may be none.
pub fn rpc(code: u8, reason: &str, message: &str, violations: &[Value]) -> Value {
    let mut details = vec![json!({
        "@type": "type.googleapis.com/google.rpc.ErrorInfo",
        "reason": reason,
        "domain": "grantry",
    })];
    if !violations.is_empty() {
        details.push(json!({
            "@type": "type.googleapis.com/google.rpc.BadRequest",
            "fieldViolations": violations,
        }));
    }
    json!({ "code": code, "message": message, "details": details })
}

/// A bad parameter of an rpcStatus body.
pub fn violation(field: &str, description: &str) -> Value {
    json!({ "field": field, "description": description })
}
