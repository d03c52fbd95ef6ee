//! A message with its marks understood, as values.

use std::borrow::Cow;

use super::lines::Line;
use crate::code::{Code, Token};
use crate::link_target::LinkTarget;

/// A message with its marks understood.
#[derive(Clone, Debug)]
pub struct Markup<'a> {
    /// What is shown of the text, see [`crate::layout::shown::shown`].
    pub(super) text: Cow<'a, str>,
    /// What is known of each byte of it.
    pub(super) bytes: Vec<Byte>,
    pub(super) lines: Vec<Line>,
    pub(super) links: Vec<LinkTarget>,
    pub(super) code: Vec<Code>,
}

/// How a piece of a message is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ink {
    /// Bold.
    pub strong: bool,
    /// Italic.
    pub emphasis: bool,
    /// Part of a link.
    pub link: bool,
    /// What it is.
    pub part: Part,
}

/// What a piece of a message is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Part {
    /// What people read.
    #[default]
    Text,
    /// What shows where something begins and ends.
    Mark,
    /// Code in the middle of text.
    Code,
    /// Something in a block of code.
    Token(Token),
}

/// What is known of a byte of the text.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Byte {
    pub(super) ink: Ink,
    /// The link it is part of, by its place among all plus one.
    pub(super) link: u16,
    /// Whether it is part of where that link leads, in which nothing is a mark.
    pub(super) address: bool,
    pub(super) shown: Shown,
}

/// Whether a byte is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Shown {
    /// As it is.
    #[default]
    Kept,
    /// Not at all: a mark that took effect.
    Hidden,
    /// As a space: a mark between two things.
    Space,
}
