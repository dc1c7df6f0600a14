//! A user in a browser, step by step and by all the wrong ways, with a secret in every place of a request.
//! What an answer has to show stands beside each request; in no other answer it may stand, and in no log.

use crate::{
    requests::{AUTHORIZE, Caller, REDIRECT, TOKEN},
    tab::{CLAIM, CONFIRM, HANDLE, NONCE, SESSION, STATE, Tab, location, pairs},
    wire::{get, post},
};

pub const INTERACTION: &str = "/oauth/acme/interaction";
pub const DEVICE: &str = "/oauth/acme/device";
pub const PAR: &str = "/oauth/acme/par";
pub const USERINFO: &str = "/oauth/acme/userinfo";
pub const LOGOUT: &str = "/oauth/acme/logout";
pub const REVOKE: &str = "/oauth/acme/revoke";
pub const INTROSPECT: &str = "/oauth/acme/introspect";

impl Caller<'_> {
    /// From the client's request to sign-out.
    pub fn visits(&mut self, password: &str, wrong: &str) {
        let mut tab = Tab::default();
        // On the second framework she has allowed it already.
        let handle = self.arrives(&mut tab, &[("prompt", "consent")]);
        self.answers_wrongly(&mut tab, &handle, password, wrong);
        let user = [("username", "alice"), ("password", password), ("action", "sign-in")];
        let handle = self.answers(&mut tab, &handle, &user);
        let allow = [("interaction", &*handle), ("action", "allow")];
        let code = self.brings_a_code(&mut tab, post(INTERACTION, &allow));
        self.browse(&mut tab, 403, post(INTERACTION, &allow), &[]);
        let verifier = self.verifier();
        let redeem = |code: &str, verifier: &str| {
            let own = [("grant_type", "authorization_code"), ("code", code), REDIRECT];
            post(TOKEN, &[&own[..], &[("client_id", "spa"), ("code_verifier", verifier)]].concat())
        };
        self.ask(400, redeem(&code, &wrong.repeat(2)));
        let tokens = redeem(&code, &verifier).send(self.at);
        // An ID token holds the nonce, and what the client asked for of the user.
        self.look_beside(&tokens, "the redemption", &[NONCE, CLAIM]);
        let (access, id_token) = (tokens.text("access_token"), tokens.text("id_token"));
        self.hears_of_the_user(&access, &id_token, wrong);
        self.shows_and_gives_up(&access, &tokens.text("refresh_token"), wrong);
        self.ask(400, redeem(&code, &verifier));
        self.asks_again(&mut tab, &id_token, password);
        self.pushes(&mut tab, &id_token, wrong);
        self.connects(&mut tab, wrong);
        self.signs_out(&mut tab, &id_token, wrong);
    }

    /// Answers that do not count, each with a password.
    fn answers_wrongly(&mut self, tab: &mut Tab, handle: &str, password: &str, wrong: &str) {
        let form = |handle, password| {
            let user = [("username", "alice"), ("password", password)];
            post(INTERACTION, &[&[("interaction", handle)], &user[..]].concat())
        };
        self.browse(tab, 403, form(handle, wrong), &[HANDLE]);
        self.browse(tab, 403, form(wrong, password), &[]);
        let other = form(handle, password).with("Origin", format!("https://{wrong}.example"));
        self.browse(tab, 403, other, &[]);
        self.browse(tab, 403, form(handle, password).with("Sec-Fetch-Site", "cross-site"), &[]);
        // Without the browser's cookie a handle is worth nothing.
        self.browse(&mut Tab::default(), 403, form(handle, password), &[]);
        self.browse(&mut Tab::default(), 403, get(INTERACTION, &[("handle", handle)]), &[]);
        let mut broken = form(handle, password);
        broken.body.extend(b"&password=&%zz");
        self.browse(tab, 400, broken, &[HANDLE]);
        let json = form(handle, password).with("Content-Encoding", "gzip");
        self.browse(tab, 415, json, &[]);
        let mut target = form(wrong, wrong);
        target.target += &format!("?handle={handle}&password={password}");
        self.browse(tab, 403, target, &[]);
        // Typed into the wrong field, it is shown there again, and nowhere else.
        let typed = [("interaction", handle), ("username", wrong), ("password", wrong)];
        self.browse(tab, 403, post(INTERACTION, &typed), &[HANDLE, "wrong password"]);
    }

    /// Userinfo.
    fn hears_of_the_user(&mut self, access: &str, id_token: &str, wrong: &str) {
        let by = |value: &str| get(USERINFO, &[]).with("Authorization", format!("Bearer {value}"));
        for request in [by(access), post(USERINFO, &[("access_token", access)])] {
            let answer = request.send(self.at);
            assert!(answer.status == 200 && answer.text("name").len() == 40, "{}", answer.whole);
            self.look_beside(&answer, USERINFO, &[CLAIM]);
        }
        for bad in [wrong, id_token, &access[..access.len() - 9]] {
            self.ask(401, by(bad));
            self.ask(401, post(USERINFO, &[("access_token", bad)]));
        }
        self.ask(400, get(USERINFO, &[("access_token", access)]));
        let twice = post(USERINFO, &[("access_token", access)]);
        self.ask(400, twice.with("Authorization", format!("Bearer {access}")));
    }

    /// Introspection and revocation, with tokens in every place that is none.
    fn shows_and_gives_up(&mut self, access: &str, refresh: &str, wrong: &str) {
        let secret = self.run.secret("supplied secret");
        let (api, spa) =
            ([("client_id", "backend"), ("client_secret", &*secret)], ("client_id", "spa"));
        let show = |token, more: &[_]| post(INTROSPECT, &[&[("token", token)], more].concat());
        let end = |token, more: &[_]| post(REVOKE, &[&[("token", token)], more].concat());
        for token in [access, refresh, wrong, &secret] {
            self.ask(200, show(token, &api));
            self.ask(401, show(token, &[spa]));
            self.ask(401, show(token, &[api[0], ("client_secret", wrong)]));
            self.ask(400, show(token, &[api[0], api[1], ("token", token)]));
            self.ask(401, end(token, &[api[0]]));
            self.ask(200, end(token, &api));
            self.ask(405, get(REVOKE, &[("token", token), spa]));
            self.ask(415, end(token, &[spa]).with("Content-Encoding", "gzip"));
            self.ask(200, end(token, &[spa, ("token_type_hint", token)]));
        }
        self.ask(401, get(USERINFO, &[]).with("Authorization", format!("Bearer {access}")));
    }

    /// Requests of a user who is signed in.
    fn asks_again(&mut self, tab: &mut Tab, id_token: &str, password: &str) {
        let asked = self.asks_for_a_user();
        let silent = [("prompt", "none"), ("id_token_hint", id_token)];
        self.brings_a_code(tab, get(AUTHORIZE, &pairs(&asked, &silent)));
        let posted = [silent[0], silent[1], ("response_mode", "form_post")];
        let sent = tab.dress(get(AUTHORIZE, &pairs(&asked, &posted))).send(self.at);
        let (_, code) = sent.whole.split_once("name=\"code\" value=\"").unwrap();
        self.run.canaries.add_token("code", &code[..79]);
        self.look_beside(&sent, "the way back by a form", &["code", STATE]);
        // Refused: the client hears why, with its state.
        for more in [("scope2", "x"), ("prompt", "none login"), ("request", password)] {
            let asked = pairs(&asked, &[more, ("max_age", "x")]);
            self.browse(tab, 303, get(AUTHORIZE, &asked), &[STATE]);
        }
        let nobody: Vec<_> = pairs(&asked, &[]).into_iter().skip(2).collect();
        self.browse(tab, 400, get(AUTHORIZE, &nobody), &[]);
        // A posted request goes on in a URL of ours: with what a client asks, never with a password.
        let stray = [("password", password), ("username", "alice"), ("code_verifier", password)];
        // What it said of itself it has to say there again, and a hint is part of that.
        let echoed = [STATE, NONCE, "id_token", CLAIM];
        let hint = [("id_token_hint", id_token)];
        let request = post(AUTHORIZE, &pairs(&asked, &[&stray[..], &hint].concat()));
        self.browse(tab, 303, request, &echoed);
        let mut request = post(AUTHORIZE, &pairs(&asked, &[]));
        request.target += &format!("?password={password}");
        self.browse(tab, 303, request, &echoed);
        // A page is left.
        let handle = self.arrives(tab, &[("prompt", "login"), ("login_hint", "alice")]);
        let cancel = [("interaction", &*handle), ("action", "cancel")];
        self.browse(tab, 303, post(INTERACTION, &cancel), &[STATE]);
    }

    /// A client pushes its request, and the browser brings nothing but the reference.
    fn pushes(&mut self, tab: &mut Tab, id_token: &str, wrong: &str) {
        let asked = self.asks_for_a_user();
        let silent = [("prompt", "none"), ("id_token_hint", id_token)];
        let pushed = post(PAR, &pairs(&asked, &silent)).send(self.at);
        assert_eq!(pushed.status, 201, "{}", pushed.whole);
        let urn = pushed.text("request_uri");
        let (_, token) = urn.split_once("grt_").unwrap();
        self.run.canaries.add_token("reference", &format!("grt_{token}"));
        self.look_beside(&pushed, PAR, &["reference"]);
        for bad in [
            [("request_uri", &*urn), ("state", wrong)],
            [("id_token_hint", wrong), ("prompt", "none")],
            [("client_id", "backend"), ("client_secret", wrong)],
            [("client_assertion", wrong), ("redirect_uri", wrong)],
            [("request", wrong), ("login_hint", wrong)],
        ] {
            self.ask_badly(post(PAR, &pairs(&asked, &bad)));
        }
        self.ask(405, get(PAR, &pairs(&asked, &silent)));
        for (status, client, reference) in [(400, "app", &*urn), (400, "spa", &urn[..100])] {
            let brought = [("client_id", client), ("request_uri", reference), ("state", wrong)];
            self.browse(tab, status, get(AUTHORIZE, &brought), &[]);
        }
        let brought = [("client_id", "spa"), ("request_uri", &*urn)];
        // What it said of itself it has to say there again.
        self.browse(tab, 303, post(AUTHORIZE, &brought), &["reference"]);
        self.brings_a_code(tab, get(AUTHORIZE, &brought));
        self.browse(tab, 400, get(AUTHORIZE, &brought), &[]);
    }

    /// A device on which nobody can sign in, which is let in, and one that is not.
    fn connects(&mut self, tab: &mut Tab, wrong: &str) {
        const CODES: [&str; 2] = ["code of a device", "code of its user"];
        const ASK: &str = "/oauth/acme/device_authorization";
        let grant = ("grant_type", "urn:ietf:params:oauth:grant-type:device_code");
        for bad in [("client_secret", wrong), ("scope", wrong), ("client_assertion", wrong)] {
            self.ask_badly(post(ASK, &[("client_id", "tv"), bad]));
        }
        for action in ["allow", "deny"] {
            let answer = post(ASK, &[("client_id", "tv"), ("scope", "read")]).send(self.at);
            let (device, user) = (answer.text("device_code"), answer.text("user_code"));
            self.run.canaries.add_token(CODES[0], &device);
            self.run.canaries.add_short(CODES[1], &user);
            self.run.canaries.add_short(CODES[1], &user.replace('-', ""));
            self.look_beside(&answer, ASK, &CODES);
            let poll =
                |code: &str| post(TOKEN, &[grant, ("client_id", "tv"), ("device_code", code)]);
            self.ask(400, poll(&device));
            self.ask(400, poll(wrong));
            self.ask(400, poll(&device[..60]));
            let asked = [grant, ("client_id", "app"), ("device_code", &*device)];
            self.ask(400, post(TOKEN, &asked));
            self.ask(405, get(ASK, &[("device_code", &device)]));
            self.browse(tab, 200, get(DEVICE, &[("user_code", &user)]), &[CODES[1]]);
            let typed = |code: &str| post(DEVICE, &[("user_code", code)]);
            self.browse(tab, 400, typed(wrong), &["wrong password"]);
            let other = typed(&user).with("Origin", format!("https://{wrong}.example"));
            self.browse(tab, 403, other, &[]);
            self.browse(&mut Tab::default(), 403, typed(&user), &[]);
            self.browse(tab, 415, typed(&user).with("Content-Encoding", "gzip"), &[]);
            let sent = self.browse(tab, 303, typed(&user), &[HANDLE]);
            let handle = location(&sent).split_once("handle=").unwrap().1.to_owned();
            self.run.canaries.add_token(HANDLE, &handle);
            // Its user compares the code.
            self.browse(tab, 200, get(INTERACTION, &[("handle", &handle)]), &[HANDLE, CODES[1]]);
            let decide = post(INTERACTION, &[("interaction", &*handle), ("action", action)]);
            self.browse(tab, 200, decide, &[]);
            // A few wrong ones are free, and all servers count here.
            if action == "deny" {
                self.browse(tab, 400, typed(&user), &[CODES[1]]);
            }
        }
    }

    /// Sign-out, by every way.
    fn signs_out(&mut self, tab: &mut Tab, id_token: &str, wrong: &str) {
        let state = self.run.secret(STATE);
        let back = ("post_logout_redirect_uri", "https://app.example.com/bye");
        let asked = [("client_id", "spa"), back, ("state", &*state)];
        let ask = tab.dress(get(LOGOUT, &asked)).send(self.at);
        let (_, confirm) = ask.whole.split_once("name=\"confirm\" value=\"").unwrap();
        let confirm = confirm[..79].to_owned();
        self.run.canaries.add_token(CONFIRM, &confirm);
        // It is made from the session, so it begins alike; what proves it is another.
        self.look_beside(&ask, "the page that asks", &[CONFIRM, SESSION, STATE]);
        self.browse(tab, 403, post(LOGOUT, &[("confirm", wrong)]), &[]);
        self.browse(tab, 400, get(LOGOUT, &[("client_id", "spa"), (back.0, wrong)]), &[]);
        let hinted = [("id_token_hint", id_token), back, ("state", &*state)];
        let cookie = tab.0.clone();
        self.browse(tab, 303, get(LOGOUT, &hinted), &[STATE]);
        tab.0 = cookie;
        self.browse(tab, 200, post(LOGOUT, &[("confirm", &confirm)]), &[]);
        self.browse(tab, 200, get(LOGOUT, &[("id_token_hint", wrong)]), &[]);
    }

    /// A page whose host's directory fails.
    pub fn signs_in_on_a_bad_day(&mut self, status: u16, name: &str, password: &str) {
        let mut tab = Tab::default();
        let handle = self.arrives(&mut tab, &[]);
        let user = [("interaction", &*handle), ("username", name), ("password", password)];
        self.browse(&mut tab, status, post(INTERACTION, &user), &[HANDLE]);
    }

    /// A page whose answer cannot be kept.
    pub fn allows_without_a_store(&mut self, password: &str) {
        let mut tab = Tab::default();
        let handle = self.arrives(&mut tab, &[("prompt", "consent")]);
        let user = [("username", "alice"), ("password", password)];
        let handle = self.answers(&mut tab, &handle, &user);
        let allow = [("interaction", &*handle), ("action", "allow")];
        self.browse(&mut tab, 503, post(INTERACTION, &allow), &[HANDLE]);
    }
}
