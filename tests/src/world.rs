//! The world that every case begins in.

use std::{
    collections::HashMap,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, engine::general_purpose::STANDARD};
use grantry::{
    Guard, HashingPoolConfig, NewClient, Server,
    ports::{Clock, KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan, Stores},
    types::{
        Account, ClientAuthMethod, DirectApi, GrantType, Policy, Rotation, SigningAlg, TenantId,
        Timestamp, Version,
    },
};

use crate::{Kept, SeededEntropy};

/// A server with tenants, clients and users, whose time and chance the case owns. Signatures are
/// EdDSA where nothing else is said, so that equal requests have equal answers.
#[derive(Clone, Debug)]
pub struct World {
    /// The server, for a driver to mount or to call. Its issuer is
    /// `https://id.example.com/oauth/{tenant}`, so its paths begin with `/oauth/` and
    /// `/.well-known/`.
    pub server: Server,
    /// Its time, which stands still until a case moves it.
    pub clock: Arc<ManualClock>,
    /// Its stores, for a look behind the server's back.
    pub stores: Stores,
    /// Guards of the host's routes.
    pub guards: Guards,
    /// The audit events of the server.
    pub events: Arc<Kept>,
    /// The secrets of confidential clients, by tenant and client.
    secrets: HashMap<(String, String), String>,
}

/// Guards for the audience [`World::AUDIENCE`], which the host application of [`crate::door`] puts
/// before its routes.
#[derive(Clone, Debug)]
pub struct Guards {
    /// Tokens of acme.
    pub acme: Guard,
    /// Tokens of acme, without asking whether the grant is live.
    pub offline: Guard,
    /// Tokens of the tenant in `/api/{tenant}`.
    pub path: Guard,
    /// Tokens of every tenant.
    pub any: Guard,
}

impl World {
    /// The audience of access tokens.
    pub const AUDIENCE: &str = "https://api.example.com";
    /// The password of every user.
    pub const PASSWORD: &str = "wonderland";
    /// The redirect URI that codes are bound to.
    pub const REDIRECT: &str = "https://app.example.com/cb";

    /// A new world on these stores, which must be empty.
    ///
    /// Every tenant has the users `alice` and `mallory`, who is disabled, and the clients
    /// `backend` (confidential), `basic-only` (confidential, the `Authorization` header alone),
    /// `retired` (confidential, disabled), `app` (public), `no-refresh` (public, the password grant
    /// alone) and `idle` (public, no grant at all). What sets the tenants apart: `acme` has the
    /// direct API by GET, `globex` has none, `postal` by POST alone; `ecdsa` signs by ES256;
    /// `strict` has a retry window of zero; `steady` never rotates, `lenient` for public clients
    /// alone; `listed` lists redirect URIs and an origin; `narrow` has client credentials alone,
    /// `codes-only` authorization codes alone.
    ///
    /// # Panics
    /// When the stores do not do as they are told.
    pub async fn new(stores: impl Into<Stores>) -> Self {
        let stores = stores.into();
        let (clock, events) = (Arc::new(ManualClock::default()), Arc::new(Kept::default()));
        // The one real time of a world: no busy machine may turn a password away.
        let mut hashing = HashingPoolConfig::default();
        hashing.deadline = Duration::from_secs(600);
        let server = Server::builder("https://id.example.com/oauth/{tenant}")
            .store(stores.clone())
            .clock(clock.clone())
            .entropy(Arc::new(SeededEntropy::default()))
            .hashing(hashing)
            .events(events.clone())
            .build()
            .await
            .expect("a server");
        let mut secrets = HashMap::new();
        keys(&stores, "acme").await;
        for (id, policy) in tenants() {
            let tenant = server.admin().create_tenant(id, policy).await.expect("a tenant");
            people(&stores, &tenant.id).await;
            clients(&server, &tenant.id, &mut secrets).await;
        }
        let guard = || server.guard(Self::AUDIENCE);
        let guards = Guards {
            acme: guard().tenant("acme").expect("a guard"),
            offline: guard().tenant("acme").expect("a guard").offline(),
            path: guard().tenant_from_path("/api/{tenant}").expect("a guard"),
            any: guard().any_tenant().expect("a guard"),
        };
        Self { server, clock, stores, guards, events, secrets }
    }

    /// The secret of a confidential client.
    ///
    /// # Panics
    /// When there is no such client.
    pub fn secret(&self, tenant: &str, client: &str) -> &str {
        &self.secrets[&(tenant.to_owned(), client.to_owned())]
    }
}

/// The tenants of the world, by what sets them apart.
fn tenants() -> Vec<(&'static str, Policy)> {
    let base = || {
        let mut policy = Policy::new(World::AUDIENCE.parse().expect("an audience"));
        policy.grants.insert(GrantType::Password);
        policy.direct_api = DirectApi::Get;
        policy.direct_scope = "profile read".parse().expect("a scope");
        policy.default_scope = "read".parse().expect("a scope");
        policy.signing_alg = SigningAlg::EdDsa;
        policy
    };
    let with = |change: &dyn Fn(&mut Policy)| {
        let mut policy = base();
        change(&mut policy);
        policy
    };
    let uri = |text: &str| text.parse().expect("a redirect URI");
    vec![
        ("acme", base()),
        ("globex", with(&|policy| policy.direct_api = DirectApi::Off)),
        ("postal", with(&|policy| policy.direct_api = DirectApi::Post)),
        ("ecdsa", with(&|policy| policy.signing_alg = SigningAlg::Es256)),
        ("strict", with(&|policy| policy.retry_window = Duration::ZERO)),
        ("steady", with(&|policy| policy.rotation = Rotation::Never)),
        ("lenient", with(&|policy| policy.rotation = Rotation::Public)),
        (
            "listed",
            with(&|policy| {
                policy.direct_redirect_uris =
                    vec![uri(World::REDIRECT), uri("http://127.0.0.1:9/")];
                policy.allowed_origins =
                    vec!["https://app.example.com".parse().expect("an origin")];
            }),
        ),
        ("narrow", with(&|policy| policy.grants = [GrantType::ClientCredentials].into())),
        ("codes-only", with(&|policy| policy.grants = [GrantType::AuthorizationCode].into())),
    ]
}

/// Keys that are the same in every run, so that even the JWKS can be compared. The server would draw
/// the ES256 key by itself, and not from the chance that the world owns.
async fn keys(stores: &Stores, tenant: &str) {
    let tenant = tenant.parse().expect("a tenant id");
    let ecdsa = STANDARD.decode(ECDSA).expect("base64");
    let keys = [
        (KeyPurpose::Signing(SigningAlg::Es256), ecdsa),
        (KeyPurpose::Signing(SigningAlg::EdDsa), vec![0x5e; 32]),
        (KeyPurpose::Ticket(1), vec![0xa7; 32]),
    ];
    let keys = keys.map(|(purpose, bytes)| KeyRecord {
        purpose,
        material: KeyMaterial::new(bytes),
        span: KeySpan::from(Timestamp::from_millis(ManualClock::BEGIN)),
    });
    let keys = KeySet { version: Version::default(), keys: keys.into() };
    stores.key_records.create(&tenant, keys).await.expect("keys");
}

/// A P-256 key in PKCS #8, for nothing but this.
const ECDSA: &str = concat!(
    "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgjoMkfJZxVJK2q9WX3EN4y91OS4RnEneX/NtnjvSa2uKh",
    "RANCAAQlVQr9d+UG/nRpBHLuM0Eqfip1zm/Z+oKNii9Uq3/TE/GiJy6GUAMfW8xtEG9jwqFCfaYf8k9zHYwOOvLwnSkD",
);

/// Rows with a hash that was made once: hashing anew for every case would take minutes.
async fn people(stores: &Stores, tenant: &TenantId) {
    for name in ["alice", "mallory"] {
        let subject = format!("user-{name}").parse().expect("a subject");
        let mut account = Account::new(subject, name.into(), HASH.into());
        account.disabled = name == "mallory";
        stores.accounts.create(tenant, account).await.expect("a user");
    }
}

/// argon2id of [`World::PASSWORD`].
pub(crate) const HASH: &str = "$argon2id$v=19$m=19456,t=2,p=1$Z3JhbnRyeS13b3JsZC0wMQ$d+Bg8T17Tf4aof7AXzEVnARE/Xe/st7e9V03/dtxEz4";

async fn clients(
    server: &Server,
    tenant: &TenantId,
    secrets: &mut HashMap<(String, String), String>,
) {
    use GrantType::{ClientCredentials, Password, RefreshToken};
    let (scope, all) = ("read write openid", [ClientCredentials, Password, RefreshToken]);
    let confidential = |id: &str| NewClient::confidential(id).grants(all).scope(scope);
    let news = [
        confidential("backend"),
        confidential("basic-only").auth_methods([ClientAuthMethod::Basic]),
        confidential("retired").disabled(true),
        NewClient::public("app").grants([Password, RefreshToken]).scope(scope),
        NewClient::public("no-refresh").grants([Password]).scope(scope),
        NewClient::public("idle").scope(scope),
    ];
    for new in news {
        let made = server.admin().create_client(tenant, new).await.expect("a client");
        if let Some(secret) = made.secret {
            let key = (tenant.to_string(), made.client.id.to_string());
            secrets.insert(key, secret.expose().to_owned());
        }
    }
}

/// Time that stands still until a case moves it.
#[derive(Debug)]
pub struct ManualClock(AtomicU64);

impl Default for ManualClock {
    fn default() -> Self {
        Self(AtomicU64::new(Self::BEGIN))
    }
}

impl ManualClock {
    /// Where it begins, in milliseconds since the epoch.
    const BEGIN: u64 = 1_800_000_000_000;

    /// Moves time forward.
    pub fn advance(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).expect("a span of this century");
        self.0.fetch_add(millis, Ordering::SeqCst);
    }

    /// Moves time back, as a clock that was wrong does.
    pub fn step_back(&self, span: Duration) {
        let millis = u64::try_from(span.as_millis()).expect("a span of this century");
        self.0.fetch_sub(millis, Ordering::SeqCst);
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(self.0.load(Ordering::SeqCst))
    }
}
