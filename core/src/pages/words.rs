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
