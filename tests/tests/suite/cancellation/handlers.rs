//! Every handler there is: each endpoint by each method that it answers, for each grant.

use std::{collections::BTreeSet, sync::Arc};

use bytes::Bytes;
use grantry::{
    Endpoint::{
        self, Authorize, AuthorizeDirect, Introspect, Jwks, Metadata, ProtectedResource, Revoke,
        Token, TokenDirect,
    },
    MemoryStore, ServerBuilder,
    types::GrantType::{
        self, AuthorizationCode, ClientCredentials, DeviceCode, Extension, Password, RefreshToken,
    },
};
use grantry_conformance::{
    ALICE, JWT_BEARER, PASSWORD, Stage, World, alice_asks_for_a_code, form, get, query, run,
    with_proof,
};
use http::Request;

use super::{
    lent::{VOUCHER, Vouchers},
    registering::REGISTRATIONS,
    scene::{offers_exchange, with},
    visits::{self, VISITS},
};

/// A handler, and what it does.
#[derive(Clone, Copy, Debug)]
pub struct Handler {
    endpoint: Endpoint,
    method: &'static str,
    grant: Option<GrantType>,
    pub act: Act,
}

/// What a handler does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Shows something.
    Show,
    /// Issues a token that belongs to no grant.
    IssueAlone,
    /// The same for a client that proves itself by an assertion, which counts once.
    Prove,
    /// The same for a client that proves to have a key, by a proof that counts once.
    ProveKey,
    /// Signs Alice in and begins a grant with tokens.
    SignIn,
    /// Begins one for whom the host names.
    Exchange,
    /// The same with a code.
    IssueCode,
    /// Exchanges a code.
    Redeem,
    /// Replaces a refresh token.
    Refresh,
    /// The same, for a part of the scope.
    Narrow,
    /// Ends a grant.
    GiveUp,
    /// Remembers that a token which belongs to no grant counts no more.
    GiveUpAlone,
    /// Says what a refresh token is good for.
    Look,
    /// Says what an access token that belongs to no grant is good for.
    LookAlone,
}

/// All of them.
#[rustfmt::skip]
pub const HANDLERS: [Handler; 26] = [
    handler(Token, "POST", Some(ClientCredentials), Act::IssueAlone),
    handler(Token, "POST", Some(ClientCredentials), Act::Prove),
    handler(Token, "POST", Some(ClientCredentials), Act::ProveKey),
    handler(Token, "POST", Some(Extension), Act::Exchange),
    handler(Token, "POST", Some(Password), Act::SignIn),
    handler(Token, "POST", Some(RefreshToken), Act::Refresh),
    handler(Token, "POST", Some(RefreshToken), Act::Narrow),
    handler(Token, "GET", Some(Password), Act::SignIn),
    handler(Token, "GET", Some(AuthorizationCode), Act::Redeem),
    handler(Token, "GET", Some(RefreshToken), Act::Refresh),
    handler(TokenDirect, "POST", Some(Password), Act::SignIn),
    handler(TokenDirect, "POST", Some(AuthorizationCode), Act::Redeem),
    handler(TokenDirect, "POST", Some(RefreshToken), Act::Refresh),
    handler(Authorize, "GET", None, Act::IssueCode),
    handler(Authorize, "POST", None, Act::Show),
    handler(AuthorizeDirect, "POST", None, Act::IssueCode),
    handler(Revoke, "POST", None, Act::GiveUp),
    handler(Revoke, "POST", None, Act::GiveUpAlone),
    handler(Introspect, "POST", None, Act::Look),
    handler(Introspect, "POST", None, Act::LookAlone),
    handler(Metadata, "GET", None, Act::Show),
    handler(Metadata, "HEAD", None, Act::Show),
    handler(Jwks, "GET", None, Act::Show),
    handler(Jwks, "HEAD", None, Act::Show),
    handler(ProtectedResource, "GET", None, Act::Show),
    handler(ProtectedResource, "HEAD", None, Act::Show),
];

const fn handler(
    endpoint: Endpoint,
    method: &'static str,
    grant: Option<GrantType>,
    act: Act,
) -> Handler {
    Handler { endpoint, method, grant, act }
}

impl Handler {
    /// Whether it is for the tenant's own applications.
    pub fn is_direct(&self) -> bool {
        (self.endpoint, self.method) != (Token, "POST")
            && !matches!(self.endpoint, Revoke | Introspect)
    }

    /// Whether the client proves itself.
    fn is_proven(&self) -> bool {
        use Act::{GiveUpAlone, IssueAlone, Look, LookAlone, ProveKey};
        matches!(self.act, IssueAlone | ProveKey | GiveUpAlone | Look | LookAlone)
    }

    /// A request for it, with a code, refresh token, assertion or proof where it takes one.
    pub fn request(&self, s: &Stage, token: &str) -> Request<Bytes> {
        let mut parameters = match self.act {
            Act::Show => vec![],
            Act::IssueAlone | Act::ProveKey | Act::Exchange => vec![],
            Act::GiveUp | Act::GiveUpAlone | Act::Look | Act::LookAlone => vec![("token", token)],
            Act::Prove => vec![JWT_BEARER, ("client_assertion", token)],
            Act::SignIn => vec![ALICE, PASSWORD],
            Act::IssueCode => alice_asks_for_a_code().to_vec(),
            Act::Redeem => vec![("code", token), ("redirect_uri", World::REDIRECT)],
            Act::Refresh => vec![("refresh_token", token)],
            Act::Narrow => vec![("refresh_token", token), ("scope", "read")],
        };
        parameters.extend(self.grant.map(|grant| ("grant_type", on_the_wire(grant))));
        if self.is_proven() {
            let secret = s.world.secret("acme", "backend");
            parameters.extend([("client_id", "backend"), ("client_secret", secret)]);
        } else if !self.is_direct() && self.act != Act::Prove {
            parameters.push(("client_id", "app"));
        }
        let request = self.with(s, &parameters);
        match self.act {
            Act::ProveKey => with_proof(request, token),
            _ => request,
        }
    }

    fn with(&self, s: &Stage, parameters: &[(&str, &str)]) -> Request<Bytes> {
        let route = s.world.server.routes().find(|route| route.endpoint == self.endpoint).unwrap();
        let path = route.path.replace("{tenant}", "acme");
        let mut request = match self.method {
            "POST" => form(&path, parameters),
            _ => get(&format!("{path}?{}", query(parameters))),
        };
        *request.method_mut() = self.method.parse().unwrap();
        request
    }
}

/// A grant that is added does not compile until it stands here.
fn grants() -> [GrantType; 6] {
    match ClientCredentials {
        AuthorizationCode | ClientCredentials | Password | RefreshToken | DeviceCode
        | Extension => {
            [AuthorizationCode, ClientCredentials, Password, RefreshToken, DeviceCode, Extension]
        }
    }
}

fn on_the_wire(grant: GrantType) -> &'static str {
    match grant {
        Extension => VOUCHER,
        own => own.as_str(),
    }
}

/// The server itself is asked what it answers, so that nothing new is forgotten.
#[test]
fn every_endpoint_method_and_grant_has_its_row() {
    run(async {
        let world = World::new(MemoryStore::default()).await;
        let lend = |builder: ServerBuilder| builder.extension_grant(VOUCHER, Arc::new(Vouchers));
        let s = &with(world, &Arc::default(), lend).await;
        visits::offers_devices(&s.world.server).await;
        offers_exchange(&s.world.server).await;
        let endpoints = s.world.server.routes().map(|route| route.endpoint);
        let answered = endpoints.flat_map(|endpoint| {
            let methods = endpoint.allow().split(", ");
            methods.map(move |method| (format!("{endpoint:?}"), method))
        });
        let rows = HANDLERS.iter().map(|row| (row.endpoint, row.method));
        let rows = rows.chain(VISITS.iter().map(|(endpoint, method, _)| (*endpoint, *method)));
        let rows = rows.chain(REGISTRATIONS);
        let rows = rows.map(|(endpoint, method)| (format!("{endpoint:?}"), method));
        assert_eq!(rows.collect::<BTreeSet<_>>(), answered.collect());
        for (endpoint, method) in [(Token, "POST"), (Token, "GET"), (TokenDirect, "POST")] {
            let mut rows =
                HANDLERS.iter().filter(|row| (row.endpoint, row.method) == (endpoint, method));
            for grant in grants() {
                let bare = handler(endpoint, method, Some(grant), Act::Show);
                let parameters = [
                    ("grant_type", on_the_wire(grant)),
                    ("client_id", "app"),
                    ("device_code", "x"),
                ];
                let answer = s.send(bare.with(s, &parameters)).await;
                let words = String::from_utf8_lossy(&answer.body).to_lowercase();
                let known = !words.contains("unsupported_grant_type");
                let codes = grant == AuthorizationCode;
                let visit = codes && VISITS.contains(&(endpoint, method, visits::Act::Redeem));
                let polled =
                    grant == DeviceCode && VISITS.contains(&(endpoint, method, visits::Act::Poll));
                let listed = visit || polled || rows.clone().any(|row| row.grant == Some(grant));
                assert_eq!(known, listed, "{grant:?} at {endpoint:?} by {method}: {words}");
            }
            assert!(rows.all(|row| row.grant.is_some()));
        }
    });
}
