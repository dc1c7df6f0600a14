//! The names of all public types, as the sources have them.

use std::{collections::BTreeSet, fs, path::Path};

/// Where public names stand, and how a row names the place.
const ROOMS: [(&str, &str); 7] = [
    ("root", "core/src/lib.rs"),
    ("ports", "core/src/ports/mod.rs"),
    ("types", "core/src/types/mod.rs"),
    ("types", "core/src/types/limits.rs"),
    ("axum", "adapter-axum/src/lib.rs"),
    ("actix", "adapter-actix/src/lib.rs"),
    ("warp", "adapter-warp/src/lib.rs"),
];

/// Every public type, as `room::Name`. What is a trait has no value to print.
pub fn types() -> BTreeSet<String> {
    let traits = traits(&root().join("core/src"));
    let mut all = BTreeSet::new();
    for (room, path) in ROOMS {
        let source = fs::read_to_string(root().join(path)).unwrap();
        let own = names(&source).into_iter().filter(|name| !traits.contains(name));
        all.extend(own.map(|name| format!("{room}::{name}")));
    }
    all
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// What a source names itself, and what it passes on.
fn names(source: &str) -> Vec<String> {
    let passed = source.split("pub use ").skip(1).filter_map(|rest| rest.split(';').next());
    let passed = passed.flat_map(words);
    let declared = ["pub struct ", "pub enum ", "pub union ", "pub type "].into_iter();
    let declared = declared.flat_map(|kind| source.split(kind).skip(1));
    let declared = declared.filter_map(|rest| words(rest).next());
    // A constant is all in capitals.
    let is_type =
        |word: &String| word.starts_with(char::is_uppercase) && word.contains(char::is_lowercase);
    passed.chain(declared).filter(is_type).collect()
}

fn words(text: &str) -> impl Iterator<Item = String> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').map(str::to_owned)
}

fn traits(folder: &Path) -> BTreeSet<String> {
    let mut all = BTreeSet::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            all.extend(traits(&path));
        } else {
            let source = fs::read_to_string(&path).unwrap();
            let found = source.split("pub trait ").skip(1).filter_map(|rest| words(rest).next());
            all.extend(found);
        }
    }
    all
}
