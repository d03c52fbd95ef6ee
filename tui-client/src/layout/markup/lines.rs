//! Splits a text into lines, each with a prefix (quote bars, list markers) and contents.

use std::ops::Range;

use super::structure::{Fence, Structure};
use crate::code::Code;
use crate::layout::wrap::{cells_of_tab, width};

/// The prefix of quoted lines.
const QUOTE: &str = "│ ";
/// The prefix of list items.
const BULLET: char = '•';

/// One line of a text, as ended by its author.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) lead: Lead,
    pub(super) content: LineContent,
}

/// The prefix of a line: of its first row, and of the rows that continue it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lead {
    pub(super) first: String,
    pub(super) next: String,
}

/// The contents of a line. Ranges are byte ranges of the text.
#[derive(Clone, Debug)]
pub(super) enum LineContent {
    /// Text outside of code blocks.
    Text(Range<usize>),
    /// The opening fence of a code block, with the range of its language.
    Top(Range<usize>),
    /// Code: `range` of the text, which is at byte `from` of the block number `block`.
    Code { range: Range<usize>, block: usize, from: usize },
    /// The closing fence of a code block.
    Bottom,
}

/// Splits a text into lines, and collects its code blocks.
pub(super) fn read(text: &str, structure: &Structure) -> (Vec<Line>, Vec<Code>) {
    let mut lines = Vec::with_capacity(structure.line_starts.len());
    let mut blocks: Vec<Code> = Vec::new();
    let mut fences = structure.fences.iter().map(|fence| (fence, lines_of(text, structure, fence))).peekable();
    let mut inline = structure.inline.as_slice();
    for (number, &start) in structure.line_starts.iter().enumerate() {
        let end = structure.line_starts.get(number + 1).map_or(text.len(), |next| next - 1);
        let beginning = |pieces: &[Range<usize>]| {
            pieces.first().filter(|piece| piece.start < end).map_or(end, |piece| piece.start.max(start))
        };
        while inline.first().is_some_and(|piece| piece.end <= start) {
            inline = &inline[1..];
        }
        let lead_to = |to: usize| Lead::read(text, start..to, structure, number);
        let line = match fences.peek() {
            Some((fence, within)) if within.contains(&number) => {
                if number == *within.start() {
                    let (lead, _, at) = lead_to(fence.range.start.max(start));
                    let language = text[at..end].trim_start_matches(['`', '~', ' ']).trim_end();
                    let at = at + text[at..end].find(language).unwrap_or(0);
                    blocks.push(Code { language: language.to_owned(), text: String::new() });
                    Line { lead, content: LineContent::Top(at..at + language.len()) }
                } else if number == *within.end() {
                    let mark = text[start..end].find(['`', '~']).map_or(end, |at| start + at);
                    Line { lead: lead_to(mark).0, content: LineContent::Bottom }
                } else {
                    let skipped = fence.code.partition_point(|piece| piece.end <= start);
                    let (lead, _, at) = lead_to(beginning(&fence.code[skipped..]));
                    let block = blocks.len() - 1;
                    if number > within.start() + 1 {
                        blocks[block].text.push('\n');
                    }
                    let from = blocks[block].text.len();
                    blocks[block].text.push_str(&text[at..end]);
                    Line { lead, content: LineContent::Code { range: at..end, block, from } }
                }
            }
            _ => match lead_to(beginning(inline)) {
                (lead, true, at) => Line { lead, content: LineContent::Text(at..end) },
                _ => Line { lead: Lead::default(), content: LineContent::Text(start..end) },
            },
        };
        if fences.peek().is_some_and(|(_, within)| *within.end() <= number) {
            fences.next();
        }
        lines.push(line);
    }
    (lines, blocks)
}

/// The line numbers of a code block, including its fences.
fn lines_of(text: &str, structure: &Structure, fence: &Fence) -> std::ops::RangeInclusive<usize> {
    let end = fence.range.start + text[fence.range.clone()].trim_ascii_end().len();
    structure.line_of(fence.range.start)..=structure.line_of(end - 1)
}

impl Lead {
    /// Reads the prefix of a line. Returns it, whether it contains a marker, and the offset of the first byte after it.
    fn read(text: &str, range: Range<usize>, structure: &Structure, line: usize) -> (Self, bool, usize) {
        let mut lead = Self::default();
        let (mut at, mut quotes, mut has_marker) = (range.start, 0, false);
        let mut column = 0;
        while at < range.end {
            let rest = &text[at..];
            if rest.starts_with('>') && quotes < structure.quotes[line] {
                quotes += 1;
                has_marker = true;
                lead.first.push_str(QUOTE);
                lead.next.push_str(QUOTE);
                column += width(QUOTE);
                at += if rest.starts_with("> ") && at + 1 < range.end { 2 } else { 1 };
            } else if rest.starts_with(' ') {
                column += lead.push(" ");
                at += 1;
            } else if rest.starts_with('\t') {
                column += lead.push(&" ".repeat(cells_of_tab(column)));
                at += 1;
            } else if let Some(mark) = item_marker(rest).filter(|_| structure.items.binary_search(&at).is_ok()) {
                has_marker = true;
                at += mark.len();
                column += lead.push(&displayed_marker(mark, &text[at..]));
            } else {
                break;
            }
        }
        (lead, has_marker, at)
    }

    /// Appends text to the first row, and blanks to the rows that continue it. Returns its width in cells.
    fn push(&mut self, mark: &str) -> usize {
        let cells = width(mark);
        self.first.push_str(mark);
        self.next.extend(std::iter::repeat_n(' ', cells));
        cells
    }
}

/// The marker of a list item at the start of this text.
fn item_marker(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_mark = if digits > 0 { text[digits..].starts_with(['.', ')']) } else { text.starts_with(['-', '*', '+']) };
    is_mark.then(|| &text[..=digits])
}

/// The marker as displayed: a bullet, except for numbers, and for `-` and `+` where they may be signs.
fn displayed_marker(mark: &str, rest: &str) -> String {
    let is_sign = mark == "+" || rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    if mark.len() > 1 || is_sign { mark.to_owned() } else { BULLET.to_string() }
}
