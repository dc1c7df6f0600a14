//! A user in a browser, step by step and by all the wrong ways, with a secret in every place of a request.
//! What an answer has to show stands beside each request; in no other answer it may stand, and in no log.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    requests::{AUTHORIZE, Caller, REDIRECT, TOKEN},
    wire::{Answer, Request, get, post},
};

pub const INTERACTION: &str = "/oauth/acme/interaction";
pub const USERINFO: &str = "/oauth/acme/userinfo";
pub const LOGOUT: &str = "/oauth/acme/logout";

/// The client's own: it is given back, and is nobody else's business.
const STATE: &str = "state of a client";
const NONCE: &str = "nonce of a client";
const VERIFIER: &str = "verifier of a client";
const CLAIM: &str = "claim of a user";
/// Ours.
const HANDLE: &str = "handle of a page";
const COOKIE: &str = "cookie of a browser";
const SESSION: &str = "cookie of a session";
const CONFIRM: &str = "confirmation of a page";

/// A browser: its cookies.
#[derive(Default)]
pub struct Tab(Vec<(String, String)>);

impl Tab {
    fn dress(&self, request: Request) -> Request {
        let pairs: Vec<_> = self.0.iter().map(|(name, value)| format!("{name}={value}")).collect();
        match pairs.is_empty() {
            true => request,
            false => request.with("Cookie", pairs.join("; ")),
        }
    }
}

impl Caller<'_> {
    /// Asks as a browser does, and demands an answer that shows no secret but these. Cookies that are set
    /// are secrets from now on.
    #[track_caller]
    fn browse(&mut self, tab: &mut Tab, status: u16, request: Request, shown: &[&str]) -> Answer {
        let what = request.target.clone();
        let mut answer = tab.dress(request).send(self.at);
        assert_eq!(answer.status, status, "{what}: {}", answer.whole);
        let (head, _) = answer.whole.split_once("\r\n\r\n").unwrap();
        let lines: Vec<_> = head.lines().map(str::to_owned).collect();
        for line in lines {
            let Some((_, set)) = line.split_once("et-cookie: ") else { continue };
            let (name, rest) = set.split_once('=').unwrap();
            let value = rest.split(';').next().unwrap().to_owned();
            tab.0.retain(|(own, _)| own != name);
            if !value.is_empty() {
                let kind = if name.contains("session") { SESSION } else { COOKIE };
                self.run.canaries.add_token(kind, &value);
                tab.0.push((name.to_owned(), value));
            }
            // That is what this header is for.
            answer.whole = answer.whole.replace(&line, "");
        }
        self.look_beside(&answer, &what, shown);
        answer
    }

    /// What a client asks with, which is a secret from now on.
    fn asks_for_a_user(&mut self) -> Vec<(&'static str, String)> {
        let [state, nonce] = [STATE, NONCE].map(|name| self.run.secret(name));
        let verifier = self.verifier();
        let challenge = URL_SAFE_NO_PAD.encode(digest(&SHA256, verifier.as_bytes()));
        let claims = "{\"userinfo\":{\"name\":null},\"id_token\":{\"email\":null}}";
        vec![
            ("response_type", "code".to_owned()),
            ("client_id", "spa".to_owned()),
            (REDIRECT.0, REDIRECT.1.to_owned()),
            ("scope", "openid profile email".to_owned()),
            ("state", state),
            ("nonce", nonce),
            ("code_challenge", challenge),
            ("code_challenge_method", "S256".to_owned()),
            ("claims", claims.to_owned()),
        ]
    }

    fn verifier(&mut self) -> String {
        self.run.secret(VERIFIER).repeat(2)
    }

    /// Asks for authorization, and comes to the page that asks for a password.
    #[track_caller]
    fn arrives(&mut self, tab: &mut Tab, more: &[(&str, &str)]) -> String {
        let asked = self.asks_for_a_user();
        let answer = self.browse(tab, 303, get(AUTHORIZE, &pairs(&asked, more)), &[HANDLE]);
        let place = location(&answer);
        let handle = place.split_once("handle=").unwrap().1.to_owned();
        self.run.canaries.add_token(HANDLE, &handle);
        self.browse(tab, 200, get(INTERACTION, &[("handle", &handle)]), &[HANDLE]);
        handle
    }

    /// Sends a page's form, and comes to the next page.
    #[track_caller]
    fn answers(&mut self, tab: &mut Tab, handle: &str, fields: &[(&str, &str)]) -> String {
        let form = [&[("interaction", handle)], fields].concat();
        let answer = self.browse(tab, 303, post(INTERACTION, &form), &[HANDLE]);
        let place = location(&answer);
        let Some((_, next)) = place.split_once("handle=") else { return place };
        self.run.canaries.add_token(HANDLE, next);
        let asked = get(INTERACTION, &[("handle", next)]);
        self.browse(tab, 200, asked, &[HANDLE]);
        next.to_owned()
    }

    /// The code that a browser is sent to the client with.
    #[track_caller]
    fn brings_a_code(&mut self, tab: &mut Tab, request: Request) -> String {
        let sent = tab.dress(request).send(self.at);
        assert_eq!(sent.status, 303, "{}", sent.whole);
        let place = location(&sent);
        let code = place.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
        self.run.canaries.add_token("code", &code);
        // RFC 6749 §4.1.2: in the URL of the client, with its state, and with nothing else.
        self.look_beside(&sent, "the way back", &["code", STATE]);
        code
    }

    /// From the client's request to sign-out.
    pub fn visits(&mut self, password: &str, wrong: &str) {
        let mut tab = Tab::default();
        let handle = self.arrives(&mut tab, &[]);
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
        self.ask(400, redeem(&code, &verifier));
        self.asks_again(&mut tab, &id_token, password);
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

fn pairs<'a>(
    asked: &'a [(&'static str, String)],
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let own = asked.iter().map(|(name, value)| (*name, &**value));
    own.filter(|(name, _)| !more.iter().any(|(other, _)| other == name))
        .chain(more.iter().copied())
        .collect()
}

fn location(answer: &Answer) -> String {
    let line = answer.whole.lines().find_map(|line| line.split_once("ocation: "));
    line.unwrap_or_else(|| panic!("sent nowhere: {}", answer.whole)).1.to_owned()
}
