//! Keys, and the places that have keys in common: what the tables are written with.

use crossterm::event::{KeyCode, KeyModifiers};

use super::binding::Key;
use crate::state::Focus;

pub(super) const fn key(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::NONE }
}

pub(super) const fn char(c: char) -> Key {
    key(KeyCode::Char(c))
}

pub(super) const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

pub(super) const fn alt(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::ALT }
}

pub(super) const fn shift(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::SHIFT }
}

pub(super) const EVERYWHERE: &[Focus] = &[
    Focus::SignIn,
    Focus::Menu,
    Focus::Devices,
    Focus::Inbox,
    Focus::List,
    Focus::Messages,
    Focus::Found,
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
];
pub(super) const CHAT: &[Focus] = &[
    Focus::List,
    Focus::Messages,
    Focus::FoldedMessage,
    Focus::FailedMessage,
    Focus::Composer,
    Focus::EmptyComposer,
    Focus::Answer,
    Focus::Completion,
];
pub(super) const SIGNED_IN: &[Focus] = &[
    Focus::Menu,
    Focus::Devices,
    Focus::Inbox,
    Focus::List,
    Focus::Messages,
    Focus::FoldedMessage,
    Focus::FailedMessage,
    Focus::Composer,
    Focus::EmptyComposer,
    Focus::Answer,
    Focus::Completion,
];
/// The messages, whichever is selected.
pub(super) const MESSAGES: &[Focus] = &[Focus::Messages, Focus::FailedMessage];
pub(super) const COMPOSER: &[Focus] = &[Focus::Composer, Focus::EmptyComposer, Focus::Answer, Focus::Completion];
pub(super) const OVERLAYS: &[Focus] = &[
    Focus::Picker,
    Focus::Reactions,
    Focus::Prompt,
    Focus::Confirmation,
    Focus::Search,
    Focus::Members,
    Focus::Invites,
    Focus::Notify,
    Focus::Help,
    Focus::Server,
    Focus::Sheet,
];
pub(super) const UP_AND_DOWN: &[Focus] = &[
    Focus::SignIn,
    Focus::Menu,
    Focus::Devices,
    Focus::Inbox,
    Focus::List,
    Focus::Messages,
    Focus::FoldedMessage,
    Focus::FailedMessage,
    Focus::Completion,
    Focus::Picker,
    Focus::Reactions,
    Focus::Prompt,
    Focus::Search,
    Focus::Members,
    Focus::Invites,
    Focus::Notify,
    Focus::Help,
    Focus::Sheet,
];
pub(super) const LISTS: &[Focus] = &[
    Focus::Menu,
    Focus::Devices,
    Focus::Inbox,
    Focus::List,
    Focus::Picker,
    Focus::Reactions,
    Focus::Members,
    Focus::Invites,
    Focus::Notify,
    Focus::Help,
    Focus::Sheet,
];
/// What is read over the screen, a page at a time.
pub(super) const READ: &[Focus] = &[Focus::Help, Focus::Sheet];
