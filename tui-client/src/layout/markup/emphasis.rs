//! Whether stars and underscores are meant as marks.
//!
//! CommonMark takes more for marks than people mean in a chat: `2*3*4`, `*.rs`, `__init__`. There they stay.

use std::ops::Range;

use super::structure::Emphasis;

/// Whether the marks at the ends of this range are meant as such: they stand apart from the words outside, and around
/// something that is no file name.
pub(super) fn takes_effect(text: &str, range: &Range<usize>, kind: Emphasis) -> bool {
    let mark = kind.mark_length();
    let marked = &text[range.clone()];
    let is_of_stars = marked.starts_with("**") && marked.ends_with("**");
    let is_of_one = marked.starts_with(['*', '_']) && marked.ends_with(['*', '_']);
    if marked.len() <= 2 * mark || !(if kind == Emphasis::Strong { is_of_stars } else { is_of_one }) {
        return false;
    }
    let inside = &marked[mark..marked.len() - mark];
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    before.is_none_or(may_stand_before)
        && after.is_none_or(may_stand_after)
        && !inside.starts_with(['.', '/', '\\'])
        && inside.chars().any(|c| c.is_alphanumeric() || !c.is_ascii())
}

fn may_stand_before(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '/' | '\\' | '.' | '$' | '&')
}

fn may_stand_after(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '/' | '\\' | '(' | '[' | '{')
}
