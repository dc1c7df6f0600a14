//! What proxies say of whom they speak for, seen by where a sign-in is counted.

use std::net::{IpAddr, SocketAddr};

use grantry::types::{Peer, Proxies, Source};
use grantry_conformance::{Answer, form};
use http::{HeaderValue, Request};

use crate::{
    answer,
    world::{self, World},
};

const PEER: &str = "10.0.0.1";

/// Lines of headers: `F` for `Forwarded`, and otherwise `X-Forwarded-For`. The source is the proxy
/// itself or an address that somebody wrote (PL-07), and the rightmost stranger where there are no
/// quotes to split by.
pub fn forwarded(input: &[u8]) {
    let lines: Vec<_> = input.split(|byte| *byte == b'\n').collect();
    let sign_in = [("grant_type", "password"), ("username", "alice"), ("password", "no")];
    let mut request = form("/oauth/acme/token/direct", &sign_in);
    request.extensions_mut().insert(Peer::new(Some(SocketAddr::new(PEER.parse().unwrap(), 4711))));
    for line in &lines {
        let Ok(value) = HeaderValue::from_bytes(line.strip_prefix(b"F").unwrap_or(line)) else {
            return;
        };
        request.headers_mut().append(name(line), value);
    }
    world::with(async |world| {
        world.witness.take();
        let named = named(&request);
        let usual = rightmost(&request);
        let answer = Answer::from(world.server.handle(request).await);
        answer::check(&answer);
        let source = world.witness.take().source().unwrap();
        let peer = Source::of(PEER.parse().unwrap());
        assert!(source == peer || named.contains(&source), "{source} is nobody's word");
        if let Some(usual) = usual {
            assert_eq!(source, Source::of(usual));
        }
    });
}

fn name(line: &[u8]) -> &'static str {
    if line.starts_with(b"F") { "forwarded" } else { "x-forwarded-for" }
}

/// The sources of all addresses that stand somewhere in the headers, with or without a port.
fn named<B>(request: &Request<B>) -> Vec<Source> {
    let values = request.headers().values().filter_map(|value| value.to_str().ok());
    let mark = |c: char| !c.is_ascii_hexdigit() && !matches!(c, '.' | ':' | '[' | ']' | '%');
    let texts = values.flat_map(|text| text.split(mark));
    let bare = |text: &str| text.trim_matches(['[', ']']).parse::<IpAddr>().ok();
    let with_port = |text: &str| Some(text.parse::<SocketAddr>().ok()?.ip());
    texts.filter_map(|text| bare(text).or_else(|| with_port(text))).map(Source::of).collect()
}

/// The rightmost address that is no proxy's, by a walk of another kind: where `X-Forwarded-For`
/// stands alone.
fn rightmost<B>(request: &Request<B>) -> Option<IpAddr> {
    if request.headers().contains_key("forwarded") {
        return None;
    }
    let proxies = Proxies::parse([World::PROXIES]).unwrap();
    let mut hops = vec![Some(PEER.parse().unwrap())];
    for value in request.headers().get_all("x-forwarded-for").iter().rev() {
        // What is no text is one hop that nobody can read.
        let text = value.to_str().unwrap_or("?");
        hops.extend(text.rsplit(',').map(|hop| {
            let hop = hop.trim();
            let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']'));
            let port = hop.parse::<SocketAddr>().map(|address| address.ip());
            bare.unwrap_or(hop).parse().or(port).ok()
        }));
    }
    let known = hops.into_iter().map_while(|hop| hop);
    let mut last = None;
    for hop in known {
        last = Some(hop);
        if !proxies.contains(hop) {
            break;
        }
    }
    last
}
