//! A guard names its tenants before it can be built.

use std::sync::Arc;

use super::check::{Books, Guard};
use super::elsewhere::Elsewhere;
use super::tenants::Tenants;
use crate::error::ConfigError;
use crate::ports::{Clock, Fetch, Ports};
use crate::types::IssuerTemplate;

/// A guard that does not yet know whose tokens it takes. Without tenants it cannot be built: on a
/// server where anybody may open a tenant, anybody could mint an `alice`.
#[derive(Clone, Debug)]
#[must_use = "a guard names its tenants: .tenant(id), .tenant_from_path(pattern) or .any_tenant()"]
pub struct GuardBuilder {
    books: Books,
    issuers: IssuerTemplate,
    audience: String,
}

impl GuardBuilder {
    /// A guard for tokens of this audience, in the same process as their server.
    pub(crate) fn here(ports: Ports, issuers: IssuerTemplate, audience: String) -> Self {
        Self { books: Books::Here { ports: Box::new(ports), online: true }, issuers, audience }
    }

    /// A guard for tokens of this audience, whose server is elsewhere.
    pub(crate) fn elsewhere(
        issuers: IssuerTemplate,
        audience: String,
        fetch: Arc<dyn Fetch>,
        clock: Arc<dyn Clock>,
    ) -> Self {
        let books = Books::Elsewhere(Arc::new(Elsewhere::new(fetch, clock)));
        Self { books, issuers, audience }
    }

    /// Takes tokens of one tenant alone.
    ///
    /// # Errors
    /// When the id or the audience is not well-formed.
    pub fn tenant(self, id: &str) -> Result<Guard, ConfigError> {
        let tenants = Tenants::One(id.parse()?);
        self.build(tenants)
    }

    /// Takes tokens of the tenant that stands in the request's path: `/api/{tenant}` finds it in
    /// `/api/acme/me`. The path is the one the client sent, before a router took it apart, and
    /// nothing in it is decoded, so it means the same in every framework.
    ///
    /// # Errors
    /// When the pattern does not end with the segment `{tenant}`, or the audience is not
    /// well-formed.
    pub fn tenant_from_path(self, pattern: &str) -> Result<Guard, ConfigError> {
        let tenants = Tenants::Path(pattern.parse()?);
        self.build(tenants)
    }

    /// Takes tokens of every tenant. The route must then look at [`super::Access::tenant`]
    /// wherever it looks at the subject.
    ///
    /// # Errors
    /// When the audience is not well-formed.
    pub fn any_tenant(self) -> Result<Guard, ConfigError> {
        self.build(Tenants::Any)
    }

    fn build(self, tenants: Tenants) -> Result<Guard, ConfigError> {
        let audience = self.audience.parse()?;
        Ok(Guard::new(self.books, self.issuers, audience, tenants))
    }
}
