//! The shop's table of customers, as it was before.

use std::sync::{Arc, PoisonError, RwLock};

use crate::secret::Secret;

/// The table. Clones share it. A real one lies in the shop's database.
#[derive(Clone, Debug)]
pub struct Customers(Arc<RwLock<Vec<Customer>>>);

/// A row. Branch and number name a customer, and so do branch and e-mail address.
#[derive(Clone, Debug)]
pub struct Customer {
    /// The branch of the shop, whose customers are nobody at another.
    pub branch: &'static str,
    /// The customer's number, never given a second time.
    pub number: &'static str,
    /// In lower case.
    pub email: &'static str,
    /// What is kept of the password.
    pub secret: Secret,
    /// A closed account stays in the books, but nobody gets in.
    pub open: bool,
}

impl Customers {
    /// Three customers; anna is two people.
    ///
    /// # Errors
    /// When the machine gives no salt.
    pub fn open() -> anyhow::Result<Self> {
        let row = |branch, number, email, password, open| -> anyhow::Result<Customer> {
            Ok(Customer { branch, number, email, secret: Secret::of(password)?, open })
        };
        Ok(Self(Arc::new(RwLock::new(vec![
            row("north", "N-1001", "anna@example.com", "apples", true)?,
            row("north", "N-1002", "ben@example.com", "bread", false)?,
            row("south", "S-1001", "anna@example.com", "almonds", true)?,
        ]))))
    }

    /// The customer with this address.
    pub fn find(&self, branch: &str, email: &str) -> Option<Customer> {
        self.first(|row| row.branch == branch && row.email == email)
    }

    /// The customer with this number.
    pub fn read(&self, branch: &str, number: &str) -> Option<Customer> {
        self.first(|row| row.branch == branch && row.number == number)
    }

    /// Closes an account, from now on.
    pub fn close(&self, branch: &str, number: &str) {
        let mut rows = self.0.write().unwrap_or_else(PoisonError::into_inner);
        for row in rows.iter_mut().filter(|row| row.branch == branch && row.number == number) {
            row.open = false;
        }
    }

    fn first(&self, wanted: impl Fn(&Customer) -> bool) -> Option<Customer> {
        let rows = self.0.read().unwrap_or_else(PoisonError::into_inner);
        rows.iter().find(|row| wanted(row)).cloned()
    }
}
