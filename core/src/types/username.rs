//! The name a user signs in with, in one canonical form.

use std::fmt;

use precis_profiles::{UsernameCaseMapped, precis_core::profile::PrecisFastInvocation};

use super::limits;

/// A user name as it was typed, beside the form in which names are compared: PRECIS
/// `UsernameCaseMapped` (RFC 8265 §3.3), which folds width, case and composition.
#[derive(Clone, PartialEq, Eq)]
pub struct Username {
    typed: Box<str>,
    canonical: Option<Box<str>>,
}

/// A text that is no user name.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a user name is 1 to {} bytes without control characters", limits::USERNAME)]
pub struct InvalidUsername;

impl Username {
    /// The name as it was typed.
    pub fn as_str(&self) -> &str {
        &self.typed
    }

    /// The form in which names are compared; none where the profile refuses the spelling. A
    /// directory treats that as an unknown user, with the same work and the same answer.
    pub fn canonical(&self) -> Option<&str> {
        self.canonical.as_deref()
    }
}

impl std::str::FromStr for Username {
    type Err = InvalidUsername;

    fn from_str(text: &str) -> Result<Self, InvalidUsername> {
        if !(1..=limits::USERNAME).contains(&text.len()) || text.chars().any(char::is_control) {
            return Err(InvalidUsername);
        }
        Ok(Self { typed: text.into(), canonical: canonical(text) })
    }
}

impl fmt::Debug for Username {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Username({:?})", self.typed)
    }
}

/// PRECIS is not idempotent for every input in one pass: the form is taken until it stands still.
fn canonical(text: &str) -> Option<Box<str>> {
    // Of these all are allowed, and only their case differs (RFC 8264 §9.11, RFC 8265 §3.3.2).
    if text.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Some(text.to_ascii_lowercase().into());
    }
    folded(text)
}

fn folded(text: &str) -> Option<Box<str>> {
    let mut form = UsernameCaseMapped::enforce(text).ok()?.into_owned();
    for _ in 0..3 {
        let next = UsernameCaseMapped::enforce(form.as_str()).ok()?.into_owned();
        if next == form {
            // Lower case may be longer: what is no name itself is nobody's.
            return (form.len() <= limits::USERNAME).then(|| form.into());
        }
        form = next;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn canonical_of(text: &str) -> Option<String> {
        text.parse::<Username>().unwrap().canonical().map(str::to_owned)
    }

    #[test]
    fn spellings_of_one_name_meet_in_one_form() {
        // LG-10: case, width, composition
        let composed = canonical_of("Ren\u{e9}");
        assert_eq!(composed, canonical_of("RENE\u{301}"));
        assert_eq!(canonical_of("ＡＬＩＣＥ"), canonical_of("alice"));
        assert_eq!(canonical_of("Alice@Example.com").as_deref(), Some("alice@example.com"));
    }

    #[test]
    fn ascii_has_the_form_that_the_profile_gives_it() {
        let all: String = ('!'..='~').collect();
        assert_eq!(canonical(&all), folded(&all));
        for (at, _) in all.char_indices() {
            let (one, rest) = (&all[at..=at], &all[at..]);
            assert_eq!((canonical(one), canonical(rest)), (folded(one), folded(rest)), "{one}");
        }
        assert_eq!((canonical("a b"), canonical("\u{7f}")), (None, None));
    }

    #[test]
    fn the_form_stands_still() {
        for name in ["alice", "STRASSE", "straße", "ΣΊΣΥΦΟΣ", "ＡＬＩＣＥ", "İstanbul", "Ǆ"]
        {
            if let Some(form) = canonical_of(name) {
                assert_eq!(canonical_of(&form).as_deref(), Some(&*form), "{name}");
            }
        }
    }

    #[test]
    fn a_spelling_that_the_profile_refuses_has_no_form() {
        let grows = "İ".repeat(limits::USERNAME / 2);
        for name in ["two words", "zero\u{200b}width", "\u{2163}", &grows] {
            assert_eq!(canonical_of(name), None, "{name:?}");
        }
    }

    #[test]
    fn empty_long_and_control_characters_are_no_names() {
        for bad in ["", "a\0", "a\n", "\u{7f}", &"a".repeat(limits::USERNAME + 1)] {
            assert_eq!(bad.parse::<Username>(), Err(InvalidUsername), "{bad:?}");
        }
    }
}
