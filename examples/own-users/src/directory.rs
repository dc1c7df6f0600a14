//! The shop's customers as Grantry sees them.

use grantry_axum::grantry::{
    async_trait,
    ports::{SignIn, SignInError, StoreError, Users},
    types::{Password, Standing, Subject, TenantId, Username},
};

use crate::{customers::Customers, hashing::Hashing, secret::Secret};

/// Lends the table. A tenant is a branch, and a subject is a customer's number, not an address:
/// addresses change hands.
#[derive(Debug)]
pub struct CustomerDirectory {
    customers: Customers,
    hashing: Hashing,
}

impl CustomerDirectory {
    /// A directory over this table.
    pub fn new(customers: Customers) -> Self {
        Self { customers, hashing: Hashing::on_this_machine() }
    }
}

#[async_trait]
impl Users for CustomerDirectory {
    async fn authenticate(
        &self,
        tenant: &TenantId,
        username: &Username,
        password: &Password,
    ) -> Result<SignIn, SignInError> {
        // One path for everybody: no early return, or the time tells who is a customer. A name
        // without a canonical form is looked for as one that nobody has.
        let email = username.canonical().unwrap_or_default();
        let customer = self.customers.find(tenant.as_str(), email);
        let secret = customer.as_ref().map_or(Secret::NOBODY, |row| row.secret.clone());
        let password = password.clone();
        let right = self.hashing.run(move || secret.is(password.expose())).await?;
        match customer.filter(|row| right & row.open) {
            Some(row) => Ok(SignIn::Accepted(row.number.parse().map_err(StoreError::new)?)),
            None => Ok(SignIn::Refused),
        }
    }

    async fn standing(&self, tenant: &TenantId, subject: &Subject) -> Result<Standing, StoreError> {
        // Asked at every grant and by online guards, so a closed account ends what was issued.
        // A table that knows when a password was changed says so as `not_before`.
        Ok(match self.customers.read(tenant.as_str(), subject.as_str()) {
            Some(row) if row.open => Standing::ACTIVE,
            Some(_) => Standing::Disabled,
            None => Standing::Gone,
        })
    }
}
