//! Commands that the palette finds by name.

use crate::action::Action;

/// A command of the palette.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PaletteCommand {
    /// What the command performs.
    pub target: PaletteTarget,
    /// The translation key of its name.
    pub label: &'static str,
}

/// What a palette command performs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PaletteTarget {
    /// The action of a key.
    Action(Action),
    /// A slash command without arguments.
    Command(&'static str),
}

/// All palette commands, in the order in which they are offered.
pub const PALETTE_COMMANDS: [PaletteCommand; 36] = [
    PaletteCommand { target: PaletteTarget::Action(Action::Search), label: "key-search" },
    PaletteCommand { target: PaletteTarget::Action(Action::NextUnread), label: "key-next-unread" },
    PaletteCommand { target: PaletteTarget::Action(Action::FirstUnread), label: "key-first-unread" },
    PaletteCommand { target: PaletteTarget::Action(Action::OpenInbox), label: "key-inbox" },
    PaletteCommand { target: PaletteTarget::Action(Action::MenuItem(4)), label: "menu-create-group" },
    PaletteCommand { target: PaletteTarget::Action(Action::MenuItem(5)), label: "menu-add-member" },
    PaletteCommand { target: PaletteTarget::Action(Action::MenuItem(1)), label: "menu-directory" },
    PaletteCommand { target: PaletteTarget::Action(Action::SwitchSide), label: "key-switch-side" },
    PaletteCommand { target: PaletteTarget::Action(Action::ShowMembers), label: "command-members" },
    PaletteCommand { target: PaletteTarget::Command("/add"), label: "command-add" },
    PaletteCommand { target: PaletteTarget::Command("/topic"), label: "command-topic" },
    PaletteCommand { target: PaletteTarget::Command("/rename"), label: "command-rename" },
    PaletteCommand { target: PaletteTarget::Command("/visibility"), label: "command-visibility" },
    PaletteCommand { target: PaletteTarget::Command("/retention"), label: "command-retention" },
    PaletteCommand { target: PaletteTarget::Command("/invite"), label: "command-invite" },
    PaletteCommand { target: PaletteTarget::Command("/invites"), label: "command-invites" },
    PaletteCommand { target: PaletteTarget::Command("/leave"), label: "command-leave" },
    PaletteCommand { target: PaletteTarget::Action(Action::JoinGroup), label: "key-join-group" },
    PaletteCommand { target: PaletteTarget::Action(Action::ShowInvitations), label: "key-invitations" },
    PaletteCommand { target: PaletteTarget::Action(Action::ReportMessage), label: "key-report" },
    PaletteCommand { target: PaletteTarget::Action(Action::ChooseNotify), label: "key-notify" },
    PaletteCommand { target: PaletteTarget::Action(Action::ShowProfile), label: "key-profile" },
    PaletteCommand { target: PaletteTarget::Command("/away"), label: "command-away" },
    PaletteCommand { target: PaletteTarget::Command("/back"), label: "command-back" },
    PaletteCommand { target: PaletteTarget::Command("/blocked"), label: "command-blocked" },
    PaletteCommand { target: PaletteTarget::Command("/devices"), label: "command-devices" },
    PaletteCommand { target: PaletteTarget::Command("/password"), label: "command-password" },
    PaletteCommand { target: PaletteTarget::Command("/2fa"), label: "command-2fa" },
    PaletteCommand { target: PaletteTarget::Command("/recovery"), label: "command-recovery" },
    PaletteCommand { target: PaletteTarget::Command("/server"), label: "command-server" },
    PaletteCommand { target: PaletteTarget::Action(Action::OpenEditor), label: "command-editor" },
    PaletteCommand { target: PaletteTarget::Action(Action::OpenMenu), label: "key-menu" },
    PaletteCommand { target: PaletteTarget::Action(Action::ToggleHelp), label: "key-help" },
    PaletteCommand { target: PaletteTarget::Command("/signout"), label: "command-signout" },
    PaletteCommand { target: PaletteTarget::Command("/deleteaccount"), label: "command-deleteaccount" },
    PaletteCommand { target: PaletteTarget::Action(Action::Quit), label: "key-quit" },
];
