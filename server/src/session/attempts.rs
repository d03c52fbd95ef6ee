//! Limits on sign-in attempts, per address and per account. Kept across connections, since reconnecting is cheap.
//!
//! A limit per account alone would let anyone lock a user out by exhausting it. Therefore an account's limit only
//! counts attempts from addresses without a recent sign-in to that account. At an address where they signed in
//! recently, users are only bound by the limit of the address, and their passwords are verified first; sign-ins by token
//! are not limited.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use papo_shared::model::Username;
use papo_shared::protocol::Refusal;

use super::limiter::KeyedLimiter;
use crate::config::Limits;
use crate::passwords::Precedence;
use crate::requests::SignInAttempt;

/// Size of each of the two generations of remembered sign-ins.
const REMEMBERED: usize = 20_000;

/// Limiters of sign-in attempts for all sessions.
pub(crate) struct SignInLimits {
    by_address: KeyedLimiter<IpAddr>,
    registrations_by_address: KeyedLimiter<IpAddr>,
    /// Attempts from addresses without a recent sign-in.
    by_username: KeyedLimiter<Username>,
    recent_sign_ins: Mutex<RecentSignIns>,
}

/// Recent sign-ins by account and address. Bounded: when `newer` is full, it replaces `older`.
#[derive(Default)]
struct RecentSignIns {
    newer: HashSet<(Username, IpAddr)>,
    older: HashSet<(Username, IpAddr)>,
}

impl SignInLimits {
    /// Creates the limiters, with nothing counted or remembered.
    #[must_use]
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            by_address: KeyedLimiter::per_minute(limits.sign_ins_per_minute_by_address),
            registrations_by_address: KeyedLimiter::per_hour(limits.registrations_per_hour_by_address),
            by_username: KeyedLimiter::per_minute(limits.sign_ins_per_minute_by_username),
            recent_sign_ins: Mutex::default(),
        }
    }

    /// Counts an attempt, before its password hash is computed, and returns the precedence of that.
    ///
    /// # Errors
    /// `TooFast` if the address or the username has used up its limit.
    pub(super) fn check(&self, attempt: SignInAttempt<'_>, from: IpAddr) -> Result<Precedence, Refusal> {
        let address_prefix = address_prefix(from);
        match attempt {
            SignInAttempt::Registration => {
                self.by_address.check(&address_prefix)?;
                self.registrations_by_address.check(&address_prefix)?;
            }
            SignInAttempt::Password { username } => {
                self.by_address.check(&address_prefix)?;
                // Text that is not a username belongs to no account and only counts for its address.
                if let Ok(username) = Username::parse(username) {
                    let sign_in = (username, address_prefix);
                    if self.recent_sign_ins().has(&sign_in) {
                        return Ok(Precedence::High);
                    }
                    self.by_username.check(&sign_in.0)?;
                }
            }
            SignInAttempt::Token => {}
        }
        Ok(Precedence::Normal)
    }

    /// Remembers a successful sign-in of any kind.
    pub(super) fn succeeded(&self, username: &Username, from: IpAddr) {
        self.recent_sign_ins().remember((username.clone(), address_prefix(from)));
    }

    fn recent_sign_ins(&self) -> std::sync::MutexGuard<'_, RecentSignIns> {
        self.recent_sign_ins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl RecentSignIns {
    fn has(&self, sign_in: &(Username, IpAddr)) -> bool {
        self.newer.contains(sign_in) || self.older.contains(sign_in)
    }

    fn remember(&mut self, sign_in: (Username, IpAddr)) {
        if self.newer.len() >= REMEMBERED && !self.newer.contains(&sign_in) {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(sign_in);
    }
}

/// The unit by which addresses are limited: the IPv4 address, or the /64 of an IPv6 address, which is usually
/// assigned as a whole.
#[must_use]
pub(crate) fn address_prefix(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::{
        IpAddr, Limits, Precedence, REMEMBERED, RecentSignIns, Refusal, SignInAttempt, SignInLimits, Username, address_prefix,
    };

    fn attempts() -> SignInLimits {
        let (by_address, by_username) = (4, 2);
        SignInLimits::new(&Limits {
            sign_ins_per_minute_by_address: by_address,
            sign_ins_per_minute_by_username: by_username,
            registrations_per_hour_by_address: 3,
            ..Limits::default()
        })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn sign_in(username: &str) -> SignInAttempt<'_> {
        SignInAttempt::Password { username }
    }

    /// Repeats an attempt until it is refused, and returns how many were allowed.
    fn allowed(attempts: &SignInLimits, attempt: SignInAttempt<'_>, from: &str) -> usize {
        let refused = |result: &Result<Precedence, Refusal>| matches!(result, Err(Refusal::TooFast { .. }));
        (0..9).map(|_| attempts.check(attempt, address(from))).take_while(|result| !refused(result)).count()
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_are_limited_by_address_and_by_account() {
        let attempts = attempts();
        assert_eq!(allowed(&attempts, sign_in("ana"), "192.0.2.1"), 2, "limited by account");
        assert_eq!(allowed(&attempts, sign_in(" ANA"), "192.0.2.2"), 0, "from any address, in any spelling");
        assert_eq!(allowed(&attempts, sign_in("rui"), "192.0.2.1"), 1, "limited by address: this is the fourth attempt");
        assert_eq!(allowed(&attempts, sign_in("not a name"), "192.0.2.9"), 4, "no account, but the address counts");
    }

    #[tokio::test(start_paused = true)]
    async fn strangers_cannot_lock_out_a_user() {
        let attempts = attempts();
        let ana = Username::parse("ana").unwrap();
        attempts.succeeded(&ana, address("2001:db8::1"));
        for stranger in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
            allowed(&attempts, sign_in("ana"), stranger);
        }
        assert_eq!(allowed(&attempts, sign_in("ana"), "192.0.2.4"), 0, "exhausted for strangers");
        assert_eq!(
            allowed(&attempts, sign_in("ana"), "2001:db8::2"),
            4,
            "only limited by address where the owner signed in recently"
        );
    }

    #[tokio::test(start_paused = true)]
    async fn the_password_of_a_recent_user_of_the_address_has_precedence() {
        let attempts = attempts();
        attempts.succeeded(&Username::parse("ana").unwrap(), address("2001:db8::1"));
        let precedence = |attempt, from| attempts.check(attempt, address(from)).unwrap();
        assert_eq!(precedence(sign_in("Ana"), "2001:db8::2"), Precedence::High);
        assert_eq!(precedence(sign_in("ana"), "2001:db8:0:1::2"), Precedence::Normal, "another network");
        assert_eq!(precedence(sign_in("rui"), "2001:db8::2"), Precedence::Normal, "another account");
        assert_eq!(precedence(SignInAttempt::Registration, "2001:db8::2"), Precedence::Normal);
    }

    #[tokio::test(start_paused = true)]
    async fn registrations_are_limited_by_address_per_hour() {
        let attempts = attempts();
        let register = SignInAttempt::Registration;
        assert_eq!(allowed(&attempts, register, "192.0.2.1"), 3);
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        assert_eq!(allowed(&attempts, register, "192.0.2.1"), 0, "not replenished within a minute");
        assert_eq!(allowed(&attempts, register, "192.0.2.2"), 3);
    }

    #[test]
    fn remembered_sign_ins_are_bounded_and_the_oldest_are_dropped() {
        let mut recent_sign_ins = RecentSignIns::default();
        let sign_in = |number: usize| (Username::from(format!("u{number}")), address("192.0.2.1"));
        for number in 0..=2 * REMEMBERED {
            recent_sign_ins.remember(sign_in(number));
        }
        assert!(recent_sign_ins.newer.len() + recent_sign_ins.older.len() <= 2 * REMEMBERED);
        assert!(!recent_sign_ins.has(&sign_in(0)));
        assert!(recent_sign_ins.has(&sign_in(REMEMBERED)) && recent_sign_ins.has(&sign_in(2 * REMEMBERED)));
    }

    #[test]
    fn an_ipv6_prefix_counts_as_one_address() {
        let address_prefix = |text: &str| address_prefix(address(text)).to_string();
        assert_eq!(address_prefix("2001:db8::1:2:3:4"), address_prefix("2001:db8::5"));
        assert_ne!(address_prefix("2001:db8:0:1::1"), address_prefix("2001:db8::1"));
        assert_eq!(address_prefix("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
