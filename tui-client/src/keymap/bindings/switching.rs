//! Bindings for switching conversations and for reactions.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, BindingLabel};
use crate::keymap::focus_sets::{CHAT, SIGNED_IN};
use crate::keymap::key::{Key, alt, char, ctrl};
use crate::state::Focus;

/// Opens a row of the list by its number. Only the first of the nine has a label, which covers all.
const fn row(keys: &'static [Key], number: u8) -> Binding {
    let label = if number == 1 { BindingLabel::Help("key-open-row") } else { BindingLabel::Silent };
    Binding { focuses: SIGNED_IN, keys, action: Action::OpenRow(number), label }
}

/// Adds a common reaction by its number. Only the first has a label, which covers all.
const fn reaction(keys: &'static [Key], number: u8) -> Binding {
    let label = if number == 1 { BindingLabel::HelpAndHint("key-react-with", "hint-react-with") } else { BindingLabel::Silent };
    Binding { focuses: &[Focus::Reactions], keys, action: Action::ReactWith(number), label }
}

pub(super) const BINDINGS: &[Binding] = &[
    // Conversations.
    Binding {
        focuses: SIGNED_IN,
        keys: &[ctrl('k')],
        action: Action::Find,
        label: BindingLabel::HelpAndHint("key-find", "hint-find"),
    },
    Binding {
        focuses: &[
            Focus::List,
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::Composer,
            Focus::Reply,
            Focus::Completion,
        ],
        keys: &[alt(KeyCode::Char('a'))],
        action: Action::NextUnread,
        label: BindingLabel::HelpAndHint("key-next-unread", "hint-next-unread"),
    },
    Binding {
        focuses: &[Focus::Menu, Focus::Devices, Focus::Inbox],
        keys: &[alt(KeyCode::Char('a'))],
        action: Action::NextUnread,
        label: BindingLabel::Help("key-next-unread"),
    },
    Binding {
        focuses: &[
            Focus::Menu,
            Focus::Devices,
            Focus::Inbox,
            Focus::List,
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::Composer,
            Focus::Reply,
            Focus::Completion,
        ],
        keys: &[ctrl('f')],
        action: Action::Search,
        label: BindingLabel::HelpAndHint("key-search", "hint-search"),
    },
    Binding {
        focuses: CHAT,
        keys: &[alt(KeyCode::Char('u'))],
        action: Action::FirstUnread,
        label: BindingLabel::Help("key-first-unread"),
    },
    Binding {
        focuses: SIGNED_IN,
        keys: &[alt(KeyCode::Up)],
        action: Action::PreviousConversation,
        label: BindingLabel::Help("key-previous-conversation"),
    },
    Binding {
        focuses: SIGNED_IN,
        keys: &[alt(KeyCode::Down)],
        action: Action::NextConversation,
        label: BindingLabel::Help("key-next-conversation"),
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
