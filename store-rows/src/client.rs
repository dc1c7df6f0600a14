//! Clients.

use grantry::types::{
    AssertionKeys, Audience, Client, ClientAssertions, ClientAuthMethod, ClientKind, GrantType,
    SecretHash, Timestamp, Version,
};
use serde::{Deserialize, Serialize};

use super::{browser::ClientBrowserRow, parsed, registration::RegisteredRow, texts};
use crate::{Invalid, Row};

#[derive(Deserialize, Serialize)]
pub struct ClientRow {
    id: String,
    version: u64,
    /// How it proves itself; nothing for a public one.
    credentials: Option<Credentials>,
    grants: Vec<String>,
    scope: String,
    default_scope: Option<String>,
    audience: Option<String>,
    /// Rows of before there was this have none.
    #[serde(default)]
    introspects: Vec<String>,
    #[serde(default)]
    dpop_bound_access_tokens: bool,
    disabled: bool,
    not_before: u64,
    #[serde(default)]
    assertions: Option<Assertions>,
    #[serde(default)]
    registered: Option<RegisteredRow>,
    browser: Option<ClientBrowserRow>,
}

#[derive(Deserialize, Serialize)]
struct Assertions {
    /// A JWK Set, as a text; empty where they are elsewhere.
    keys: String,
    #[serde(default)]
    url: Option<String>,
    audience: String,
}

impl Assertions {
    fn keep(of: &ClientAssertions) -> Self {
        let (keys, url) = match &of.keys {
            AssertionKeys::Held(keys) => (keys.to_string(), None),
            AssertionKeys::At(url) => (String::new(), Some(url.to_string())),
        };
        Self { keys, url, audience: of.audience.as_str().to_owned() }
    }

    fn restore(self) -> Result<ClientAssertions, Invalid> {
        let keys = match self.url {
            Some(url) => AssertionKeys::At(url.parse()?),
            None => AssertionKeys::Held(self.keys.parse()?),
        };
        let mut assertions = ClientAssertions::new(keys);
        assertions.audience = self.audience.parse()?;
        Ok(assertions)
    }
}

#[derive(Deserialize, Serialize)]
struct Credentials {
    methods: Vec<String>,
    /// Hashes, the newest last.
    secrets: Vec<[u8; 32]>,
}

impl Row for Client {
    type Json = ClientRow;

    fn keep(&self) -> ClientRow {
        let credentials = match &self.kind {
            ClientKind::Public => None,
            ClientKind::Confidential { methods, secrets } => Some(Credentials {
                methods: methods.iter().map(|method| method.as_str().to_owned()).collect(),
                secrets: secrets.iter().map(|hash| *hash.as_bytes()).collect(),
            }),
        };
        ClientRow {
            id: self.id.to_string(),
            version: self.version.0,
            credentials,
            grants: self.grants.iter().map(|grant| grant.as_str().to_owned()).collect(),
            scope: self.scope.to_string(),
            default_scope: self.default_scope.as_ref().map(ToString::to_string),
            audience: self.audience.as_ref().map(ToString::to_string),
            introspects: texts(&self.introspects),
            dpop_bound_access_tokens: self.dpop_bound_access_tokens,
            disabled: self.disabled,
            not_before: self.not_before.as_millis(),
            assertions: self.assertions.as_deref().map(Assertions::keep),
            registered: self.registered.as_deref().map(RegisteredRow::keep),
            browser: self.browser.as_deref().map(ClientBrowserRow::keep),
        }
    }

    /// `Client` may get fields in a later version, so it is made by `new` and filled. The suite's
    /// `rows` show that none was forgotten.
    fn restore(row: ClientRow) -> Result<Self, Invalid> {
        let kind = match row.credentials {
            None => ClientKind::Public,
            Some(Credentials { methods, secrets }) => ClientKind::Confidential {
                methods: parsed::<ClientAuthMethod, _>(&methods)?,
                secrets: secrets.into_iter().map(SecretHash::from_bytes).collect(),
            },
        };
        let mut client = Self::new(row.id.parse()?, kind);
        client.version = Version(row.version);
        client.grants = parsed::<GrantType, _>(&row.grants)?;
        client.scope = row.scope.parse()?;
        client.default_scope = row.default_scope.map(|scope| scope.parse()).transpose()?;
        client.audience = row.audience.map(|audience| audience.parse()).transpose()?;
        client.introspects = parsed::<Audience, _>(&row.introspects)?;
        client.dpop_bound_access_tokens = row.dpop_bound_access_tokens;
        client.disabled = row.disabled;
        client.not_before = Timestamp::from_millis(row.not_before);
        client.assertions = row.assertions.map(Assertions::restore).transpose()?.map(Box::new);
        client.registered = row.registered.map(|row| Box::new(row.restore()));
        client.browser = row.browser.map(|row| row.restore()).transpose()?.map(Box::new);
        Ok(client)
    }
}
