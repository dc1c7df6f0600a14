//! What the project says of its tests is true: every case is run, and everything that SPECS.md
//! names is there.

use std::{fs, path::Path};

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

#[test]
fn every_case_is_in_the_list() {
    let list = read("tests/src/cases.rs");
    let mut cases = 0;
    for area in ["protocol", "door", "store"] {
        for entry in fs::read_dir(root().join("tests/src").join(area)).unwrap() {
            let path = entry.unwrap().path();
            let source = fs::read_to_string(&path).unwrap();
            for case in functions(&source, "pub async fn ") {
                let listed = list.lines().any(|line| line.trim().trim_end_matches(',') == case);
                assert!(listed, "{case} of {} is not in cases.rs", path.display());
                cases += 1;
            }
        }
    }
    assert!(cases >= 60, "only {cases} cases");
}

#[test]
fn everything_that_specs_names_is_there() {
    let specs = read("SPECS.md");
    let named: Vec<_> = specs.split('`').filter(|text| text.contains(".rs::")).collect();
    assert!(named.len() >= 60, "only {} names", named.len());
    for name in named {
        let (path, item) = name.split_once("::").expect("path::name");
        let source = read(path);
        let is_there = ["fn ", "struct ", "enum ", "const ", "trait "].iter().any(|kind| {
            source
                .split(&format!("{kind}{item}"))
                .skip(1)
                .any(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        });
        assert!(is_there, "SPECS.md names {name}, which is not there");
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
