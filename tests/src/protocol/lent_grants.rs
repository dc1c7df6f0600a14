//! What cases of a grant of the host's own share.

use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};

use async_trait::async_trait;
use grantry::{
    ports::{
        ExtensionAnswer, ExtensionGrant, ExtensionRefusal, ExtensionRequest, ExtensionVerdict,
        StoreError,
    },
    types::{GrantType, ResponseParameters, SenderKey, Timestamp},
};

use serde_json::Value;

use super::admin::{admin, client_id, subject};
use super::direct::beside;
use crate::{Answer, Stage, tenant_id};

pub(super) const TOKEN: &str = "/oauth/acme/token";
pub(super) const VOUCHER: &str = "urn:example:voucher";

/// Judges by what the parameters `for`, `at`, `only` and `mood` say; every voucher is good.
#[derive(Debug, Default)]
pub(super) struct Host {
    asked: AtomicUsize,
}

impl Host {
    /// How often it was asked.
    pub(super) fn asked(&self) -> usize {
        self.asked.load(Ordering::Relaxed)
    }
}

#[async_trait]
impl ExtensionGrant for Host {
    async fn judge(&self, asks: &ExtensionRequest<'_>) -> Result<ExtensionVerdict, StoreError> {
        self.asked.fetch_add(1, Ordering::Relaxed);
        assert_eq!(asks.tenant.as_str(), "acme");
        assert!(asks.authenticated != ["spa", "app"].contains(&asks.client.as_str()));
        let text = |name| asks.parameters.get(name);
        let wrong = ExtensionRefusal::Parameter { name: "voucher", must_be: "of this year" };
        match text("mood") {
            Some("busy") => return Err(StoreError::new("a cause that nobody may read")),
            Some("broken") => unreachable!("a cause that nobody may read"),
            Some("old") => return Ok(wrong.into()),
            Some("used") => return Ok(ExtensionRefusal::Grant.into()),
            Some("foreign") => return Ok(ExtensionRefusal::Client.into()),
            Some("much") => return Ok(ExtensionRefusal::Scope.into()),
            Some("elsewhere") => return Ok(ExtensionRefusal::Target.into()),
            _ => {}
        }
        if text("voucher").is_none() {
            return Ok(ExtensionRefusal::Missing("voucher").into());
        }
        let at = text("at").map(|at| Timestamp::from_secs(at.parse().expect("seconds")));
        let mut answer = match text("for") {
            Some(user) => ExtensionAnswer::user(subject(user), at.unwrap_or(asks.now)),
            None => ExtensionAnswer::client(),
        };
        if let Some(only) = text("only") {
            answer = answer.scope(only.parse().expect("a scope"));
        }
        let mut told = ResponseParameters::new();
        let key = asks.sender_key.map(SenderKey::print);
        let audiences: Vec<_> = asks.parameters.all("audience").collect();
        let kind = "urn:ietf:params:oauth:token-type:access_token";
        let all: [(&str, Value); 7] = [
            ("issued_token_type", kind.into()),
            ("may", asks.scope.as_str().into()),
            ("key", key.into()),
            ("audiences", audiences.into()),
            ("username", text("username").into()),
            ("empty", text("empty").into()),
            ("of_the_client", text("client_secret").or(text("scope")).or(text("client_id")).into()),
        ];
        for (name, value) in all {
            told.insert(name, value).expect("nobody else's");
        }
        Ok(answer.beside(told).into())
    }
}

/// The same tenants where the host lends the grant, which acme, `backend` and `spa` have.
pub(super) async fn lent(s: &Stage) -> (Stage, Arc<Host>) {
    let acme = tenant_id("acme");
    let offer = |policy: &mut grantry::types::Policy| {
        policy.grants.insert(GrantType::Extension);
    };
    admin(s).change_tenant(&acme, offer).await.expect("done");
    for client in ["backend", "spa"] {
        let give = |client: &mut grantry::types::Client| {
            client.grants.insert(GrantType::Extension);
        };
        admin(s).change_client(&acme, &client_id(client), give).await.expect("done");
    }
    let host = Arc::new(Host::default());
    let grant = host.clone();
    let lend = |builder: grantry::ServerBuilder| builder.extension_grant(VOUCHER, grant);
    (beside(s, s.world.stores.clone(), lend).await, host)
}

/// What a client sends with a voucher, and this beside.
pub(super) fn with<'a>(
    s: &'a Stage,
    client: &'a str,
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let mut form = vec![("grant_type", VOUCHER), ("voucher", "6f1c"), ("client_id", client)];
    if client == "backend" {
        form.push(("client_secret", s.world.secret("acme", client)));
    }
    form.extend(more);
    form
}

/// A client asks with a voucher.
pub(super) async fn ask(s: &Stage, client: &str, more: &[(&str, &str)]) -> Answer {
    s.post(TOKEN, &with(s, client, more)).await
}
