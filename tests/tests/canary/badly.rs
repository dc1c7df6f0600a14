//! Requests that are refused before anybody reads what they ask for, and those that are none.

use base64::{Engine, engine::general_purpose::STANDARD};

use crate::{
    requests::{AUTHORIZE, Caller, DIRECT_AUTHORIZE, DIRECT_TOKEN, TOKEN},
    visits::{INTERACTION, LOGOUT, USERINFO},
    wire::{Request, exchange, get, post},
};

impl Caller<'_> {
    /// What is wrong with a request before anybody reads what it asks for.
    pub fn asks_wrongly(&mut self) {
        let secret = self.run.secret("secret of a bad request");
        let user = [("grant_type", "password"), ("username", "alice"), ("password", &*secret)];
        let marked = |request: Request| {
            let basic = STANDARD.encode(format!("backend:{secret}"));
            request.with("Authorization", format!("Basic {basic}")).with("DPoP", &*secret)
        };
        for path in [
            TOKEN,
            DIRECT_TOKEN,
            AUTHORIZE,
            DIRECT_AUTHORIZE,
            INTERACTION,
            LOGOUT,
            USERINFO,
            "/oauth/acme/jwks.json",
        ] {
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
}
