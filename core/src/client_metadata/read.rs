//! A document is read as a whole, each time (RG-13), and becomes a client that obeys every rule of clients.

use super::application::Application;
use super::document::Document;
use super::uris::{demand_pages, places};
use crate::error::MetadataFault;
use crate::types::{
    AssertionKeys, Client, ClientAssertions, ClientAuthMethod, ClientBrowser, ClientId, ClientKind,
    GrantType, HttpsUrl, InvalidKeys, Policy, RedirectUri, RegistrationPolicy, Scope, SecretHash,
    Set, SigningAlg, SubjectType, limits,
};

/// What a client says of itself, as far as anything comes of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientMetadata {
    redirect_uris: Vec<RedirectUri>,
    post_logout_redirect_uris: Vec<RedirectUri>,
    /// How it proves itself.
    pub method: Method,
    grants: Set<GrantType>,
    scope: Option<Scope>,
    name: Option<Box<str>>,
    keys: Option<AssertionKeys>,
    id_token_alg: Option<SigningAlg>,
    subject_type: SubjectType,
    /// `sector_identifier_uri`, of which nothing is believed yet.
    sector: Option<HttpsUrl>,
    /// `dpop_bound_access_tokens` (RFC 9449 §5.2).
    bound: bool,
    /// Whether it runs on its user's device.
    pub native: bool,
}

/// `token_endpoint_auth_method`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// It proves nothing.
    None,
    /// It does.
    Some(ClientAuthMethod),
}

impl Method {
    /// Whether there is a secret to show.
    pub fn shows_a_secret(self) -> bool {
        matches!(self, Self::Some(method) if method.shows_a_secret())
    }
}

type Read<T> = Result<T, MetadataFault>;

/// Reads what anything comes of. Whatever else there is counts for nothing, as RFC 7591 §2 demands, but
/// for a URI that none may be.
///
/// # Errors
/// The first member that is wrong.
pub fn read(document: &Document) -> Read<ClientMetadata> {
    demand_pages(document)?;
    let application = Application::read(document)?;
    let grants = grants(document)?;
    let redirect_uris = places(document, "redirect_uris", application)?;
    response_types(document, grants)?;
    if grants.contains(&GrantType::AuthorizationCode) && redirect_uris.is_empty() {
        return Err(wrong("redirect_uris", "hold at least one, where users come"));
    }
    let method = method(document)?;
    Ok(ClientMetadata {
        redirect_uris,
        post_logout_redirect_uris: places(document, "post_logout_redirect_uris", application)?,
        method,
        grants,
        scope: scope(document)?,
        name: name(document)?,
        keys: keys(document, method)?,
        id_token_alg: id_token_alg(document)?,
        subject_type: subject_type(document)?,
        sector: elsewhere(document, "sector_identifier_uri")?,
        bound: document.flag("dpop_bound_access_tokens")?,
        native: application == Application::Native,
    })
}

impl ClientMetadata {
    /// The same for a client whose words everybody reads, and which therefore shares no secret: where it does
    /// not say how it proves itself, it does not.
    pub fn in_public(mut self, says_how: bool) -> Self {
        if !says_how {
            self.method = Method::None;
        }
        self
    }

    /// The client of this id, within what the tenant allows. Grants and scope that it may not have are left
    /// out (RFC 7591 §3.2.1: "MAY reject or replace any of the client's requested metadata values").
    ///
    /// # Errors
    /// When it does not fit the tenant, or nothing is left.
    pub fn client(
        self,
        id: ClientId,
        secrets: Box<[SecretHash]>,
        registration: &RegistrationPolicy,
        policy: &Policy,
    ) -> Read<Client> {
        let kind = match self.method {
            Method::None => ClientKind::Public,
            Method::Some(method) => ClientKind::Confidential { methods: [method].into(), secrets },
        };
        let mut client = Client::new(id, kind);
        let may = |grant: &GrantType| {
            registration.grants.contains(grant) && policy.grants.contains(grant)
        };
        client.grants = self.grants.iter().filter(may).collect();
        let begins = client.grants.iter().any(|grant| grant != GrantType::RefreshToken);
        if !begins {
            return Err(wrong("grant_types", "hold one that clients may register for here"));
        }
        client.scope = match self.scope {
            Some(asked) => asked.filter(|token| registration.scope.contains(token)),
            None => registration.scope.clone(),
        };
        // Nothing would read as everything the next time that it says what it is.
        if client.scope.is_empty() && !registration.scope.is_empty() {
            return Err(wrong("scope", "holds a word that clients may register for here"));
        }
        if registration.step_up {
            client.scope = registration.scope.clone();
        }
        client.dpop_bound_access_tokens = self.bound;
        client.assertions = self.keys.map(|keys| Box::new(ClientAssertions::new(keys)));
        client.browser = Some(Box::new(ClientBrowser {
            name: self.name,
            redirect_uris: self.redirect_uris,
            post_logout_redirect_uris: self.post_logout_redirect_uris,
            id_token_alg: self.id_token_alg,
            subject_type: self.subject_type,
            sector_identifier_uri: self.sector,
            ..ClientBrowser::default()
        }));
        client.check(policy)?;
        Ok(client)
    }
}

/// RFC 7591 §2: "If omitted, the default behavior is … authorization_code". One that we do not know is
/// left out: libraries name all that they could use.
fn grants(document: &Document) -> Read<Set<GrantType>> {
    let Some(named) = document.texts("grant_types")? else {
        return Ok([GrantType::AuthorizationCode].into());
    };
    Ok(named.iter().filter_map(|name| name.parse().ok()).collect())
}

/// RFC 7591 §2.1: `code` belongs to codes. Whoever wants another would wait for it in vain.
fn response_types(document: &Document, grants: Set<GrantType>) -> Read<()> {
    let Some(named) = document.texts("response_types")? else { return Ok(()) };
    let needs_code = grants.contains(&GrantType::AuthorizationCode);
    let fits = named.iter().all(|name| *name == "code") && (!needs_code || !named.is_empty());
    if fits { Ok(()) } else { Err(wrong("response_types", "are code, and nothing else")) }
}

/// RFC 7591 §2: "If unspecified or omitted, the default is client_secret_basic".
fn method(document: &Document) -> Read<Method> {
    let rule = "is none, or one of token_endpoint_auth_methods_supported";
    match document.text("token_endpoint_auth_method")? {
        None => Ok(Method::Some(ClientAuthMethod::Basic)),
        Some("none") => Ok(Method::None),
        Some(name) => {
            let known = name.parse().map(Method::Some);
            known.map_err(|_| wrong("token_endpoint_auth_method", rule))
        }
    }
}

fn scope(document: &Document) -> Read<Option<Scope>> {
    let rule = "is words with one space between, at most 64 and 4096 bytes";
    let scope = document.text("scope")?.map(str::parse).transpose();
    scope.map_err(|_| wrong("scope", rule))
}

/// RG-16: people read it on a page that asks them to trust it.
fn name(document: &Document) -> Read<Option<Box<str>>> {
    let Some(name) = document.text("client_name")? else { return Ok(None) };
    let hidden = |c: char| {
        c.is_control()
            || matches!(c, '\u{61c}' | '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{feff}')
            || matches!(c, '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
    };
    if name.len() > limits::SHOWN || name.trim().is_empty() || name.chars().any(hidden) {
        let rule = "is 1 to 256 bytes that can be seen, without control characters";
        return Err(wrong("client_name", rule));
    }
    Ok(Some(name.into()))
}

fn keys(document: &Document, method: Method) -> Read<Option<AssertionKeys>> {
    let jwks = document.object("jwks")?;
    if jwks.is_some() && document.has("jwks_uri") {
        // RFC 7591 §2: "The jwks_uri and jwks parameters MUST NOT both be present".
        return Err(wrong("jwks", "and jwks_uri are not there together"));
    }
    if method != Method::Some(ClientAuthMethod::PrivateKeyJwt) {
        return Ok(None);
    }
    let Some(jwks) = jwks else {
        let url = elsewhere(document, "jwks_uri")?.map(AssertionKeys::At);
        return url.map(Some).ok_or(wrong("jwks", "or jwks_uri is there for private_key_jwt"));
    };
    let keys = jwks.parse().map_err(|error: InvalidKeys| wrong("jwks", error.rule))?;
    Ok(Some(AssertionKeys::Held(keys)))
}

/// The URL of what is fetched.
fn elsewhere(document: &Document, field: &'static str) -> Read<Option<HttpsUrl>> {
    let url = document.text(field)?.map(str::parse).transpose();
    url.map_err(|_| wrong(field, "is an absolute https URL without user information and fragment"))
}

fn id_token_alg(document: &Document) -> Read<Option<SigningAlg>> {
    let field = "id_token_signed_response_alg";
    let alg = document.text(field)?.map(str::parse).transpose();
    alg.map_err(|_| wrong(field, "is one of id_token_signing_alg_values_supported"))
}

/// OpenID Connect Dynamic Client Registration §2.
fn subject_type(document: &Document) -> Read<SubjectType> {
    let named = document.text("subject_type")?.map(str::parse).transpose();
    let named = named.map_err(|_| wrong("subject_type", "is public or pairwise"))?;
    Ok(named.unwrap_or_default())
}

fn wrong(field: &'static str, rule: &'static str) -> MetadataFault {
    MetadataFault { field, rule }
}
