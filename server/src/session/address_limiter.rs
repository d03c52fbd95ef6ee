//! A rate limit per address, and wider ones per network, so that many addresses of one network are worth no more than a few.

use std::net::IpAddr;

use ipnet::IpNet;
use papo_shared::protocol::Refusal;

use super::address_prefixes::{FACTORS, address_prefixes};
use super::limiter::KeyedLimiter;

/// A rate limit of addresses, and of the networks that contain them.
pub(super) struct AddressLimiter {
    /// One limiter for each of [`FACTORS`].
    by_width: [KeyedLimiter<IpNet>; FACTORS.len()],
}

impl AddressLimiter {
    /// `number` per minute and address.
    pub(super) fn per_minute(number: u32) -> Self {
        Self { by_width: FACTORS.map(|factor| KeyedLimiter::per_minute(number.saturating_mul(factor))) }
    }

    /// `number` per hour and address.
    pub(super) fn per_hour(number: u32) -> Self {
        Self { by_width: FACTORS.map(|factor| KeyedLimiter::per_hour(number.saturating_mul(factor))) }
    }

    /// Counts one use by this address.
    pub(super) fn check(&self, address: IpAddr) -> Result<(), Refusal> {
        self.take(address, 1)
    }

    /// Counts `number` uses by this address. The narrowest network is counted first, so that an address that is refused
    /// uses up nothing of its wider networks.
    pub(super) fn take(&self, address: IpAddr, number: u32) -> Result<(), Refusal> {
        let mut prefixes = address_prefixes(address).zip(&self.by_width);
        prefixes.try_for_each(|((network, _), limiter)| limiter.take(&network, number))
    }
}

#[cfg(test)]
mod tests {
    use super::{AddressLimiter, IpAddr};

    /// Repeats an attempt of each address until it is refused, and returns how many were allowed in total.
    fn allowed(limiter: &AddressLimiter, addresses: impl IntoIterator<Item = String>) -> usize {
        let attempts = |address: IpAddr| (0..).take_while(|_| limiter.check(address).is_ok()).count();
        addresses.into_iter().map(|address| attempts(address.parse().unwrap())).sum()
    }

    #[tokio::test(start_paused = true)]
    async fn the_networks_of_an_address_are_limited_as_well() {
        let limiter = AddressLimiter::per_minute(3);
        let of_56 = (0..=0xff).map(|subnet| format!("2001:db8:0:{subnet:x}::1"));
        assert_eq!(allowed(&limiter, of_56), 3 * 4, "256 addresses of one /56 are worth four");
        let of_48 = (1..=0xff).map(|subnet| format!("2001:db8:0:{subnet:x}00::1"));
        assert_eq!(allowed(&limiter, of_48), 3 * (16 - 4), "255 networks of the same /48 are worth the rest of sixteen");
        assert_eq!(allowed(&limiter, ["2001:db8:1::1".to_owned()]), 3, "another /48 is not affected");
        assert_eq!(allowed(&limiter, (1..=9).map(|host| format!("192.0.2.{host}"))), 9 * 3, "IPv4 addresses are independent");
    }

    #[tokio::test(start_paused = true)]
    async fn a_refused_address_uses_up_nothing_of_its_networks() {
        let limiter = AddressLimiter::per_hour(2);
        let one: IpAddr = "2001:db8::1".parse().unwrap();
        for _ in 0..100 {
            let _ = limiter.check(one);
        }
        assert_eq!(allowed(&limiter, (1..9).map(|subnet| format!("2001:db8:0:{subnet}::1"))), 2 * 3);
    }
}
