//! Limits on sign-in attempts, per address and per account. Kept across connections, since reconnecting is cheap.
//!
//! A limit per account alone would let anyone lock a user out by exhausting it. Therefore an account's limit only
//! counts attempts from addresses without a recent sign-in to that account. At an address where they signed in
//! recently, users are only bound by the limit of the address, and their passwords are verified first.
//!
//! Attempts by token have a limit of their own, much higher, because all devices behind one address reconnect at once
//! after an interruption. Unknown tokens use it up faster, and a device that signed in recently from its address is not
//! counted, so that strangers behind the same address cannot lock it out.

use std::collections::HashSet;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use ipnet::IpNet;
use papo_shared::model::Username;
use papo_shared::protocol::Refusal;

use super::address_limiter::AddressLimiter;
use super::address_prefixes::narrowest_prefix;
use super::limiter::KeyedLimiter;
use crate::config::Limits;
use crate::domain::TokenHash;
use crate::passwords::Precedence;
use crate::requests::SignInAttempt;

/// Size of each of the two generations of remembered sign-ins, for accounts and for tokens.
const REMEMBERED: usize = 20_000;

/// What an attempt with an unknown token counts, in attempts with a valid one.
const UNKNOWN_TOKEN_WEIGHT: u32 = 20;

/// Limiters of sign-in attempts for all sessions.
pub(crate) struct SignInLimits {
    by_address: AddressLimiter,
    registrations_by_address: AddressLimiter,
    tokens_by_address: AddressLimiter,
    /// Attempts from addresses without a recent sign-in.
    by_username: KeyedLimiter<Username>,
    recent_sign_ins: Mutex<Recent<Username>>,
    recent_tokens: Mutex<Recent<TokenHash>>,
}

/// Recent sign-ins by address and by account or token. Bounded: when `newer` is full, it replaces `older`.
struct Recent<K> {
    newer: HashSet<(K, IpNet)>,
    older: HashSet<(K, IpNet)>,
}

impl SignInLimits {
    /// Creates the limiters, with nothing counted or remembered.
    #[must_use]
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            by_address: AddressLimiter::per_minute(limits.sign_ins_per_minute_by_address),
            registrations_by_address: AddressLimiter::per_hour(limits.registrations_per_hour_by_address),
            tokens_by_address: AddressLimiter::per_minute(limits.token_sign_ins_per_minute_by_address),
            by_username: KeyedLimiter::per_minute(limits.sign_ins_per_minute_by_username),
            recent_sign_ins: Mutex::default(),
            recent_tokens: Mutex::default(),
        }
    }

    /// Counts an attempt, before it costs anything, and returns the precedence of its password hash.
    ///
    /// # Errors
    /// `TooFast` if the address, one of its networks, or the username has used up its limit.
    pub(super) fn check(&self, attempt: SignInAttempt<'_>, from: IpAddr) -> Result<Precedence, Refusal> {
        match attempt {
            SignInAttempt::Registration => {
                self.by_address.check(from)?;
                self.registrations_by_address.check(from)?;
            }
            SignInAttempt::Password { username } => {
                self.by_address.check(from)?;
                // Text that is not a username belongs to no account and only counts for its address.
                if let Ok(username) = Username::parse(username) {
                    let sign_in = (username, narrowest_prefix(from));
                    if lock(&self.recent_sign_ins).has(&sign_in) {
                        return Ok(Precedence::High);
                    }
                    self.by_username.check(&sign_in.0)?;
                }
            }
            SignInAttempt::Token { token } => {
                if !lock(&self.recent_tokens).has(&(token, narrowest_prefix(from))) {
                    self.tokens_by_address.check(from)?;
                }
            }
        }
        Ok(Precedence::Normal)
    }

    /// Remembers a successful sign-in of any kind. `token` is that of the device, which signs in with it from now on.
    pub(super) fn succeeded(&self, username: &Username, token: TokenHash, from: IpAddr) {
        let network = narrowest_prefix(from);
        lock(&self.recent_sign_ins).remember((username.clone(), network));
        lock(&self.recent_tokens).remember((token, network));
    }

    /// Counts an attempt with a token that is unknown.
    pub(super) fn failed_by_token(&self, from: IpAddr) {
        // If less is left than this takes, the attempts after it are still counted one by one.
        let _ = self.tokens_by_address.take(from, UNKNOWN_TOKEN_WEIGHT - 1);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<K> Default for Recent<K> {
    fn default() -> Self {
        Self { newer: HashSet::new(), older: HashSet::new() }
    }
}

impl<K: Hash + Eq> Recent<K> {
    fn has(&self, sign_in: &(K, IpNet)) -> bool {
        self.newer.contains(sign_in) || self.older.contains(sign_in)
    }

    fn remember(&mut self, sign_in: (K, IpNet)) {
        if self.newer.len() >= REMEMBERED && !self.newer.contains(&sign_in) {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(sign_in);
    }
}

#[cfg(test)]
mod tests {
    use super::{
        IpAddr, Limits, Precedence, REMEMBERED, Recent, Refusal, SignInAttempt, SignInLimits, TokenHash, UNKNOWN_TOKEN_WEIGHT,
        Username, narrowest_prefix,
    };

    fn attempts() -> SignInLimits {
        let (by_address, by_username) = (4, 2);
        SignInLimits::new(&Limits {
            sign_ins_per_minute_by_address: by_address,
            sign_ins_per_minute_by_username: by_username,
            registrations_per_hour_by_address: 3,
            token_sign_ins_per_minute_by_address: 3 * UNKNOWN_TOKEN_WEIGHT,
            ..Limits::default()
        })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn sign_in(username: &str) -> SignInAttempt<'_> {
        SignInAttempt::Password { username }
    }

    fn token(number: u8) -> TokenHash {
        TokenHash([number; 32])
    }

    /// Repeats an attempt until it is refused, and returns how many were allowed.
    fn allowed(attempts: &SignInLimits, attempt: SignInAttempt<'_>, from: &str) -> usize {
        let refused = |result: &Result<Precedence, Refusal>| matches!(result, Err(Refusal::TooFast { .. }));
        (0..999).map(|_| attempts.check(attempt, address(from))).take_while(|result| !refused(result)).count()
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
        attempts.succeeded(&ana, token(1), address("2001:db8::1"));
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
        attempts.succeeded(&Username::parse("ana").unwrap(), token(1), address("2001:db8::1"));
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

    #[tokio::test(start_paused = true)]
    async fn unknown_tokens_are_limited_by_address_more_strictly_than_valid_ones() {
        let attempts = attempts();
        let attempt = SignInAttempt::Token { token: token(1) };
        assert_eq!(allowed(&attempts, attempt, "192.0.2.1"), 3 * UNKNOWN_TOKEN_WEIGHT as usize, "valid tokens");
        let mut unknown = 0;
        while attempts.check(attempt, address("192.0.2.2")).is_ok() {
            attempts.failed_by_token(address("192.0.2.2"));
            unknown += 1;
        }
        assert_eq!(unknown, 3, "unknown tokens");
    }

    #[tokio::test(start_paused = true)]
    async fn unknown_tokens_do_not_lock_out_a_device_of_the_same_address() {
        let attempts = attempts();
        let from = "192.0.2.1";
        attempts.succeeded(&Username::parse("ana").unwrap(), token(1), address(from));
        assert_eq!(allowed(&attempts, SignInAttempt::Token { token: token(2) }, from), 60);
        assert_eq!(allowed(&attempts, SignInAttempt::Token { token: token(1) }, from), 999, "signed in here recently");
        assert_eq!(allowed(&attempts, SignInAttempt::Token { token: token(1) }, "192.0.2.2"), 60, "not signed in there");
    }

    #[test]
    fn remembered_sign_ins_are_bounded_and_the_oldest_are_dropped() {
        let mut recent = Recent::default();
        let sign_in = |number: usize| (number, narrowest_prefix(address("192.0.2.1")));
        for number in 0..=2 * REMEMBERED {
            recent.remember(sign_in(number));
        }
        assert!(recent.newer.len() + recent.older.len() <= 2 * REMEMBERED);
        assert!(!recent.has(&sign_in(0)));
        assert!(recent.has(&sign_in(REMEMBERED)) && recent.has(&sign_in(2 * REMEMBERED)));
    }
}
