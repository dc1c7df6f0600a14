//! What operations on one row mean, one after the other; and whether what came of them at the same time
//! is what comes of them in some order.

use std::{collections::BTreeSet, time::Duration};

use grantry::{
    ports::{Change, StoreError, Tickets},
    types::{
        Binding, EndReason, Generation, Presentation, Presented, TenantId, Ticket, TicketId,
        TicketState, Timestamp, Version, Whose, judge,
    },
};

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

/// Something that is done to a row.
#[derive(Clone, Debug)]
pub enum Operation {
    /// A token is shown.
    Present(Presentation),
    /// The grant is ended.
    End,
    /// It is ended if it still has the version that it began with.
    Change,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// Of a presentation.
    Presented(Presented),
    /// How many were ended.
    Ended(u64),
    /// Of a compare-and-set.
    Changed(Change),
}

impl Operation {
    /// Carries it out on a store.
    ///
    /// # Errors
    /// When the store does not answer.
    pub async fn on(self, store: &dyn Tickets, id: TicketId) -> Result<Outcome, StoreError> {
        let acme = tenant();
        Ok(match self {
            Self::Present(shown) => {
                Outcome::Presented(store.present(&acme, id, &shown, NOW).await?)
            }
            Self::End => Outcome::Ended(store.end(&acme, Whose::One(id), NOW).await?),
            Self::Change => {
                let begun = Version::default();
                let next = code().ended(EndReason::Revoked);
                Outcome::Changed(store.change(&acme, id, begun, &next, NOW).await?)
            }
        })
    }

    /// What it means while nobody else does anything.
    fn alone(&self, row: &mut Ticket) -> Outcome {
        match self {
            Self::Present(shown) => match judge(row, shown, NOW) {
                None => Outcome::Presented(Presented::Refused),
                Some((outcome, next)) => {
                    row.apply(&next, NOW);
                    Outcome::Presented(outcome(row.clone()))
                }
            },
            Self::End if row.state == TicketState::Live => {
                row.apply(&row.ended(EndReason::Revoked), NOW);
                Outcome::Ended(1)
            }
            Self::End => Outcome::Ended(0),
            Self::Change if row.version == Version::default() => {
                row.apply(&code().ended(EndReason::Revoked), NOW);
                Outcome::Changed(Change::Written)
            }
            Self::Change => Outcome::Changed(Change::Lost),
        }
    }
}

/// Demands that the outcomes, and the row that is left, are those of some order. Returns which of the
/// orders these are: some look alike.
///
/// # Panics
/// When they are of none.
pub fn check(
    begun: &Ticket,
    operations: &[Operation],
    outcomes: &[Outcome],
    left: &Ticket,
) -> BTreeSet<Vec<usize>> {
    let mut orders = BTreeSet::new();
    for order in orders_of(operations.len()) {
        let mut row = begun.clone();
        let same = order.iter().all(|at| operations[*at].alone(&mut row) == outcomes[*at]);
        if same && row == *left {
            orders.insert(order);
        }
    }
    assert!(!orders.is_empty(), "no order of {operations:?} gives {outcomes:?} and {left:?}");
    orders
}

/// All orders of so many.
fn orders_of(count: usize) -> Vec<Vec<usize>> {
    let mut orders = vec![Vec::new()];
    for new in 0..count {
        let longer = |order: Vec<usize>| {
            (0..=new).map(move |at| {
                let mut order = order.clone();
                order.insert(at, new);
                order
            })
        };
        orders = orders.into_iter().flat_map(longer).collect();
    }
    orders
}

/// A tenant.
///
/// # Panics
/// Never.
pub fn tenant() -> TenantId {
    "acme".parse().expect("a tenant id")
}

/// A code that was just issued.
///
/// # Panics
/// Never.
pub fn code() -> Ticket {
    Ticket {
        id: TicketId::from_bytes([7; 16]),
        version: Version::default(),
        generation: Generation::CODE,
        state: TicketState::Live,
        client: "app".parse().expect("a client id"),
        subject: "alice".parse().expect("a subject"),
        scope: "read".parse().expect("a scope"),
        audience: "https://api.example.com".parse().expect("an audience"),
        binding: Some(Binding::from_bytes([7; 32])),
        refreshable: false,
        authenticated_at: NOW,
        changed_at: NOW,
        rotated_at: Timestamp::EPOCH,
        expires_at: NOW.plus(Duration::from_secs(60)),
        ends_at: NOW.plus(Duration::from_secs(3600)),
        authorized: None,
        sender_key: None,
    }
}

/// A grant that has its first refresh token.
pub fn first() -> Ticket {
    Ticket { generation: Generation::FIRST, binding: None, refreshable: true, ..code() }
}

/// Its client shows a token of it; a window of no length makes the second one a replay.
pub fn shown(generation: u32, window: Duration) -> Operation {
    Operation::Present(Presentation {
        generation: Generation(generation),
        client: code().client,
        binding: code().binding,
        authenticated: false,
        sender: None,
        rotates: true,
        refreshable: true,
        window,
        access: Duration::from_secs(120),
        idle: Duration::from_secs(300),
        not_before: Timestamp::EPOCH,
    })
}
