//! What a guard knows of the API behind it.

use std::sync::Arc;

use fluent_uri::Uri;

use super::Denial;
use crate::error::ProofFault;
use crate::types::{Described, Dpop, RequestUrl, Scope, TenantId};

/// What is told to clients that know nothing but the API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Api {
    /// How it describes itself, if it does.
    pub(super) resource: Option<Arc<Described>>,
    /// The scope that every request needs.
    pub(super) scope: Scope,
    /// Whether tokens may be bound to keys, so that it says, or must be.
    pub(super) dpop: Dpop,
    /// What stands before the path in the URLs of its requests, if that is known.
    pub(super) base: Option<Box<str>>,
}

/// What a challenge says beside why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Beside {
    /// Where the API describes itself (RFC 9728 §5.1).
    pub(super) metadata: Option<Box<str>>,
    /// The scope that every request needs.
    pub(super) scope: Scope,
    /// Whether tokens may be bound to keys, or must be.
    pub(super) dpop: Dpop,
}

impl Api {
    /// What a challenge says, if it is known by whose tokens the API would open.
    pub(super) fn beside(&self, tenant: Option<&TenantId>) -> Beside {
        let metadata = self.resource.as_ref().and_then(|own| own.metadata_url(tenant));
        Beside { metadata: metadata.map(Into::into), scope: self.scope.clone(), dpop: self.dpop }
    }

    /// The URL of a request, as its client knows it: `Host` is not asked (JW-13).
    pub(super) fn url(&self, path: &str) -> Result<RequestUrl, Denial> {
        let base = self.base.as_ref().ok_or(NOWHERE)?;
        // A target that is no path is no request of the API's.
        format!("{base}{path}").parse().map_err(|_| ProofFault::Url.into())
    }
}

const NOWHERE: Denial = Denial::Misconfigured(
    "the audience of this guard is no URL, so it does not know what the proofs of its requests must name: say \
     where the API is reached, by Guard::reached_at",
);

/// What stands before the path in URLs of this origin: nothing where the audience is no URL.
pub(super) fn origin(audience: &str) -> Option<Box<str>> {
    let uri = Uri::parse(audience.strip_suffix("{tenant}").unwrap_or(audience)).ok()?;
    let web = ["https", "http"].contains(&uri.scheme().as_str());
    let at = uri.authority().filter(|at| web && !at.host().is_empty())?;
    Some(format!("{}://{}", uri.scheme(), at.as_str()).into())
}
