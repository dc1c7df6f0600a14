//! P1, P4, RF-01 to RF-04, RF-07, RF-11, RF-14, F-24, F-44: histories of grants, made up by chance, are
//! carried out by the real server and by a model of what was promised. The model knows no rows and no
//! table: it says of each token what becomes of it (`chain`), of each grant who holds what (`grant`),
//! and of everybody what they may do (`promises`). After each step, answers, rows and guards must be as
//! the model has it.
//!
//! A schedule is a list of actions. It is made and shrunk by proptest, and played by us: where a client
//! leaves or the server dies in the middle, the model learns from the row which of two allowed things
//! happened, and proptest-state-machine has no place for that.
//!
//! `GRANTRY_MODEL_STEPS` says how many steps are taken, `GRANTRY_MODEL_SEED` which schedule is the first.

#![expect(clippy::panic, reason = "a history that is not as promised fails with its steps")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod action;
mod broken_off;
mod chain;
mod check;
mod deeds;
mod grant;
mod keys;
mod play;
mod promises;
mod requests;
mod scene;

use std::env;

use grantry::ports::Clock;
use grantry_conformance::tenant_id;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

use action::{Action, Tenant, schedules};
use play::{Checked, Play, Tally};
use promises::Promises;
use scene::Scene;

/// How many actions a schedule has at most.
const STEPS: usize = 400;
/// How many steps a plain run takes.
const PLAIN: u64 = 100_000;

#[test]
fn histories_of_grants_are_as_promised() {
    let number = |name: &str| env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let steps = number("GRANTRY_MODEL_STEPS").unwrap_or(PLAIN);
    let mut seed = number("GRANTRY_MODEL_SEED").unwrap_or_default();
    let (mut tally, mut taken) = (Tally::new(), 0);
    while taken < steps {
        taken += try_out(seed, &mut tally);
        seed += 1;
    }
    println!("{taken} steps, up to seed {seed}: {tally:#?}");
    for (what, per_100_000) in SEEN {
        let seen = tally.get(what).copied().unwrap_or_default();
        assert!(
            seen >= per_100_000 * steps / PLAIN,
            "{what} was seen {seen} times in {taken} steps"
        );
    }
}

/// What must come so often in 100,000 steps, or the promises about it were not tried.
const SEEN: [(&str, u64); 18] = [
    ("Redeemed", 1_000),
    ("Held", 1_500),
    ("Rotated", 4_000),
    ("Retried", 400),
    ("Reused", 400),
    ("RolledBack", 15),
    ("refused", 8_000),
    ("an answer that was owed", 400),
    ("done and not told", 60),
    ("a crash", 1_000),
    ("done by a server that died", 40),
    ("not done by a server that died", 40),
    ("begun meanwhile", 80),
    ("overtaken when it was done", 40),
    ("a stranger", 2_000),
    ("let in", 4_000),
    ("keys replaced at once", 200),
    ("keys replaced in stages", 400),
];

/// Plays the schedule of a seed. Returns how many steps it took.
fn try_out(seed: u64, tally: &mut Tally) -> u64 {
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let chance = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    // What fails is found again by its seed.
    let config = Config {
        cases: 1,
        max_shrink_iters: 10_000,
        failure_persistence: None,
        ..Config::default()
    };
    let taken = std::cell::Cell::new(0);
    let tally = std::cell::RefCell::new(tally);
    let outcome = TestRunner::new_with_rng(config, chance).run(&schedules(STEPS), |schedule| {
        let played = play(&schedule, seed % 2 == 1, &mut tally.borrow_mut());
        taken.set(played.map_err(TestCaseError::fail)?);
        Ok(())
    });
    match outcome {
        Ok(()) => taken.get(),
        Err(TestError::Fail(why, schedule)) => {
            let steps: Vec<_> = schedule.iter().map(|action| format!("{action:?}")).collect();
            panic!("seed {seed}: {why}\n{}", steps.join("\n"));
        }
        Err(error) => panic!("seed {seed}: {error}"),
    }
}

/// Plays a schedule. Returns how many of its actions did something.
fn play(schedule: &[Action], default: bool, tally: &mut Tally) -> Checked<u64> {
    let scene = Scene::new(default);
    let mut play = Play { scene, promises: Promises::default(), rows: Vec::new(), tally };
    play.begin()?;
    let mut taken = 0;
    for (at, action) in schedule.iter().enumerate() {
        let acted = play.step(*action).map_err(|why| format!("step {at}, {action:?}: {why}"))?;
        taken += u64::from(acted);
    }
    Ok(taken)
}

impl Play<'_> {
    /// What there is before the first step.
    fn begin(&mut self) -> Checked {
        self.promises.now = self.scene.clock.now().as_millis();
        for tenant in Tenant::BOTH {
            let rules = self.promises.of_mut(tenant);
            rules.numbers = 1;
            rules.ticket.add("1".into());
            for (client, id) in rules.clients.iter_mut().zip(["app", "backend"]) {
                let found = self.scene.server.admin();
                let (tenant, id) = (tenant_id(tenant.name()), id.parse().unwrap());
                let found = self.scene.runtime.block_on(found.client(&tenant, &id));
                client.not_before = found.unwrap().unwrap().not_before.as_millis();
            }
            self.learn_keys(tenant)?;
        }
        Ok(())
    }
}
