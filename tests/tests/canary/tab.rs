//! A browser that looks at every answer for secrets that do not belong there, and keeps its cookies.

use aws_lc_rs::digest::{SHA256, digest};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};

use crate::{
    requests::{AUTHORIZE, Caller, REDIRECT},
    visits::INTERACTION,
    wire::{Answer, Request, get, post},
};

/// The client's own: it is given back, and is nobody else's business.
pub const STATE: &str = "state of a client";
pub const NONCE: &str = "nonce of a client";
pub const VERIFIER: &str = "verifier of a client";
pub const CLAIM: &str = "claim of a user";
/// Ours.
pub const HANDLE: &str = "handle of a page";
pub const COOKIE: &str = "cookie of a browser";
pub const SESSION: &str = "cookie of a session";
pub const CONFIRM: &str = "confirmation of a page";

/// A browser: its cookies.
#[derive(Default)]
pub struct Tab(pub Vec<(String, String)>);

impl Tab {
    pub fn dress(&self, request: Request) -> Request {
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
    pub fn browse(
        &mut self,
        tab: &mut Tab,
        status: u16,
        request: Request,
        shown: &[&str],
    ) -> Answer {
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
    pub fn asks_for_a_user(&mut self) -> Vec<(&'static str, String)> {
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

    pub fn verifier(&mut self) -> String {
        self.run.secret(VERIFIER).repeat(2)
    }

    /// Asks for authorization, and comes to the page that asks for a password.
    #[track_caller]
    pub fn arrives(&mut self, tab: &mut Tab, more: &[(&str, &str)]) -> String {
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
    pub fn answers(&mut self, tab: &mut Tab, handle: &str, fields: &[(&str, &str)]) -> String {
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
    pub fn brings_a_code(&mut self, tab: &mut Tab, request: Request) -> String {
        let sent = tab.dress(request).send(self.at);
        assert_eq!(sent.status, 303, "{}", sent.whole);
        let place = location(&sent);
        let code = place.split_once("code=").unwrap().1.split('&').next().unwrap().to_owned();
        self.run.canaries.add_token("code", &code);
        // RFC 6749 §4.1.2: in the URL of the client, with its state, and with nothing else.
        self.look_beside(&sent, "the way back", &["code", STATE]);
        code
    }
}

pub fn pairs<'a>(
    asked: &'a [(&'static str, String)],
    more: &[(&'a str, &'a str)],
) -> Vec<(&'a str, &'a str)> {
    let own = asked.iter().map(|(name, value)| (*name, &**value));
    own.filter(|(name, _)| !more.iter().any(|(other, _)| other == name))
        .chain(more.iter().copied())
        .collect()
}

pub fn location(answer: &Answer) -> String {
    let line = answer.whole.lines().find_map(|line| line.split_once("ocation: "));
    line.expect("a place to go to").1.to_owned()
}
