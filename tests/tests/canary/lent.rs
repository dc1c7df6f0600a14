//! What a host lends on a bad day: users by whose names it is chosen what goes wrong.

use std::{fmt, time::Duration};

use async_trait::async_trait;
use grantry::{
    ports::{SignIn, SignInError, StoreError, Users},
    types::{Password, Standing, Subject, TenantId, Username},
};

/// What the panic says.
pub const PANIC: &str = "the host's directory fell over";

/// The directory, and the cause that it names when it fails: TK-26, nobody may read it.
pub struct Lent {
    pub cause: String,
}

impl fmt::Debug for Lent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Lent")
    }
}

#[async_trait]
impl Users for Lent {
    async fn authenticate(
        &self,
        _: &TenantId,
        name: &Username,
        _: &Password,
    ) -> Result<SignIn, SignInError> {
        match name.as_str().split('-').next().unwrap_or_default() {
            "panics" => unreachable!("{PANIC}"),
            "fails" => Err(StoreError::new(self.cause.clone()).into()),
            "waits" => Err(SignInError::Busy { retry_after: Duration::from_secs(3) }),
            _ => Ok(SignIn::Accepted("user-lent".parse().unwrap())),
        }
    }

    async fn standing(&self, _: &TenantId, subject: &Subject) -> Result<Standing, StoreError> {
        match subject.as_str() {
            "user-lent" => Ok(Standing::Disabled),
            _ => Err(StoreError::new(self.cause.clone())),
        }
    }
}
