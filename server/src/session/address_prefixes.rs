//! The networks by which an address is limited.

use std::net::IpAddr;

use ipnet::IpNet;

/// How many times the limit of one address each of its networks may use, narrowest network first. One customer of a
/// provider usually gets an IPv6 /56 or /48, and can use a different /64 of it for every connection.
pub(super) const FACTORS: [u32; 3] = [1, 4, 16];

const IPV6_LENGTHS: [u8; FACTORS.len()] = [64, 56, 48];

/// The networks that contain an address and are limited, narrowest first, each with the factor by which its limit exceeds
/// that of the first: the /64, /56 and /48 of an IPv6 address, and an IPv4 address alone.
pub(crate) fn address_prefixes(address: IpAddr) -> impl Iterator<Item = (IpNet, u32)> {
    let address = address.to_canonical();
    let lengths = match address {
        IpAddr::V4(_) => &[32],
        IpAddr::V6(_) => &IPV6_LENGTHS[..],
    };
    lengths.iter().zip(FACTORS).map(move |(&length, factor)| (IpNet::new_assert(address, length).trunc(), factor))
}

/// The network that counts as one address: an IPv4 address, or the /64 of an IPv6 address, which is usually assigned as a
/// whole.
pub(super) fn narrowest_prefix(address: IpAddr) -> IpNet {
    let alone = IpNet::from(address.to_canonical());
    address_prefixes(address).next().map_or(alone, |(network, _)| network)
}

#[cfg(test)]
mod tests {
    use super::{address_prefixes, narrowest_prefix};

    #[track_caller]
    fn check(address: &str, expected: &[(&str, u32)]) {
        let prefixes: Vec<_> = address_prefixes(address.parse().unwrap()).collect();
        let expected: Vec<_> = expected.iter().map(|(network, factor)| (network.parse().unwrap(), *factor)).collect();
        assert_eq!(prefixes, expected, "{address}");
        assert_eq!(narrowest_prefix(address.parse().unwrap()), expected[0].0, "{address}");
    }

    #[test]
    fn ipv6_addresses_are_limited_by_three_networks_and_ipv4_addresses_by_themselves() {
        check(
            "2001:db8:12:3456:7:8:9:a",
            &[("2001:db8:12:3456::/64", 1), ("2001:db8:12:3400::/56", 4), ("2001:db8:12::/48", 16)],
        );
        check("192.0.2.1", &[("192.0.2.1/32", 1)]);
        check("::ffff:192.0.2.1", &[("192.0.2.1/32", 1)]);
    }
}
