//! What pages of devices show (RFC 8628 §3.3).

use std::{fmt, time::Duration};

use super::{PageContext, ScopeText};

/// The page that asks for the code that a device shows (RFC 8628 §3.3). Its form sends `user_code`.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DevicePage<'a> {
    /// The tenant's name for people.
    pub tenant: &'a str,
    /// Languages that the user understands, the best first.
    pub languages: &'a [&'a str],
    /// Where the form is posted to.
    pub action: &'a str,
    /// What to begin with: what was typed before, or what the device sent along.
    pub code: &'a str,
    /// Why the page is shown again.
    pub notice: Option<DeviceNotice>,
}

/// Why somebody has to type the code of a device again.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum DeviceNotice {
    /// No device waits under this code: it is mistyped, or has expired, or was answered already.
    Wrong,
    /// Too many codes were wrong: wait this long.
    Wait(Duration),
}

/// The page that asks whether a device may. Its form sends `interaction` and `action`, which is `allow` or
/// `deny`. It is shown whatever the user allowed before, and has them compare what it shows with what is before
/// them: somebody else may have sent them the code (RFC 8628 §5.4).
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeviceConsentPage<'a> {
    /// What every page knows. The client's host is empty: nobody is sent anywhere.
    pub context: PageContext<'a>,
    /// What the user is called.
    pub user: &'a str,
    /// The code that the device shows.
    pub code: &'a str,
    /// The network from which the device asked, if that is known.
    pub source: Option<&'a str>,
    /// What the client asks for.
    pub scopes: &'a [ScopeText<'a>],
    /// Where it would use that, as it named these: the audiences of APIs. Empty where it named none.
    pub resources: &'a [&'a str],
}

/// Without the code, by which somebody else could decide.
impl fmt::Debug for DevicePage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DevicePage")
            .field("tenant", &self.tenant)
            .field("languages", &self.languages)
            .field("action", &self.action)
            .field("notice", &self.notice)
            .finish_non_exhaustive()
    }
}

/// As [`DevicePage`] prints.
impl fmt::Debug for DeviceConsentPage<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeviceConsentPage")
            .field("context", &self.context)
            .field("user", &self.user)
            .field("source", &self.source)
            .field("scopes", &self.scopes)
            .field("resources", &self.resources)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::types::ClientFacts;

    #[test]
    fn le_01_no_page_prints_the_code_of_a_device() {
        const SECRET: &str = "BCDF-GHJK";
        let page = DevicePage {
            tenant: "Acme",
            languages: &[],
            action: "/oauth/acme/device",
            code: SECRET,
            notice: None,
        };
        let context = PageContext {
            tenant: "Acme",
            languages: &[],
            action: "/oauth/acme/interaction",
            handle: SECRET,
            client: ClientFacts { name: "TV", host: "", is_proven: false, is_local: false },
        };
        let (user, code, source) = ("alice", SECRET, None);
        let allow = DeviceConsentPage { context, user, code, source, scopes: &[], resources: &[] };
        for printed in [format!("{page:?}"), format!("{allow:#?}")] {
            assert!(printed.contains("Acme") && !printed.contains(SECRET), "{printed}");
        }
    }
}
