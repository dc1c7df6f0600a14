//! What the project says of its tests is true: every case is run, everything that SPECS.md names is
//! there, what it calls a test is one, and the table of attacks is whole.

use std::{collections::BTreeSet, fs, path::Path};

/// The series of the table of attacks, and how many rows each has.
const SERIES: [(&str, usize); 13] = [
    ("AZ", 35),
    ("TK", 26),
    ("RF", 20),
    ("CA", 15),
    ("JW", 14),
    ("IR", 17),
    ("PR", 8),
    ("RG", 16),
    ("DV", 8),
    ("TN", 10),
    ("LE", 19),
    ("PL", 10),
    ("LG", 23),
];

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace")
}

fn read(path: &str) -> String {
    fs::read_to_string(root().join(path)).unwrap_or_else(|error| format!("{path}: {error}"))
}

/// Functions of a source, by what comes before their names.
fn functions<'a>(source: &'a str, before: &str) -> Vec<&'a str> {
    let name = |rest: &'a str| rest.split(['(', '<']).next().unwrap_or_default();
    let lines = source.lines().map(str::trim_start);
    lines.filter_map(|line| line.strip_prefix(before)).map(name).collect()
}

/// The cases that are run, each as `room::case`.
fn cases() -> BTreeSet<String> {
    let (list, mut room, mut cases) = (read("tests/src/cases.rs"), None, BTreeSet::new());
    for line in list.lines().map(str::trim) {
        if let Some(begun) = line.strip_suffix(": [") {
            room = Some(begun.to_owned());
        } else if line == "]," {
            room = None;
        } else if let (Some(room), Some(case)) = (&room, line.strip_suffix(',')) {
            cases.insert(format!("{room}::{case}"));
        }
    }
    cases
}

/// The name of a place: `path.rs::item`.
struct Named<'a> {
    path: &'a str,
    item: &'a str,
}

impl<'a> Named<'a> {
    /// Those that a text names.
    fn all(text: &'a str) -> Vec<Self> {
        let quoted = text.split('`').filter(|text| text.contains(".rs::"));
        let named = quoted.map(|name| name.split_once("::").expect("path::name"));
        named.map(|(path, item)| Self { path, item }).collect()
    }

    /// The attributes and comments of the function of this name.
    fn above(&self, source: &'a str) -> Option<Vec<&'a str>> {
        let lines: Vec<_> = source.lines().map(str::trim).collect();
        let at = lines.iter().position(|line| {
            ["fn ", "async fn ", "pub async fn "]
                .iter()
                .filter_map(|kind| line.strip_prefix(kind)?.strip_prefix(self.item))
                .any(|rest| rest.starts_with('('))
        })?;
        let mine = |line: &&&str| line.starts_with("//") || line.starts_with("#[");
        Some(lines[..at].iter().rev().take_while(mine).copied().collect())
    }

    /// Whether it is a test, or a case that is run.
    fn is_test(&self, cases: &BTreeSet<String>) -> bool {
        if let Some(room) = self.path.strip_prefix("tests/src/") {
            let room = room.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
            return cases.contains(&format!("{room}::{}", self.item));
        }
        if self.path.starts_with("fuzz/targets/src/") {
            let replays = read("fuzz/targets/src/replay.rs");
            let names = replays.split_once("replays!(").and_then(|(_, rest)| rest.split_once(')'));
            return names.is_some_and(|(names, _)| names.split(' ').any(|name| name == self.item));
        }
        let source = read(self.path);
        let above = self.above(&source).unwrap_or_default();
        above
            .iter()
            .any(|line| *line == "#[test]" || line.starts_with("#[") && line.contains("::test"))
    }

    /// Whether it says that it answers a row: in its name, or in the comment above it.
    fn answers(&self, id: &str) -> bool {
        let source = read(self.path);
        let above = self.above(&source).unwrap_or_default();
        let said = above.iter().any(|line| line.starts_with("//") && line.contains(id));
        said || self.item.starts_with(&format!("{}_", id.to_lowercase().replace('-', "_")))
    }
}

/// The rows of all tables, cell by cell.
fn rows(specs: &str) -> Vec<Vec<&str>> {
    let rows = specs.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
    let rows = rows.map(|row| row.split(" | ").collect::<Vec<_>>());
    rows.filter(|cells| !cells[0].starts_with("---") && cells.last() != Some(&"test")).collect()
}

/// The rows of the table of attacks: id and the cell of the tests.
fn attacks(specs: &str) -> Vec<(&str, &str)> {
    let (_, rest) = specs.split_once("| id | attack | test |\n").expect("the table of attacks");
    let (table, _) = rest.split_once("\n\n").expect("an end of the table");
    rows(table).into_iter().map(|cells| (cells[0], cells[2])).collect()
}

#[test]
fn every_case_is_in_the_list() {
    let cases = cases();
    let mut seen = 0;
    for area in ["protocol", "door", "store"] {
        for entry in fs::read_dir(root().join("tests/src").join(area)).unwrap() {
            let path = entry.unwrap().path();
            let room = path.file_stem().and_then(|name| name.to_str()).expect("a room").to_owned();
            let source = fs::read_to_string(&path).unwrap();
            for case in functions(&source, "pub async fn ") {
                let listed = cases.contains(&format!("{room}::{case}"));
                assert!(listed, "{case} of {} is not in cases.rs", path.display());
                seen += 1;
            }
        }
    }
    assert!(seen >= 60, "only {seen} cases");
}

#[test]
fn everything_that_specs_names_is_there() {
    let specs = read("SPECS.md");
    let named = Named::all(&specs);
    assert!(named.len() >= 60, "only {} names", named.len());
    for Named { path, item } in named {
        let source = read(path);
        let is_there = ["fn ", "struct ", "enum ", "const ", "trait "].iter().any(|kind| {
            source
                .split(&format!("{kind}{item}"))
                .skip(1)
                .any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        assert!(is_there, "SPECS.md names {path}::{item}, which is not there");
    }
}

#[test]
fn what_specs_calls_a_test_is_one() {
    let (specs, cases) = (read("SPECS.md"), cases());
    let rows = rows(&specs);
    assert!(rows.len() >= 150, "only {} rows", rows.len());
    for cells in rows {
        let last = cells.last().expect("a cell");
        for named in Named::all(last) {
            let Named { path, item } = &named;
            assert!(named.is_test(&cases), "{path}::{item} is no test, nor a case that is run");
        }
    }
}

#[test]
fn the_table_of_attacks_has_every_row_once_and_in_order() {
    let specs = read("SPECS.md");
    let have: Vec<_> = attacks(&specs).into_iter().map(|(id, _)| id.to_owned()).collect();
    let series = SERIES.iter().flat_map(|(name, count)| (1..=*count).map(move |n| (name, n)));
    let want: Vec<_> = series.map(|(name, n)| format!("{name}-{n:02}")).collect();
    let missing: Vec<_> = want.iter().filter(|id| !have.contains(id)).collect();
    assert!(missing.is_empty(), "SPECS.md has no row {missing:?}");
    assert_eq!(have, want, "a row stands twice, in another place, or is one that nobody knows");
}

#[test]
fn each_attack_has_a_test_that_says_so_or_a_reason_why_not() {
    let specs = read("SPECS.md");
    for (id, cell) in attacks(&specs) {
        let named = Named::all(cell);
        for named in &named {
            let Named { path, item } = named;
            assert!(named.answers(id), "{path}::{item} does not say that it answers {id}");
        }
        let reason =
            ["not yet: ", "does not apply: "].iter().find_map(|why| cell.strip_prefix(why));
        let reason = reason.is_some_and(|reason| reason.len() > 10);
        assert_ne!(named.is_empty(), !reason, "{id} has neither a test nor a reason: {cell}");
    }
}

/// Rows get fields, and a store may forget one: the contract must have a value for each.
#[test]
fn every_field_of_a_row_is_in_the_contract() {
    let sample = read("tests/src/store/fields.rs");
    let rows = ["account::Account", "client::Client", "policy::Policy", "tenant::Tenant"];
    let mut fields = 0;
    for row in rows {
        let (file, name) = row.split_once("::").expect("file::name");
        let source = read(&format!("core/src/types/{file}.rs"));
        let (_, body) = source.split_once(&format!("pub struct {name} {{\n")).expect("a struct");
        let (body, _) = body.split_once("\n}").expect("the end of the struct");
        let public = body.lines().filter_map(|line| line.trim().strip_prefix("pub "));
        for field in public.filter_map(|line| line.split(':').next()) {
            // What a row is made with by `new` stands there.
            let made = matches!(field, "id" | "kind" | "policy" | "subject" | "username");
            let given = made || sample.contains(&format!(".{field} = "));
            assert!(given, "tests/src/store/fields.rs gives no {field} to a {name}");
            fields += 1;
        }
    }
    assert!(fields >= 37, "only {fields} fields");
}
