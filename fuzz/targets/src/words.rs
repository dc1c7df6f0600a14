//! Short identifiers, against grammars that were written down a second time.

use grantry::types::{Audience, ClientId, Subject, TenantId};

/// Each takes exactly what its grammar says, keeps the text, and shows it as it was.
pub fn words(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    agree(text, text.parse::<TenantId>().ok(), is_tenant_id(text));
    agree(text, text.parse::<ClientId>().ok(), is_name(text, 255));
    agree(text, text.parse::<Audience>().ok(), is_name(text, 512));
    agree(text, text.parse::<Subject>().ok(), is_printable(text) && text.len() <= 255);
}

#[track_caller]
fn agree<T: ToString>(text: &str, taken: Option<T>, allowed: bool) {
    assert_eq!(taken.map(|word| word.to_string()).as_deref(), allowed.then_some(text), "{text:?}");
}

/// One to 63 letters, digits and `.`, `_`, `-`: parts between dots, none of them empty, the first of
/// which begins with a letter or a digit.
fn is_tenant_id(text: &str) -> bool {
    let letters = "abcdefghijklmnopqrstuvwxyz0123456789";
    let part = |part: &str| {
        !part.is_empty() && part.chars().all(|c| letters.contains(c) || "_-".contains(c))
    };
    text.len() < 64 && text.split('.').all(part) && !text.starts_with(['_', '-'])
}

/// RFC 6749 appendix A: NQCHAR without the space.
fn is_name(text: &str, most: usize) -> bool {
    is_printable(text) && text.len() <= most && !text.contains([' ', '"', '\\'])
}

fn is_printable(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|c| c == ' ' || c.is_ascii_graphic())
}
