//! A message in a few words, where another one answers it.

use papo_shared::model::Seq;
use papo_shared::model::text::clean_line;

use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::conversations::quotes::Quoted;
use crate::translations::Translations;

/// Who said it and how it begins; that it was taken back; or that there is none to see. One line, of any length.
pub(crate) fn in_a_line(state: &State, words: &Translations, conversation: &Conversation, seq: Seq) -> String {
    match conversation.quoted(seq) {
        Quoted::Message(author, _) if state.folds(conversation, author, seq) => words.get("preview-folded"),
        Quoted::Message(author, message) if message.deleted => {
            format!("{}: {}", state.account.people.name_of(author), words.get("message-deleted"))
        }
        Quoted::Message(author, message) => {
            let first = message.text.as_str().lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            format!("{}: {}", state.account.people.name_of(author), clean_line(first))
        }
        Quoted::Missing => words.get("quote-nothing"),
        Quoted::NotLoaded => "…".to_owned(),
    }
}
