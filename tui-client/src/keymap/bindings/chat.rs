//! Writing, and what one does with a message.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, Words};
use crate::keymap::places::{CHAT, COMPOSER, MESSAGES, alt, char, ctrl, key, shift};
use crate::state::Focus;

pub(super) const BINDINGS: &[Binding] = &[
    // The chat. Where nothing is written the hints tell what there is beside writing.
    Binding {
        places: &[Focus::EmptyComposer],
        keys: &[key(KeyCode::Up)],
        action: Action::Up,
        words: Words::HelpAndHint("key-select-message", "hint-select-message"),
    },
    Binding {
        places: &[Focus::EmptyComposer],
        keys: &[ctrl('f')],
        action: Action::Search,
        words: Words::HelpAndHint("key-search", "hint-search"),
    },
    Binding {
        places: &[Focus::EmptyComposer],
        keys: &[alt(KeyCode::Char('a'))],
        action: Action::NextUnread,
        words: Words::HelpAndHint("key-next-unread", "hint-next-unread"),
    },
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
        places: &[Focus::Composer, Focus::Answer],
        keys: &[key(KeyCode::Enter)],
        action: Action::SendDraft,
        words: Words::HelpAndHint("key-send", "hint-send"),
    },
    Binding {
        places: &[Focus::EmptyComposer],
        keys: &[key(KeyCode::Enter)],
        action: Action::SendDraft,
        words: Words::Help("key-send"),
    },
    Binding {
        places: &[Focus::Composer, Focus::Answer, Focus::Completion],
        keys: &[alt(KeyCode::Enter), ctrl('j')],
        action: Action::NewLine,
        words: Words::HelpAndHint("key-new-line", "hint-new-line"),
    },
    Binding {
        places: &[Focus::EmptyComposer],
        keys: &[alt(KeyCode::Enter), ctrl('j')],
        action: Action::NewLine,
        words: Words::Help("key-new-line"),
    },
    // Only some terminals tell it from Enter, and only if they are asked to. It is not offered.
    Binding { places: COMPOSER, keys: &[shift(KeyCode::Enter)], action: Action::NewLine, words: Words::Silent },
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
];
