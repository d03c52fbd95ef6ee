//! What is shown over a screen and receives the keys.

use super::picker::Picker;
use super::prompt::Prompt;
use super::sheet::Sheet;
use crate::state::conversations::notify::NotifyList;
use crate::state::groups::invites::Invites;
use crate::state::groups::members::MemberList;
use crate::state::search::Search;

/// What lies over a screen and gets the keys.
#[allow(clippy::large_enum_variant, reason = "there is one at a time, and it is not moved about")]
#[derive(Clone, Debug)]
pub enum Overlay {
    /// The keys, scrolled down by so many rows.
    Help(u16),
    /// What is known of the server.
    Server,
    /// A list to choose from.
    Picker(Picker),
    /// A small form.
    Prompt(Prompt),
    /// The question whether a long paste goes out.
    Paste,
    /// Searching for messages.
    Search(Search),
    /// The members of a group. Where they stand at the right of the chat, the list there gets the keys.
    Members(MemberList),
    /// The invites to a group.
    Invites(Invites),
    /// What of a conversation calls for one's attention.
    Notify(NotifyList),
    /// What became of a message, and who has it.
    Sheet(Sheet),
}
