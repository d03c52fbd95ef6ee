//! How often somebody may try to get in: from one address, and to one account. Kept across connections, since connecting again
//! is cheap.
//!
//! A limit by account alone would let anybody lock somebody out, by trying their name until it is spent. So attempts on an
//! account count together only where they come from addresses from which nobody signed in to it lately; its owner, at an
//! address where they did, is held by the limit of the address alone, and a device that stays signed in by none.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use papo_shared::model::Username;
use papo_shared::protocol::{Refusal, Request};

use super::limiter::Keyed;
use crate::config::Limits;
use crate::domain::AccountId;

/// Sign-ins that are remembered, twice over: those since the last time the memory was full, and as many before.
const REMEMBERED: usize = 20_000;

/// Attempts to get in, of all sessions.
pub(crate) struct Attempts {
    by_address: Keyed<IpAddr>,
    registrations_by_address: Keyed<IpAddr>,
    /// From where nobody signed in to it lately.
    by_username: Keyed<Username>,
    /// In an open session, to change the password.
    by_account: Keyed<AccountId>,
    lately: Mutex<Lately>,
}

/// Who signed in from where, bounded: when the newer half is full the older one is forgotten.
#[derive(Default)]
struct Lately {
    newer: HashSet<(Username, IpAddr)>,
    older: HashSet<(Username, IpAddr)>,
}

impl Attempts {
    /// Nobody tried anything yet.
    #[must_use]
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            by_address: Keyed::per_minute(limits.sign_ins_per_minute_by_address),
            registrations_by_address: Keyed::per_hour(limits.registrations_per_hour_by_address),
            by_username: Keyed::per_minute(limits.sign_ins_per_minute_by_username),
            by_account: Keyed::per_minute(limits.sign_ins_per_minute_by_username),
            lately: Mutex::default(),
        }
    }

    /// Counts what costs a password hash, before it is made. `account` is whoever is signed in already.
    pub(super) fn check(&self, request: &Request, from: IpAddr, account: Option<AccountId>) -> Result<(), Refusal> {
        let site = site(from);
        match (request, account) {
            (Request::Register(_), _) => {
                self.by_address.check(&site)?;
                self.registrations_by_address.check(&site)
            }
            (Request::SignIn(ask), _) => {
                self.by_address.check(&site)?;
                match Username::parse(&ask.username) {
                    Ok(username) if !self.lately().has(&(username.clone(), site)) => self.by_username.check(&username),
                    // What is no name is nobody's account, and counts for its address alone.
                    Ok(_) | Err(_) => Ok(()),
                }
            }
            (Request::ChangePassword(_), Some(account)) => self.by_account.check(&account),
            _ => Ok(()),
        }
    }

    /// Remembers that somebody signed in from here, in whichever way.
    pub(super) fn succeeded(&self, username: &Username, from: IpAddr) {
        self.lately().remember((username.clone(), site(from)));
    }

    fn lately(&self) -> std::sync::MutexGuard<'_, Lately> {
        self.lately.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Lately {
    fn has(&self, who: &(Username, IpAddr)) -> bool {
        self.newer.contains(who) || self.older.contains(who)
    }

    fn remember(&mut self, who: (Username, IpAddr)) {
        if self.newer.len() >= REMEMBERED && !self.newer.contains(&who) {
            self.older = std::mem::take(&mut self.newer);
        }
        self.newer.insert(who);
    }
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
    use papo_shared::protocol::{ChangePassword, Register, SignIn};

    use super::{AccountId, Attempts, IpAddr, Lately, Limits, REMEMBERED, Refusal, Request, Username, site};

    fn attempts() -> Attempts {
        let (by_address, by_username) = (4, 2);
        Attempts::new(&Limits {
            sign_ins_per_minute_by_address: by_address,
            sign_ins_per_minute_by_username: by_username,
            registrations_per_hour_by_address: 3,
            ..Limits::default()
        })
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    fn sign_in(username: &str) -> Request {
        Request::SignIn(SignIn { username: username.to_owned(), password: String::new(), device: None })
    }

    /// Makes the same attempt until it is refused, and gives how often it was not.
    fn allowed(attempts: &Attempts, request: &Request, from: &str) -> usize {
        let account = matches!(request, Request::ChangePassword(_)).then_some(AccountId(1));
        let refused = |result: &Result<(), Refusal>| matches!(result, Err(Refusal::TooFast { .. }));
        (0..9).map(|_| attempts.check(request, address(from), account)).take_while(|result| !refused(result)).count()
    }

    #[tokio::test(start_paused = true)]
    async fn attempts_count_by_address_and_by_account() {
        let attempts = attempts();
        assert_eq!(allowed(&attempts, &sign_in("ana"), "192.0.2.1"), 2, "the account");
        assert_eq!(allowed(&attempts, &sign_in(" ANA"), "192.0.2.2"), 0, "from wherever, and however it is typed");
        assert_eq!(
            allowed(&attempts, &sign_in("rui"), "192.0.2.1"),
            1,
            "the address: three were counted, and this is the fourth"
        );
        assert_eq!(allowed(&attempts, &sign_in("not a name"), "192.0.2.9"), 4, "nobody's account, but the address counts");
    }

    #[tokio::test(start_paused = true)]
    async fn nobody_is_locked_out_by_others_who_try_their_name() {
        let attempts = attempts();
        let ana = Username::parse("ana").unwrap();
        attempts.succeeded(&ana, address("2001:db8::1"));
        for stranger in ["192.0.2.1", "192.0.2.2", "192.0.2.3"] {
            allowed(&attempts, &sign_in("ana"), stranger);
        }
        assert_eq!(allowed(&attempts, &sign_in("ana"), "192.0.2.4"), 0, "the account is spent for strangers");
        assert_eq!(
            allowed(&attempts, &sign_in("ana"), "2001:db8::2"),
            4,
            "and not where its owner was lately: the address counts"
        );
        let change = Request::ChangePassword(ChangePassword { current: String::new(), new: String::new() });
        assert_eq!(allowed(&attempts, &change, "192.0.2.4"), 2, "nor in a session of theirs, which has a limit of its own");
    }

    #[tokio::test(start_paused = true)]
    async fn an_address_registers_so_many_accounts_an_hour() {
        let attempts = attempts();
        let register =
            Register { username: String::new(), password: String::new(), display_name: None, device: None, invite: None };
        let register = Request::Register(register);
        assert_eq!(allowed(&attempts, &register, "192.0.2.1"), 3);
        tokio::time::advance(std::time::Duration::from_secs(60)).await;
        assert_eq!(allowed(&attempts, &register, "192.0.2.1"), 0, "which a minute does not bring back");
        assert_eq!(allowed(&attempts, &register, "192.0.2.2"), 3);
    }

    #[test]
    fn what_is_remembered_is_bounded_and_the_oldest_goes_first() {
        let mut lately = Lately::default();
        let who = |number: usize| (Username::from(format!("u{number}")), address("192.0.2.1"));
        for number in 0..=2 * REMEMBERED {
            lately.remember(who(number));
        }
        assert!(lately.newer.len() + lately.older.len() <= 2 * REMEMBERED);
        assert!(!lately.has(&who(0)));
        assert!(lately.has(&who(REMEMBERED)) && lately.has(&who(2 * REMEMBERED)));
    }

    #[test]
    fn one_place_is_one_address() {
        let site = |text: &str| site(address(text)).to_string();
        assert_eq!(site("2001:db8::1:2:3:4"), site("2001:db8::5"));
        assert_ne!(site("2001:db8:0:1::1"), site("2001:db8::1"));
        assert_eq!(site("::ffff:192.0.2.1"), "192.0.2.1");
    }
}
