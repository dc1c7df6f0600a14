//! What the styles must not lose.

use crate::pages::STYLES;

/// A colour of a scheme.
fn colour<'a>(scheme: &'a str, name: &str) -> &'a str {
    let (_, value) = scheme.split_once(&format!("--{name}: #")).expect(name);
    value.split(';').next().unwrap_or_default()
}

/// WCAG 2.2, relative luminance.
fn luminance(colour: &str) -> f64 {
    let wide = if colour.len() == 3 { 1 } else { 2 };
    let part = |i: usize| {
        let hex = colour[i * wide..][..wide].repeat(3 - wide);
        let part = f64::from(u8::from_str_radix(&hex, 16).unwrap()) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    0.2126 * part(0) + 0.7152 * part(1) + 0.0722 * part(2)
}

#[test]
fn words_and_edges_stand_out_in_both_schemes() {
    let (light, rest) = STYLES.split_once("@media (prefers-color-scheme: dark)").unwrap();
    let (dark, _) = rest.split_once("}\n}").unwrap();
    // Text 4.5 (SC 1.4.3); edges of controls and the mark of focus 3 (SC 1.4.11).
    for (front, grounds, least) in [
        ("ink", &["card", "over", "info", "warning-ground", "wrong-ground"][..], 4.5),
        ("soft", &["card"], 4.5),
        ("on-accent", &["accent", "accent-over"], 4.5),
        ("accent", &["card", "info"], 4.5),
        ("wrong", &["card", "wrong-ground"], 4.5),
        ("warning", &["warning-ground"], 3.0),
        ("edge", &["card", "over"], 3.0),
    ] {
        for (scheme, name) in [(light, "light"), (dark, "dark")] {
            for ground in grounds {
                let [a, b] = [front, ground].map(|one| luminance(colour(scheme, one)) + 0.05);
                let contrast = a.max(b) / a.min(b);
                assert!(contrast >= least, "{name}: {front} on {ground} is {contrast:.2}");
            }
        }
    }
}

#[test]
fn nothing_moves_for_those_who_asked_for_rest() {
    let (still, moving) = STYLES.split_once("(prefers-reduced-motion: no-preference)").unwrap();
    assert!(moving.contains("transition"));
    assert!(!["transition", "animation"].iter().any(|word| still.contains(word)));
}

#[test]
fn focus_is_seen_and_long_names_wrap() {
    assert!(STYLES.contains(":focus-visible { outline: 3px solid"));
    assert!(STYLES.contains("overflow-wrap: anywhere"));
    assert!(!STYLES.contains("outline: none") && !STYLES.contains("outline: 0"));
}
