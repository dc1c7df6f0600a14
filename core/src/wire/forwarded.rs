//! What proxies say of whom they speak for. Read only where the peer is one that is believed.

use std::net::{IpAddr, SocketAddr};

use http::{HeaderMap, HeaderName, header};

use crate::types::Proxies;

const X_FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The address of whoever made the request, by `Forwarded` (RFC 7239) or `X-Forwarded-For`. Where
/// there are both and they disagree, the client may have brought one of them along: the proxy's own
/// address counts then.
pub fn client_address(peer: IpAddr, headers: &HeaderMap, proxies: &Proxies) -> IpAddr {
    if !proxies.contains(peer) {
        return peer;
    }
    let by = |hops: Option<Vec<_>>| hops.map(|hops| proxies.client(peer, &hops));
    let standard = by(hops(headers, header::FORWARDED, forwarded));
    let usual = by(hops(headers, X_FORWARDED_FOR, |line| line.split(',').map(address).collect()));
    match (standard, usual) {
        (Some(one), Some(other)) if one != other => peer,
        (Some(one), _) | (None, Some(one)) => one,
        (None, None) => peer,
    }
}

/// All addresses of a header, however many lines it has; none where there is no such header.
fn hops(
    headers: &HeaderMap,
    name: HeaderName,
    read: impl Fn(&str) -> Vec<Option<IpAddr>>,
) -> Option<Vec<Option<IpAddr>>> {
    let lines = headers.get_all(name);
    let all: Vec<_> = lines.iter().flat_map(|value| read(value.to_str().unwrap_or("?"))).collect();
    (!all.is_empty()).then_some(all)
}

/// One line of `Forwarded`. A quote that is not closed would swallow what the next proxy appends, so
/// a line with an odd number of them is no address at all.
fn forwarded(line: &str) -> Vec<Option<IpAddr>> {
    if line.matches('"').count() % 2 == 1 {
        return vec![None];
    }
    split(line, ',').map(node).collect()
}

/// One element of `Forwarded`: the address of its `for`.
fn node(element: &str) -> Option<IpAddr> {
    let nodes = split(element, ';').filter_map(|pair| {
        let (name, value) = pair.split_once('=')?;
        name.trim().eq_ignore_ascii_case("for").then(|| value.trim())
    });
    let mut nodes: Vec<_> = nodes.collect();
    // RFC 7239 §4: a parameter occurs once.
    let node = nodes.pop().filter(|_| nodes.is_empty())?;
    let quoted = node.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    address(quoted.unwrap_or(node))
}

/// Splits at the mark, but not within quotes.
fn split(text: &str, mark: char) -> impl Iterator<Item = &str> {
    let mut quoted = false;
    text.split(move |c| {
        quoted ^= c == '"';
        c == mark && !quoted
    })
}

/// An address, with or without a port (RFC 7239 §6). Names are never resolved.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(text);
    let with_port = || text.parse::<SocketAddr>().ok().map(|address| address.ip());
    bare.parse().ok().or_else(with_port)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn client(lines: &[(&'static str, &str)]) -> String {
        let proxies = Proxies::parse(["10.0.0.0/8"]).unwrap();
        let name = |name: &'static str| HeaderName::from_static(name);
        let lines = lines.iter().map(|(key, value)| (name(key), value.parse().unwrap()));
        client_address("10.0.0.1".parse().unwrap(), &lines.collect(), &proxies).to_string()
    }

    #[test]
    fn lg_05_both_headers_are_walked_from_the_right() {
        assert_eq!(client(&[]), "10.0.0.1");
        let xff = "x-forwarded-for";
        assert_eq!(client(&[(xff, "1.1.1.1, 203.0.113.9,10.0.0.2")]), "203.0.113.9");
        assert_eq!(client(&[(xff, "1.1.1.1"), (xff, "203.0.113.9")]), "203.0.113.9");
        assert_eq!(client(&[(xff, "203.0.113.9:4711")]), "203.0.113.9");
        assert_eq!(client(&[(xff, "[2001:db8::9]:4711")]), "2001:db8::9");
        let lines = "for=1.1.1.1, For=\"[2001:db8::9]:4711\";proto=https;by=10.0.0.2";
        assert_eq!(client(&[("forwarded", lines)]), "2001:db8::9");
        let lines = "for=203.0.113.10,for=10.0.0.2";
        assert_eq!(client(&[("forwarded", lines)]), "203.0.113.10");
        assert_eq!(
            client(&[("forwarded", "for=203.0.113.9;by=\"a,b;for=1.1.1.1\"")]),
            "203.0.113.9"
        );
    }

    #[test]
    fn pl_07_what_is_no_address_is_the_proxys_own() {
        for junk in ["unknown", "_hidden", "example.com", "", "1.1.1", "for=1.1.1.1", "1.1.1.1, ?"]
        {
            assert_eq!(client(&[("x-forwarded-for", junk)]), "10.0.0.1", "{junk}");
        }
        for junk in [
            "for=unknown",
            "for=_hidden",
            "proto=https",
            "",
            "for=\"1.1.1.1",
            "for=1.1.1.1;for=2.2.2.2",
            "for=1.1.1.1, by=x",
            // What a client began and the proxy appended to.
            "for=1.1.1.1;by=\", for=203.0.113.9",
        ] {
            assert_eq!(client(&[("forwarded", junk)]), "10.0.0.1", "{junk}");
        }
    }

    #[test]
    fn headers_that_disagree_are_not_believed() {
        let (standard, usual) = ("forwarded", "x-forwarded-for");
        assert_eq!(client(&[(standard, "for=1.1.1.1"), (usual, "2.2.2.2")]), "10.0.0.1");
        assert_eq!(client(&[(standard, "for=1.1.1.1"), (usual, "1.1.1.1")]), "1.1.1.1");
    }
}
