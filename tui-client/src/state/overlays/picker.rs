//! Choosing from a list by typing part of a name.

use papo_shared::model::{ConversationId, Emoji, Seq};

use crate::code::Code;
use crate::link_target::LinkTarget;
use crate::state::navigation::chat::Row;
use crate::state::text_input::TextInput;

/// What is being chosen, and so what happens with the choice.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A conversation, somebody, or something to do.
    Anything,
    /// Anybody and any group, to look at and to talk with.
    Directory,
    /// Somebody to chat with.
    PersonToChatWith,
    /// A group to chat in.
    GroupToChatIn,
    /// A group to add somebody to.
    GroupToAddTo,
    /// Somebody to hear from again.
    PersonToUnblock,
    /// Somebody to add to this group.
    PersonToAdd(ConversationId),
    /// A reaction to this message.
    Reaction(ConversationId, Seq),
    /// Which of these links to open.
    LinkToOpen(Vec<LinkTarget>),
    /// Which of these links to copy.
    LinkToCopy(Vec<LinkTarget>),
    /// Which of these blocks of code to copy.
    CodeToCopy(Vec<Code>),
}

/// One of the things that can be chosen. An identity, so that a selection survives whatever the list does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// Somebody, or a group.
    Row(Row),
    /// Something to do.
    Command(PaletteCommandId),
    /// An emoji.
    Emoji(Emoji),
    /// One of the things that the choice itself holds, by its place.
    Offered(usize),
}

/// Something to do, by its place in the keymap's table of deeds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaletteCommandId(pub usize);

/// A list over the screen, narrowed by typing.
#[derive(Clone, Debug)]
pub struct Picker {
    /// What is being chosen.
    pub choice: Choice,
    /// What was typed.
    pub filter: TextInput,
    /// What is selected; none means the first.
    pub selected: Option<Item>,
}

/// The reactions that are offered first, each by its digit.
pub const USUAL_REACTIONS: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

impl Picker {
    /// Whether a digit takes one of the usual reactions.
    #[must_use]
    pub fn offers_usual_reactions(&self) -> bool {
        matches!(self.choice, Choice::Reaction(..)) && self.filter.is_empty()
    }
}

impl Choice {
    /// What one of the things is called that the choice itself holds: a link, or the first line of code.
    #[must_use]
    pub fn offered(&self, at: usize) -> &str {
        let called = match self {
            Self::LinkToOpen(links) | Self::LinkToCopy(links) => links.get(at).map(LinkTarget::as_str),
            Self::CodeToCopy(blocks) => {
                blocks.get(at).map(|code| code.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim())
            }
            _ => None,
        };
        called.unwrap_or_default()
    }
}

impl Picker {
    /// A list of everything that can be chosen.
    #[must_use]
    pub fn new(choice: Choice) -> Self {
        Self { choice, filter: TextInput::single_line(), selected: None }
    }
}
