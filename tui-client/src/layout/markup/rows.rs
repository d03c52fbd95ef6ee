//! Wraps a parsed message into rows.

use std::ops::Range;

use unicode_segmentation::UnicodeSegmentation;

use super::document::{Ink, Markup, Part, Shown};
use super::lines::{Lead, LineContent};
use crate::layout::wrap::{cells_of_tab, width, wrap_exactly, wrap_line};
use crate::link_target::LinkTarget;
use crate::state::conversations::highlighted::Highlighted;

/// The minimum width beside a line prefix; in a narrower view the prefix becomes part of the text.
const MIN_WIDTH_BESIDE_LEAD: usize = 8;
/// Above and below a code block. There is no border at its sides, so that its rows can be selected with the mouse.
const TOP: &str = "╭─";
const BOTTOM: &str = "╰─";
const MARK: Ink = Ink { strong: false, emphasis: false, link: false, part: Part::Mark };

/// A row of a message.
pub type Row = Vec<Run>;

/// A piece of a row in one style.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Run {
    /// The text as displayed, without hidden marks.
    pub text: String,
    /// The style of the whole text.
    pub ink: Ink,
    /// The target, if it belongs to a link.
    pub link: Option<LinkTarget>,
}

/// A line without its prefix, with the style and link of each byte.
#[derive(Default)]
struct Strip {
    text: String,
    inks: Vec<(Ink, u16)>,
    /// The column after the last tab, and the byte offset of the text that follows it.
    tab: (usize, usize),
}

impl Strip {
    fn of_mark(text: &str) -> Self {
        let mut strip = Self::default();
        strip.push(text, MARK, 0);
        strip
    }

    fn push(&mut self, text: &str, ink: Ink, link: u16) {
        self.text.push_str(text);
        self.inks.extend(std::iter::repeat_n((ink, link), text.len()));
    }

    /// Appends a character; a tab becomes spaces.
    fn push_char(&mut self, c: char, ink: Ink, link: u16) {
        if c == '\t' {
            let column = self.tab.0 + width(&self.text[self.tab.1..]);
            let cells = cells_of_tab(column);
            self.push(&" ".repeat(cells), ink, link);
            self.tab = (column + cells, self.text.len());
        } else {
            self.push(c.encode_utf8(&mut [0; 4]), ink, link);
        }
    }
}

impl Markup<'_> {
    /// The rows, at most `max` (and at least 2) cells wide. There is at least one. Code is coloured where its tokens are known.
    #[must_use]
    pub fn rows(&self, max: usize, highlighted: &Highlighted) -> Vec<Row> {
        let mut rows = Vec::with_capacity(self.lines.len());
        for line in &self.lines {
            let strip = match &line.content {
                LineContent::Text(range) => self.text_line(range.clone()),
                LineContent::Code { range, block, from } => self.code_line(range.clone(), *block, *from, highlighted),
                LineContent::Top(language) if language.is_empty() => Strip::of_mark(TOP),
                LineContent::Top(language) => Strip::of_mark(&format!("{TOP} {}", &self.text[language.clone()])),
                LineContent::Bottom => Strip::of_mark(BOTTOM),
            };
            let cut = if matches!(line.content, LineContent::Code { .. }) { wrap_exactly } else { wrap_line };
            self.wrap(&line.lead, strip, max.max(2), cut, &mut rows);
        }
        rows
    }

    fn text_line(&self, range: Range<usize>) -> Strip {
        let mut strip = Strip::default();
        for (at, c) in self.text[range.clone()].char_indices() {
            let byte = &self.bytes[range.start + at];
            match byte.shown {
                Shown::Hidden => {}
                Shown::Space => strip.push(" ", byte.ink, byte.link),
                Shown::Kept => strip.push_char(c, byte.ink, byte.link),
            }
        }
        strip
    }

    fn code_line(&self, range: Range<usize>, block: usize, from: usize, highlighted: &Highlighted) -> Strip {
        let tokens = highlighted.tokens(&self.code[block]);
        let mut tokens = &tokens[tokens.partition_point(|(token, _)| token.end <= from)..];
        let mut strip = Strip::default();
        for (at, c) in self.text[range].char_indices() {
            while tokens.first().is_some_and(|(token, _)| token.end <= from + at) {
                tokens = &tokens[1..];
            }
            let token = tokens.first().filter(|(token, _)| token.start <= from + at);
            let part = token.map_or(Part::Text, |(_, token)| Part::Token(*token));
            strip.push_char(c, Ink { part, ..Ink::default() }, 0);
        }
        strip
    }

    fn wrap(&self, lead: &Lead, strip: Strip, max: usize, cut: fn(&str, usize) -> Vec<Range<usize>>, rows: &mut Vec<Row>) {
        let beside = width(&lead.first);
        if beside > 0 && beside + MIN_WIDTH_BESIDE_LEAD > max {
            let mut with_lead = Strip::of_mark(&lead.first);
            with_lead.text.push_str(&strip.text);
            with_lead.inks.extend(strip.inks);
            return self.wrap(&Lead::default(), with_lead, max, cut, rows);
        }
        for (at, range) in cut(&strip.text, max - beside).into_iter().enumerate() {
            let before = if at == 0 { &lead.first } else { &lead.next };
            let mut row: Row = Vec::new();
            if !before.is_empty() {
                row.push(Run { text: before.clone(), ink: MARK, link: None });
            }
            let mut last = None;
            for (within, grapheme) in strip.text[range.clone()].grapheme_indices(true) {
                let (ink, link) = strip.inks[range.start + within];
                if let Some(run) = row.last_mut().filter(|_| last == Some((ink, link))) {
                    run.text.push_str(grapheme);
                } else {
                    let link = usize::from(link).checked_sub(1).and_then(|at| self.links.get(at).cloned());
                    row.push(Run { text: grapheme.to_owned(), ink, link });
                }
                last = Some((ink, link));
            }
            rows.push(row);
        }
    }
}
