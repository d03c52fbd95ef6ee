//! Bindings for signing in and for moving within a screen.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, BindingLabel};
use crate::keymap::focus_sets::{COMPOSER, LISTS, PAGED_TEXT, UP_AND_DOWN};
use crate::keymap::key::{alt, char, ctrl, key};
use crate::state::Focus;

pub(super) const BINDINGS: &[Binding] = &[
    // Signing in.
    Binding {
        focuses: &[Focus::SignIn],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        label: BindingLabel::HelpAndHint("key-confirm", "hint-confirm"),
    },
    Binding {
        focuses: &[Focus::SignIn],
        keys: &[key(KeyCode::F(2))],
        action: Action::SwitchForm,
        label: BindingLabel::HelpAndHint("key-switch-form", "hint-switch-form"),
    },
    Binding {
        focuses: &[Focus::SignIn],
        keys: &[key(KeyCode::Tab)],
        action: Action::Down,
        label: BindingLabel::HelpAndHint("key-next-field", "hint-next-field"),
    },
    Binding {
        focuses: &[Focus::SignIn, Focus::Prompt],
        keys: &[key(KeyCode::BackTab)],
        action: Action::Up,
        label: BindingLabel::Silent,
    },
    Binding { focuses: &[Focus::Prompt], keys: &[key(KeyCode::Tab)], action: Action::Down, label: BindingLabel::Silent },
    // Moving.
    Binding { focuses: UP_AND_DOWN, keys: &[key(KeyCode::Up)], action: Action::Up, label: BindingLabel::Help("key-up") },
    Binding { focuses: UP_AND_DOWN, keys: &[key(KeyCode::Down)], action: Action::Down, label: BindingLabel::Help("key-down") },
    Binding {
        focuses: &[Focus::EmptyComposer],
        keys: &[key(KeyCode::Down)],
        action: Action::Down,
        label: BindingLabel::Help("key-down"),
    },
    Binding {
        focuses: &[Focus::Menu],
        keys: &[key(KeyCode::Enter), key(KeyCode::Right)],
        action: Action::Confirm,
        label: BindingLabel::HelpAndHint("key-choose", "hint-open"),
    },
    Binding {
        focuses: &[Focus::Picker, Focus::Reactions, Focus::Prompt, Focus::Notify],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        label: BindingLabel::HelpAndHint("key-choose", "hint-choose"),
    },
    // The first letter of "yes" in every language of the interface, whichever is shown: yes, sim.
    Binding {
        focuses: &[Focus::Confirmation],
        keys: &[char('y'), char('s')],
        action: Action::SayYes,
        label: BindingLabel::HelpAndHint("key-say-yes", "hint-say-yes"),
    },
    Binding {
        focuses: &[Focus::Search],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        label: BindingLabel::HelpAndHint("key-go-to-found", "hint-go-to-found"),
    },
    Binding {
        focuses: &[Focus::Search],
        keys: &[key(KeyCode::Tab), ctrl('f')],
        action: Action::WidenSearch,
        label: BindingLabel::HelpAndHint("key-widen-search", "hint-widen-search"),
    },
    Binding {
        focuses: &[Focus::Menu],
        keys: &[char('d')],
        action: Action::OpenDevices,
        label: BindingLabel::HelpAndHint("key-devices", "hint-devices"),
    },
    Binding {
        focuses: &[Focus::Menu],
        keys: &[char('s')],
        action: Action::ShowServer,
        label: BindingLabel::HelpAndHint("key-server", "hint-server"),
    },
    Binding {
        focuses: &[Focus::Devices, Focus::List, Focus::Messages, Focus::Composer, Focus::EmptyComposer],
        keys: &[alt(KeyCode::Char('i'))],
        action: Action::OpenInbox,
        label: BindingLabel::Help("key-inbox"),
    },
    Binding {
        focuses: &[Focus::Menu],
        keys: &[char('i'), alt(KeyCode::Char('i'))],
        action: Action::OpenInbox,
        label: BindingLabel::HelpAndHint("key-inbox", "hint-inbox"),
    },
    Binding {
        focuses: &[Focus::Inbox],
        keys: &[key(KeyCode::Enter), key(KeyCode::Right)],
        action: Action::Confirm,
        label: BindingLabel::HelpAndHint("key-open-item", "hint-open"),
    },
    Binding {
        focuses: &[Focus::Inbox],
        keys: &[char('a')],
        action: Action::ReplyToItem,
        label: BindingLabel::HelpAndHint("key-reply-item", "hint-reply"),
    },
    Binding {
        focuses: &[Focus::Inbox],
        keys: &[char('d'), key(KeyCode::Delete)],
        action: Action::DismissItem,
        label: BindingLabel::HelpAndHint("key-dismiss-item", "hint-dismiss"),
    },
    Binding {
        focuses: &[Focus::Inbox],
        keys: &[char('r'), alt(KeyCode::Char('i'))],
        action: Action::RefreshInbox,
        label: BindingLabel::Help("key-refresh-inbox"),
    },
    Binding {
        focuses: &[Focus::Menu],
        keys: &[char('p')],
        action: Action::ShowProfile,
        label: BindingLabel::HelpAndHint("key-profile", "hint-profile"),
    },
    Binding {
        focuses: &[Focus::Menu],
        keys: &[char('j')],
        action: Action::JoinGroup,
        label: BindingLabel::HelpAndHint("key-join-group", "hint-join-group"),
    },
    Binding {
        focuses: &[Focus::Devices],
        keys: &[key(KeyCode::Delete), char('d')],
        action: Action::RevokeDevice,
        label: BindingLabel::HelpAndHint("key-revoke-device", "hint-revoke-device"),
    },
    Binding {
        focuses: &[Focus::Menu],
        keys: &[char('1')],
        action: Action::MenuItem(1),
        label: BindingLabel::Help("key-menu-item"),
    },
    Binding { focuses: &[Focus::Menu], keys: &[char('2')], action: Action::MenuItem(2), label: BindingLabel::Silent },
    Binding { focuses: &[Focus::Menu], keys: &[char('3')], action: Action::MenuItem(3), label: BindingLabel::Silent },
    Binding { focuses: &[Focus::Menu], keys: &[char('4')], action: Action::MenuItem(4), label: BindingLabel::Silent },
    Binding { focuses: &[Focus::Menu], keys: &[char('5')], action: Action::MenuItem(5), label: BindingLabel::Silent },
    Binding { focuses: &[Focus::Menu], keys: &[char('6')], action: Action::MenuItem(6), label: BindingLabel::Silent },
    Binding {
        focuses: COMPOSER,
        keys: &[key(KeyCode::PageUp)],
        action: Action::PageUp,
        label: BindingLabel::Help("key-page-up"),
    },
    Binding {
        focuses: &[
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
        label: BindingLabel::Help("key-page-up"),
    },
    Binding {
        focuses: &[
            Focus::Composer,
            Focus::EmptyComposer,
            Focus::Reply,
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
        label: BindingLabel::Help("key-page-down"),
    },
    Binding {
        focuses: &[Focus::EmptyComposer, Focus::Messages, Focus::FoldedMessage, Focus::FailedMessage],
        keys: &[key(KeyCode::Home)],
        action: Action::First,
        label: BindingLabel::Help("key-oldest"),
    },
    Binding {
        focuses: &[Focus::EmptyComposer, Focus::Messages, Focus::FoldedMessage, Focus::FailedMessage],
        keys: &[key(KeyCode::End)],
        action: Action::Last,
        label: BindingLabel::Help("key-newest"),
    },
    Binding { focuses: LISTS, keys: &[key(KeyCode::Home)], action: Action::First, label: BindingLabel::Help("key-first") },
    Binding { focuses: LISTS, keys: &[key(KeyCode::End)], action: Action::Last, label: BindingLabel::Help("key-last") },
    Binding {
        focuses: PAGED_TEXT,
        keys: &[key(KeyCode::PageDown)],
        action: Action::PageDown,
        label: BindingLabel::HelpAndHint("key-page-down", "hint-page-down"),
    },
    Binding {
        focuses: PAGED_TEXT,
        keys: &[key(KeyCode::PageUp)],
        action: Action::PageUp,
        label: BindingLabel::HelpAndHint("key-page-up", "hint-page-up"),
    },
];
