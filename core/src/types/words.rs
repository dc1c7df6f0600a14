//! Short identifiers: each a newtype over a shared string with one way in.

use std::{fmt, str::FromStr, sync::Arc};

/// A text that is not the identifier it was offered as; the message says what would be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{rule}")]
pub struct InvalidWord {
    rule: &'static str,
}

impl InvalidWord {
    pub(super) const fn new(rule: &'static str) -> Self {
        Self { rule }
    }
}

macro_rules! word {
    ($(#[$doc:meta])* $name:ident, $valid:path, $rule:literal) => {
        $(#[$doc])*
        #[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(Arc<str>);

        impl $name {
            /// The identifier as it was given.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidWord;

            fn from_str(text: &str) -> Result<Self, InvalidWord> {
                if $valid(text) { Ok(Self(text.into())) } else { Err(InvalidWord::new($rule)) }
            }
        }

        impl TryFrom<&str> for $name {
            type Error = InvalidWord;

            fn try_from(text: &str) -> Result<Self, InvalidWord> {
                text.parse()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!(stringify!($name), "({:?})"), &*self.0)
            }
        }
    };
}

word!(
    /// The name of a tenant: one path segment that every router leaves alone.
    TenantId,
    is_tenant_id,
    "a tenant id is 1 to 63 of the characters a-z 0-9 . _ -, begins with a letter or a digit, \
     does not end with a dot and holds no two dots in a row"
);

word!(
    /// A client's identifier (RFC 6749 §2.2).
    ClientId,
    is_client_id,
    "a client id is 1 to 255 visible ASCII characters without quotes and backslashes"
);

word!(
    /// Whom a token speaks of (`sub`, RFC 7519 §4.1.2), unique within its tenant.
    Subject,
    is_subject,
    "a subject is 1 to 255 ASCII characters without control characters"
);

word!(
    /// Whom a token is meant for (`aud`, RFC 7519 §4.1.3): usually the URL of an API.
    Audience,
    is_audience,
    "an audience is 1 to 512 visible ASCII characters without quotes and backslashes"
);

impl Audience {
    /// The text itself, without a copy.
    pub(super) fn into_text(self) -> Arc<str> {
        self.0
    }
}

impl ClientId {
    /// The reserved id that tokens of the direct API carry; no client can be registered under it.
    pub const DIRECT: &'static str = "direct";

    /// The id of the direct API's own tokens.
    pub fn direct() -> Self {
        Self(Self::DIRECT.into())
    }

    /// Whether no client may be registered under this id.
    pub fn is_reserved(&self) -> bool {
        self.as_str() == Self::DIRECT
    }
}

fn is_tenant_id(text: &str) -> bool {
    let plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    (1..=63).contains(&text.len())
        && text.bytes().all(|b| plain(b) || matches!(b, b'.' | b'_' | b'-'))
        && text.bytes().next().is_some_and(plain)
        && !text.ends_with('.')
        && !text.contains("..")
}

fn is_client_id(text: &str) -> bool {
    (1..=255).contains(&text.len()) && text.bytes().all(is_name_char)
}

fn is_audience(text: &str) -> bool {
    (1..=512).contains(&text.len()) && text.bytes().all(is_name_char)
}

fn is_subject(text: &str) -> bool {
    // OpenID Connect Core §2: at most 255 ASCII characters.
    (1..=255).contains(&text.len()) && text.bytes().all(|b| matches!(b, 0x20..=0x7e))
}

/// RFC 6749 appendix A: NQCHAR without the space.
fn is_name_char(byte: u8) -> bool {
    matches!(byte, 0x21 | 0x23..=0x5b | 0x5d..=0x7e)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tenant_id_is_one_lower_case_path_segment() {
        for good in ["a", "acme", "9lives", "a.b-c_d", &"x".repeat(63)] {
            assert_eq!(good.parse::<TenantId>().unwrap().as_str(), good);
        }
        // TN-03
        let bad = ["", "A", "a/b", "..", ".a", "a.", "a..b", "-a", "ä", "%61", " a", "a\0"];
        for text in bad.into_iter().chain([&*"x".repeat(64), ".well-known"]) {
            assert!(text.parse::<TenantId>().is_err(), "{text:?} was taken");
        }
    }

    #[test]
    fn the_id_of_the_direct_api_is_reserved() {
        assert!(ClientId::direct().is_reserved());
        assert!(!"directory".parse::<ClientId>().unwrap().is_reserved());
    }

    #[test]
    fn a_refused_word_says_what_would_be_taken() {
        let error = "Acme".parse::<TenantId>().unwrap_err();
        assert!(error.to_string().starts_with("a tenant id is 1 to 63"), "{error}");
    }
}
