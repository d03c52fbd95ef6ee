//! What a later entry of the log makes of a message.
//!
//! Pages of the log and single entries tell of the same changes, in any order: a change is applied where it is newer than
//! what the message has in it already, so both come to the same.

use papo_shared::model::limits::MAX_REACTIONS;
use papo_shared::model::{Emoji, Entry, EntryKind, Message, MessageText, Reaction, Seq, Username};

/// What became of a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeOutcome {
    /// What it is after the change.
    Applied,
    /// It has another text, which is to be asked for: a change does not tell it.
    Outdated,
    /// What it was: it has the change already, or there is nothing left of it to change.
    Unchanged,
}

/// The message that an entry changes, if it is one that changes a message. Such an entry has a number and no rows of its own.
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

/// Applies a change to its message. `me` is who uses this client.
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
            message.text = MessageText::deleted();
            message.mentions.clear();
            message.reactions.clear();
            message.edited_at = None;
            message.deleted = true;
            ChangeOutcome::Applied
        }
        EntryKind::ReactionAdded { emoji, .. } => {
            add(&mut message.reactions, emoji, change.author == *me);
            ChangeOutcome::Applied
        }
        EntryKind::ReactionRemoved { emoji, .. } => {
            remove(&mut message.reactions, emoji, change.author == *me);
            ChangeOutcome::Applied
        }
        _ => return ChangeOutcome::Unchanged,
    };
    message.changed = Some(change.seq);
    outcome
}

/// Takes over what is newer of a message that was asked for again. `outdated_since` is the edit after which the held text was
/// not known any more.
pub fn update_reloaded(held: &mut Message, now: Message, outdated_since: Option<Seq>) {
    if now.changed >= held.changed {
        *held = now;
    } else if outdated_since.is_some_and(|edit| now.changed >= Some(edit)) {
        // Reactions came after it was read; the text is the new one all the same.
        held.text = now.text;
        held.mentions = now.mentions;
        held.edited_at = now.edited_at;
    }
}

fn add(reactions: &mut Vec<Reaction>, emoji: &Emoji, mine: bool) {
    if let Some(reaction) = reactions.iter_mut().find(|reaction| reaction.emoji == *emoji) {
        reaction.count = reaction.count.saturating_add(1);
        reaction.mine |= mine;
    } else if reactions.len() < MAX_REACTIONS {
        // A server keeps to this as well; one that does not fills no memory here.
        reactions.push(Reaction { emoji: emoji.clone(), count: 1, mine });
    }
}

fn remove(reactions: &mut Vec<Reaction>, emoji: &Emoji, mine: bool) {
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

    fn took_back(seq: u64, author: &str, emoji: &str) -> Entry {
        change(seq, author, EntryKind::ReactionRemoved { target: Seq(1), emoji: Emoji::from(emoji.to_owned()) })
    }

    fn reactions(message: &Message) -> Vec<(&str, u32, bool)> {
        message.reactions.iter().map(|reaction| (reaction.emoji.as_str(), reaction.count, reaction.mine)).collect()
    }

    #[test]
    fn reactions_add_up_and_a_change_counts_once() {
        let mut held = message("oi");
        let changes = [reacted(2, "bia", "👍"), reacted(3, "ana", "👍"), reacted(4, "bia", "🎉"), reacted(3, "ana", "👍")];
        for change in &changes {
            apply(&mut held, change, &name("ana"));
        }
        assert_eq!(reactions(&held), [("👍", 2, true), ("🎉", 1, false)]);
        apply(&mut held, &took_back(5, "ana", "👍"), &name("ana"));
        apply(&mut held, &took_back(6, "bia", "🎉"), &name("ana"));
        assert_eq!(reactions(&held), [("👍", 1, false)]);
    }

    #[test]
    fn a_message_has_so_many_different_reactions_and_no_more() {
        let mut held = message("oi");
        for at in 0..=MAX_REACTIONS as u64 {
            apply(&mut held, &reacted(2 + at, "bia", &at.to_string()), &name("ana"));
        }
        assert_eq!(held.reactions.len(), MAX_REACTIONS);
    }

    #[test]
    fn nothing_is_left_of_a_deleted_message_and_nothing_comes_to_it() {
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
    fn an_edit_is_known_once_the_message_is_asked_for_again_whatever_comes_between() {
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
        /// Whenever the page was read, and whatever of the changes was there before it, it comes to the same.
        #[test]
        fn pages_and_single_entries_commute(kinds in proptest::collection::vec((0usize..4, 0usize..2), 0..12), page_at in 0usize..12, held_at in 0usize..12) {
            let me = name("ana");
            let changes: Vec<Entry> = kinds.iter().zip(2..).map(|((what, who), seq)| {
                let author = ["ana", "bia"][*who];
                match what {
                    0 => reacted(seq, author, "👍"),
                    1 => took_back(seq, author, "👍"),
                    2 => reacted(seq, author, "🎉"),
                    _ => took_back(seq, author, "🎉"),
                }
            }).collect();
            let after = |count: usize| {
                let mut message = message("oi");
                for change in changes.iter().take(count) {
                    apply(&mut message, change, &me);
                }
                message
            };
            // What is held saw some changes live; then a page comes; then all changes once more.
            let mut held = after(held_at);
            update_reloaded(&mut held, after(page_at), None);
            for change in &changes {
                apply(&mut held, change, &me);
            }
            prop_assert_eq!(held, after(changes.len()));
        }
    }
}
