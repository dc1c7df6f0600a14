//! The tenants of a provisioning file.

use std::{fmt::Write, path::Path};

use anyhow::Context;
use grantry::{
    Provision, Server,
    types::{Client, ClientKind, DirectApi, GrantType, Issuer, Policy, TenantId},
};

use crate::Page;

/// Creates what the file describes, and says what to try.
pub(crate) async fn create(server: &Server, file: &Path, place: &str) -> anyhow::Result<Page> {
    let provision = Provision::read(file).context(
        "the file of --config cannot be used: mend what is named below, and start again",
    )?;
    let done = server.admin().provision(&provision).await?;
    let mut text = format!("The tenants of {}, kept {place}: {done}.\n\n", file.display());
    let mut lines = String::new();
    for tenant in provision.tenants() {
        let issuer = server.issuer(tenant);
        writeln!(text, "{:8} {issuer}", tenant.as_str())?;
        lines += &metadata(tenant, &issuer);
        for client in server.admin().clients(tenant, None).await? {
            lines += &token(tenant, &issuer, &client).unwrap_or_default();
        }
        let policy = server.admin().tenant(tenant).await?.map(|tenant| tenant.policy.clone());
        lines += &policy.and_then(|policy| code(tenant, &issuer, &policy)).unwrap_or_default();
    }
    let address = provision.tenants().next().map(|tenant| origin(&server.issuer(tenant), tenant));
    let address = address.unwrap_or_default();
    write!(
        text,
        "\nPaste these lines into a shell. Each prints the answer and its status.\n\n{lines}\n\
         Listening on {address}\n"
    )?;
    Ok(Page::new(text))
}

fn metadata(tenant: &TenantId, issuer: &Issuer) -> String {
    format!(
        "# {tenant}: what it offers, and where\n\
         curl -sSw ' %{{http_code}}\\n' '{issuer}/.well-known/oauth-authorization-server'\n"
    )
}

/// How a client gets a token of its own, if it may.
fn token(tenant: &TenantId, issuer: &Issuer, client: &Client) -> Option<String> {
    let may = client.grants.contains(&GrantType::ClientCredentials);
    // Who signs assertions shows no secret.
    let proves = match &client.kind {
        ClientKind::Confidential { secrets, .. } => !secrets.is_empty(),
        ClientKind::Public => false,
    };
    let id = client.id.as_str();
    // What the shell and the header read as it stands here.
    let plain = id.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'-'));
    (may && proves && plain).then(|| {
        format!(
            "# {tenant}: the client {id} gets a token of its own; SECRET is its secret\n\
             curl -sSw ' %{{http_code}}\\n' -u \"{id}:$SECRET\" '{issuer}/token' \
             -d grant_type=client_credentials\n"
        )
    })
}

/// How a user signs in, where there is a direct API.
fn code(tenant: &TenantId, issuer: &Issuer, policy: &Policy) -> Option<String> {
    let listed = policy.direct_redirect_uris.first().map(|uri| uri.as_str());
    let redirect_uri = listed.unwrap_or("https://app.example.com/callback");
    (policy.direct_api != DirectApi::Off && !redirect_uri.contains('\'')).then(|| {
        format!(
            "# {tenant}: a user gets a code by the direct API; NAME and PASSWORD are theirs\n\
             curl -sSw ' %{{http_code}}\\n' '{issuer}/authorize/direct' -d response_type=code \
             --data-urlencode \"username=$NAME\" --data-urlencode \"password=$PASSWORD\" \
             --data-urlencode 'redirect_uri={redirect_uri}'\n"
        )
    })
}

fn origin(issuer: &Issuer, tenant: &TenantId) -> String {
    issuer.as_str().trim_end_matches(&format!("/oauth/{tenant}")).to_owned()
}
