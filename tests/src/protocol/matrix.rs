//! Every route × every tenant × whatever is held of another: what is foreign is answered, byte for
//! byte, as if nobody had ever been given it.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use grantry::{
    Endpoint, NewClient,
    ports::{Event, KeyPurpose, KeyRecord, Page},
    types::{
        Account, Client, Consent, GrantType, Policy, Session, Tenant, Timestamp, Version, Whose,
    },
};
use http::Method;

use super::admin::{admin, subject, tenant_row};
use super::credential::Credential;
use super::devices::offer;
use super::owner::{MARK, own_name, settle};
use crate::world::browsers;
use crate::{Answer, Stage, tenant_id};

/// Where something is shown: a tenant that lives, another, one that was disabled, one that was deleted,
/// and one that never was.
pub(super) const TENANTS: [&str; 5] = ["acme", "steady", "off", "gone", "never"];
/// Of whom something is held. There is nothing to hold of one that never was.
pub(super) const OWNERS: [&str; 3] = ["acme", "off", "gone"];

/// Opens those tenants that the world has not.
pub(super) async fn open(s: &Stage) {
    let mut policy = tenant_row(s, "acme").await.policy;
    // A key of RSA takes long to make.
    policy.browser = tenant_row(s, "steady").await.policy.browser;
    for id in ["acme", "steady"] {
        super::registering::allow(s, id, |_| {}).await;
        offer(s, id).await;
    }
    policy.grants.insert(GrantType::DeviceCode);
    policy.registration = tenant_row(s, "acme").await.policy.registration;
    for id in ["off", "gone"] {
        create(s, id, policy.clone()).await;
    }
    for id in ["acme", "steady", "off", "gone"] {
        settle(s, id, id).await;
    }
}

/// Opens one, with public clients that every tenant of the world has.
pub(super) async fn create(s: &Stage, id: &str, policy: Policy) {
    admin(s).create_tenant(id, policy).await.expect("a tenant");
    let app = NewClient::public("app").grants([GrantType::Password, GrantType::RefreshToken]);
    let [spa, ..] = browsers();
    for new in [app.scope("read"), spa] {
        admin(s).create_client(&tenant_id(id), new).await.expect("a client");
    }
}

/// Brings them to their end.
pub(super) async fn shut(s: &Stage) {
    admin(s).disable_tenant(&tenant_id("off")).await.expect("done");
    admin(s).delete_tenant(&tenant_id("gone")).await.expect("done");
}

/// Every method that every route answers, with `{tenant}` in the tenant's place.
///
/// # Panics
/// When there is an endpoint that has no row here: whoever adds one says in `Credential::is_at_home`
/// what is taken there, and in `Credential::request` how it is shown.
pub(super) fn routes(s: &Stage) -> Vec<(Method, String)> {
    let mut all = Vec::new();
    for route in s.world.server.routes().filter(|route| route.path.contains("{tenant}")) {
        use Endpoint::{
            Authorize, AuthorizeDirect, Device, DeviceAuthorization, Interaction, Introspect, Jwks,
            Logout, Metadata, Par, ProtectedResource, Register, Registered, Revoke, Token,
            TokenDirect, Userinfo,
        };
        match route.endpoint {
            Authorize | AuthorizeDirect | Token | TokenDirect | Metadata | Jwks => {}
            Interaction | Userinfo | Logout | Par | Revoke | Introspect => {}
            ProtectedResource | DeviceAuthorization | Device => {}
            // Who speaks for which client is in the room `registered`.
            Register | Registered => {}
            new => panic!("{new:?} has no row in the matrix"),
        }
        let methods = route.endpoint.allow().split(", ");
        all.extend(methods.map(|method| {
            (method.parse().expect("a method"), route.path.replace("{client}", "app"))
        }));
    }
    all
}

/// What somebody holds, and of which tenant.
pub(super) type Held = (&'static str, Credential);

/// Shows everything everywhere, and demands the answers that are given to nobody's. What is shown
/// where it is taken in its own tenant is left for [`take`].
pub(super) async fn fill(s: &Stage, held: &[Held]) -> usize {
    let (before, mut cells) = (Rows::of(s).await, 0);
    for tenant in TENANTS {
        for (method, path) in routes(s) {
            let path = path.replace("{tenant}", tenant);
            let mut nobodys = HashMap::new();
            for (owner, credential) in held {
                let own = tenant == *owner;
                if own && credential.is_at_home(&method, &path) {
                    // A tenant that was stopped says so to its own.
                    if tenant != "acme" && !credential.only_proves_itself(&path) {
                        let answer = ask(s, credential, &method, &path).await;
                        let taken = credential.is_taken(&path, &answer, &told(s));
                        assert!(!taken, "{} of {owner}, which is no more", credential.word());
                    }
                    continue;
                }
                let what = format!("{} of {owner} at {method} {path}", credential.word());
                let row = (credential.word(), credential.client(), credential.has_namesake());
                let (answer_to_nobody, told_of_nobody) = match nobodys.entry(row) {
                    Entry::Occupied(asked) => asked.into_mut(),
                    Entry::Vacant(free) => {
                        let random = credential.random();
                        let (answer, told) = (ask(s, &random, &method, &path).await, told(s));
                        let home = credential.is_at_home(&method, &path);
                        assert!(!home || !random.is_taken(&path, &answer, &told), "{what}");
                        free.insert((random.sees(&answer), told))
                    }
                };
                let answer = ask(s, credential, &method, &path).await;
                assert_eq!(credential.sees(&answer), *answer_to_nobody, "{what}");
                let told = told(s);
                assert_eq!(told, *told_of_nobody, "{what}");
                assert!(own || !format!("{told:?}").contains(MARK), "{what}: {told:?}");
                cells += 1;
            }
        }
    }
    assert!(Rows::of(s).await == before, "somebody's rows changed");
    cells
}

/// Shows something wherever it is taken, each time anew, and demands that it is: it was alive.
pub(super) async fn take(s: &Stage, held: impl AsyncFn() -> Credential) -> usize {
    let (first, mut cells) = (held().await, 0);
    for (method, path) in routes(s) {
        let path = path.replace("{tenant}", "acme");
        if first.is_at_home(&method, &path) {
            let held = held().await;
            let answer = ask(s, &held, &method, &path).await;
            let taken = held.is_taken(&path, &answer, &told(s));
            assert!(taken, "{} at {method} {path}: {answer:?}", held.word());
            cells += 1;
        }
    }
    cells
}

/// Says how many cells were compared, which is more than a name can tell.
#[expect(clippy::print_stdout, reason = "a passing test shows it where it is asked to")]
pub(super) fn report(what: &str, cells: usize) {
    println!("{what}: {cells} cells");
}

/// What an operator was told of the last question, whenever it was.
fn told(s: &Stage) -> Vec<Event> {
    let mut all = s.world.events.take();
    all.iter_mut().for_each(|event| event.at = Timestamp::EPOCH);
    all
}

/// Asks, as somebody whom no failure holds up.
async fn ask(s: &Stage, credential: &Credential, method: &Method, path: &str) -> Answer {
    if matches!(credential, Credential::User(..)) && credential.is_at_home(method, path) {
        s.forget_failures();
    }
    s.world.events.take();
    s.send(credential.request(method, path)).await
}

/// Everything that the store keeps of these tenants.
#[derive(PartialEq)]
struct Rows(Vec<Row>);

#[derive(PartialEq)]
struct Row {
    tenant: Option<Arc<Tenant>>,
    clients: Vec<Arc<Client>>,
    accounts: Vec<Arc<Account>>,
    tickets: Page,
    sessions: Vec<Session>,
    consents: Vec<Consent>,
    keys: Option<(Version, Vec<Key>)>,
}

type Key = (KeyPurpose, Vec<u8>);

impl Rows {
    async fn of(s: &Stage) -> Self {
        let (stores, mut all) = (&s.world.stores, Vec::new());
        for id in TENANTS.map(tenant_id) {
            let keys = stores.key_records.read(&id).await.expect("the store answers");
            let key = |key: &KeyRecord| (key.purpose, key.material.expose().to_vec());
            all.push(Row {
                tenant: stores.tenants.read(&id).await.expect("the store answers"),
                clients: stores.clients.list(&id, None, 99).await.expect("the store answers"),
                accounts: stores.accounts.list(&id, None, 99).await.expect("the store answers"),
                tickets: stores.tickets.list(&id, Whose::Tenant, None).await.expect("it answers"),
                sessions: {
                    let sessions = stores.sessions.list(&id, None, None, 99).await;
                    sessions.expect("the store answers")
                },
                consents: {
                    let own = subject(&format!("user-{}", own_name(id.as_str())));
                    let consents = stores.consents.list(&id, &own, None, 99).await;
                    consents.expect("the store answers")
                },
                keys: keys.map(|keys| (keys.version, keys.keys.iter().map(key).collect())),
            });
        }
        Self(all)
    }
}
