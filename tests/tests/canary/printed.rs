//! Every public type, with a secret in it where it can hold one, as a log would print it.

use std::{sync::Arc, time::Duration};

use grantry as root;
use grantry::{KeyKind, KeyRotation, KeyStage, SecretAge, ports, types};
use grantry_actix as actix;
use grantry_axum as axum;
use grantry_conformance::{Stage, World, get, tenant_id};
use grantry_warp as warp;
use tokio::runtime::Handle;

use crate::{
    canaries::{Canaries, mark},
    operator,
};

/// What a value prints, on one line and on many.
macro_rules! rows {
    ($($room:ident { $($name:ident $(<$life:lifetime>)? $([$of:ty])? = $value:expr;)* })*) => {
        vec![$($({
            let value: $room::$name $(<$life>)? $(<$of>)? = $value;
            (concat!(stringify!($room), "::", stringify!($name)), format!("{value:?} {value:#?}"))
        },)*)*]
    };
}

/// A world with secrets that are known again.
pub struct Secrets {
    pub stage: Stage,
    pub canaries: Canaries,
    /// One that is put into whatever takes a text.
    mark: String,
    access: String,
    made: root::RegisteredClient,
}

impl Secrets {
    pub async fn new() -> Self {
        let (stage, mut canaries) = (Stage::reference().await, Canaries::default());
        let mark = mark("printed", "secret");
        canaries.add("secret", mark.as_bytes());
        let backend = stage.world.secret("acme", "backend");
        canaries.add("client secret", backend.as_bytes());
        for (name, secret) in operator::kept(&stage.world.stores).await {
            canaries.add(&name, &secret);
        }
        let tokens = stage.tokens("acme", "app").await;
        canaries.add_token("access token", &tokens.access);
        canaries.add_token("refresh token", &tokens.refresh);
        let new = root::NewClient::confidential("made");
        let made = stage.world.server.admin().create_client(&tenant_id("acme"), new).await.unwrap();
        let drawn = made.secret.clone().unwrap();
        canaries.add("drawn secret", drawn.expose().as_bytes());
        Self { stage, canaries, mark, access: tokens.access, made }
    }

    pub async fn printed(&self) -> Vec<(&'static str, String)> {
        let World { server, stores, guards, .. } = &self.stage.world;
        let (mark, admin) = (&*self.mark, server.admin());
        let sent = types::GrantParameters::from_iter([("assertion", mark)]);
        let for_whom: types::Audiences = World::AUDIENCE.parse().unwrap();
        let mut beside = types::ResponseParameters::new();
        beside.insert("issued", mark).unwrap();
        let acme = tenant_id("acme");
        let mut parts = get("/me").into_parts().0;
        parts.headers.insert("authorization", format!("Bearer {}", self.access).parse().unwrap());
        let access = guards.acme.check(&parts).await.unwrap();
        let denied = || root::Denied::new(root::Denial::Invalid, Some("https://id.example.com"));
        let tenant = stores.tenants.read(&acme).await.unwrap().unwrap();
        let client =
            stores.clients.read(&acme, &"backend".parse().unwrap()).await.unwrap().unwrap();
        let ticket = self.stage.ticket("acme", &self.access).await;
        let page = stores.tickets.list(&acme, types::Whose::Tenant, None).await.unwrap();
        let keys = stores.key_records.read(&acme).await.unwrap().unwrap();
        let (secret, now) = (types::ClientSecret::from(mark), types::Timestamp::EPOCH);
        let bytes = <[u8; 32]>::try_from(&mark.as_bytes()[..32]).unwrap();
        let sender = || types::Sender {
            key: types::SenderKey::from_bytes(bytes),
            proof: types::JwtId::from_bytes(bytes),
            made_at: now,
            until: now,
        };
        let presented = || types::PresentedSecret {
            method: types::ClientAuthMethod::Post,
            secret: secret.clone(),
        };
        let password = || types::Password::from(mark);
        let alice: types::Username = "alice".parse().unwrap();
        let uri: types::RedirectUri = World::REDIRECT.parse().unwrap();
        let errors = mistakes(mark);
        let (user, app) = ("user-alice".parse::<types::Subject>().unwrap(), client.id.clone());
        let reply = || types::ReplyTo {
            redirect_uri: uri.clone(),
            mode: types::ResponseMode::FormPost,
            state: Some(mark.into()),
        };
        let proof = || types::Proof { at: now, methods: ["pwd".into()].into(), class: None };
        let verifier: types::Verifier = format!("{mark:v<43}").parse().unwrap();
        let device = || types::Device {
            grant: ticket.id,
            key: 1,
            source: Some("192.0.2.1".into()),
            expires_at: now,
        };
        let user_code: types::UserCode = "WDJB-MJHT".parse().unwrap();
        let read: types::Scope = "read".parse().unwrap();
        let authorized =
            || types::Authorized { session: None, proof: proof(), nonce: None, claims: None };
        let client_keys = grantry_conformance::KeyHolder::eddsa("key").jwks();
        let claims = || -> types::ClaimsRequest {
            format!(r#"{{"id_token":{{"sub":{{"value":"{mark}"}},"name":{{"value":"{mark}"}}}}}}"#)
                .parse()
                .unwrap()
        };
        let said = || {
            let mut claims = types::ClaimSet::new();
            claims.insert("name", mark).unwrap();
            claims
        };
        rows! {
            root {
                Access = access.clone();
                Admin = admin.clone();
                AdminError = admin.create_user(&acme, root::NewUser::hashed("x", mark)).await.unwrap_err();
                CacheConfig = root::CacheConfig::default();
                ConfigError = server.guard(World::AUDIENCE).tenant("ACME").unwrap_err();
                Denial = denied().denial().clone();
                Denied = denied();
                Endpoint = root::Endpoint::Token;
                Guard = guards.acme.clone();
                GuardBuilder = server.guard(World::AUDIENCE);
                HashingPoolConfig = root::HashingPoolConfig::default();
                InitialAccess = root::InitialAccess::once(Duration::MAX);
                KeyInfo = admin.keys(&acme).await.unwrap().remove(0);
                KeyKind = KeyKind::Signing;
                KeyRotation = KeyRotation::AtOnce;
                KeyStage = KeyStage::Active;
                MasterKey = root::MasterKey::new(bytes);
                MasterKeyError = mark.parse::<root::MasterKey>().unwrap_err();
                MemoryStore = { let own = root::MemoryStore::default(); fill(&own, stores).await; own };
                MemoryTickets = { let own = root::MemoryTickets::default(); ports::Tickets::issue(&own, &acme, &ticket).await.unwrap(); own };
                NewClient = root::NewClient::confidential("x").secret_hashes([types::SecretHash::from_bytes(bytes)]);
                NewUser = root::NewUser::new("x", password()).claim("name", mark);
                ProofFault = root::ProofFault::Replayed;
                Provision = root::Provision::parse(&file(mark), "file.toml", |_| None).unwrap();
                ProvisionError = errors.iter().next().unwrap().clone();
                ProvisionErrors = errors.clone();
                Provisioned = root::Provisioned::default();
                RegisteredClient = self.made.clone();
                ResumeError = server.interaction(mark).await.unwrap_err();
                Route = server.routes().next().unwrap();
                SealedKeys = root::SealedKeys::new(stores.key_records.clone(), root::MasterKey::new(bytes));
                SecretAge = SecretAge::Older;
                Server = server.clone();
                ServerBuilder = root::Server::builder("https://id.example.com/{tenant}").store(stores.clone());
                SystemClock = root::SystemClock;
                SystemEntropy = root::SystemEntropy;
                ThrottleConfig = root::ThrottleConfig::default();
                TracingEvents = root::TracingEvents;
                Unreadable = root::Unreadable::Sealed { tenant: acme.clone(), why: ports::SealError::Damaged };
            }
            ports {
                AccountChange = ports::AccountChange::Taken;
                Admission = ports::Admission::Wait(Duration::MAX);
                Attempt = ports::Attempt { tenant: acme.clone(), name: "alice".into(), source: None };
                Change = ports::Change::Lost;
                Create = ports::Create::Conflict;
                ExtensionAnswer = ports::ExtensionAnswer::user(user.clone(), now).beside(beside.clone());
                ExtensionRefusal = ports::ExtensionRefusal::Missing("voucher");
                ExtensionRequest<'_> = ports::ExtensionRequest::new(&acme, &app, &sent, &read, &for_whom, now);
                ExtensionVerdict = ports::ExtensionAnswer::client().beside(beside.clone()).into();
                RegistrarVerdict = ports::RegistrarVerdict::Welcome;
                Registering<'_> = ports::Registering::new(&acme, &client, [("x".to_owned(), mark.into())].into_iter().collect());
                ClaimsAbout<'_> = ports::ClaimsAbout::new(&acme, &app, Some(&user), &read);
                Cursor = ports::Cursor(ticket.id);
                Deed = ports::Deed::UserCreated;
                Devices = ports::Devices::default();
                EntropyError = ports::EntropyError;
                Event = ports::Event::new(acme.clone(), now, ports::EventKind::Held);
                EventKind = ports::EventKind::Refused("credentials");
                Guesses = ports::Guesses::default();
                InvalidKey = ports::VerifyingKey::eddsa(&bytes[1..]).unwrap_err();
                KeyMaterial = ports::KeyMaterial::new(mark.into());
                KeyPurpose = keys.keys[0].purpose;
                KeyRecord = keys.keys[0].clone();
                KeySet = keys.clone();
                KeySpan = keys.keys[0].span;
                Ledger = ports::Ledger::new(stores.tickets.clone(), ports::Tasks::on(Handle::current()));
                Newer = ports::Newer::Changed(keys.clone());
                Page = page;
                Pushes = ports::Pushes::default();
                SealError = ports::SealError::UnknownKey;
                Seen = ports::Seen::new(stores.jwt_ids.clone(), now, ports::Tasks::on(Handle::current()));
                Settled = ports::Settled::Right;
                SignIn = ports::SignIn::Accepted("user-alice".parse().unwrap());
                SignInError = ports::SignInError::Busy { retry_after: Duration::ZERO };
                FetchError = ports::FetchError::Unreachable("what a server says".into());
                Fetched = ports::Fetched { body: "{}".into(), max_age: None };
                StoreError = ports::StoreError::new("what the store says of itself");
                Stores = stores.clone();
                Tasks = ports::Tasks::on(Handle::current());
                TicketKey = ports::TicketKey::derive(1, &acme, &bytes);
                VerifyingKey = ports::VerifyingKey::eddsa(&[1; 32]).unwrap();
                Visits = ports::Visits::new(stores, ports::Tasks::on(Handle::current()));
            }
            types {
                AccessToken = types::AccessToken::from(mark);
                Account = { let mut row = types::Account::new(user.clone(), "x".into(), mark.into()); row.claims = Some(said().into()); row };
                AssertionAlg = types::AssertionAlg::Es256;
                AssertionKeys = types::AssertionKeys::At("https://a.example/jwks".parse().unwrap());
                HttpsUrl = "https://a.example/jwks".parse().unwrap();
                AssertionAudience = types::AssertionAudience::Issuer;
                Asked = types::Asked {
                    response_type: Some(mark.into()),
                    nonce: Some(mark.into()),
                    login_hint: Some(mark.into()),
                    id_token_hint: Some(mark.into()),
                    claims: Some(claims().into()),
                    ..types::Asked::default()
                };
                Audience = World::AUDIENCE.parse().unwrap();
                Audiences = World::AUDIENCE.parse().unwrap();
                AuthorizationRequest = types::AuthorizationRequest {
                    client: app.clone(),
                    reply: reply(),
                    named_redirect_uri: true,
                    scope: read.clone(),
                    resource: None,
                    nonce: Some(mark.into()),
                    challenge: Some(verifier.challenge()),
                    sender_key: Some(types::SenderKey::from_bytes(bytes)),
                    prompt: types::Set::new(),
                    max_age: None,
                    login_hint: Some(mark.into()),
                    hinted: None,
                    acr_values: Box::default(),
                    claims: Some(claims().into()),
                    ui_locales: Box::default(),
                };
                Authorized = types::Authorized { nonce: Some(mark.into()), claims: Some(mark.into()), ..authorized() };
                Binding = types::Binding::from_bytes(bytes);
                BrowserFacts<'_> = types::BrowserFacts::default();
                BrowserPolicy = (*tenant.policy.browser).clone();
                Caller = types::Caller { client: client.clone(), authenticated: true, surface: types::Surface::Direct, sender: Some(sender()) };
                Challenge = verifier.challenge();
                ClaimSet = said();
                ClaimsRequest = claims();
                Client = (*client).clone();
                ClientAuthMethod = types::ClientAuthMethod::Basic;
                ClientBrowser = types::ClientBrowser::default();
                ClientCredentials = types::ClientCredentials::Named { id: client.id.clone(), secret: Some(presented()) };
                ClientAssertion = types::ClientAssertion::from(mark);
                ClientAssertions = types::ClientAssertions::new(client_keys.parse::<types::ClientKeys>().unwrap());
                ClientKeys = client_keys.parse::<types::ClientKeys>().unwrap();
                ClientId = client.id.clone();
                ClientKind = client.kind.clone();
                ClientSecret = secret.clone();
                Code = types::Code::from(mark);
                CodeAnswer = types::CodeAnswer { code: mark.into() };
                CodeRequest = types::CodeRequest { username: alice.clone(), password: password(), redirect_uri: uri.clone() };
                Consent = types::Consent { subject: user.clone(), client: app.clone(), scope: read.clone(), audience: None, given_at: now };
                Device = device();
                DeviceAnswer = types::DeviceAnswer {
                    device_code: mark.into(),
                    user_code: user_code.clone(),
                    expires_in: Duration::ZERO,
                    interval: Duration::ZERO,
                };
                DeviceCode = types::DeviceCode::from(mark);
                DeviceNotice = types::DeviceNotice::Wrong;
                DeviceRequest = types::DeviceRequest { device: device(), client: app.clone(), scope: read.clone(), resource: None };
                DirectApi = types::DirectApi::Get;
                Dpop = types::Dpop::Allowed;
                EndReason = types::EndReason::Reused;
                Generation = types::Generation(7);
                GrantType = types::GrantType::Password;
                IdToken = types::IdToken::from(mark);
                InitialAccessToken = types::InitialAccessToken::from(mark);
                GrantParameters = sent.clone();
                InvalidParameter = types::ResponseParameters::new().insert("scope", mark).unwrap_err();
                ResponseParameters = beside.clone();
                InvalidClaims = types::ClaimSet::new().insert("sub", mark).unwrap_err();
                InvalidClient = types::Client::new("direct".parse().unwrap(), types::ClientKind::Public).check(&tenant.policy).unwrap_err();
                InvalidKeys = mark.parse::<types::ClientKeys>().unwrap_err();
                InvalidIssuer = format!("https://x:{mark}@id.example.com/{{tenant}}").parse::<types::IssuerTemplate>().unwrap_err();
                InvalidPolicy = { let mut bad = tenant.policy.clone(); bad.code_lifetime = Duration::MAX; bad.check().unwrap_err() };
                InvalidProxy = types::Proxies::parse(["x"]).unwrap_err();
                InvalidResource = types::InvalidResource::Tenants;
                InvalidScope = format!("{mark}\"").parse::<types::Scope>().unwrap_err();
                InvalidUri = format!("https://x:{mark}@app.example.com/").parse::<types::RedirectUri>().unwrap_err();
                InvalidUsername = format!("{mark}\0").parse::<types::Username>().unwrap_err();
                InvalidWord = mark.to_uppercase().parse::<types::TenantId>().unwrap_err();
                Issuer = server.issuer(&acme);
                IssuerTemplate = "https://id.example.com/{tenant}".parse().unwrap();
                JwtId = types::JwtId::of(types::JwtIdUse::Assertion, mark, mark);
                JwtIdUse = types::JwtIdUse::Revoked;
                Login = types::Login::new(user.clone(), now);
                LoginNotice = types::LoginNotice::Wrong;
                Message<'_> = types::Message::SignedOut;
                Next = ticket.ended(types::EndReason::Reused);
                Origin = "https://app.example.com".parse().unwrap();
                Parked = types::Parked { id: ticket.id, version: types::Version(0), expires_at: now, body: mark.as_bytes().into() };
                Password = password();
                Peer = types::Peer::default();
                Pkce = types::Pkce::Required;
                Policy = tenant.policy.clone();
                Presentation = types::Presentation {
                    generation: types::Generation::CODE,
                    client: client.id.clone(),
                    binding: Some(types::Binding::from_bytes(bytes)),
                    authenticated: true,
                    sender: Some(types::SenderKey::from_bytes(bytes)),
                    rotates: true,
                    refreshable: true,
                    window: Duration::ZERO,
                    access: Duration::ZERO,
                    idle: Duration::ZERO,
                    not_before: now,
                };
                Presented = types::Presented::Redeemed(ticket.clone());
                PresentedSecret = presented();
                PushedRequests = types::PushedRequests::Allowed;
                Prompt = types::Prompt::Login;
                Proof = proof();
                ProtectedResource = types::ProtectedResource::new(World::EACH);
                Proxies = types::Proxies::default();
                RedirectUri = uri.clone();
                RefreshToken = types::RefreshToken::from(mark);
                Registration = types::Registration::new(now, types::SecretHash::from_bytes(bytes));
                RegistrationAccess = types::RegistrationAccess::Open;
                RegistrationPolicy = types::RegistrationPolicy::default();
                RegistrationToken = types::RegistrationToken::from(mark);
                ReplyTo = reply();
                ResponseMode = types::ResponseMode::Query;
                Reach = types::Reach { audience: World::AUDIENCE.parse().unwrap(), scope: "read".parse().unwrap() };
                Resource = types::Resource::new(World::AUDIENCE.parse().unwrap(), "read".parse().unwrap());
                RequestUrl = format!("https://api.example.com/a?access_token={mark}").parse().unwrap();
                Rotation = types::Rotation::Always;
                Scope = "read".parse().unwrap();
                Set [types::GrantType] = types::Set::from([types::GrantType::Password]);
                SecretHash = types::SecretHash::from_bytes(bytes);
                Sender = sender();
                SenderKey = types::SenderKey::from_bytes(bytes);
                Session = types::Session {
                    id: ticket.id,
                    sid: ticket.id,
                    version: types::Version(0),
                    subject: user.clone(),
                    name: "alice".into(),
                    proof: proof(),
                    seen_at: now,
                    expires_at: now,
                    ends_at: now,
                };
                ShownToken = types::ShownToken::from(mark);
                SigningAlg = types::SigningAlg::EdDsa;
                Source = types::Source::of([192, 0, 2, 1].into());
                Standing = types::Standing::ACTIVE;
                Subject = "user-alice".parse().unwrap();
                SubjectType = types::SubjectType::Pairwise;
                Surface = types::Surface::Direct;
                Tenant = (*tenant).clone();
                TenantId = acme.clone();
                Ticket = {
                    let mut row = ticket.clone();
                    row.authorized = Some(types::Authorized { nonce: Some(mark.into()), ..authorized() }.into());
                    row
                };
                TicketId = ticket.id;
                TicketState = ticket.state;
                Timestamp = now;
                TokenAnswer = types::TokenAnswer {
                    access_token: mark.into(),
                    expires_in: Duration::ZERO,
                    refresh_token: Some(mark.into()),
                    scope: "read".parse().unwrap(),
                    id_token: Some(mark.into()),
                    sender_key: Some(types::SenderKey::from_bytes(bytes)),
                    beside: beside.clone(),
                };
                TokenKind = types::TokenKind::Code;
                TokenRequest = types::TokenRequest::RefreshToken { token: mark.into(), wanted: types::Wanted::default() };
                UserCode = user_code.clone();
                Username = alice.clone();
                Verifier = verifier;
                Version = types::Version(7);
                Wanted = types::Wanted::default();
                Whose = types::Whose::Tenant;
            }
            axum {
                Access = axum::Access(access.clone());
                Denied = axum::Denied(denied());
            }
            actix {
                Access = actix::Access(access.clone());
                Denied = actix::Denied(denied());
            }
            warp {
                Access = access.clone();
                Denied = warp::Denied(denied());
            }
        }
    }
}

/// A good file with secrets in it.
fn file(mark: &str) -> String {
    let file = include_str!("tenants.toml").replace("FILE", "no").replace("by-file", "by-value");
    let file = file.replace("JWKS", &grantry_conformance::KeyHolder::eddsa("canary").jwks());
    let file = file.replace("{ file = \"no\" }", "{ value = \"SUPPLIED\" }");
    let file = file.replace("{ env = \"GRANTRY_CANARY_SECRET\" }", "{ value = \"SUPPLIED\" }");
    file.replace("CLAIM", mark)
        .replace("SUPPLIED", mark)
        .replace("PROVISIONED", mark)
        .replace("PASSWORD", mark)
}

/// What is wrong with a file that has secrets in the wrong places.
pub fn mistakes(mark: &str) -> root::ProvisionErrors {
    let bad = file(mark).replace("{ value =", "{ plain =");
    root::Provision::parse(&bad, "file.toml", |_| None).unwrap_err()
}

/// Copies a tenant's rows that hold secrets.
async fn fill(to: &root::MemoryStore, from: &ports::Stores) {
    let (acme, keys) =
        (tenant_id("acme"), from.key_records.read(&tenant_id("acme")).await.unwrap());
    ports::KeyRecords::create(to, &acme, keys.unwrap()).await.unwrap();
    for client in from.clients.list(&acme, None, 9).await.unwrap() {
        ports::Clients::create(to, &acme, Arc::unwrap_or_clone(client)).await.unwrap();
    }
    for user in from.accounts.list(&acme, None, 9).await.unwrap() {
        ports::Accounts::create(to, &acme, Arc::unwrap_or_clone(user)).await.unwrap();
    }
}
