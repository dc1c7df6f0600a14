//! Which known name somebody may have meant.

/// The known name that is nearest, if it is near enough.
pub(super) fn nearest(
    written: &str,
    known: impl Iterator<Item = &'static str>,
) -> Option<&'static str> {
    let fold = |text: &str| text.to_ascii_lowercase().replace(['-', ' '], "_");
    let written = fold(written);
    let near = known.map(|name| (distance(&written, &fold(name)), name));
    let (far, name) = near.min_by_key(|(far, _)| *far)?;
    // A third of the letters may be wrong, but not all of a short name.
    (far <= name.len() / 3).then_some(name)
}

/// How many letters must be put in, left out or changed (Levenshtein).
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (i, x) in a.chars().enumerate() {
        let mut corner = std::mem::replace(&mut row[0], i + 1);
        for (j, y) in b.iter().enumerate() {
            let best = (corner + usize::from(x != *y)).min(row[j] + 1).min(row[j + 1] + 1);
            corner = std::mem::replace(&mut row[j + 1], best);
        }
    }
    row[b.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    const KNOWN: [&str; 4] = ["client_credentials", "ES256", "file", "grants"];

    fn near(written: &str) -> Option<&'static str> {
        nearest(written, KNOWN.into_iter())
    }

    #[test]
    fn a_slip_finds_the_name_that_was_meant() {
        assert_eq!(near("client_credential"), Some("client_credentials"));
        assert_eq!(near("Client-Credentials"), Some("client_credentials"));
        assert_eq!(near("es256"), Some("ES256"));
        assert_eq!(near("grant"), Some("grants"));
        assert_eq!(near("fil"), Some("file"));
    }

    #[test]
    fn another_word_finds_nothing() {
        for far in ["", "implicit", "x", "mile-stone", "grandmother"] {
            assert_eq!(near(far), None, "{far}");
        }
    }
}
