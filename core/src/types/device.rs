//! Devices on which nobody can sign in: what they ask for, and what they are answered (RFC 8628 §3).

use std::time::Duration;

use super::{Audiences, ClientId, DeviceCode, Scope, TicketId, Timestamp, UserCode};

/// A device that waits for its user.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// The row that its grant becomes.
    pub grant: TicketId,
    /// The number of the ticket key that made its codes.
    pub key: u8,
    /// From where it asked, in words, if that is known (RFC 8628 §5.4).
    pub source: Option<Box<str>>,
    /// Its codes are good until here, exclusively.
    pub expires_at: Timestamp,
}

/// What it asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeviceRequest {
    /// Who waits.
    pub device: Device,
    /// Whose device it is.
    pub client: ClientId,
    /// What the client would get.
    pub scope: Scope,
    /// Where it would use it, if it says so (RFC 8707 §2).
    pub resource: Option<Audiences>,
}

/// The codes of a device (RFC 8628 §3.2).
#[derive(Clone, Debug)]
pub struct DeviceAnswer {
    /// What the device asks with.
    pub device_code: DeviceCode,
    /// What its user types.
    pub user_code: UserCode,
    /// How long both are good for.
    pub expires_in: Duration,
    /// How long it waits between two questions.
    pub interval: Duration,
}
