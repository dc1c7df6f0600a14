//! Parts that fail, to build a server with.

use std::{sync::Arc, time::Duration};

use async_trait::async_trait;
use grantry::{
    ports::{
        AccountChange, Accounts, Change, Clients, Create, Cursor, JwtIds, KeyRecords, KeySet,
        Keyring, Page, SignIn, SignInError, Signer, StoreError, Tenants, TicketKey, Tickets, Users,
        VerifyingKey,
    },
    types::{
        Account, Client, ClientId, JwtId, Next, Password, SigningAlg, Standing, Subject, Tenant,
        TenantId, Ticket, TicketId, Timestamp, Username, Version, Whose,
    },
};

/// A host's directory on a bad day.
#[derive(Debug)]
pub(super) enum Directory {
    /// Too many wait.
    Busy(Duration),
    /// It cannot be reached.
    Down,
    /// It panics.
    Broken,
    /// Everybody's password is right, and everybody is disabled.
    Disabled,
}

#[async_trait]
impl Users for Directory {
    async fn authenticate(
        &self,
        _: &TenantId,
        name: &Username,
        _: &Password,
    ) -> Result<SignIn, SignInError> {
        match self {
            Self::Busy(after) => Err(SignInError::Busy { retry_after: *after }),
            Self::Down => Err(failed().into()),
            Self::Broken => unreachable!("a cause that nobody may read"),
            Self::Disabled => {
                let subject = format!("user-{}", name.as_str()).parse().expect("a subject");
                Ok(SignIn::Accepted(subject))
            }
        }
    }

    async fn standing(&self, _: &TenantId, _: &Subject) -> Result<Standing, StoreError> {
        Ok(if matches!(self, Self::Disabled) { Standing::Disabled } else { Standing::ACTIVE })
    }
}

pub(super) fn failed() -> StoreError {
    StoreError::new("a cause that nobody may read")
}

/// A store that never answers.
#[derive(Debug)]
pub struct Down;

#[async_trait]
impl Tenants for Down {
    async fn read(&self, _: &TenantId) -> Result<Option<Arc<Tenant>>, StoreError> {
        Err(failed())
    }

    async fn create(&self, _: Tenant) -> Result<Create, StoreError> {
        Err(failed())
    }

    async fn change(&self, _: Tenant, _: Version) -> Result<Change, StoreError> {
        Err(failed())
    }

    async fn delete(&self, _: &TenantId) -> Result<(), StoreError> {
        Err(failed())
    }

    async fn list(&self, _: Option<&TenantId>, _: usize) -> Result<Vec<Arc<Tenant>>, StoreError> {
        Err(failed())
    }
}

#[async_trait]
impl Clients for Down {
    async fn read(&self, _: &TenantId, _: &ClientId) -> Result<Option<Arc<Client>>, StoreError> {
        Err(failed())
    }

    async fn create(&self, _: &TenantId, _: Client) -> Result<Create, StoreError> {
        Err(failed())
    }

    async fn change(&self, _: &TenantId, _: Client, _: Version) -> Result<Change, StoreError> {
        Err(failed())
    }

    async fn delete(&self, _: &TenantId, _: &ClientId) -> Result<(), StoreError> {
        Err(failed())
    }

    async fn list(
        &self,
        _: &TenantId,
        _: Option<&ClientId>,
        _: usize,
    ) -> Result<Vec<Arc<Client>>, StoreError> {
        Err(failed())
    }

    async fn erase(&self, _: &TenantId) -> Result<(), StoreError> {
        Err(failed())
    }
}

#[async_trait]
impl KeyRecords for Down {
    async fn read(&self, _: &TenantId) -> Result<Option<KeySet>, StoreError> {
        Err(failed())
    }

    async fn create(&self, _: &TenantId, _: KeySet) -> Result<Create, StoreError> {
        Err(failed())
    }

    async fn change(&self, _: &TenantId, _: KeySet, _: Version) -> Result<Change, StoreError> {
        Err(failed())
    }

    async fn erase(&self, _: &TenantId) -> Result<(), StoreError> {
        Err(failed())
    }

    /// What never was there does not last, so a server over it can be built.
    fn lasts(&self) -> bool {
        false
    }
}

#[async_trait]
impl Accounts for Down {
    async fn by_username(&self, _: &TenantId, _: &str) -> Result<Option<Arc<Account>>, StoreError> {
        Err(failed())
    }

    async fn by_subject(
        &self,
        _: &TenantId,
        _: &Subject,
    ) -> Result<Option<Arc<Account>>, StoreError> {
        Err(failed())
    }

    async fn create(&self, _: &TenantId, _: Account) -> Result<Create, StoreError> {
        Err(failed())
    }

    async fn change(
        &self,
        _: &TenantId,
        _: Account,
        _: Version,
    ) -> Result<AccountChange, StoreError> {
        Err(failed())
    }

    async fn delete(&self, _: &TenantId, _: &Subject) -> Result<(), StoreError> {
        Err(failed())
    }

    async fn list(
        &self,
        _: &TenantId,
        _: Option<&Subject>,
        _: usize,
    ) -> Result<Vec<Arc<Account>>, StoreError> {
        Err(failed())
    }

    async fn erase(&self, _: &TenantId) -> Result<(), StoreError> {
        Err(failed())
    }
}

#[async_trait]
impl Tickets for Down {
    async fn issue(&self, _: &TenantId, _: &Ticket) -> Result<Create, StoreError> {
        Err(failed())
    }

    async fn read(&self, _: &TenantId, _: TicketId) -> Result<Option<Ticket>, StoreError> {
        Err(failed())
    }

    async fn change(
        &self,
        _: &TenantId,
        _: TicketId,
        _: Version,
        _: &Next,
        _: Timestamp,
    ) -> Result<Change, StoreError> {
        Err(failed())
    }

    async fn end(&self, _: &TenantId, _: Whose, _: Timestamp) -> Result<u64, StoreError> {
        Err(failed())
    }

    async fn list(&self, _: &TenantId, _: Whose, _: Option<Cursor>) -> Result<Page, StoreError> {
        Err(failed())
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<usize, StoreError> {
        Err(failed())
    }
}

#[async_trait]
impl JwtIds for Down {
    async fn remember(
        &self,
        _: &TenantId,
        _: JwtId,
        _: Timestamp,
        _: Timestamp,
    ) -> Result<bool, StoreError> {
        Err(failed())
    }

    async fn knows(&self, _: &TenantId, _: JwtId, _: Timestamp) -> Result<bool, StoreError> {
        Err(failed())
    }

    async fn erase(&self, _: &TenantId) -> Result<(), StoreError> {
        Err(failed())
    }

    async fn sweep(&self, _: Timestamp, _: usize) -> Result<usize, StoreError> {
        Err(failed())
    }
}

/// A keyring whose signing key cannot be reached, as that of a key management service.
#[derive(Debug)]
pub(super) struct NoSigner(pub(super) Arc<TicketKey>);

#[async_trait]
impl Keyring for NoSigner {
    async fn active(
        &self,
        _: &TenantId,
        _: SigningAlg,
        _: Timestamp,
    ) -> Result<Arc<dyn Signer>, StoreError> {
        Err(failed())
    }

    async fn public(
        &self,
        _: &TenantId,
        _: Timestamp,
    ) -> Result<Vec<Arc<VerifyingKey>>, StoreError> {
        Ok(Vec::new())
    }

    async fn ticket_key(
        &self,
        _: &TenantId,
        _: Option<u8>,
        _: Timestamp,
    ) -> Result<Option<Arc<TicketKey>>, StoreError> {
        Ok(Some(self.0.clone()))
    }
}
