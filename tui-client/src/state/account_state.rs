//! Everything that belongs to one account.

use std::collections::{BTreeMap, BTreeSet};

use papo_shared::model::{ConversationId, GroupListing, Username};

use super::account::away::Away;
use super::account::devices::Devices;
use super::account::local_data_sync::LocalDataSync;
use super::composer::completion::Completion;
use super::composer::outbox::Outbox;
use super::connection::send_pacing::SendPacing;
use super::contacts::people::People;
use super::conversations::conversation::Conversation;
use super::conversations::highlighted::Highlighted;
use super::navigation::awaited::Opening;
use super::navigation::chat::Chat;
use super::navigation::inbox::Inbox;
use super::navigation::menu::MenuItem;
use super::navigation::way_back::WayBack;
use super::phrase::Phrase;
use super::search::Search;
use crate::clock::Moment;

/// Everything that belongs to one account. It stays when the account signs out, so that drafts and unsent messages are there when
/// the same account signs in again, and is replaced as a whole when another account signs in or another server answers.
#[derive(Clone, Debug, Default)]
pub struct AccountState {
    /// The account that signed in last.
    pub owner: Option<Username>,
    /// Whether the user is away.
    pub away: Away,
    /// The selected item of the menu screen.
    pub menu: MenuItem,
    /// The devices screen.
    pub devices: Devices,
    /// The inbox screen.
    pub inbox: Inbox,
    /// Whether the unread messages were summed up once after signing in.
    pub unread_summary_shown: bool,
    /// The chat screen.
    pub chat: Chat,
    /// Completions of the word being typed.
    pub completion: Completion,
    /// The conversation whose draft is open in the user's own editor.
    pub draft_in_editor: Option<ConversationId>,
    /// The conversation that was on screen after the last event.
    pub viewed_conversation: Option<ConversationId>,
    /// The known people.
    pub people: People,
    /// The blocked people.
    pub blocked: BTreeSet<Username>,
    /// The account's conversations.
    pub conversations: BTreeMap<ConversationId, Conversation>,
    /// All groups of the server, once they were requested.
    pub group_listings: BTreeMap<ConversationId, GroupListing>,
    /// The conversations that the server listed since the connection came back; the others are gone.
    pub listed: BTreeSet<ConversationId>,
    /// Conversations with new entries whose arrival was not reported to the other members yet.
    pub unreported_arrivals: BTreeSet<ConversationId>,
    /// Messages that are not acknowledged yet.
    pub outbox: Outbox,
    /// Waits before sending again.
    pub send_pacing: SendPacing,
    /// How far this machine's copy of drafts and unsent messages is up to date.
    pub local_data: LocalDataSync,
    /// Syntax colours of code that was shown.
    pub highlighted: Highlighted,
    /// A short message in the last line, which may quote a conversation.
    pub status_message: Option<StatusMessage>,
    /// A conversation to open once the server has made it.
    pub opening: Option<Opening>,
    /// The last search.
    pub last_search: Option<Search>,
    /// The way back from a search hit.
    pub way_back: Option<WayBack>,
}

/// A message in the last line, shown for a few seconds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StatusMessage {
    /// The text.
    pub phrase: Phrase,
    /// When it disappears.
    pub until: Moment,
}
