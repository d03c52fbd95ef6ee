//! The attacks, one file each.
//!
//! The server has its default limits, except where an attack needs others to prepare itself. An attack prepares itself,
//! waits for [`Target::begin`], attacks until [`Target::is_over`], and returns what it achieved.

mod connections;
mod garbage;
mod groups;
mod hard_passwords;
mod mark_unread;
mod newlines;
mod sign_ins;
mod storage;

use std::pin::Pin;

use crate::target::Target;

/// An attack on a server.
pub(crate) struct Attack {
    /// Name on the command line.
    pub(crate) name: &'static str,
    /// Environment of the server.
    pub(crate) settings: &'static [(&'static str, &'static str)],
    /// Runs it. Returns what it achieved, for the table.
    pub(crate) run: fn(Target) -> Pin<Box<dyn Future<Output = String>>>,
}

/// Cheap password hashes, for attacks that need accounts.
const CHEAP: &[(&str, &str)] = &[("PAPO_PASSWORD_COST", "4")];

/// Also lets an attacker open many sessions before the attack.
const MANY_SESSIONS: &[(&str, &str)] = &[
    ("PAPO_PASSWORD_COST", "4"),
    ("PAPO_LIMITS_SIGN_INS_PER_MINUTE_BY_ADDRESS", "1000"),
    ("PAPO_LIMITS_SIGN_INS_PER_MINUTE_BY_USERNAME", "1000"),
];

/// Also lets one account store a long conversation quickly, before the attack.
const LONG_CONVERSATION: &[(&str, &str)] = &[
    ("PAPO_PASSWORD_COST", "4"),
    ("PAPO_LIMITS_SIGN_INS_PER_MINUTE_BY_ADDRESS", "1000"),
    ("PAPO_LIMITS_SIGN_INS_PER_MINUTE_BY_USERNAME", "1000"),
    ("PAPO_LIMITS_MESSAGES_PER_MINUTE_BY_ACCOUNT", "1000000"),
    ("PAPO_LIMITS_MESSAGES_PER_DAY_BY_ACCOUNT", "1000000"),
    ("PAPO_LIMITS_STORED_BYTES_PER_DAY_BY_ACCOUNT", "1000000000"),
];

pub(crate) const ATTACKS: [Attack; 8] = [
    Attack { name: "newlines", settings: CHEAP, run: |target| Box::pin(newlines::attack(target)) },
    Attack { name: "garbage", settings: MANY_SESSIONS, run: |target| Box::pin(garbage::attack(target)) },
    Attack { name: "hard-passwords", settings: &[], run: |target| Box::pin(hard_passwords::attack(target)) },
    Attack { name: "mark-unread", settings: LONG_CONVERSATION, run: |target| Box::pin(mark_unread::attack(target)) },
    Attack { name: "groups", settings: CHEAP, run: |target| Box::pin(groups::attack(target)) },
    Attack { name: "storage", settings: MANY_SESSIONS, run: |target| Box::pin(storage::attack(target)) },
    Attack { name: "sign-ins", settings: &[], run: |target| Box::pin(sign_ins::attack(target)) },
    Attack { name: "connections", settings: CHEAP, run: |target| Box::pin(connections::attack(target)) },
];
