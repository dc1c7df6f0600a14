//! What the host must lend, or takes from the furniture: small object-safe traits.

mod accounts;
mod budget;
mod chance;
mod changes;
mod client_documents;
mod clients;
mod consents;
mod custom_claims;
mod devices;
mod epochs;
mod events;
mod extension_grant;
mod fetch;
mod fetched;
mod flights;
mod guesses;
pub(crate) mod host;
mod interactions;
mod jwt_ids;
mod key_records;
mod keyring;
mod ledger;
mod pages;
mod pushes;
mod recollection;
mod registrar;
mod sealer;
mod seen;
mod sessions;
mod signer;
mod store_error;
mod tasks;
mod tenants;
mod throttle;
mod ticket_key;
mod tickets;
mod users;
mod verifying_key;
mod visits;

use std::sync::Arc;

use crate::types::Resources;

pub use accounts::{AccountChange, Accounts};
pub(crate) use budget::Budget;
pub use chance::{Clock, Entropy, EntropyError};
pub use changes::{Changes, Listener};
pub use client_documents::ClientDocuments;
pub use clients::Clients;
pub use consents::Consents;
pub use custom_claims::{ClaimsAbout, CustomClaims};
pub use devices::Devices;
pub(crate) use epochs::Epochs;
pub use events::{Deed, Event, EventKind, Events};
pub use extension_grant::{
    ExtensionAnswer, ExtensionGrant, ExtensionRefusal, ExtensionRequest, ExtensionVerdict,
};
pub(crate) use extension_grant::{ExtensionGrants, judge_grant};
pub use fetch::{Fetch, FetchError, Fetched};
pub(crate) use fetched::{FetchedDocuments, Look, LookError};
pub(crate) use flights::Flights;
pub use guesses::Guesses;
pub use interactions::Interactions;
pub use jwt_ids::JwtIds;
pub use key_records::{KeyMaterial, KeyPurpose, KeyRecord, KeyRecords, KeySet, KeySpan, Newer};
pub use keyring::Keyring;
pub use ledger::Ledger;
pub use pages::Pages;
pub use pushes::Pushes;
pub use recollection::Recollection;
pub(crate) use recollection::or_recall;
pub(crate) use registrar::judge;
pub use registrar::{Registering, Registrar, RegistrarVerdict};
pub use sealer::{SealError, Sealer};
pub use seen::Seen;
pub use sessions::Sessions;
pub use signer::Signer;
pub use store_error::StoreError;
pub use tasks::Tasks;
pub use tenants::Tenants;
pub use throttle::{Admission, Attempt, Settled, Throttle};
pub use ticket_key::TicketKey;
pub use tickets::{Change, Create, Cursor, Page, Tickets};
pub use users::{SignIn, SignInError, Users};
pub use verifying_key::{InvalidKey, VerifyingKey};
pub use visits::Visits;

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
    /// Who is signed in.
    pub sessions: Arc<dyn Sessions>,
    /// Requests for authorization that wait for their users.
    pub interactions: Arc<dyn Interactions>,
    /// What users allowed.
    pub consents: Arc<dyn Consents>,
    /// JWT ids that must be known again.
    pub jwt_ids: Arc<dyn JwtIds>,
    /// The store's time, which its nodes share; without it, this machine's.
    pub clock: Option<Arc<dyn Clock>>,
    /// What other nodes change; without it, rows are read anew each time.
    pub changes: Option<Arc<dyn Changes>>,
}

/// Everything that a request needs of the world.
#[derive(Clone, Debug)]
pub struct Ports {
    /// Tenants and their policies.
    pub tenants: Arc<dyn Tenants>,
    /// Clients.
    pub clients: Arc<dyn Clients>,
    /// Clients that no store keeps, if they are looked for.
    pub documents: Option<Arc<dyn ClientDocuments>>,
    /// What is behind these two, where they answer what they remember.
    pub recollection: Option<Arc<dyn Recollection>>,
    /// Who signs in.
    pub users: Arc<dyn Users>,
    /// Whether they are the host's own, in another place than the stores.
    pub users_are_lent: bool,
    /// Keys to sign, to verify and to make codes with.
    pub keyring: Arc<dyn Keyring>,
    /// Grants.
    pub ledger: Ledger,
    /// Who is signed in, what waits for its user, and what users allowed.
    pub visits: Visits,
    /// JWTs that were used or revoked.
    pub seen: Seen,
    /// How often codes were guessed at.
    pub guesses: Arc<Guesses>,
    /// How many requests each client pushed lately.
    pub pushes: Arc<Pushes>,
    /// How often devices ask, and people try their codes.
    pub devices: Arc<Devices>,
    /// What users see.
    pub pages: Arc<dyn Pages>,
    /// What the host says in tokens, if it says anything.
    pub custom_claims: Option<Arc<dyn CustomClaims>>,
    /// What the host says of clients that nobody registered, if it says anything.
    pub registrar: Option<Arc<dyn Registrar>>,
    /// What clients may bring beside what this server knows.
    pub(crate) extension_grants: ExtensionGrants,
    /// Where the host signs users in itself, if it does: a path or URL.
    pub login: Option<Arc<str>>,
    /// Which APIs of the application are described.
    pub(crate) resources: Resources,
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
