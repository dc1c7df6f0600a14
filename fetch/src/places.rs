//! Which addresses are outside: those that anybody on the internet may have, and nobody else.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net, Ipv6Net};

/// What the registry of special-purpose addresses (RFC 6890) calls not globally reachable, or leads on to
/// other addresses, and multicast.
const INSIDE_V4: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),
    v4([10, 0, 0, 0], 8),
    v4([100, 64, 0, 0], 10),
    v4([127, 0, 0, 0], 8),
    v4([169, 254, 0, 0], 16),
    v4([172, 16, 0, 0], 12),
    v4([192, 0, 0, 0], 24),
    v4([192, 0, 2, 0], 24),
    v4([192, 88, 99, 0], 24),
    v4([192, 168, 0, 0], 16),
    v4([198, 18, 0, 0], 15),
    v4([198, 51, 100, 0], 24),
    v4([203, 0, 113, 0], 24),
    v4([224, 0, 0, 0], 4),
    v4([240, 0, 0, 0], 4),
];

/// Everything that is given to anybody (RFC 4291 §2.4). Outside it are `::1`, `fc00::/7`, `fe80::/10`, NAT64
/// (`64:ff9b::/96`) and multicast.
const GIVEN_V6: Ipv6Net = v6([0x2000, 0, 0], 3);

/// What of it is not reached by everybody, or wraps an IPv4 address: protocol assignments with Teredo,
/// documentation, 6to4.
const INSIDE_V6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0], 23),
    v6([0x2001, 0xdb8, 0], 32),
    v6([0x2002, 0, 0], 16),
    v6([0x3fff, 0, 0], 20),
];

const fn v4([a, b, c, d]: [u8; 4], length: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), length)
}

const fn v6([a, b, c]: [u16; 3], length: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, 0, 0, 0, 0, 0), length)
}

/// Where connections may go.
#[derive(Clone, Debug, Default)]
pub(crate) struct Places {
    pub(crate) allowed: Vec<IpNet>,
    pub(crate) denied: Vec<IpNet>,
}

impl Places {
    /// Whether a connection may go there: to what is outside or allowed, and not denied.
    pub(crate) fn open(&self, address: IpAddr) -> bool {
        // An IPv4 address that is written as one of IPv6 leads to the same machine.
        let address = address.to_canonical();
        let within = |nets: &[IpNet]| nets.iter().any(|net| net.contains(&address));
        !within(&self.denied) && (within(&self.allowed) || is_outside(address))
    }
}

fn is_outside(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !INSIDE_V4.iter().any(|net| net.contains(&address)),
        IpAddr::V6(address) => {
            GIVEN_V6.contains(&address) && !INSIDE_V6.iter().any(|net| net.contains(&address))
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::any, prop_assert_eq, proptest};

    use super::*;

    fn open(address: &str) -> bool {
        Places::default().open(address.parse().unwrap())
    }

    /// RG-05: first and last of each range.
    #[test]
    fn rg_05_what_is_inside_is_closed() {
        for inside in [
            "0.0.0.0",
            "0.255.255.255",
            "10.0.0.1",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.1",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.18.0.1",
            "198.19.255.255",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.255",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::ffff:10.0.0.1",
            "::ffff:127.0.0.1",
            "::10.0.0.1",
            "64:ff9b::a00:1",
            "64:ff9b::808:808",
            "64:ff9b:1::1",
            "100::1",
            "2001::1",
            "2001:db8::1",
            "2002:a00:1::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fdff::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
            "fd00:ec2::254",
        ] {
            assert!(!open(inside), "{inside}");
        }
        for outside in [
            "1.1.1.1",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2606:4700::1111",
            "2001:200::1",
            "2a00::1",
            "::ffff:1.1.1.1",
        ] {
            assert!(open(outside), "{outside}");
        }
    }

    #[test]
    fn what_is_allowed_is_open_and_what_is_denied_is_not() {
        let places = Places {
            allowed: vec!["10.1.0.0/16".parse().unwrap(), "1.0.0.0/8".parse().unwrap()],
            denied: vec!["10.1.2.0/24".parse().unwrap(), "1.1.1.1/32".parse().unwrap()],
        };
        for (address, open) in [
            ("10.1.0.1", true),
            ("::ffff:10.1.0.1", true),
            ("10.1.2.3", false),
            ("10.2.0.1", false),
            ("1.1.1.1", false),
            ("::ffff:1.1.1.1", false),
            ("1.1.1.2", true),
        ] {
            assert_eq!(places.open(address.parse().unwrap()), open, "{address}");
        }
    }

    proptest! {
        /// However an address is written, it is the same place.
        #[test]
        fn a_mapped_address_is_the_one_that_it_maps(bits in any::<u32>()) {
            let address = Ipv4Addr::from_bits(bits);
            let mapped = IpAddr::V6(address.to_ipv6_mapped());
            prop_assert_eq!(Places::default().open(mapped), Places::default().open(address.into()));
        }
    }
}
