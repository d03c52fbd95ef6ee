//! Bindings that close or leave a screen, and those that work everywhere.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, BindingLabel};
use crate::keymap::focus_sets::{EVERYWHERE, OVERLAYS};
use crate::keymap::key::{char, ctrl, key};
use crate::state::Focus;

pub(super) const BINDINGS: &[Binding] = &[
    Binding {
        focuses: &[Focus::Found],
        keys: &[key(KeyCode::Esc)],
        action: Action::GoBack,
        label: BindingLabel::HelpAndHint("key-go-back", "hint-go-back"),
    },
    Binding {
        focuses: &[Focus::Completion],
        keys: &[key(KeyCode::Esc)],
        action: Action::CloseCompletion,
        label: BindingLabel::HelpAndHint("key-close", "hint-close"),
    },
    Binding {
        focuses: &[Focus::Reply],
        keys: &[key(KeyCode::Esc)],
        action: Action::CancelReply,
        label: BindingLabel::HelpAndHint("key-cancel-reply", "hint-cancel"),
    },
    Binding {
        focuses: OVERLAYS,
        keys: &[key(KeyCode::Esc)],
        action: Action::CloseOverlay,
        label: BindingLabel::HelpAndHint("key-close", "hint-close"),
    },
    Binding {
        focuses: &[
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
        label: BindingLabel::HelpAndHint("key-menu", "hint-menu"),
    },
    Binding {
        focuses: EVERYWHERE,
        keys: &[key(KeyCode::F(1))],
        action: Action::ToggleHelp,
        label: BindingLabel::HelpAndHint("key-help", "hint-help"),
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
            Focus::Members,
            Focus::Invites,
            Focus::RecoveryCodes,
            Focus::Invitations,
            Focus::Notify,
            Focus::Help,
        ],
        keys: &[char('?')],
        action: Action::ToggleHelp,
        label: BindingLabel::Silent,
    },
    Binding { focuses: EVERYWHERE, keys: &[ctrl('l')], action: Action::Redraw, label: BindingLabel::Help("key-redraw") },
    Binding { focuses: EVERYWHERE, keys: &[ctrl('z')], action: Action::Suspend, label: BindingLabel::Help("key-suspend") },
    Binding {
        focuses: &[Focus::SignIn, Focus::Menu],
        keys: &[ctrl('q')],
        action: Action::Quit,
        label: BindingLabel::HelpAndHint("key-quit", "hint-quit"),
    },
    Binding {
        focuses: &[
            Focus::Devices,
            Focus::Inbox,
            Focus::List,
            Focus::Messages,
            Focus::FoldedMessage,
            Focus::FailedMessage,
            Focus::Composer,
            Focus::EmptyComposer,
            Focus::Completion,
            Focus::Reply,
            Focus::Picker,
            Focus::Reactions,
            Focus::Prompt,
            Focus::Confirmation,
            Focus::Paste,
            Focus::Search,
            Focus::Members,
            Focus::Invites,
            Focus::RecoveryCodes,
            Focus::Invitations,
            Focus::Notify,
            Focus::Help,
            Focus::Server,
            Focus::Sheet,
        ],
        keys: &[ctrl('q')],
        action: Action::Quit,
        label: BindingLabel::Help("key-quit"),
    },
    Binding { focuses: EVERYWHERE, keys: &[ctrl('c')], action: Action::QuitIfAskedAgain, label: BindingLabel::Silent },
];
