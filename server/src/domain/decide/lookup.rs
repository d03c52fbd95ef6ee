//! Lookups shared by several decisions, with their permission checks.

use papo_shared::model::{ConversationId, GroupName, Role, Seq, Visibility};

use super::decision::Stop;
use super::post::ListedEntry;
use crate::domain::account::AccountId;
use crate::domain::facts::{All, ConversationFacts, Facts, GroupFacts, MemberFacts, MessageFacts, Missing};
use crate::domain::message::EntryId;
use crate::domain::rules;

/// A group, with its name.
#[derive(Clone, Copy)]
pub(super) struct Group<'f> {
    pub(super) name: &'f GroupName,
    pub(super) visibility: Visibility,
    pub(super) retention_days: Option<u32>,
    pub(super) known: &'f ConversationFacts,
}

impl<'f> Group<'f> {
    /// The conversation as a group, if it is one.
    pub(super) fn of(known: &'f ConversationFacts) -> Option<Self> {
        let GroupFacts { name, visibility, retention_days } = known.group.as_ref()?;
        Some(Self { name, visibility: *visibility, retention_days: *retention_days, known })
    }

    /// Its listing once it has this number of members.
    pub(super) fn listed(self, members: usize) -> ListedEntry<'f> {
        ListedEntry { name: self.name, visibility: self.visibility, members }
    }
}

/// The conversation, for one of its members.
pub(super) fn conversation(facts: &Facts, id: ConversationId, account: AccountId) -> Result<&ConversationFacts, Stop> {
    Ok(ConversationFacts::for_member(facts.conversations.get(&id)?.as_ref(), account)?)
}

/// The conversation, for a member who may write there.
pub(super) fn writable(facts: &Facts, id: ConversationId, account: AccountId) -> Result<&ConversationFacts, Stop> {
    Ok(ConversationFacts::for_writer(facts.conversations.get(&id)?.as_ref(), account)?)
}

/// The group, for one of its members.
pub(super) fn group(facts: &Facts, id: ConversationId, account: AccountId) -> Result<Group<'_>, Stop> {
    let known = conversation(facts, id, account)?;
    Ok(rules::require_group(Group::of(known))?)
}

/// The group and the role that this member has in it.
pub(super) fn group_with_role(facts: &Facts, id: ConversationId, account: AccountId) -> Result<(Group<'_>, Role), Stop> {
    let (_, own) = (facts.conversations.get(&id), facts.members.get(&(id, account))).all()?;
    let group = group(facts, id, account)?;
    Ok((group, rules::require_member(own.as_ref())?.role))
}

/// The group, for a member who may manage it.
pub(super) fn manageable_group(facts: &Facts, id: ConversationId, account: AccountId) -> Result<Group<'_>, Stop> {
    let (group, role) = group_with_role(facts, id, account)?;
    rules::may_manage_group(role)?;
    Ok(group)
}

/// The conversation and the membership of one of its members.
pub(super) fn membership(
    facts: &Facts,
    id: ConversationId,
    account: AccountId,
) -> Result<(&ConversationFacts, &MemberFacts), Stop> {
    let (known, own) = (facts.conversations.get(&id), facts.members.get(&(id, account))).all()?;
    Ok((ConversationFacts::for_member(known.as_ref(), account)?, rules::require_member(own.as_ref())?))
}

/// A message visible to this member, including deleted ones.
pub(super) fn message(facts: &Facts, id: ConversationId, seq: Seq, account: AccountId) -> Result<Option<&MessageFacts>, Missing> {
    let (message, own) = (facts.messages.get(&EntryId { conversation: id, seq }), facts.members.get(&(id, account))).all()?;
    let may_see = own.as_ref().is_some_and(|own| rules::may_see(own.first, seq));
    Ok(message.as_ref().filter(|_| may_see))
}

/// The text of a message. Deleted messages are refused as if they did not exist.
pub(super) fn text(message: &MessageFacts) -> Result<&str, Stop> {
    Ok(rules::require_message(message.text.as_deref())?)
}
