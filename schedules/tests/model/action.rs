//! What may happen. Every action means something in every state: grants and tokens are named by their
//! place, counted from the newest and round, so that a schedule from which steps were taken is one.

use proptest::prelude::*;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tenant {
    /// Its retry window is 30 s.
    Acme,
    /// It has none.
    Strict,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum User {
    Alice,
    Bob,
}

/// Who holds a grant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holder {
    /// The tenant's own application, which begins with a code or with a password.
    Direct,
    /// A public client.
    App,
    /// A confidential client.
    Backend,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Party {
    /// The client that the grant was given to.
    Honest,
    /// Whoever copied a token of it, and passes for that client.
    Thief,
}

/// What becomes of a request and its answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    Answered,
    /// The server answers, and the client never hears of it.
    Lost,
    /// The client leaves after so many polls.
    Dropped(u8),
    /// The server dies after so many polls, and is started anew over the same stores.
    Crash(u8),
}

/// Whoever shows a token that is not theirs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stranger {
    /// Another client of the tenant.
    Client(Holder),
    /// The same client, at the other tenant.
    Tenant,
    /// The client itself, with another letter at this place.
    Garbled(u8),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whom {
    User(Tenant, User),
    Client(Tenant, Holder),
    Tenant(Tenant),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// One grant is ended.
    Grant(u8),
    /// All grants of somebody are.
    Grants(Whom),
    Disable(Whom),
}

/// A request that somebody sends for one of the grants, or to begin one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ask {
    Code(Tenant, User),
    Tokens(Tenant, User, Holder),
    Redeem { grant: u8, elsewhere: bool },
    Refresh { grant: u8, by: Party, older: u8 },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    Ask(Ask, Fate),
    /// A client uses its newest token twice at the same time.
    Twice(u8),
    /// A thief copies the newest token.
    Copy(u8),
    Stranger {
        grant: u8,
        older: u8,
        who: Stranger,
    },
    /// An access token is shown to both tenants' guards.
    Show {
        grant: u8,
        older: u8,
    },
    Stop(Stop),
    /// A request is polled so often, then somebody is stopped, then it goes on.
    Overtake(Ask, u8, Stop),
    /// Everybody who is disabled is enabled.
    Enable,
    Rotate {
        tenant: Tenant,
        signing: bool,
        at_once: bool,
    },
    /// The store loses the last rotation of a grant.
    Lose(u8),
    /// In milliseconds.
    Wait(u64),
    StepBack(u64),
    Restart,
    Sweep,
}

/// Schedules of so many steps at most.
pub fn schedules(steps: usize) -> impl Strategy<Value = Vec<Action>> {
    proptest::collection::vec(action(), 0..=steps)
}

fn action() -> impl Strategy<Value = Action> {
    prop_oneof![
        14 => wait().prop_map(Action::Wait),
        56 => (ask(), fate()).prop_map(|(ask, fate)| Action::Ask(ask, fate)),
        8 => (0..4_u8, 0..3_u8).prop_map(|(grant, older)| Action::Show { grant, older }),
        7 => (0..4_u8, 0..3_u8, stranger())
            .prop_map(|(grant, older, who)| Action::Stranger { grant, older, who }),
        3 => (0..4_u8).prop_map(Action::Copy),
        3 => (0..4_u8).prop_map(Action::Twice),
        4 => Just(Action::Enable),
        2 => stop().prop_map(Action::Stop),
        2 => (ask(), 0..14_u8, stop()).prop_map(|(ask, polls, stop)| Action::Overtake(ask, polls, stop)),
        2 => (tenant(), any::<bool>(), prop::bool::weighted(0.3))
            .prop_map(|(tenant, signing, at_once)| Action::Rotate { tenant, signing, at_once }),
        1 => (0..4_u8).prop_map(Action::Lose),
        1 => prop_oneof![Just(1), Just(500), 0..40_000_u64, 0..700_000_u64]
            .prop_map(Action::StepBack),
        1 => Just(Action::Restart),
        1 => Just(Action::Sweep),
    ]
}

fn ask() -> impl Strategy<Value = Ask> {
    let party = prop_oneof![9 => Just(Party::Honest), 1 => Just(Party::Thief)];
    prop_oneof![
        7 => (0..4_u8, party, prop_oneof![14 => Just(0), 1 => 1..4_u8])
            .prop_map(|(grant, by, older)| Ask::Refresh { grant, by, older }),
        2 => (0..3_u8, prop::bool::weighted(0.1))
            .prop_map(|(grant, elsewhere)| Ask::Redeem { grant, elsewhere }),
        2 => (tenant(), user()).prop_map(|(tenant, user)| Ask::Code(tenant, user)),
        2 => (tenant(), user(), holder())
            .prop_map(|(tenant, user, holder)| Ask::Tokens(tenant, user, holder)),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![
        16 => Just(Fate::Answered),
        2 => Just(Fate::Lost),
        1 => (0..14_u8).prop_map(Fate::Dropped),
        1 => (0..14_u8).prop_map(Fate::Crash),
    ]
}

/// Mostly little, and whatever is just before or at the end of something.
fn wait() -> impl Strategy<Value = u64> {
    prop_oneof![
        10 => 0..5_000_u64,
        14 => prop::sample::select(vec![1, 999, 1_000, 29_999, 30_000, 30_001]),
        2 => prop::sample::select(vec![59_999, 60_000, 299_999, 300_000, 360_000]),
        1 => prop::sample::select(vec![599_999, 600_000, 600_001, 660_000, 1_260_000]),
        1 => prop::sample::select(vec![899_999, 900_000, 5_400_000, 90_000_000]),
    ]
}

fn stranger() -> impl Strategy<Value = Stranger> {
    prop_oneof![
        holder().prop_map(Stranger::Client),
        Just(Stranger::Tenant),
        (0..79_u8).prop_map(Stranger::Garbled),
    ]
}

fn stop() -> impl Strategy<Value = Stop> {
    prop_oneof![
        (0..4_u8).prop_map(Stop::Grant),
        whom().prop_map(Stop::Grants),
        whom().prop_map(Stop::Disable),
    ]
}

fn whom() -> impl Strategy<Value = Whom> {
    // The client of the direct API has no row.
    let registered = prop_oneof![Just(Holder::App), Just(Holder::Backend)];
    prop_oneof![
        (tenant(), user()).prop_map(|(tenant, user)| Whom::User(tenant, user)),
        (tenant(), registered).prop_map(|(tenant, client)| Whom::Client(tenant, client)),
        tenant().prop_map(Whom::Tenant),
    ]
}

fn tenant() -> impl Strategy<Value = Tenant> {
    prop_oneof![2 => Just(Tenant::Acme), 1 => Just(Tenant::Strict)]
}

fn user() -> impl Strategy<Value = User> {
    prop_oneof![Just(User::Alice), Just(User::Bob)]
}

fn holder() -> impl Strategy<Value = Holder> {
    prop_oneof![Just(Holder::Direct), Just(Holder::App), Just(Holder::Backend)]
}
