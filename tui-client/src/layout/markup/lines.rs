//! The lines of a text: what stands at the beginning of each, and what it says.

use std::ops::Range;

use super::structure::{Fence, Structure};
use crate::code::Code;
use crate::layout::wrap::{cells_of_tab, width};

/// Beside what is quoted.
const QUOTE: &str = "│ ";
/// Before an item of a list.
const BULLET: char = '•';

/// One line of a text, as somebody ended it.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) lead: Lead,
    pub(super) says: Says,
}

/// What stands before a line, and before the rows it goes on in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Lead {
    pub(super) first: String,
    pub(super) next: String,
}

/// What a line says.
#[derive(Clone, Debug)]
pub(super) enum Says {
    /// This of the text.
    Text(Range<usize>),
    /// A block of code begins, in a language that is called this.
    Top(Range<usize>),
    /// Code: this of the text, which stands in the block with this number from this byte on.
    Code { range: Range<usize>, block: usize, from: usize },
    /// The block of code ends.
    Bottom,
}

/// The lines of a text, and its blocks of code.
pub(super) fn read(text: &str, structure: &Structure) -> (Vec<Line>, Vec<Code>) {
    let mut lines = Vec::with_capacity(structure.line_starts.len());
    let mut blocks: Vec<Code> = Vec::new();
    let mut fences = structure.fences.iter().map(|fence| (fence, lines_of(text, structure, fence))).peekable();
    let mut said = structure.said.as_slice();
    for (number, &start) in structure.line_starts.iter().enumerate() {
        let end = structure.line_starts.get(number + 1).map_or(text.len(), |next| next - 1);
        let beginning = |pieces: &[Range<usize>]| {
            pieces.first().filter(|piece| piece.start < end).map_or(end, |piece| piece.start.max(start))
        };
        while said.first().is_some_and(|piece| piece.end <= start) {
            said = &said[1..];
        }
        let lead_to = |to: usize| Lead::read(text, start..to, structure, number);
        let line = match fences.peek() {
            Some((fence, within)) if within.contains(&number) => {
                if number == *within.start() {
                    let (lead, _, at) = lead_to(fence.range.start.max(start));
                    let language = text[at..end].trim_start_matches(['`', '~', ' ']).trim_end();
                    let at = at + text[at..end].find(language).unwrap_or(0);
                    blocks.push(Code { language: language.to_owned(), text: String::new() });
                    Line { lead, says: Says::Top(at..at + language.len()) }
                } else if number == *within.end() {
                    let mark = text[start..end].find(['`', '~']).map_or(end, |at| start + at);
                    Line { lead: lead_to(mark).0, says: Says::Bottom }
                } else {
                    let skipped = fence.code.partition_point(|piece| piece.end <= start);
                    let (lead, _, at) = lead_to(beginning(&fence.code[skipped..]));
                    let block = blocks.len() - 1;
                    if number > within.start() + 1 {
                        blocks[block].text.push('\n');
                    }
                    let from = blocks[block].text.len();
                    blocks[block].text.push_str(&text[at..end]);
                    Line { lead, says: Says::Code { range: at..end, block, from } }
                }
            }
            _ => match lead_to(beginning(said)) {
                (lead, true, at) => Line { lead, says: Says::Text(at..end) },
                _ => Line { lead: Lead::default(), says: Says::Text(start..end) },
            },
        };
        if fences.peek().is_some_and(|(_, within)| *within.end() <= number) {
            fences.next();
        }
        lines.push(line);
    }
    (lines, blocks)
}

/// The lines of a block of code, with its fences.
fn lines_of(text: &str, structure: &Structure, fence: &Fence) -> std::ops::RangeInclusive<usize> {
    let end = fence.range.start + text[fence.range.clone()].trim_ascii_end().len();
    structure.line_of(fence.range.start)..=structure.line_of(end - 1)
}

impl Lead {
    /// What stands before a line, whether it means anything, and where it ends: at the first byte that is no mark.
    fn read(text: &str, range: Range<usize>, structure: &Structure, line: usize) -> (Self, bool, usize) {
        let mut lead = Self::default();
        let (mut at, mut quotes, mut means) = (range.start, 0, false);
        let mut column = 0;
        while at < range.end {
            let rest = &text[at..];
            if rest.starts_with('>') && quotes < structure.quotes[line] {
                quotes += 1;
                means = true;
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
            } else if let Some(mark) = item(rest).filter(|_| structure.items.binary_search(&at).is_ok()) {
                means = true;
                at += mark.len();
                column += lead.push(&shown_mark(mark, &text[at..]));
            } else {
                break;
            }
        }
        (lead, means, at)
    }

    /// Adds what has its place in the first row only. Gives the cells it takes.
    fn push(&mut self, mark: &str) -> usize {
        let cells = width(mark);
        self.first.push_str(mark);
        self.next.extend(std::iter::repeat_n(' ', cells));
        cells
    }
}

/// The mark of an item of a list.
fn item(text: &str) -> Option<&str> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_mark = if digits > 0 { text[digits..].starts_with(['.', ')']) } else { text.starts_with(['-', '*', '+']) };
    is_mark.then(|| &text[..=digits])
}

/// A number stays. So does a minus before a number, and a plus, which may be meant as such.
fn shown_mark(mark: &str, rest: &str) -> String {
    let is_sign = mark == "+" || rest.trim_start().starts_with(|c: char| c.is_ascii_digit());
    if mark.len() > 1 || is_sign { mark.to_owned() } else { BULLET.to_string() }
}
