//! Bans of addresses and networks.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use ipnet::{IpNet, Ipv4Net};
use papo_shared::model::Timestamp;
use papo_shared::protocol::Refusal;

/// The part of IPv6 by which IPv4 addresses are mapped, `::ffff:0:0/96`.
const MAPPED_LENGTH: u8 = 96;

/// A network that can be banned: an IPv4 or IPv6 network or a single address, in its shortest form, outside of loopback.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BannedNetwork(IpNet);

/// Why a network cannot be banned.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BannedNetworkError {
    /// The text is neither an address nor a network.
    #[error("it is not an address or a network, such as 192.0.2.1 or 192.0.2.0/24")]
    NotANetwork,
    /// The network contains addresses of the server's own machine.
    #[error("it contains loopback addresses, by which the server's own machine connects; these cannot be banned")]
    Loopback,
}

/// A ban of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Ban {
    pub network: BannedNetwork,
    /// When it expires.
    pub until: Timestamp,
    /// The operator's note; empty if there is none.
    pub reason: String,
    /// The operator who made it.
    pub created_by: String,
    /// Creation time, by the server clock.
    pub created_at: Timestamp,
}

/// The refusal of a client whose address is banned until then.
pub(crate) fn banned_refusal(until: Timestamp, now: Timestamp) -> Refusal {
    Refusal::AddressBanned { retry_after_ms: u64::try_from(until.0.saturating_sub(now.0)).unwrap_or(0) }
}

impl BannedNetwork {
    /// Parses an address or a network in CIDR notation. Bits of the host are ignored, and IPv4 addresses mapped to IPv6 are
    /// IPv4 addresses.
    ///
    /// # Errors
    /// [`BannedNetworkError`].
    pub fn parse(typed: &str) -> Result<Self, BannedNetworkError> {
        let typed = typed.trim();
        let network = typed.parse::<IpNet>().or_else(|_| typed.parse::<IpAddr>().map(IpNet::from));
        let network = canonical(network.map_err(|_| BannedNetworkError::NotANetwork)?);
        let loopback = [IpNet::new_assert(Ipv4Addr::LOCALHOST.into(), 8).trunc(), IpAddr::V6(Ipv6Addr::LOCALHOST).into()];
        if loopback.iter().any(|loopback| loopback.contains(&network) || network.contains(loopback)) {
            return Err(BannedNetworkError::Loopback);
        }
        Ok(Self(network))
    }

    /// Whether the address belongs to the network.
    #[must_use]
    pub fn contains(&self, address: IpAddr) -> bool {
        self.0.contains(&address.to_canonical())
    }

    /// All networks that contain the address, whether they are banned or not.
    pub(crate) fn all_around(address: IpAddr) -> impl Iterator<Item = Self> {
        let address = IpNet::from(address.to_canonical());
        (0..=address.max_prefix_len()).filter_map(move |length| Some(Self(IpNet::new(address.addr(), length).ok()?.trunc())))
    }
}

impl fmt::Display for BannedNetwork {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.prefix_len() == self.0.max_prefix_len() { self.0.addr().fmt(f) } else { self.0.fmt(f) }
    }
}

/// The network without bits of the host, and as an IPv4 network if its addresses are mapped ones.
fn canonical(network: IpNet) -> IpNet {
    let network = network.trunc();
    let mapped = match network {
        IpNet::V6(mapped) => mapped.addr().to_ipv4_mapped().zip(mapped.prefix_len().checked_sub(MAPPED_LENGTH)),
        IpNet::V4(_) => None,
    };
    mapped.and_then(|(address, length)| Some(IpNet::V4(Ipv4Net::new(address, length).ok()?))).unwrap_or(network)
}

#[cfg(test)]
mod tests {
    use super::{BannedNetwork, BannedNetworkError};

    #[track_caller]
    fn check(typed: &str, expected: Result<&str, BannedNetworkError>) {
        let parsed = BannedNetwork::parse(typed).map(|network| network.to_string());
        assert_eq!(parsed, expected.map(str::to_owned), "{typed:?}");
    }

    #[test]
    fn networks_are_parsed_into_one_form() {
        check(" 192.0.2.7 ", Ok("192.0.2.7"));
        check("192.0.2.7/32", Ok("192.0.2.7"));
        check("192.0.2.7/24", Ok("192.0.2.0/24"));
        check("::ffff:192.0.2.7", Ok("192.0.2.7"));
        check("::ffff:192.0.2.7/120", Ok("192.0.2.0/24"));
        check("2001:DB8::1", Ok("2001:db8::1"));
        check("2001:db8:0:1::1/48", Ok("2001:db8::/48"));
        for typed in ["", "192.0.2", "192.0.2.0/33", "192.0.2.0/", "example.org", "2001:db8::/129"] {
            check(typed, Err(BannedNetworkError::NotANetwork));
        }
    }

    #[test]
    fn loopback_cannot_be_banned() {
        for typed in ["127.0.0.1", "127.9.9.9/16", "0.0.0.0/0", "126.0.0.0/7", "::1", "::/0", "::/64", "::ffff:127.0.0.1"] {
            check(typed, Err(BannedNetworkError::Loopback));
        }
        check("128.0.0.0/8", Ok("128.0.0.0/8"));
        check("::2", Ok("::2"));
    }

    #[test]
    fn all_networks_around_an_address_contain_it() {
        let networks = |address: &str| -> Vec<_> { BannedNetwork::all_around(address.parse().unwrap()).collect() };
        assert_eq!((networks("192.0.2.7").len(), networks("2001:db8::1").len()), (33, 129));
        for (address, network) in
            [("192.0.2.7", "192.0.2.7"), ("::ffff:192.0.2.7", "192.0.0.0/16"), ("2001:db8::1", "2001:db8::/48")]
        {
            let network = BannedNetwork::parse(network).unwrap();
            assert!(network.contains(address.parse().unwrap()) && networks(address).contains(&network), "{address} {network}");
        }
    }
}
