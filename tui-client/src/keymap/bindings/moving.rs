//! Signing in, and moving about on a screen.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, Words};
use crate::keymap::places::{COMPOSER, LISTS, READ, UP_AND_DOWN, alt, char, ctrl, key};
use crate::state::Focus;

pub(super) const BINDINGS: &[Binding] = &[
    // Signing in.
    Binding {
        places: &[Focus::SignIn],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        words: Words::HelpAndHint("key-confirm", "hint-confirm"),
    },
    Binding {
        places: &[Focus::SignIn],
        keys: &[key(KeyCode::F(2))],
        action: Action::SwitchForm,
        words: Words::HelpAndHint("key-switch-form", "hint-switch-form"),
    },
    Binding {
        places: &[Focus::SignIn],
        keys: &[key(KeyCode::Tab)],
        action: Action::Down,
        words: Words::HelpAndHint("key-next-field", "hint-next-field"),
    },
    Binding { places: &[Focus::SignIn, Focus::Prompt], keys: &[key(KeyCode::BackTab)], action: Action::Up, words: Words::Silent },
    Binding { places: &[Focus::Prompt], keys: &[key(KeyCode::Tab)], action: Action::Down, words: Words::Silent },
    // Moving.
    Binding { places: UP_AND_DOWN, keys: &[key(KeyCode::Up)], action: Action::Up, words: Words::Help("key-up") },
    Binding { places: UP_AND_DOWN, keys: &[key(KeyCode::Down)], action: Action::Down, words: Words::Help("key-down") },
    Binding {
        places: &[Focus::EmptyComposer],
        keys: &[key(KeyCode::Down)],
        action: Action::Down,
        words: Words::Help("key-down"),
    },
    Binding {
        places: &[Focus::Menu],
        keys: &[key(KeyCode::Enter), key(KeyCode::Right)],
        action: Action::Confirm,
        words: Words::HelpAndHint("key-choose", "hint-choose"),
    },
    Binding {
        places: &[Focus::Picker, Focus::Reactions, Focus::Prompt, Focus::Notify],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        words: Words::HelpAndHint("key-choose", "hint-choose"),
    },
    // The letter of yes in each language of the screen, whichever is shown: English and Portuguese.
    Binding {
        places: &[Focus::Confirmation],
        keys: &[char('y'), char('s')],
        action: Action::SayYes,
        words: Words::HelpAndHint("key-say-yes", "hint-say-yes"),
    },
    Binding {
        places: &[Focus::Search],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        words: Words::HelpAndHint("key-go-to-found", "hint-go-to-found"),
    },
    Binding {
        places: &[Focus::Search],
        keys: &[key(KeyCode::Tab), ctrl('f')],
        action: Action::WidenSearch,
        words: Words::HelpAndHint("key-widen-search", "hint-widen-search"),
    },
    Binding {
        places: &[Focus::Menu],
        keys: &[char('d')],
        action: Action::OpenDevices,
        words: Words::HelpAndHint("key-devices", "hint-devices"),
    },
    Binding {
        places: &[Focus::Menu],
        keys: &[char('s')],
        action: Action::ShowServer,
        words: Words::HelpAndHint("key-server", "hint-server"),
    },
    Binding {
        places: &[Focus::Devices, Focus::List, Focus::Messages, Focus::Composer, Focus::EmptyComposer],
        keys: &[alt(KeyCode::Char('i'))],
        action: Action::OpenInbox,
        words: Words::Help("key-inbox"),
    },
    Binding {
        places: &[Focus::Menu],
        keys: &[char('i'), alt(KeyCode::Char('i'))],
        action: Action::OpenInbox,
        words: Words::HelpAndHint("key-inbox", "hint-inbox"),
    },
    Binding {
        places: &[Focus::Inbox],
        keys: &[key(KeyCode::Enter), key(KeyCode::Right)],
        action: Action::Confirm,
        words: Words::HelpAndHint("key-open-item", "hint-open"),
    },
    Binding {
        places: &[Focus::Inbox],
        keys: &[char('a')],
        action: Action::AnswerItem,
        words: Words::HelpAndHint("key-answer-item", "hint-answer"),
    },
    Binding {
        places: &[Focus::Inbox],
        keys: &[char('d'), key(KeyCode::Delete)],
        action: Action::DismissItem,
        words: Words::HelpAndHint("key-dismiss-item", "hint-dismiss"),
    },
    Binding {
        places: &[Focus::Inbox],
        keys: &[char('r'), alt(KeyCode::Char('i'))],
        action: Action::RefreshInbox,
        words: Words::Help("key-refresh-inbox"),
    },
    Binding {
        places: &[Focus::Menu],
        keys: &[char('p')],
        action: Action::ShowProfile,
        words: Words::HelpAndHint("key-profile", "hint-profile"),
    },
    Binding {
        places: &[Focus::Menu],
        keys: &[char('j')],
        action: Action::JoinGroup,
        words: Words::HelpAndHint("key-join-group", "hint-join-group"),
    },
    Binding {
        places: &[Focus::Devices],
        keys: &[key(KeyCode::Delete), char('d')],
        action: Action::RevokeDevice,
        words: Words::HelpAndHint("key-revoke-device", "hint-revoke-device"),
    },
    Binding { places: &[Focus::Menu], keys: &[char('1')], action: Action::MenuItem(1), words: Words::Help("key-menu-item") },
    Binding { places: &[Focus::Menu], keys: &[char('2')], action: Action::MenuItem(2), words: Words::Silent },
    Binding { places: &[Focus::Menu], keys: &[char('3')], action: Action::MenuItem(3), words: Words::Silent },
    Binding { places: &[Focus::Menu], keys: &[char('4')], action: Action::MenuItem(4), words: Words::Silent },
    Binding { places: &[Focus::Menu], keys: &[char('5')], action: Action::MenuItem(5), words: Words::Silent },
    Binding { places: &[Focus::Menu], keys: &[char('6')], action: Action::MenuItem(6), words: Words::Silent },
    Binding { places: COMPOSER, keys: &[key(KeyCode::PageUp)], action: Action::PageUp, words: Words::Help("key-page-up") },
    Binding {
        places: &[
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::List,
            Focus::Devices,
            Focus::Inbox,
            Focus::Picker,
            Focus::Reactions,
            Focus::Search,
            Focus::Members,
        ],
        keys: &[key(KeyCode::PageUp)],
        action: Action::PageUp,
        words: Words::Help("key-page-up"),
    },
    Binding {
        places: &[
            Focus::Composer,
            Focus::EmptyComposer,
            Focus::Answer,
            Focus::Completion,
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::List,
            Focus::Devices,
            Focus::Inbox,
            Focus::Picker,
            Focus::Search,
            Focus::Members,
            Focus::Reactions,
        ],
        keys: &[key(KeyCode::PageDown)],
        action: Action::PageDown,
        words: Words::Help("key-page-down"),
    },
    Binding {
        places: &[Focus::EmptyComposer, Focus::Messages, Focus::FoldedMessage, Focus::FailedMessage],
        keys: &[key(KeyCode::Home)],
        action: Action::First,
        words: Words::Help("key-oldest"),
    },
    Binding {
        places: &[Focus::EmptyComposer, Focus::Messages, Focus::FoldedMessage, Focus::FailedMessage],
        keys: &[key(KeyCode::End)],
        action: Action::Last,
        words: Words::Help("key-newest"),
    },
    Binding { places: LISTS, keys: &[key(KeyCode::Home)], action: Action::First, words: Words::Help("key-first") },
    Binding { places: LISTS, keys: &[key(KeyCode::End)], action: Action::Last, words: Words::Help("key-last") },
    Binding {
        places: READ,
        keys: &[key(KeyCode::PageDown)],
        action: Action::PageDown,
        words: Words::HelpAndHint("key-page-down", "hint-page-down"),
    },
    Binding {
        places: READ,
        keys: &[key(KeyCode::PageUp)],
        action: Action::PageUp,
        words: Words::HelpAndHint("key-page-up", "hint-page-up"),
    },
];
