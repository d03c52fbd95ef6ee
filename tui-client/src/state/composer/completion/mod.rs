//! Completions of the word being typed: emoji, people, commands and groups, shown as a list over the composer.
//!
//! Only typing opens the list; moving the cursor or returning to a draft does not. Each edit computes the list again, and it
//! stays unchanged until the next edit, so that the selection does not move by itself. Deliberately absent: computing the
//! completions, which needs the keymap's table of commands (see `update`).

pub mod emoji;
pub mod word;

use papo_shared::model::{ConversationId, Username};

use word::Word;

/// A possible completion of a word.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CompletionKind {
    /// An emoji, which replaces its typed name.
    Emoji(emoji::NamedEmoji),
    /// A person, by username.
    Person(Username),
    /// A group that the account is a member of.
    Group(ConversationId),
    /// A command, by its index in the keymap's table.
    Command(usize),
}

/// A completion in the list.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletionItem {
    /// What the completion stands for, which decides how it is drawn.
    pub kind: CompletionKind,
    /// The text that replaces the word in the composer if the completion is accepted.
    pub text: String,
    /// How closely the typed text matches it.
    pub fit: Fit,
}

/// How closely the typed text matches a completion.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fit {
    /// The completion contains the typed letters in order.
    Fuzzy,
    /// The completion begins with the typed text.
    Prefix,
    /// The typed text is the whole completion.
    Exact,
}

/// The open list of completions over the composer. Never empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PopUp {
    /// The conversation in whose composer the word is typed.
    pub conversation: ConversationId,
    /// The word that is being completed.
    pub word: Word,
    /// The completions, best first.
    pub items: Vec<CompletionItem>,
    /// The index of the selected completion.
    pub selected: usize,
    /// Whether the user moved the selection.
    pub selection_moved: bool,
}

impl PopUp {
    /// The selected completion.
    #[must_use]
    pub fn selected(&self) -> Option<&CompletionItem> {
        self.items.get(self.selected)
    }

    /// Whether Enter accepts the selected completion instead of sending the message: if the user moved the selection, or typed
    /// part of the completion from its beginning. A sign alone, a whole name or a loose match therefore does not prevent sending.
    #[must_use]
    pub fn takes_enter(&self) -> bool {
        let is_prefix = !self.word.typed.is_empty() && self.selected().is_some_and(|item| item.fit == Fit::Prefix);
        self.selection_moved || is_prefix
    }

    /// Moves the selection by one and wraps around at the ends.
    pub fn step(&mut self, down: bool) {
        let count = self.items.len().max(1);
        self.selected = (self.selected + if down { 1 } else { count - 1 }) % count;
        self.selection_moved = true;
    }
}

/// The list of completions and the word for which it stays closed.
#[derive(Clone, Debug, Default)]
pub struct Completion {
    /// The list, while it is open.
    pub pop_up: Option<PopUp>,
    /// The word for which the list was closed or a completion accepted: its conversation, line and first character. The list does
    /// not open again for it.
    pub declined: Option<(ConversationId, usize, usize)>,
}

impl Completion {
    /// Closes the list for the rest of this word.
    pub fn decline(&mut self) {
        if let Some(PopUp { conversation, word, .. }) = self.pop_up.take() {
            self.declined = Some((conversation, word.line, word.start));
        }
    }
}
