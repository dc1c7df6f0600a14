//! Whom an access token is meant for, where that may be several.

use std::{fmt, str::FromStr, sync::Arc};

use super::{Audience, InvalidWord, limits};

/// One audience or several, each once, in the order in which they were named. Kept as one text, which for
/// a single audience is that audience, so it costs no more than that.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Audiences(Arc<str>);

impl Audiences {
    /// Each of them.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.split(' ')
    }

    /// The only one, if it is one.
    pub fn only(&self) -> Option<&str> {
        (!self.0.contains(' ')).then_some(&*self.0)
    }

    /// Whether this one is among them: the same text (RFC 8707 §2, by simple string comparison).
    pub fn contains(&self, audience: &str) -> bool {
        self.iter().any(|own| own == audience)
    }

    /// Whether each of them is also among these.
    pub fn within(&self, wider: &Self) -> bool {
        self == wider || self.iter().all(|own| wider.contains(own))
    }

    /// Those that `keep` wants; nothing where it wants none.
    pub fn filter(&self, keep: impl Fn(&str) -> bool) -> Option<Self> {
        if self.iter().all(&keep) {
            return Some(self.clone());
        }
        let kept: Vec<_> = self.iter().filter(|own| keep(own)).collect();
        (!kept.is_empty()).then(|| Self(kept.join(" ").into()))
    }

    /// These and those.
    pub fn or(&self, other: &Self) -> Self {
        let more = other.iter().filter(|audience| !self.contains(audience));
        Self(self.iter().chain(more).collect::<Vec<_>>().join(" ").into())
    }

    /// All of them, separated by spaces: the way out, and by [`FromStr`] the way in.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<Audience> for Audiences {
    fn from(one: Audience) -> Self {
        Self(one.into_text())
    }
}

impl From<&Audience> for Audiences {
    fn from(one: &Audience) -> Self {
        Self(one.clone().into_text())
    }
}

impl FromStr for Audiences {
    type Err = InvalidWord;

    /// A list of audiences with single spaces between them.
    fn from_str(text: &str) -> Result<Self, InvalidWord> {
        const RULE: InvalidWord = InvalidWord::new("audiences are 1 to 20 audiences, each once");
        let all: Vec<_> = text.split(' ').collect();
        let distinct = all.iter().enumerate().all(|(at, one)| !all[..at].contains(one));
        if !distinct || all.len() > limits::LISTED {
            return Err(RULE);
        }
        for one in &all {
            one.parse::<Audience>()?;
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for Audiences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Audiences {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Audiences({:?})", &*self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn audiences(text: &str) -> Audiences {
        text.parse().unwrap()
    }

    #[test]
    fn one_is_the_text_of_that_one() {
        let one: Audience = "https://a.example".parse().unwrap();
        let all = Audiences::from(&one);
        assert_eq!((all.as_str(), all.only()), ("https://a.example", Some("https://a.example")));
        assert_eq!(all, audiences("https://a.example"));
    }

    #[test]
    fn several_keep_their_order_and_are_compared_as_text() {
        let all = audiences("https://b.example https://a.example");
        assert_eq!(all.iter().collect::<Vec<_>>(), ["https://b.example", "https://a.example"]);
        assert_eq!(all.only(), None);
        for near in ["https://a.example/", "https://A.example", "https://a.exampl", ""] {
            assert!(!all.contains(near), "{near}");
        }
        assert!(audiences("https://a.example").within(&all) && all.within(&all));
        assert!(!all.within(&audiences("https://a.example")));
        let other = audiences("https://a.example urn:c");
        assert_eq!(all.or(&other).as_str(), "https://b.example https://a.example urn:c");
        let kept = all.filter(|one| one.contains("//a"));
        assert_eq!(kept, Some(audiences("https://a.example")));
        assert_eq!(all.filter(|_| false), None);
    }

    #[test]
    fn what_is_no_list_of_audiences_is_none() {
        let many: Vec<_> = (0..=limits::LISTED).map(|n| format!("urn:{n}")).collect();
        let many = many.join(" ");
        for bad in ["", " ", "a ", " a", "a  b", "a a", "a b\"", "ä", &many] {
            assert!(bad.parse::<Audiences>().is_err(), "{bad:?}");
        }
        assert!(many.rsplit_once(' ').unwrap().0.parse::<Audiences>().is_ok());
    }
}
