//! What templates need to put a value into words.

use std::time::Duration;

/// A time as people count it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wait {
    /// Less than a minute.
    Seconds(u64),
    /// A minute or more.
    Minutes(u64),
}

impl Wait {
    /// Rounded up, so that whoever waits so long has waited long enough.
    pub fn of(time: &Duration) -> Self {
        let begun = u64::from(time.subsec_nanos() > 0);
        match time.as_secs().saturating_add(begun) {
            seconds @ 0..60 => Self::Seconds(seconds.max(1)),
            seconds => Self::Minutes(seconds.div_ceil(60)),
        }
    }
}

/// Whether a character acts on the text around it instead of being seen: one that sets the direction
/// could end the isolation of `<bdi>` and turn our own words around, and so could the end of a
/// paragraph.
pub fn is_hidden(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
        || c.is_control()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_never_too_short_and_never_nothing() {
        let of = |millis| Wait::of(&Duration::from_millis(millis));
        for (millis, want) in [(0, 1), (1, 1), (1_000, 1), (1_001, 2), (59_000, 59)] {
            assert_eq!(of(millis), Wait::Seconds(want), "{millis}");
        }
        for (millis, want) in [(59_001, 1), (60_000, 1), (60_001, 2), (120_000, 2), (120_001, 3)] {
            assert_eq!(of(millis), Wait::Minutes(want), "{millis}");
        }
        assert!(matches!(Wait::of(&Duration::MAX), Wait::Minutes(_)));
    }

    #[test]
    fn what_acts_unseen_is_hidden_and_what_joins_letters_is_not() {
        let hidden = "\0\t\r\n\u{7f}\u{85}\u{202a}\u{202e}\u{2066}\u{2069}\u{2028}\u{2029}";
        assert!(hidden.chars().all(is_hidden));
        assert!(!"aé\u{200c}\u{200d}\u{200f}👩‍💻".chars().any(is_hidden));
    }
}
