//! User names: one canonical form for all spellings of a name (LG-10).

use grantry::types::{Username, limits};

/// The canonical form stands still, is a user name itself, and is nobody else's.
pub fn username(input: &[u8]) {
    let Ok(text) = std::str::from_utf8(input) else { return };
    let Ok(name) = text.parse::<Username>() else {
        let controls = text.chars().any(char::is_control);
        assert!(text.is_empty() || text.len() > limits::USERNAME || controls, "{text:?}");
        return;
    };
    assert_eq!(name.as_str(), text);
    let Some(form) = name.canonical() else {
        // Plain names always have one.
        assert!(!text.bytes().all(|b| b.is_ascii_graphic()), "{text:?} has no form");
        return;
    };
    let again = form.parse::<Username>().unwrap_or_else(|_| panic!("{form:?} is no name"));
    assert_eq!(again.canonical(), Some(form), "{text:?}");
    assert!(!form.is_empty() && !form.contains(char::is_whitespace), "{form:?}");
    if text.is_ascii() {
        assert_eq!(form, text.to_ascii_lowercase());
    }
    // Case is no difference, letter by letter: what a letter stands beside does not change it.
    let lower: String = text.chars().flat_map(char::to_lowercase).collect();
    if let Some(other) = lower.parse::<Username>().ok().as_ref().and_then(Username::canonical) {
        assert_eq!(other, form, "{text:?} and {lower:?}");
    }
}
