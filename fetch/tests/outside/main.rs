//! Nothing but documents from outside comes back, whatever a URL, a name or a server says.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod answers;
mod keys;
mod names;
mod site;
mod urls;
