//! Every endpoint, grant and outcome, with a secret in every place of a request.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::STANDARD};
use grantry::ports::Clock;
use grantry_conformance::{JWT_BEARER, KeyHolder, World};

use crate::{
    child::Running,
    wire::{Answer, Request, get, post},
};

pub const TOKEN: &str = "/oauth/acme/token";
pub const DIRECT_TOKEN: &str = "/oauth/acme/token/direct";
pub const AUTHORIZE: &str = "/oauth/acme/authorize";
pub const DIRECT_AUTHORIZE: &str = "/oauth/acme/authorize/direct";
pub const REDIRECT: (&str, &str) = ("redirect_uri", World::REDIRECT);
/// Names of what a good answer hands out.
const TOKENS: [&str; 4] = ["code", "access_token", "refresh_token", "id_token"];

/// Somebody who asks one server, and looks at each answer.
pub struct Caller<'a> {
    pub run: &'a mut Running,
    pub at: SocketAddr,
    /// Tells names apart that are counted on one server.
    pub number: usize,
    /// How many answers there were.
    pub answers: usize,
}

impl Caller<'_> {
    /// Asks, and demands an answer with this status and no secret. A good one may hold tokens,
    /// which are secrets from now on.
    #[track_caller]
    pub fn ask(&mut self, status: u16, request: Request) -> Answer {
        let answer = request.send(self.at);
        assert_eq!(answer.status, status, "{} {}", request.method, request.target);
        self.look_at(&answer, &request.target);
        answer
    }

    /// Asks something that is refused, for whatever reason comes first.
    #[track_caller]
    pub fn ask_badly(&mut self, request: Request) {
        let answer = request.send(self.at);
        assert!((400..500).contains(&answer.status), "{} {}", request.method, request.target);
        self.look_at(&answer, &request.target);
    }

    #[track_caller]
    pub fn look_at(&mut self, answer: &Answer, what: &str) {
        self.look_beside(answer, what, &[]);
    }

    /// The same of an answer that has to show these.
    #[track_caller]
    pub fn look_beside(&mut self, answer: &Answer, what: &str, shown: &[&str]) {
        self.answers += 1;
        let mut found = self.run.canaries.within(answer.whole.as_bytes());
        found.retain(|name| !shown.contains(&&**name));
        if answer.status == 200 {
            found.retain(|name| !TOKENS.contains(&&**name));
            for name in TOKENS {
                let token = answer.text(name);
                if !token.is_empty() {
                    self.run.canaries.add_token(name, &token);
                }
            }
        }
        assert!(found.is_empty(), "{found:?} in the answer to {what}: {}", answer.whole);
    }

    /// The ways of a server on which nothing fails but what is asked.
    pub fn asks_for_everything(&mut self) {
        let (password, wrong) =
            (self.run.secret("provisioned password"), self.run.secret("wrong password"));
        for path in [TOKEN, DIRECT_TOKEN] {
            self.signs_in_directly(path, &password);
        }
        self.signs_in_by_clients(&password, &wrong);
        self.authenticates(&wrong);
        self.fails_until_it_waits(&wrong);
        self.passes_guards(&password, &wrong);
        self.visits(&password, &wrong);
        self.registers(&wrong);
    }

    /// The direct API, by GET or by POST.
    fn signs_in_directly(&mut self, path: &str, password: &str) {
        let by_get = path == TOKEN;
        let ask = |path, parameters: &[_]| {
            if by_get { get(path, parameters) } else { post(path, parameters) }
        };
        let authorize = if by_get { AUTHORIZE } else { DIRECT_AUTHORIZE };
        let alice = [("username", "alice"), ("password", password)];
        let wants = [("response_type", "code"), REDIRECT];
        let code = self.ask(200, ask(authorize, &[alice, wants].concat())).text("code");
        let elsewhere = ("redirect_uri", "https://other.example.com/");
        self.ask(400, ask(authorize, &[alice, [wants[0], elsewhere]].concat()));
        let with = ("grant_type", "authorize_code");
        self.ask(400, ask(path, &[with, ("code", &code), elsewhere]));
        let first = self.ask(200, ask(path, &[with, ("code", &code), REDIRECT]));
        self.ask(400, ask(path, &[with, ("code", &code), REDIRECT]));
        assert!(!first.text("refresh_token").is_empty(), "{first:?}");
        let with = ("grant_type", "password");
        let first = self.ask(200, ask(path, &[&[with][..], &alice].concat()));
        let (with, first) = (("grant_type", "refresh_token"), first.text("refresh_token"));
        let next =
            self.ask(200, ask(path, &[with, ("refresh_token", &first)])).text("refresh_token");
        self.ask(200, ask(path, &[with, ("refresh_token", &first)]));
        let (rest, last) = next.split_at(78);
        let forged = rest.to_owned() + if last == "A" { "B" } else { "A" };
        self.ask(400, ask(path, &[with, ("refresh_token", &forged)]));
        // Of the grant that ended when its code came back.
        self.ask(400, ask(path, &[with, ("refresh_token", &code)]));
    }

    /// `POST …/token` for clients.
    fn signs_in_by_clients(&mut self, password: &str, wrong: &str) {
        let secret = self.run.secret("supplied secret");
        let (alice, id) =
            ([("username", "alice"), ("password", password)], ("client_id", "backend"));
        let (grant, mine) = (("grant_type", "password"), ("client_secret", &*secret));
        let app = ("client_id", "app");
        let tokens = self.ask(200, post(TOKEN, &[&[grant, id, mine][..], &alice].concat()));
        self.ask(200, post(TOKEN, &[&[grant, app][..], &alice].concat()));
        self.ask(400, post(TOKEN, &[grant, id, mine, alice[0], ("password", wrong)]));
        self.ask(400, post(TOKEN, &[&[grant, id, mine, ("scope", "admin")][..], &alice].concat()));
        let (grant, token) = (("grant_type", "refresh_token"), tokens.text("refresh_token"));
        let shown = ("refresh_token", &*token);
        self.ask(200, post(TOKEN, &[grant, id, mine, shown]));
        self.ask(200, post(TOKEN, &[grant, id, mine, shown]));
        self.ask(400, post(TOKEN, &[grant, app, shown]));
        self.ask(400, post(TOKEN, &[grant, id, mine, ("refresh_token", wrong)]));
        let code =
            [("grant_type", "authorization_code"), ("code", wrong), ("code_verifier", wrong)];
        self.ask(400, post(TOKEN, &[&code[..], &[app, REDIRECT]].concat()));
        self.ask(400, post(TOKEN, &[("grant_type", wrong), app]));
    }

    /// Clients, by each way to say who they are.
    fn authenticates(&mut self, wrong: &str) {
        let own = ("grant_type", "client_credentials");
        let good = [
            ("backend", self.run.secret("supplied secret")),
            ("brought", self.run.secret("supplied secret")),
            ("by-env", self.run.secret("secret of the environment")),
            ("by-file", self.run.secret("secret of a file")),
        ];
        for (id, secret) in &good {
            self.ask(200, post(TOKEN, &[own, ("client_id", id), ("client_secret", secret)]));
            let basic = |secret: &str| STANDARD.encode(format!("{id}:{secret}"));
            let by = |value: String| post(TOKEN, &[own]).with("Authorization", value);
            self.ask(200, by(format!("Basic {}", basic(secret))));
            self.ask(401, by(format!("Basic {}", basic(wrong))));
            self.ask(401, by(format!("Basic {secret}")));
            self.ask(401, by(format!("Bearer {secret}")));
            self.ask(401, post(TOKEN, &[own, ("client_id", id), ("client_secret", wrong)]));
            self.ask(401, post(TOKEN, &[own, ("client_id", secret), ("client_secret", secret)]));
            let twice = by(format!("Basic {}", basic(secret)));
            self.ask(401, twice.with("Authorization", format!("Basic {}", basic(wrong))));
        }
        self.signs(wrong);
        let kinds = [("client_assertion", wrong), ("assertion", wrong), ("subject_token", wrong)];
        self.ask(401, post(TOKEN, &[&[own][..], &kinds].concat()).with("DPoP", wrong));
    }

    /// Clients that prove themselves by a key.
    fn signs(&mut self, wrong: &str) {
        let (own, key) = (("grant_type", "client_credentials"), KeyHolder::eddsa("canary"));
        let (now, number) = (grantry::SystemClock.now(), self.number);
        let mut made = 0;
        let mut sign = |audience: &str| {
            made += 1;
            let mut said = key.claims("keyed", audience, now);
            said["jti"] = format!("{number}-{made}").into();
            key.assert(&said)
        };
        let issuer = "https://id.example.com/oauth/acme";
        let (good, elsewhere) = (sign(issuer), sign("https://other.example.com"));
        for assertion in [&good, &elsewhere] {
            self.run.canaries.add_token("assertion", assertion);
        }
        let shown = |assertion| post(TOKEN, &[own, JWT_BEARER, ("client_assertion", assertion)]);
        self.ask(401, shown(&elsewhere));
        self.ask(401, shown(&good[..good.len() - 20]));
        self.ask(400, shown(&good).with("Authorization", "Basic a2V5ZWQ6eA=="));
        self.ask(200, shown(&good));
        self.ask(401, shown(&good));
        let elsewhere = [own, ("client_assertion_type", wrong), ("client_assertion", &*good)];
        self.ask(401, post(TOKEN, &elsewhere));
    }

    /// LG-05.
    fn fails_until_it_waits(&mut self, wrong: &str) {
        let name = format!("nobody-{}", self.number);
        let user = [("grant_type", "password"), ("username", &name), ("password", wrong)];
        for _ in 0..5 {
            self.ask(401, get(TOKEN, &user));
        }
        self.ask(429, get(TOKEN, &user));
        self.ask(429, post(DIRECT_TOKEN, &user));
        self.ask(429, post(TOKEN, &[&user[..], &[("client_id", "app")]].concat()));
    }

    /// The host's routes.
    fn passes_guards(&mut self, password: &str, wrong: &str) {
        let user = [("grant_type", "password"), ("username", "alice"), ("password", password)];
        let token = self.ask(200, post(DIRECT_TOKEN, &user)).text("access_token");
        for (status, path) in [
            (200, "/me"),
            (200, "/offline"),
            (200, "/api/acme/me"),
            (200, "/anyone"),
            (403, "/write"),
        ] {
            let by = |value: &str| get(path, &[]).with("Authorization", value);
            self.ask(status, by(&format!("Bearer {token}")));
            self.ask(401, by(&format!("Bearer {wrong}")));
            self.ask(401, by(&format!("Bearer {}", &token[..token.len() - 20])));
            self.ask(401, by(&format!("DPoP {token}")).with("DPoP", wrong));
            self.ask(400, by(&format!("Bearer {token} {token}")));
            self.ask(401, by(&format!("Basic {}", STANDARD.encode(format!("alice:{password}")))));
            self.ask(401, get(path, &[]).with("Cookie", format!("session={token}; x={wrong}")));
        }
        self.ask(400, get("/me", &[("access_token", &token)]));
        self.ask(500, get("/elsewhere", &[]).with("Authorization", format!("Bearer {token}")));
        for path in ["/nowhere", "/oauth/acme/nowhere", "/hello"] {
            let status = if path == "/hello" { 200 } else { 404 };
            self.ask(status, get(path, &user).with("Authorization", format!("Bearer {token}")));
        }
    }
}
