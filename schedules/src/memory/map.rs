//! The map of the core, as shuttle has it: one lock for all rows, which is one shard.

use dashmap::DashMap;

use crate::types::TicketId;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    pub(super) tenant: u32,
    pub(super) id: TicketId,
}

pub(super) type PlaceMap<V> = DashMap<Place, V>;

pub(super) fn place_map<V>() -> PlaceMap<V> {
    DashMap::new()
}
