//! Who has a message of one's own: a mark beside it, and words where one looks for them.

use papo_shared::model::{EntryKind, Seq};

use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::paint::{Piece, piece};
use crate::view::theme::Role;

/// The mark of a message of one's own that is stored: whether it reached everybody, and whether everybody has read it.
pub(crate) fn mark(conversation: &Conversation, seq: Seq) -> Piece {
    let reached = conversation.receipts.count(seq);
    if reached.is_read() {
        piece("✓✓", Role::Read)
    } else if reached.is_delivered() {
        piece("✓✓", Role::Dim)
    } else {
        piece("✓", Role::Dim)
    }
}

/// Who has the selected message, or the last one, in words; where it is one's own.
pub(crate) fn in_words(state: &State, words: &Translations, conversation: &Conversation) -> Option<Piece> {
    let seq = match conversation.selected {
        Some(_) => conversation.selected_message().filter(|(_, author, _)| Some(*author) == state.me())?.0,
        None => {
            let last = conversation.log.entries().back().filter(|_| !conversation.lacks_newer())?;
            let is_own = Some(&last.author) == state.me() && matches!(last.kind, EntryKind::Message(_));
            is_own.then_some(last.seq)?
        }
    };
    let reached = conversation.receipts.count(seq);
    let is_direct = conversation.peer().is_some();
    let count = |key, count: usize| Some(Phrase::new(key).number("count", count as u64));
    let phrase = match (reached.read, reached.delivered) {
        (0, 0) => None,
        (0, _) if is_direct => Some(Phrase::new("receipt-delivered")),
        (_, _) if is_direct => Some(Phrase::new("receipt-read")),
        (0, delivered) => count("receipt-delivered-to", delivered),
        (read, _) => count("receipt-read-by", read),
    };
    phrase.map(|phrase| piece(format!("{} ", words.format(&phrase)), Role::Dim))
}
