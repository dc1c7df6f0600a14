//! What a client is registered with beside, if users come from it in a browser.

use super::NewClient;
use crate::error::AdminError;
use crate::types::{ClientBrowser, InvalidUri, Pkce, SigningAlg, SubjectType};
#[cfg(feature = "provision")]
use crate::types::{Origin, RedirectUri};

/// Texts as they were given, which are read when the client is registered.
#[derive(Clone, Debug, Default)]
pub(super) struct NewBrowser {
    redirect_uris: Vec<String>,
    post_logout_redirect_uris: Vec<String>,
    origins: Vec<String>,
    sector_identifier_uri: Option<String>,
    /// All that cannot be wrong by itself.
    rest: ClientBrowser,
}

/// For clients from which users come in a browser. A client of which none of these is said has no
/// [`ClientBrowser`].
impl NewClient {
    /// What it is called on pages. Otherwise that is its id.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.browser().rest.name = Some(name.into().into());
        self
    }

    /// Where answers may go (RFC 6749 §3.1.2): the only places, compared as text. The port of a
    /// loopback address may differ (RFC 8252 §7.3).
    pub fn redirect_uris(mut self, uris: impl IntoIterator<Item: Into<String>>) -> Self {
        self.browser().redirect_uris = texts(uris);
        self
    }

    /// Where users may be sent once they are signed out (OpenID Connect RP-Initiated Logout §3.1).
    pub fn post_logout_redirect_uris(
        mut self,
        uris: impl IntoIterator<Item: Into<String>>,
    ) -> Self {
        self.browser().post_logout_redirect_uris = texts(uris);
        self
    }

    /// Web origins whose pages may read answers to this client.
    pub fn origins(mut self, origins: impl IntoIterator<Item: Into<String>>) -> Self {
        self.browser().origins = texts(origins);
        self
    }

    /// By what its ID tokens are signed: one of the policy's `id_token_algs`. Otherwise that is RS256
    /// where the tenant has it (OpenID Connect Core §15.1).
    pub fn id_token_alg(mut self, alg: SigningAlg) -> Self {
        self.browser().rest.id_token_alg = Some(alg);
        self
    }

    /// Which name of a user it learns (OpenID Connect Core §8). Otherwise that is the one that all
    /// clients learn.
    pub fn subject_type(mut self, subject_type: SubjectType) -> Self {
        self.browser().rest.subject_type = subject_type;
        self
    }

    /// Where its redirect URIs are listed, if they have several hosts and it learns a name of its own for each user
    /// (OpenID Connect Core §8.1): an https URL, whose host is what counts. Nobody fetches it for a client that you
    /// register.
    pub fn sector_identifier_uri(mut self, url: impl Into<String>) -> Self {
        self.browser().sector_identifier_uri = Some(url.into());
        self
    }

    /// Whether it is the tenant's own, so that nobody is asked whether it may. Only for clients whose
    /// answers nobody else can take: confidential, or with https redirect URIs alone.
    pub fn first_party(mut self, first_party: bool) -> Self {
        self.browser().rest.first_party = first_party;
        self
    }

    /// Whether it pushes all its requests (RFC 9126 §6), so that what a browser brings itself is refused.
    pub fn require_pushed_requests(mut self, require: bool) -> Self {
        self.browser().rest.require_pushed_requests = require;
        self
    }

    /// Whether its requests may do without a challenge (RFC 7636), so that a code which somebody else
    /// got hold of may be slipped to it (RFC 9700 §4.5). For confidential clients of plain OpenID
    /// Connect, which check the nonce instead.
    pub fn danger_pkce_optional(mut self, optional: bool) -> Self {
        self.browser().rest.pkce = if optional { Pkce::Optional } else { Pkce::Required };
        self
    }

    fn browser(&mut self) -> &mut NewBrowser {
        self.browser.get_or_insert_default()
    }
}

impl NewBrowser {
    /// What the client has, if all that was given can be read.
    pub(super) fn read(self) -> Result<ClientBrowser, AdminError> {
        let mut browser = self.rest;
        browser.redirect_uris = read(&self.redirect_uris)?;
        browser.post_logout_redirect_uris = read(&self.post_logout_redirect_uris)?;
        browser.origins = read(&self.origins)?;
        if let Some(url) = self.sector_identifier_uri {
            browser.sector_identifier_uri = Some(url.parse()?);
        }
        Ok(browser)
    }
}

#[cfg(feature = "provision")]
impl From<&ClientBrowser> for NewBrowser {
    fn from(browser: &ClientBrowser) -> Self {
        let uris = |uris: &[RedirectUri]| uris.iter().map(RedirectUri::to_string).collect();
        Self {
            redirect_uris: uris(&browser.redirect_uris),
            post_logout_redirect_uris: uris(&browser.post_logout_redirect_uris),
            origins: browser.origins.iter().map(Origin::to_string).collect(),
            sector_identifier_uri: None,
            rest: browser.clone(),
        }
    }
}

fn texts(texts: impl IntoIterator<Item: Into<String>>) -> Vec<String> {
    texts.into_iter().map(Into::into).collect()
}

fn read<T: std::str::FromStr<Err = InvalidUri>>(texts: &[String]) -> Result<Vec<T>, InvalidUri> {
    texts.iter().map(|text| text.parse()).collect()
}
