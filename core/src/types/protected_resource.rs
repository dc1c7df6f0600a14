//! APIs of the application that say themselves where tokens for them come from (RFC 9728).

use std::sync::Arc;

use fluent_uri::Uri;

use super::{
    Dpop, InvalidScope, InvalidWord, Scope, TenantId,
    issuer::{is_loopback, is_plain_segment},
    uri::is_plain,
};

/// What stands between host and path of a resource, in the URL of its metadata (RFC 9728 §3).
pub const WELL_KNOWN: &str = "/.well-known/oauth-protected-resource";
const PLACEHOLDER: &str = "{tenant}";

/// An API of the application, as its metadata describes it (RFC 9728 §2), for
/// [`crate::ServerBuilder::protected_resource`].
///
/// Its URL is also the audience of its tokens: the one that its guard demands, and that the policies of its
/// tenants know.
///
/// ```
/// use grantry::types::ProtectedResource;
///
/// // One API, which takes tokens of two tenants.
/// let orders = ProtectedResource::new("https://api.example.com/orders")
///     .tenants(["acme", "globex"])
///     .scope("orders:read orders:write")
///     .name("Orders");
/// // An API for each tenant, which takes tokens of that tenant alone.
/// let mcp = ProtectedResource::new("https://api.example.com/mcp/{tenant}");
/// # drop((orders, mcp));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ProtectedResource {
    url: String,
    tenants: Vec<String>,
    scope: String,
    name: Option<String>,
    dpop: Dpop,
}

impl ProtectedResource {
    /// An API by its URL, by https and without query. `{tenant}` may stand for its last segment.
    pub fn new(url: impl Into<String>) -> Self {
        Self {
            url: url.into(),
            tenants: Vec::new(),
            scope: String::new(),
            name: None,
            dpop: Dpop::Off,
        }
    }

    /// Whose tokens it takes: tenants of this server. Not for a URL with `{tenant}`, which says so itself.
    pub fn tenants<T: Into<String>>(mut self, ids: impl IntoIterator<Item = T>) -> Self {
        self.tenants = ids.into_iter().map(Into::into).collect();
        self
    }

    /// The scope tokens that it knows, separated by spaces. Clients that are told of no other ask for all of
    /// them, so leave out what few need.
    pub fn scope(mut self, scope: impl Into<String>) -> Self {
        self.scope = scope.into();
        self
    }

    /// Whether its tokens may be bound to keys of their clients (RFC 9449), or must be: what it says of itself, and
    /// what its guards demand. Where nothing is said, guards take such tokens all the same.
    pub fn dpop(mut self, dpop: Dpop) -> Self {
        self.dpop = dpop;
        self
    }

    /// Its name for people.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }
}

/// Why an API cannot be described; each says what to write instead.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum InvalidResource {
    /// No URL, or one with parts that some router reads otherwise than others.
    #[error(
        "its URL is an https URL without user information, query and fragment, and its path is made of \
         letters, digits and . _ ~ -, such as https://api.example.com/mcp; {{tenant}} may stand for its last \
         segment"
    )]
    Url,
    /// Its tokens would travel in the clear.
    #[error(
        "its URL is plain http on an address that others can reach: use https, a loopback address, or \
         danger_insecure_http(true)"
    )]
    Insecure,
    /// Nobody's tokens, or not clear whose.
    #[error(
        "it names the tenants whose tokens it takes, .tenants([\"acme\"]), or has {{tenant}} as the last \
         segment of its URL, and not both"
    )]
    Tenants,
    /// Metadata of two would be one document: `Host` is not asked.
    #[error("another one has the same path, and hosts are not told apart")]
    Twice,
    /// A tenant's id is none.
    #[error(transparent)]
    Word(#[from] InvalidWord),
    /// The scope is none.
    #[error(transparent)]
    Scope(#[from] InvalidScope),
}

/// All APIs of a server that are described.
#[derive(Clone, Debug, Default)]
pub struct Resources(Arc<[Described]>);

/// One of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Described {
    /// The URL; what stands before the tenant, if there is one for each.
    url: Box<str>,
    /// Where the path begins in it.
    path_at: usize,
    /// Whose tokens it takes; none where there is one for each tenant.
    tenants: Box<[TenantId]>,
    /// The scope that it knows.
    pub scope: Scope,
    /// Its name for people.
    pub name: Option<Box<str>>,
    /// Whether its tokens may be bound to keys, or must be.
    pub dpop: Dpop,
}

impl Resources {
    /// Reads them.
    ///
    /// # Errors
    /// The URL of the first that is wrong, and why it is.
    pub fn parse(
        all: &[ProtectedResource],
        insecure_http: bool,
    ) -> Result<Self, (String, InvalidResource)> {
        let mut read: Vec<Described> = Vec::new();
        for one in all {
            let wrong = |why| (one.url.clone(), why);
            let described = Described::parse(one, insecure_http).map_err(wrong)?;
            if read.iter().any(|other| other.place() == described.place()) {
                return Err(wrong(InvalidResource::Twice));
            }
            read.push(described);
        }
        // What is written out is more than what `{tenant}` stands for.
        read.sort_by_key(Described::has_each_tenant);
        Ok(Self(read.into()))
    }

    /// All of them; first those without `{tenant}`.
    pub fn all(&self) -> &[Described] {
        &self.0
    }

    /// The URLs of those that take tokens of this tenant.
    pub fn of(&self, tenant: &TenantId) -> impl Iterator<Item = String> {
        let takes = |one: &&Described| one.has_each_tenant() || one.tenants.contains(tenant);
        self.0.iter().filter(takes).map(|one| one.url(Some(tenant)))
    }

    /// The one that tokens of this audience are for, as it was written down.
    pub fn by_audience(&self, audience: &str) -> Option<&Described> {
        self.0.iter().find(|one| match audience.strip_suffix(PLACEHOLDER) {
            Some(before) => one.has_each_tenant() && *one.url == *before,
            None => !one.has_each_tenant() && *one.url == *audience,
        })
    }

    /// The one whose metadata has this path, with or without a slash at its end.
    pub fn at(&self, path: &str) -> Option<&Described> {
        let rest = path.strip_prefix(WELL_KNOWN)?;
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        let found = self.0.iter().find(|one| match rest.strip_prefix(one.place()) {
            Some(tenant) if one.has_each_tenant() => !tenant.contains('/'),
            Some(more) => more.is_empty(),
            None => false,
        });
        found.or_else(|| self.only().filter(|_| rest.is_empty()))
    }

    /// The only one, which is found at the host's root as well: clients ask there if they found nothing.
    pub fn only(&self) -> Option<&Described> {
        match &*self.0 {
            [only] if !only.has_each_tenant() => Some(only),
            _ => None,
        }
    }
}

impl Described {
    fn parse(from: &ProtectedResource, insecure_http: bool) -> Result<Self, InvalidResource> {
        let each = from.url.strip_suffix(PLACEHOLDER);
        let text = each.unwrap_or(&from.url);
        let uri = Uri::parse(text).map_err(|_| InvalidResource::Url)?;
        let authority = uri.authority().ok_or(InvalidResource::Url)?;
        let (https, http) = (uri.scheme().as_str() == "https", uri.scheme().as_str() == "http");
        let lower = !authority.as_str().bytes().any(|b| b.is_ascii_uppercase());
        let plain = !uri.has_query() && !uri.has_fragment() && is_plain(&authority) && lower;
        let path = uri.path().as_str();
        if !(https || http) || !plain || !is_plain_path(path) {
            return Err(InvalidResource::Url);
        }
        if each.is_some() && !path.ends_with('/') {
            return Err(InvalidResource::Url);
        }
        if !https && !is_loopback(authority.host()) && !insecure_http {
            return Err(InvalidResource::Insecure);
        }
        if each.is_some() != from.tenants.is_empty() {
            return Err(InvalidResource::Tenants);
        }
        Ok(Self {
            url: text.into(),
            path_at: text.len() - path.len(),
            tenants: from.tenants.iter().map(|id| id.parse()).collect::<Result<_, _>>()?,
            scope: from.scope.parse()?,
            name: from.name.as_deref().map(Into::into),
            dpop: from.dpop,
        })
    }

    /// Whether there is one for each tenant.
    pub fn has_each_tenant(&self) -> bool {
        self.tenants.is_empty()
    }

    /// Whose tokens it takes, where there is one for all of them.
    pub fn tenants(&self) -> &[TenantId] {
        &self.tenants
    }

    /// The resource identifier (RFC 9728 §1.2).
    pub fn url(&self, tenant: Option<&TenantId>) -> String {
        format!("{}{}", self.url, self.segment(tenant))
    }

    /// Where its metadata is (RFC 9728 §3.1). Nowhere, where a tenant has to be named and is not.
    pub fn metadata_url(&self, tenant: Option<&TenantId>) -> Option<String> {
        if self.has_each_tenant() && tenant.is_none() {
            return None;
        }
        let (host, path) = self.url.split_at(self.path_at);
        // "any terminating slash (/) following the host component MUST be removed"
        let path = if path == "/" && !self.has_each_tenant() { "" } else { path };
        Some(format!("{host}{WELL_KNOWN}{path}{}", self.segment(tenant)))
    }

    /// What stands behind the well-known part in the path of its metadata, and before the tenant if there is
    /// one for each; otherwise without a slash at its end.
    pub fn place(&self) -> &str {
        let path = &self.url[self.path_at..];
        if self.has_each_tenant() { path } else { path.strip_suffix('/').unwrap_or(path) }
    }

    fn segment<'a>(&self, tenant: Option<&'a TenantId>) -> &'a str {
        tenant.filter(|_| self.has_each_tenant()).map_or("", TenantId::as_str)
    }
}

/// Whether every router reads a path alike: nothing in it is decoded, and no segment is empty but the last.
fn is_plain_path(path: &str) -> bool {
    let inner = path.strip_prefix('/').unwrap_or_default();
    let inner = inner.strip_suffix('/').unwrap_or(inner);
    path != "//" && (inner.is_empty() || inner.split('/').all(is_plain_segment))
}

#[cfg(test)]
#[path = "protected_resource_tests.rs"]
mod tests;
