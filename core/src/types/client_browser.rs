//! What a client has beside, if users come from it in a browser.

use super::{
    ClientKind, HttpsUrl, InvalidClient, Origin, Policy, PushedRequests, RedirectUri, SigningAlg,
    choices::choice, limits,
};

/// What a client has, if users come from it in a browser (RFC 7591 §2).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct ClientBrowser {
    /// What it is called on pages; its id where none.
    pub name: Option<Box<str>>,
    /// Where answers may go. Compared as text; the port of a loopback address may differ (RFC 8252
    /// §7.3).
    pub redirect_uris: Vec<RedirectUri>,
    /// Where users may be sent once they are signed out (OpenID Connect RP-Initiated Logout §3.1).
    pub post_logout_redirect_uris: Vec<RedirectUri>,
    /// Web origins whose pages may read answers to this client.
    pub origins: Vec<Origin>,
    /// Whether a request may do without a challenge. Default: never.
    pub pkce: Pkce,
    /// By what its ID tokens are signed. Default: RS256 where the tenant has it, since that is what
    /// clients expect who do not look (OpenID Connect Core §15.1).
    pub id_token_alg: Option<SigningAlg>,
    /// Which name of a user it learns.
    pub subject_type: SubjectType,
    /// Where its redirect URIs are listed, if they have several hosts (OpenID Connect Core §8.1): clients with one
    /// host there know a user by one name. Who registers a client here answers for it; of clients that register
    /// themselves the list is read.
    pub sector_identifier_uri: Option<HttpsUrl>,
    /// Whether it is the tenant's own, so that nobody is asked whether it may. Only for clients whose
    /// answers nobody else can take: confidential, or with https redirect URIs alone.
    pub first_party: bool,
    /// Whether it pushes all its requests (RFC 9126 §6), so that what a browser brings itself is refused.
    pub require_pushed_requests: bool,
}

/// Whether a request for authorization needs a challenge (RFC 7636).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Pkce {
    /// It does (OAuth 2.1 §4.1.1).
    #[default]
    Required,
    /// It does not; for confidential clients of plain OpenID Connect.
    Optional,
}

choice!(
    /// The name in files and stores.
    Pkce,
    "a rule for PKCE",
    Required = "required",
    Optional = "optional",
);

/// Which name of a user a client learns (OpenID Connect Core §8).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SubjectType {
    /// The one that all clients learn.
    #[default]
    Public,
    /// One of its own, which says nothing to others.
    Pairwise,
}

choice!(
    /// The name in metadata and registration.
    SubjectType,
    "a type of subject",
    Public = "public",
    Pairwise = "pairwise",
);

/// Parameters of our own answers, which no redirect URI may hold already (AZ-10).
const ANSWERS: [&str; 6] = ["code", "state", "iss", "error", "error_description", "error_uri"];

impl ClientBrowser {
    /// Whether the fields agree with each other, with the client and with the tenant's policy.
    pub(super) fn check(&self, kind: &ClientKind, policy: &Policy) -> Result<(), InvalidClient> {
        let demand = |holds: bool, field: &'static str, rule: &'static str| {
            if holds { Ok(()) } else { Err(InvalidClient { field, rule }) }
        };
        let named = self.name.as_ref();
        let shown = named.is_none_or(|name| is_shown(name));
        demand(shown, "name", "is 1 to 256 bytes without control characters")?;
        let few = |n: usize| n <= limits::LISTED;
        demand(few(self.redirect_uris.len()), "redirect_uris", "are at most 20")?;
        let free = self.redirect_uris.iter().all(|uri| !ANSWERS.iter().any(|name| uri.holds(name)));
        demand(free, "redirect_uris", "hold no parameter of an answer, such as code or state")?;
        let logout = &self.post_logout_redirect_uris;
        demand(few(logout.len()), "post_logout_redirect_uris", "are at most 20")?;
        let free = logout.iter().all(|uri| !uri.holds("state"));
        demand(free, "post_logout_redirect_uris", "hold no parameter of an answer: state")?;
        demand(few(self.origins.len()), "origins", "are at most 20")?;
        let confidential = *kind != ClientKind::Public;
        let pkce = self.pkce == Pkce::Required || confidential;
        demand(pkce, "pkce", "is optional for confidential clients alone")?;
        let algs = &policy.browser.id_token_algs;
        let alg = self.id_token_alg.is_none_or(|alg| algs.contains(&alg));
        demand(alg, "id_token_alg", "is one of the policy's id_token_algs")?;
        let proven = confidential || self.redirect_uris.iter().all(RedirectUri::is_https);
        demand(
            !self.first_party || proven,
            "first_party",
            "is for confidential clients and for those with https redirect URIs alone",
        )?;
        let pushes =
            !self.require_pushed_requests || policy.browser.pushed_requests > PushedRequests::Off;
        demand(
            pushes,
            "require_pushed_requests",
            "is for tenants whose policy has pushed_requests",
        )?;
        let sector = self.subject_type == SubjectType::Public || self.sector().is_some();
        demand(
            sector,
            "subject_type",
            "is pairwise where all redirect_uris have one host, or with a sector_identifier_uri",
        )
    }

    /// The host for which pairwise subjects are made (OpenID Connect Core §8.1): of the sector identifier URI, or
    /// the one of all redirect URIs.
    pub fn sector(&self) -> Option<&str> {
        if let Some(uri) = &self.sector_identifier_uri {
            return Some(uri.host());
        }
        let first = self.redirect_uris.first().filter(|uri| uri.is_web())?.host();
        let same = |uri: &RedirectUri| uri.is_web() && uri.host() == first;
        self.redirect_uris.iter().all(same).then_some(first)
    }
}

/// Whether a text may be shown to people.
pub(super) fn is_shown(text: &str) -> bool {
    (1..=limits::SHOWN).contains(&text.len()) && !text.chars().any(char::is_control)
}
