//! A client that registers itself, reads, changes and deletes itself, with a secret in every place.

use crate::{
    requests::{Caller, TOKEN},
    wire::{Request, post},
};

const REGISTER: &str = "/oauth/acme/register";

impl Caller<'_> {
    /// From its registration to its end.
    pub fn registers(&mut self, wrong: &str) {
        let uris = "\"redirect_uris\":[\"https://app.example.com/cb\"]";
        let own = format!("{{{uris},\"grant_types\":[\"client_credentials\"]}}");
        // The one answer that shows them.
        let first = json("POST", REGISTER, &own).send(self.at);
        assert_eq!(first.status, 201, "{}", first.whole);
        let text = |name| first.text(name);
        let (id, secret, token) =
            (text("client_id"), text("client_secret"), text("registration_access_token"));
        self.run.canaries.add_token("registered secret", &secret);
        self.run.canaries.add_token("registration token", &token);
        let place = format!("{REGISTER}/{id}");
        let by = |request: Request, token: &str| {
            request.with("Authorization", format!("Bearer {token}"))
        };
        for body in [
            format!("{{{uris},\"client_name\":\"{wrong}\\n\"}}"),
            format!("{{{uris},\"logo_uri\":\"x{wrong}\"}}"),
            format!("{{\"redirect_uris\":[\"{wrong}\"]}}"),
            format!(
                "{{{uris},\"jwks\":{{\"keys\":[{{\"d\":\"{wrong}\"}}]}},\
                     \"token_endpoint_auth_method\":\"private_key_jwt\"}}"
            ),
            format!("{{{uris},\"scope\":\"\\\"{wrong}\"}}"),
            format!("{{{uris} {wrong}"),
        ] {
            self.ask(400, json("POST", REGISTER, &body));
            self.ask(401, by(json("PUT", &place, &body), wrong));
        }
        self.ask(401, by(json("POST", REGISTER, &own), wrong));
        self.ask(401, by(json("POST", REGISTER, &own), &token));
        self.ask(401, by(json("GET", &place, ""), &secret));
        self.ask(401, by(json("GET", &format!("{REGISTER}/{wrong}"), ""), &token));
        self.ask(400, json("GET", &format!("{place}?access_token={token}"), ""));
        let shows = ["registration token"];
        let read = by(json("GET", &place, ""), &token).send(self.at);
        assert_eq!(read.status, 200, "{}", read.whole);
        self.look_beside(&read, "a client that reads itself", &shows);
        let put = |secret: &str| {
            let body = format!(
                "{{{uris},\"client_id\":\"{id}\",\"grant_types\":[\"client_credentials\"],\
                 \"client_secret\":\"{secret}\"}}"
            );
            by(json("PUT", &place, &body), &token)
        };
        self.ask(400, put(wrong));
        let changed = put(&secret).send(self.at);
        assert_eq!(changed.status, 200, "{}", changed.whole);
        self.look_beside(&changed, "a client that changes itself", &shows);
        let asks = [
            ("grant_type", "client_credentials"),
            ("client_id", &*id),
            ("client_secret", &*secret),
        ];
        // Its default is the one way in the header.
        self.ask(401, post(TOKEN, &asks));
        self.ask(204, by(json("DELETE", &place, ""), &token));
        self.ask(401, by(json("DELETE", &place, ""), &token));
    }
}

fn json(method: &'static str, path: &str, body: &str) -> Request {
    Request {
        method,
        target: path.to_owned(),
        headers: vec![("Content-Type", "application/json".to_owned())],
        body: body.as_bytes().to_vec(),
    }
}
