//! Commands that the palette finds by name.

use crate::action::Action;

/// Something that can be found by its name and done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Deed {
    /// What it does.
    pub does: Does,
    /// The key of its name's words.
    pub words: &'static str,
}

/// What a deed does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Does {
    /// What a key means.
    Action(Action),
    /// What a command says, without anything after it.
    Command(&'static str),
}

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
