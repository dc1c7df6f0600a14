//! What an operator may want to know later: who was given what, who was refused and why.

use std::{fmt::Debug, time::Duration};

use crate::types::{ClientId, GrantType, Source, Subject, TenantId, TicketId, Timestamp};

/// Takes audit events. Called on the way of a request, so it must return at once: what goes over a
/// network goes into a queue first.
///
/// ```
/// use std::sync::{Mutex, PoisonError};
/// use grantry::ports::{Event, Events};
///
/// #[derive(Debug, Default)]
/// struct Kept(Mutex<Vec<Event>>);
///
/// impl Events for Kept {
///     fn record(&self, event: Event) {
///         self.0.lock().unwrap_or_else(PoisonError::into_inner).push(event);
///     }
/// }
/// ```
pub trait Events: Debug + Send + Sync + 'static {
    /// Takes an event.
    fn record(&self, event: Event);
}

/// Something that happened. It holds no secret and no text that a stranger sent.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Event {
    /// In which tenant.
    pub tenant: TenantId,
    /// When.
    pub at: Timestamp,
    /// What.
    pub kind: EventKind,
    /// To or by which client, where one is known.
    pub client: Option<ClientId>,
    /// To or about which user, where one is known.
    pub subject: Option<Subject>,
    /// In which grant.
    pub grant: Option<TicketId>,
    /// From where the request came, where that is known.
    pub source: Option<Source>,
}

/// What happened.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum EventKind {
    /// A code or tokens were handed out by this grant.
    Issued(GrantType),
    /// A request was refused, for this reason: a fixed word.
    Refused(&'static str),
    /// A code was used up. Tokens follow, unless the client left or the request is refused yet.
    Redeemed,
    /// A refresh token was replaced.
    Rotated,
    /// A refresh token was answered as it is, since it had just been replaced or is never replaced.
    Held,
    /// A retry was answered with the successor that was already made.
    Retried,
    /// A code or refresh token came back that had been replaced: the grant is over. Somebody may
    /// have stolen it.
    Reused,
    /// A token came that the store does not know yet: the grant is over. The store lost writes, or a
    /// ticket key leaked.
    RolledBack,
    /// A client gave up a token: its grant is over, or, where it has none, this one token counts no more.
    Revoked,
    /// This many grants were ended.
    Ended(u64),
    /// A sign-in was turned away before the password was looked at.
    Throttled(Duration),
    /// A user signed in, in a browser.
    SignedIn,
    /// A user signed out, or was signed out.
    SignedOut,
    /// A user allowed a client what it asked for.
    Allowed,
    /// A user refused a client what it asked for.
    Denied,
    /// The keys of the tenant cannot be opened, for this reason: a fixed word. Nothing is issued or
    /// believed in this tenant until they can. Told at most once a minute by each process.
    KeysUnreadable(&'static str),
    /// A client registered itself.
    ClientRegistered,
    /// A client that registered itself has changed itself.
    RegistrationChanged,
    /// A client that registered itself is gone: it said so, or nobody used it.
    RegistrationDeleted,
    /// Somebody in charge did this.
    Administered(Deed),
}

/// What somebody in charge did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
#[expect(missing_docs, reason = "each is its own word")]
pub enum Deed {
    TenantCreated,
    TenantChanged,
    TenantDisabled,
    TenantEnabled,
    TenantDeleted,
    ClientCreated,
    ClientChanged,
    ClientDisabled,
    ClientEnabled,
    ClientDeleted,
    InitialAccessMinted,
    SecretAdded,
    SecretRemoved,
    UserCreated,
    UserRenamed,
    UserDisabled,
    UserEnabled,
    UserDeleted,
    PasswordChanged,
    ClaimsChanged,
    SessionEnded,
    ConsentForgotten,
    KeysAdded,
    KeysAnnounced,
    KeysReplaced,
    KeysResealed,
    LostKeysReplaced,
    Restored,
}

impl Event {
    /// An event of which only the tenant is known.
    pub fn new(tenant: TenantId, at: Timestamp, kind: EventKind) -> Self {
        Self { tenant, at, kind, client: None, subject: None, grant: None, source: None }
    }
}

impl EventKind {
    /// Its name, which stays the same from version to version.
    pub fn as_str(&self) -> &'static str {
        match self {
            Self::Issued(_) => "issued",
            Self::Refused(_) => "refused",
            Self::Redeemed => "redeemed",
            Self::Rotated => "rotated",
            Self::Held => "held",
            Self::Retried => "retried",
            Self::Reused => "reused",
            Self::RolledBack => "rolled_back",
            Self::Revoked => "revoked",
            Self::Ended(_) => "ended",
            Self::Throttled(_) => "throttled",
            Self::SignedIn => "signed_in",
            Self::SignedOut => "signed_out",
            Self::Allowed => "allowed",
            Self::Denied => "denied",
            Self::KeysUnreadable(_) => "keys_unreadable",
            Self::ClientRegistered => "client_registered",
            Self::RegistrationChanged => "registration_changed",
            Self::RegistrationDeleted => "registration_deleted",
            Self::Administered(_) => "administered",
        }
    }
}

impl Deed {
    /// Its name, which stays the same from version to version.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::TenantCreated => "tenant_created",
            Self::TenantChanged => "tenant_changed",
            Self::TenantDisabled => "tenant_disabled",
            Self::TenantEnabled => "tenant_enabled",
            Self::TenantDeleted => "tenant_deleted",
            Self::ClientCreated => "client_created",
            Self::ClientChanged => "client_changed",
            Self::ClientDisabled => "client_disabled",
            Self::ClientEnabled => "client_enabled",
            Self::ClientDeleted => "client_deleted",
            Self::InitialAccessMinted => "initial_access_minted",
            Self::SecretAdded => "secret_added",
            Self::SecretRemoved => "secret_removed",
            Self::UserCreated => "user_created",
            Self::UserRenamed => "user_renamed",
            Self::UserDisabled => "user_disabled",
            Self::UserEnabled => "user_enabled",
            Self::UserDeleted => "user_deleted",
            Self::PasswordChanged => "password_changed",
            Self::ClaimsChanged => "claims_changed",
            Self::SessionEnded => "session_ended",
            Self::ConsentForgotten => "consent_forgotten",
            Self::KeysAdded => "keys_added",
            Self::KeysAnnounced => "keys_announced",
            Self::KeysReplaced => "keys_replaced",
            Self::KeysResealed => "keys_resealed",
            Self::LostKeysReplaced => "lost_keys_replaced",
            Self::Restored => "restored",
        }
    }
}
