//! `secrets` of a confidential client: what is kept of them is a hash.

use std::collections::BTreeSet;

use super::{
    given::{self, Given},
    value::Value,
};
use crate::types::{ClientSecret, SecretHash, limits};

/// How many characters a secret has at least.
const LEAST: usize = 32;
/// How many different ones. 128 bits in hexadecimal digits have fewer once in ten million times.
const DIFFERENT: usize = 8;

/// One secret, or two. None where one is wrong.
pub(super) fn read(value: &Value<'_>) -> Option<Box<[SecretHash]>> {
    let entries = value.list("[{ env = \"NAME\" }]")?;
    if !(1..=limits::CLIENT_SECRETS).contains(&entries.len()) {
        value.wrong(format!(
            "lists {} secrets: list the one in use, and the one that replaces it if there is one",
            entries.len()
        ));
        return None;
    }
    let read: Vec<_> = entries.into_iter().map(secret).collect();
    let secrets: Box<[_]> = read.into_iter().collect::<Option<_>>()?;
    if let [first, second] = &*secrets
        && first == second
    {
        value.wrong("lists the same secret twice: remove one of them");
        return None;
    }
    Some(secrets)
}

/// Holds the place of secrets that are wrong. It never leaves a file that holds a mistake.
pub(super) fn stand_in() -> Box<[SecretHash]> {
    [SecretHash::from_bytes([0; 32])].into()
}

fn secret(value: Value<'_>) -> Option<SecretHash> {
    match given::read(value, Some("sha256"))? {
        Given::Plain(text, source) => match weakness(&text) {
            None => Some(SecretHash::of(&ClientSecret::from(text.as_str()))),
            Some(weakness) => {
                source.wrong(format!("{weakness}: make one with: openssl rand -hex 32"));
                None
            }
        },
        Given::Hashed(digits, source) => {
            let bytes = bytes(digits);
            if bytes.is_none() {
                source.wrong(
                    "this is not the SHA-256 of a secret, which has 64 digits 0-9 a-f: get it with: \
                     printf %s \"$SECRET\" | sha256sum",
                );
            }
            bytes.map(SecretHash::from_bytes)
        }
    }
}

fn weakness(secret: &str) -> Option<String> {
    let plain = |b: u8| b.is_ascii_graphic() && !matches!(b, b'+' | b'%');
    let different = || secret.bytes().collect::<BTreeSet<_>>().len();
    let most = limits::CREDENTIAL;
    if secret.len() < LEAST {
        return Some(format!("this secret has fewer than {LEAST} characters"));
    }
    if secret.len() > most {
        return Some(format!("this secret has more than {most} characters"));
    }
    if different() < DIFFERENT {
        return Some(format!("this secret has fewer than {DIFFERENT} different characters"));
    }
    // RFC 6749 §2.3.1: in the header it is form-encoded, and many clients send it as it is. Only
    // without these it reads the same either way.
    (!secret.bytes().all(plain)).then(|| {
        "this secret holds a space, a plus, a percent sign or a character beyond ASCII, which \
         clients spell in different ways"
            .to_owned()
    })
}

fn bytes(digits: &str) -> Option<[u8; 32]> {
    let digit =
        |byte: &u8| char::from(*byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let digits: Vec<u8> = digits.as_bytes().iter().map(digit).collect::<Option<_>>()?;
    let (pairs, rest) = digits.as_chunks::<2>();
    let bytes: Vec<u8> = pairs.iter().map(|[high, low]| high << 4 | low).collect();
    bytes.try_into().ok().filter(|_| rest.is_empty())
}
