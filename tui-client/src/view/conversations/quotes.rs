//! One-line quotes of messages, in replies and above the composer.

use papo_shared::model::Seq;
use papo_shared::model::text::clean_line;

use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::conversations::entry_text::describe_deleted;
use crate::state::conversations::quotes::Quoted;
use crate::translations::Translations;

/// The author and the first line of a message, or a text if it is deleted, hidden or not visible to the user. One line of any
/// length; the caller truncates it.
pub(crate) fn in_a_line(state: &State, translations: &Translations, conversation: &Conversation, seq: Seq) -> String {
    match conversation.quoted(seq) {
        Quoted::Message(author, _) if state.folds(conversation, author, seq) => translations.get("preview-folded"),
        Quoted::Message(author, message) if message.deleted => {
            let deleted = describe_deleted(message, |username| state.account.people.name_of(username).to_owned());
            format!("{}: {}", state.account.people.name_of(author), translations.format(&deleted))
        }
        Quoted::Message(author, message) => {
            let first = message.text.as_str().lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
            format!("{}: {}", state.account.people.name_of(author), clean_line(first))
        }
        Quoted::Missing => translations.get("quote-nothing"),
        Quoted::NotLoaded => "…".to_owned(),
    }
}
