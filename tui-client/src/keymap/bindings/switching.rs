//! From conversation to conversation, and the reactions.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, Key, Words};
use crate::keymap::places::{CHAT, SIGNED_IN, alt, char, ctrl};
use crate::state::Focus;

/// A row of the list by its number; the first one tells of all nine.
const fn row(keys: &'static [Key], number: u8) -> Binding {
    let words = if number == 1 { Words::Help("key-open-row") } else { Words::Silent };
    Binding { places: SIGNED_IN, keys, action: Action::OpenRow(number), words }
}

/// A usual reaction by its number; the first one tells of all.
const fn reaction(keys: &'static [Key], number: u8) -> Binding {
    let words = if number == 1 { Words::HelpAndHint("key-react-with", "hint-react-with") } else { Words::Silent };
    Binding { places: &[Focus::Reactions], keys, action: Action::ReactWith(number), words }
}

pub(super) const BINDINGS: &[Binding] = &[
    // From conversation to conversation.
    Binding { places: SIGNED_IN, keys: &[ctrl('k')], action: Action::Find, words: Words::HelpAndHint("key-find", "hint-find") },
    Binding {
        places: &[
            Focus::List,
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::Composer,
            Focus::Answer,
            Focus::Completion,
        ],
        keys: &[alt(KeyCode::Char('a'))],
        action: Action::NextUnread,
        words: Words::HelpAndHint("key-next-unread", "hint-next-unread"),
    },
    Binding {
        places: &[Focus::Menu, Focus::Devices, Focus::Inbox],
        keys: &[alt(KeyCode::Char('a'))],
        action: Action::NextUnread,
        words: Words::Help("key-next-unread"),
    },
    Binding {
        places: &[
            Focus::Menu,
            Focus::Devices,
            Focus::Inbox,
            Focus::List,
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::Composer,
            Focus::Answer,
            Focus::Completion,
        ],
        keys: &[ctrl('f')],
        action: Action::Search,
        words: Words::HelpAndHint("key-search", "hint-search"),
    },
    Binding {
        places: CHAT,
        keys: &[alt(KeyCode::Char('u'))],
        action: Action::FirstUnread,
        words: Words::Help("key-first-unread"),
    },
    Binding {
        places: SIGNED_IN,
        keys: &[alt(KeyCode::Up)],
        action: Action::PreviousConversation,
        words: Words::Help("key-previous-conversation"),
    },
    Binding {
        places: SIGNED_IN,
        keys: &[alt(KeyCode::Down)],
        action: Action::NextConversation,
        words: Words::Help("key-next-conversation"),
    },
    row(&[alt(KeyCode::Char('1'))], 1),
    row(&[alt(KeyCode::Char('2'))], 2),
    row(&[alt(KeyCode::Char('3'))], 3),
    row(&[alt(KeyCode::Char('4'))], 4),
    row(&[alt(KeyCode::Char('5'))], 5),
    row(&[alt(KeyCode::Char('6'))], 6),
    row(&[alt(KeyCode::Char('7'))], 7),
    row(&[alt(KeyCode::Char('8'))], 8),
    row(&[alt(KeyCode::Char('9'))], 9),
    // Reactions.
    reaction(&[char('1')], 1),
    reaction(&[char('2')], 2),
    reaction(&[char('3')], 3),
    reaction(&[char('4')], 4),
    reaction(&[char('5')], 5),
    reaction(&[char('6')], 6),
];
