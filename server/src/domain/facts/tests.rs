//! The facts after a change: input facts and changes, and the expected facts.

use papo_shared::model::{ConversationId, DeviceId, Emoji, GroupInviteId, GroupName, Role, Seq, Timestamp};
use papo_shared::protocol::InboxReason;

use super::{AccountFacts, ConversationFacts, Facts, InboxRecord, Key, MAX_KEPT, Missing};
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::message::EntryId;
use crate::domain::skeleton::skeleton;

const ANA: AccountId = AccountId(1);
const EVA: AccountId = AccountId(2);
const RUI: AccountId = AccountId(3);
const CONVERSATION: ConversationId = ConversationId(7);
const MESSAGE: EntryId = EntryId { conversation: CONVERSATION, seq: Seq(4) };

/// Applies the changes in order.
fn apply<'a>(mut facts: Facts, changes: impl IntoIterator<Item = Change<'a>>) -> Facts {
    changes.into_iter().collect::<Changes<'_>>().iter().for_each(|change| facts.apply(change));
    facts
}

#[test]
fn deleting_a_device_keeps_the_other_devices() {
    let mut facts = Facts::default();
    facts.devices_of.set(ANA, vec![DeviceId(1), DeviceId(2), DeviceId(3)]);
    let facts = apply(facts, [Change::DeleteDevice { id: DeviceId(2), account: ANA }]);
    assert_eq!(facts.devices_of.get(&ANA), Ok(&vec![DeviceId(1), DeviceId(3)]));
}

#[test]
fn a_new_member_has_read_everything_before_the_membership() {
    let mut facts = Facts::default();
    facts.conversation_counts.set(ANA, 3);
    let join = |role| Change::AddMembership { conversation: CONVERSATION, account: ANA, from: Seq(5), role };
    let facts = apply(facts, [join(Role::Admin)]);
    let member = facts.members.get(&(CONVERSATION, ANA)).unwrap().clone().unwrap();
    assert_eq!((member.role, member.first, member.marks.read), (Role::Admin, Seq(5), Seq(4)));
    assert_eq!(facts.conversation_counts.get(&ANA), Ok(&4));
}

#[test]
fn a_direct_conversation_counts_for_the_one_who_did_not_open_it_once_they_write_in_it() {
    let opened = |unanswered_by| Change::InsertDirect { id: CONVERSATION, low: ANA, high: RUI, unanswered_by, at: Timestamp(0) };
    let join = |account| Change::AddMembership { conversation: CONVERSATION, account, from: Seq(1), role: Role::Member };
    let mut facts = Facts::default();
    facts.conversation_counts.set(ANA, 3);
    facts.conversation_counts.set(RUI, 4);
    let mut facts = apply(facts, [opened(RUI), join(ANA), join(RUI)]);
    assert_eq!(facts.conversation_counts.loaded(&ANA), Some(&4));
    assert_eq!(facts.conversation_counts.loaded(&RUI), None, "loaded again when needed");
    facts.conversation_counts.set(RUI, 4);
    let facts = apply(facts, [Change::AcceptDirect { conversation: CONVERSATION, account: RUI }]);
    assert_eq!(facts.conversation_counts.loaded(&RUI), Some(&5));
}

#[test]
fn each_block_is_counted_and_ended_separately() {
    let mut facts = Facts::default();
    facts.block_counts.set(ANA, 3);
    let members = [ANA, RUI].into();
    let direct = ConversationFacts { members, blockers: vec![RUI], ..ConversationFacts::default() };
    facts.conversations.set(CONVERSATION, Some(direct));
    let counts = |facts: &Facts| {
        let known = facts.conversations.get(&CONVERSATION).unwrap().as_ref().unwrap();
        (*facts.block_counts.get(&ANA).unwrap(), known.blockers.clone())
    };
    let direct = Some(CONVERSATION);
    let facts = apply(facts, [Change::InsertBlock { by: ANA, whom: RUI, direct, at: Timestamp(0) }]);
    assert_eq!(counts(&facts), (4, vec![ANA, RUI]));
    let facts = apply(facts, [Change::DeleteBlock { by: ANA, whom: RUI, direct }]);
    assert_eq!(counts(&facts), (3, vec![RUI]));
}

#[test]
fn a_new_direct_conversation_is_loaded_even_if_it_was_looked_up_before() {
    let mut facts = Facts::default();
    facts.conversations.set(CONVERSATION, None);
    let opened = Change::InsertDirect { id: CONVERSATION, low: ANA, high: RUI, unanswered_by: RUI, at: Timestamp(0) };
    let facts = apply(facts, [opened]);
    assert!(facts.conversations.loaded(&CONVERSATION).is_none());
    assert_eq!(facts.directs.get(&(ANA, RUI)), Ok(&Some(CONVERSATION)));
}

/// The emoji of the message and their counts, after these changes: `+` adds the reaction of an account, `-` removes it.
#[track_caller]
fn check_emoji(changes: &[(char, AccountId, &str)], expected: &[(&str, usize)]) {
    let emoji: Vec<Emoji> = changes.iter().map(|(_, _, emoji)| Emoji::parse(emoji).unwrap()).collect();
    let changes = changes.iter().zip(&emoji).map(|((sign, account, _), emoji)| match sign {
        '+' => Change::InsertReaction { message: MESSAGE, emoji, account: *account, seq: Seq(9), since: Seq(8) },
        _ => Change::DeleteReaction { message: MESSAGE, emoji, account: *account },
    });
    let mut facts = Facts::default();
    facts.emoji_of.set(MESSAGE, Vec::new());
    let facts = apply(facts, changes);
    let found = facts.emoji_of.get(&MESSAGE).unwrap();
    assert_eq!(found.iter().map(|known| (known.emoji.as_str(), known.count)).collect::<Vec<_>>(), expected);
}

#[test]
fn an_emoji_is_known_as_long_as_one_account_reacts_with_it() {
    check_emoji(&[('+', ANA, "👍"), ('+', EVA, "👍"), ('+', ANA, "🎉")], &[("👍", 2), ("🎉", 1)]);
    check_emoji(&[('+', ANA, "👍"), ('+', EVA, "👍"), ('-', ANA, "👍")], &[("👍", 1)]);
    check_emoji(&[('+', ANA, "👍"), ('+', EVA, "🎉"), ('-', EVA, "🎉")], &[("👍", 1)]);
    check_emoji(&[('+', ANA, "👍"), ('+', EVA, "👍"), ('-', ANA, "👍"), ('-', EVA, "👍")], &[]);
}

#[test]
fn a_message_has_one_inbox_record_per_account() {
    let put = |account, done| Change::PutNotice { message: MESSAGE, account, reason: InboxReason::Mention, done };
    let mut facts = Facts::default();
    facts.notices.set(MESSAGE, Vec::new());
    let facts = apply(facts, [put(ANA, false), put(EVA, false), put(ANA, true)]);
    let record = |account, done| InboxRecord { account, reason: InboxReason::Mention, done };
    assert_eq!(facts.notices.get(&MESSAGE), Ok(&vec![record(ANA, true), record(EVA, false)]));
    let facts = apply(facts, [Change::DeleteNotice { message: MESSAGE, account: EVA }]);
    assert_eq!(facts.notices.get(&MESSAGE), Ok(&vec![record(ANA, true)]));
}

#[test]
fn a_reserved_id_is_used_once() {
    let mut facts = Facts::default();
    assert_eq!(facts.next_group_invites.next(), Err(Missing(vec![Key::NextGroupInvite])));
    [8, 9].into_iter().for_each(|id| facts.next_group_invites.add(GroupInviteId(id)));
    assert_eq!(facts.next_group_invites.next(), Ok(GroupInviteId(8)));
    facts.next_group_invites.take(GroupInviteId(8));
    assert_eq!(facts.next_group_invites.next(), Ok(GroupInviteId(9)));
}

/// Whether accounts, devices and conversations are still loaded after a batch that ended with this many of each.
fn kept(accounts: usize, devices: usize, conversations: usize) -> (bool, bool, bool) {
    let mut facts = Facts::default();
    (1..=accounts as u32).for_each(|id| facts.accounts.set(AccountId(id), None::<AccountFacts>));
    (1..=devices as i64).for_each(|id| facts.devices.set(DeviceId(id), None));
    (1..=conversations as u32).for_each(|id| facts.conversations.set(ConversationId(id), None));
    facts.end_batch();
    (
        facts.accounts.loaded(&AccountId(1)).is_some(),
        facts.devices.loaded(&DeviceId(1)).is_some(),
        facts.conversations.loaded(&ConversationId(1)).is_some(),
    )
}

#[test]
fn a_limited_number_of_facts_is_kept_for_the_next_batch() {
    assert_eq!(kept(MAX_KEPT, MAX_KEPT, MAX_KEPT), (true, true, true));
    assert_eq!(kept(MAX_KEPT + 1, 1, 1), (false, true, true));
    assert_eq!(kept(1, MAX_KEPT + 1, 1), (true, false, true));
    assert_eq!(kept(1, 1, MAX_KEPT + 1), (true, true, false));
}

/// Two groups from before names were compared by their skeleton may share one, and only one of them is known by it.
#[test]
fn renaming_a_group_frees_no_skeleton_of_another() {
    let [one, other] = ["Redes", "Rеdes"].map(|name| GroupName::parse(name).unwrap());
    let skeleton = skeleton(one.as_str());
    let name = GroupName::parse("Novo").unwrap();
    let mut facts = Facts::default();
    facts.group_skeletons.set(skeleton.clone(), Some(ConversationId(1)));
    let facts = apply(facts, [Change::SetGroupName { conversation: CONVERSATION, before: other, name: &name }]);
    assert_eq!(facts.group_skeletons.get(&skeleton), Err(Missing(vec![Key::GroupSkeleton(skeleton.clone())])));
    assert_eq!(facts.group_skeletons.get(&"novo".to_owned()), Ok(&Some(CONVERSATION)));
}
