//! Secrets that are known again, whole or in part, as they are or encoded.

use std::collections::HashMap;

use aws_lc_rs::digest::{SHA256, digest};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE},
};
use grantry_conformance::query;

/// So many characters of a secret are enough to know it again.
const PART: usize = 12;
/// The same where bytes are written as numbers: four of them at least.
const NUMBERS: usize = 20;

/// A secret of the program's, made of its name and the run's seed: both sides of a pipe make it.
pub fn mark(seed: &str, name: &str) -> String {
    let hash = digest(&SHA256, format!("{seed}/{name}").as_bytes());
    URL_SAFE.encode(hash)[..40].replace(['-', '_'], "x")
}

/// All secrets, to look for.
#[derive(Default)]
pub struct Canaries {
    names: Vec<String>,
    parts: HashMap<Vec<u8>, usize>,
    begins: Beginnings,
    /// Those that are too short to be known by a part, with their names.
    whole: Vec<(String, Vec<u8>)>,
}

impl Canaries {
    /// Adds a secret that is known again as a whole alone, such as what people type.
    pub fn add_short(&mut self, name: &str, secret: &str) {
        self.whole.push((name.to_owned(), secret.as_bytes().to_vec()));
    }

    /// Adds a secret.
    pub fn add(&mut self, name: &str, secret: &[u8]) {
        assert!(secret.len() >= 2 * PART, "{name} is too short to be known again");
        let index = self.names.len();
        self.names.push(name.to_owned());
        let (texts, numbers) = (forms(secret), format!("{secret:?}"));
        let texts = texts.iter().flat_map(|text| text.windows(PART));
        for part in texts.chain(numbers.trim_matches(['[', ']']).as_bytes().windows(NUMBERS)) {
            self.begins.add(part);
            self.parts.entry(part.to_vec()).or_insert(index);
        }
    }

    /// Adds a token of ours: what stands in front of it is the same in others.
    pub fn add_token(&mut self, name: &str, token: &str) {
        match token.rsplit_once('.') {
            Some((_, signature)) => self.add(name, signature.as_bytes()),
            // The prefix, the version and the key's id.
            None => self.add(name, &token.as_bytes()[11..]),
        }
    }

    pub fn len(&self) -> usize {
        self.names.len() + self.whole.len()
    }

    /// The secrets that are in this text.
    pub fn within(&self, text: &[u8]) -> Vec<String> {
        let begins = (0..text.len()).filter(|at| self.begins.has(&text[*at..]));
        let parts = begins.flat_map(|at| {
            [PART, NUMBERS].into_iter().filter_map(move |length| text.get(at..at + length))
        });
        let mut found: Vec<_> = parts
            .filter_map(|part| self.parts.get(part))
            .map(|index| self.names[*index].clone())
            .collect();
        let short = |secret: &[u8]| text.windows(secret.len()).any(|part| part == secret);
        let whole = self.whole.iter().filter(|(_, secret)| short(secret));
        found.extend(whole.map(|(name, _)| name.clone()));
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// How a secret is written by those who do not mean to.
fn forms(secret: &[u8]) -> Vec<Vec<u8>> {
    let hex: String = secret.iter().map(|byte| format!("{byte:02x}")).collect();
    let mut all = vec![secret.to_vec(), hex.to_uppercase().into(), hex.into()];
    if let Ok(text) = str::from_utf8(secret) {
        // The name of the only parameter is empty.
        all.push(query(&[("", text)])[1..].into());
        all.push(format!("{text:?}").into());
    }
    for before in 0..3 {
        // Bytes in front of it, and behind, decide the letters at the ends.
        let moved = [&vec![0; before][..], secret].concat();
        let whole = moved.len() / 3 * 4;
        for engine in [STANDARD, URL_SAFE] {
            let text = engine.encode(&moved);
            all.push(text.as_bytes()[before.next_multiple_of(2).min(before + 1)..whole].to_vec());
        }
    }
    all
}

/// Which three bytes a part begins with: most places of a text need no second look.
struct Beginnings(Vec<bool>);

impl Default for Beginnings {
    fn default() -> Self {
        Self(vec![false; 1 << 24])
    }
}

impl Beginnings {
    fn add(&mut self, part: &[u8]) {
        if let Some(index) = Self::index(part) {
            self.0[index] = true;
        }
    }

    fn has(&self, text: &[u8]) -> bool {
        Self::index(text).is_some_and(|index| self.0[index])
    }

    fn index(text: &[u8]) -> Option<usize> {
        let [a, b, c, ..] = text else { return None };
        Some(usize::from(*a) << 16 | usize::from(*b) << 8 | usize::from(*c))
    }
}

#[test]
fn a_secret_is_known_again_in_every_form_and_in_part() {
    let secret = mark("seed", "one");
    let mut all = Canaries::default();
    all.add("one", secret.as_bytes());
    all.add("bytes", &[0x5e, 1, 255, 17, 4, 200, 9, 77].repeat(4));
    let pair = |before: &str| STANDARD.encode(format!("{before}:{secret} and more"));
    let odd = mark("seed", "odd").replacen(|_: char| true, "% +\"ä", 20);
    all.add("odd", odd.as_bytes());
    for (name, text) in [
        ("one", format!("password={secret}")),
        ("one", format!("…{}…", &secret[14..26])),
        ("one", pair("backend")),
        ("one", pair("backend1")),
        ("one", pair("backend12")),
        ("one", URL_SAFE.encode(&secret)),
        ("one", format!("{:?}", secret.as_bytes())),
        ("one", secret.bytes().map(|byte| format!("{byte:02x}")).collect()),
        ("bytes", format!("Key([{}])", "94, 1, 255, 17, 4, 200, 9, 77, 94")),
        ("bytes", "5e01ff1104C8".to_lowercase()),
        ("odd", query(&[("password", &odd)])),
        ("odd", format!("{odd:?}")),
        ("odd", odd.clone()),
    ] {
        assert_eq!(all.within(text.as_bytes()), [name], "{text}");
    }
    for text in ["", "password=", &secret[..11], &mark("seed", "two"), "94, 1, 255, 18, 4, 200, 9"]
    {
        assert!(all.within(text.as_bytes()).is_empty(), "{text}");
    }
}
