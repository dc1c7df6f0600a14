//! Every endpoint, grant and outcome, with a secret in every place of a request.

use std::net::SocketAddr;

use base64::{Engine, engine::general_purpose::STANDARD};
use grantry_conformance::{World, query};
use http::Version;

use crate::{
    child::Running,
    wire::{Answer, Request, exchange, get, post},
};

const TOKEN: &str = "/oauth/acme/token";
const DIRECT_TOKEN: &str = "/oauth/acme/token/direct";
const AUTHORIZE: &str = "/oauth/acme/authorize";
const DIRECT_AUTHORIZE: &str = "/oauth/acme/authorize/direct";
const REDIRECT: (&str, &str) = ("redirect_uri", World::REDIRECT);
/// Names of what a good answer hands out.
const TOKENS: [&str; 3] = ["code", "access_token", "refresh_token"];

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
    fn ask(&mut self, status: u16, request: Request) -> Answer {
        let answer = request.send(self.at);
        assert_eq!(answer.status, status, "{} {}", request.method, request.target);
        self.look_at(&answer, &request.target);
        answer
    }

    /// Asks something that is refused, for whatever reason comes first.
    #[track_caller]
    fn ask_badly(&mut self, request: Request) {
        let answer = request.send(self.at);
        assert!((400..500).contains(&answer.status), "{} {}", request.method, request.target);
        self.look_at(&answer, &request.target);
    }

    #[track_caller]
    fn look_at(&mut self, answer: &Answer, what: &str) {
        self.answers += 1;
        let mut found = self.run.canaries.within(answer.whole.as_bytes());
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
        let with = ("grant_type", "password");
        let first = match first.text("refresh_token") {
            gone if !gone.is_empty() => self.ask(200, ask(path, &[&[with][..], &alice].concat())),
            _ => panic!("{first:?}"),
        };
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
        let kinds = [("client_assertion", wrong), ("assertion", wrong), ("subject_token", wrong)];
        self.ask(401, post(TOKEN, &[&[own][..], &kinds].concat()).with("DPoP", wrong));
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

    /// What is wrong with a request before anybody reads what it asks for.
    pub fn asks_wrongly(&mut self) {
        let secret = self.run.secret("secret of a bad request");
        let user = [("grant_type", "password"), ("username", "alice"), ("password", &*secret)];
        let marked = |request: Request| {
            let basic = STANDARD.encode(format!("backend:{secret}"));
            request.with("Authorization", format!("Basic {basic}")).with("DPoP", &*secret)
        };
        for path in [TOKEN, DIRECT_TOKEN, AUTHORIZE, DIRECT_AUTHORIZE, "/oauth/acme/jwks.json"] {
            for method in ["HEAD", "PUT", "DELETE", "PATCH", "OPTIONS", "BREW"] {
                let status = if path.ends_with("json") && method == "HEAD" { 200 } else { 405 };
                self.ask(status, marked(get(path, &user).by(method)));
                let mut posted = marked(post(path, &user).by(method));
                posted.target += &format!("?password={secret}");
                self.ask(status, posted);
            }
        }
        for tenant in ["nobody", "ACME", "", &*secret] {
            self.ask(404, marked(get(&format!("/oauth/{tenant}/token"), &user)));
            self.ask(404, marked(post(&format!("/oauth/{tenant}/token"), &user)));
        }
        for tenant in ["closed", "stopped"] {
            self.ask(403, marked(get(&format!("/oauth/{tenant}/token"), &user)));
        }
        self.ask(403, get(TOKEN, &user).with("Sec-Fetch-Dest", "image"));
        self.ask(
            403,
            get(TOKEN, &user)
                .with("Sec-Fetch-Site", "cross-site")
                .with("Origin", format!("https://{secret}.example")),
        );
        self.ask(414, get(TOKEN, &[&user[..], &[("x", &"x".repeat(9000))]].concat()));
        self.ask(413, post(TOKEN, &[&user[..], &[("x", &"x".repeat(20_000))]].concat()));
        for path in [TOKEN, DIRECT_TOKEN, DIRECT_AUTHORIZE] {
            for bad in ["%zz", "%ff%fe", "\u{1}%00", "&password=", "&password=%ff", "&x=%"] {
                let mut posted = post(path, &user);
                posted.body.extend(bad.as_bytes());
                self.ask_badly(posted);
            }
            self.ask_badly(marked(post(path, &user)).with("Content-Encoding", "gzip"));
            let mut json = post(path, &[]);
            json.headers[0].1 = "application/json".to_owned();
            json.body = format!("{{\"password\":\"{secret}\"}}").into_bytes();
            self.ask(415, json);
        }
        for bad in ["%zz", "%ff%fe", "&password=", "&x=%", "&password[]=x"] {
            let mut asked = get(TOKEN, &user);
            asked.target += bad;
            self.ask_badly(asked);
        }
        self.sends_what_is_no_request(&secret);
    }

    /// What a framework refuses before it is a request, or never gets to the end of.
    fn sends_what_is_no_request(&mut self, secret: &str) {
        let user = [("grant_type", "password"), ("username", "alice"), ("password", secret)];
        let length = self.run.secret("length that is none");
        for (at, head) in [
            format!("GET {TOKEN}?password={secret}\u{1} HTTP/1.1\r\nHost: a\r\n\r\n"),
            format!("GET {TOKEN}?password={secret} HTTP/9.9\r\nHost: a\r\n\r\n"),
            format!("GET {TOKEN}?password={secret} HTTP/1.1\r\nHost: a\r\nAuthorization {secret}\r\n\r\n"),
            format!("POST {TOKEN} HTTP/1.1\r\nHost: a\r\nDPoP: \u{0}{secret}\r\n\r\n"),
            format!("POST {TOKEN} HTTP/1.1\r\nHost: a\r\nContent-Length: {length}\r\n\r\n"),
            format!("POST {TOKEN} HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n{secret}\r\n"),
            format!("{secret}\r\n\r\n"),
        ]
        .into_iter()
        .enumerate()
        {
            let answer = exchange(self.at, head.as_bytes(), true);
            self.look_at(&answer, &format!("bytes {at}"));
        }
        for request in [get(TOKEN, &user), post(TOKEN, &user), post(DIRECT_TOKEN, &user)] {
            let answer = request.send_half(self.at);
            self.look_at(&answer, "half a request");
        }
    }

    /// The same by HTTP/2, of which another crate tells.
    pub async fn asks_by_http2(&mut self) {
        let (password, wrong) =
            (self.run.secret("provisioned password"), self.run.secret("wrong password"));
        let client = reqwest::Client::builder().no_proxy().http2_prior_knowledge().build().unwrap();
        let base = format!("http://{}", self.at);
        for (status, password) in [(200, &password), (401, &wrong)] {
            let user = [("grant_type", "password"), ("username", "alice"), ("password", password)];
            let got = client.get(format!("{base}{TOKEN}?{}", query(&user))).send();
            let posted = client
                .post(format!("{base}{DIRECT_TOKEN}"))
                .header("Content-Type", "application/x-www-form-urlencoded")
                .header("Authorization", format!("Bearer {wrong}"))
                .header("Cookie", &wrong)
                .header("DPoP", &wrong)
                .body(query(&user))
                .send();
            for answer in [got.await.unwrap(), posted.await.unwrap()] {
                assert_eq!((answer.version(), answer.status().as_u16()), (Version::HTTP_2, status));
                let whole =
                    format!("{:?}\r\n\r\n", answer.headers()) + &answer.text().await.unwrap();
                self.look_at(&Answer { status, whole }, "a request by HTTP/2");
            }
        }
    }

    /// A server whose host's directory fails, panics and has no time.
    pub fn asks_on_a_bad_day(&mut self) {
        let password = self.run.secret("password");
        for (name, rpc, rfc) in
            [("panics", 500, 500), ("fails", 503, 503), ("waits", 503, 503), ("own", 401, 400)]
        {
            // Five of a name are free, on all frameworks together.
            let name = format!("{name}-{}", self.number);
            let user = [("username", &*name), ("password", &*password)];
            let grant = [("grant_type", "password")];
            let code = [("response_type", "code"), REDIRECT];
            self.ask(rpc, get(AUTHORIZE, &[&user[..], &code].concat()));
            self.ask(rpc, post(DIRECT_AUTHORIZE, &[&user[..], &code].concat()));
            self.ask(rpc, get(TOKEN, &[&user[..], &grant].concat()));
            self.ask(rpc, post(DIRECT_TOKEN, &[&user[..], &grant].concat()));
            let app = [grant[0], ("client_id", "app")];
            self.ask(rfc, post(TOKEN, &[&user[..], &app].concat()));
        }
    }

    /// A server whose store of grants fails, with tokens of one where it does not.
    pub fn asks_without_a_store(&mut self, well: SocketAddr) {
        let password = self.run.secret("provisioned password");
        let user = [("grant_type", "password"), ("username", "alice"), ("password", &*password)];
        let down = std::mem::replace(&mut self.at, well);
        let good = self.ask(200, post(DIRECT_TOKEN, &user));
        let alice = [user[1], user[2], ("response_type", "code"), REDIRECT];
        let code = self.ask(200, get(AUTHORIZE, &alice)).text("code");
        self.at = down;
        self.ask(503, get(TOKEN, &user));
        self.ask(503, get(AUTHORIZE, &alice));
        let token = good.text("refresh_token");
        self.ask(503, get(TOKEN, &[("grant_type", "refresh_token"), ("refresh_token", &token)]));
        let redeem = [("grant_type", "authorize_code"), ("code", &*code), REDIRECT];
        self.ask(503, post(DIRECT_TOKEN, &redeem));
        let bearer = format!("Bearer {}", good.text("access_token"));
        self.ask(503, get("/me", &[]).with("Authorization", bearer));
    }
}
