//! Sets of focuses that share key bindings.

use crate::state::Focus;

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
    Focus::Reply,
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
    Focus::Reply,
    Focus::Completion,
];
/// The message list with a stored or a failed message selected.
pub(super) const MESSAGES: &[Focus] = &[Focus::Messages, Focus::FailedMessage];
pub(super) const COMPOSER: &[Focus] = &[Focus::Composer, Focus::EmptyComposer, Focus::Reply, Focus::Completion];
pub(super) const OVERLAYS: &[Focus] = &[
    Focus::Picker,
    Focus::Reactions,
    Focus::Prompt,
    Focus::Confirmation,
    Focus::Search,
    Focus::Members,
    Focus::Invites,
    Focus::RecoveryCodes,
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
/// Overlays with text that scrolls by pages.
pub(super) const PAGED_TEXT: &[Focus] = &[Focus::Help, Focus::Sheet];
