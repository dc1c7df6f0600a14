//! Where an application runs decides where its answers may go.

use super::document::Document;
use crate::error::MetadataFault;
use crate::types::RedirectUri;

/// OpenID Connect Dynamic Client Registration §2, `application_type`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Application {
    #[default]
    Web,
    Native,
}

impl Application {
    pub(super) fn read(document: &Document) -> Result<Self, MetadataFault> {
        match document.text("application_type")? {
            None | Some("web") => Ok(Self::Web),
            Some("native") => Ok(Self::Native),
            Some(_) => Err(MetadataFault { field: "application_type", rule: "is web or native" }),
        }
    }

    /// Whether it may be sent there. By http nobody but this machine: also for an application that does
    /// not say that it is native, since many do not (RFC 8252 §7.3). A scheme of its own is for one that
    /// does (RFC 8252 §7.1).
    pub(super) fn takes(self, uri: &RedirectUri) -> Result<(), &'static str> {
        if uri.is_https() || uri.is_loopback() {
            return Ok(());
        }
        match (self, uri.is_web()) {
            (Self::Native, false) => Ok(()),
            (Self::Web, false) => Err(
                "are https URIs; one of an application's own scheme needs application_type native",
            ),
            (_, true) => Err("are https URIs, or http URIs of 127.0.0.1, [::1] or localhost"),
        }
    }
}
