//! What is said of a file with mistakes.

use std::{fs, path::PathBuf};

use crate::{folder, parse};

/// The messages for a text, as they would be seen from the folder of the file.
fn messages(text: &str) -> String {
    let folder = folder().display().to_string();
    let messages = parse(text).expect_err("a text with mistakes").to_string();
    messages.replace(&format!("{folder}/"), "").replace(&folder, ".")
}

#[test]
fn every_planted_mistake_gets_exactly_one_message() {
    let text = fs::read_to_string(folder().join("mistakes.toml")).unwrap();
    let planted = text.lines().enumerate().filter(|(_, line)| line.ends_with("# wrong"));
    let planted: Vec<_> = planted.map(|(n, _)| Some(n + 1)).collect();
    let found: Vec<_> = parse(&text).unwrap_err().iter().map(|mistake| mistake.line).collect();
    let alone = |a: &[_], b: &[_]| a.iter().filter(|line| !b.contains(*line)).count();
    let (silent, surprising) = (alone(&planted, &found), alone(&found, &planted));
    assert_eq!(found, planted, "{silent} mistakes without, {surprising} messages too many");
    assert!(planted.len() > 20);
}

#[test]
fn the_messages_are_those_that_somebody_has_read() {
    let text = fs::read_to_string(folder().join("mistakes.toml")).unwrap();
    let syntax = fs::read_to_string(folder().join("syntax.txt")).unwrap();
    let syntax: Vec<_> = syntax.split("---\n").map(messages).collect();
    let actual = format!("{}\n\n{}\n", messages(&text), syntax.join("\n"));
    let expected = fs::read_to_string(folder().join("messages.txt")).unwrap_or_default();
    let new = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("messages.txt");
    fs::write(&new, &actual).unwrap();
    assert!(
        actual == expected,
        "the messages have changed: read them, and if they are right, \
         cp {} core/tests/provision/messages.txt",
        new.display()
    );
}

#[test]
fn no_message_holds_what_was_given_for_a_secret_or_a_password() {
    let text = fs::read_to_string(folder().join("mistakes.toml")).unwrap();
    assert!(text.contains("hidden-shown"));
    let said = messages(&text).to_lowercase();
    assert!(!said.contains("hidden") && !said.contains("wonderland"), "{said}");
    // Nor does a text that is no TOML show the line that breaks it.
    for text in ["password = hidden-shown", "secrets = [\"hidden-shown", "a = \"hidden-shown\\q\""]
    {
        let (said, debug) = (messages(text), format!("{:?}", parse(text)));
        assert!(!said.contains("hidden") && !debug.contains("hidden"), "{said}");
    }
}
