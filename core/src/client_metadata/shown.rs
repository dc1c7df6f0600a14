//! What is registered of a client (RFC 7591 §3.2.1), in the words of registration. Never a secret.

use serde_json::{Map, Value};

use crate::types::{AssertionKeys, Client, ClientAuthMethod, ClientKind, GrantType, RedirectUri};

/// Everything that a client may say of itself and that is kept.
pub fn shown(client: &Client) -> Map<String, Value> {
    let mut all = Map::new();
    let mut put = |name: &str, value: Value| drop(all.insert(name.to_owned(), value));
    put("token_endpoint_auth_method", method(&client.kind).into());
    let grants: Vec<_> = client.grants.iter().map(GrantType::as_str).collect();
    put("grant_types", grants.into());
    let code = client.grants.contains(&GrantType::AuthorizationCode);
    put("response_types", if code { vec!["code"] } else { Vec::new() }.into());
    if !client.scope.is_empty() {
        put("scope", client.scope.as_str().into());
    }
    if let Some(assertions) = &client.assertions {
        match &assertions.keys {
            AssertionKeys::Held(keys) => {
                put("jwks", serde_json::from_str(&keys.to_string()).unwrap_or_default());
            }
            AssertionKeys::At(url) => put("jwks_uri", url.as_str().into()),
        }
    }
    if client.dpop_bound_access_tokens {
        put("dpop_bound_access_tokens", true.into());
    }
    let native = client.registered.as_ref().is_some_and(|registered| registered.native);
    put("application_type", if native { "native" } else { "web" }.into());
    if let Some(browser) = &client.browser {
        put("redirect_uris", texts(&browser.redirect_uris));
        if !browser.post_logout_redirect_uris.is_empty() {
            put("post_logout_redirect_uris", texts(&browser.post_logout_redirect_uris));
        }
        if let Some(name) = &browser.name {
            put("client_name", (**name).into());
        }
        if let Some(alg) = browser.id_token_alg {
            put("id_token_signed_response_alg", alg.as_str().into());
        }
        put("subject_type", browser.subject_type.as_str().into());
        if let Some(uri) = &browser.sector_identifier_uri {
            put("sector_identifier_uri", uri.as_str().into());
        }
    }
    all
}

/// An operator may have given it more than one way; it is told the first.
fn method(kind: &ClientKind) -> &'static str {
    match kind {
        ClientKind::Public => "none",
        ClientKind::Confidential { methods, .. } => {
            methods.iter().next().map_or("none", ClientAuthMethod::as_str)
        }
    }
}

fn texts(uris: &[RedirectUri]) -> Value {
    uris.iter().map(RedirectUri::as_str).collect::<Vec<_>>().into()
}
