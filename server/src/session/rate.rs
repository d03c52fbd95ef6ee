//! How fast somebody may ask.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::num::NonZero;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, DefaultKeyedRateLimiter, Quota, RateLimiter};
use papo_shared::model::{ConversationId, Username};
use papo_shared::protocol::Refusal;
use tokio::time::Instant;

use crate::config::Limits;

/// Keys that a table of attempts holds before those that are allowed everything again are thrown out.
const MAX_KEYS: usize = 10_000;

/// One event that somebody is writing is passed on in this time; the others say the same.
const TYPING_EVERY: Duration = Duration::from_secs(2);

/// Conversations that one session can be writing in at once; more than that is no person.
const MAX_TYPING_IN: usize = 16;

/// Requests of one session.
pub(super) struct RequestRate {
    limiter: DefaultDirectRateLimiter,
}

/// Attempts to sign in, of all sessions. Kept across connections, since connecting again is cheap.
pub(crate) struct Attempts {
    by_address: DefaultKeyedRateLimiter<IpAddr>,
    by_username: DefaultKeyedRateLimiter<String>,
}

/// What one session said about its writing.
#[derive(Default)]
pub(super) struct TypingRate {
    last: HashMap<ConversationId, Instant>,
}

impl RequestRate {
    pub(super) fn new(limits: &Limits) -> Self {
        let quota = Quota::per_second(at_least_one(limits.requests_per_second));
        Self { limiter: RateLimiter::direct(quota.allow_burst(at_least_one(limits.request_burst))) }
    }

    pub(super) fn check(&self) -> Result<(), Refusal> {
        self.limiter.check().map_err(|refused| too_fast(refused.wait_time_from(DefaultClock::default().now())))
    }
}

impl Attempts {
    /// Nobody tried anything yet.
    #[must_use]
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            by_address: RateLimiter::keyed(Quota::per_minute(at_least_one(limits.sign_ins_per_minute_by_address))),
            by_username: RateLimiter::keyed(Quota::per_minute(at_least_one(limits.sign_ins_per_minute_by_username))),
        }
    }

    /// Counts one attempt from this address.
    pub(super) fn check_address(&self, address: IpAddr) -> Result<(), Refusal> {
        check(&self.by_address, &site(address))
    }

    /// Counts one attempt on this account, whether or not it exists.
    pub(super) fn check_username(&self, typed: &str) -> Result<(), Refusal> {
        // What is no name is nobody's account, and counts for its address alone.
        match Username::parse(typed) {
            Ok(username) => check(&self.by_username, &username.into()),
            Err(_) => Ok(()),
        }
    }
}

impl TypingRate {
    /// Whether it is time to pass it on again.
    pub(super) fn is_due(&mut self, conversation: ConversationId) -> bool {
        let now = Instant::now();
        self.last.retain(|_, last| now < *last + TYPING_EVERY);
        let is_due = self.last.len() < MAX_TYPING_IN && !self.last.contains_key(&conversation);
        if is_due {
            self.last.insert(conversation, now);
        }
        is_due
    }
}

fn check<K: Hash + Eq + Clone>(limiter: &DefaultKeyedRateLimiter<K>, key: &K) -> Result<(), Refusal> {
    if limiter.len() > MAX_KEYS {
        limiter.retain_recent();
    }
    limiter.check_key(key).map_err(|refused| too_fast(refused.wait_time_from(DefaultClock::default().now())))
}

fn too_fast(wait: Duration) -> Refusal {
    Refusal::TooFast { retry_after_ms: u64::try_from(wait.as_millis()).unwrap_or(u64::MAX).saturating_add(1) }
}

fn at_least_one(number: u32) -> NonZero<u32> {
    NonZero::new(number).unwrap_or(NonZero::<u32>::MIN)
}

/// What counts as one address: of IPv6 the /64 that one place gets whole.
#[must_use]
pub(crate) fn site(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & !u128::from(u64::MAX))),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use papo_shared::model::ConversationId;
    use papo_shared::protocol::Refusal;

    use super::{Attempts, Limits, RequestRate, TYPING_EVERY, TypingRate, site};

    fn limits() -> Limits {
        Limits {
            requests_per_second: 1,
            request_burst: 3,
            sign_ins_per_minute_by_address: 2,
            sign_ins_per_minute_by_username: 2,
            ..Limits::default()
        }
    }

    #[track_caller]
    fn check_too_fast(result: Result<(), Refusal>, at_most: Duration) {
        let Err(Refusal::TooFast { retry_after_ms }) = result else { panic!("{result:?}") };
        assert!(retry_after_ms > 0 && u128::from(retry_after_ms) <= at_most.as_millis() + 1, "{retry_after_ms}");
    }

    #[test]
    fn a_burst_is_allowed_and_no_more() {
        let rate = RequestRate::new(&limits());
        assert_eq!([rate.check(), rate.check(), rate.check()], [Ok(()), Ok(()), Ok(())]);
        check_too_fast(rate.check(), Duration::from_secs(1));
    }

    #[test]
    fn attempts_count_by_address_and_by_account() {
        let attempts = Attempts::new(&limits());
        let one = "192.0.2.1".parse().unwrap();
        assert_eq!([attempts.check_address(one), attempts.check_address(one)], [Ok(()), Ok(())]);
        check_too_fast(attempts.check_address(one), Duration::from_secs(30));
        assert_eq!(attempts.check_address("192.0.2.2".parse().unwrap()), Ok(()));

        assert_eq!([attempts.check_username("Ana"), attempts.check_username("ana")], [Ok(()), Ok(())]);
        check_too_fast(attempts.check_username(" ANA"), Duration::from_secs(30));
        assert_eq!(attempts.check_username("rui"), Ok(()));
    }

    #[test]
    fn one_place_is_one_address() {
        let site = |text: &str| site(text.parse().unwrap()).to_string();
        assert_eq!(site("2001:db8::1:2:3:4"), site("2001:db8::5"));
        assert_ne!(site("2001:db8:0:1::1"), site("2001:db8::1"));
        assert_eq!(site("::ffff:192.0.2.1"), "192.0.2.1");
    }

    #[tokio::test(start_paused = true)]
    async fn typing_is_passed_on_now_and_then() {
        let mut rate = TypingRate::default();
        assert!(rate.is_due(ConversationId(1)));
        assert!(!rate.is_due(ConversationId(1)));
        assert!(rate.is_due(ConversationId(2)), "each conversation counts for itself");
        tokio::time::advance(TYPING_EVERY).await;
        assert!(rate.is_due(ConversationId(1)));
    }
}
