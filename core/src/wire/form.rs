//! `application/x-www-form-urlencoded`, decoded once and strictly.

use std::{iter, mem, str};

use memchr::{memchr, memchr_iter, memchr2};
use percent_encoding::percent_decode;
use zeroize::Zeroizing;

use crate::error::{Error, Violation, ViolationKind};
use crate::types::{GrantParameters, limits};

/// The parameters that this server knows by name; an error names no other.
const KNOWN: &[&str] = &[
    "access_token",
    "acr_values",
    "action",
    "claims",
    "client_assertion",
    "client_assertion_type",
    "client_id",
    "client_secret",
    "code",
    "code_challenge",
    "code_challenge_method",
    "code_verifier",
    "confirm",
    "device_code",
    "dpop_jkt",
    "grant_type",
    "handle",
    "id_token_hint",
    "interaction",
    "login_hint",
    "max_age",
    "nonce",
    "password",
    "post_logout_redirect_uri",
    "prompt",
    "redirect_uri",
    "refresh_token",
    "registration",
    "request",
    "request_uri",
    "resource",
    "response_mode",
    "response_type",
    "scope",
    "state",
    "token",
    "token_type_hint",
    "ui_locales",
    "user_code",
    "username",
];

/// Parameters of a query string or a body, with all that is wrong with them.
pub struct Form {
    /// What cannot be decoded is none; it is an error once somebody asks for it.
    values: Vec<(&'static str, Option<Zeroizing<String>>)>,
    /// What is not known by name, where somebody wants that.
    others: Vec<(Zeroizing<String>, Option<Zeroizing<String>>)>,
    violations: Vec<Violation>,
    /// The whole was refused before any parameter was read: nothing is known of them.
    unread: bool,
}

impl Form {
    /// Takes a form apart. `place` is what an error says of a parameter that is not known.
    pub fn parse(text: &[u8], place: &'static str) -> Self {
        Self::read(text, place, &[], false)
    }

    /// The same where `resource` may be given more than once (RFC 8707 §2).
    pub fn with_resources(text: &[u8], place: &'static str) -> Self {
        Self::read(text, place, &["resource"], false)
    }

    /// The same with what is not known by name, for [`Form::rest`]; `audience` may be given more than once as well
    /// (RFC 8693 §2.1).
    pub fn with_others(text: &[u8], place: &'static str) -> Self {
        Self::read(text, place, &["resource", "audience"], true)
    }

    fn read(text: &[u8], place: &'static str, many: &[&str], others: bool) -> Self {
        let mut form = Self {
            values: Vec::with_capacity(8),
            others: Vec::new(),
            violations: Vec::new(),
            unread: true,
        };
        // A URL is ASCII (RFC 3986 §2); some servers let other bytes through, and some do not.
        if place == "query" && !text.is_ascii() {
            form.note(place, ViolationKind::Encoding);
            return form;
        }
        let pairs = pairs(text);
        // PL-06, LE-18: counted before anything is decoded or kept.
        if pairs.clone().nth(limits::PARAMETERS).is_some() {
            form.note(place, ViolationKind::TooMany(limits::PARAMETERS));
            return form;
        }
        form.unread = false;
        let mut names: Vec<Text<'_>> = Vec::with_capacity(8);
        for pair in pairs {
            let at = memchr(b'=', pair);
            let (name, value) = at.map_or((pair, &[][..]), |at| (&pair[..at], &pair[at + 1..]));
            let Some(name) = Text::of(name) else {
                form.note(place, ViolationKind::Encoding);
                continue;
            };
            let known = KNOWN.iter().copied().find(|known| *known == name.as_str());
            let field = known.unwrap_or(place);
            // RFC 6749 §3.1: "Request and response parameters MUST NOT be included more than once."
            let again = || names.iter().any(|other| other.as_str() == name.as_str());
            if !many.contains(&name.as_str()) && again() {
                form.note(field, ViolationKind::Repeated);
            } else if let Some(known) = known {
                form.values.push((known, decode(value)));
            } else if others {
                form.others.push((Zeroizing::new(name.as_str().to_owned()), decode(value)));
            }
            names.push(name);
        }
        form
    }

    /// A parameter that may be absent; one without a value counts as absent (RFC 6749 §3.1).
    pub fn optional(&mut self, name: &'static str, most: usize) -> Option<Zeroizing<String>> {
        let at = self.values.iter().position(|(own, _)| *own == name)?;
        let (_, value) = self.values.remove(at);
        if self.violations.iter().any(|violation| violation.field == name) {
            return None;
        }
        let Some(value) = value else {
            self.note(name, ViolationKind::Encoding);
            return None;
        };
        if value.is_empty() {
            return None;
        }
        if value.len() > most {
            self.note(name, ViolationKind::TooLong(most));
            return None;
        }
        Some(value)
    }

    /// The values of a parameter that may be given more than once, but for empty ones.
    pub fn all(&mut self, name: &'static str, most: usize) -> Vec<Zeroizing<String>> {
        let mut all = Vec::new();
        while self.holds(name) {
            all.extend(self.optional(name, most));
        }
        all
    }

    /// What nobody asked for yet, but for what is empty. `place` is what an error says of a parameter that is not
    /// known.
    pub fn rest(&mut self, place: &'static str) -> GrantParameters {
        let own = |name: &'static str| Zeroizing::new(name.to_owned());
        let known: Vec<_> =
            self.values.drain(..).map(|(name, value)| (name, own(name), value)).collect();
        let others = self.others.drain(..).map(|(name, value)| (place, name, value));
        let all: Vec<_> = known.into_iter().chain(others).collect();
        let mut rest = Vec::with_capacity(all.len());
        for (field, name, value) in all {
            match value {
                Some(value) if value.is_empty() => {}
                Some(value) => rest.push((name, value)),
                None => self.note(field, ViolationKind::Encoding),
            }
        }
        rest.into()
    }

    /// Whether a parameter is there, even if it is empty, repeated or cannot be decoded.
    pub fn holds(&self, name: &str) -> bool {
        self.values.iter().any(|(own, _)| *own == name)
    }

    /// A parameter that is there, once, without taking it.
    pub fn peek(&self, name: &str) -> Option<&str> {
        let repeated = self.violations.iter().any(|violation| violation.field == name);
        let value = self.values.iter().find(|(own, _)| *own == name);
        let value = value.and_then(|(_, value)| value.as_ref());
        value.filter(|_| !repeated).map(|value| value.as_str())
    }

    /// A parameter that must be there and must not be empty.
    pub fn required(&mut self, name: &'static str, most: usize) -> Option<Zeroizing<String>> {
        let there = self.values.iter().find(|(own, _)| *own == name);
        let empty = there.is_some_and(|(_, value)| value.as_ref().is_some_and(|v| v.is_empty()));
        let value = self.optional(name, most);
        if value.is_none() && !self.violations.iter().any(|violation| violation.field == name) {
            self.note(name, if empty { ViolationKind::Empty } else { ViolationKind::Missing });
        }
        value
    }

    /// Takes a parsed value, or notes what it must be.
    pub fn check<T, E>(
        &mut self,
        name: &'static str,
        parsed: Option<Result<T, E>>,
        must_be: &'static str,
    ) -> Option<T> {
        match parsed? {
            Ok(value) => Some(value),
            Err(_) => {
                self.note(name, ViolationKind::MustBe(must_be));
                None
            }
        }
    }

    /// Notes what is wrong with a parameter.
    pub fn note(&mut self, field: &'static str, kind: ViolationKind) {
        let violation = Violation { field, kind };
        if !self.violations.contains(&violation) {
            self.violations.push(violation);
        }
    }

    /// All that is wrong, as one error; otherwise the value.
    ///
    /// # Errors
    /// [`Error::Parameters`] with every violation, also where the value could be made without the
    /// parameters in question.
    pub fn finish<T>(self, value: Option<T>) -> Result<T, Error> {
        match value {
            Some(value) if self.violations.is_empty() => Ok(value),
            _ if self.violations.is_empty() => Err(Error::Internal),
            _ if self.unread => {
                Err(Error::Parameters(self.violations.into_iter().take(1).collect()))
            }
            _ => Err(Error::Parameters(self.violations)),
        }
    }

    /// Whether anything is wrong beside what is noted of this one parameter.
    pub fn wrong_elsewhere(&self, name: &str) -> bool {
        self.violations.iter().any(|violation| violation.field != name)
    }
}

/// What stands between `&` and `&`, where anything does.
fn pairs(text: &[u8]) -> impl Iterator<Item = &[u8]> + Clone {
    let ends = memchr_iter(b'&', text).chain(iter::once(text.len()));
    let pairs = ends.scan(0, move |from, to| Some(&text[mem::replace(from, to + 1)..to]));
    pairs.filter(|pair| !pair.is_empty())
}

/// A decoded name: most need no decoding, and then no copy.
enum Text<'a> {
    Plain(&'a str),
    Decoded(Zeroizing<String>),
}

impl<'a> Text<'a> {
    fn of(text: &'a [u8]) -> Option<Self> {
        match is_plain(text) {
            true => str::from_utf8(text).ok().map(Self::Plain),
            false => decode(text).map(Self::Decoded),
        }
    }

    fn as_str(&self) -> &str {
        match self {
            Self::Plain(text) => text,
            Self::Decoded(text) => text,
        }
    }
}

/// Whether nothing in the text stands for something else.
fn is_plain(text: &[u8]) -> bool {
    memchr2(b'+', b'%', text).is_none()
}

/// Decodes one name or value: `+` is a space, `%` is followed by two hexadecimal digits, the bytes
/// are UTF-8. What others repair is refused (TK-20).
pub(super) fn decode(text: &[u8]) -> Option<Zeroizing<String>> {
    if is_plain(text) {
        return str::from_utf8(text).ok().map(|text| Zeroizing::new(text.to_owned()));
    }
    let mut digits = text.split(|byte| *byte == b'%').skip(1);
    if !digits.all(|rest| rest.len() >= 2 && rest[..2].iter().all(u8::is_ascii_hexdigit)) {
        return None;
    }
    let spaced: Zeroizing<Vec<u8>> =
        Zeroizing::new(text.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect());
    let bytes: Vec<u8> = percent_decode(&spaced).collect();
    String::from_utf8(bytes).ok().map(Zeroizing::new)
}

#[cfg(test)]
#[path = "form_tests.rs"]
mod tests;
