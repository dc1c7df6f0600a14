//! Laws of tokens: what was printed is read, and everything else is a random string.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::{
    prelude::*,
    sample::{Index, select},
};
use serde_json::json;

use super::{Claims, OpaqueToken, Seed, Untrusted, verify};
use crate::ports::{TicketKey, VerifyingKey};
use crate::types::{
    Generation, IssuerTemplate, SenderKey, TenantId, TicketId, Timestamp, TokenKind,
};

/// A text with one bit of one letter turned around, if that is a text.
fn flipped(text: &str, at: Index, bit: u8) -> Option<String> {
    let mut bytes = text.as_bytes().to_vec();
    let at = at.index(bytes.len());
    bytes[at] ^= 1 << (bit % 8);
    String::from_utf8(bytes).ok()
}

const NOW: Timestamp = Timestamp::from_secs(1_800_000_000);

fn key() -> Ed25519KeyPair {
    Ed25519KeyPair::from_seed_unchecked(&[7; 32]).unwrap()
}

/// Header and payload, signed.
fn sign(header: &str, payload: &str) -> String {
    let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header), URL_SAFE_NO_PAD.encode(payload));
    let signature = key().sign(signed.as_bytes());
    format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
}

/// What a guard makes of a token.
fn read(token: &str) -> Option<Claims> {
    let key = VerifyingKey::eddsa(key().public_key().as_ref()).unwrap();
    let issuers: IssuerTemplate = "https://id.example.com/{tenant}".parse().unwrap();
    let issuer = issuers.of(&"acme".parse().unwrap());
    let token = Untrusted::parse(token)?;
    verify(
        &token,
        &[Arc::new(key)],
        &issuer,
        Some(&"https://api.example.com".parse().unwrap()),
        NOW,
    )
}

fn header() -> String {
    let key = VerifyingKey::eddsa(key().public_key().as_ref()).unwrap();
    format!(r#"{{"typ":"at+jwt","alg":"EdDSA","kid":"{}"}}"#, key.key_id())
}

/// Claims, and their text.
fn claims() -> impl Strategy<Value = (Claims, String)> {
    let names = ("[ -~]{1,40}", "[!#-\\[\\]-~]{1,40}", "([a-z:]{1,6}( [a-z:]{1,6}){0,3})?");
    let rest =
        (any::<(Option<[u8; 16]>, Option<[u8; 32]>)>(), 0..=60u64, 1..=99_999u64, "[ -~]{0,22}");
    (names, rest).prop_map(|((subject, client, scope), ((grant, key), ahead, left, id))| {
        let (iat, exp) = (NOW.as_secs() + ahead, NOW.as_secs() + left);
        let mut payload = json!({
            "iss": "https://id.example.com/acme", "sub": subject, "client_id": client, "iat": iat,
            "aud": "https://api.example.com", "exp": exp, "jti": id, "scope": scope,
        });
        if let Some(key) = key {
            payload["cnf"] = json!({ "jkt": SenderKey::from_bytes(key).print() });
        }
        if let Some(grant) = grant {
            payload["gid"] = URL_SAFE_NO_PAD.encode(grant).into();
        }
        let claims = Claims {
            subject: subject.parse().unwrap(),
            client: client.parse().unwrap(),
            scope: scope.parse().unwrap(),
            audiences: ["https://api.example.com".parse().unwrap()].into(),
            grant: grant.map(TicketId::from_bytes),
            id: id.into(),
            sender_key: key.map(SenderKey::from_bytes),
            issued_at: Timestamp::from_secs(iat),
            expires_at: Timestamp::from_secs(exp),
        };
        (claims, payload.to_string())
    })
}

proptest! {
    #[test]
    fn an_opaque_token_is_read_as_what_was_printed(
        kind in select(TokenKind::ALL.to_vec()), id: u8, generation in 1..=u32::MAX, seed: [u8; 16],
        secret: [u8; 32], at: Index, bit: u8, other: String,
    ) {
        let tenant: TenantId = "acme".parse().unwrap();
        let key = TicketKey::derive(id, &tenant, &secret);
        let generation = Generation(generation);
        let generation = if kind.has(generation) { generation } else { Generation::CODE };
        let token = OpaqueToken::new(Seed::new(seed), generation);
        let text = token.print(&key, kind);
        let read = OpaqueToken::parse(&key, kind, &text).unwrap();
        prop_assert_eq!(OpaqueToken::key_id(kind, &text), Some(id));
        prop_assert_eq!(read.generation, generation);
        prop_assert_eq!(read.ticket_id(&tenant), token.ticket_id(&tenant));
        prop_assert_eq!(read.print(&key, kind), text.clone());
        // RF-16: one bit is enough, whichever it is.
        if let Some(changed) = flipped(&text, at, bit) {
            prop_assert!(OpaqueToken::parse(&key, kind, &changed).is_none(), "{}", changed);
        }
        prop_assert!(OpaqueToken::parse(&key, kind, &other).is_none());
        let dressed = kind.prefix().to_owned() + &other;
        prop_assert!(OpaqueToken::parse(&key, kind, &dressed).is_none());
    }

    #[test]
    fn a_jwt_says_what_was_signed((want, payload) in claims(), at: Index, bit: u8) {
        let token = sign(&header(), &payload);
        prop_assert_eq!(read(&token), Some(want));
        if let Some(changed) = flipped(&token, at, bit) {
            prop_assert_eq!(read(&changed), None, "{}", changed);
        }
    }

    #[test]
    fn jw_07_jw_09_a_jwt_has_three_parts_in_one_spelling(
        (_, payload) in claims(), at: Index, bad in "[=+/ .\n]",
    ) {
        let token = sign(&header(), &payload);
        let at = at.index(token.len() + 1);
        prop_assert_eq!(read(&[&token[..at], &bad, &token[at..]].concat()), None);
        // The last letter of a signature of 64 bytes has four bits that say nothing.
        let last = token.chars().last().unwrap();
        for other in ('a'..='z').chain('A'..='Z').chain('0'..='9').chain(['-', '_']) {
            let changed = format!("{}{other}", &token[..token.len() - 1]);
            prop_assert_eq!(read(&changed).is_some(), other == last, "{}", changed);
        }
    }

    #[test]
    fn jw_10_no_member_stands_twice(
        (_, payload) in claims(), name in "[a-z]{1,6}|iss|sub|aud|exp|alg|kid",
    ) {
        let twice = |object: &str, members: &str| object.replacen('{', &format!("{{{members}"), 1);
        let (one, two) = (format!(r#""x{name}":1,"#), format!(r#""x{name}":1,"x{name}":1,"#));
        let good = sign(&twice(&header(), &one), &twice(&payload, &one));
        prop_assert!(read(&good).is_some(), "{}", good);
        prop_assert_eq!(read(&sign(&twice(&header(), &two), &payload)), None);
        prop_assert_eq!(read(&sign(&header(), &twice(&payload, &two))), None);
        // A member that is read is not read twice either.
        let own = r#""iss":"https://id.example.com/acme","#;
        prop_assert_eq!(read(&sign(&header(), &twice(&payload, own))), None);
    }

    #[test]
    fn jw_08_pl_05_what_is_deep_or_no_jwt_is_nothing(
        (_, payload) in claims(), depth in 1..3000usize, text in "\\PC*|[a-zA-Z0-9_.-]{0,99}",
    ) {
        let member = format!(r#"{{"x":{}{},"#, "[".repeat(depth), "]".repeat(depth));
        let deep = |object: &str| object.replacen('{', &member, 1);
        // serde_json goes down 128 steps, and the object is one.
        let shallow = depth < 127;
        prop_assert_eq!(read(&sign(&header(), &deep(&payload))).is_some(), shallow);
        prop_assert_eq!(read(&sign(&deep(&header()), &payload)).is_some(), shallow);
        prop_assert_eq!(read(&text), None);
        prop_assert_eq!(read(&sign(&text, &payload)), None);
        prop_assert_eq!(read(&sign(&header(), &text)), None);
    }
}
