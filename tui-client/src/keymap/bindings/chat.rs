//! Bindings of the composer and of the selected message.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, BindingLabel};
use crate::keymap::focus_sets::{CHAT, COMPOSER, MESSAGES};
use crate::keymap::key::{alt, char, ctrl, key, shift};
use crate::state::Focus;

pub(super) const BINDINGS: &[Binding] = &[
    // The chat. While the composer is empty, the hint line shows what else can be done.
    Binding {
        focuses: &[Focus::EmptyComposer],
        keys: &[key(KeyCode::Up)],
        action: Action::Up,
        label: BindingLabel::HelpAndHint("key-select-message", "hint-select-message"),
    },
    Binding {
        focuses: &[Focus::EmptyComposer],
        keys: &[ctrl('f')],
        action: Action::Search,
        label: BindingLabel::HelpAndHint("key-search", "hint-search"),
    },
    Binding {
        focuses: &[Focus::EmptyComposer],
        keys: &[alt(KeyCode::Char('a'))],
        action: Action::NextUnread,
        label: BindingLabel::HelpAndHint("key-next-unread", "hint-next-unread"),
    },
    Binding {
        focuses: &[Focus::Completion],
        keys: &[key(KeyCode::Tab)],
        action: Action::Complete,
        label: BindingLabel::HelpAndHint("key-complete", "hint-complete"),
    },
    Binding {
        focuses: &[Focus::Completion],
        keys: &[key(KeyCode::Enter)],
        action: Action::CompleteOrSend,
        label: BindingLabel::Help("key-complete-or-send"),
    },
    Binding {
        focuses: &[Focus::Composer, Focus::Reply],
        keys: &[key(KeyCode::Enter)],
        action: Action::SendDraft,
        label: BindingLabel::HelpAndHint("key-send", "hint-send"),
    },
    Binding {
        focuses: &[Focus::EmptyComposer],
        keys: &[key(KeyCode::Enter)],
        action: Action::SendDraft,
        label: BindingLabel::Help("key-send"),
    },
    Binding {
        focuses: &[Focus::Composer, Focus::Reply, Focus::Completion],
        keys: &[alt(KeyCode::Enter), ctrl('j')],
        action: Action::NewLine,
        label: BindingLabel::HelpAndHint("key-new-line", "hint-new-line"),
    },
    Binding {
        focuses: &[Focus::EmptyComposer],
        keys: &[alt(KeyCode::Enter), ctrl('j')],
        action: Action::NewLine,
        label: BindingLabel::Help("key-new-line"),
    },
    // Only some terminals distinguish it from Enter, and only on request, so it is not shown.
    Binding { focuses: COMPOSER, keys: &[shift(KeyCode::Enter)], action: Action::NewLine, label: BindingLabel::Silent },
    Binding {
        focuses: &[Focus::List],
        keys: &[key(KeyCode::Enter), key(KeyCode::Right)],
        action: Action::Confirm,
        label: BindingLabel::HelpAndHint("key-open", "hint-open"),
    },
    Binding {
        focuses: &[Focus::FailedMessage],
        keys: &[key(KeyCode::Enter), char('r')],
        action: Action::Retry,
        label: BindingLabel::HelpAndHint("key-retry", "hint-retry"),
    },
    Binding {
        focuses: &[Focus::FoldedMessage],
        keys: &[key(KeyCode::Enter)],
        action: Action::Unfold,
        label: BindingLabel::HelpAndHint("key-unfold", "hint-unfold"),
    },
    Binding {
        focuses: &[Focus::FailedMessage],
        keys: &[char('d'), key(KeyCode::Delete)],
        action: Action::Discard,
        label: BindingLabel::HelpAndHint("key-discard", "hint-discard"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[char('r')],
        action: Action::Reply,
        label: BindingLabel::HelpAndHint("key-reply", "hint-reply"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[char('+')],
        action: Action::React,
        label: BindingLabel::HelpAndHint("key-react", "hint-react"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[key(KeyCode::Enter), char('q')],
        action: Action::JumpToQuoted,
        label: BindingLabel::HelpAndHint("key-jump-to-quoted", "hint-jump-to-quoted"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[char('e')],
        action: Action::EditMessage,
        label: BindingLabel::HelpAndHint("key-edit", "hint-edit"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[char('d'), key(KeyCode::Delete)],
        action: Action::DeleteMessage,
        label: BindingLabel::HelpAndHint("key-delete", "hint-delete"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[char('i')],
        action: Action::ShowPeople,
        label: BindingLabel::HelpAndHint("key-people", "hint-people"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[char('h')],
        action: Action::ShowRevisions,
        label: BindingLabel::HelpAndHint("key-revisions", "hint-revisions"),
    },
    Binding {
        focuses: MESSAGES,
        keys: &[char('y')],
        action: Action::CopyMessage,
        label: BindingLabel::HelpAndHint("key-copy", "hint-copy"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[char('Y')],
        action: Action::CopyReference,
        label: BindingLabel::Help("key-copy-reference"),
    },
    Binding {
        focuses: MESSAGES,
        keys: &[char('o')],
        action: Action::OpenLink,
        label: BindingLabel::HelpAndHint("key-open-link", "hint-open-link"),
    },
    Binding {
        focuses: MESSAGES,
        keys: &[char('l')],
        action: Action::CopyLink,
        label: BindingLabel::HelpAndHint("key-copy-link", "hint-copy-link"),
    },
    Binding {
        focuses: MESSAGES,
        keys: &[char('c')],
        action: Action::CopyCode,
        label: BindingLabel::HelpAndHint("key-copy-code", "hint-copy-code"),
    },
    Binding {
        focuses: &[Focus::Messages],
        keys: &[char('u')],
        action: Action::MarkUnread,
        label: BindingLabel::HelpAndHint("key-mark-unread", "hint-mark-unread"),
    },
    Binding {
        focuses: &[Focus::Messages],
        // No letter: text that was meant for the composer would become the reason.
        keys: &[alt(KeyCode::Char('r'))],
        action: Action::ReportMessage,
        label: BindingLabel::HelpAndHint("key-report", "hint-report"),
    },
    Binding {
        focuses: MESSAGES,
        keys: &[key(KeyCode::Right)],
        action: Action::FocusComposer,
        label: BindingLabel::Help("key-write"),
    },
    Binding {
        focuses: &[Focus::List, Focus::Messages, Focus::FailedMessage, Focus::Composer, Focus::EmptyComposer, Focus::Reply],
        keys: &[key(KeyCode::Tab), key(KeyCode::BackTab)],
        action: Action::SwitchSide,
        label: BindingLabel::HelpAndHint("key-switch-side", "hint-switch-side"),
    },
    Binding {
        focuses: &[Focus::EmptyComposer, Focus::Messages, Focus::FoldedMessage, Focus::FailedMessage],
        keys: &[key(KeyCode::Left)],
        action: Action::FocusList,
        label: BindingLabel::Help("key-to-list"),
    },
    Binding {
        focuses: CHAT,
        keys: &[alt(KeyCode::Char('e'))],
        action: Action::OpenEditor,
        label: BindingLabel::Help("key-editor"),
    },
    // A long paste that awaits a decision.
    Binding {
        focuses: &[Focus::Paste],
        keys: &[key(KeyCode::Enter)],
        action: Action::SendPaste,
        label: BindingLabel::HelpAndHint("key-send-paste", "hint-send"),
    },
    Binding {
        focuses: &[Focus::Paste],
        keys: &[char('c')],
        action: Action::SendPasteAsCode,
        label: BindingLabel::HelpAndHint("key-send-paste-as-code", "hint-send-as-code"),
    },
    Binding {
        focuses: &[Focus::Paste],
        keys: &[char('e')],
        action: Action::EditPaste,
        label: BindingLabel::HelpAndHint("key-edit-paste", "hint-edit"),
    },
    Binding {
        focuses: &[Focus::Paste],
        keys: &[key(KeyCode::Esc)],
        action: Action::CloseOverlay,
        label: BindingLabel::HelpAndHint("key-keep-paste", "hint-close"),
    },
];
