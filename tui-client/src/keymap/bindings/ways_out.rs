//! What leads out of everywhere.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, Words};
use crate::keymap::places::{EVERYWHERE, OVERLAYS, char, ctrl, key};
use crate::state::Focus;

pub(super) const BINDINGS: &[Binding] = &[
    // The ways out.
    Binding {
        places: &[Focus::Found],
        keys: &[key(KeyCode::Esc)],
        action: Action::GoBack,
        words: Words::HelpAndHint("key-go-back", "hint-go-back"),
    },
    Binding {
        places: &[Focus::Completion],
        keys: &[key(KeyCode::Esc)],
        action: Action::CloseCompletion,
        words: Words::HelpAndHint("key-close", "hint-close"),
    },
    Binding {
        places: &[Focus::Answer],
        keys: &[key(KeyCode::Esc)],
        action: Action::DropAnswer,
        words: Words::HelpAndHint("key-drop-answer", "hint-drop-answer"),
    },
    Binding {
        places: OVERLAYS,
        keys: &[key(KeyCode::Esc)],
        action: Action::CloseOverlay,
        words: Words::HelpAndHint("key-close", "hint-close"),
    },
    Binding {
        places: &[
            Focus::Devices,
            Focus::Inbox,
            Focus::List,
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::Composer,
            Focus::EmptyComposer,
        ],
        keys: &[key(KeyCode::Esc)],
        action: Action::OpenMenu,
        words: Words::HelpAndHint("key-menu", "hint-menu"),
    },
    Binding {
        places: EVERYWHERE,
        keys: &[key(KeyCode::F(1))],
        action: Action::ToggleHelp,
        words: Words::HelpAndHint("key-help", "hint-help"),
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
            Focus::Members,
            Focus::Invites,
            Focus::Notify,
            Focus::Help,
        ],
        keys: &[char('?')],
        action: Action::ToggleHelp,
        words: Words::Silent,
    },
    Binding { places: EVERYWHERE, keys: &[ctrl('l')], action: Action::Redraw, words: Words::Help("key-redraw") },
    Binding { places: EVERYWHERE, keys: &[ctrl('z')], action: Action::Suspend, words: Words::Help("key-suspend") },
    Binding {
        places: &[Focus::SignIn, Focus::Menu],
        keys: &[ctrl('q')],
        action: Action::Quit,
        words: Words::HelpAndHint("key-quit", "hint-quit"),
    },
    Binding {
        places: &[
            Focus::Devices,
            Focus::Inbox,
            Focus::List,
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::Composer,
            Focus::EmptyComposer,
            Focus::Completion,
            Focus::Answer,
            Focus::Picker,
            Focus::Reactions,
            Focus::Prompt,
            Focus::Confirmation,
            Focus::Paste,
            Focus::Search,
            Focus::Members,
            Focus::Invites,
            Focus::Notify,
            Focus::Help,
            Focus::Server,
            Focus::Sheet,
        ],
        keys: &[ctrl('q')],
        action: Action::Quit,
        words: Words::Help("key-quit"),
    },
    Binding { places: EVERYWHERE, keys: &[ctrl('c')], action: Action::QuitIfAskedAgain, words: Words::Silent },
];
