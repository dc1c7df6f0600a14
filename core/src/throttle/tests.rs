use super::*;

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn attempt(name: &str, source: Option<&str>) -> Attempt {
    let source = source.map(|text| crate::types::Source::of(text.parse().unwrap()));
    Attempt { tenant: "acme".parse().unwrap(), name: name.into(), source }
}

fn counters() -> Counters {
    Counters::new(ThrottleConfig::default())
}

fn fail(counters: &Counters, attempt: &Attempt, now: Timestamp) {
    assert_eq!(counters.admit_now(attempt, now), Admission::Admitted, "{attempt:?}");
    counters.settle_now(attempt, Settled::Wrong, now);
}

fn wait(counters: &Counters, attempt: &Attempt, now: Timestamp) -> Duration {
    match counters.admit_now(attempt, now) {
        Admission::Wait(wait) => wait,
        Admission::Admitted => {
            counters.settle_now(attempt, Settled::Untried, now);
            Duration::ZERO
        }
    }
}

#[test]
fn five_failures_are_free_and_then_each_wait_is_twice_the_last() {
    let (counters, alice) = (counters(), attempt("alice", Some("192.0.2.1")));
    for _ in 0..5 {
        fail(&counters, &alice, NOW);
    }
    let mut now = NOW;
    for secs in [1, 2, 4, 8, 16, 32, 60, 60] {
        let span = Duration::from_secs(secs);
        assert_eq!(wait(&counters, &alice, now), span);
        let almost = now.plus(span - Duration::from_millis(1));
        assert_eq!(wait(&counters, &alice, almost), Duration::from_millis(1));
        // Coming too early makes nothing worse.
        now = now.plus(span);
        fail(&counters, &alice, now);
    }
}

#[test]
fn another_name_source_or_tenant_is_another_count() {
    let (counters, alice) = (counters(), attempt("alice", Some("192.0.2.1")));
    for _ in 0..5 {
        fail(&counters, &alice, NOW);
    }
    let mut elsewhere = alice.clone();
    elsewhere.tenant = "globex".parse().unwrap();
    for free in [attempt("bob", Some("192.0.2.1")), attempt("alice", Some("192.0.2.2")), elsewhere]
    {
        assert_eq!(wait(&counters, &free, NOW), Duration::ZERO, "{free:?}");
    }
    assert_eq!(wait(&counters, &attempt("alice", None), NOW), Duration::ZERO);
}

#[test]
fn many_names_from_one_source_are_counted_together() {
    let counters = counters();
    for n in 0..50 {
        fail(&counters, &attempt(&format!("user-{n}"), Some("2001:db8::1")), NOW);
    }
    // LG-05: the other addresses of the network are the same source.
    let next = attempt("next", Some("2001:db8::2"));
    assert_eq!(wait(&counters, &next, NOW), Duration::from_secs(1));
    assert_eq!(wait(&counters, &attempt("next", Some("2001:db8:0:1::2")), NOW), Duration::ZERO);
}

#[test]
fn a_right_password_forgives_its_name_and_nothing_else() {
    let counters = counters();
    let own = attempt("mallory", Some("192.0.2.1"));
    for n in 0..50 {
        if n % 4 == 0 {
            assert_eq!(counters.admit_now(&own, NOW), Admission::Admitted);
            counters.settle_now(&own, Settled::Right, NOW);
        }
        fail(&counters, &attempt(&format!("user-{n}"), Some("192.0.2.1")), NOW);
    }
    assert_eq!(wait(&counters, &attempt("x", Some("192.0.2.1")), NOW), Duration::from_secs(1));
    let alice = attempt("alice", None);
    for _ in 0..3 {
        for _ in 0..4 {
            fail(&counters, &alice, NOW);
        }
        assert_eq!(counters.admit_now(&alice, NOW), Admission::Admitted);
        counters.settle_now(&alice, Settled::Right, NOW);
    }
}

#[test]
fn what_is_under_way_is_bounded_and_no_failure() {
    let (counters, alice) = (counters(), attempt("alice", None));
    for _ in 0..PENDING {
        assert_eq!(counters.admit_now(&alice, NOW), Admission::Admitted);
    }
    assert_eq!(wait(&counters, &alice, NOW), SOON);
    for _ in 0..PENDING {
        counters.settle_now(&alice, Settled::Right, NOW);
    }
    assert_eq!(wait(&counters, &alice, NOW), Duration::ZERO);
    // Beyond the free failures, one at a time.
    for _ in 0..5 {
        fail(&counters, &alice, NOW);
    }
    let later = NOW.plus(Duration::from_secs(1));
    assert_eq!(counters.admit_now(&alice, later), Admission::Admitted);
    assert_eq!(wait(&counters, &alice, later), SOON);
}

const SOON: Duration = Duration::from_secs(1);

#[test]
fn failures_are_forgotten_after_a_while_and_nothing_is_kept_of_who_succeeds() {
    let (counters, alice) = (counters(), attempt("alice", Some("192.0.2.1")));
    for _ in 0..6 {
        counters.settle_now(&alice, Settled::Wrong, NOW);
    }
    let quarter = ThrottleConfig::default().forget_after;
    assert_eq!(wait(&counters, &alice, NOW.plus(quarter)), Duration::ZERO);
    fail(&counters, &alice, NOW.plus(quarter));
    assert_eq!(wait(&counters, &alice, NOW.plus(quarter)), Duration::ZERO, "it counts from one");
    let bob = attempt("bob", Some("192.0.2.2"));
    let before = counters.counts().len();
    assert_eq!(counters.admit_now(&bob, NOW), Admission::Admitted);
    counters.settle_now(&bob, Settled::Right, NOW);
    assert_eq!(counters.counts().len(), before);
}

#[test]
fn f_20_a_clock_that_steps_back_locks_nobody_out_for_longer_than_the_longest_wait() {
    let (counters, alice) = (counters(), attempt("alice", None));
    for _ in 0..20 {
        counters.settle_now(&alice, Settled::Wrong, NOW);
    }
    let back = Timestamp::from_millis(NOW.as_millis() - 3_600_000);
    assert_eq!(wait(&counters, &alice, back), Duration::from_secs(60));
    let later = back.plus(Duration::from_secs(60));
    assert_eq!(wait(&counters, &alice, later), Duration::ZERO);
}

#[test]
fn the_number_of_counts_is_bounded() {
    let counters = counters();
    for n in 0..MOST + 10 {
        counters.admit_now(&attempt(&format!("user-{n}"), None), NOW);
    }
    assert_eq!(counters.counts().len(), MOST);
}
