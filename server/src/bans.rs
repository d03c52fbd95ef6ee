//! The bans in force, as connections are checked against them.
//!
//! Deliberately absent: making and storing bans (see `operator`), and closing connections (see `open_sessions`).

use std::collections::{HashMap, HashSet};
use std::net::IpAddr;
use std::sync::{Arc, PoisonError, RwLock};

use papo_shared::model::Timestamp;

use crate::domain::{Ban, BannedNetwork};

/// The stored bans. Cloning gives another handle.
#[derive(Clone, Default)]
pub(crate) struct Bans {
    expiries: Arc<RwLock<HashMap<BannedNetwork, Timestamp>>>,
}

impl Bans {
    /// Replaces all bans by those that are stored. Gives the networks that were not banned before.
    pub(crate) fn replace(&self, stored: &[Ban]) -> HashSet<BannedNetwork> {
        let mut expiries = self.expiries.write().unwrap_or_else(PoisonError::into_inner);
        let new = stored.iter().map(|ban| ban.network).filter(|network| !expiries.contains_key(network)).collect();
        *expiries = stored.iter().map(|ban| (ban.network, ban.until)).collect();
        new
    }

    /// When the last ban of the address at `now` expires; `None` if it is not banned.
    pub(crate) fn expiry(&self, address: IpAddr, now: Timestamp) -> Option<Timestamp> {
        let expiries = self.expiries.read().unwrap_or_else(PoisonError::into_inner);
        if expiries.is_empty() {
            return None;
        }
        let of_networks = BannedNetwork::all_around(address).filter_map(|network| expiries.get(&network).copied());
        of_networks.filter(|until| *until > now).max()
    }
}

#[cfg(test)]
mod tests {
    use super::{Ban, BannedNetwork, Bans, Timestamp};

    #[test]
    fn an_address_is_banned_until_the_last_ban_of_its_networks_expires() {
        let ban = |network, until| Ban {
            network: BannedNetwork::parse(network).unwrap(),
            until: Timestamp(until),
            reason: String::new(),
            created_by: String::new(),
            created_at: Timestamp(0),
        };
        let bans = Bans::default();
        assert_eq!(bans.replace(&[ban("192.0.2.0/24", 20), ban("192.0.2.7", 10)]).len(), 2);
        let new = bans.replace(&[ban("192.0.2.0/24", 20), ban("192.0.2.7", 10), ban("2001:db8::/48", 10)]);
        assert_eq!(new, [BannedNetwork::parse("2001:db8::/48").unwrap()].into());
        let expiry = |address: &str, now| bans.expiry(address.parse().unwrap(), Timestamp(now)).map(|until| until.0);
        assert_eq!(expiry("192.0.2.7", 0), Some(20));
        assert_eq!(expiry("192.0.2.8", 19), Some(20));
        assert_eq!(expiry("::ffff:192.0.2.8", 19), Some(20));
        assert_eq!(expiry("192.0.2.7", 20), None, "expired");
        assert_eq!(expiry("192.0.3.7", 0), None);
        assert_eq!(expiry("2001:db8:0:9::1", 9), Some(10));
        assert_eq!(expiry("2001:db8:1::1", 9), None);
        assert!(bans.replace(&[]).is_empty());
        assert_eq!(expiry("192.0.2.7", 0), None);
    }
}
