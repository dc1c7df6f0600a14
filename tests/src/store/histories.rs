//! A store's own `present` and the port's default come to the same in every history.

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use futures_util::{StreamExt, stream};
use grantry::{
    MemoryTickets,
    ports::{Stores, Tickets},
    types::{Presentation, Presented, SenderKey, Ticket, TicketId, Timestamp},
};

use super::sample::{Dice, T0, code, first, shown, tenant};
use crate::ByDefault;

/// How many histories. Each has a ticket of its own.
const HISTORIES: u64 = 100_000;
/// Histories at once: a store that syncs may do so once for many.
const AT_ONCE: usize = 64;
/// Presentations in each.
const STEPS: u64 = 8;
/// How often each outcome must come, or the comparison says nothing of it.
const OFTEN: u64 = 10_000;

/// P4: one table, however it is carried out.
pub async fn present_equals_its_default(stores: &Stores) {
    let default = ByDefault(Arc::new(MemoryTickets::default()));
    let seen = Mutex::new(Seen::default());
    let all = stream::iter(0..HISTORIES);
    all.for_each_concurrent(AT_ONCE, |history| one(history, &*stores.tickets, &default, &seen))
        .await;
    let seen = seen.into_inner().expect("nobody panicked");
    let rarest = seen.0.iter().min().copied().unwrap_or_default();
    assert!(rarest >= OFTEN, "some outcome came {rarest} times: {seen:?}");
}

async fn one(history: u64, own: &dyn Tickets, default: &ByDefault, seen: &Mutex<Seen>) {
    let acme = tenant("acme");
    let mut dice = Dice(history);
    let id = TicketId::from_bytes((u128::from(history) << 64 | 1).to_be_bytes());
    let begun = if dice.roll(2) == 0 { code(0) } else { first(0) };
    let ticket = Ticket { id, sender_key: any_key(&mut dice).map(Box::new), ..begun };
    own.issue(&acme, &ticket).await.expect("the store answers");
    default.issue(&acme, &ticket).await.expect("the store answers");
    let mut now = T0;
    for step in 0..STEPS {
        let generation = read(default, id).await.generation.0;
        now = wander(&mut dice, now);
        let shown = any_presentation(&mut dice, generation);
        let outcomes = (
            own.present(&acme, id, &shown, now).await.expect("the store answers"),
            default.present(&acme, id, &shown, now).await.expect("the store answers"),
        );
        assert_eq!(outcomes.0, outcomes.1, "history {history}, step {step}: {shown:?} {now:?}");
        seen.lock().expect("nobody panicked").count(&outcomes.0);
    }
    assert_eq!(read(own, id).await, read(default, id).await, "history {history}");
}

async fn read(tickets: &dyn Tickets, id: TicketId) -> Ticket {
    tickets.read(&tenant("acme"), id).await.expect("the store answers").expect("the row")
}

/// How often each outcome was seen, in the order of [`Presented`].
#[derive(Debug, Default)]
struct Seen([u64; 7]);

impl Seen {
    fn count(&mut self, outcome: &Presented) {
        let at = match outcome {
            Presented::Redeemed(_) => 0,
            Presented::Held(_) => 1,
            Presented::Rotated(_) => 2,
            Presented::Retried(_) => 3,
            Presented::Reused(_) => 4,
            Presented::RolledBack(_) => 5,
            Presented::Refused => 6,
        };
        self.0[at] += 1;
    }
}

/// Mostly the same key, or none: RFC 9449 binds few grants.
fn any_key(dice: &mut Dice) -> Option<SenderKey> {
    match dice.roll(12) {
        0 => Some(SenderKey::from_bytes([2; 32])),
        1..=7 => Some(SenderKey::from_bytes([1; 32])),
        _ => None,
    }
}

/// Mostly forward, by spans about the lengths that decide something; sometimes back.
fn wander(dice: &mut Dice, now: Timestamp) -> Timestamp {
    let spans = [0, 1, 999, 5_000, 29_999, 30_000, 30_001, 59_999, 60_000, 299_000, 300_000];
    let span = spans[usize::try_from(dice.roll(11)).unwrap_or_default()];
    match dice.roll(8) {
        0 => Timestamp::from_millis(now.as_millis() - span),
        _ => now.plus(Duration::from_millis(span)),
    }
}

/// Mostly the newest token by its own client, and everything else now and then.
fn any_presentation(dice: &mut Dice, generation: u32) -> Presentation {
    let p = match dice.roll(10) {
        0 => generation + 1,
        1 | 2 => generation.saturating_sub(1),
        3 => generation.saturating_sub(2),
        _ => generation,
    };
    let mut any = Presentation {
        authenticated: dice.roll(2) == 0,
        sender: any_key(dice),
        rotates: dice.roll(6) != 0,
        refreshable: dice.roll(6) != 0,
        ..shown(p)
    };
    match dice.roll(24) {
        0 => any.client = "other".parse().expect("a client id"),
        1 => any.binding = None,
        2 => any.not_before = T0.plus(Duration::from_millis(1)),
        3 | 4 => any.window = Duration::ZERO,
        _ => {}
    }
    any
}
