//! Authorization server metadata (RFC 8414 §2, OpenID Connect Discovery §3), computed from what the tenant really accepts.

use std::collections::BTreeSet;

use bytes::Bytes;
use http::{Request, Response};
use serde::Serialize;

use crate::context::Context;
use crate::error::Error;
use crate::policy;
use crate::tokens::standard_claims;
use crate::types::{
    AssertionAlg, ClientAuthMethod, GrantType, Kind, Prompt, PushedRequests, ResponseMode,
    SigningAlg, SubjectType,
};
use crate::wire;

#[derive(Serialize)]
struct Metadata<'a> {
    issuer: String,
    token_endpoint: String,
    jwks_uri: String,
    /// Required, also where there is no sign-in in the browser.
    response_types_supported: &'static [&'static str],
    /// What the tenant's APIs know, where they are listed, and what OpenID Connect knows.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    scopes_supported: BTreeSet<&'a str>,
    grant_types_supported: Vec<&'static str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Required where clients sign assertions (RFC 8414 §2).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    #[serde(flatten)]
    browser: Option<Browser<'a>>,
}

/// What there is where users sign in in the browser (OpenID Connect Discovery §3).
#[derive(Serialize)]
struct Browser<'a> {
    authorization_endpoint: String,
    /// RFC 9126 §5
    #[serde(skip_serializing_if = "Option::is_none")]
    pushed_authorization_request_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    require_pushed_authorization_requests: Option<bool>,
    userinfo_endpoint: String,
    end_session_endpoint: String,
    response_modes_supported: Vec<&'static str>,
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    prompt_values_supported: Vec<&'static str>,
    display_values_supported: [&'static str; 2],
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<&'static str>,
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
    ui_locales_supported: [&'a str; 1],
}

impl Browser<'_> {
    fn of(ctx: &Context) -> Self {
        let at = |path: &str| format!("{}{path}", ctx.issuer);
        let algs = ctx.tenant.policy.browser.id_token_algs.iter();
        let pushed = ctx.tenant.policy.browser.pushed_requests;
        let own =
            ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid"];
        Self {
            authorization_endpoint: at("/authorize"),
            pushed_authorization_request_endpoint: (pushed > PushedRequests::Off)
                .then(|| at("/par")),
            require_pushed_authorization_requests: (pushed == PushedRequests::Required)
                .then_some(true),
            userinfo_endpoint: at("/userinfo"),
            end_session_endpoint: at("/logout"),
            response_modes_supported: names(ResponseMode::ALL),
            code_challenge_methods_supported: ["S256"],
            authorization_response_iss_parameter_supported: true,
            subject_types_supported: names(SubjectType::ALL),
            id_token_signing_alg_values_supported: algs.map(SigningAlg::as_str).collect(),
            prompt_values_supported: names(Prompt::ALL),
            display_values_supported: ["page", "popup"],
            claim_types_supported: ["normal"],
            claims_supported: own.into_iter().chain(standard_claims()).collect(),
            claims_parameter_supported: true,
            request_parameter_supported: false,
            // The default of this one is true.
            request_uri_parameter_supported: false,
            ui_locales_supported: ["en"],
        }
    }
}

fn names<T: Kind>(all: &[T]) -> Vec<&'static str> {
    all.iter().map(|one| (*one).name()).collect()
}

/// The grants of `POST …/token`.
const GRANTS: &[GrantType] = GrantType::ALL;

/// The scope that OpenID Connect knows (OpenID Connect Core §5.4, §11).
const OPENID: [&str; 6] = ["openid", "profile", "email", "address", "phone", "offline_access"];

pub(super) fn serve(ctx: &Context, request: &Request<Bytes>) -> Result<Response<Bytes>, Error> {
    // JW-13: every URL is the issuer's; no header of the request is asked.
    let at = |path: &str| format!("{}{path}", ctx.issuer);
    let offered = GRANTS.iter().copied().filter(|grant| policy::offers(&ctx.tenant.policy, *grant));
    // A public client has no use for a tenant that offers nothing but client credentials.
    let public = offered.clone().any(|grant| grant != GrantType::ClientCredentials);
    let methods = ctx.tenant.policy.client_auth_methods;
    let signs = methods.contains(&ClientAuthMethod::PrivateKeyJwt);
    let apis = &ctx.tenant.policy.resources;
    let browser = policy::offers(&ctx.tenant.policy, GrantType::AuthorizationCode);
    let openid = OPENID.into_iter().filter(|_| browser);
    let metadata = Metadata {
        issuer: ctx.issuer.to_string(),
        token_endpoint: at("/token"),
        jwks_uri: at("/jwks.json"),
        response_types_supported: if browser { &["code"] } else { &[] },
        scopes_supported: {
            let apis = apis.iter().flat_map(|api| api.scope.tokens());
            apis.chain(openid).collect()
        },
        grant_types_supported: offered.map(GrantType::as_str).collect(),
        token_endpoint_auth_methods_supported: methods
            .iter()
            .map(ClientAuthMethod::as_str)
            .chain(public.then_some("none"))
            .collect(),
        token_endpoint_auth_signing_alg_values_supported: match signs {
            true => names(AssertionAlg::ALL),
            false => Vec::new(),
        },
        browser: browser.then(|| Browser::of(ctx)),
    };
    wire::cacheable(request.headers(), &metadata)
}
