//! A list to choose from that is filtered by typing part of a name.

use papo_shared::model::{ConversationId, Emoji, Seq};

use crate::code::Code;
use crate::link_target::LinkTarget;
use crate::state::navigation::chat::Row;
use crate::state::text_input::TextInput;

/// What is being chosen, which determines what happens with the chosen item.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Choice {
    /// A conversation, a person, or a command of the palette.
    Anything,
    /// Any person or group of the server, to browse and to open.
    Directory,
    /// A person to chat with.
    PersonToChatWith,
    /// A group to chat in.
    GroupToChatIn,
    /// A group to which a person is to be added.
    GroupToAddTo,
    /// A person to unblock.
    PersonToUnblock,
    /// A person to add to this group.
    PersonToAdd(ConversationId),
    /// A reaction to this message.
    Reaction(ConversationId, Seq),
    /// One of these links, to open it.
    LinkToOpen(Vec<LinkTarget>),
    /// One of these links, to copy it.
    LinkToCopy(Vec<LinkTarget>),
    /// One of these code blocks, to copy it.
    CodeToCopy(Vec<Code>),
}

/// An item of the list. It is identified independently of its index, so that a selection stays valid when the list changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Item {
    /// A person or a group.
    Row(Row),
    /// A command of the palette.
    Command(PaletteCommandId),
    /// An emoji to react with.
    Emoji(Emoji),
    /// A link or code block that the [`Choice`] contains, by its index.
    ChoiceEntry(usize),
}

/// A command of the palette, by its index in the keymap's table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaletteCommandId(pub usize);

/// A list over the screen, filtered by typing.
#[derive(Clone, Debug)]
pub struct Picker {
    /// What the user chooses, and the purpose.
    pub choice: Choice,
    /// The text that filters the list.
    pub filter: TextInput,
    /// The selected item; `None` means the first.
    pub selected: Option<Item>,
}

/// The reactions that are offered first. A digit chooses each of them.
pub const USUAL_REACTIONS: [&str; 6] = ["👍", "❤️", "😂", "🎉", "😮", "😢"];

impl Picker {
    /// Whether digits choose the usual reactions.
    #[must_use]
    pub fn offers_usual_reactions(&self) -> bool {
        matches!(self.choice, Choice::Reaction(..)) && self.filter.is_empty()
    }
}

impl Choice {
    /// The label of a link or code block that the choice contains: the link, or the first line of the code that is not blank.
    #[must_use]
    pub fn label(&self, at: usize) -> &str {
        let label = match self {
            Self::LinkToOpen(links) | Self::LinkToCopy(links) => links.get(at).map(LinkTarget::as_str),
            Self::CodeToCopy(blocks) => {
                blocks.get(at).map(|code| code.text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default().trim())
            }
            _ => None,
        };
        label.unwrap_or_default()
    }
}

impl Picker {
    /// Creates a picker without a filter.
    #[must_use]
    pub fn new(choice: Choice) -> Self {
        Self { choice, filter: TextInput::single_line(), selected: None }
    }
}
