//! Counts the rounds of loading facts for a decision: each may cost a backend a round trip.

use papo_shared::model::{ClientId, ConversationId, DeviceId, GroupInviteId, Seq, Timestamp, Topic, Visibility};

use super::{ANA, EVA, GROUP, IVO, NOW, RUI, add_message, entry, facts, load_nothing, name, say, text, who};
use crate::domain::account::AccountId;
use crate::domain::decide::decide;
use crate::domain::facts::{AccountFacts, Facts, Key, Missing};
use crate::domain::invite::InviteCode;
use crate::domain::storage::DailyUsage;
use crate::domain::write::Write;

/// Copies a fact from `stored`.
fn load(into: &mut Facts, stored: &Facts, key: &Key) {
    match key {
        Key::Account(id) => into.accounts.set(*id, stored.accounts.get(id).cloned().unwrap_or_default()),
        Key::Conversation(id) => into.conversations.set(*id, stored.conversations.get(id).cloned().unwrap_or_default()),
        Key::Member(key) => into.members.set(*key, stored.members.get(key).cloned().unwrap_or_default()),
        Key::Username(name) => into.usernames.set(name.clone(), stored.usernames.get(name).cloned().unwrap_or_default()),
        Key::Message(id) => into.messages.set(*id, stored.messages.get(id).cloned().unwrap_or_default()),
        other => load_nothing(into, other),
    }
}

/// The keys loaded in each round for a write, starting without any facts.
fn rounds(stored: &Facts, write: &Write) -> Vec<Vec<Key>> {
    let (mut facts, mut rounds) = (Facts::default(), Vec::new());
    while let Err(Missing(keys)) = decide(write, &facts) {
        keys.iter().for_each(|key| load(&mut facts, stored, key));
        rounds.push(keys);
        assert!(rounds.len() < 9, "{rounds:?}");
    }
    rounds
}

#[test]
fn a_plain_message_needs_its_author_and_its_conversation() {
    let found = rounds(&facts(), &say(GROUP, ANA, "oi"));
    assert_eq!(found, [[Key::Conversation(GROUP), Key::Account(AccountId(ANA))]]);
}

#[test]
fn a_device_is_loaded_together_with_what_its_write_needs() {
    let from_device = Write::FromDevice { device: DeviceId(3), write: Box::new(say(GROUP, ANA, "oi")) };
    let found = rounds(&facts(), &from_device);
    assert_eq!(found, [[Key::Device(DeviceId(3)), Key::Conversation(GROUP), Key::Account(AccountId(ANA))]]);
}

#[test]
fn known_facts_are_not_loaded_again() {
    assert!(decide(&say(GROUP, ANA, "oi"), &facts()).is_ok());
}

#[test]
fn a_suspended_account_is_refused_before_anything_else_is_loaded() {
    let mut facts = Facts::default();
    let username = who(ANA).username;
    facts.accounts.set(
        AccountId(ANA),
        Some(AccountFacts { username, suspended_at: Some(Timestamp(1)), is_deleted: false, usage: DailyUsage::default() }),
    );
    assert!(decide(&say(GROUP, ANA, "oi"), &facts).is_ok());
}

#[test]
fn facts_are_loaded_in_few_rounds() {
    let mut stored = facts();
    add_message(&mut stored, entry(GROUP, 6), EVA, "olá");
    let (by, member) = (who(ANA), who(IVO));
    let conversation = GROUP;
    let code = InviteCode::new([1; 10]).hash();
    let client_id = ClientId::from_bytes([1; 16]);
    let reply_to = Some(Seq(6));
    let writes: Vec<(Write, usize)> = vec![
        (Write::OpenDirect { one: by.id, other: member.id, at: NOW }, 1),
        (Write::CreateGroup { creator: by.clone(), name: name("x"), visibility: Visibility::Private, at: NOW }, 1),
        (Write::AddMember { conversation, by: by.clone(), member: member.clone(), at: NOW }, 2),
        (Write::AcceptInvitation { conversation, member: member.id, at: NOW }, 1),
        (Write::JoinPublicGroup { conversation, member: member.clone(), at: NOW }, 1),
        (Write::RemoveMember { conversation, by: by.clone(), member: who(RUI), at: NOW }, 1),
        (Write::RenameGroup { conversation, by: by.clone(), name: name("x"), at: NOW }, 1),
        (Write::SetTopic { conversation, by: by.clone(), topic: Topic::parse("x").unwrap(), at: NOW }, 1),
        (Write::JoinGroup { code, member, at: NOW }, 1),
        (Write::RevokeGroupInvite { conversation, by: by.id, invite: GroupInviteId(1) }, 1),
        (Write::MoveReadCursor { conversation, account: by.id, seq: Seq(5) }, 1),
        (Write::EditMessage { conversation, by: who(EVA), seq: Seq(6), text: text("x"), at: NOW }, 1),
        (Write::DeleteMessage { conversation, by: who(EVA), seq: Seq(6), at: NOW }, 1),
        (Write::ReportMessage { conversation, by: by.id, seq: Seq(6), reason: None, at: NOW }, 1),
        (Write::AppendMessage { conversation, author: by.clone(), client_id, text: text("@rui x"), reply_to, at: NOW }, 2),
        (say(ConversationId(9), ANA, "oi"), 2),
    ];
    for (write, expected) in writes {
        let rounds = rounds(&stored, &write);
        assert_eq!(rounds.len(), expected, "{write:?}: {rounds:?}");
    }
}
