//! Applies entries that change an earlier message: edits, deletions and reactions.
//!
//! A page of the log contains messages with their changes applied, and the same changes also arrive as single entries, before or
//! after the page. A change is applied only if it is newer than the message's last change, so that the order does not matter.

use papo_shared::model::limits::MAX_REACTIONS;
use papo_shared::model::{Emoji, Entry, EntryKind, Message, MessageText, Reaction, Seq, Username};
use papo_shared::protocol::MessagesErased;

/// The effect of a change on a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// The change was applied.
    Applied,
    /// The message has a new text, which has to be requested because the change does not contain it.
    Outdated,
    /// The message already had the change, or it was deleted.
    Unchanged,
}

/// The number of the message that an entry changes; `None` for other entries. An entry that changes a message has a number in the
/// log but is not drawn.
#[must_use]
pub fn target(entry: &Entry) -> Option<Seq> {
    match entry.kind {
        EntryKind::MessageEdited { target }
        | EntryKind::MessageDeleted { target }
        | EntryKind::ReactionAdded { target, .. }
        | EntryKind::ReactionRemoved { target, .. } => Some(target),
        _ => None,
    }
}

/// Applies a change to its message. `me` is the signed-in account.
pub fn apply(message: &mut Message, change: &Entry, me: &Username) -> ChangeOutcome {
    if message.deleted || message.changed >= Some(change.seq) {
        return ChangeOutcome::Unchanged;
    }
    let outcome = match &change.kind {
        EntryKind::MessageEdited { .. } => {
            message.edited_at = Some(change.at);
            ChangeOutcome::Outdated
        }
        EntryKind::MessageDeleted { .. } => {
            empty(message);
            ChangeOutcome::Applied
        }
        EntryKind::ReactionAdded { emoji, .. } => {
            add_reaction(&mut message.reactions, emoji, change.author == *me);
            ChangeOutcome::Applied
        }
        EntryKind::ReactionRemoved { emoji, .. } => {
            remove_reaction(&mut message.reactions, emoji, change.author == *me);
            ChangeOutcome::Applied
        }
        _ => return ChangeOutcome::Unchanged,
    };
    message.changed = Some(change.seq);
    outcome
}

/// Removes everything that is removed from a deleted message.
pub fn empty(message: &mut Message) {
    message.text = MessageText::deleted();
    message.mentions.clear();
    message.reactions.clear();
    message.edited_at = None;
    message.deleted = true;
}

/// Empties a message that the server erased without an entry.
pub fn apply_erasure(entry: &mut Entry, erased: &MessagesErased) {
    if let EntryKind::Message(message) = &mut entry.kind {
        empty(message);
        message.expired = erased.expired;
        message.by_operator = erased.by_operator;
    }
}

/// Updates a held message from a copy that was loaded again. `outdated_since` is the edit that made the held text outdated.
pub fn update_reloaded(held: &mut Message, loaded: Message, outdated_since: Option<Seq>) {
    if loaded.changed >= held.changed {
        *held = loaded;
    } else if outdated_since.is_some_and(|edit| loaded.changed >= Some(edit)) {
        // The copy lacks newer reactions, which the held message has, but its text is the edited one.
        held.text = loaded.text;
        held.mentions = loaded.mentions;
        held.edited_at = loaded.edited_at;
    }
}

fn add_reaction(reactions: &mut Vec<Reaction>, emoji: &Emoji, mine: bool) {
    if let Some(reaction) = reactions.iter_mut().find(|reaction| reaction.emoji == *emoji) {
        reaction.count = reaction.count.saturating_add(1);
        reaction.mine |= mine;
    } else if reactions.len() < MAX_REACTIONS {
        // The server enforces the same limit; this protects the client's memory from one that does not.
        reactions.push(Reaction { emoji: emoji.clone(), count: 1, mine });
    }
}

fn remove_reaction(reactions: &mut Vec<Reaction>, emoji: &Emoji, mine: bool) {
    for reaction in reactions.iter_mut().filter(|reaction| reaction.emoji == *emoji) {
        reaction.count = reaction.count.saturating_sub(1);
        reaction.mine &= !mine;
    }
    reactions.retain(|reaction| reaction.count > 0);
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{ClientId, Emoji, Entry, EntryKind, Message, MessageText, Seq, Timestamp, Username};
    use proptest::prelude::*;

    use super::{ChangeOutcome, MAX_REACTIONS, apply, update_reloaded};

    fn name(name: &str) -> Username {
        Username::parse(name).unwrap()
    }

    fn message(text: &str) -> Message {
        Message::new(ClientId::from_bytes([1; 16]), MessageText::parse(text).unwrap())
    }

    fn change(seq: u64, author: &str, kind: EntryKind) -> Entry {
        Entry { seq: Seq(seq), at: Timestamp(0), author: name(author), kind }
    }

    fn reacted(seq: u64, author: &str, emoji: &str) -> Entry {
        change(seq, author, EntryKind::ReactionAdded { target: Seq(1), emoji: Emoji::from(emoji.to_owned()) })
    }

    fn unreacted(seq: u64, author: &str, emoji: &str) -> Entry {
        change(seq, author, EntryKind::ReactionRemoved { target: Seq(1), emoji: Emoji::from(emoji.to_owned()) })
    }

    fn reactions(message: &Message) -> Vec<(&str, u32, bool)> {
        message.reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count, reaction.mine)).collect()
    }

    #[test]
    fn reactions_add_up_and_each_change_counts_once() {
        let mut held = message("oi");
        let changes = [reacted(2, "bia", "👍"), reacted(3, "ana", "👍"), reacted(4, "bia", "🎉"), reacted(3, "ana", "👍")];
        for change in &changes {
            apply(&mut held, change, &name("ana"));
        }
        assert_eq!(reactions(&held), [("👍", 2, true), ("🎉", 1, false)]);
        apply(&mut held, &unreacted(5, "ana", "👍"), &name("ana"));
        apply(&mut held, &unreacted(6, "bia", "🎉"), &name("ana"));
        assert_eq!(reactions(&held), [("👍", 1, false)]);
    }

    #[test]
    fn the_number_of_different_reactions_is_limited() {
        let mut held = message("oi");
        for at in 0..=MAX_REACTIONS as u64 {
            apply(&mut held, &reacted(2 + at, "bia", &at.to_string()), &name("ana"));
        }
        assert_eq!(held.reactions.len(), MAX_REACTIONS);
    }

    #[test]
    fn a_deleted_message_is_emptied_and_accepts_no_reactions() {
        let mut held = message("oi");
        held.mentions.push(name("ana"));
        apply(&mut held, &reacted(2, "bia", "👍"), &name("ana"));
        assert_eq!(
            apply(&mut held, &change(3, "bia", EntryKind::MessageDeleted { target: Seq(1) }), &name("ana")),
            ChangeOutcome::Applied
        );
        assert_eq!(apply(&mut held, &reacted(4, "bia", "👍"), &name("ana")), ChangeOutcome::Unchanged);
        assert!(held.deleted && held.text.as_str().is_empty() && held.reactions.is_empty() && held.mentions.is_empty());
    }

    #[test]
    fn an_edited_text_is_applied_on_reload_even_after_a_newer_reaction() {
        let mut held = message("oi");
        let edit = change(2, "bia", EntryKind::MessageEdited { target: Seq(1) });
        assert_eq!(apply(&mut held, &edit, &name("ana")), ChangeOutcome::Outdated);
        apply(&mut held, &reacted(3, "bia", "👍"), &name("ana"));
        let as_of_the_edit =
            Message { changed: Some(Seq(2)), edited_at: Some(Timestamp(0)), client_id: held.client_id, ..message("olá") };
        update_reloaded(&mut held, as_of_the_edit.clone(), Some(Seq(2)));
        assert_eq!((held.text.as_str(), reactions(&held)), ("olá", vec![("👍", 1, false)]));
        let before_the_edit = Message { client_id: held.client_id, ..message("oi") };
        update_reloaded(&mut held, before_the_edit, Some(Seq(2)));
        assert_eq!(held.text.as_str(), "olá");
    }

    proptest! {
        /// The result does not depend on which changes a page contains, nor on which were applied before it.
        #[test]
        fn pages_and_single_entries_commute(kinds in proptest::collection::vec((0usize..4, 0usize..2), 0..12), page_at in 0usize..12, held_at in 0usize..12) {
            let me = name("ana");
            let changes: Vec<Entry> = kinds.iter().zip(2..).map(|((kind, author), seq)| {
                let author = ["ana", "bia"][*author];
                match kind {
                    0 => reacted(seq, author, "👍"),
                    1 => unreacted(seq, author, "👍"),
                    2 => reacted(seq, author, "🎉"),
                    _ => unreacted(seq, author, "🎉"),
                }
            }).collect();
            let after = |count: usize| {
                let mut message = message("oi");
                for change in changes.iter().take(count) {
                    apply(&mut message, change, &me);
                }
                message
            };
            // Some changes arrive as single entries, then a page, then all changes again.
            let mut held = after(held_at);
            update_reloaded(&mut held, after(page_at), None);
            for change in &changes {
                apply(&mut held, change, &me);
            }
            prop_assert_eq!(held, after(changes.len()));
        }
    }
}
