//! Formats log entries as text: one line each, with further lines of a message indented, so that no message can imitate one of
//! another author.
//!
//! ```text
//! 2026-11-20 14:05 bia: oi, tudo bem?
//!     chegou o livro que você pediu
//!     [👍 2]
//! 2026-11-20 14:06 * ana added caio
//! 2026-11-20 14:07 ana ↳ bia (edited): passo aí amanhã
//! ```

use jiff::tz::TimeZone;
use papo_shared::model::{Entry, EntryKind, Message, Timestamp};

use super::output_entry::{OutputEntry, message};
use crate::layout::shown::shown;
use crate::state::conversations::entry_text;
use crate::state::phrase::Phrase;
use crate::translations::Translations;

/// The indentation of further lines of a message.
const INDENT: &str = "    ";

/// The options of the text format.
#[derive(Clone, Copy)]
pub(super) struct Style<'a> {
    pub(super) translations: &'a Translations,
    pub(super) zone: &'a TimeZone,
    /// Whether each line contains the address of the conversation.
    pub(super) with_address: bool,
}

impl Style<'_> {
    /// An entry, with its final line break.
    pub(super) fn entry(&self, entry_output: &OutputEntry) -> String {
        let mut line = self.time(entry_output.entry.at);
        if self.with_address {
            line.push(' ');
            line.push_str(&shown(entry_output.address));
        }
        line.push(' ');
        match message(entry_output.entry) {
            Some(message) if !message.deleted => line.push_str(&self.message(entry_output.entry, message)),
            _ => {
                line.push_str("* ");
                line.push_str(&self.describe_change(entry_output.entry));
                line.push_str(&self.target_description(entry_output));
            }
        }
        line.push('\n');
        line
    }

    /// Author, reply, text and reactions of a message.
    fn message(&self, entry: &Entry, message: &Message) -> String {
        let mut line = shown(entry.author.as_str()).into_owned();
        if let Some(reply_to) = &message.reply_to {
            line.push_str(" ↳ ");
            line.push_str(&shown(reply_to.author.as_str()));
        }
        if message.edited_at.is_some() {
            line.push_str(&format!(" ({})", self.edited()));
        }
        line.push_str(": ");
        line.push_str(&indented(message.text.as_str()));
        if !message.reactions.is_empty() {
            line.push_str(&format!("\n{INDENT}[{}]", reactions(message)));
        }
        line
    }

    /// The current text of a changed message; only its first line for a reaction.
    fn target_description(&self, entry_output: &OutputEntry) -> String {
        let Some((entry, now)) = entry_output.target.and_then(|target| Some((target, message(target)?))) else {
            return String::new();
        };
        match entry_output.entry.kind {
            EntryKind::MessageEdited { .. } => format!(": {}", indented(now.text.as_str())),
            EntryKind::ReactionAdded { .. } | EntryKind::ReactionRemoved { .. } if !now.deleted => {
                let beginning = now.text.as_str().lines().next().unwrap_or_default();
                format!(": {}: {}", shown(entry.author.as_str()), cleaned(beginning))
            }
            _ => String::new(),
        }
    }

    /// The description of an entry that is not a message, or of a deleted message.
    pub(super) fn describe_change(&self, entry: &Entry) -> String {
        let phrase = match message(entry) {
            Some(message) if message.expired => Phrase::new("script-expired").text("who", &entry.author),
            Some(message) if message.by_operator => Phrase::new("script-deleted-by-operator").text("who", &entry.author),
            Some(message) => Phrase::new("script-deleted").text("who", message.deleted_by.as_ref().unwrap_or(&entry.author)),
            None => entry_text::describe(entry, |username| username.to_string()),
        };
        shown(&self.translations.format(&phrase)).into_owned()
    }

    /// The mark of an edited message.
    pub(super) fn edited(&self) -> String {
        self.translations.get("script-edited")
    }

    /// A time in the user's time zone.
    pub(super) fn time(&self, at: Timestamp) -> String {
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// The reactions to a message with their counts.
pub(super) fn reactions(message: &Message) -> String {
    let reactions = message.reactions.iter().map(|reaction| format!("{} {}", shown(reaction.emoji.as_str()), reaction.count));
    reactions.collect::<Vec<_>>().join(", ")
}

/// The lines of a message, indented after the first.
fn indented(text: &str) -> String {
    text.split('\n').map(cleaned).collect::<Vec<_>>().join(&format!("\n{INDENT}"))
}

/// A line without control characters except tabs, which are harmless.
pub(super) fn cleaned(line: &str) -> String {
    line.split('\t').map(shown).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use papo_shared::model::{ConversationId, Entry};
    use serde_json::{Value, json};

    use super::{OutputEntry, Style};
    use crate::translations::{Language, Translations};

    /// An entry of Friday 20 November 2026, 14:00, from its JSON form.
    fn entry(fields: Value) -> Entry {
        let mut entry = json!({"seq": 5, "at": 1_795_183_200_000_i64, "author": "bia"});
        entry.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        serde_json::from_value(entry).unwrap()
    }

    fn message(fields: Value) -> Entry {
        let mut message = json!({"kind": "message", "client_id": "019a7c2e-5f00-7a10-8b1c-3d5e7f901234", "text": "oi\nana"});
        message.as_object_mut().unwrap().extend(fields.as_object().unwrap().clone());
        entry(message)
    }

    #[track_caller]
    fn check(entry: &Entry, target: Option<&Entry>, expected: &str) {
        let (translations, zone) = (Translations::of(Language::En), TimeZone::UTC);
        let entry_output = OutputEntry { conversation: ConversationId(1), address: "#redes", entry, target };
        let written = |with_address| Style { translations: &translations, zone: &zone, with_address }.entry(&entry_output);
        assert_eq!(written(false), format!("2026-11-20 14:00 {expected}\n"));
        assert_eq!(written(true), format!("2026-11-20 14:00 #redes {expected}\n"));
    }

    #[test]
    fn messages_are_formatted_in_their_current_state() {
        check(&message(json!({})), None, "bia: oi\n    ana");
        check(&message(json!({"reply_to": {"seq": 3, "author": "ana"}})), None, "bia ↳ ana: oi\n    ana");
        check(&message(json!({"edited_at": 1, "changed": 6})), None, "bia (edited): oi\n    ana");
        let reactions = json!([{"emoji": "👍", "count": 2}, {"emoji": "❤️", "count": 1, "mine": true}]);
        check(&message(json!({"reactions": reactions})), None, "bia: oi\n    ana\n    [👍 2, ❤️ 1]");
        check(&message(json!({"deleted": true, "text": ""})), None, "* bia deleted this message");
        check(&message(json!({"deleted": true, "text": "", "expired": true})), None, "* this message of bia expired");
        let by_operator = message(json!({"deleted": true, "text": "", "by_operator": true}));
        check(&by_operator, None, "* the operator of the server deleted this message of bia");
    }

    #[test]
    fn changes_mention_their_message() {
        let of = message(json!({}));
        let edited = entry(json!({"kind": "message_edited", "target": 3}));
        check(&edited, Some(&of), "* bia edited a message: oi\n    ana");
        // Without access to the message, for example after joining later.
        check(&edited, None, "* bia edited a message");
        let reacted = entry(json!({"kind": "reaction_added", "target": 3, "emoji": "👍"}));
        check(&reacted, Some(&of), "* bia reacted with 👍: bia: oi");
        let gone = message(json!({"deleted": true, "text": ""}));
        check(&reacted, Some(&gone), "* bia reacted with 👍");
        check(&entry(json!({"kind": "message_deleted", "target": 3})), Some(&gone), "* bia deleted a message");
    }

    #[test]
    fn control_characters_are_removed() {
        check(&message(json!({"text": "a\u{2067}b\u{2069}\tc\u{200b}d"})), None, "bia: ab\tcd");
    }

    #[test]
    fn unknown_kinds_of_entries_are_mentioned() {
        let later = entry(json!({"kind": "eclipse"}));
        check(&later, None, "* bia did something that this version of papo does not recognize");
    }
}
