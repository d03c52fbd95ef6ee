//! The quota and the reserve of the disk, on both sides of each limit.

use papo_shared::model::{Topic, Visibility};
use papo_shared::protocol::Refusal;

use super::{ANA, Decision, EVA, GROUP, NOW, Outcome, RUI, check, decided, facts, name, say, text, who};
use crate::domain::account::AccountId;
use crate::domain::day::DAY_MS;
use crate::domain::decide::{assumed, decide};
use crate::domain::facts::{Facts, Missing};
use crate::domain::storage::{DailyUsage, MAX_TEXT_BYTES_WHEN_LOW, Quota, ROW_BYTES, StorageLimits};
use crate::domain::write::Write;

/// The facts while Ana has used this much of a quota of 1,000 bytes and 9 messages.
fn used(usage: DailyUsage) -> Facts {
    let mut facts = facts();
    facts.storage_limits.quota = Quota { bytes: 1_000, messages: 9 };
    facts.set_usage(AccountId(ANA), usage);
    facts
}

fn low() -> Facts {
    let mut facts = facts();
    facts.storage_limits = StorageLimits { is_space_low: true, ..StorageLimits::default() };
    facts
}

#[test]
fn a_write_may_use_up_the_quota_but_not_exceed_it() {
    let today = |bytes, messages| used(DailyUsage { day: 0, bytes, messages });
    let rest = 1_000 - ROW_BYTES - 2;
    check(&today(rest, 8), &say(GROUP, ANA, "oi"), "Posted 10 InsertMessage");
    check(&today(rest + 1, 8), &say(GROUP, ANA, "oi"), "Refused QuotaReached");
    check(&today(rest, 9), &say(GROUP, ANA, "oi"), "Refused QuotaReached");
    check(&today(rest + 1, 9), &say(GROUP, EVA, "oi"), "Posted 10 InsertMessage");
    let write = say(GROUP, ANA, "oi");
    let Decision { usage, .. } = decided(&mut today(5, 2), &write);
    assert_eq!(usage, Some((AccountId(ANA), DailyUsage { day: 0, bytes: 5 + ROW_BYTES + 2, messages: 3 })));
    let Outcome::Refused(refusal) = decided(&mut today(5, 9), &write).outcome else { panic!("should be refused") };
    let retry_after_ms = (DAY_MS - NOW.0) as u64;
    assert_eq!(refusal, Refusal::QuotaReached { max_bytes: 1_000, max_messages: 9, retry_after_ms });
}

#[test]
fn the_usage_of_another_day_does_not_count() {
    for day in [-1, 1] {
        let mut facts = used(DailyUsage { day, bytes: 1_000, messages: 9 });
        let write = say(GROUP, ANA, "oi");
        let usage = decided(&mut facts, &write).usage;
        assert_eq!(usage, Some((AccountId(ANA), DailyUsage { day: 0, bytes: ROW_BYTES + 2, messages: 1 })));
    }
}

#[test]
fn every_kind_of_entry_counts_and_leaving_is_free() {
    let full = used(DailyUsage { day: 0, bytes: 1_000, messages: 9 });
    let (conversation, by, at) = (GROUP, who(ANA), NOW);
    let set_topic = Write::SetTopic { conversation, by: by.clone(), topic: Topic::parse("hoje").unwrap(), at };
    check(&full, &set_topic, "Refused QuotaReached");
    check(&full, &Write::RenameGroup { conversation, by, name: name("outras"), at }, "Refused QuotaReached");
    check(
        &full,
        &Write::CreateGroup { creator: who(ANA), name: name("outras"), visibility: Visibility::Private, at },
        "Refused QuotaReached",
    );
    check(
        &full,
        &Write::RemoveMember { conversation, by: who(ANA), member: who(RUI), at },
        "Posted 10 InsertEntry EndMembership",
    );
    let usage = decided(&mut full.clone(), &Write::LeaveGroup { conversation, member: who(ANA), at }).usage;
    assert_eq!(usage, None);
}

/// Refusing a repeated message would tell its author that it was not stored.
#[test]
fn a_message_is_refused_only_once_its_client_id_is_known_to_be_unused() {
    let long = "x".repeat(MAX_TEXT_BYTES_WHEN_LOW as usize + 1);
    for (facts, said) in [(used(DailyUsage { day: 0, bytes: 1_000, messages: 9 }), "oi"), (low(), &*long)] {
        let write = say(GROUP, ANA, said);
        let client_id = assumed(&write, &facts).unwrap();
        assert_eq!(decide(&write, &facts).unwrap_err(), Missing(vec![client_id]));
    }
}

#[test]
fn while_space_is_low_long_texts_and_new_groups_and_accounts_are_refused() {
    let longest = "x".repeat(MAX_TEXT_BYTES_WHEN_LOW as usize);
    check(&low(), &say(GROUP, ANA, &longest), "Posted 10 InsertMessage");
    check(&low(), &say(GROUP, ANA, &format!("{longest}x")), "Refused StorageLow");
    check(
        &low(),
        &Write::CreateGroup { creator: who(ANA), name: name("outras"), visibility: Visibility::Private, at: NOW },
        "Refused StorageLow",
    );
    let (username, display_name) = (who(ANA).username, papo_shared::model::DisplayName::parse("Eu").unwrap());
    let (password_hash, device, invite) = (text("hash").as_str().to_owned(), None, None);
    let account = Write::CreateAccount { username, display_name, password_hash, device, invite, at: NOW };
    let mut nobody = Facts::new(low().storage_limits);
    let Outcome::Refused(Refusal::StorageLow { max_bytes }) = decided(&mut nobody, &account).outcome else {
        panic!("should be refused")
    };
    assert_eq!(max_bytes, MAX_TEXT_BYTES_WHEN_LOW);
}
