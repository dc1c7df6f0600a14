//! What the host must lend, or takes from the furniture: small object-safe traits.

mod accounts;
mod chance;
mod clients;
mod events;
mod key_records;
mod keyring;
mod ledger;
mod signer;
mod store_error;
mod tasks;
mod tenants;
mod throttle;
mod ticket_key;
mod tickets;
mod users;
mod verifying_key;

use std::sync::Arc;

pub use accounts::{AccountChange, Accounts};
pub use chance::{Clock, Entropy, EntropyError};
pub use clients::Clients;
pub use events::{Deed, Event, EventKind, Events};
pub use key_records::{KeyMaterial, KeyPurpose, KeyRecord, KeyRecords, KeySet, KeySpan};
pub use keyring::Keyring;
pub use ledger::Ledger;
pub use signer::Signer;
pub use store_error::StoreError;
pub use tasks::Tasks;
pub use tenants::Tenants;
pub use throttle::{Admission, Attempt, Settled, Throttle};
pub use ticket_key::TicketKey;
pub use tickets::{Change, Create, Cursor, Page, Tickets};
pub use users::{SignIn, SignInError, Users};
pub use verifying_key::{InvalidKey, VerifyingKey};

/// The stores of one deployment. One value of a store crate usually fills them all.
#[derive(Clone, Debug)]
pub struct Stores {
    /// Tenants and their policies.
    pub tenants: Arc<dyn Tenants>,
    /// Clients.
    pub clients: Arc<dyn Clients>,
    /// Rows of the built-in user directory.
    pub accounts: Arc<dyn Accounts>,
    /// Grants.
    pub tickets: Arc<dyn Tickets>,
    /// Signing and ticket keys.
    pub key_records: Arc<dyn KeyRecords>,
}

/// Everything that a request needs of the world.
#[derive(Clone, Debug)]
pub struct Ports {
    /// Tenants and their policies.
    pub tenants: Arc<dyn Tenants>,
    /// Clients.
    pub clients: Arc<dyn Clients>,
    /// Who signs in.
    pub users: Arc<dyn Users>,
    /// Keys to sign, to verify and to make codes with.
    pub keyring: Arc<dyn Keyring>,
    /// Grants.
    pub ledger: Ledger,
    /// The time.
    pub clock: Arc<dyn Clock>,
    /// Chance.
    pub entropy: Arc<dyn Entropy>,
    /// Who takes audit events.
    pub events: Arc<dyn Events>,
    /// How often somebody may try a password.
    pub throttle: Arc<dyn Throttle>,
    /// Work that goes on when nobody waits for it.
    pub tasks: Tasks,
}
