//! Requests for authorization (RFC 6749 §4.1.1, OpenID Connect Core §3.1.2.1).

use std::time::Duration;

use super::{Form, read_resources::read_resources};
use crate::error::{
    Error, Unsupported,
    ViolationKind::{Encoding, MustBe},
};
use crate::types::{
    Asked, ClientId, IdToken, Prompt, RedirectUri, ReplyTo, ResponseMode, Scope, Set, limits,
};

/// The most words of a list that only hints at something.
const WORDS: usize = 16;

/// What may stand in a request for authorization.
const PARAMETERS: [&str; 23] = [
    "acr_values",
    "claims",
    "claims_locales",
    "client_id",
    "code_challenge",
    "code_challenge_method",
    "display",
    "dpop_jkt",
    "id_token_hint",
    "login_hint",
    "max_age",
    "nonce",
    "prompt",
    "redirect_uri",
    "registration",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "ui_locales",
];

/// A request that was posted, as the query of a URL: what belongs to it, and nothing else, since nobody
/// knows what else is secret. All of it in bytes that a query may hold: no form has others, and they would
/// break off the header or the query that they were put into (AZ-24).
///
/// # Errors
/// [`Error::Parameters`] for what no URL may hold; [`Error::ClientOrRedirect`] where no client is named.
pub fn authorization_query(query: &[u8], body: &[u8]) -> Result<String, Error> {
    let mut pairs = Vec::new();
    let plain = |byte: u8| byte.is_ascii_graphic() && byte != b'#';
    for (field, part) in [("query", query), ("body", body)] {
        let text = str::from_utf8(part).ok().filter(|text| text.bytes().all(plain));
        let text = text.ok_or_else(|| Error::parameter(field, Encoding))?;
        let name =
            |pair: &str| super::form::decode(pair.split('=').next().unwrap_or_default().as_bytes());
        let known = |pair: &&str| name(pair).is_some_and(|name| PARAMETERS.contains(&&**name));
        pairs.extend(text.split('&').filter(known));
    }
    let query = pairs.join("&");
    match super::has_parameter(&query, "client_id") {
        true => Ok(query),
        false => Err(Error::ClientOrRedirect),
    }
}

/// Who asks, and where the answer is to go, if the request says so.
///
/// # Errors
/// [`Error::ClientOrRedirect`] for whatever is wrong with either.
pub fn read_identity(form: &mut Form) -> Result<(ClientId, Option<RedirectUri>), Error> {
    let client = form.optional("client_id", limits::CREDENTIAL);
    let client = client.and_then(|text| text.parse().ok()).ok_or(Error::ClientOrRedirect)?;
    let named = form.holds("redirect_uri");
    let text = form.optional("redirect_uri", limits::REDIRECT_URI);
    let redirect_uri = text.and_then(|text| text.parse().ok());
    match named && redirect_uri.is_none() {
        // AZ-13: also one that stands twice, and one without a value.
        true => Err(Error::ClientOrRedirect),
        false => Ok((client, redirect_uri)),
    }
}

/// How the answer gets there. What is wrong with it is told with the rest.
pub fn read_reply(form: &mut Form, redirect_uri: RedirectUri) -> ReplyTo {
    let (mode, state) = read_mode(form);
    ReplyTo { redirect_uri, mode, state }
}

pub(super) fn read_mode(form: &mut Form) -> (ResponseMode, Option<Box<str>>) {
    let state = text(form, "state", limits::STATE);
    let mode = form.optional("response_mode", limits::HINT).map(|text| text.parse());
    let mode: Option<ResponseMode> = form.check("response_mode", mode, "query or form_post");
    (mode.unwrap_or_default(), state)
}

/// Everything else.
///
/// # Errors
/// [`Error::Parameters`] with all that is wrong; [`Error::Unsupported`].
pub fn read_authorization(mut form: Form) -> Result<Asked, Error> {
    let unsupported = unsupported(&mut form);
    let challenge = form.optional("code_challenge", limits::CREDENTIAL).map(|text| text.parse());
    let claims = form.optional("claims", limits::CLAIMS_PARAMETER).map(|text| text.parse());
    let claims = form.check("claims", claims, "a JSON object of objects");
    let scope = form.optional("scope", limits::SCOPE).map(|text| text.parse::<Scope>().ok());
    let asked = Asked {
        response_type: {
            let known = form.required("response_type", limits::HINT);
            known.map(|text| (**text).into())
        },
        scope,
        resource: read_resources(&mut form),
        nonce: text(&mut form, "nonce", limits::NONCE),
        challenge: form.check("code_challenge", challenge, "the base64url of a SHA-256"),
        challenge_method: text(&mut form, "code_challenge_method", limits::HINT),
        sender_key: {
            let key = form.optional("dpop_jkt", limits::CREDENTIAL);
            key.map(|text| text.parse().ok())
        },
        prompt: prompt(&mut form),
        max_age: max_age(&mut form),
        login_hint: text(&mut form, "login_hint", limits::HINT),
        id_token_hint: form.optional("id_token_hint", limits::JWT).map(IdToken::from),
        acr_values: words(&mut form, "acr_values"),
        claims: claims.map(std::sync::Arc::new),
        ui_locales: words(&mut form, "ui_locales"),
    };
    let asked = form.finish(Some(asked))?;
    unsupported.map_or(Ok(asked), |parameter| Err(parameter.into()))
}

/// A text that goes on as it came: into the answer, a token, a row. RFC 6749 appendix A.5 has no control
/// characters in it; a browser would change them in a form, and some databases refuse a NUL.
fn text(form: &mut Form, name: &'static str, most: usize) -> Option<Box<str>> {
    let text = form.optional(name, most)?;
    if text.chars().any(char::is_control) {
        form.note(name, MustBe("text without control characters"));
        return None;
    }
    Some((**text).into())
}

fn unsupported(form: &mut Form) -> Option<Unsupported> {
    use Unsupported::{Registration, Request, RequestUri};
    let there = [Request, RequestUri, Registration]
        .into_iter()
        .filter(|parameter| form.optional(parameter.parameter(), limits::JWT).is_some());
    there.collect::<Vec<_>>().into_iter().next()
}

fn prompt(form: &mut Form) -> Set<Prompt> {
    const RULE: &str = "none alone, or login, consent and select_account";
    let Some(text) = form.optional("prompt", limits::HINT) else { return Set::new() };
    let known: Result<Set<Prompt>, _> = text.split_ascii_whitespace().map(str::parse).collect();
    let known = known.ok().filter(|set| {
        // OpenID Connect Core §3.1.2.1: "If this parameter contains none with any other value, an
        // error is returned."
        !set.contains(&Prompt::None) || *set == Set::from([Prompt::None])
    });
    known.unwrap_or_else(|| {
        form.note("prompt", MustBe(RULE));
        Set::new()
    })
}

/// AZ-32: whole seconds in decimal digits, of which a century and more is too many.
fn max_age(form: &mut Form) -> Option<Duration> {
    let text = form.optional("max_age", limits::HINT)?;
    let digits = text.bytes().all(|b| b.is_ascii_digit());
    let seconds = text.parse::<u32>().ok().filter(|_| digits);
    if seconds.is_none() {
        form.note("max_age", MustBe("whole seconds"));
    }
    seconds.map(|seconds| Duration::from_secs(seconds.into()))
}

fn words(form: &mut Form, name: &'static str) -> Box<[Box<str>]> {
    let text = form.optional(name, limits::HINT);
    let words = text.iter().flat_map(|text| text.split_ascii_whitespace());
    words.take(WORDS).map(Into::into).collect()
}
