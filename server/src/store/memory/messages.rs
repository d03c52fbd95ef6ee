//! Posting and changing messages.

use std::collections::BTreeMap;
use std::sync::Arc;

use papo_shared::model::{
    ClientId, ConversationId, Emoji, Entry, EntryKind, Message, MessageText, Reaction, ReplyTo, Seq, Timestamp, Username, mention,
};
use papo_shared::protocol::{InboxReason, Refusal, Revision};

use super::state::{Log, State, push, told};
use crate::domain::{AccountId, FoundReaction, TextMark, Who, rules};
use crate::store::{Outcome, Posted};

/// Data of a message other than its current text.
#[derive(Default)]
pub(super) struct Changes {
    /// Earlier texts, oldest first.
    earlier: Vec<Revision>,
    /// Set once the message is deleted.
    mark: Option<TextMark>,
    reactions: Vec<KeptReaction>,
}

struct KeptReaction {
    by: AccountId,
    emoji: Emoji,
    seq: Seq,
    /// The entry that added the first reaction with this emoji, which determines the display order.
    since: Seq,
}

/// An inbox item: a message that concerns an account in particular.
pub(super) struct Notice {
    pub(super) account: AccountId,
    pub(super) seq: Seq,
    pub(super) reason: InboxReason,
    pub(super) done: bool,
}

/// A message to append.
pub(super) struct NewMessage {
    pub(super) client_id: ClientId,
    pub(super) text: MessageText,
    pub(super) reply_to: Option<Seq>,
    pub(super) at: Timestamp,
}

impl Log {
    pub(super) fn message(&self, seq: Seq) -> Option<(&Entry, &Message)> {
        let entry = self.entries.get(usize::try_from(seq.0).ok()?.checked_sub(1)?)?;
        match &entry.kind {
            EntryKind::Message(message) => Some((entry, message)),
            _ => None,
        }
    }

    /// A message visible to this member, including deleted ones.
    pub(super) fn visible(&self, seq: Seq, account: AccountId) -> Result<(&Entry, &Message), Refusal> {
        let may_see = self.member(account).is_some_and(|member| rules::may_see(member.first, seq));
        rules::as_message(self.message(seq).filter(|_| may_see))
    }

    /// A message visible to this member and not deleted.
    fn standing(&self, seq: Seq, account: AccountId) -> Result<(&Entry, &Message), Refusal> {
        let found = self.visible(seq, account)?;
        rules::as_message(Some(found).filter(|(_, message)| !message.deleted))
    }

    /// The entry as this account sees it, with its reactions.
    pub(super) fn shown(&self, entry: &Entry, account: AccountId) -> Entry {
        let mut entry = entry.clone();
        if let (EntryKind::Message(message), Some(changes)) = (&mut entry.kind, self.changes.get(&entry.seq)) {
            let mut emoji: BTreeMap<Seq, Reaction> = BTreeMap::new();
            for reaction in &changes.reactions {
                let summed_up = Reaction { emoji: reaction.emoji.clone(), count: 0, mine: false };
                let summed_up = emoji.entry(reaction.since).or_insert(summed_up);
                summed_up.count += 1;
                summed_up.mine |= reaction.by == account;
            }
            message.reactions = emoji.into_values().collect();
        }
        entry
    }

    /// The message and its other data for an update by the entry `changed`.
    fn change(&mut self, seq: Seq, changed: Seq) -> Option<(&mut Message, &mut Changes)> {
        let entry = self.entries.get_mut(usize::try_from(seq.0).ok()?.checked_sub(1)?)?;
        let EntryKind::Message(message) = &mut entry.kind else { return None };
        message.changed = Some(changed);
        Some((message, self.changes.entry(seq).or_default()))
    }

    /// Rebuilds the inbox items of a message after its mentions changed. Dismissed items stay dismissed; new items
    /// for `silent` accounts are created as dismissed.
    fn remake_notices(&mut self, seq: Seq, named: &[AccountId], answered: Option<AccountId>, silent: &[AccountId]) {
        self.notices.retain(|notice| {
            let stays =
                named.contains(&notice.account) || answered == Some(notice.account) || notice.reason == InboxReason::Direct;
            notice.seq != seq || stays
        });
        let reasons = answered.map(|account| (account, InboxReason::Reply)).into_iter();
        for (account, reason) in reasons.chain(named.iter().map(|account| (*account, InboxReason::Mention))) {
            match self.notices.iter_mut().find(|notice| notice.seq == seq && notice.account == account) {
                Some(notice) => notice.reason = reason,
                None => self.notices.push(Notice { account, seq, reason, done: silent.contains(&account) }),
            }
        }
    }
}

impl State {
    fn id_of(&self, username: &Username) -> Option<AccountId> {
        self.accounts.iter().find(|found| found.account.username == *username).map(|found| found.account.id)
    }

    /// Accounts that have blocked `whom`.
    fn blockers_of(&self, whom: AccountId) -> Vec<AccountId> {
        self.blocks.iter().filter(|(_, blocked)| *blocked == whom).map(|(by, _)| *by).collect()
    }

    /// The members mentioned in a text who may see the message, without its author.
    fn named(&self, id: ConversationId, seq: Seq, author: &Who, text: &MessageText) -> Vec<Who> {
        let log = self.ids().find(|(other, _)| *other == id).map(|(_, log)| log);
        let may_see = |account| log.and_then(|log| log.member(account)).is_some_and(|member| rules::may_see(member.first, seq));
        let named = mention::names(text.as_str()).into_iter().filter(|username| *username != author.username);
        let named = named.filter_map(|username| Some(Who { id: self.id_of(&username)?, username }));
        named.filter(|who| may_see(who.id)).collect()
    }

    pub(super) fn append(&mut self, id: ConversationId, author: &Who, new: NewMessage) -> Result<Outcome, Refusal> {
        if let Some(repeated) = self.repeated(id, author, &new) {
            return repeated;
        }
        let log = self.log_to_write(id, author.id)?;
        let seq = log.last().next();
        let answered = new.reply_to.map(|seq| log.standing(seq, author.id)).transpose()?;
        let reply_to = answered.map(|(entry, _)| ReplyTo { seq: entry.seq, author: entry.author.clone() });
        let answered = reply_to.as_ref().and_then(|reply_to| self.id_of(&reply_to.author)).filter(|other| *other != author.id);
        let named = self.named(id, seq, author, &new.text);
        let silent = self.blockers_of(author.id);
        let mentions = named.iter().map(|who| who.username.clone()).collect();
        let kind = EntryKind::Message(Message { reply_to, mentions, ..Message::new(new.client_id, new.text) });
        let log = self.log_to_write(id, author.id)?;
        let entry = push(log, author, kind, new.at);
        let named: Vec<AccountId> = named.iter().map(|who| who.id).collect();
        log.remake_notices(seq, &named, answered, &silent);
        let audience = log.audience();
        self.said.push((id, seq));
        Ok(Outcome::Posted(Posted { conversation: id, entry, audience, duplicate: false, group: None }))
    }

    /// The result of an earlier use of this client id, if there is one.
    fn repeated(&self, id: ConversationId, author: &Who, new: &NewMessage) -> Option<Result<Outcome, Refusal>> {
        let (first_id, log, entry) = self.ids().find_map(|(id, log)| {
            let is_it = |entry: &&Entry| {
                let EntryKind::Message(message) = &entry.kind else { return false };
                entry.author == author.username && message.client_id == new.client_id
            };
            Some((id, log, log.entries.iter().find(is_it)?))
        })?;
        let (_, message) = log.message(entry.seq)?;
        let changes = log.changes.get(&entry.seq);
        let same_text = match changes.and_then(|changes| changes.mark) {
            Some(mark) => mark == TextMark::of(&new.text),
            None => *changes.and_then(|changes| changes.earlier.first()).map_or(&message.text, |first| &first.text) == new.text,
        };
        let same_answer = message.reply_to.as_ref().map(|reply_to| reply_to.seq) == new.reply_to;
        if first_id != id || !same_text || !same_answer {
            return Some(Err(Refusal::ClientIdReused));
        }
        let (entry, audience) = (entry.clone(), Arc::new([]));
        Some(Ok(Outcome::Posted(Posted { conversation: id, entry, audience, duplicate: true, group: None })))
    }

    pub(super) fn edit(
        &mut self,
        id: ConversationId,
        by: &Who,
        seq: Seq,
        text: MessageText,
        at: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let log = self.log_to_write(id, by.id)?;
        let (entry, message) = log.standing(seq, by.id)?;
        rules::may_change(entry.author == by.username)?;
        if message.text == text {
            return Ok(Outcome::Done);
        }
        rules::may_edit_again(log.changes.get(&seq).map_or(0, |changes| changes.earlier.len()))?;
        let said_at = message.edited_at.unwrap_or(entry.at);
        let answered = message.reply_to.clone().and_then(|reply_to| self.id_of(&reply_to.author)).filter(|other| *other != by.id);
        let named = self.named(id, seq, by, &text);
        let silent = self.blockers_of(by.id);
        let log = self.log_to_write(id, by.id)?;
        let entry = push(log, by, EntryKind::MessageEdited { target: seq }, at);
        if let Some((message, changes)) = log.change(seq, entry.seq) {
            let before = std::mem::replace(&mut message.text, text);
            changes.earlier.push(Revision { at: said_at, text: before });
            message.mentions = named.iter().map(|who| who.username.clone()).collect();
            message.edited_at = Some(at);
        }
        let named: Vec<AccountId> = named.iter().map(|who| who.id).collect();
        log.remake_notices(seq, &named, answered, &silent);
        Ok(told(id, entry, log))
    }

    pub(super) fn delete(&mut self, id: ConversationId, by: &Who, seq: Seq, at: Timestamp) -> Result<Outcome, Refusal> {
        let log = self.log_to_write(id, by.id)?;
        let (entry, message) = log.visible(seq, by.id)?;
        rules::may_change(entry.author == by.username)?;
        if message.deleted {
            return Ok(Outcome::Done);
        }
        let entry = push(log, by, EntryKind::MessageDeleted { target: seq }, at);
        if let Some((message, changes)) = log.change(seq, entry.seq) {
            let text = std::mem::replace(&mut message.text, MessageText::nothing());
            let first = changes.earlier.first().map_or(&text, |first| &first.text);
            *changes = Changes { mark: Some(TextMark::of(first)), ..Changes::default() };
            message.mentions.clear();
            message.edited_at = None;
            message.deleted = true;
        }
        log.notices.retain(|notice| notice.seq != seq);
        Ok(told(id, entry, log))
    }

    pub(super) fn add_reaction(
        &mut self,
        id: ConversationId,
        by: &Who,
        seq: Seq,
        emoji: Emoji,
        at: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let log = self.log_to_write(id, by.id)?;
        log.standing(seq, by.id)?;
        let reactions = log.changes.get(&seq).map_or(&[][..], |changes| &changes.reactions);
        let of_this = || reactions.iter().filter(|reaction| reaction.emoji == emoji);
        if of_this().any(|reaction| reaction.by == by.id) {
            return Ok(Outcome::Done);
        }
        let since = of_this().map(|reaction| reaction.since).min();
        if since.is_none() {
            let mut different: Vec<&Emoji> = reactions.iter().map(|reaction| &reaction.emoji).collect();
            different.sort();
            different.dedup();
            rules::may_have_another_emoji(different.len())?;
        }
        let entry = push(log, by, EntryKind::ReactionAdded { target: seq, emoji: emoji.clone() }, at);
        let since = since.unwrap_or(entry.seq);
        if let Some((_, changes)) = log.change(seq, entry.seq) {
            changes.reactions.push(KeptReaction { by: by.id, emoji, seq: entry.seq, since });
        }
        Ok(told(id, entry, log))
    }

    pub(super) fn remove_reaction(
        &mut self,
        id: ConversationId,
        by: &Who,
        seq: Seq,
        emoji: Emoji,
        at: Timestamp,
    ) -> Result<Outcome, Refusal> {
        let log = self.log_to_write(id, by.id)?;
        log.standing(seq, by.id)?;
        let is_it = |reaction: &KeptReaction| reaction.by == by.id && reaction.emoji == emoji;
        if !log.changes.get(&seq).is_some_and(|changes| changes.reactions.iter().any(is_it)) {
            return Ok(Outcome::Done);
        }
        let entry = push(log, by, EntryKind::ReactionRemoved { target: seq, emoji: emoji.clone() }, at);
        if let Some((_, changes)) = log.change(seq, entry.seq) {
            changes.reactions.retain(|reaction| !is_it(reaction));
        }
        Ok(told(id, entry, log))
    }

    /// All texts of a message, oldest first.
    pub(super) fn revisions(&self, account: AccountId, id: ConversationId, seq: Seq) -> Result<Vec<Revision>, Refusal> {
        let log = rules::as_member(self.own(account, id))?;
        let (entry, message) = log.standing(seq, account)?;
        let earlier = log.changes.get(&seq).into_iter().flat_map(|changes| changes.earlier.iter().cloned());
        let now = Revision { at: message.edited_at.unwrap_or(entry.at), text: message.text.clone() };
        Ok(earlier.chain([now]).collect())
    }

    /// All reactions to a message, oldest first.
    pub(super) fn reactions(&self, account: AccountId, id: ConversationId, seq: Seq) -> Result<Vec<FoundReaction>, Refusal> {
        let log = rules::as_member(self.own(account, id))?;
        log.standing(seq, account)?;
        let reactions = log.changes.get(&seq).into_iter().flat_map(|changes| &changes.reactions);
        let found = reactions.filter_map(|KeptReaction { by, emoji, seq, .. }| {
            Some(FoundReaction { seq: *seq, emoji: emoji.clone(), username: self.username(*by)?.clone() })
        });
        Ok(found.collect())
    }
}
