//! Code blocks and their syntax tokens: the types shared by the state, the highlighter and the view.

use std::ops::Range;

/// The contents of a code block.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code {
    /// The info string of the opening fence, as the author wrote it; empty if there was none.
    pub language: String,
    /// The code without its fences; lines are separated by `\n`.
    pub text: String,
}

/// Syntax classes that have a colour.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// A reserved word of the language.
    Keyword,
    /// A function, type, tag or similar identifier.
    Name,
    /// A string or character literal.
    Text,
    /// A number or boolean literal.
    Number,
    /// Text that the language ignores.
    Comment,
}

/// Byte ranges of the classified parts of a code block, ascending and without overlap.
pub type Tokens = Vec<(Range<usize>, Token)>;
