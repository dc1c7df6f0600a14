//! Whether what was read agrees with itself. The types check that; here their verdict is told in
//! words that know the file. What is wrong is mended on the way, so that the next mistake shows.

use std::{sync::Arc, time::Duration};

use super::{keys, table::Table, value::Value};
use crate::types::{
    Audience, Audiences, BrowserPolicy, Client, ClientBrowser, InvalidClient, InvalidPolicy, Pkce,
    Policy, Scope, Set, SubjectType, limits,
};

/// The tables below that of a policy, where they are there.
pub(super) struct Below<'a> {
    pub(super) browser: Option<Table<'a>>,
    pub(super) registration: Option<Table<'a>>,
}

/// Checks a policy, and leaves it right. What it says of users in browsers may stand in a table below.
pub(super) fn of_policy(
    policy: &mut Policy,
    tenant: &Table<'_>,
    table: &Table<'_>,
    below: &Below<'_>,
) {
    let browser = below.browser.as_ref();
    for field in ["code_lifetime", "refresh_idle_lifetime", "key_lifetime"] {
        if table.is_wrong(field) {
            mend_policy(policy, field);
        }
    }
    if browser.is_some_and(|table| table.is_wrong("session_lifetime")) {
        mend_policy(policy, "session_lifetime");
    }
    while let Err(InvalidPolicy { field, rule }) = policy.check() {
        let before = policy.clone();
        let audience = &before.default_audience;
        let own = Audiences::from(audience);
        let told = match field {
            "default_audience" => Some(foreign(policy, audience)),
            "default_scope" => unknown(policy, &own, &policy.default_scope),
            "direct_scope" => unknown(policy, &own, &policy.direct_scope),
            _ => None,
        };
        let at = match field {
            "resources" => tenant,
            "name"
            | "session_lifetime"
            | "session_idle_lifetime"
            | "id_token_lifetime"
            | "id_token_algs"
            | "pushed_request_lifetime"
            | "scope_texts" => browser.unwrap_or(table),
            _ => table,
        };
        let own = field.strip_prefix("registration.");
        let (at, field) = match (own, &below.registration) {
            (Some(own), Some(table)) => (table, own),
            _ => (at, field),
        };
        at.wrong(field, told.unwrap_or_else(|| plainly(at, field, rule)));
        match own {
            Some(_) => policy.registration = None,
            None => mend_policy(policy, field),
        }
        if *policy == before {
            // A field that cannot be mended here. That it is wrong has been said.
            return;
        }
    }
}

/// Checks a client, and leaves it right.
pub(super) fn of_client(client: &mut Client, policy: &Policy, table: &Table<'_>) {
    let mut policy = policy.clone();
    if table.is_wrong("audience") {
        policy.resources = Box::default();
    }
    if table.is_wrong("scope") {
        client.default_scope = None;
    }
    if table.is_wrong("redirect_uris") {
        for field in ["subject_type", "first_party"] {
            mend_client(client, &mut policy, field);
        }
    }
    while let Err(InvalidClient { field, rule }) = client.check(&policy) {
        let before = client.clone();
        let audience = client.audience.as_ref().unwrap_or(&policy.default_audience);
        let told = match field {
            "audience" => Some(foreign(&policy, audience)),
            "introspects" => unlisted(client, &policy),
            "scope" => {
                let all = policy.audiences_for(client.audience.as_ref());
                unknown(&policy, &all, &client.scope)
            }
            "default_scope" => beyond(client),
            "auth_methods" => keys::unoffered(client, &policy),
            "jwks" => Some(keys::told(client).to_owned()),
            "grants" => Some(
                "a public client cannot use \"client_credentials\", since anybody could use its \
                 name: remove that grant, or write type = \"confidential\" and secrets"
                    .to_owned(),
            ),
            _ => None,
        };
        table.wrong(field, told.unwrap_or_else(|| plainly(table, field, rule)));
        mend_client(client, &mut policy, field);
        if *client == before {
            return;
        }
    }
}

fn plainly(table: &Table<'_>, field: &'static str, rule: &str) -> String {
    let is_short = |value: &Value<'_>| !value.value.is_array() && !value.value.is_table();
    match table.find(field).filter(is_short) {
        Some(value) => format!("{} does not fit: {field} {rule}", value.shown()),
        None => format!("does not fit: {field} {rule}"),
    }
}

/// Of an audience that no resource has.
fn foreign(policy: &Policy, audience: &Audience) -> String {
    let listed = policy.resources.iter().map(|api| format!("\"{}\"", api.audience));
    let listed = listed.collect::<Vec<_>>().join(", ");
    format!(
        "no API of this tenant has the audience \"{audience}\": write one of {listed}, or describe \
         this API under resources as well"
    )
}

/// Of the first audience that a client is to introspect and no resource has. None where they all have one.
fn unlisted(client: &Client, policy: &Policy) -> Option<String> {
    let mut all = client.introspects.iter();
    all.find(|audience| !policy.has_audience(audience)).map(|audience| foreign(policy, audience))
}

/// Of a scope that its APIs do not know. None where they know it all.
fn unknown(policy: &Policy, audiences: &Audiences, scope: &Scope) -> Option<String> {
    let known = policy.known_scope(audiences, scope);
    let lost = scope.filter(|token| !known.contains(token));
    if lost.is_empty() {
        return None;
    }
    Some(match audiences.only() {
        Some(audience) => format!(
            "the API \"{audience}\" does not know \"{lost}\", but {}: leave that out, or add it to \
             the scope of this API under resources",
            knows(policy, audience)
        ),
        None => format!(
            "no API of this tenant knows \"{lost}\": leave that out, or add it to the scope of one of \
             them under resources"
        ),
    })
}

fn knows(policy: &Policy, audience: &str) -> String {
    let api = policy.resources.iter().find(|api| api.audience.as_str() == audience);
    let scope = api.map(|api| &api.scope).filter(|scope| !scope.is_empty());
    scope.map_or("nothing at all".to_owned(), |scope| format!("\"{scope}\""))
}

/// Of a default scope that the client may not have.
fn beyond(client: &Client) -> Option<String> {
    let lost = client.default_scope.as_ref()?.filter(|token| !client.scope.contains(token));
    Some(format!("this client may not have \"{lost}\": leave that out, or add it to its scope"))
}

/// Makes a field right; if it bounds another, so that it bounds it least.
fn mend_policy(policy: &mut Policy, field: &str) {
    const SECOND: Duration = Duration::from_secs(1);
    let right = Policy::new(policy.default_audience.clone());
    match field {
        "access_token_lifetime" => policy.access_token_lifetime = right.access_token_lifetime,
        "code_lifetime" => policy.code_lifetime = SECOND,
        "refresh_idle_lifetime" => policy.refresh_idle_lifetime = SECOND,
        "grant_lifetime" => policy.grant_lifetime = right.grant_lifetime,
        "retry_window" => policy.retry_window = right.retry_window,
        "key_lifetime" => policy.key_lifetime = limits::GRANT_LIFETIME,
        "key_announcement" => policy.key_announcement = right.key_announcement,
        "direct_redirect_uris" => policy.direct_redirect_uris = Box::default(),
        "dpop_nonces" => policy.dpop_nonces = false,
        "allowed_origins" => policy.allowed_origins = Box::default(),
        "default_audience" | "resources" => policy.resources = Box::default(),
        "name"
        | "session_lifetime"
        | "session_idle_lifetime"
        | "id_token_lifetime"
        | "id_token_algs"
        | "pushed_request_lifetime"
        | "scope_texts" => mend_browser(Arc::make_mut(&mut policy.browser), field),
        "default_scope" => policy.default_scope = Scope::default(),
        "direct_scope" => policy.direct_scope = Scope::default(),
        _ => {}
    }
}

fn mend_browser(browser: &mut BrowserPolicy, field: &str) {
    let right = BrowserPolicy::default();
    match field {
        "name" => browser.name = None,
        "session_lifetime" => {
            let idle = browser.session_idle_lifetime;
            browser.session_lifetime =
                idle.clamp(limits::SESSION_TOUCH * 2, limits::SESSION_LIFETIME);
        }
        "session_idle_lifetime" => browser.session_idle_lifetime = browser.session_lifetime,
        "id_token_lifetime" => browser.id_token_lifetime = right.id_token_lifetime,
        "id_token_algs" => browser.id_token_algs = right.id_token_algs,
        "pushed_request_lifetime" => {
            browser.pushed_request_lifetime = right.pushed_request_lifetime;
        }
        "scope_texts" => browser.scope_texts.clear(),
        _ => {}
    }
}

fn mend_client(client: &mut Client, policy: &mut Policy, field: &str) {
    match field {
        "grants" => client.grants.clear(),
        "audience" => {
            client.audience = None;
            policy.resources = Box::default();
        }
        "scope" => {
            client.scope = Scope::default();
            client.default_scope = None;
        }
        "default_scope" => client.default_scope = None,
        "introspects" => client.introspects = Box::default(),
        "dpop_bound_access_tokens" => client.dpop_bound_access_tokens = false,
        "auth_methods" => policy.client_auth_methods = Set::all(),
        "jwks" => keys::mend(client),
        _ => {
            if let Some(browser) = &mut client.browser {
                mend_client_browser(browser, field);
            }
        }
    }
}

fn mend_client_browser(browser: &mut ClientBrowser, field: &str) {
    match field {
        "name" => browser.name = None,
        "redirect_uris" => browser.redirect_uris.clear(),
        "post_logout_redirect_uris" => browser.post_logout_redirect_uris.clear(),
        "origins" => browser.origins.clear(),
        "pkce" => browser.pkce = Pkce::Required,
        "id_token_alg" => browser.id_token_alg = None,
        "subject_type" => browser.subject_type = SubjectType::Public,
        "first_party" => browser.first_party = false,
        "require_pushed_requests" => browser.require_pushed_requests = false,
        _ => {}
    }
}
