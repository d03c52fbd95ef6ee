//! Serde format of networks in the configuration file: addresses, or networks in CIDR notation.

use std::net::IpAddr;

use ipnet::IpNet;
use serde::{Deserialize, Deserializer, Serializer, de};

pub(super) fn serialize<S: Serializer>(networks: &[IpNet], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(networks.iter().map(IpNet::to_string))
}

pub(super) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<IpNet>, D::Error> {
    let texts = Vec::<String>::deserialize(deserializer)?;
    let networks = texts.into_iter().map(|text| match (text.parse::<IpNet>(), text.parse::<IpAddr>()) {
        (Ok(network), _) => Ok(network.trunc()),
        (_, Ok(address)) => Ok(IpNet::from(address.to_canonical())),
        _ => Err(de::Error::custom(format!("{text:?} is not an address or a network, such as 192.0.2.1 or 192.0.2.0/24"))),
    });
    networks.collect()
}

#[cfg(test)]
mod tests {
    use crate::config::layers::load;

    #[test]
    fn addresses_and_networks_are_accepted() {
        let environment = |name: &str| {
            (name == "PAPO_PROXIES")
                .then(|| r#"["192.0.2.1", "::ffff:192.0.2.2", "198.51.100.7/24", "2001:db8::/48"]"#.to_owned())
        };
        let proxies = load(None, &environment, &[]).unwrap().proxies;
        let shown: Vec<_> = proxies.iter().map(ToString::to_string).collect();
        assert_eq!(shown, ["192.0.2.1/32", "192.0.2.2/32", "198.51.100.0/24", "2001:db8::/48"]);
    }
}
