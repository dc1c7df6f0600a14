//! The proxies that are believed.

use std::net::IpAddr;

use ipnet::IpNet;

/// Networks whose addresses are proxies of the operator. What they say of whom they speak for is
/// believed; nobody else's word is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Proxies(Vec<IpNet>);

/// A text that is neither an address nor a network.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is neither an address nor a network: write 192.0.2.1, 10.0.0.0/8 or 2001:db8::/32")]
pub struct InvalidProxy(String);

impl Proxies {
    /// Reads addresses and networks in CIDR notation (RFC 4632).
    ///
    /// # Errors
    /// The first text that is neither.
    pub fn parse<T: AsRef<str>>(texts: impl IntoIterator<Item = T>) -> Result<Self, InvalidProxy> {
        let one = |text: T| {
            let text = text.as_ref();
            let net = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
            net.map_err(|_| InvalidProxy(text.to_owned()))
        };
        Ok(Self(texts.into_iter().map(one).collect::<Result<_, _>>()?))
    }

    /// Whether an address is a proxy's.
    pub fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        self.0.iter().any(|net| net.contains(&address))
    }

    /// Whose request it is that came from this address: the address itself, or, where it is a
    /// proxy's, the last one in `hops` that is not. `hops` are the addresses that proxies added, the
    /// nearest last; what is no address (`None`) ends the search, and the proxy that wrote it counts.
    pub fn client(&self, peer: IpAddr, hops: &[Option<IpAddr>]) -> IpAddr {
        let mut client = peer;
        for hop in hops.iter().rev() {
            match hop {
                Some(hop) if self.contains(client) => client = *hop,
                _ => break,
            }
        }
        client
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn proxies() -> Proxies {
        Proxies::parse(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"]).unwrap()
    }

    fn client(peer: &str, hops: &[&str]) -> String {
        let hops: Vec<_> = hops.iter().map(|hop| hop.parse().ok()).collect();
        proxies().client(peer.parse().unwrap(), &hops).to_string()
    }

    #[test]
    fn lg_05_the_last_address_that_is_no_proxy_counts() {
        assert_eq!(client("198.51.100.7", &["203.0.113.9"]), "198.51.100.7", "nobody's word");
        assert_eq!(client("10.0.0.1", &[]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        assert_eq!(client("::ffff:10.0.0.1", &["203.0.113.9"]), "203.0.113.9");
        // What the client itself wrote stands further left.
        assert_eq!(client("10.0.0.1", &["1.1.1.1", "203.0.113.9", "192.0.2.1"]), "203.0.113.9");
        assert_eq!(client("10.0.0.1", &["10.0.0.3", "10.0.0.2"]), "10.0.0.3");
        // PL-07: what is no address is never guessed at.
        assert_eq!(client("10.0.0.1", &["203.0.113.9", "unknown"]), "10.0.0.1");
        assert_eq!(client("10.0.0.1", &["junk", "10.0.0.2"]), "10.0.0.2");
    }

    #[test]
    fn a_text_that_is_no_network_says_what_would_be() {
        for bad in ["", "10.0.0.0/33", "proxy.internal", "10.0.0", "::/129"] {
            let error = Proxies::parse([bad]).unwrap_err();
            assert!(error.to_string().contains("write 192.0.2.1"), "{error}");
        }
    }
}
