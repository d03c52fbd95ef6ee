//! Bindings for the members and invites of a group, and for invitations to groups.

use crossterm::event::KeyCode;

use crate::action::Action;
use crate::keymap::binding::{Binding, BindingLabel};
use crate::keymap::focus_sets::{CHAT, SIGNED_IN};
use crate::keymap::key::{alt, char, key};
use crate::state::Focus;

pub(super) const BINDINGS: &[Binding] = &[
    // The members of a group.
    Binding {
        focuses: CHAT,
        keys: &[alt(KeyCode::Char('m'))],
        action: Action::ShowMembers,
        label: BindingLabel::Help("key-members"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        label: BindingLabel::HelpAndHint("key-talk-with-member", "hint-talk"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[char('a')],
        action: Action::MakeAdmin,
        label: BindingLabel::HelpAndHint("key-make-admin", "hint-make-admin"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[char('m')],
        action: Action::MakeMember,
        label: BindingLabel::HelpAndHint("key-make-member", "hint-make-member"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[char('o')],
        action: Action::HandOver,
        label: BindingLabel::HelpAndHint("key-hand-over", "hint-hand-over"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[key(KeyCode::Delete), char('x')],
        action: Action::RemoveMember,
        label: BindingLabel::HelpAndHint("key-remove-member", "hint-remove-member"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[char('b')],
        action: Action::BlockMember,
        label: BindingLabel::HelpAndHint("key-block", "hint-block"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[char('u')],
        action: Action::UnblockMember,
        label: BindingLabel::HelpAndHint("key-unblock", "hint-unblock"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[char('+'), char('n')],
        action: Action::AddToGroup,
        label: BindingLabel::Help("key-add-to-group"),
    },
    Binding {
        focuses: &[Focus::Members],
        keys: &[char('i')],
        action: Action::ShowInvites,
        label: BindingLabel::HelpAndHint("key-invites", "hint-invites"),
    },
    Binding {
        focuses: &[Focus::Invites],
        keys: &[char('n')],
        action: Action::NewInvite,
        label: BindingLabel::HelpAndHint("key-new-invite", "hint-new-invite"),
    },
    Binding {
        focuses: &[Focus::Invites],
        keys: &[char('y'), char('c')],
        action: Action::CopyInvite,
        label: BindingLabel::HelpAndHint("key-copy-invite", "hint-copy"),
    },
    Binding {
        focuses: &[Focus::RecoveryCodes],
        keys: &[char('y'), char('c')],
        action: Action::CopyRecoveryCodes,
        label: BindingLabel::HelpAndHint("key-copy-recovery-codes", "hint-copy"),
    },
    Binding {
        focuses: &[Focus::Invites],
        keys: &[key(KeyCode::Delete), char('x')],
        action: Action::RevokeInvite,
        label: BindingLabel::HelpAndHint("key-revoke-invite", "hint-revoke-invite"),
    },
    // Invitations to groups.
    Binding {
        focuses: SIGNED_IN,
        keys: &[alt(KeyCode::Char('v'))],
        action: Action::ShowInvitations,
        label: BindingLabel::Help("key-invitations"),
    },
    Binding {
        focuses: &[Focus::Invitations],
        keys: &[key(KeyCode::Enter)],
        action: Action::Confirm,
        label: BindingLabel::HelpAndHint("key-accept-invitation", "hint-accept"),
    },
    Binding {
        focuses: &[Focus::Invitations],
        keys: &[char('d'), key(KeyCode::Delete)],
        action: Action::DeclineInvitation,
        label: BindingLabel::HelpAndHint("key-decline-invitation", "hint-decline"),
    },
    Binding {
        focuses: CHAT,
        keys: &[alt(KeyCode::Char('n'))],
        action: Action::ChooseNotify,
        label: BindingLabel::Help("key-notify"),
    },
];
