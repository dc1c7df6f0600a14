//! What a client that registers itself has elsewhere, and says where; and whose names of users it may learn.

use crate::context::Context;
use crate::error::{Error, MetadataFault};
use crate::types::{AssertionKeys, Client, ClientBrowser, GrantType, RedirectUri, SubjectType};

/// Demands of a client that its documents can be read, and what they must say. Keys are fetched when it proves
/// itself, the list of its redirect URIs now (OpenID Connect Dynamic Client Registration §5). Asked once the client
/// fits the tenant: nobody makes this server fetch anything for a client that could not be.
///
/// # Errors
/// When a redirect URI is not listed, or nothing is fetched here; 503 where the server of the list does not answer.
pub(super) async fn demand(ctx: &Context, client: &mut Client) -> Result<(), Error> {
    let documents = ctx.ports.documents.as_deref();
    let by = client.assertions.as_deref();
    if documents.is_none() && by.is_some_and(|by| matches!(by.keys, AssertionKeys::At(_))) {
        return wrong("jwks_uri", "is not read here: send jwks");
    }
    let by_device = client.grants.contains(&GrantType::DeviceCode);
    let Some(browser) = client.browser.as_deref_mut() else { return Ok(()) };
    let pairwise = browser.subject_type == SubjectType::Pairwise;
    if pairwise {
        demand_own_host(browser, by_device)?;
    }
    match (&browser.sector_identifier_uri, documents) {
        (None, _) => {}
        (Some(_), None) if pairwise => {
            let rule = "is not read here: leave it out, and register redirect_uris of one host";
            return wrong("sector_identifier_uri", rule);
        }
        (Some(_), None) => browser.sector_identifier_uri = None,
        (Some(url), Some(documents)) => {
            if !documents.lists(url, &browser.redirect_uris).await? {
                return wrong("sector_identifier_uri", "leads to a JSON list of all redirect_uris");
            }
        }
    }
    Ok(())
}

/// Nobody looks whose hosts they are that a client names, and a list says whose the redirect URIs are, not whose the
/// client is: the names of users there must be told to nobody but whoever is answered there. A device is answered
/// where it asks, and every machine is its own loopback host.
fn demand_own_host(browser: &ClientBrowser, by_device: bool) -> Result<(), Error> {
    let https = browser.redirect_uris.iter().all(RedirectUri::is_https);
    match https && !by_device {
        true => Ok(()),
        false => wrong(
            "subject_type",
            "is pairwise with https redirect_uris alone, and without the grant of devices",
        ),
    }
}

/// Whether two rows of a client know users by other names.
pub(super) fn names_differ(one: &Client, other: &Client) -> bool {
    let names = |client: &Client| {
        let browser = client.browser.as_deref();
        let own = browser.filter(|browser| browser.subject_type == SubjectType::Pairwise);
        own.and_then(ClientBrowser::sector).map(str::to_owned)
    };
    names(one) != names(other)
}

fn wrong<T>(field: &'static str, rule: &'static str) -> Result<T, Error> {
    Err(MetadataFault { field, rule }.into())
}
