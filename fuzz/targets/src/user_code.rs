//! What people type who have a device before them (DV-05).

use grantry::types::{UserCode, limits};

/// What is taken is one code, which is taken again as it is shown, and however it is dressed; what plainly is one is
/// taken, and what has too few or too many letters is not.
pub fn user_code(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let letters = |c: &char| "BCDFGHJKLMNPQRSTVWXZ".contains(c.to_ascii_uppercase());
    let plain: String = text.chars().filter(letters).collect();
    let between = |c: char| matches!(c, ' ' | '-');
    let is_plain = text.chars().all(|c| letters(&c) || between(c));
    let fits = text.len() <= limits::TYPED_USER_CODE;
    let Ok(code) = text.parse::<UserCode>() else {
        assert!(!(is_plain && fits && plain.len() == UserCode::LENGTH), "{text:?}");
        return;
    };
    assert!(fits && (!is_plain || plain.len() == UserCode::LENGTH), "{text:?}");
    assert!(plain.len() <= UserCode::LENGTH, "{text:?}");
    let shown = code.expose();
    if is_plain {
        assert_eq!(shown.replace('-', ""), plain.to_ascii_uppercase());
    }
    let bare = shown.replace('-', "");
    let spaced = bare.chars().flat_map(|c| [' ', c]).collect::<String>();
    for dressed in [&**shown, &bare, &bare.to_ascii_lowercase(), &spaced] {
        assert_eq!(dressed.parse().as_ref(), Ok(&code), "{dressed:?}");
    }
    assert!(!format!("{code:?}").contains(&bare));
}
