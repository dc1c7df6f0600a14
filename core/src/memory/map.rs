//! Maps that stay quick while they grow.

use std::hash::{BuildHasher, Hash, Hasher};

use dashmap::DashMap;

use crate::types::TicketId;

/// Shards of a large map: a shard that doubles its table stalls one insert, and the more shards
/// there are, the shorter.
const SHARDS: usize = 4096;

/// A row's place: the tenant's number within this store, and the id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) tenant: u32,
    pub(super) id: TicketId,
}

/// Ids are cut from a hash, so their own bytes are as good a hash as any.
impl Hash for Place {
    fn hash<H: Hasher>(&self, state: &mut H) {
        let mut first = [0; 8];
        first.copy_from_slice(&self.id.as_bytes()[..8]);
        state.write_u64(u64::from_le_bytes(first) ^ u64::from(self.tenant));
    }
}

pub(super) type PlaceMap<V> = DashMap<Place, V, Bytes>;

pub(super) fn place_map<V>() -> PlaceMap<V> {
    DashMap::with_hasher_and_shard_amount(Bytes, SHARDS)
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Bytes;

impl BuildHasher for Bytes {
    type Hasher = TakeBytes;

    fn build_hasher(&self) -> TakeBytes {
        TakeBytes(0)
    }
}

#[derive(Debug)]
pub(super) struct TakeBytes(u64);

impl Hasher for TakeBytes {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, number: u64) {
        self.0 = number;
    }
}
