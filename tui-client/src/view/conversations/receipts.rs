//! Delivery of the user's own messages: the marks beside them, and a summary above the composer.

use papo_shared::model::{EntryKind, Seq};

use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::phrase::Phrase;
use crate::translations::Translations;
use crate::view::paint::{Piece, piece};
use crate::view::theme::Role;

/// The mark of a stored message of the user: ✓ stored, dim ✓✓ delivered to all recipients, bright ✓✓ read by all of them.
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

/// How many recipients have received or read the selected message, or the last one if none is selected. `None` if it is not the
/// user's own message, or if nobody has received it.
pub(crate) fn summary(state: &State, translations: &Translations, conversation: &Conversation) -> Option<Piece> {
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
    phrase.map(|phrase| piece(format!("{} ", translations.format(&phrase)), Role::Dim))
}
