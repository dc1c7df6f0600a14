//! Scopes: one canonical text, and the algebra of sets.

use std::collections::BTreeSet;

use grantry::types::{Scope, limits};

/// Two scopes on two lines, against sets of the standard library.
pub fn scope(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let (first, second) = text.split_once('\n').unwrap_or((text, ""));
    let (Some((a, one)), Some((b, other))) = (read(first), read(second)) else { return };
    assert_eq!(a.within(&b), one.is_subset(&other));
    assert_eq!(b.within(&a), other.is_subset(&one));
    assert_eq!(a == b, one == other);
    assert_eq!(set(&a.and(&b)), one.intersection(&other).copied().collect());
    assert_eq!(a.and(&b), b.and(&a));
}

/// A scope and the set that it is, or neither.
fn read(text: &str) -> Option<(Scope, BTreeSet<&str>)> {
    let tokens: BTreeSet<_> = text.split(' ').filter(|token| !token.is_empty()).collect();
    let plain = |c: char| c == ' ' || c.is_ascii_graphic() && c != '"' && c != '\\';
    let fits = text.len() <= limits::SCOPE && tokens.len() <= limits::SCOPE_TOKENS;
    let taken = text.parse::<Scope>();
    assert_eq!(taken.is_ok(), fits && text.chars().all(plain), "{text:?}");
    let scope = taken.ok()?;
    assert_eq!(set(&scope), tokens);
    // The canonical text is one of its own kind.
    assert_eq!(scope.as_str().parse(), Ok(scope.clone()));
    assert_eq!(scope.as_str(), tokens.iter().copied().collect::<Vec<_>>().join(" "));
    Some((scope, tokens))
}

fn set(scope: &Scope) -> BTreeSet<&str> {
    scope.tokens().collect()
}
