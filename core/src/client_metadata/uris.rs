//! Every URI that a client may say of itself. All are read by one parser, so that none brings along a
//! scheme that acts (RG-03, RG-04), whether or not anything is made of it.

use super::application::Application;
use super::document::Document;
use crate::error::MetadataFault;
use crate::types::{RedirectUri, limits};

/// Members that hold the URI of a page or a document (RFC 7591 §2, OpenID Connect Dynamic Client
/// Registration §2). Two of them are fetched where the server has a way out (RG-11), and no other is kept.
const PAGES: [&str; 9] = [
    "client_uri",
    "logo_uri",
    "tos_uri",
    "policy_uri",
    "jwks_uri",
    "sector_identifier_uri",
    "initiate_login_uri",
    "backchannel_logout_uri",
    "frontchannel_logout_uri",
];
/// Members that hold several.
const LISTS: [&str; 1] = ["request_uris"];

/// Where answers may go, and where users who sign out.
pub(super) fn places(
    document: &Document,
    field: &'static str,
    application: Application,
) -> Result<Vec<RedirectUri>, MetadataFault> {
    let wrong = |rule| MetadataFault { field, rule };
    let texts = document.texts(field)?.unwrap_or_default();
    let read = |text: &str| {
        let uri: RedirectUri = text.parse().map_err(|_| {
            wrong("are absolute URIs without fragment and user information, of https or a scheme with a dot")
        })?;
        application.takes(&uri).map_err(wrong)?;
        Ok(uri)
    };
    texts.into_iter().map(read).collect()
}

/// Demands of every other URI that it is one of the web.
pub(super) fn demand_pages(document: &Document) -> Result<(), MetadataFault> {
    for field in PAGES {
        if let Some(text) = document.text(field)? {
            demand_web(field, text)?;
        }
    }
    for field in LISTS {
        for text in document.texts(field)?.unwrap_or_default() {
            demand_web(field, text)?;
        }
    }
    Ok(())
}

fn demand_web(field: &'static str, text: &str) -> Result<(), MetadataFault> {
    let rule = "is an absolute http or https URI without fragment and user information";
    let web = text.len() <= limits::REDIRECT_URI
        && text.parse().is_ok_and(|uri: RedirectUri| uri.is_web());
    if web { Ok(()) } else { Err(MetadataFault { field, rule }) }
}
