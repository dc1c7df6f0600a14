//! The tenants of the demo.

use grantry::{
    Admin, AdminError, NewClient, NewUser, SecretAge, Server,
    types::{
        Client, ClientSecret, DirectApi, GrantType, Issuer, Policy, RedirectUri, SigningAlg,
        TenantId,
    },
};

/// Two tenants that differ in what they allow.
#[derive(Debug)]
pub(crate) struct Demo {
    /// With the direct API, and ES256.
    pub(crate) acme: Shown,
    /// Without it, and EdDSA.
    pub(crate) globex: Shown,
}

/// What is only known at run time, and printed.
#[derive(Debug)]
pub(crate) struct Shown {
    pub issuer: Issuer,
    /// Of the client `backend`.
    pub secret: ClientSecret,
}

impl Demo {
    /// Creates the tenants, each with a user, a confidential and a public client.
    ///
    /// # Errors
    /// When the server's stores do not answer.
    pub(crate) async fn create(server: &Server) -> Result<Self, AdminError> {
        let mut acme = policy()?;
        acme.direct_api = DirectApi::Get;
        acme.direct_scope = "profile read".parse()?;
        let mut globex = policy()?;
        globex.signing_alg = SigningAlg::EdDsa;
        Ok(Self {
            acme: tenant(
                server,
                "acme",
                acme,
                NewUser::new("alice", "wonderland".into()).claim("name", "Alice"),
            )
            .await?,
            globex: tenant(
                server,
                "globex",
                globex,
                NewUser::new("bob", "builder".into()).claim("name", "Bob"),
            )
            .await?,
        })
    }
}

fn policy() -> Result<Policy, AdminError> {
    let mut policy = Policy::new("https://api.example.com".parse()?);
    // The other grants are there by default.
    policy.grants.insert(GrantType::Password);
    policy.default_scope = "read".parse()?;
    Ok(policy)
}

/// What an earlier start made stays as it is, but for what this one prints.
async fn tenant(
    server: &Server,
    name: &str,
    policy: Policy,
    user: NewUser,
) -> Result<Shown, AdminError> {
    let (admin, id) = (server.admin(), name.parse()?);
    there(admin.create_tenant(name, policy).await)?;
    there(admin.create_user(&id, user).await)?;
    let app = NewClient::public("app")
        .grants([GrantType::Password, GrantType::RefreshToken])
        .scope("read write");
    there(admin.create_client(&id, app).await)?;
    // The application itself is where the browser comes back to, wherever it listens this time.
    let origin = server.issuer(&id).as_str().trim_end_matches(&format!("oauth/{id}")).to_owned();
    let web = NewClient::public("web")
        .name("The demo's client")
        .grants([GrantType::AuthorizationCode, GrantType::RefreshToken])
        .redirect_uris([origin.clone()])
        .scope("openid profile email read write");
    there(admin.create_client(&id, web).await)?;
    let origin: RedirectUri = origin.parse()?;
    let comes_back = |client: &mut Client| {
        let mut browser = client.browser.as_deref().cloned().unwrap_or_default();
        browser.redirect_uris = [origin.clone()].into();
        client.browser = Some(browser.into());
    };
    admin.change_client(&id, &"web".parse()?, comes_back).await?;
    Ok(Shown { issuer: server.issuer(&id), secret: secret(admin, &id).await? })
}

/// A new secret of the client `backend`. The one of the last start stays valid beside it.
async fn secret(admin: &Admin, tenant: &TenantId) -> Result<ClientSecret, AdminError> {
    let backend = NewClient::confidential("backend")
        .grants([GrantType::ClientCredentials, GrantType::Password, GrantType::RefreshToken])
        .scope("read write");
    match admin.create_client(tenant, backend).await {
        Ok(backend) => {
            Ok(backend.secret.expect("a confidential client is registered with a secret"))
        }
        Err(AdminError::Exists(_)) => {
            let id = "backend".parse()?;
            match admin.remove_client_secret(tenant, &id, SecretAge::Older).await {
                // It has one.
                Ok(()) | Err(AdminError::Client(_)) => {}
                Err(error) => return Err(error),
            }
            admin.add_client_secret(tenant, &id).await
        }
        Err(error) => Err(error),
    }
}

/// Made now, or by an earlier start.
fn there<T>(made: Result<T, AdminError>) -> Result<(), AdminError> {
    match made {
        Ok(_) | Err(AdminError::Exists(_)) => Ok(()),
        Err(error) => Err(error),
    }
}
