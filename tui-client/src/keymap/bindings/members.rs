//! The members of a group and its invites.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, Words};
use crate::keymap::places::{CHAT, alt, char, key};
use crate::state::Focus;

pub(super) const BINDINGS: &[Binding] = &[
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
];
