//! The run: every request on every framework, and then a look at all that the program wrote.

use std::collections::BTreeSet;

use grantry_conformance::run;

use crate::{
    canaries::Canaries,
    child::{Running, Said},
    lent::PANIC,
    requests::Caller,
};

/// axum, actix-web and warp, in the program's order.
const FRAMEWORKS: usize = 3;

/// Who must have said something, or it was not listened to: ours, the frameworks, and what carries
/// them. mio and actix speak through `log`.
const TALKERS: [&str; 8] = [
    "grantry::audit",
    "grantry::server::span",
    "actix_http::h1::dispatcher",
    "actix_server::server",
    "h2::codec::framed_read",
    "h2::proto::connection",
    "mio::poll",
    "warp::filters::path",
];

/// What frameworks say all the same, by target and secret. SECURITY.md tells it; when one of them
/// is silent one day, it is to be taken out of both.
const KNOWN: [(&str, &str); 1] = [("actix_http::h1::decoder", "length that is none")];

#[test]
fn le_01_no_word_of_the_program_and_no_answer_holds_a_secret() {
    let mut program = Running::start();
    assert_eq!(program.at.len(), 3 * FRAMEWORKS, "three servers in each framework");
    for name in ["password", "misplaced secret", "cause of a failure", "claim of a user"] {
        program.secret(name);
    }
    let mut answers = 0;
    for number in 0..FRAMEWORKS {
        let [own, lent, down] = [0, 3, 6].map(|first| program.at[first + number]);
        let mut caller = Caller { run: &mut program, at: own, number, answers: 0 };
        caller.asks_for_everything();
        caller.asks_wrongly();
        if number == 0 {
            run(caller.asks_by_http2());
        }
        caller.at = lent;
        caller.asks_on_a_bad_day();
        caller.at = down;
        caller.asks_without_a_store(own);
        answers += caller.answers;
    }
    let (said, canaries) = program.end();
    said.was_heard();
    demand_silence(&said, &canaries);
    let lines = said.json.lines().count() + said.plain.lines().count();
    println!("{} secrets, {answers} answers, {lines} lines of log", canaries.len());
}

impl Said {
    /// Demands that everybody was listened to, panics included.
    fn was_heard(&self) {
        let targets: BTreeSet<_> = self.json.lines().filter_map(target).collect();
        for talker in TALKERS {
            assert!(targets.contains(talker), "{talker} is not among {targets:?}");
            assert!(self.plain.contains(&format!("{talker}: ")), "{talker} said nothing plainly");
        }
        let panics = self.plain.matches("panicked at").count();
        assert_eq!((panics, self.plain.matches(PANIC).count()), (6 * FRAMEWORKS, 6 * FRAMEWORKS));
    }
}

/// Who wrote a line of the log in JSON.
fn target(line: &str) -> Option<String> {
    let line: serde_json::Value = serde_json::from_str(line).ok()?;
    line["target"].as_str().map(str::to_owned)
}

/// Demands that no line holds a secret, but for those that are known, which must be there.
fn demand_silence(said: &Said, canaries: &Canaries) {
    let (mut found, mut known) = (Vec::new(), BTreeSet::new());
    for line in said.json.lines().chain(said.plain.lines()) {
        for secret in canaries.within(line.as_bytes()) {
            let by = |target: &str| {
                line.contains(&format!("\"target\":\"{target}\""))
                    || line.contains(&format!(" {target}: "))
            };
            match KNOWN.iter().find(|(target, name)| by(target) && *name == secret) {
                Some(exception) => drop(known.insert(exception)),
                None => found.push(format!("{secret}: {line}")),
            }
        }
    }
    assert!(found.is_empty(), "{} times a secret was written:\n{}", found.len(), found.join("\n"));
    assert_eq!(known.len(), KNOWN.len(), "of what is known of frameworks this is left: {known:?}");
}
