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
    AssertionAlg, ClientAuthMethod, Dpop, GrantType, Kind, Prompt, PushedRequests,
    RegistrationAccess, ResponseMode, SigningAlg, SubjectType,
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
    grant_types_supported: Vec<&'a str>,
    token_endpoint_auth_methods_supported: Vec<&'static str>,
    /// Required where clients sign assertions (RFC 8414 §2).
    #[serde(skip_serializing_if = "Vec::is_empty")]
    token_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 9449 §5.1, where tokens may be bound to keys.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dpop_signing_alg_values_supported: Vec<&'static str>,
    /// RFC 8414 §2, where clients may register themselves.
    #[serde(skip_serializing_if = "Option::is_none")]
    registration_endpoint: Option<String>,
    /// draft-ietf-oauth-client-id-metadata-document §5
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    client_id_metadata_document_supported: bool,
    /// RFC 9728 §4: which APIs name this server, so that a client sees that both agree.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    protected_resources: Vec<String>,
    #[serde(flatten)]
    revocation: Option<Revocation>,
    #[serde(flatten)]
    introspection: Option<Introspection>,
    #[serde(flatten)]
    code: Option<Code>,
    #[serde(flatten)]
    browser: Option<Browser<'a>>,
}

/// RFC 8414 §2, where clients may give up tokens.
#[derive(Serialize)]
struct Revocation {
    revocation_endpoint: String,
    revocation_endpoint_auth_methods_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    revocation_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
}

/// RFC 8414 §2, where clients may ask what a token is good for.
#[derive(Serialize)]
struct Introspection {
    introspection_endpoint: String,
    introspection_endpoint_auth_methods_supported: Vec<&'static str>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    introspection_endpoint_auth_signing_alg_values_supported: Vec<&'static str>,
}

/// What there is where clients send users in the browser.
#[derive(Serialize)]
struct Code {
    authorization_endpoint: String,
    /// RFC 9126 §5
    #[serde(skip_serializing_if = "Option::is_none")]
    pushed_authorization_request_endpoint: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    require_pushed_authorization_requests: Option<bool>,
    response_modes_supported: Vec<&'static str>,
    code_challenge_methods_supported: [&'static str; 1],
    authorization_response_iss_parameter_supported: bool,
    prompt_values_supported: Vec<&'static str>,
    display_values_supported: [&'static str; 2],
    claims_parameter_supported: bool,
    request_parameter_supported: bool,
    request_uri_parameter_supported: bool,
}

/// What there is where users sign in in the browser, for a client there or for a device (OpenID Connect
/// Discovery §3).
#[derive(Serialize)]
struct Browser<'a> {
    /// RFC 8628 §4
    #[serde(skip_serializing_if = "Option::is_none")]
    device_authorization_endpoint: Option<String>,
    userinfo_endpoint: String,
    end_session_endpoint: String,
    subject_types_supported: Vec<&'static str>,
    id_token_signing_alg_values_supported: Vec<&'static str>,
    claim_types_supported: [&'static str; 1],
    claims_supported: Vec<&'static str>,
    ui_locales_supported: [&'a str; 1],
}

impl Code {
    fn of(ctx: &Context) -> Self {
        let at = |path: &str| format!("{}{path}", ctx.issuer);
        let policy = &ctx.tenant.policy;
        let required = policy.browser.pushed_requests == PushedRequests::Required;
        Self {
            authorization_endpoint: at("/authorize"),
            pushed_authorization_request_endpoint: policy::takes_pushed(policy).then(|| at("/par")),
            require_pushed_authorization_requests: required.then_some(true),
            response_modes_supported: names(ResponseMode::ALL),
            code_challenge_methods_supported: ["S256"],
            authorization_response_iss_parameter_supported: true,
            prompt_values_supported: names(Prompt::ALL),
            display_values_supported: ["page", "popup"],
            claims_parameter_supported: true,
            request_parameter_supported: false,
            // The default of this one is true.
            request_uri_parameter_supported: false,
        }
    }
}

impl Browser<'_> {
    fn of(ctx: &Context) -> Self {
        let at = |path: &str| format!("{}{path}", ctx.issuer);
        let policy = &ctx.tenant.policy;
        let own =
            ["sub", "iss", "aud", "exp", "iat", "auth_time", "nonce", "acr", "amr", "azp", "sid"];
        let algs = policy.browser.id_token_algs.iter();
        Self {
            device_authorization_endpoint: policy::offers(policy, GrantType::DeviceCode)
                .then(|| at("/device_authorization")),
            userinfo_endpoint: at("/userinfo"),
            end_session_endpoint: at("/logout"),
            subject_types_supported: names(SubjectType::ALL),
            id_token_signing_alg_values_supported: algs.map(SigningAlg::as_str).collect(),
            claim_types_supported: ["normal"],
            claims_supported: own.into_iter().chain(standard_claims()).collect(),
            ui_locales_supported: ["en"],
        }
    }
}

fn names<T: Kind>(all: &[T]) -> Vec<&'static str> {
    all.iter().map(|one| (*one).name()).collect()
}

/// What a grant is called in requests: those that the host lends have names of their own.
fn on_the_wire(ctx: &Context, grant: GrantType) -> Vec<&str> {
    match grant {
        GrantType::Extension => ctx.ports.extension_grants.names().collect(),
        own => vec![own.as_str()],
    }
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
    let policy = &ctx.tenant.policy;
    let proofs: Vec<_> = policy.client_auth_methods.iter().map(ClientAuthMethod::as_str).collect();
    let methods: Vec<_> = proofs.iter().copied().chain(public.then_some("none")).collect();
    let algs = match policy.client_auth_methods.contains(&ClientAuthMethod::PrivateKeyJwt) {
        true => AssertionAlg::names().collect(),
        false => Vec::new(),
    };
    let apis = &policy.resources;
    let code = policy::offers(policy, GrantType::AuthorizationCode);
    let browser = code || policy::offers(policy, GrantType::DeviceCode);
    let openid = OPENID.into_iter().filter(|_| browser);
    let metadata = Metadata {
        issuer: ctx.issuer.to_string(),
        token_endpoint: at("/token"),
        jwks_uri: at("/jwks.json"),
        response_types_supported: if code { &["code"] } else { &[] },
        scopes_supported: {
            let apis = apis.iter().flat_map(|api| api.scope.tokens());
            apis.chain(openid).collect()
        },
        grant_types_supported: offered.flat_map(|grant| on_the_wire(ctx, grant)).collect(),
        dpop_signing_alg_values_supported: match policy.dpop {
            Dpop::Off => Vec::new(),
            _ => AssertionAlg::names().collect(),
        },
        registration_endpoint: policy
            .registration
            .as_ref()
            .filter(|rules| rules.access != RegistrationAccess::Closed)
            .map(|_| at("/register")),
        client_id_metadata_document_supported: policy
            .registration
            .as_ref()
            .is_some_and(|rules| rules.documents && ctx.ports.documents.is_some()),
        protected_resources: ctx.ports.resources.of(ctx.tenant_id()).collect(),
        revocation: policy.revocation.then(|| Revocation {
            revocation_endpoint: at("/revoke"),
            // RFC 7009 §2.1: whoever got tokens gives them up.
            revocation_endpoint_auth_methods_supported: methods.clone(),
            revocation_endpoint_auth_signing_alg_values_supported: algs.clone(),
        }),
        introspection: policy.introspection.then(|| Introspection {
            introspection_endpoint: at("/introspect"),
            introspection_endpoint_auth_methods_supported: proofs,
            introspection_endpoint_auth_signing_alg_values_supported: algs.clone(),
        }),
        token_endpoint_auth_methods_supported: methods,
        token_endpoint_auth_signing_alg_values_supported: algs,
        code: code.then(|| Code::of(ctx)),
        browser: browser.then(|| Browser::of(ctx)),
    };
    wire::cacheable(request.headers(), &metadata)
}
