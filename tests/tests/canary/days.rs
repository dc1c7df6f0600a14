//! Servers on a bad day, and the same by HTTP/2.

use std::net::SocketAddr;

use grantry_conformance::query;
use http::Version;

use crate::{
    requests::{AUTHORIZE, Caller, DIRECT_AUTHORIZE, DIRECT_TOKEN, REDIRECT, TOKEN},
    visits::USERINFO,
    wire::{Answer, get, post},
};

impl Caller<'_> {
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
            let page = if name.starts_with("own") { 403 } else { rpc };
            self.signs_in_on_a_bad_day(page, &format!("{name}-here"), &password);
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
        self.ask(503, get("/me", &[]).with("Authorization", &bearer));
        self.ask(503, get(USERINFO, &[]).with("Authorization", bearer));
        self.allows_without_a_store(&password);
    }
}
