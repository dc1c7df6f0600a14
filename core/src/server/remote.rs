//! Guards of resource servers that are elsewhere than their issuers.

use std::sync::Arc;

use crate::error::ConfigError;
use crate::guard::{Guard, GuardBuilder};
use crate::ports::{Clock, Fetch};
use crate::system::SystemClock;

impl Guard {
    /// Begins a guard for a resource server that is not in the process of its authorization server, nor need
    /// have one: for tokens of this audience by tenants whose issuers are as the URL says, which ends with
    /// the segment `{tenant}`. Their keys are fetched when a token comes, by the metadata of the issuer (RFC
    /// 8414 §3), and kept for as long as it says, between a minute and an hour. A token by a key that is not
    /// known makes them be fetched anew, at most once in 10 s; keys count for an hour more where the issuer does
    /// not answer.
    ///
    /// What became of a grant is not asked: a token is taken until it expires. [`crate::Access::subject`] is
    /// the name by which clients know the user.
    ///
    /// ```
    /// # use std::sync::Arc;
    /// use grantry::{Guard, ports::Fetch};
    ///
    /// # fn guard(fetch: Arc<dyn Fetch>) -> Result<Guard, grantry::ConfigError> {
    /// Guard::remote("https://id.example.com/oauth/{tenant}", "https://api.example.com", fetch)?
    ///     .tenant("acme")
    /// # }
    /// ```
    ///
    /// # Errors
    /// When the URL is no pattern of issuers.
    pub fn remote(
        issuer: &str,
        audience: impl Into<String>,
        fetch: Arc<dyn Fetch>,
    ) -> Result<GuardBuilder, ConfigError> {
        Self::remote_by(issuer, audience, fetch, Arc::new(SystemClock))
    }

    /// As [`Guard::remote`], by another clock: for tests, which let tokens expire.
    ///
    /// # Errors
    /// As [`Guard::remote`].
    pub fn remote_by(
        issuer: &str,
        audience: impl Into<String>,
        fetch: Arc<dyn Fetch>,
        clock: Arc<dyn Clock>,
    ) -> Result<GuardBuilder, ConfigError> {
        Ok(GuardBuilder::elsewhere(issuer.parse()?, audience.into(), fetch, clock))
    }
}
