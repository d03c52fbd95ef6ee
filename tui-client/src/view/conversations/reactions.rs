//! How people reacted to a message, in one row.

use papo_shared::model::{Emoji, Reaction};

use crate::layout::wrap::width;
use crate::view::paint::{Piece, piece};
use crate::view::theme::Role;

/// Each emoji with how many people took it. One's own stand in brackets, so that they are told without colours.
pub(crate) fn row(reactions: &[Reaction]) -> Vec<Piece> {
    let pieces = reactions.iter().map(|Reaction { emoji, count, mine }| {
        let said = format!("{} {count}", symbol(emoji));
        if *mine { piece(format!("[{said}]"), Role::Accent) } else { piece(format!(" {said} "), Role::Dim) }
    });
    pieces.collect()
}

/// The emoji, or a sign for one that nobody would see: a server says what it likes.
pub(crate) fn symbol(emoji: &Emoji) -> &str {
    if width(emoji.as_str()) == 0 { "?" } else { emoji.as_str() }
}
