//! The row of reactions of a message.

use papo_shared::model::{Emoji, Reaction};

use crate::layout::wrap::width;
use crate::view::paint::{Piece, piece};
use crate::view::theme::Role;

/// Each emoji with its number of reactions. Those of the user are in brackets, so that they can be recognised without colours.
pub(crate) fn row(reactions: &[Reaction]) -> Vec<Piece> {
    let pieces = reactions.iter().map(|Reaction { emoji, count, mine }| {
        let text = format!("{} {count}", symbol(emoji));
        if *mine { piece(format!("[{text}]"), Role::Accent) } else { piece(format!(" {text} "), Role::Dim) }
    });
    pieces.collect()
}

/// The emoji, or a question mark if it has no width. Servers should not send such a one, but may.
pub(crate) fn symbol(emoji: &Emoji) -> &str {
    if width(emoji.as_str()) == 0 { "?" } else { emoji.as_str() }
}
