//! Authorization server metadata (RFC 8414 §2), computed from what the tenant really accepts.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::types::{ClientAuthMethod, GrantType};
use crate::wire;

#[derive(Serialize)]
struct Metadata<'a> {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    /// Required; empty until there is sign-in in the browser.
    response_types_supported: [&'static str; 0],
    /// What the tenant's APIs know, where they are listed.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    scopes_supported: BTreeSet<&'a str>,
    grant_types_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
}

/// The grants of `POST …/token`.
const GRANTS: [GrantType; 3] =
    [GrantType::ClientCredentials, GrantType::Password, GrantType::RefreshToken];

pub(super) fn serve(ctx: &Context, request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    // JW-13: every URL is the issuer's; no header of the request is asked.
    let at = |path: &str| format!("{}{path}", ctx.issuer);
    let offered = GRANTS.into_iter().filter(|grant| policy::offers(&ctx.tenant.policy, *grant));
    // A public client has no use for a tenant that offers nothing but client credentials.
    let public = offered.clone().any(|grant| grant != GrantType::ClientCredentials);
    let methods = [ClientAuthMethod::Basic, ClientAuthMethod::Post].map(ClientAuthMethod::as_str);
    let apis = &ctx.tenant.policy.resources;
    let metadata = Metadata {
        issuer: ctx.issuer.to_string(),
        token_endpoint: at("/token"),
        jwks_uri: at("/jwks.json"),
        response_types_supported: [],
        scopes_supported: apis.iter().flat_map(|api| api.scope.tokens()).collect(),
        grant_types_supported: offered.map(GrantType::as_str).collect(),
        token_endpoint_auth_methods_supported: methods
            .into_iter()
            .chain(public.then_some("none"))
            .collect(),
    };
    wire::cacheable(request.headers(), &metadata)
}
