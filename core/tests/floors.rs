//! The house rule as a test: imports go down the floors only.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// Top floor first; rooms on one floor do not see each other. `lib` is the façade and sees all.
const FLOORS: &[&[&str]] = &[
    &["server"],
    &["admin"],
    &["endpoints"],
    &[
        "client_auth",
        "client_documents",
        "grants",
        "guard",
        "interactions",
        "registration",
        "sessions",
    ],
    &["client_metadata", "policy", "tokens", "sign_in", "routes", "wire"],
    &["error", "context"],
    &["cache", "memory", "keys", "pages", "passwords", "seal", "system", "throttle"],
    &["ports"],
    &["types"],
];
/// Furniture implements ports; only these rooms name it.
const FURNITURE: &[&str] =
    &["cache", "memory", "keys", "pages", "passwords", "seal", "system", "throttle"];
const MOVERS: &[&str] = &["server", "admin"];

#[test]
fn imports_go_down_the_floors_only() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let files = sources(&root);
    assert!(files.len() > 50, "the sources are not where they were");
    let mut wrong = Vec::new();
    for path in files {
        let inside = path.strip_prefix(&root).unwrap();
        wrong.extend(violations(inside, &fs::read_to_string(&path).unwrap()));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn the_rule_sees_what_breaks_it() {
    let breaks = [
        ("types/x.rs", "use crate::ports::Clock;", "reaches up or sideways"),
        ("wire/x.rs", "fn f() -> crate::tokens::Seed {}", "reaches up or sideways"),
        ("grants/x.rs", "pub use crate::{policy, wire};", "one use for each room"),
        ("grants/x.rs", "use super::super::wire;", "write crate:: instead"),
        ("endpoints/x.rs", "use crate::memory::MemoryStore;", "only server and admin"),
        ("attic/x.rs", "", "no floor for this room"),
    ];
    for (file, line, why) in breaks {
        let found = violations(Path::new(file), line);
        assert!(found.iter().any(|one| one.contains(why)), "{line}: {found:?}");
    }
    assert!(violations(Path::new("grants/x.rs"), "use crate::policy; // crate::guard").is_empty());
}

/// Every line of a file that reaches where it must not. Unit tests may furnish their room.
fn violations(file: &Path, text: &str) -> Vec<String> {
    let mut wrong = Vec::new();
    let own = room(file);
    let Some(here) = floor(own) else {
        if own != "lib" {
            wrong.push(format!("{}: no floor for this room", file.display()));
        }
        return wrong;
    };
    let code = text.split("#[cfg(test)]").next().unwrap_or_default();
    if file.to_string_lossy().ends_with("tests.rs") {
        return wrong;
    }
    for (n, line) in code.lines().enumerate() {
        let mut bad =
            |why: &str| wrong.push(format!("{}:{}: {why}: {line}", file.display(), n + 1));
        let line = line.split("//").next().unwrap_or_default();
        if line.contains("super::super") {
            bad("write crate:: instead");
        }
        for after in line.split("crate::").skip(1) {
            if after.starts_with('{') {
                bad("one use for each room");
                continue;
            }
            let name = |c: &char| c.is_alphanumeric() || *c == '_';
            let to: String = after.chars().take_while(name).collect();
            if to != own && floor(&to).is_none_or(|there| there <= here) {
                bad("reaches up or sideways");
            }
            if FURNITURE.contains(&&*to) && to != own && !MOVERS.contains(&own) {
                bad("only server and admin name furniture");
            }
        }
    }
    wrong
}

fn room(file: &Path) -> &str {
    file.iter().next().and_then(|first| first.to_str()).unwrap_or_default().trim_end_matches(".rs")
}

fn floor(room: &str) -> Option<usize> {
    FLOORS.iter().position(|rooms| rooms.contains(&room))
}

fn sources(at: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(at).expect("a folder").map(|entry| entry.expect("an entry").path());
    entries.flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] }).collect()
}
