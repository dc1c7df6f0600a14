//! The tenants of the demo.

use grantry::{
    AdminError, NewClient, NewUser, Server,
    types::{ClientSecret, DirectApi, GrantType, Issuer, Policy, SigningAlg},
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
    /// When the server's stores do not answer, or hold such tenants already.
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

async fn tenant(
    server: &Server,
    name: &str,
    policy: Policy,
    user: NewUser,
) -> Result<Shown, AdminError> {
    let admin = server.admin();
    let id = admin.create_tenant(name, policy).await?.id.clone();
    admin.create_user(&id, user).await?;
    let app = NewClient::public("app")
        .grants([GrantType::Password, GrantType::RefreshToken])
        .scope("read write");
    admin.create_client(&id, app).await?;
    // The application itself is where the browser comes back to.
    let origin = server.issuer(&id).as_str().trim_end_matches(&format!("oauth/{id}")).to_owned();
    let web = NewClient::public("web")
        .name("The demo's client")
        .grants([GrantType::AuthorizationCode, GrantType::RefreshToken])
        .redirect_uris([origin])
        .scope("openid profile email read write");
    admin.create_client(&id, web).await?;
    let backend = NewClient::confidential("backend")
        .grants([GrantType::ClientCredentials, GrantType::Password, GrantType::RefreshToken])
        .scope("read write");
    let backend = admin.create_client(&id, backend).await?;
    let secret = backend.secret.expect("a confidential client is registered with a secret");
    Ok(Shown { issuer: server.issuer(&id), secret })
}
