//! Scope: a set of tokens in one canonical text.

use std::{
    fmt,
    str::FromStr,
    sync::{Arc, LazyLock},
};

use super::limits;

/// A set of scope tokens (RFC 6749 §3.3). Order and repetition do not matter, so the text that is
/// kept is sorted and free of repetition.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Scope(Arc<str>);

/// A text that is no scope.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum InvalidScope {
    /// A character that RFC 6749 §3.3 does not allow.
    #[error("a scope is a list of tokens of visible ASCII without quotes and backslashes")]
    Character,
    /// Too many tokens or bytes.
    #[error("a scope holds at most {} tokens in {} bytes", limits::SCOPE_TOKENS, limits::SCOPE)]
    TooLarge,
}

impl Scope {
    /// The tokens in order.
    pub fn tokens(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ').filter(|token| !token.is_empty())
    }

    /// Whether the token is in the set.
    pub fn contains(&self, token: &str) -> bool {
        self.tokens().any(|own| own == token)
    }

    /// Whether every token of this scope is also in `wider`.
    pub fn within(&self, wider: &Self) -> bool {
        self == wider || self.tokens().all(|token| wider.contains(token))
    }

    /// The tokens that are in both.
    pub fn and(&self, other: &Self) -> Self {
        if self == other {
            return self.clone();
        }
        self.filter(|token| other.contains(token))
    }

    /// The tokens that are in either.
    pub fn or(&self, other: &Self) -> Self {
        let mut tokens: Vec<_> = self.tokens().chain(other.tokens()).collect();
        tokens.sort_unstable();
        tokens.dedup();
        Self(tokens.join(" ").into())
    }

    /// The tokens that `keep` wants.
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Self {
        if self.tokens().all(&keep) {
            return self.clone();
        }
        Self(self.tokens().filter(|token| keep(token)).collect::<Vec<_>>().join(" ").into())
    }

    /// The scope that asks for more than the browser's session (OpenID Connect Core §11).
    pub(crate) fn offline_access() -> Self {
        Self("offline_access".into())
    }

    /// Whether there is no token at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The canonical text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Default for Scope {
    fn default() -> Self {
        static EMPTY: LazyLock<Arc<str>> = LazyLock::new(|| "".into());
        Self(EMPTY.clone())
    }
}

impl FromStr for Scope {
    type Err = InvalidScope;

    fn from_str(text: &str) -> Result<Self, InvalidScope> {
        if text.len() > limits::SCOPE {
            return Err(InvalidScope::TooLarge);
        }
        // RFC 6749 §3.3: scope-token = 1*( %x21 / %x23-5B / %x5D-7E )
        if !text.bytes().all(|b| matches!(b, 0x20 | 0x21 | 0x23..=0x5b | 0x5d..=0x7e)) {
            return Err(InvalidScope::Character);
        }
        if is_canonical(text) {
            return Ok(Self(text.into()));
        }
        let mut tokens: Vec<_> = text.split(' ').filter(|token| !token.is_empty()).collect();
        tokens.sort_unstable();
        tokens.dedup();
        if tokens.len() > limits::SCOPE_TOKENS {
            return Err(InvalidScope::TooLarge);
        }
        Ok(Self(tokens.join(" ").into()))
    }
}

/// Whether a text that holds no other characters than a scope does is the one that is kept, as most
/// are: single tokens, and what this server wrote itself.
fn is_canonical(text: &str) -> bool {
    let tokens = || text.split(' ');
    let rising = || tokens().is_sorted_by(|one, next| one < next);
    !text.starts_with(' ') && tokens().count() <= limits::SCOPE_TOKENS && rising()
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Scope({:?})", &*self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scope(text: &str) -> Scope {
        text.parse().unwrap()
    }

    #[test]
    fn order_and_repetition_do_not_matter() {
        assert_eq!(scope("b a  b"), scope("a b"));
        for twice in ["b a b", "a b b", "a  b", " a b", "a b "] {
            assert_eq!(scope(twice).as_str(), "a b", "{twice:?}");
        }
        assert!(scope("").is_empty() && scope("  ") == Scope::default());
        assert!(!scope("a").is_empty());
        assert_eq!(format!("{0} {0:?}", scope("b a")), "a b Scope(\"a b\")");
    }

    #[test]
    fn a_scope_is_within_another_if_all_its_tokens_are() {
        assert!(scope("a").within(&scope("a b")) && scope("").within(&scope("")));
        assert!(!scope("a c").within(&scope("a b")));
        assert!(!scope("a").within(&scope("ab")), "a token is not a prefix");
        assert_eq!(scope("a b c").and(&scope("c a d")), scope("a c"));
    }

    #[test]
    fn what_the_grammar_does_not_know_is_refused() {
        for bad in ["a\"b", "a\\b", "ä", "a\tb", "a\nb", "\u{7f}"] {
            assert_eq!(bad.parse::<Scope>(), Err(InvalidScope::Character), "{bad:?}");
        }
        // In an order of their own, and in the one that is kept.
        let mixed = |n: usize| (0..n).map(|n| n.to_string()).collect::<Vec<_>>().join(" ");
        let rising = |n: usize| (0..n).map(|n| format!("{n:03}")).collect::<Vec<_>>().join(" ");
        for many in [&mixed as &dyn Fn(usize) -> String, &rising] {
            assert!(many(limits::SCOPE_TOKENS).parse::<Scope>().is_ok());
            let more = many(limits::SCOPE_TOKENS + 1);
            assert_eq!(more.parse::<Scope>(), Err(InvalidScope::TooLarge));
        }
        assert!("a".repeat(limits::SCOPE).parse::<Scope>().is_ok());
        assert_eq!("a".repeat(limits::SCOPE + 1).parse::<Scope>(), Err(InvalidScope::TooLarge));
    }
}
