//! Where the marks of a text are, by CommonMark. Nothing but ranges is taken from it: what is shown is the text itself.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// How deep quotes, and bold and italics, may be in each other. Deeper ones are shown as they were written.
const MAX_NESTED: usize = 8;

/// Bold or italics.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emphasis {
    /// `**bold**`
    Strong,
    /// `*italics*` or `_italics_`
    Italic,
}

impl Emphasis {
    /// How many bytes the mark has at either end.
    pub(super) fn mark_length(self) -> usize {
        match self {
            Self::Strong => 2,
            Self::Italic => 1,
        }
    }
}

/// A block of code between two lines that fence it in.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    /// From the first fence to the end of the last.
    pub(super) range: Range<usize>,
    /// The code, in pieces: between them is what belongs to the quote or the list around it.
    pub(super) code: Vec<Range<usize>>,
}

/// Where the marks of a text are.
#[derive(Clone, Debug, Default)]
pub(super) struct Structure {
    /// Where each line begins.
    pub(super) line_starts: Vec<usize>,
    /// In how many quotes each line is.
    pub(super) quotes: Vec<usize>,
    /// Where the mark of each item of a list stands.
    pub(super) items: Vec<usize>,
    /// What is said, or shows how something is said: everything but the marks at the beginnings of lines.
    pub(super) said: Vec<Range<usize>>,
    /// Blocks of code that are closed.
    pub(super) fences: Vec<Fence>,
    /// Code in a line.
    pub(super) code_spans: Vec<Range<usize>>,
    /// Bold and italics.
    pub(super) emphases: Vec<(Range<usize>, Emphasis)>,
    /// Links with a name.
    pub(super) named_links: Vec<Range<usize>>,
}

impl Structure {
    pub(super) fn read(text: &str) -> Self {
        let line_starts: Vec<usize> = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let mut structure = Self { quotes: vec![0; line_starts.len()], line_starts, ..Self::default() };
        let (mut quote_depth, mut emphasis_depth) = (0, 0);
        let mut fence: Option<Fence> = None;
        for (event, range) in Parser::new_ext(text, Options::empty()).into_offset_iter() {
            match event {
                Event::Start(Tag::BlockQuote(_)) => {
                    quote_depth += 1;
                    structure.note_quote(&range, quote_depth);
                }
                Event::End(TagEnd::BlockQuote(_)) => quote_depth -= 1,
                Event::Start(Tag::Item) => structure.items.push(range.start),
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) if is_closed(&text[range.clone()]) => {
                    structure.said.push(range.start..range.start + 1);
                    fence = Some(Fence { range, code: Vec::new() });
                }
                Event::Start(Tag::CodeBlock(_)) => structure.said.push(range.start..range.start + 1),
                Event::End(TagEnd::CodeBlock) => structure.fences.extend(fence.take()),
                Event::Start(tag @ (Tag::Emphasis | Tag::Strong)) => {
                    emphasis_depth += 1;
                    structure.said.push(range.clone());
                    let kind = if tag == Tag::Strong { Emphasis::Strong } else { Emphasis::Italic };
                    if emphasis_depth <= MAX_NESTED {
                        structure.emphases.push((range, kind));
                    }
                }
                Event::End(TagEnd::Emphasis | TagEnd::Strong) => emphasis_depth -= 1,
                Event::Start(Tag::Link { .. }) => {
                    structure.said.push(range.clone());
                    structure.named_links.push(range);
                }
                Event::Start(Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_) | Event::Rule => {
                    structure.said.push(range)
                }
                Event::Code(_) => {
                    structure.said.push(range.clone());
                    structure.code_spans.push(range);
                }
                Event::Text(_) => match &mut fence {
                    Some(fence) => fence.code.push(range),
                    None => structure.said.push(range),
                },
                _ => {}
            }
        }
        structure.said.sort_unstable_by_key(|range| range.start);
        structure
    }

    /// The line in which this byte stands.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at) - 1
    }

    fn note_quote(&mut self, range: &Range<usize>, depth: usize) {
        if depth <= MAX_NESTED && !range.is_empty() {
            let lines = self.line_of(range.start)..=self.line_of(range.end - 1);
            self.quotes[lines].fill(depth);
        }
    }
}

/// Whether a block of code ends with a fence. One that somebody only began is no block: what follows was meant as text.
fn is_closed(block: &str) -> bool {
    let block = block.trim_ascii();
    let Some(mark) = block.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { return false };
    let fence = block.len() - block.trim_start_matches(mark).len();
    block.rsplit_once('\n').is_some_and(|(_, last)| {
        let last = last.trim_start_matches([' ', '\t', '>']);
        last.len() >= fence && last.trim_start_matches(mark).is_empty()
    })
}
