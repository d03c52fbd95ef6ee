//! MessageToSend messages.

use std::sync::Arc;

use papo_shared::model::{ClientId, ConversationId, Entry, EntryKind, Message, MessageText, ReplyTo, Seq, Timestamp};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, Stop};
use super::{lookup, notices};
use crate::domain::account::AccountRef;
use crate::domain::change::{Change, NewMessage};
use crate::domain::changes::Changes;
use crate::domain::facts::{All, Facts, Original, SentMessage};
use crate::domain::message::{EntryId, TextHashByte};
use crate::domain::outcome::{Outcome, Posted};
use crate::domain::rules;

/// A message to send.
pub(super) struct MessageToSend<'a> {
    pub(super) conversation: ConversationId,
    pub(super) author: &'a AccountRef,
    pub(super) client_id: ClientId,
    pub(super) text: &'a MessageText,
    pub(super) reply_to: Option<Seq>,
    pub(super) at: Timestamp,
}

/// The client id counts as unused until it is loaded: messages are rarely sent twice, and inserting a second one fails.
pub(super) fn append<'a>(facts: &Facts, new: &MessageToSend<'a>) -> Decided<'a> {
    let key = (new.author.id, new.client_id);
    if let Some(Some(sent)) = facts.client_ids.loaded(&key) {
        return repeated(sent, new);
    }
    match post(facts, new) {
        Err(Stop::Refused(refusal)) => {
            // A repeated send still gets the first outcome if the sender has left or been blocked since, or if the target of the
            // reply has been deleted.
            facts.client_ids.get(&key)?;
            Err(Stop::Refused(refusal))
        }
        decided => decided,
    }
}

fn post<'a>(facts: &Facts, new: &MessageToSend<'a>) -> Decided<'a> {
    let &MessageToSend { conversation, author, client_id, text, reply_to, at } = new;
    // Most messages mention no one and reply to nothing.
    let is_plain = reply_to.is_none() && !text.as_str().contains('@');
    let addressed = if is_plain {
        None
    } else {
        let target = reply_to.map_or(Ok(None), |seq| lookup::message(facts, conversation, seq, author.id));
        let accounts = notices::accounts(facts, author, text);
        let (_, target, accounts) = (facts.conversations.get(&conversation), target, accounts).all()?;
        Some((target, accounts))
    };
    let known = lookup::writable(facts, conversation, author.id)?;
    let id = EntryId { conversation, seq: known.last_seq.next() };
    let mut message = Message::new(client_id, text.clone());
    let mut inserted = NewMessage { id, author: author.id, client_id, text, reply_to, mentions: Vec::new(), at };
    let mut inbox_items = Vec::new();
    if let Some((target, accounts)) = addressed {
        let named = notices::members(known, accounts);
        if let Some(seq) = reply_to {
            let target = rules::require_message(target.filter(|target| target.text.is_some()))?;
            message.reply_to = Some(ReplyTo { seq, author: target.author_name.clone() });
        }
        inbox_items = notices::replace(facts, id, author.id, &named, target.map(|target| target.author), &[])?;
        message.mentions = named.into_iter().map(|who| who.username).collect();
        inserted.mentions.clone_from(&message.mentions);
    }
    let entry = Entry { seq: id.seq, at, author: author.username.clone(), kind: EntryKind::Message(message) };
    let audience = known.members.clone();
    let outcome = Outcome::Posted(Posted { conversation, entry, audience, duplicate: false, group: None });
    let mut changes = Changes::from(Change::InsertMessage(inserted));
    if known.unanswered_by == Some(author.id) {
        changes.push(Change::AcceptDirect { conversation, account: author.id });
    }
    changes.extend(inbox_items);
    Ok(Decision::new(outcome, changes))
}

/// The first outcome again, if this is the same message.
fn repeated<'a>(sent: &SentMessage, new: &MessageToSend<'a>) -> Decided<'a> {
    let EntryKind::Message(message) = &sent.entry.kind else { return Err(Refusal::ClientIdReused.into()) };
    let same_text = match &sent.original {
        Original::Text(text) => text == new.text.as_str(),
        Original::Mark(mark) => *mark == TextHashByte::of(new.text),
    };
    let same_target = message.reply_to.as_ref().map(|reply_to| reply_to.seq) == new.reply_to;
    if sent.conversation != new.conversation || !same_text || !same_target {
        return Err(Refusal::ClientIdReused.into());
    }
    let (conversation, entry, audience) = (sent.conversation, sent.entry.clone(), Arc::new([]));
    Ok(Decision::unchanged(Outcome::Posted(Posted { conversation, entry, audience, duplicate: true, group: None })))
}
