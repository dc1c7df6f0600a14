//! The shop's customers as Grantry sees them.

use grantry_axum::grantry::{
    async_trait,
    ports::{SignIn, SignInError, StoreError, Users},
    types::{Password, Standing, Subject, TenantId, Username},
};

use crate::{
    customers::{Customer, Customers},
    hashing::Hashing,
    secret::Secret,
};

/// Lends the table. A tenant is a branch, and a subject is a customer's number, not an address:
/// addresses change hands.
#[derive(Debug)]
pub struct CustomerDirectory {
    customers: Customers,
    hashing: Hashing,
}

impl CustomerDirectory {
    /// A directory over this table.
    pub fn new(customers: Customers, hashing: Hashing) -> Self {
        Self { customers, hashing }
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
        // A name without a canonical form is looked for as one that nobody has.
        let email = username.canonical().unwrap_or_default();
        match known(&self.customers, &self.hashing, tenant.as_str(), email, password).await? {
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

/// The customer whose address and password these are. One path for everybody: no early return, or the
/// time tells who is a customer.
///
/// # Errors
/// When too many sign in at once.
pub async fn known(
    customers: &Customers,
    hashing: &Hashing,
    branch: &str,
    email: &str,
    password: &Password,
) -> Result<Option<Customer>, SignInError> {
    let customer = customers.find(branch, email);
    let secret = customer.as_ref().map_or(Secret::NOBODY, |row| row.secret.clone());
    let password = password.clone();
    let right = hashing.run(move || secret.is(password.expose())).await?;
    Ok(customer.filter(|row| right & row.open))
}
