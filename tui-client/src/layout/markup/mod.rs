//! Formatting of messages: bold, italics, code, quotes, lists and links.
//!
//! The text is never rewritten: each byte is displayed as written, in some style ([`Ink`]), except for the marks that took
//! effect. So no text can be lost, and doubtful marks stay visible. Line breaks are kept. Deliberately absent: headings, tables,
//! pictures, HTML, entities and footnotes. A backslash stays visible and escapes the mark that follows it.

mod document;
mod emphasis;
mod lines;
mod links;
mod plain;
mod rows;
mod structure;

use std::borrow::Cow;
use std::ops::Range;

use self::document::{Byte, Shown};
pub use self::document::{Ink, Markup, Part};
pub use self::rows::{Row, Run};
use self::structure::{Emphasis, Structure};
use crate::code::Code;
use crate::layout::shown::shown;
use crate::link_target::LinkTarget;
use crate::state::conversations::highlighted::Highlighted;

/// [`Markup::rows`] of a message, with a fast path for a single row of plain text.
#[must_use]
pub fn rows_of(text: &str, max: usize, highlighted: &Highlighted) -> Vec<Row> {
    match plain::row(text, max) {
        Some(row) => vec![row],
        None => Markup::of(text).rows(max, highlighted),
    }
}

impl<'a> Markup<'a> {
    /// Parses the formatting of a message.
    #[must_use]
    pub fn of(text: &'a str) -> Self {
        let text = cleaned(text);
        let structure = Structure::read(&text);
        let (lines, code) = lines::read(&text, &structure);
        let mut bytes = vec![Byte::default(); text.len()];
        for span in &structure.code_spans {
            ink_code_span(&text, span.clone(), &mut bytes);
        }
        let links = ink_links(&text, &structure, &mut bytes);
        for (range, kind) in &structure.emphases {
            ink_emphasis(&text, range.clone(), *kind, &mut bytes);
        }
        Self { text, bytes, lines, links, code }
    }

    /// The distinct link targets, in the order of the text.
    #[must_use]
    pub fn links(&self) -> Vec<LinkTarget> {
        let mut distinct: Vec<LinkTarget> = Vec::new();
        for link in &self.links {
            if !distinct.contains(link) {
                distinct.push(link.clone());
            }
        }
        distinct
    }

    /// The code blocks, in the order of the text.
    #[must_use]
    pub fn code(&self) -> &[Code] {
        &self.code
    }
}

/// The displayable text; line breaks and tabs are kept.
fn cleaned(text: &str) -> Cow<'_, str> {
    let is_break = |c: char| matches!(c, '\n' | '\t');
    if text.split(is_break).all(|piece| matches!(shown(piece), Cow::Borrowed(_))) {
        return Cow::Borrowed(text);
    }
    let mut cleaned = String::with_capacity(text.len());
    for piece in text.split_inclusive(is_break) {
        let inside = piece.trim_end_matches(is_break);
        cleaned.push_str(&shown(inside));
        cleaned.push_str(&piece[inside.len()..]);
    }
    Cow::Owned(cleaned)
}

/// Styles an inline code span. Its backticks stay visible, so that it can be recognised without colours.
fn ink_code_span(text: &str, span: Range<usize>, bytes: &mut [Byte]) {
    let fence = text[span.clone()].bytes().take_while(|byte| *byte == b'`').count();
    for at in span.clone() {
        let is_mark = at < span.start + fence || at >= span.end - fence;
        bytes[at].ink.part = if is_mark { Part::Mark } else { Part::Code };
    }
}

/// Styles the links. A named link is displayed as its name followed by its address, so that no target is hidden.
fn ink_links(text: &str, structure: &Structure, bytes: &mut [Byte]) -> Vec<LinkTarget> {
    let mut found = Vec::new();
    for range in &structure.named_links {
        let Some(link) = links::named(text, range.clone()) else { continue };
        bytes[range.start].shown = Shown::Hidden;
        bytes[link.name.end].shown = Shown::Space;
        bytes[link.address.start - 1].ink.part = Part::Mark;
        bytes[link.address.end].ink.part = Part::Mark;
        found.push((Some(link.name), link.address, link.target));
    }
    let is_free = |range: &Range<usize>| {
        let in_code = structure.fences.iter().any(|fence| range.start < fence.range.end && fence.range.start < range.end);
        let in_link = structure.named_links.iter().any(|named| range.start < named.end && named.start < range.end);
        !in_code && !in_link && bytes[range.clone()].iter().all(|byte| byte.ink.part == Part::Text)
    };
    let bare = links::bare(text, &structure.emphases).into_iter().filter(|(range, _)| is_free(range));
    found.extend(bare.map(|(address, target)| (None, address, target)));
    found.sort_by_key(|(_, address, _)| address.start);
    let mut targets = Vec::with_capacity(found.len());
    for (name, address, target) in found {
        targets.push(target);
        let Ok(number) = u16::try_from(targets.len()) else { break };
        bytes[address.clone()].iter_mut().for_each(|byte| byte.address = true);
        for at in name.into_iter().chain([address]).flatten() {
            bytes[at].link = number;
            bytes[at].ink.link = true;
        }
    }
    targets
}

fn ink_emphasis(text: &str, range: Range<usize>, kind: Emphasis, bytes: &mut [Byte]) {
    let mark = kind.mark_length();
    let (opening, closing) = (range.start..range.start + mark, range.end - mark..range.end);
    let in_address = |range: &Range<usize>| bytes[range.clone()].iter().any(|byte| byte.address);
    if !emphasis::takes_effect(text, &range, kind) || in_address(&opening) || in_address(&closing) {
        return;
    }
    for byte in &mut bytes[opening.end..closing.start] {
        match kind {
            Emphasis::Strong => byte.ink.strong = true,
            Emphasis::Italic => byte.ink.emphasis = true,
        }
    }
    for at in opening.chain(closing) {
        bytes[at].shown = Shown::Hidden;
    }
}

#[cfg(test)]
mod tests;
