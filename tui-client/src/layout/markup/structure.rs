//! The positions of the marks in a text, by CommonMark. Only byte ranges are taken from the parser; the displayed text is the
//! original.

use std::ops::Range;

use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag, TagEnd};

/// The maximum nesting of quotes, and of emphasis. Deeper marks stay literal.
const MAX_NESTED: usize = 8;

/// The kind of an emphasis.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Emphasis {
    /// Bold text between pairs of asterisks: `**bold**`.
    Strong,
    /// Text in italics: `*italics*` or `_italics_`.
    Italic,
}

impl Emphasis {
    /// The length of the delimiter at each end, in bytes.
    pub(super) fn mark_length(self) -> usize {
        match self {
            Self::Strong => 2,
            Self::Italic => 1,
        }
    }
}

/// A code block between two fences.
#[derive(Clone, Debug)]
pub(super) struct Fence {
    /// From the opening fence to the end of the closing one.
    pub(super) range: Range<usize>,
    /// The ranges of the code, without the prefixes of a surrounding quote or list.
    pub(super) code: Vec<Range<usize>>,
}

/// The marks of a text, as byte offsets and ranges.
#[derive(Clone, Debug, Default)]
pub(super) struct Structure {
    /// The start of each line.
    pub(super) line_starts: Vec<usize>,
    /// The quote depth of each line.
    pub(super) quotes: Vec<usize>,
    /// The start of each list item, at its marker.
    pub(super) items: Vec<usize>,
    /// Everything except the marks at the starts of lines.
    pub(super) inline: Vec<Range<usize>>,
    /// Code blocks with a closing fence.
    pub(super) fences: Vec<Fence>,
    /// Inline code spans, with their backticks.
    pub(super) code_spans: Vec<Range<usize>>,
    /// Emphasis, with its delimiters.
    pub(super) emphases: Vec<(Range<usize>, Emphasis)>,
    /// Links of the form `[name](address)`.
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
                    structure.record_quote(&range, quote_depth);
                }
                Event::End(TagEnd::BlockQuote(_)) => quote_depth -= 1,
                Event::Start(Tag::Item) => structure.items.push(range.start),
                Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(_))) if is_closed(&text[range.clone()]) => {
                    structure.inline.push(range.start..range.start + 1);
                    fence = Some(Fence { range, code: Vec::new() });
                }
                Event::Start(Tag::CodeBlock(_)) => structure.inline.push(range.start..range.start + 1),
                Event::End(TagEnd::CodeBlock) => structure.fences.extend(fence.take()),
                Event::Start(tag @ (Tag::Emphasis | Tag::Strong)) => {
                    emphasis_depth += 1;
                    structure.inline.push(range.clone());
                    let kind = if tag == Tag::Strong { Emphasis::Strong } else { Emphasis::Italic };
                    if emphasis_depth <= MAX_NESTED {
                        structure.emphases.push((range, kind));
                    }
                }
                Event::End(TagEnd::Emphasis | TagEnd::Strong) => emphasis_depth -= 1,
                Event::Start(Tag::Link { .. }) => {
                    structure.inline.push(range.clone());
                    structure.named_links.push(range);
                }
                Event::Start(Tag::Image { .. }) | Event::Html(_) | Event::InlineHtml(_) | Event::Rule => {
                    structure.inline.push(range)
                }
                Event::Code(_) => {
                    structure.inline.push(range.clone());
                    structure.code_spans.push(range);
                }
                Event::Text(_) => match &mut fence {
                    Some(fence) => fence.code.push(range),
                    None => structure.inline.push(range),
                },
                _ => {}
            }
        }
        structure.inline.sort_unstable_by_key(|range| range.start);
        structure
    }

    /// The number of the line that contains this byte.
    pub(super) fn line_of(&self, at: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= at) - 1
    }

    fn record_quote(&mut self, range: &Range<usize>, depth: usize) {
        if depth <= MAX_NESTED && !range.is_empty() {
            let lines = self.line_of(range.start)..=self.line_of(range.end - 1);
            self.quotes[lines].fill(depth);
        }
    }
}

/// Whether a code block has a closing fence. Without one, the text after the opening fence was probably not meant as code.
fn is_closed(block: &str) -> bool {
    let block = block.trim_ascii();
    let Some(mark) = block.chars().next().filter(|mark| matches!(mark, '`' | '~')) else { return false };
    let fence = block.len() - block.trim_start_matches(mark).len();
    block.rsplit_once('\n').is_some_and(|(_, last)| {
        let last = last.trim_start_matches([' ', '\t', '>']);
        last.len() >= fence && last.trim_start_matches(mark).is_empty()
    })
}
