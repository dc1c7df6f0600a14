use super::{super::*, *};

const T0: Timestamp = Timestamp::from_secs(1_000_000);
const SECOND: Duration = Duration::from_secs(1);

fn ticket(generation: u32) -> Ticket {
    let binding = Binding::to(&"https://app.example/cb".parse().unwrap());
    Ticket {
        id: TicketId::from_bytes([7; 16]),
        version: Version(3),
        generation: Generation(generation),
        state: TicketState::Live,
        client: "app".parse().unwrap(),
        subject: "alice".parse().unwrap(),
        scope: "read".parse().unwrap(),
        audience: "https://api.example".parse().unwrap(),
        binding: Some(binding),
        refreshable: generation > 0,
        authenticated_at: T0,
        changed_at: T0,
        rotated_at: Timestamp::EPOCH,
        expires_at: T0.plus(60 * SECOND),
        ends_at: T0.plus(9000 * SECOND),
        authorized: None,
        sender_key: None,
    }
}

fn shown(generation: u32) -> Presentation {
    Presentation {
        generation: Generation(generation),
        client: "app".parse().unwrap(),
        binding: ticket(0).binding,
        authenticated: false,
        sender: None,
        rotates: true,
        refreshable: true,
        window: 30 * SECOND,
        access: 3660 * SECOND,
        idle: 7000 * SECOND,
        not_before: Timestamp::EPOCH,
    }
}

/// Judges and carries out, as a store does.
fn present(ticket: &mut Ticket, shown: &Presentation, now: Timestamp) -> Presented {
    match judge(ticket, shown, now) {
        None => Presented::Refused,
        Some((outcome, next)) => {
            ticket.apply(&next, now);
            outcome(ticket.clone())
        }
    }
}

#[test]
fn a_code_is_redeemed_once_and_its_replay_ends_the_grant() {
    let mut grant = ticket(0);
    assert!(matches!(present(&mut grant, &shown(0), T0), Presented::Redeemed(_)));
    assert_eq!((grant.generation, grant.refreshable), (Generation::FIRST, true));
    // Generation 0 is never retried, not even within the window or by an authenticated client.
    let again = Presentation { authenticated: true, ..shown(0) };
    assert!(matches!(present(&mut grant, &again, T0), Presented::Reused(_)));
    assert_eq!(grant.state, TicketState::Ended(EndReason::Reused));
    assert_eq!(present(&mut grant, &shown(1), T0), Presented::Refused);
}

#[test]
fn within_the_window_there_is_one_rotation_and_retries_get_its_successor() {
    let mut grant = ticket(1);
    let at = |seconds: u32| T0.plus(seconds * SECOND);
    assert!(matches!(present(&mut grant, &shown(1), at(1)), Presented::Rotated(_)));
    assert!(matches!(present(&mut grant, &shown(2), at(2)), Presented::Held(_)));
    assert!(matches!(present(&mut grant, &shown(1), at(30)), Presented::Retried(_)));
    // RF-04: the window does not slide.
    assert!(matches!(present(&mut grant, &shown(2), at(31)), Presented::Rotated(_)));
    assert_eq!(grant.generation, Generation(3));
}

#[test]
fn past_the_window_only_an_authenticated_client_may_retry() {
    let mut grant = ticket(1);
    present(&mut grant, &shown(1), T0);
    let (mut other, late) = (grant.clone(), T0.plus(30 * SECOND));
    let proven = Presentation { authenticated: true, ..shown(1) };
    assert!(matches!(present(&mut grant, &proven, late), Presented::Retried(_)));
    assert!(matches!(present(&mut other, &shown(1), late), Presented::Reused(_)));
}

#[test]
fn rf_03_a_token_older_than_the_last_ends_the_grant_whoever_shows_it() {
    let mut grant = Ticket { rotated_at: T0, ..ticket(3) };
    let proven = Presentation { authenticated: true, ..shown(1) };
    assert!(matches!(present(&mut grant, &proven, T0), Presented::Reused(_)));
}

#[test]
fn a_token_of_the_future_ends_the_grant() {
    let mut grant = ticket(2);
    assert!(matches!(present(&mut grant, &shown(3), T0), Presented::RolledBack(_)));
    assert_eq!(grant.state, TicketState::Ended(EndReason::RolledBack));
}

#[test]
fn what_cannot_be_ends_a_grant_without_refresh_tokens_as_well() {
    let no = |generation| Presentation { refreshable: false, ..shown(generation) };
    let mut grant = ticket(0);
    present(&mut grant, &no(0), T0);
    assert!(matches!(present(&mut grant, &no(0), T0), Presented::Reused(_)), "the code again");
    assert!(matches!(present(&mut ticket(0), &no(1), T0), Presented::RolledBack(_)));
}

#[test]
fn a_window_of_zero_rotates_on_each_use() {
    let mut grant = ticket(1);
    let strict = |generation| Presentation { window: Duration::ZERO, ..shown(generation) };
    assert!(matches!(present(&mut grant, &strict(1), T0), Presented::Rotated(_)));
    assert!(matches!(present(&mut grant, &strict(2), T0), Presented::Rotated(_)));
    assert!(matches!(present(&mut grant, &strict(2), T0), Presented::Reused(_)));
}

#[test]
fn without_rotation_the_token_stays() {
    let mut grant = ticket(1);
    let stays = Presentation { rotates: false, ..shown(1) };
    for minute in 0..10 {
        let at = T0.plus(minute * 60 * SECOND);
        assert!(matches!(present(&mut grant, &stays, at), Presented::Held(_)));
    }
    assert_eq!(grant.generation, Generation::FIRST);
}

#[test]
fn what_fails_before_the_generation_changes_nothing() {
    let later = T0.plus(SECOND);
    let other = Some(Binding::to(&"https://evil.example/cb".parse().unwrap()));
    let cases = [
        (ticket(0), Presentation { client: "other".parse().unwrap(), ..shown(0) }),
        (ticket(5), Presentation { client: "other".parse().unwrap(), ..shown(1) }),
        (ticket(0), Presentation { binding: other, ..shown(0) }),
        (ticket(0), Presentation { binding: None, ..shown(0) }),
        (Ticket { binding: None, ..ticket(0) }, Presentation { binding: None, ..shown(0) }),
        (ticket(1), Presentation { not_before: later, ..shown(1) }),
        (Ticket { refreshable: false, ..ticket(1) }, shown(1)),
        (Ticket { state: TicketState::Ended(EndReason::Revoked), ..ticket(1) }, shown(1)),
    ];
    for (grant, shown) in cases {
        assert_eq!(judge(&grant, &shown, later), None, "{grant:?} {shown:?}");
    }
}

#[test]
fn tk_04_a_code_of_another_client_is_refused_and_stays_good() {
    let mut grant = ticket(0);
    let (before, late) = (grant.clone(), T0.plus(9 * SECOND));
    for authenticated in [false, true] {
        let other = Presentation { client: "other".parse().unwrap(), authenticated, ..shown(0) };
        for _ in 0..2 {
            assert_eq!(present(&mut grant, &other, late), Presented::Refused);
        }
    }
    assert_eq!(grant, before);
    assert!(matches!(present(&mut grant, &shown(0), late), Presented::Redeemed(_)));
    // Nor does the other one end what the code has led to.
    let other = Presentation { client: "other".parse().unwrap(), ..shown(0) };
    assert_eq!(present(&mut grant, &other, late), Presented::Refused);
    assert_eq!(grant.state, TicketState::Live);
}

#[test]
fn tk_05_each_thing_that_is_wrong_is_enough_alone_and_beside_every_other() {
    let wrong: [fn(&mut Ticket, &mut Presentation); 5] = [
        |_, shown| shown.client = "other".parse().unwrap(),
        |ticket, _| ticket.expires_at = T0,
        |_, shown| shown.binding = None,
        |ticket, _| ticket.state = TicketState::Ended(EndReason::Revoked),
        |_, shown| shown.not_before = T0.plus(SECOND),
    ];
    for chosen in 0..1 << wrong.len() {
        let (mut ticket, mut shown) = (ticket(0), shown(0));
        for (n, spoil) in wrong.iter().enumerate() {
            if chosen & 1 << n != 0 {
                spoil(&mut ticket, &mut shown);
            }
        }
        let verdict = judge(&ticket, &shown, T0);
        assert_eq!(verdict.is_some(), chosen == 0, "{chosen:b}: {ticket:?} {shown:?}");
    }
}

#[test]
fn tk_14_validity_is_half_open_and_a_clock_that_steps_back_revives_nothing() {
    let end = T0.plus(60 * SECOND);
    assert!(judge(&ticket(0), &shown(0), Timestamp::from_millis(end.as_millis() - 1)).is_some());
    assert!(judge(&ticket(0), &shown(0), end).is_none());
    let written_after = Ticket { changed_at: end, ..ticket(0) };
    assert!(judge(&written_after, &shown(0), T0).is_none());
}

#[test]
fn a_grant_lives_as_long_as_what_it_handed_out_and_never_beyond_its_end() {
    let mut grant = ticket(0);
    present(&mut grant, &shown(0), T0);
    assert_eq!(grant.expires_at, T0.plus(7000 * SECOND), "the refresh token may lie unused");
    let (mut bare, no) = (ticket(0), Presentation { refreshable: false, ..shown(0) });
    present(&mut bare, &no, T0);
    assert_eq!(bare.expires_at, T0.plus(3660 * SECOND), "the access token and the leeway");
    // RF-13
    let late = Timestamp::from_millis(grant.expires_at.as_millis() - 1);
    present(&mut grant, &shown(1), late);
    assert_eq!(grant.expires_at, grant.ends_at);
}

const KEY: SenderKey = SenderKey::from_bytes([1; 32]);
const OTHER: SenderKey = SenderKey::from_bytes([2; 32]);

#[test]
fn a_public_clients_key_is_written_when_its_code_is_redeemed_and_another_clients_is_not() {
    for (authenticated, bound) in [(false, Some(KEY)), (true, None)] {
        let mut grant = ticket(0);
        let first = Presentation { authenticated, sender: Some(KEY), ..shown(0) };
        assert!(matches!(present(&mut grant, &first, T0), Presented::Redeemed(_)));
        assert_eq!(grant.sender_key.as_deref().copied(), bound);
    }
    // Whoever shows no key has none.
    let mut grant = ticket(0);
    present(&mut grant, &shown(0), T0);
    assert_eq!(grant.sender_key, None);
}

#[test]
fn a_code_that_names_a_key_is_redeemed_by_that_key_alone() {
    let begun = Ticket { sender_key: Some(Box::new(KEY)), ..ticket(0) };
    for authenticated in [false, true] {
        let mut grant = begun.clone();
        for sender in [None, Some(OTHER)] {
            let wrong = Presentation { sender, authenticated, ..shown(0) };
            assert_eq!(present(&mut grant, &wrong, T0), Presented::Refused);
        }
        assert_eq!(grant, begun);
        let right = Presentation { sender: Some(KEY), authenticated, ..shown(0) };
        assert!(matches!(present(&mut grant, &right, T0), Presented::Redeemed(_)));
        // RFC 9449 §5: a client that authenticates may use another key next time.
        assert_eq!(grant.sender_key.is_some(), !authenticated);
    }
}

#[test]
fn rf_05_without_its_key_no_token_of_a_bound_grant_does_anything() {
    let bound = Ticket { sender_key: Some(Box::new(KEY)), rotated_at: T0, ..ticket(3) };
    for generation in 0..5 {
        for sender in [None, Some(OTHER)] {
            let mut grant = bound.clone();
            let wrong = Presentation { sender, ..shown(generation) };
            assert_eq!(present(&mut grant, &wrong, T0), Presented::Refused, "{generation}");
            assert_eq!(grant, bound);
        }
    }
}

#[test]
fn a_token_that_is_bound_to_a_key_may_be_retried_at_any_age() {
    let mut grant = Ticket { sender_key: Some(Box::new(KEY)), ..ticket(1) };
    let mine = |generation| Presentation { sender: Some(KEY), ..shown(generation) };
    assert!(matches!(present(&mut grant, &mine(1), T0), Presented::Rotated(_)));
    let late = T0.plus(5000 * SECOND);
    assert!(matches!(present(&mut grant, &mine(1), late), Presented::Retried(_)));
    assert_eq!(grant.sender_key.as_deref(), Some(&KEY));
    // RF-03
    assert!(matches!(present(&mut grant, &mine(2), late), Presented::Rotated(_)));
    assert!(matches!(present(&mut grant, &mine(1), late), Presented::Reused(_)));
    assert_eq!(grant.sender_key.as_deref(), Some(&KEY), "a tombstone keeps its key");
}
