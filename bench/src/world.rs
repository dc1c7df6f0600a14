//! One tenant, and as many users as a program asks for.

use std::sync::Arc;

use grantry_axum::grantry::{
    MemoryStore, NewClient, Server, ServerBuilder,
    ports::{Accounts, Create, Stores},
    types::{
        Account, BrowserPolicy, ClientSecret, DirectApi, GrantType, Policy, SecretHash, SigningAlg,
        TenantId,
    },
};

use anyhow::{Context, bail};

/// The password of every user.
pub const PASSWORD: &str = "wonderland";
/// One of the same length that nobody has.
pub const WRONG: &str = "wanderland";
/// The hash of [`PASSWORD`]. One for all, so that a start with many users is quick.
const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1\
    $b25seSBmb3IgYmVuY2hlcw$3W7L7fpFEYZ2CrkzgyEcAquEJYXs9pn+hUbCWzTG3VA";

/// A server with one tenant, `bench`, and its clients: `app` is public, `backend` and `web`, from which
/// users come in a browser, share a secret.
#[derive(Debug)]
pub struct World {
    /// The server.
    pub server: Server,
    /// The secret of the confidential client `backend`.
    pub secret: ClientSecret,
    tenant: TenantId,
    accounts: Arc<dyn Accounts>,
}

impl World {
    /// Builds the server, over stores in memory. Client `app` is public.
    ///
    /// # Errors
    /// When the server cannot be built.
    pub async fn build(builder: ServerBuilder) -> anyhow::Result<Self> {
        Self::with(builder, |_| {}).await
    }

    /// As [`World::build`], with a policy that differs.
    ///
    /// # Errors
    /// When the server cannot be built.
    pub async fn with(
        builder: ServerBuilder,
        change: impl FnOnce(&mut Policy),
    ) -> anyhow::Result<Self> {
        Self::on(MemoryStore::default().into(), builder, change).await
    }

    /// As [`World::with`], over other stores.
    ///
    /// # Errors
    /// When the server cannot be built.
    pub async fn on(
        stores: Stores,
        builder: ServerBuilder,
        change: impl FnOnce(&mut Policy),
    ) -> anyhow::Result<Self> {
        let accounts = stores.accounts.clone();
        let server = builder.store(stores).build().await?;
        let mut policy = Policy::new("https://api.example.com".parse()?);
        policy.grants.insert(GrantType::Password);
        policy.direct_api = DirectApi::Post;
        policy.direct_scope = "read".parse()?;
        // An RSA key takes a moment to make, and nothing here is signed by one.
        let mut browser = BrowserPolicy::default();
        browser.id_token_algs = [SigningAlg::EdDsa].into();
        policy.browser = browser.into();
        change(&mut policy);
        let admin = server.admin();
        let tenant = admin.create_tenant("bench", policy).await?.id.clone();
        let by_user = [GrantType::Password, GrantType::RefreshToken];
        admin.create_client(&tenant, NewClient::public("app").grants(by_user)).await?;
        let all = by_user.into_iter().chain([GrantType::ClientCredentials]);
        let backend = NewClient::confidential("backend").grants(all).scope("read");
        let secret = admin.create_client(&tenant, backend).await?.secret;
        let secret = secret.context("a confidential client is registered with a secret")?;
        let web = NewClient::confidential("web")
            .secret_hashes([SecretHash::of(&secret)])
            .grants([GrantType::AuthorizationCode, GrantType::RefreshToken])
            .scope("read")
            .redirect_uris(["https://app.example.com/cb"])
            .first_party(true);
        admin.create_client(&tenant, web).await?;
        Ok(Self { server, secret, tenant, accounts })
    }

    /// The parameters of a grant that `backend` asks for.
    pub fn form(&self, grant: &str) -> String {
        let secret = self.secret.expose();
        format!("grant_type={grant}&client_id=backend&client_secret={secret}")
    }

    /// Adds a user with the password of all, without hashing it once more.
    ///
    /// # Errors
    /// When the name is taken.
    pub async fn add_user(&self, name: &str, disabled: bool) -> anyhow::Result<()> {
        let subject = format!("subject of {name}").parse()?;
        let mut account = Account::new(subject, name.into(), HASH.into());
        account.disabled = disabled;
        match self.accounts.create(&self.tenant, account).await? {
            Create::Created => Ok(()),
            Create::Conflict => bail!("there is already a user {name}"),
        }
    }

    /// Makes sure that the one hash costs what a new one would. Hashes once.
    ///
    /// # Errors
    /// When it does not: then it must be made anew, or it measures another password hash.
    pub async fn demand_current_hash(&self) -> anyhow::Result<()> {
        let new = grantry_axum::grantry::NewUser::new("hash-of-today", PASSWORD.into());
        let new = self.server.admin().create_user(&self.tenant, new).await?;
        let costs = |hash: &str| hash.rsplitn(3, '$').nth(2).map(str::to_owned);
        if costs(&new.password) != costs(HASH) {
            bail!(
                "passwords are hashed in another way today: renew the hash in bench/src/world.rs"
            );
        }
        Ok(())
    }
}
