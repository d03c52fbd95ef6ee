//! Code in messages, and what is coloured in it: what the state, the highlighter and the view have in common.

use std::ops::Range;

/// Code in a language, as it stands on the screen.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Code {
    /// What the language is called, as somebody wrote it. Empty where nothing was said.
    pub language: String,
    /// The code, line by line.
    pub text: String,
}

/// What a piece of code is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Token {
    /// A word of the language.
    Keyword,
    /// The name of something: a function, a type, a tag.
    Name,
    /// Text in quotes.
    Text,
    /// A number, or another value that stands for itself.
    Number,
    /// For people.
    Comment,
}

/// The pieces of a code that are something, by their bytes, in order and without overlap.
pub type Tokens = Vec<(Range<usize>, Token)>;
