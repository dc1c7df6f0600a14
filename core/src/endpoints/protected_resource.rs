//! How an API of the application describes itself (RFC 9728).

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::types::{AssertionAlg, Described, Dpop, Issuer, TenantId};
use crate::wire;

/// RFC 9728 §2; what has no value is left out (§3.2).
#[derive(Serialize)]
struct Document<'a> {
    resource: String,
    authorization_servers: Vec<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    scopes_supported: Vec<&'a str>,
    /// A token in a URL or a form is refused (IR-15).
    bearer_methods_supported: [&'a str; 1],
    #[serde(skip_serializing_if = "Option::is_none")]
    resource_name: Option<&'a str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dpop_signing_alg_values_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    dpop_bound_access_tokens_required: Option<bool>,
}

/// Of an API of which there is one for each tenant.
pub(super) fn serve(ctx: &Context, request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    let resource = ctx.ports.resources.at(request.uri().path()).ok_or(Error::UnknownTenant)?;
    let issuer = std::slice::from_ref(&ctx.issuer);
    describe(resource, Some(ctx.tenant_id()), issuer, request.headers())
}

/// The document of an API that takes tokens of these issuers; of a tenant's own, if each has one.
///
/// # Errors
/// [`Error::Internal`] for what cannot be serialised.
pub fn describe(
    resource: &Described,
    tenant: Option<&TenantId>,
    issuers: &[Issuer],
    headers: &HeaderMap,
) -> Result<Response<Bytes>, Error> {
    let document = Document {
        resource: resource.url(tenant),
        authorization_servers: issuers.iter().map(Issuer::as_str).collect(),
        scopes_supported: resource.scope.tokens().collect(),
        bearer_methods_supported: ["header"],
        resource_name: resource.name.as_deref(),
        dpop_signing_alg_values_supported: match resource.dpop {
            Dpop::Off => Vec::new(),
            _ => AssertionAlg::names().collect(),
        },
        dpop_bound_access_tokens_required: (resource.dpop == Dpop::Required).then_some(true),
    };
    wire::cacheable(headers, &document)
}
