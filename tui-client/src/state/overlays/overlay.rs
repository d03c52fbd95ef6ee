//! The dialog that is shown over a screen and receives the keys.

use papo_shared::protocol::RecoveryCodes;

use super::picker::Picker;
use super::prompt::Prompt;
use super::sheet::Sheet;
use crate::state::conversations::notify::NotifyList;
use crate::state::groups::invitation_list::InvitationList;
use crate::state::groups::invites::Invites;
use crate::state::groups::members::MemberList;
use crate::state::search::Search;

/// A dialog that is shown over the screen and receives the keys.
#[allow(clippy::large_enum_variant, reason = "only one exists at a time, and it is rarely moved")]
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The help with all keys, scrolled down by this many rows.
    Help(u16),
    /// Information about the server and the connection, and where the sign-in is stored.
    Server,
    /// A list to choose from, filtered by typing.
    Picker(Picker),
    /// A small form or a confirmation.
    Prompt(Prompt),
    /// The confirmation of a long paste before it is sent.
    Paste,
    /// The search for messages.
    Search(Search),
    /// The members of a group. If the chat screen shows them at its right edge, that list receives the keys instead of a dialog.
    Members(MemberList),
    /// The invites to a group.
    Invites(Invites),
    /// New recovery codes, which the server sends only once.
    RecoveryCodes(RecoveryCodes),
    /// The user's pending invitations to groups.
    Invitations(InvitationList),
    /// The notification levels for a conversation.
    Notify(NotifyList),
    /// The history of a message, or its reactions and receipts.
    Sheet(Sheet),
}
