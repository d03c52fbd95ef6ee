//! What happened in a conversation, for people: one line each, and what does not fit in it indented below, so that no message
//! can look like somebody else's.
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

use super::happened::{Happened, message};
use crate::layout::shown::shown;
use crate::state::conversations::happening;
use crate::state::phrase::Phrase;
use crate::words::Words;

/// Before each further line of a message.
const INDENT: &str = "    ";

/// How it is written.
#[derive(Clone, Copy)]
pub(super) struct Style<'a> {
    pub(super) words: &'a Words,
    pub(super) zone: &'a TimeZone,
    /// Whether each line says in which conversation it was.
    pub(super) with_address: bool,
}

impl Style<'_> {
    /// What happened, in lines that end.
    pub(super) fn entry(&self, happened: &Happened) -> String {
        let mut line = self.time(happened.entry.at);
        if self.with_address {
            line.push(' ');
            line.push_str(&shown(happened.address));
        }
        line.push(' ');
        match message(happened.entry) {
            Some(message) if !message.deleted => line.push_str(&self.message(happened.entry, message)),
            _ => {
                line.push_str("* ");
                line.push_str(&self.happening(happened.entry));
                line.push_str(&self.told_of(happened));
            }
        }
        line.push('\n');
        line
    }

    /// Who said it, to whom, and what; below it how people reacted.
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

    /// What became of the message that was changed. How it was reacted to needs no more of it than its beginning.
    fn told_of(&self, happened: &Happened) -> String {
        let Some((entry, now)) = happened.target.and_then(|target| Some((target, message(target)?))) else {
            return String::new();
        };
        match happened.entry.kind {
            EntryKind::MessageEdited { .. } => format!(": {}", indented(now.text.as_str())),
            EntryKind::ReactionAdded { .. } | EntryKind::ReactionRemoved { .. } if !now.deleted => {
                let beginning = now.text.as_str().lines().next().unwrap_or_default();
                format!(": {}: {}", shown(entry.author.as_str()), cleaned(beginning))
            }
            _ => String::new(),
        }
    }

    /// What happened, where nobody said anything, or what was said is gone.
    pub(super) fn happening(&self, entry: &Entry) -> String {
        let phrase = match message(entry) {
            Some(_) => Phrase::new("script-deleted").text("who", &entry.author),
            None => happening::words(entry, |username| username.to_string()),
        };
        shown(&self.words.say(&phrase)).into_owned()
    }

    /// The word beside a message that is not what it first was.
    pub(super) fn edited(&self) -> String {
        self.words.get("script-edited")
    }

    /// When, on the clock on the wall.
    pub(super) fn time(&self, at: Timestamp) -> String {
        let at = jiff::Timestamp::from_millisecond(at.0).unwrap_or_default();
        at.to_zoned(self.zone.clone()).strftime("%Y-%m-%d %H:%M").to_string()
    }
}

/// How people reacted to a message.
pub(super) fn reactions(message: &Message) -> String {
    let reactions = message.reactions.iter().map(|reaction| format!("{} {}", shown(reaction.emoji.as_str()), reaction.count));
    reactions.collect::<Vec<_>>().join(", ")
}

/// The lines of a message, those after the first indented.
fn indented(text: &str) -> String {
    text.split('\n').map(cleaned).collect::<Vec<_>>().join(&format!("\n{INDENT}"))
}

/// A line as it may be written anywhere. Tabs stay: they steer nothing.
pub(super) fn cleaned(line: &str) -> String {
    line.split('\t').map(shown).collect::<Vec<_>>().join("\t")
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;
    use papo_shared::model::{ConversationId, Entry};
    use serde_json::{Value, json};

    use super::{Happened, Style};
    use crate::words::{Language, Words};

    /// An entry, as it comes over the wire: on Friday 20 November 2026, 14:00.
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
        let (words, zone) = (Words::of(Language::En), TimeZone::UTC);
        let happened = Happened { conversation: ConversationId(1), address: "#redes", entry, target };
        let written = |with_address| Style { words: &words, zone: &zone, with_address }.entry(&happened);
        assert_eq!(written(false), format!("2026-11-20 14:00 {expected}\n"));
        assert_eq!(written(true), format!("2026-11-20 14:00 #redes {expected}\n"));
    }

    #[test]
    fn a_message_is_told_as_it_is_now() {
        check(&message(json!({})), None, "bia: oi\n    ana");
        check(&message(json!({"reply_to": {"seq": 3, "author": "ana"}})), None, "bia ↳ ana: oi\n    ana");
        check(&message(json!({"edited_at": 1, "changed": 6})), None, "bia (edited): oi\n    ana");
        let reactions = json!([{"emoji": "👍", "count": 2}, {"emoji": "❤️", "count": 1, "mine": true}]);
        check(&message(json!({"reactions": reactions})), None, "bia: oi\n    ana\n    [👍 2, ❤️ 1]");
        check(&message(json!({"deleted": true, "text": ""})), None, "* bia deleted this message");
    }

    #[test]
    fn a_change_says_what_of() {
        let of = message(json!({}));
        let edited = entry(json!({"kind": "message_edited", "target": 3}));
        check(&edited, Some(&of), "* bia edited a message: oi\n    ana");
        // Who came after the message may not see it.
        check(&edited, None, "* bia edited a message");
        let reacted = entry(json!({"kind": "reaction_added", "target": 3, "emoji": "👍"}));
        check(&reacted, Some(&of), "* bia reacted with 👍: bia: oi");
        let gone = message(json!({"deleted": true, "text": ""}));
        check(&reacted, Some(&gone), "* bia reacted with 👍");
        check(&entry(json!({"kind": "message_deleted", "target": 3})), Some(&gone), "* bia deleted a message");
    }

    #[test]
    fn nothing_in_a_line_steers_what_shows_it() {
        check(&message(json!({"text": "a\u{2067}b\u{2069}\tc\u{200b}d"})), None, "bia: ab\tcd");
    }

    #[test]
    fn what_this_version_has_no_word_for_is_told_to_have_happened() {
        let later = entry(json!({"kind": "eclipse"}));
        check(&later, None, "* bia did something this version of papo does not know");
    }
}
