//! The part of the state that belongs to one account.

use std::collections::{BTreeMap, BTreeSet};

use papo_shared::model::{ConversationId, GroupListing, Invitation, Username};

use super::account::away::Away;
use super::account::devices::Devices;
use super::account::local_data_sync::LocalDataSync;
use super::composer::completion::Completion;
use super::composer::outbox::Outbox;
use super::connection::send_pacing::SendPacing;
use super::contacts::people::People;
use super::conversations::conversation::Conversation;
use super::conversations::highlighted::Highlighted;
use super::navigation::chat::Chat;
use super::navigation::inbox::Inbox;
use super::navigation::menu::MenuItem;
use super::navigation::opening::Opening;
use super::navigation::way_back::WayBack;
use super::phrase::Phrase;
use super::search::Search;
use crate::clock::Moment;

/// The part of the state that belongs to one account. It outlives a sign-out, so that drafts and unsent messages are still there
/// when the same account signs in again. It is replaced as a whole when another account signs in, or when the address turns out
/// to belong to another server.
#[derive(Clone, Debug, Default)]
pub struct AccountState {
    /// The account that signed in last.
    pub owner: Option<Username>,
    /// Whether the user is away.
    pub away: Away,
    /// The selected item of the menu screen.
    pub menu: MenuItem,
    /// The account's devices and the selection on their screen.
    pub devices: Devices,
    /// The inbox items and the selection on their screen.
    pub inbox: Inbox,
    /// Whether the summary of unread messages was already shown since signing in. It is shown once.
    pub unread_summary_shown: bool,
    /// What is open and selected on the chat screen.
    pub chat: Chat,
    /// Completions of the word being typed.
    pub completion: Completion,
    /// The conversation whose draft is open in the user's own editor.
    pub draft_in_editor: Option<ConversationId>,
    /// The conversation that was on the screen after the last event, to notice when the user leaves it.
    pub viewed_conversation: Option<ConversationId>,
    /// Every person that the server has mentioned.
    pub people: People,
    /// The people that this account has blocked.
    pub blocked: BTreeSet<Username>,
    /// The conversations that this account is a member of.
    pub conversations: BTreeMap<ConversationId, Conversation>,
    /// The pending invitations to groups, oldest first.
    pub invitations: Vec<Invitation>,
    /// The groups of the directory, once they were requested.
    pub group_listings: BTreeMap<ConversationId, GroupListing>,
    /// The conversations that the server has listed since the last reconnection. Those missing once the list is complete are
    /// gone.
    pub listed: BTreeSet<ConversationId>,
    /// Conversations with new entries for which no delivery receipt has been sent yet.
    pub unreported_arrivals: BTreeSet<ConversationId>,
    /// Messages that the server has not acknowledged yet.
    pub outbox: Outbox,
    /// Delays before the next message or typing notification may be sent.
    pub send_pacing: SendPacing,
    /// How far the copy of drafts and unsent messages on this machine's disk is up to date.
    pub local_data: LocalDataSync,
    /// Syntax highlighting of code blocks that were shown.
    pub highlighted: Highlighted,
    /// A short message in the last line. It belongs to the account because it may name people or groups.
    pub status_message: Option<StatusMessage>,
    /// A conversation to open once the server has replied with it.
    pub opening: Option<Opening>,
    /// The last search, which is shown again when the user reopens the search.
    pub last_search: Option<Search>,
    /// The position to return to after jumping to a message.
    pub way_back: Option<WayBack>,
}

/// A message in the last line, shown for a few seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusMessage {
    /// The text, not yet translated.
    pub phrase: Phrase,
    /// The time at which it disappears.
    pub until: Moment,
}
