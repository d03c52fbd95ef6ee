//! Table-driven tests of decisions: facts and a write, and the expected outcome and changes.

mod accounts;
mod groups;
mod invitations;
mod messages;
mod order;
mod reading;
mod reports;
mod rounds;
mod storage;

use std::convert::Infallible;
use std::sync::Arc;

use papo_shared::model::{ClientId, ConversationId, GroupName, MessageText, Notify, Role, Seq, Timestamp, Username, Visibility};

use super::{Decision, decide_and_load};
use crate::domain::account::{AccountId, AccountRef};
use crate::domain::change::Marks;
use crate::domain::facts::{AccountFacts, ConversationFacts, Facts, GroupFacts, Key, MemberFacts, MessageFacts};
use crate::domain::invite::InviteId;
use crate::domain::message::EntryId;
use crate::domain::outcome::Outcome;
use crate::domain::report::ReportId;
use crate::domain::retention::{ExpiryStep, RetentionClock};
use crate::domain::storage::DailyUsage;
use crate::domain::write::Write;

const NOW: Timestamp = Timestamp(1_000);
const GROUP: ConversationId = ConversationId(1);
const DIRECT: ConversationId = ConversationId(2);

const ANA: u32 = 1;
const EVA: u32 = 2;
const RUI: u32 = 3;
const IVO: u32 = 4;

fn who(id: u32) -> AccountRef {
    let name = ["ana", "eva", "rui", "ivo"][id as usize - 1];
    AccountRef { id: AccountId(id), username: Username::parse(name).unwrap() }
}

fn text(text: &str) -> MessageText {
    MessageText::parse(text).unwrap()
}

fn name(name: &str) -> GroupName {
    GroupName::parse(name).unwrap()
}

fn entry(conversation: ConversationId, seq: u64) -> EntryId {
    EntryId { conversation, seq: Seq(seq) }
}

fn say(conversation: ConversationId, author: u32, said: &str) -> Write {
    let client_id = ClientId::from_bytes([7; 16]);
    Write::AppendMessage { conversation, author: who(author), client_id, text: text(said), reply_to: None, at: NOW }
}

/// Ana owns a listed group with Eva as an admin and Rui as a member since entry 5; Ivo is not in it, and has answered a direct
/// conversation with each of them. Ana and Rui have a direct conversation. Both known conversations have 9 entries.
fn facts() -> Facts {
    let mut facts = Facts::default();
    for id in [ANA, EVA, RUI, IVO] {
        let AccountRef { id, username } = who(id);
        facts.usernames.set(username.clone(), Some(id));
        facts
            .accounts
            .set(id, Some(AccountFacts { username, suspended_at: None, is_deleted: false, usage: DailyUsage::default() }));
    }
    for (id, group, members) in [(GROUP, Some(listed_group()), &[ANA, EVA, RUI][..]), (DIRECT, None, &[ANA, RUI])] {
        facts.conversations.set(id, Some(conversation(group, members)));
    }
    for other in [ANA, EVA, RUI] {
        facts.answered_directs.set((AccountId(IVO), AccountId(other)), true);
    }
    facts.group_names.set(name("redes").uniqueness_key(), Some(GROUP));
    let everybody = [(GROUP, ANA, Role::Owner, 1), (GROUP, EVA, Role::Admin, 2), (GROUP, RUI, Role::Member, 5)];
    let pair = [(DIRECT, ANA, Role::Member, 1), (DIRECT, RUI, Role::Member, 1)];
    for (id, account, role, first) in everybody.into_iter().chain(pair) {
        let marks = Marks { read: Seq(first - 1), ..Marks::default() };
        let member = MemberFacts { role, first: Seq(first), marks, notify: Notify::default() };
        facts.members.set((id, AccountId(account)), Some(member));
    }
    facts
}

fn listed_group() -> GroupFacts {
    GroupFacts { name: name("redes"), visibility: Visibility::Listed, retention_days: None }
}

/// A conversation of these members, in order, with 9 entries.
fn conversation(group: Option<GroupFacts>, members: &[u32]) -> ConversationFacts {
    let members: Arc<[AccountId]> = members.iter().copied().map(AccountId).collect();
    ConversationFacts { group, last_seq: Seq(9), members, ..ConversationFacts::default() }
}

/// Adds a message that is not deleted.
fn add_message(facts: &mut Facts, id: EntryId, author: u32, said: &str) {
    let AccountRef { id: author, username: author_name } = who(author);
    let message =
        MessageFacts { author, author_name, text: Some(said.to_owned()), written_at: Timestamp(5), reply_to_author: None };
    facts.messages.set(id, Some(message));
}

/// Loads a fact as missing.
fn load_nothing(facts: &mut Facts, key: &Key) {
    match key {
        Key::Account(id) => facts.accounts.set(*id, None),
        Key::PasswordHash(id) => facts.password_hashes.set(*id, None),
        Key::SecondFactor(id) => facts.second_factors.set(*id, None),
        Key::Username(username) => facts.usernames.set(username.clone(), None),
        Key::Skeleton(skeleton) => facts.skeletons.set(skeleton.clone(), false),
        Key::Device(id) => facts.devices.set(*id, None),
        Key::DevicesOf(account) => facts.devices_of.set(*account, Vec::new()),
        Key::Invite(code) => facts.invites.set(*code, None),
        Key::InviteCode(id) => facts.invite_codes.set(*id, None),
        Key::Conversation(id) => facts.conversations.set(*id, None),
        Key::ConversationCount(account) => facts.conversation_counts.set(*account, 0),
        Key::Direct(pair) => facts.directs.set(*pair, None),
        Key::GroupName(key) => facts.group_names.set(key.clone(), None),
        Key::GroupSkeleton(skeleton) => facts.group_skeletons.set(skeleton.clone(), None),
        Key::Topic(id) => facts.topics.set(*id, None),
        Key::Member(key) => facts.members.set(*key, None),
        Key::Roster(id) => facts.rosters.set(*id, Vec::new()),
        Key::WasRemoved(key) => facts.was_removed.set(*key, false),
        Key::GroupInviteTarget(code) => facts.group_invite_targets.set(*code, None),
        Key::GroupInvites(id) => facts.group_invites.set(*id, Vec::new()),
        Key::Invitations(account) => facts.invitations.set(*account, Vec::new()),
        Key::SentInvitations(by) => facts.sent_invitations.set(*by, Vec::new()),
        Key::HasDeclined(key) => facts.has_declined.set(*key, false),
        Key::AnsweredDirect(pair) => facts.answered_directs.set(*pair, false),
        Key::SharedGroup(pair) => facts.shared_groups.set(*pair, false),
        Key::Block(pair) => facts.blocks.set(*pair, false),
        Key::BlockCount(by) => facts.block_counts.set(*by, 0),
        Key::ClientId(key) => facts.client_ids.set(*key, None),
        Key::Message(id) => facts.messages.set(*id, None),
        Key::EditCount(id) => facts.edit_counts.set(*id, 0),
        Key::OriginalText(id) => facts.original_texts.set(*id, None),
        Key::EmojiOf(id) => facts.emoji_of.set(*id, Vec::new()),
        Key::Reaction(key) => facts.reactions.set(key.clone(), false),
        Key::Notices(id) => facts.notices.set(*id, Vec::new()),
        Key::RetentionClock(()) => facts.retention_clocks.set((), RetentionClock::default()),
        Key::ExpiryStep(query) => {
            facts.expiry_steps.set(*query, ExpiryStep { until: None, messages: Vec::new(), continue_after: None });
        }
        Key::ReportId(key) => facts.report_ids.set(*key, None),
        Key::Report(id) => facts.reports.set(*id, None),
        Key::OpenReportCount(account) => facts.open_report_counts.set(*account, 0),
        Key::ErasureStep(()) => facts.erasure_steps.set((), None),
        Key::NextReport => facts.next_reports.add(ReportId(100)),
        Key::NextAccount => facts.next_accounts.add(AccountId(50)),
        Key::NextDevice => facts.next_devices.add(papo_shared::model::DeviceId(60)),
        Key::NextInvite => facts.next_invites.add(InviteId(70)),
        Key::NextConversation => facts.next_conversations.add(ConversationId(80)),
        Key::NextGroupInvite => facts.next_group_invites.add(papo_shared::model::GroupInviteId(90)),
    }
}

/// The decision if all other facts are missing.
fn decided<'a>(facts: &mut Facts, write: &'a Write) -> Decision<'a> {
    let Ok(decision) = decide_and_load(write, facts, |facts, key| {
        load_nothing(facts, key);
        Ok::<(), Infallible>(())
    });
    decision
}

/// The variant name of a value.
fn kind(value: &impl std::fmt::Debug) -> String {
    format!("{value:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned()
}

/// A decision in one line: the outcome and the changes.
fn line(Decision { outcome, changes, .. }: &Decision<'_>) -> String {
    let outcome = match outcome {
        Outcome::Refused(refusal) => format!("Refused {}", kind(refusal)),
        Outcome::Posted(posted) if posted.duplicate => format!("Duplicate {}", posted.entry.seq),
        Outcome::Posted(posted) => format!("Posted {}", posted.entry.seq),
        other => kind(other),
    };
    let changes: Vec<String> = changes.iter().map(kind).collect();
    [outcome].into_iter().chain(changes).collect::<Vec<_>>().join(" ")
}

#[track_caller]
fn check(facts: &Facts, write: &Write, expected: &str) {
    assert_eq!(line(&decided(&mut facts.clone(), write)), expected, "{write:?}");
}
