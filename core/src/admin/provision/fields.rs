//! Kinds of fields that more than one table has.

use std::{fmt::Display, net::IpAddr, str::FromStr};

use fluent_uri::Uri;

use super::value::Value;
use crate::types::{ClientAuthMethod, GrantType, Scope, Set, SigningAlg};

/// A list of grants; none where one of them is wrong.
pub(super) fn grants(value: &Value<'_>) -> Option<Set<GrantType>> {
    let entries = value.list("[\"authorization_code\", \"refresh_token\"]")?;
    let grants: Vec<_> = entries.iter().map(|entry| entry.kind("a grant")).collect();
    grants.into_iter().collect()
}

/// A list of ways in which clients authenticate; none where one of them is wrong.
pub(super) fn methods(value: &Value<'_>) -> Option<Set<ClientAuthMethod>> {
    let entries = value.list("[\"client_secret_basic\", \"private_key_jwt\"]")?;
    let methods: Vec<_> = entries.iter().map(|entry| entry.kind("a way to authenticate")).collect();
    methods.into_iter().collect()
}

/// A list of signing algorithms; none where one of them is wrong.
pub(super) fn algs(value: &Value<'_>) -> Option<Set<SigningAlg>> {
    let entries = value.list("[\"RS256\", \"ES256\", \"EdDSA\"]")?;
    let algs: Vec<_> = entries.iter().map(|entry| entry.kind("a signing algorithm")).collect();
    algs.into_iter().collect()
}

pub(super) fn scope(value: &Value<'_>) -> Option<Scope> {
    value.word("words separated by spaces, such as \"read write\"")
}

/// URLs that nobody on the way can read or change: `https`, or of this machine.
pub(super) fn urls<T: FromStr<Err: Display> + Display>(value: &Value<'_>, example: &str) -> Vec<T> {
    let url = |entry: Value<'_>| {
        let url: T = entry.word(example)?;
        if in_the_clear(&url.to_string()) {
            let shown = entry.shown();
            entry.wrong(format!(
                "{shown} is plain http, which everybody on the way can read: write https, or \
                 http with 127.0.0.1, [::1] or localhost while you develop"
            ));
        }
        Some(url)
    };
    let entries = value.list(&format!("[{example}]")).unwrap_or_default();
    entries.into_iter().filter_map(url).collect()
}

fn in_the_clear(url: &str) -> bool {
    let Ok(uri) = Uri::parse(url) else { return false };
    let host = uri.authority().map(|at| at.host().trim_matches(['[', ']'])).unwrap_or_default();
    let loopback = host == "localhost" || host.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback());
    uri.scheme().as_str().eq_ignore_ascii_case("http") && !loopback
}
