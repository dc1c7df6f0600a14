//! The README claims nothing that no test shows: each feature that is there names a part of SPECS.md, whose
//! tests are tests (see `listed.rs`).

use std::{fs, path::Path};

fn read(path: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the workspace");
    fs::read_to_string(root.join(path)).expect("a file")
}

/// What GitHub calls the place of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.chars().filter(|c| c.is_alphanumeric() || *c == ' ' || *c == '-');
    kept.flat_map(char::to_lowercase).map(|c| if c == ' ' { '-' } else { c }).collect()
}

/// The parts of SPECS.md: where each is, and the rows of its tables that name a test.
fn parts(specs: &str) -> Vec<(String, Vec<&str>)> {
    let parts = specs.split("\n## ").skip(1).map(|part| {
        let (heading, text) = part.split_once('\n').unwrap_or((part, ""));
        let rows = text.lines().filter_map(|line| line.strip_prefix("| ")?.strip_suffix(" |"));
        (anchor(heading), rows.filter(|row| row.contains(".rs::")).collect())
    });
    parts.collect()
}

/// The links of a cell: what each says, and where it leads.
fn links(cell: &str) -> Vec<(&str, &str)> {
    let links = cell.split('[').skip(1).filter_map(|link| link.split_once("]("));
    links.filter_map(|(said, rest)| Some((said, rest.split_once(')')?.0))).collect()
}

#[test]
fn each_feature_of_the_readme_is_shown_by_tests() {
    let (readme, specs) = (read("README.md"), read("SPECS.md"));
    let parts = parts(&specs);
    let (_, table) = readme.split_once("| feature | state |").expect("the table");
    let rows = table.lines().skip(2).take_while(|line| line.starts_with('|'));
    let mut features = 0;
    for row in rows {
        let cells: Vec<_> = row.trim_matches('|').split(" | ").map(str::trim).collect();
        let [feature, state, shown] = cells[..] else { panic!("three cells: {row}") };
        let links = links(shown);
        match state {
            "yes" => assert!(!links.is_empty(), "nothing shows {feature}"),
            "not yet" => assert_eq!(shown, "", "{feature} is not there, and something shows it"),
            other => panic!("{feature} is {other}"),
        }
        for (said, place) in links {
            let place = place.strip_prefix("SPECS.md#").expect("a place in SPECS.md");
            let part = parts.iter().find(|(anchor, _)| anchor == place);
            let (_, rows) = part.unwrap_or_else(|| panic!("{feature}: SPECS.md has no #{place}"));
            // `promises: keys` are the rows that begin so.
            let of = said.split_once(": ").map(|(_, of)| format!("{of} | "));
            let shows = |row: &&str| of.as_ref().is_none_or(|of| row.starts_with(of));
            assert!(rows.iter().any(shows), "{feature}: no test under #{place}, {said}");
        }
        features += 1;
    }
    assert!(features >= 24, "only {features} features");
}
