//! Laws of what is read from requests, for texts that nobody thought of.

use std::net::{IpAddr, SocketAddr};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, header};
use proptest::{collection::vec, prelude::*, sample::subsequence};

use super::{Form, authorization_query, basic, client_address, form::decode, with_query};
use crate::types::{ClientAuthMethod, Proxies};

/// One of the spellings of a text: `how` says for each byte which.
fn encode(text: &str, how: &[u8]) -> String {
    let mut how = how.iter().copied().cycle();
    let one = |byte: u8| match (byte, how.next().unwrap_or_default() % 3) {
        (b' ', 0) => "+".to_owned(),
        (b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~', 0) => {
            char::from(byte).to_string()
        }
        (byte, 1) => format!("%{byte:02x}"),
        (byte, _) => format!("%{byte:02X}"),
    };
    text.bytes().map(one).collect()
}

/// Headers with one line.
fn authorization(value: &str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    headers.insert(header::AUTHORIZATION, value.parse().unwrap());
    headers
}

fn pair(id: &str, secret: &str) -> HeaderMap {
    authorization(&format!("Basic {}", STANDARD.encode(format!("{id}:{secret}"))))
}

const NAMES: [&str; 5] = ["client_id", "code", "password", "scope", "username"];

proptest! {
    /// AZ-10: a client reads each parameter as it was given, whatever its own URL holds already.
    #[test]
    fn what_is_added_to_a_url_is_read_again(
        url in "https://a\\.example(/[a-z]{0,3})?(\\?|\\?x=1|\\?x=1&|\\?x)?",
        fields in vec(("[a-z_]{1,9}", ".*|[&=#%+? ]{0,9}"), 0..4),
    ) {
        let given: Vec<_> = fields.iter().map(|(name, value)| (&**name, &**value)).collect();
        let text = with_query(&url, &given);
        prop_assert!(text.starts_with(&url) && text.bytes().all(|byte| byte.is_ascii_graphic()));
        prop_assert!(!text.contains('#'));
        let added = text[url.len()..].trim_start_matches(['?', '&']);
        let read = |pair: &str| {
            let (name, value) = pair.split_once('=')?;
            let text = |part: &str| Some(decode(part.as_bytes())?.as_str().to_owned());
            Some((text(name)?, text(value)?))
        };
        let pairs = added.split('&').filter(|pair| !pair.is_empty());
        let again: Option<Vec<_>> = pairs.map(read).collect();
        prop_assert_eq!(again, Some(fields));
        prop_assert!(text.matches('?').count() <= 1);
        // Nothing stands between what was there and what was added but one sign.
        prop_assert!(!text.contains("?&") && !text.contains("&&"), "{text}");
    }

    /// LE-02: of what was posted that goes on which belongs to a request for authorization, as it was
    /// written, and nothing else.
    #[test]
    fn a_posted_request_keeps_what_belongs_to_it_and_nothing_else(
        known in subsequence(vec!["scope", "state", "nonce", "prompt", "id_token_hint"], 0..5),
        stray in vec("(?i:password|username|client_secret|code|interaction|[a-z]{3})", 0..4),
        value in "[!-\"$%'-~]{0,9}",
        how: Vec<u8>,
    ) {
        let pair = |name: &str| format!("{}={value}", encode(name, &how));
        let own: Vec<_> = ["client_id"].into_iter().chain(known).map(&pair).collect();
        let stray: Vec<_> = stray.iter().map(|name| pair(name)).collect();
        let text = [&stray[..], &own, &stray].concat().join("&");
        let query = authorization_query(b"", text.as_bytes());
        prop_assert_eq!(query.ok(), Some(own.join("&")));
        prop_assert!(authorization_query(stray.join("&").as_bytes(), b"").is_err());
    }

    #[test]
    fn every_spelling_of_a_value_is_read_alike(text in ".*|[%254+ ]{0,9}", how: Vec<u8>) {
        let encoded = encode(&text, &how);
        let read = decode(encoded.as_bytes());
        prop_assert_eq!(read.as_ref().map(|read| read.as_str()), Some(&*text));
    }

    #[test]
    fn what_is_read_is_printed_and_read_again(
        bytes in vec(prop_oneof![Just(b'%'), any::<u8>()], 0..20),
    ) {
        if let Some(text) = decode(&bytes) {
            let again = decode(encode(&text, &[1]).as_bytes());
            prop_assert_eq!(again.as_ref(), Some(&text));
            prop_assert!(text.len() <= bytes.len());
        }
    }

    #[test]
    fn tk_20_what_is_cut_off_or_not_utf_8_is_refused(
        before in "[a-z0-9]{0,9}",
        cut in "%|%[0-9a-f]|%[g-z%][0-9]|%[0-9][g-z ]|%[89abcdef][0-9a-f]",
    ) {
        prop_assert_eq!(decode((before.clone() + &cut).as_bytes()), None);
        prop_assert_eq!(decode(format!("{cut}z{before}").as_bytes()), None);
    }

    #[test]
    fn a_form_has_what_was_put_in(
        names in subsequence(NAMES.to_vec(), 0..=5), values in vec("\\PC{1,9}", 5), how: Vec<u8>,
    ) {
        let pairs: Vec<_> = names.iter().copied().zip(&values).collect();
        let spelled = |text: &str| encode(text, &how);
        let text = pairs.iter().map(|(name, value)| format!("{}={}", spelled(name), spelled(value)));
        let text = text.collect::<Vec<_>>().join("&");
        let mut form = Form::parse(text.as_bytes(), "body");
        for name in NAMES {
            let want = pairs.iter().find(|(own, _)| *own == name).map(|(_, value)| value.as_str());
            let read = form.optional(name, 99);
            prop_assert_eq!(read.as_ref().map(|value| value.as_str()), want);
        }
        prop_assert!(form.finish(Some(())).is_ok());
        // Twice is once too often, however it is spelled.
        if let Some((name, value)) = pairs.first() {
            let twice = format!("{text}&{}={}", encode(name, &[2]), encode(value, &[1]));
            prop_assert!(Form::parse(twice.as_bytes(), "body").finish(Some(())).is_err());
        }
    }

    #[test]
    fn ca_02_a_pair_in_the_header_is_read_in_every_spelling(
        id in "[!#-\\[\\]-~]{1,40}", secret: String, how: Vec<u8>,
    ) {
        let read = basic::read(&pair(&encode(&id, &how), &encode(&secret, &how))).unwrap();
        let (own, shown) = read.unwrap();
        prop_assert_eq!((own.as_str(), shown.secret.expose()), (&*id, &*secret));
        prop_assert_eq!(shown.method, ClientAuthMethod::Basic);
    }

    #[test]
    fn ca_02_what_this_server_generates_may_be_sent_raw(
        id in "[a-z0-9._~-]{1,40}", secret in "[A-Za-z0-9_-]{43}",
    ) {
        let (own, shown) = basic::read(&pair(&id, &secret)).unwrap().unwrap();
        prop_assert_eq!(own.as_str(), &id);
        prop_assert!(shown.secret.expose() == secret, "{}", secret);
    }

    #[test]
    fn ca_02_a_header_in_another_encoding_is_refused(
        id in "[a-z]{1,20}", secret in "[a-z]{1,20}", bad in "[-_!:.,= ]", at: prop::sample::Index,
    ) {
        let good = STANDARD.encode(format!("{id}:{secret}"));
        let at = at.index(good.trim_end_matches('=').len()).max(1);
        let spoilt = [&good[..at], &bad, &good[at..]].concat();
        let changed = [format!("Basic {spoilt}"), format!("Basic {good}A")];
        for value in changed.into_iter().chain([format!("Bearer {good}"), good.clone()]) {
            prop_assert!(basic::read(&authorization(&value)).is_err(), "{}", value);
        }
        for cut in ["%", "%4", "%zz"] {
            prop_assert!(basic::read(&pair(&id, &(secret.clone() + cut))).is_err());
            let id = format!("{cut}z{id}");
            prop_assert!(basic::read(&pair(&id, &secret)).is_err());
        }
    }

    #[test]
    fn pl_07_the_rightmost_stranger_counts_however_it_is_written(
        stranger: IpAddr, before: Vec<IpAddr>, proxies in vec(any::<[u8; 3]>(), 0..4),
        ports: [Option<u16>; 9], lines: [bool; 9],
    ) {
        let listed = Proxies::parse(["10.0.0.0/8"]).unwrap();
        prop_assume!(!listed.contains(stranger));
        let chain = proxies.iter().map(|[a, b, c]| IpAddr::from([10, *a, *b, *c]));
        let hops: Vec<_> = before.into_iter().take(3).chain([stranger]).chain(chain).collect();
        let written: Vec<_> = hops.iter().zip(ports).map(|(hop, port)| match port {
            Some(port) => SocketAddr::new(*hop, port).to_string(),
            None if hop.is_ipv6() => format!("[{hop}]"),
            None => hop.to_string(),
        }).collect();
        for name in [header::FORWARDED, "x-forwarded-for".parse().unwrap()] {
            let mut headers = HeaderMap::new();
            let mut line = String::new();
            for (hop, new_line) in written.iter().zip(lines) {
                if new_line && !line.is_empty() {
                    headers.append(name.clone(), line.parse::<HeaderValue>().unwrap());
                    line.clear();
                }
                let comma = if line.is_empty() { "" } else { ", " };
                let hop = match name == header::FORWARDED {
                    true => format!("proto=https;For=\"{hop}\";by=\"a,b;for=1.1.1.1\""),
                    false => hop.clone(),
                };
                line = format!("{line}{comma}{hop}");
            }
            headers.append(name, line.parse::<HeaderValue>().unwrap());
            prop_assert_eq!(client_address([10, 0, 0, 1].into(), &headers, &listed), stranger);
            let other = IpAddr::from([192, 0, 2, 1]);
            prop_assert_eq!(client_address(other, &headers, &listed), other);
        }
    }
}
