//! The tables: every key and every command, in the order of the help screen.

use crossterm::event::{KeyCode, KeyModifiers};

use super::{Binding, Deed, Does, Key, Words};
use crate::action::Action;
use crate::state::Focus;

const fn key(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::NONE }
}

const fn char(c: char) -> Key {
    key(KeyCode::Char(c))
}

const fn ctrl(c: char) -> Key {
    Key { code: KeyCode::Char(c), modifiers: KeyModifiers::CONTROL }
}

const fn alt(code: KeyCode) -> Key {
    Key { code, modifiers: KeyModifiers::ALT }
}

const fn shift(code: KeyCode) -> Key {
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
    Focus::Paste,
    Focus::Search,
    Focus::Members,
    Focus::Invites,
    Focus::Notify,
    Focus::Help,
    Focus::Server,
    Focus::Sheet,
];
const CHAT: &[Focus] = &[
    Focus::List,
    Focus::Messages,
    Focus::FoldedMessage,
    Focus::FailedMessage,
    Focus::Composer,
    Focus::EmptyComposer,
    Focus::Answer,
    Focus::Completion,
];
const SIGNED_IN: &[Focus] = &[
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
const MESSAGES: &[Focus] = &[Focus::Messages, Focus::FailedMessage];
const COMPOSER: &[Focus] = &[Focus::Composer, Focus::EmptyComposer, Focus::Answer, Focus::Completion];
const OVERLAYS: &[Focus] = &[
    Focus::Picker,
    Focus::Reactions,
    Focus::Prompt,
    Focus::Search,
    Focus::Members,
    Focus::Invites,
    Focus::Notify,
    Focus::Help,
    Focus::Server,
    Focus::Sheet,
];
const UP_AND_DOWN: &[Focus] = &[
    Focus::SignIn,
    Focus::Menu,
    Focus::Devices,
    Focus::Inbox,
    Focus::List,
    Focus::Messages,
    Focus::FoldedMessage,
    Focus::FailedMessage,
    Focus::EmptyComposer,
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
const LISTS: &[Focus] = &[
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
const READ: &[Focus] = &[Focus::Help, Focus::Sheet];

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

/// The table. In the order of the help screen: what is most used comes first.
pub const BINDINGS: &[Binding] = &[
    // The chat.
    Binding {
        places: &[Focus::Completion],
        keys: &[key(KeyCode::Tab)],
        action: Action::Complete,
        words: Words::HelpAndHint("key-complete", "hint-complete"),
    },
    Binding {
        places: &[Focus::Completion],
        keys: &[key(KeyCode::Enter)],
        action: Action::CompleteOrSend,
        words: Words::Help("key-complete-or-send"),
    },
    Binding {
        places: &[Focus::Composer, Focus::EmptyComposer, Focus::Answer],
        keys: &[key(KeyCode::Enter)],
        action: Action::SendDraft,
        words: Words::HelpAndHint("key-send", "hint-send"),
    },
    Binding {
        places: COMPOSER,
        keys: &[alt(KeyCode::Enter), shift(KeyCode::Enter), ctrl('j')],
        action: Action::NewLine,
        words: Words::HelpAndHint("key-new-line", "hint-new-line"),
    },
    Binding {
        places: &[Focus::List],
        keys: &[key(KeyCode::Enter), key(KeyCode::Right)],
        action: Action::Confirm,
        words: Words::HelpAndHint("key-open", "hint-open"),
    },
    Binding {
        places: &[Focus::FailedMessage],
        keys: &[key(KeyCode::Enter), char('r')],
        action: Action::Retry,
        words: Words::HelpAndHint("key-retry", "hint-retry"),
    },
    Binding {
        places: &[Focus::FoldedMessage],
        keys: &[key(KeyCode::Enter)],
        action: Action::Unfold,
        words: Words::HelpAndHint("key-unfold", "hint-unfold"),
    },
    Binding {
        places: &[Focus::FailedMessage],
        keys: &[char('d'), key(KeyCode::Delete)],
        action: Action::Discard,
        words: Words::HelpAndHint("key-discard", "hint-discard"),
    },
    Binding {
        places: &[Focus::Messages],
        keys: &[char('r')],
        action: Action::Reply,
        words: Words::HelpAndHint("key-reply", "hint-reply"),
    },
    Binding {
        places: &[Focus::Messages],
        keys: &[char('+')],
        action: Action::React,
        words: Words::HelpAndHint("key-react", "hint-react"),
    },
    Binding {
        places: &[Focus::Messages],
        keys: &[key(KeyCode::Enter), char('q')],
        action: Action::JumpToQuoted,
        words: Words::HelpAndHint("key-jump-to-quoted", "hint-jump-to-quoted"),
    },
    Binding {
        places: &[Focus::Messages],
        keys: &[char('e')],
        action: Action::EditMessage,
        words: Words::HelpAndHint("key-edit", "hint-edit"),
    },
    Binding {
        places: &[Focus::Messages],
        keys: &[char('d'), key(KeyCode::Delete)],
        action: Action::DeleteMessage,
        words: Words::HelpAndHint("key-delete", "hint-delete"),
    },
    Binding {
        places: &[Focus::Messages],
        keys: &[char('i')],
        action: Action::ShowPeople,
        words: Words::HelpAndHint("key-people", "hint-people"),
    },
    Binding {
        places: &[Focus::Messages],
        keys: &[char('h')],
        action: Action::ShowRevisions,
        words: Words::HelpAndHint("key-revisions", "hint-revisions"),
    },
    Binding {
        places: MESSAGES,
        keys: &[char('y')],
        action: Action::CopyMessage,
        words: Words::HelpAndHint("key-copy", "hint-copy"),
    },
    Binding {
        places: MESSAGES,
        keys: &[char('o')],
        action: Action::OpenLink,
        words: Words::HelpAndHint("key-open-link", "hint-open-link"),
    },
    Binding {
        places: MESSAGES,
        keys: &[char('l')],
        action: Action::CopyLink,
        words: Words::HelpAndHint("key-copy-link", "hint-copy-link"),
    },
    Binding {
        places: MESSAGES,
        keys: &[char('c')],
        action: Action::CopyCode,
        words: Words::HelpAndHint("key-copy-code", "hint-copy-code"),
    },
    Binding {
        places: &[Focus::Messages],
        keys: &[char('u')],
        action: Action::MarkUnread,
        words: Words::HelpAndHint("key-mark-unread", "hint-mark-unread"),
    },
    Binding { places: MESSAGES, keys: &[key(KeyCode::Right)], action: Action::FocusComposer, words: Words::Help("key-write") },
    Binding {
        places: &[Focus::List, Focus::Messages, Focus::FailedMessage, Focus::Composer, Focus::EmptyComposer, Focus::Answer],
        keys: &[key(KeyCode::Tab), key(KeyCode::BackTab)],
        action: Action::SwitchSide,
        words: Words::HelpAndHint("key-switch-side", "hint-switch-side"),
    },
    Binding {
        places: &[Focus::EmptyComposer, Focus::Messages, Focus::FoldedMessage, Focus::FailedMessage],
        keys: &[key(KeyCode::Left)],
        action: Action::FocusList,
        words: Words::Help("key-to-list"),
    },
    Binding { places: CHAT, keys: &[alt(KeyCode::Char('e'))], action: Action::OpenEditor, words: Words::Help("key-editor") },
    // A long paste.
    Binding {
        places: &[Focus::Paste],
        keys: &[key(KeyCode::Enter)],
        action: Action::SendPaste,
        words: Words::HelpAndHint("key-send-paste", "hint-send"),
    },
    Binding {
        places: &[Focus::Paste],
        keys: &[char('c')],
        action: Action::SendPasteAsCode,
        words: Words::HelpAndHint("key-send-paste-as-code", "hint-send-as-code"),
    },
    Binding {
        places: &[Focus::Paste],
        keys: &[char('e')],
        action: Action::EditPaste,
        words: Words::HelpAndHint("key-edit-paste", "hint-edit"),
    },
    Binding {
        places: &[Focus::Paste],
        keys: &[key(KeyCode::Esc)],
        action: Action::CloseOverlay,
        words: Words::HelpAndHint("key-keep-paste", "hint-close"),
    },
    // The members of a group.
    Binding { places: CHAT, keys: &[alt(KeyCode::Char('m'))], action: Action::ShowMembers, words: Words::Help("key-members") },
    Binding {
        places: &[Focus::Members],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        words: Words::HelpAndHint("key-talk-with-member", "hint-talk"),
    },
    Binding {
        places: &[Focus::Members],
        keys: &[char('a')],
        action: Action::MakeAdmin,
        words: Words::HelpAndHint("key-make-admin", "hint-make-admin"),
    },
    Binding {
        places: &[Focus::Members],
        keys: &[char('m')],
        action: Action::MakeMember,
        words: Words::HelpAndHint("key-make-member", "hint-make-member"),
    },
    Binding {
        places: &[Focus::Members],
        keys: &[char('o')],
        action: Action::HandOver,
        words: Words::HelpAndHint("key-hand-over", "hint-hand-over"),
    },
    Binding {
        places: &[Focus::Members],
        keys: &[key(KeyCode::Delete), char('x')],
        action: Action::RemoveMember,
        words: Words::HelpAndHint("key-remove-member", "hint-remove-member"),
    },
    Binding {
        places: &[Focus::Members],
        keys: &[char('b')],
        action: Action::BlockMember,
        words: Words::HelpAndHint("key-block", "hint-block"),
    },
    Binding {
        places: &[Focus::Members],
        keys: &[char('u')],
        action: Action::UnblockMember,
        words: Words::HelpAndHint("key-unblock", "hint-unblock"),
    },
    Binding {
        places: &[Focus::Members],
        keys: &[char('+'), char('n')],
        action: Action::AddToGroup,
        words: Words::Help("key-add-to-group"),
    },
    Binding {
        places: &[Focus::Members],
        keys: &[char('i')],
        action: Action::ShowInvites,
        words: Words::HelpAndHint("key-invites", "hint-invites"),
    },
    Binding {
        places: &[Focus::Invites],
        keys: &[char('n')],
        action: Action::NewInvite,
        words: Words::HelpAndHint("key-new-invite", "hint-new-invite"),
    },
    Binding {
        places: &[Focus::Invites],
        keys: &[char('y'), char('c')],
        action: Action::CopyInvite,
        words: Words::HelpAndHint("key-copy-invite", "hint-copy"),
    },
    Binding {
        places: &[Focus::Invites],
        keys: &[key(KeyCode::Delete), char('x')],
        action: Action::RevokeInvite,
        words: Words::HelpAndHint("key-revoke-invite", "hint-revoke-invite"),
    },
    Binding { places: CHAT, keys: &[alt(KeyCode::Char('n'))], action: Action::ChooseNotify, words: Words::Help("key-notify") },
    // Signing in.
    Binding {
        places: &[Focus::SignIn],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        words: Words::HelpAndHint("key-confirm", "hint-confirm"),
    },
    Binding {
        places: &[Focus::SignIn],
        keys: &[key(KeyCode::Tab)],
        action: Action::Down,
        words: Words::HelpAndHint("key-next-field", "hint-next-field"),
    },
    Binding { places: &[Focus::SignIn, Focus::Prompt], keys: &[key(KeyCode::BackTab)], action: Action::Up, words: Words::Silent },
    Binding { places: &[Focus::Prompt], keys: &[key(KeyCode::Tab)], action: Action::Down, words: Words::Silent },
    Binding {
        places: &[Focus::SignIn],
        keys: &[key(KeyCode::F(2))],
        action: Action::SwitchForm,
        words: Words::HelpAndHint("key-switch-form", "hint-switch-form"),
    },
    // Moving.
    Binding { places: UP_AND_DOWN, keys: &[key(KeyCode::Up)], action: Action::Up, words: Words::Help("key-up") },
    Binding { places: UP_AND_DOWN, keys: &[key(KeyCode::Down)], action: Action::Down, words: Words::Help("key-down") },
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
    // From conversation to conversation.
    Binding { places: SIGNED_IN, keys: &[ctrl('k')], action: Action::Find, words: Words::HelpAndHint("key-find", "hint-find") },
    Binding {
        places: CHAT,
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
        places: SIGNED_IN,
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

/// Every command that can be typed into the composer, with the key of the words that say what it does.
pub const COMMANDS: [(&str, &str); 32] = [
    ("/menu", "command-menu"),
    ("/help", "command-help"),
    ("/search WORDS", "command-search"),
    ("/inbox", "command-inbox"),
    ("/members", "command-members"),
    ("/add NAME", "command-add"),
    ("/remove NAME", "command-remove"),
    ("/admin NAME", "command-admin"),
    ("/member NAME", "command-member"),
    ("/owner NAME", "command-owner"),
    ("/topic TEXT", "command-topic"),
    ("/rename NAME", "command-rename"),
    ("/invite USES TIME", "command-invite"),
    ("/invites", "command-invites"),
    ("/join CODE", "command-join"),
    ("/mute TIME", "command-mute"),
    ("/mentions", "command-mentions"),
    ("/unmute", "command-unmute"),
    ("/leave", "command-leave"),
    ("/editor", "command-editor"),
    ("/name NAME", "command-name"),
    ("/status TEXT", "command-status"),
    ("/away TEXT", "command-away"),
    ("/back", "command-back"),
    ("/block NAME", "command-block"),
    ("/unblock NAME", "command-unblock"),
    ("/blocked", "command-blocked"),
    ("/password", "command-password"),
    ("/devices", "command-devices"),
    ("/server", "command-server"),
    ("/signout", "command-signout"),
    ("/quit", "command-quit"),
];

/// What can be found by its name and done, in the order in which it is offered.
pub const DEEDS: [Deed; 29] = [
    Deed { does: Does::Action(Action::Search), words: "key-search" },
    Deed { does: Does::Action(Action::NextUnread), words: "key-next-unread" },
    Deed { does: Does::Action(Action::FirstUnread), words: "key-first-unread" },
    Deed { does: Does::Action(Action::OpenInbox), words: "key-inbox" },
    Deed { does: Does::Action(Action::MenuItem(4)), words: "menu-create-group" },
    Deed { does: Does::Action(Action::MenuItem(5)), words: "menu-add-member" },
    Deed { does: Does::Action(Action::MenuItem(1)), words: "menu-directory" },
    Deed { does: Does::Action(Action::SwitchSide), words: "key-switch-side" },
    Deed { does: Does::Action(Action::ShowMembers), words: "command-members" },
    Deed { does: Does::Command("/add"), words: "command-add" },
    Deed { does: Does::Command("/topic"), words: "command-topic" },
    Deed { does: Does::Command("/rename"), words: "command-rename" },
    Deed { does: Does::Command("/invite"), words: "command-invite" },
    Deed { does: Does::Command("/invites"), words: "command-invites" },
    Deed { does: Does::Command("/leave"), words: "command-leave" },
    Deed { does: Does::Action(Action::JoinGroup), words: "key-join-group" },
    Deed { does: Does::Action(Action::ChooseNotify), words: "key-notify" },
    Deed { does: Does::Action(Action::ShowProfile), words: "key-profile" },
    Deed { does: Does::Command("/away"), words: "command-away" },
    Deed { does: Does::Command("/back"), words: "command-back" },
    Deed { does: Does::Command("/blocked"), words: "command-blocked" },
    Deed { does: Does::Command("/devices"), words: "command-devices" },
    Deed { does: Does::Command("/password"), words: "command-password" },
    Deed { does: Does::Command("/server"), words: "command-server" },
    Deed { does: Does::Action(Action::OpenEditor), words: "command-editor" },
    Deed { does: Does::Action(Action::OpenMenu), words: "key-menu" },
    Deed { does: Does::Action(Action::ToggleHelp), words: "key-help" },
    Deed { does: Does::Command("/signout"), words: "command-signout" },
    Deed { does: Does::Action(Action::Quit), words: "key-quit" },
];
