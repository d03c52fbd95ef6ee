//! What the word being typed may become: an emoji, somebody, a command, a group; shown as a list over the composer.
//!
//! The list opens by typing alone, never by moving the cursor or coming back to a draft. It is made anew by each edit and
//! held until the next one, so what is selected does not move under the person. Deliberately absent: who is offered, which
//! takes the keymap's table of commands (see the update).

pub mod emoji;
pub mod word;

use papo_shared::model::{ConversationId, Username};

use word::Word;

/// What a word may become.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Offer {
    /// An emoji.
    Emoji(emoji::NamedEmoji),
    /// Somebody, by username.
    Person(Username),
    /// A group of ours.
    Group(ConversationId),
    /// A command, by its place in the keymap's table.
    Command(usize),
}

/// An offer with what it takes to decide about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offered {
    /// What is offered.
    pub offer: Offer,
    /// What stands in the composer once it is taken.
    pub text: String,
    /// How what was typed stands to it.
    pub fit: Fit,
}

/// How what was typed stands to what is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// It has its letters somewhere.
    Resembles,
    /// It is its beginning.
    Begins,
    /// It is all of it.
    Whole,
}

/// The list over the composer. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PopUp {
    /// Where the word is typed.
    pub conversation: ConversationId,
    /// The word.
    pub word: Word,
    /// What it may become, the best first.
    pub offers: Vec<Offered>,
    /// Which one is selected.
    pub selected: usize,
    /// Whether the person moved the selection.
    pub chosen: bool,
}

impl PopUp {
    /// What is selected.
    #[must_use]
    pub fn selected(&self) -> Option<&Offered> {
        self.offers.get(self.selected)
    }

    /// Whether Enter takes what is selected instead of sending: where the person chose it, or began to type it and is not
    /// done. So neither a sign alone, nor a whole name, nor letters that only resemble one keep a message from going out.
    #[must_use]
    pub fn takes_enter(&self) -> bool {
        let is_begun = !self.word.typed.is_empty() && self.selected().is_some_and(|offered| offered.fit == Fit::Begins);
        self.chosen || is_begun
    }

    /// Moves the selection by one, around the ends.
    pub fn step(&mut self, down: bool) {
        let count = self.offers.len().max(1);
        self.selected = (self.selected + if down { 1 } else { count - 1 }) % count;
        self.chosen = true;
    }
}

/// The list where it is open, and where the person does not want one.
#[derive(Clone, Debug, Default)]
pub struct Completion {
    /// The list.
    pub pop_up: Option<PopUp>,
    /// A word for which the list was closed, or that was completed: its conversation, line and first character.
    pub declined: Option<(ConversationId, usize, usize)>,
}

impl Completion {
    /// Closes the list; for this word it does not open again.
    pub fn decline(&mut self) {
        if let Some(PopUp { conversation, word, .. }) = self.pop_up.take() {
            self.declined = Some((conversation, word.line, word.start));
        }
    }
}
