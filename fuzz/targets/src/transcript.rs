//! A session as one reads and writes it: requests with lines between them.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri};

/// One request as text: method and path, headers, an empty line, the body.
pub(crate) struct Step<'a> {
    target: &'a [u8],
    method: &'a [u8],
    headers: &'a [u8],
    body: &'a [u8],
}

/// The requests between lines of three dashes, the first few of them.
pub(crate) fn steps(text: &[u8]) -> impl Iterator<Item = Step<'_>> {
    const MOST: usize = 9;
    let mut rest = Some(text);
    std::iter::from_fn(move || {
        let (one, after) = split(rest?, b"\n---\n");
        rest = after;
        Some(Step::read(one))
    })
    .take(MOST)
}

pub(crate) fn split<'a>(text: &'a [u8], mark: &[u8]) -> (&'a [u8], Option<&'a [u8]>) {
    match text.windows(mark.len()).position(|window| window == mark) {
        Some(at) => (&text[..at], Some(&text[at + mark.len()..])),
        None => (text, None),
    }
}

/// A text with what was answered before in the place of names such as `{code}`.
pub(crate) fn fill(text: &[u8], before: &[(&str, String)]) -> Vec<u8> {
    before.iter().fold(text.to_vec(), |text, (name, value)| {
        let mut rest = Some(&text[..]);
        let parts = std::iter::from_fn(|| {
            let (part, after) = split(rest?, format!("{{{name}}}").as_bytes());
            rest = after;
            Some(part.to_vec())
        });
        parts.collect::<Vec<_>>().join(value.as_bytes())
    })
}

impl<'a> Step<'a> {
    fn read(text: &'a [u8]) -> Self {
        let (head, body) = split(text, b"\n\n");
        let (first, headers) = split(head, b"\n");
        let (method, target) = split(first, b" ");
        let or_none = Option::unwrap_or_default;
        Self { method, target: or_none(target), headers: or_none(headers), body: or_none(body) }
    }

    /// The request, with what was answered before in the place of names such as `{code}`. None if it
    /// is one that no server would get to see.
    pub(crate) fn request(&self, before: &[(&str, String)]) -> Option<Request<Bytes>> {
        let fill = |text: &[u8]| fill(text, before);
        let mut request = Request::new(Bytes::from(fill(self.body)));
        *request.method_mut() = Method::from_bytes(self.method).ok()?;
        // Whatever has no path is answered before any of ours is asked.
        let uri =
            Uri::try_from(fill(self.target)).ok().filter(|uri| uri.path().starts_with('/'))?;
        *request.uri_mut() = Some(uri).filter(|uri| uri.authority().is_none())?;
        for line in self.headers.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()) {
            let (name, value) = split(line, b": ");
            let name = HeaderName::from_bytes(name).ok()?;
            let value = HeaderValue::from_bytes(&fill(value.unwrap_or_default())).ok()?;
            request.headers_mut().append(name, value);
        }
        Some(request)
    }
}
