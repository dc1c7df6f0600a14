//! Devices on which nobody can sign in (RFC 8628): one row says what the device asked for, and its user's decision
//! is the grant itself.
//!
//! The first row stands under the user code, by a MAC, and never changes. Whoever decides *issues* the grant, whose
//! id is known beforehand: allowed, it is a ticket whose code is the device's; refused, one that has ended. So of
//! all who decide about one device one does, and a poll is answered by whether there is a ticket.

mod ask;
mod codes;
mod decide;
mod poll;
mod row;

pub use ask::{ask_device, find_device, shown_code};
pub use decide::{Deciding, allow_device, deny_device};
pub(super) use poll::poll;
