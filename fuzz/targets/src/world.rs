//! A server whose directory and throttle remember what they were asked: what a parser made of the
//! bytes can be seen there without a door of its own.

use std::{
    cell::RefCell,
    fmt,
    rc::Rc,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use async_trait::async_trait;
use grantry::{
    Guard, MemoryStore, NewClient, Server,
    ports::{
        Admission, Attempt, Clock, KeyMaterial, KeyPurpose, KeyRecord, KeySet, KeySpan, Settled,
        SignIn, SignInError, StoreError, Stores, Throttle, Users,
    },
    types::{
        BrowserPolicy, DirectApi, Dpop, GrantType, Password, Policy, RegistrationAccess,
        RegistrationPolicy, SigningAlg, Source, Standing, Subject, TenantId, Timestamp, Username,
        Version,
    },
};
use grantry_conformance::{ManualClock, SeededEntropy, World as Model};
use tokio::runtime::Runtime;

use crate::{
    assertion,
    voucher::{VOUCHER, Vouchers},
};

/// The server, and what is known of it.
pub(crate) struct World {
    pub(crate) server: Server,
    /// Takes tokens of acme, and asks whether their grant is live.
    pub(crate) guard: Guard,
    pub(crate) witness: Arc<Witness>,
    /// The secret of the client `backend`.
    pub(crate) secret: String,
    /// The secret of the client `prover` of globex, whose tokens are all bound to a key.
    pub(crate) prover: String,
    pub(crate) now: Timestamp,
}

/// The one user.
const ALICE: &str = "user-alice";
/// The seed of the EdDSA keys.
pub(crate) const SIGNING_KEY: [u8; 32] = [0x5e; 32];

impl World {
    pub(crate) const REDIRECT: &str = Model::REDIRECT;
    pub(crate) const AUDIENCE: &str = Model::AUDIENCE;
    pub(crate) const PASSWORD: &str = Model::PASSWORD;
    /// The proxies that are believed.
    pub(crate) const PROXIES: &str = "10.0.0.0/8";

    /// The moment in which every world begins, and ends.
    pub(crate) fn begin() -> Timestamp {
        ManualClock::default().now()
    }

    /// Equal in every run. `acme` has the direct API by GET, `globex` has none and lets clients register, `listed` lists
    /// redirect URIs and origins. Each has the clients `backend` (confidential), `keyed` (confidential, with a
    /// key), `app` (public) and `spa`, from which users come in a browser; the directory knows `alice`, and looks nothing up.
    pub(crate) async fn new() -> Self {
        let stores = Stores::from(MemoryStore::default());
        let (clock, witness) = (Arc::new(ManualClock::default()), Arc::new(Witness::default()));
        let server = Server::builder("https://id.example.com/oauth/{tenant}")
            .store(stores.clone())
            .clock(clock.clone())
            .entropy(Arc::new(SeededEntropy::default()))
            .users(witness.clone())
            .throttle(witness.clone())
            .trusted_proxies([Self::PROXIES])
            .extension_grant(VOUCHER, Arc::new(Vouchers))
            .build()
            .await
            .unwrap();
        let mut secret = String::new();
        for (id, policy) in tenants() {
            keys(&stores, id).await;
            let tenant = server.admin().create_tenant(id, policy).await.unwrap().id.clone();
            use GrantType::{ClientCredentials, Extension, Password, RefreshToken};
            let grants = [ClientCredentials, Password, RefreshToken, Extension];
            let backend = NewClient::confidential("backend").grants(grants).scope("read write");
            let made = server.admin().create_client(&tenant, backend).await.unwrap();
            if id == "acme" {
                made.secret.unwrap().expose().clone_into(&mut secret);
            }
            let app =
                NewClient::public("app").grants(grants.into_iter().skip(1)).scope("read write");
            server.admin().create_client(&tenant, app).await.unwrap();
            server.admin().create_client(&tenant, spa()).await.unwrap();
            let keyed = NewClient::with_keys("keyed", assertion::key().jwks());
            let keyed = keyed.grants([GrantType::ClientCredentials]).scope("read");
            server.admin().create_client(&tenant, keyed).await.unwrap();
        }
        let globex = "globex".parse().unwrap();
        let alone = NewClient::confidential("prover").grants([GrantType::ClientCredentials]);
        let made = server.admin().create_client(&globex, alone.dpop_bound_access_tokens(true));
        let prover = made.await.unwrap().secret.unwrap().expose().to_owned();
        let guard = server.guard(Self::AUDIENCE).tenant("acme").unwrap();
        Self { server, guard, witness, secret, prover, now: clock.now() }
    }
}

/// A client that proves nothing, also a program on the user's own machine.
fn spa() -> NewClient {
    NewClient::public("spa")
        .grants([GrantType::AuthorizationCode, GrantType::RefreshToken])
        .scope("openid profile email offline_access read write")
        .redirect_uris([World::REDIRECT, "http://127.0.0.1/cb"])
        .post_logout_redirect_uris(["https://app.example.com/bye"])
        .origins(["https://app.example.com"])
}

fn tenants() -> [(&'static str, Policy); 3] {
    let mut base = Policy::new(World::AUDIENCE.parse().unwrap());
    base.grants.extend([GrantType::Password, GrantType::Extension]);
    base.direct_api = DirectApi::Get;
    base.direct_scope = "profile read".parse().unwrap();
    base.default_scope = "read".parse().unwrap();
    base.signing_alg = SigningAlg::EdDsa;
    // A key of RSA takes long to make.
    let mut browser = BrowserPolicy::default();
    browser.id_token_algs = [SigningAlg::EdDsa].into();
    base.browser = browser.into();
    let mut listed = base.clone();
    listed.direct_redirect_uris = vec![World::REDIRECT.parse().unwrap()].into();
    listed.allowed_origins = vec!["https://app.example.com".parse().unwrap()].into();
    let mut off = base.clone();
    off.direct_api = DirectApi::Off;
    off.dpop = Dpop::Allowed;
    let mut registration = RegistrationPolicy::default();
    registration.access = RegistrationAccess::Open;
    registration.scope = "openid read".parse().unwrap();
    registration.limit = 100_000;
    off.registration = Some(registration.into());
    [("acme", base), ("globex", off), ("listed", listed)]
}

/// The server would draw them by itself, and not from the chance of this world.
async fn keys(stores: &Stores, tenant: &str) {
    let keys = [
        (KeyPurpose::Signing(SigningAlg::EdDsa), SIGNING_KEY.to_vec()),
        (KeyPurpose::Ticket(1), vec![0xa7; 32]),
    ];
    let keys = keys.map(|(purpose, bytes)| KeyRecord {
        purpose,
        material: KeyMaterial::new(bytes),
        span: KeySpan::from(Timestamp::EPOCH),
    });
    let keys = KeySet { version: Version::default(), keys: keys.into() };
    stores.key_records.create(&tenant.parse().unwrap(), keys).await.unwrap();
}

/// Runs on this thread's runtime, with a world of this thread that is replaced now and then, so that
/// a long run does not grow.
pub(crate) fn with(input: impl AsyncFnOnce(&World)) {
    const RUNS: usize = 1000;
    thread_local! {
        static WORLD: RefCell<(usize, Option<Rc<World>>)> = const { RefCell::new((0, None)) };
    }
    on_runtime(async {
        let kept = WORLD.take();
        let (runs, world) = match kept {
            (runs, Some(world)) if runs < RUNS => (runs, world),
            _ => (0, Rc::new(World::new().await)),
        };
        input(&world).await;
        WORLD.set((runs + 1, Some(world)));
    });
}

/// Runs to completion on this thread's runtime.
pub(crate) fn on_runtime(work: impl Future<Output = ()>) {
    thread_local! {
        static RUNTIME: Runtime =
            tokio::runtime::Builder::new_current_thread().enable_time().build().unwrap();
    }
    RUNTIME.with(|runtime| runtime.block_on(work));
}

/// Remembers what it was asked last.
#[derive(Default)]
pub(crate) struct Witness(Mutex<Seen>);

/// What was asked last.
#[derive(Default)]
pub(crate) struct Seen {
    /// Name as it was typed, and password.
    pub(crate) credentials: Option<(String, String)>,
    pub(crate) attempt: Option<Attempt>,
}

impl Witness {
    /// What was asked since this was called last.
    pub(crate) fn take(&self) -> Seen {
        std::mem::take(&mut *self.seen())
    }

    fn seen(&self) -> MutexGuard<'_, Seen> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Seen {
    /// Where the last attempt to sign in came from.
    pub(crate) fn source(&self) -> Option<Source> {
        self.attempt.as_ref()?.source
    }
}

impl fmt::Debug for Witness {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Witness(…)")
    }
}

#[async_trait]
impl Users for Witness {
    async fn authenticate(
        &self,
        _: &TenantId,
        username: &Username,
        password: &Password,
    ) -> Result<SignIn, SignInError> {
        let asked = (username.as_str().to_owned(), password.expose().to_owned());
        self.seen().credentials = Some(asked);
        let known = username.canonical() == Some("alice");
        let right = known & (*password == Password::from(World::PASSWORD));
        Ok(if right { SignIn::Accepted(ALICE.parse().unwrap()) } else { SignIn::Refused })
    }

    async fn standing(&self, _: &TenantId, subject: &Subject) -> Result<Standing, StoreError> {
        Ok(if subject.as_str() == ALICE { Standing::ACTIVE } else { Standing::Gone })
    }
}

#[async_trait]
impl Throttle for Witness {
    async fn admit(&self, attempt: &Attempt, _: Timestamp) -> Result<Admission, StoreError> {
        self.seen().attempt = Some(attempt.clone());
        Ok(Admission::Admitted)
    }

    async fn settle(&self, _: &Attempt, _: Settled, _: Timestamp) -> Result<(), StoreError> {
        Ok(())
    }
}
