//! Decides whether asterisks and underscores are emphasis.
//!
//! CommonMark recognises more emphasis than people intend in a chat: `2*3*4`, `*.rs`, `__init__`. Those stay literal.

use std::ops::Range;

use super::structure::Emphasis;

/// Whether the delimiters at the ends of this range take effect: they must be separated from adjacent words, and the text
/// between them must not look like a file name.
pub(super) fn takes_effect(text: &str, range: &Range<usize>, kind: Emphasis) -> bool {
    let mark = kind.mark_length();
    let marked = &text[range.clone()];
    let is_double_asterisk = marked.starts_with("**") && marked.ends_with("**");
    let is_single = marked.starts_with(['*', '_']) && marked.ends_with(['*', '_']);
    if marked.len() <= 2 * mark || !(if kind == Emphasis::Strong { is_double_asterisk } else { is_single }) {
        return false;
    }
    let inside = &marked[mark..marked.len() - mark];
    let before = text[..range.start].chars().next_back();
    let after = text[range.end..].chars().next();
    before.is_none_or(can_precede)
        && after.is_none_or(can_follow)
        && !inside.starts_with(['.', '/', '\\'])
        && inside.chars().any(|c| c.is_alphanumeric() || !c.is_ascii())
}

fn can_precede(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '/' | '\\' | '.' | '$' | '&')
}

fn can_follow(c: char) -> bool {
    !c.is_alphanumeric() && !matches!(c, '/' | '\\' | '(' | '[' | '{')
}
