//! Finds the links in a text.

use std::ops::Range;

use linkify::{LinkFinder, LinkKind};

use super::structure::Emphasis;
use crate::link_target::LinkTarget;

/// A link with a name: `[name](address)`.
pub(super) struct NamedLink {
    pub(super) name: Range<usize>,
    pub(super) address: Range<usize>,
    pub(super) target: LinkTarget,
}

/// Parses a link with a name; `None` if its target is not accepted or its name is blank.
pub(super) fn named(text: &str, range: Range<usize>) -> Option<NamedLink> {
    let inside = text[range.clone()].strip_prefix('[')?.strip_suffix(')')?;
    let name = inside.rfind("](")?;
    let target = LinkTarget::parse(&inside[name + 2..])?;
    let start = range.start + 1;
    let is_named = !inside[..name].trim().is_empty();
    is_named.then(|| NamedLink { name: start..start + name, address: start + name + 2..range.end - 1, target })
}

/// The addresses in a text that are not part of a named link.
pub(super) fn bare(text: &str, emphases: &[(Range<usize>, Emphasis)]) -> Vec<(Range<usize>, LinkTarget)> {
    let mut finder = LinkFinder::new();
    finder.kinds(&[LinkKind::Url, LinkKind::Email]);
    let found = finder.links(text).filter_map(|link| {
        let mut range = link.start()..link.end();
        if *link.kind() == LinkKind::Email {
            let scheme = "mailto:";
            let before = text[..range.start].len().checked_sub(scheme.len()).and_then(|at| text.get(at..range.start));
            if before.is_some_and(|before| before.eq_ignore_ascii_case(scheme)) {
                range.start -= scheme.len();
                return Some((range.clone(), LinkTarget::parse(&text[range])?));
            }
            return Some((range.clone(), LinkTarget::parse(&format!("{scheme}{}", &text[range]))?));
        }
        range.end = end_before_closing_marks(text, &range, emphases);
        Some((range.clone(), LinkTarget::parse(&text[range])?))
    });
    found.collect()
}

/// The end of an address. It may include trailing `*` and `_`, unless they close emphasis that began before it.
fn end_before_closing_marks(text: &str, link: &Range<usize>, emphases: &[(Range<usize>, Emphasis)]) -> usize {
    let marks = link.start + text[link.clone()].trim_end_matches(['*', '_']).len();
    if marks == link.end {
        return link.end;
    }
    let enclosing = emphases.iter().filter(|(range, _)| range.start < link.start);
    let closings = enclosing.map(|(range, kind)| range.end - kind.mark_length());
    closings.filter(|closing| (marks..link.end).contains(closing)).min().unwrap_or(link.end)
}
