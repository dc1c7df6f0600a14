//! The map of the core with few shards: shuttle keeps account of every lock.

use std::hash::RandomState;

use dashmap::DashMap;

use crate::types::TicketId;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) tenant: u32,
    pub(super) id: TicketId,
}

pub(super) type PlaceMap<V> = DashMap<Place, V, RandomState>;

pub(super) fn place_map<V>() -> PlaceMap<V> {
    DashMap::with_hasher_and_shard_amount(RandomState::new(), 2)
}
