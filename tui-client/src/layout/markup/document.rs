//! A message with its formatting parsed: the values that the parser produces and the rows are made of.

use std::borrow::Cow;

use super::lines::Line;
use crate::code::{Code, Token};
use crate::link_target::LinkTarget;

/// A message with its formatting parsed.
#[derive(Clone, Debug)]
pub struct Markup<'a> {
    /// What is shown of the text, see [`crate::layout::shown::shown`].
    pub(super) text: Cow<'a, str>,
    /// The style of each byte of the text.
    pub(super) bytes: Vec<Byte>,
    pub(super) lines: Vec<Line>,
    pub(super) links: Vec<LinkTarget>,
    pub(super) code: Vec<Code>,
}

/// The style of a piece of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ink {
    /// Whether it is bold.
    pub strong: bool,
    /// Whether it is in italics.
    pub emphasis: bool,
    /// Whether it belongs to a link.
    pub link: bool,
    /// Its role in the message.
    pub part: Part,
}

/// The role of a piece of a message.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Part {
    /// Text without a special role.
    #[default]
    Text,
    /// A delimiter: quote bar, list marker, backtick, fence.
    Mark,
    /// An inline code span.
    Code,
    /// A syntax token in a code block.
    Token(Token),
}

/// The style of one byte of the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Byte {
    pub(super) ink: Ink,
    /// The index of its link plus one; 0 outside of links.
    pub(super) link: u16,
    /// Whether it belongs to the address of the link, which contains no marks.
    pub(super) address: bool,
    pub(super) shown: Shown,
}

/// How a byte is displayed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    /// Displayed as written, which is the default.
    #[default]
    Kept,
    /// Hidden, because it is a mark that took effect.
    Hidden,
    /// Displayed as a space, because it is a mark between a name and an address.
    Space,
}
