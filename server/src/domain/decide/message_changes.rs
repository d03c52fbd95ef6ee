//! Edits, deletions and reactions. Each adds an entry and changes its target message.

use papo_shared::model::{ConversationId, Emoji, EntryKind, MessageText, Seq, Timestamp};

use super::decision::{Decided, Decision};
use super::post::Post;
use super::{lookup, notices};
use crate::domain::account::AccountRef;
use crate::domain::change::Change;
use crate::domain::changes::Changes;
use crate::domain::facts::{All, ConversationFacts, Facts, collect};
use crate::domain::message::{EntryId, Removal, TextHashByte};
use crate::domain::outcome::Outcome;
use crate::domain::rules;

/// The message to change, and the requester.
#[derive(Clone, Copy)]
pub(super) struct TargetMessage<'a> {
    pub(super) conversation: ConversationId,
    pub(super) by: &'a AccountRef,
    pub(super) seq: Seq,
    pub(super) at: Timestamp,
}

pub(super) fn edit<'a>(facts: &Facts, target: TargetMessage<'_>, text: &'a MessageText) -> Decided<'a> {
    let TargetMessage { conversation, by, seq, at } = target;
    let id = target.id();
    let (_, message, edits, before, accounts) = (
        facts.conversations.get(&conversation),
        lookup::message(facts, conversation, seq, by.id),
        facts.edit_counts.get(&id),
        facts.notices.get(&id),
        notices::accounts(facts, by, text),
    )
        .all()?;
    let known = lookup::writable(facts, conversation, by.id)?;
    let message = rules::require_message(message)?;
    let old = lookup::text(message)?;
    rules::may_change(message.author == by.id)?;
    if old == text.as_str() {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    rules::may_edit_again(*edits)?;
    // A member who joined after the message cannot see it.
    let named = notices::members(known, accounts);
    let named = collect(named.into_iter().map(|who| Ok((facts.members.get(&(conversation, who.id))?, who))))?;
    let may_see = named.into_iter().filter(|(own, _)| own.as_ref().is_some_and(|own| rules::may_see(own.first, seq)));
    let named: Vec<AccountRef> = may_see.map(|(_, who)| who).collect();
    let items = notices::replace(facts, id, by.id, &named, message.reply_to_author, before)?;
    let mentions = named.into_iter().map(|who| who.username).collect();
    let (before, written_at, number) = (old.to_owned(), message.written_at, edits + 1);
    let mut changes = Changes::from(Change::ReplaceText { message: id, before, written_at, number, text, mentions, at });
    changes.extend(items);
    Ok(target.post(known, EntryKind::MessageEdited { target: seq }, changes))
}

pub(super) fn delete<'a>(facts: &Facts, target: TargetMessage<'_>) -> Decided<'a> {
    let TargetMessage { conversation, by, seq, .. } = target;
    let id = target.id();
    let (_, message, own, original) = (
        facts.conversations.get(&conversation),
        lookup::message(facts, conversation, seq, by.id),
        facts.members.get(&(conversation, by.id)),
        facts.original_texts.get(&id),
    )
        .all()?;
    let known = lookup::writable(facts, conversation, by.id)?;
    let message = rules::require_message(message)?;
    let role = rules::require_member(own.as_ref())?.role;
    let is_author = message.author == by.id;
    let author = if is_author { None } else { facts.members.get(&(conversation, message.author))?.as_ref() };
    rules::may_delete(is_author, role, author.map(|author| author.role))?;
    let Some(text) = &message.text else { return Ok(Decision::unchanged(Outcome::Done)) };
    let removal = if is_author { Removal::Author } else { Removal::Member(by.id) };
    let erased = erase(id, text, original.as_deref(), removal);
    Ok(target.post(known, EntryKind::MessageDeleted { target: seq }, erased.into()))
}

/// Erases a message. `original` is its first text, if it was edited.
pub(super) fn erase<'a>(message: EntryId, text: &str, original: Option<&str>, removal: Removal) -> Change<'a> {
    let mark = TextHashByte::of(&MessageText::from(original.unwrap_or(text).to_owned()));
    Change::EraseText { message, before: text.to_owned(), mark, removal }
}

pub(super) fn add_reaction<'a>(facts: &Facts, target: TargetMessage<'_>, emoji: &'a Emoji) -> Decided<'a> {
    let TargetMessage { conversation, by, seq, .. } = target;
    let id = target.id();
    let (_, message, is_there, all) = (
        facts.conversations.get(&conversation),
        lookup::message(facts, conversation, seq, by.id),
        facts.reactions.get(&(id, by.id, emoji.clone())),
        facts.emoji_of.get(&id),
    )
        .all()?;
    let known = lookup::writable(facts, conversation, by.id)?;
    lookup::text(rules::require_message(message)?)?;
    if *is_there {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let entry_seq = known.last_seq.next();
    let since = match all.iter().find(|known| known.emoji == *emoji) {
        Some(known) => known.since,
        None => rules::may_have_another_emoji(all.len()).map(|()| entry_seq)?,
    };
    rules::may_have_another_reaction(all.iter().map(|known| known.count).sum())?;
    let added = Change::InsertReaction { message: id, emoji, account: by.id, seq: entry_seq, since };
    Ok(target.post(known, EntryKind::ReactionAdded { target: seq, emoji: emoji.clone() }, added.into()))
}

pub(super) fn remove_reaction<'a>(facts: &Facts, target: TargetMessage<'_>, emoji: &'a Emoji) -> Decided<'a> {
    let TargetMessage { conversation, by, seq, .. } = target;
    let id = target.id();
    let (_, message, is_there) = (
        facts.conversations.get(&conversation),
        lookup::message(facts, conversation, seq, by.id),
        facts.reactions.get(&(id, by.id, emoji.clone())),
    )
        .all()?;
    let known = lookup::writable(facts, conversation, by.id)?;
    lookup::text(rules::require_message(message)?)?;
    if !*is_there {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let removed = Change::DeleteReaction { message: id, emoji, account: by.id };
    Ok(target.post(known, EntryKind::ReactionRemoved { target: seq, emoji: emoji.clone() }, removed.into()))
}

impl TargetMessage<'_> {
    fn id(&self) -> EntryId {
        EntryId { conversation: self.conversation, seq: self.seq }
    }

    /// The changes to the message, followed by the entry about them.
    fn post<'a>(&self, known: &ConversationFacts, kind: EntryKind, mut changes: Changes<'a>) -> Decision<'a> {
        let post = Post { conversation: self.conversation, seq: known.last_seq.next(), author: self.by, at: self.at };
        let (entry, outcome) = post.entry(kind, None, known.members.clone(), None);
        changes.extend([Change::SetChanged { message: self.id(), by: post.seq }, entry]);
        Decision::new(outcome, changes)
    }
}
