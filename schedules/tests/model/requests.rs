//! Requests as the holders of grants send them, and what stands in the answers.

use std::time::Duration;

use aws_lc_rs::digest::{Context, SHA256};
use base64::{
    Engine,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use bytes::Bytes;
use grantry::types::{TicketId, Timestamp};
use grantry_conformance::{Answer, World, claims, form, get, query};
use http::{HeaderMap, Request, header};
use serde_json::Value;

use crate::action::{Holder, Tenant, User};
use crate::grant::{Pass, Token};

const ELSEWHERE: &str = "https://app.example.com/cb/";

/// Who asks, where.
#[derive(Clone, Copy)]
pub struct Asker<'a> {
    pub tenant: Tenant,
    pub holder: Holder,
    pub secret: &'a str,
}

impl Asker<'_> {
    pub fn for_code(self, user: User) -> Request<Bytes> {
        let parameters = [
            ("response_type", "code"),
            ("username", user.name()),
            ("password", World::PASSWORD),
            ("redirect_uri", World::REDIRECT),
        ];
        get(&format!("/oauth/{}/authorize?{}", self.tenant.name(), query(&parameters)))
    }

    pub fn for_tokens(self, user: User) -> Request<Bytes> {
        let password = ("password", World::PASSWORD);
        self.at_token(&[("grant_type", "password"), ("username", user.name()), password])
    }

    pub fn redeems(self, code: &str, elsewhere: bool) -> Request<Bytes> {
        let uri = if elsewhere { ELSEWHERE } else { World::REDIRECT };
        self.at_token(&[("grant_type", "authorize_code"), ("code", code), ("redirect_uri", uri)])
    }

    pub fn refreshes(self, token: &str) -> Request<Bytes> {
        self.at_token(&[("grant_type", "refresh_token"), ("refresh_token", token)])
    }

    /// Shows a code or refresh token.
    pub fn shows(self, token: &Token, elsewhere: bool) -> Request<Bytes> {
        match token.place {
            0 => self.redeems(&token.text, elsewhere),
            _ => self.refreshes(&token.text),
        }
    }

    /// Shows a text that might be a token like this one.
    pub fn shows_a_random_one(self, token: &Token) -> Request<Bytes> {
        let prefix = match (self.holder, token.place) {
            (Holder::Direct, 0) => "grt_dc_",
            (Holder::Direct, _) => "grt_dr_",
            _ => "grt_rt_",
        };
        let text = format!("{prefix}AQE{}", "A".repeat(69));
        self.shows(&Token { text, ..token.clone() }, false)
    }

    fn at_token(self, parameters: &[(&str, &str)]) -> Request<Bytes> {
        let path = format!("/oauth/{}/token", self.tenant.name());
        match self.holder {
            Holder::Direct => get(&format!("{path}?{}", query(parameters))),
            Holder::App => form(&path, &[parameters, &[("client_id", "app")]].concat()),
            Holder::Backend => {
                let mut request = form(&path, parameters);
                let basic = STANDARD.encode(format!("backend:{}", self.secret));
                let basic = format!("Basic {basic}").try_into().unwrap();
                request.headers_mut().insert(header::AUTHORIZATION, basic);
                request
            }
        }
    }
}

impl User {
    pub fn name(self) -> &'static str {
        match self {
            Self::Alice => "alice",
            Self::Bob => "bob",
        }
    }
}

impl Token {
    /// From its text: version, key, seed, generation, MAC.
    pub fn read(text: &str) -> Self {
        let bytes = bytes(text);
        let place = u32::from_be_bytes(bytes[18..22].try_into().unwrap()) as usize;
        Self { place, text: text.to_owned(), key: bytes[1].to_string() }
    }

    /// The row that it belongs to: a hash of tenant and seed.
    pub fn row(&self, tenant: Tenant) -> TicketId {
        let mut hash = Context::new(&SHA256);
        hash.update(b"grantry/1/id");
        hash.update(tenant.name().as_bytes());
        hash.update(&bytes(&self.text)[2..18]);
        TicketId::from_bytes(hash.finish().as_ref()[..16].try_into().unwrap())
    }
}

fn bytes(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(&text[7..]).unwrap()
}

impl Pass {
    pub fn read(text: &str) -> Self {
        let header = URL_SAFE_NO_PAD.decode(text.split('.').next().unwrap()).unwrap();
        let header: Value = serde_json::from_slice(&header).unwrap();
        let claims = claims(text);
        let millis = |name: &str| Timestamp::from_secs(claims[name].as_u64().unwrap()).as_millis();
        Self {
            text: text.to_owned(),
            kid: header["kid"].as_str().unwrap().to_owned(),
            issued_at: millis("iat"),
            expires_at: millis("exp"),
        }
    }

    /// A request of the host's own that bears it.
    pub fn shown(&self) -> http::request::Parts {
        let request = Request::get("/me").header("authorization", format!("Bearer {}", self.text));
        request.body(()).unwrap().into_parts().0
    }
}

/// A whole answer but for the date.
pub fn whole(answer: &Answer) -> (u16, HeaderMap, Bytes) {
    let mut headers = answer.headers.clone();
    headers.remove(header::DATE);
    (answer.status.as_u16(), headers, answer.body.clone())
}

pub fn millis(millis: u64) -> Duration {
    Duration::from_millis(millis)
}
