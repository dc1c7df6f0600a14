//! What an operator does in the program, with whatever can go wrong, each outcome written to the log
//! as an application would.

use std::{env, error::Error, fmt::Debug, fs, path::Path};

use grantry::{
    Admin, KeyKind, KeyRotation, NewClient, NewUser, Provision, SecretAge,
    ports::{KeyPurpose, Stores},
    types::{
        ClientId, ClientKind, ClientSecret, GrantType, Password, SecretHash, SigningAlg, TenantId,
        Whose,
    },
};
use grantry_conformance::KeyHolder;

use crate::canaries::mark;

type Drawn = Vec<(String, Vec<u8>)>;

/// Writes what came of something.
#[track_caller]
fn log<T: Debug, E: Error + 'static>(outcome: Result<T, E>) -> Option<T> {
    match outcome {
        Ok(value) => {
            tracing::info!(?value, "done");
            Some(value)
        }
        Err(error) => {
            tracing::error!(%error, ?error, chain = &error as &dyn Error, "not done");
            None
        }
    }
}

/// A good file, with a secret from every source.
fn file(seed: &str) -> String {
    let secret_file = Path::new(env!("CARGO_TARGET_TMPDIR")).join("canary-secret.txt");
    fs::write(&secret_file, mark(seed, "secret of a file")).unwrap();
    include_str!("tenants.toml")
        .replace("JWKS", &KeyHolder::eddsa("canary").jwks())
        .replace("SUPPLIED", &mark(seed, "supplied secret"))
        .replace("PROVISIONED", &mark(seed, "provisioned password"))
        .replace("PASSWORD", &mark(seed, "password"))
        .replace("CLAIM", &mark(seed, "claim of a user"))
        .replace("FILE", secret_file.to_str().unwrap())
}

/// Secrets in all the wrong places of a file.
const MISTAKES: [&str; 16] = [
    "clients.x.secrets = [\"MARK\"]",
    "clients.x.secrets = \"MARK\"",
    "clients.x.secrets = [{ env = \"MARK\" }]",
    "clients.x.secrets = [{ file = \"MARK\" }]",
    "clients.x.secrets = [{ value = \"MARK +%\" }]",
    "clients.x.secrets = [{ sha256 = \"MARK\" }]",
    "clients.x.secrets = [{ MARK = \"x\" }]",
    "clients.x.secrets = [{ value = \"MARK\" }, { value = \"MARK\" }]",
    "clients.x.secret = \"MARK\"",
    "clients.x.secrets = [{ value = \"MARK\", env = \"MARK\" }]",
    "users.x.password = \"MARK\"",
    "users.x.password = { phc = \"$argon2id$v=19$MARK\" }",
    "users.x.password = { plain = \"MARK\" }",
    "users.x.password = { value = \"MARK",
    "users.x.password = { value = [\"MARK\"] }",
    "users.x.password = { value = MARK }",
];

/// What comes before the first request. Answers with the secrets that were drawn.
pub async fn begins(admin: &Admin, seed: &str) -> Drawn {
    let env = |name: &str| env::var_os(name);
    let file = log(Provision::parse(&file(seed), "tenants.toml", env)).unwrap();
    log(admin.provision(&file).await).unwrap();
    log(admin.provision(&file).await).unwrap();
    for mistake in MISTAKES {
        let mistake = mistake.replace("MARK", &mark(seed, "misplaced secret"));
        let text = format!("[tenants.acme]\npolicy.default_audience = \"a\"\n{mistake}\n");
        assert!(log(Provision::parse(&text, "mistakes.toml", env)).is_none(), "{mistake}");
    }
    let acme: TenantId = "acme".parse().unwrap();
    let new = |id: &str| NewClient::confidential(id).grants([GrantType::ClientCredentials]);
    let made = log(admin.create_client(&acme, new("made")).await).unwrap();
    let added = log(admin.add_client_secret(&acme, &made.client.id).await).unwrap();
    let hash = SecretHash::of(&ClientSecret::new(mark(seed, "supplied secret")));
    log(admin.create_client(&acme, new("brought").secret_hashes([hash])).await).unwrap();
    let password = || Password::new(mark(seed, "password"));
    log(admin.create_user(&acme, NewUser::new("carol", password())).await).unwrap();
    let row = log(admin.user(&acme, "carol").await).unwrap().unwrap();
    log(admin.create_user(&acme, NewUser::hashed("dave", &row.password)).await).unwrap();
    let drawn = [("drawn secret", made.secret.unwrap()), ("added secret", added)];
    drawn.map(|(name, secret)| (name.to_owned(), secret.expose().into())).into()
}

/// What is kept of secrets, and the keys of every tenant.
pub async fn kept(stores: &Stores) -> Drawn {
    let mut all = Drawn::new();
    for tenant in stores.tenants.list(None, 100).await.unwrap() {
        let keys = stores.key_records.read(&tenant.id).await.unwrap().unwrap().keys;
        for key in keys {
            let bytes = key.material.expose();
            // PKCS #8 holds the public point as well, and names the curve: the number is secret.
            let secret = match key.purpose {
                KeyPurpose::Signing(SigningAlg::Es256) => &bytes[36..68],
                // Behind the modulus, which everybody is shown: the private exponent and the primes.
                KeyPurpose::Signing(SigningAlg::Rs256) => &bytes[320..],
                _ => bytes,
            };
            all.push((format!("{:?} of {}", key.purpose, tenant.id), secret.to_vec()));
        }
        for user in stores.accounts.list(&tenant.id, None, 100).await.unwrap() {
            let digest = user.password.rsplit('$').next().unwrap();
            all.push((format!("hash of {}", user.username), digest.into()));
            // Less is too little to be known again.
            let salted = user.password.split('$').skip(4).collect::<Vec<_>>().join("$");
            all.push((format!("salt of {}", user.username), salted.into()));
        }
        for client in stores.clients.list(&tenant.id, None, 100).await.unwrap() {
            if let ClientKind::Confidential { secrets, .. } = &client.kind {
                let hashes = secrets.iter().map(|hash| hash.as_bytes().to_vec());
                all.extend(hashes.map(|hash| (format!("secret hash of {}", client.id), hash)));
            }
        }
    }
    all
}

/// What comes after the last request: all that can be done, and all that cannot.
pub async fn ends(admin: &Admin, seed: &str) {
    let word = |text: &str| -> ClientId { text.parse().unwrap() };
    let (acme, nobody): (TenantId, TenantId) = ("acme".parse().unwrap(), "nobody".parse().unwrap());
    let (made, password) = (word("made"), Password::new(mark(seed, "password")));
    let carol = admin.user(&acme, "carol").await.unwrap().unwrap().subject.clone();
    for tenant in [&nobody, &acme] {
        log(admin.create_tenant(tenant.as_str().to_uppercase(), policy(admin).await).await);
        log(admin.create_client(tenant, NewClient::confidential("made")).await);
        log(admin.create_client(tenant, NewClient::public(mark(seed, "password") + " ")).await);
        log(admin.create_user(tenant, NewUser::new("carol", password.clone())).await);
        log(admin.create_user(tenant, NewUser::new("erin", Password::new("x".repeat(2000)))).await);
        let phc = format!("$argon2id$v=19$m=9,t=2,p=1${}", mark(seed, "password"));
        log(admin.create_user(tenant, NewUser::hashed("frank", &phc)).await);
        log(admin.change_client(tenant, &made, |client| client.kind = ClientKind::Public).await);
        log(admin.change_password(tenant, &carol, &password).await);
        log(admin.change_password(tenant, &carol, &Password::from("")).await);
        log(admin.rename_user(tenant, &carol, "alice").await);
        log(admin.disable_user(tenant, &carol).await);
        log(admin.enable_user(tenant, &carol).await);
        log(admin.users(tenant, None).await);
        log(admin.clients(tenant, None).await);
        log(admin.remove_client_secret(tenant, &made, SecretAge::Older).await);
        log(admin.remove_client_secret(tenant, &made, SecretAge::Older).await);
        log(admin.grants(tenant, Whose::Tenant, None).await);
        for kind in [KeyKind::Signing, KeyKind::Ticket] {
            log(admin.rotate_keys(tenant, kind, KeyRotation::Staged).await);
            log(admin.rotate_keys(tenant, kind, KeyRotation::AtOnce).await);
        }
        log(admin.keys(tenant).await);
        log(admin.end_grants(tenant, Whose::Tenant).await);
        log(admin.delete_user(tenant, &carol).await);
        log(admin.delete_client(tenant, &made).await);
    }
    log(admin.delete_tenant(&acme).await);
}

async fn policy(admin: &Admin) -> grantry::types::Policy {
    admin.tenant(&"closed".parse().unwrap()).await.unwrap().unwrap().policy.clone()
}
