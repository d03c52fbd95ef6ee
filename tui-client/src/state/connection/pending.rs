//! Requests whose replies have not arrived, each with its purpose.

use std::collections::{BTreeMap, HashMap};

use papo_shared::model::{ClientId, ConversationId, DeviceId, GroupInviteId, Notify, Seq, Username};
use papo_shared::protocol::{Request, RequestFrame, RequestId, SetProfile};

use crate::clock::Moment;
use crate::state::navigation::inbox::ItemId;
use crate::state::search::SearchTerms;

/// What a request is for, which determines how its reply is handled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Greet the server, the first request of a connection.
    Greeting,
    /// Sign in or register with the form.
    SignIn,
    /// Sign in with the stored token.
    SignInAgain,
    /// Sign this device out.
    SignOut,
    /// Change the account's password.
    ChangePassword,
    /// Read or change the account's second factor.
    SecondFactor,
    /// Read whether the account has a second factor, before asking for what its deletion needs.
    BeforeDeletion,
    /// Delete the account.
    DeleteAccount,
    /// Load a page of the account's devices.
    Devices {
        /// Whether it is the first page, which replaces the list.
        first: bool,
    },
    /// Sign out another device.
    RevokeDevice(DeviceId),
    /// Load a page of the directory: of everyone, or of those whom a search finds.
    Users {
        /// Whether the request is part of reading the whole directory.
        whole: bool,
    },
    /// Load a page of all groups of the server.
    Groups,
    /// Load a page of the account's conversations.
    Conversations,
    /// Load the summary of one conversation, to correct its counts.
    Conversation(ConversationId),
    /// Get or create the direct conversation with a person, and open it.
    OpenDirect(Username),
    /// Create a group and open it.
    CreateGroup,
    /// Add a member to a group.
    AddMember(ConversationId),
    /// Leave a group.
    LeaveGroup(ConversationId),
    /// Change a group's name.
    RenameGroup(ConversationId),
    /// Change a group's topic.
    SetTopic(ConversationId),
    /// Change which messages of a conversation notify the user.
    SetNotify(ConversationId, Notify),
    /// Create an invite to a group.
    CreateGroupInvite(ConversationId),
    /// List the invites to a group.
    GroupInvites(ConversationId),
    /// Revoke an invite to a group.
    RevokeGroupInvite(GroupInviteId),
    /// Join a group by an invite or because it is public, and open it.
    JoinGroup,
    /// List the pending invitations to groups.
    Invitations,
    /// Accept the invitation to a group and open it.
    AcceptInvitation(ConversationId),
    /// Decline the invitation to a group.
    DeclineInvitation(ConversationId),
    /// Change who finds and joins a group.
    SetVisibility(ConversationId),
    /// Change how long a group's messages are kept.
    SetRetention,
    /// Change the account's own display name or status.
    SetProfile(SetProfile),
    /// Block (`true`) or unblock (`false`) a person.
    Block(Username, bool),
    /// Load a page of the people that the account has blocked.
    Blocked {
        /// Whether it is the first page, which replaces the list.
        first: bool,
    },
    /// Remove a member from a group.
    RemoveMember,
    /// Change a member's role.
    SetRole,
    /// Load a page of a group's members.
    Members(ConversationId),
    /// Send a message of the outbox.
    Message(ClientId),
    /// Load the newest entries of a conversation.
    NewestEntries(ConversationId),
    /// Load entries before the ones held.
    OlderEntries(ConversationId),
    /// Load entries after the ones held.
    NewerEntries(ConversationId),
    /// Load a page of search results.
    Search {
        /// The terms of the search.
        terms: SearchTerms,
        /// Whether it is the first page of results, which replaces earlier results.
        is_first: bool,
    },
    /// Load the inbox.
    Inbox,
    /// Load the messages before an inbox item, as context.
    BeforeItem(ItemId),
    /// Dismiss a message from the inbox.
    Dismiss,
    /// Mark entries as unread.
    MarkUnread,
    /// Load the new text of a message (first number) after an edit (second number).
    EditedMessage(ConversationId, Seq, Seq),
    /// Load a message that is quoted by a reply but not held.
    Quoted(ConversationId, Seq),
    /// Edit an own message.
    Edit(ConversationId, Seq),
    /// Delete an own message.
    Delete(ConversationId),
    /// Report a message.
    Report,
    /// Add or remove a reaction.
    React(ConversationId),
    /// Load a page of a message's earlier and current texts.
    Revisions(ConversationId, Seq),
    /// Load a page of the reactions to a message.
    Reactions(ConversationId, Seq),
    /// Load a page of the other members' receipts.
    Receipts(ConversationId),
    /// Report that entries were delivered to this client.
    Delivered(ConversationId),
    /// Move the read cursor.
    ReadCursor(ConversationId),
    /// A request whose reply needs no handling, not even a refusal.
    IgnoreReply,
}

impl Purpose {
    /// Whether the client sends the request on its own to catch up with the server, or to load a list that is on the screen. Such a
    /// request is repeated after a temporary refusal, because the user would not know to repeat it. Repeating has no other effect,
    /// even if the first attempt was carried out.
    fn is_repeatable(&self) -> bool {
        matches!(
            self,
            Self::Users { .. }
                | Self::Groups
                | Self::Conversations
                | Self::Conversation(_)
                | Self::Blocked { .. }
                | Self::Invitations
                | Self::Members(_)
                | Self::NewestEntries(_)
                | Self::OlderEntries(_)
                | Self::NewerEntries(_)
                | Self::Receipts(_)
                | Self::Delivered(_)
                | Self::ReadCursor(_)
                | Self::Quoted(..)
                | Self::EditedMessage(..)
                | Self::Inbox
                | Self::BeforeItem(_)
                | Self::Dismiss
                | Self::Devices { .. }
                | Self::GroupInvites(_)
        )
    }
}

/// Requests whose replies have not arrived. They are dropped when the connection is lost.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    last_id: RequestId,
    purposes: HashMap<RequestId, Purpose>,
    /// The requests among them that are repeated after a temporary refusal.
    repeatable: HashMap<RequestId, Request>,
    /// When to repeat each temporarily refused request.
    delayed: BTreeMap<RequestId, Moment>,
}

impl Pending {
    /// Adds a request and returns its id. Ids start at 1 and are never reused, not even after a reconnection.
    pub fn add(&mut self, purpose: Purpose, request: &Request) -> RequestId {
        self.last_id += 1;
        if purpose.is_repeatable() {
            self.repeatable.insert(self.last_id, request.clone());
        }
        self.purposes.insert(self.last_id, purpose);
        self.last_id
    }

    /// Removes the request with this id, because its reply arrived, and returns its purpose.
    pub fn take(&mut self, id: RequestId) -> Option<Purpose> {
        self.repeatable.remove(&id);
        self.delayed.remove(&id);
        self.purposes.remove(&id)
    }

    /// Schedules a temporarily refused request to be repeated. Returns false if it is not one that is repeated.
    pub fn delay(&mut self, id: RequestId, until: Moment) -> bool {
        let is_repeatable = self.purposes.contains_key(&id) && self.repeatable.contains_key(&id);
        if is_repeatable {
            self.delayed.insert(id, until);
        }
        is_repeatable
    }

    /// When the next request is repeated.
    #[must_use]
    pub fn next_repeat(&self) -> Option<Moment> {
        self.delayed.values().min().copied()
    }

    /// Returns the requests to repeat now, with their original ids.
    pub fn take_due(&mut self, now: Moment) -> Vec<RequestFrame> {
        let due: Vec<_> = self.delayed.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        self.delayed.retain(|_, at| *at > now);
        due.into_iter().filter_map(|id| Some(RequestFrame { id, request: self.repeatable.get(&id)?.clone() })).collect()
    }

    /// Whether a request with this purpose waits for its reply.
    #[must_use]
    pub fn contains(&self, purpose: &Purpose) -> bool {
        self.purposes.values().any(|waiting| waiting == purpose)
    }

    /// The number of waiting requests whose purpose matches the predicate.
    #[must_use]
    pub fn count(&self, matches: impl Fn(&Purpose) -> bool) -> usize {
        self.purposes.values().filter(|purpose| matches(purpose)).count()
    }

    /// Whether a waiting request's purpose matches the predicate.
    pub fn any(&self, matches: impl Fn(&Purpose) -> bool) -> bool {
        self.purposes.values().any(matches)
    }

    /// Drops the requests for pages of a conversation's log, because their pages no longer fit the log. Their replies are
    /// ignored.
    pub fn forget_entries_of(&mut self, id: ConversationId) {
        let pages = [Purpose::NewestEntries(id), Purpose::OlderEntries(id), Purpose::NewerEntries(id)];
        self.purposes.retain(|_, purpose| !pages.contains(purpose));
        self.repeatable.retain(|id, _| self.purposes.contains_key(id));
        self.delayed.retain(|id, _| self.purposes.contains_key(id));
    }

    /// Drops all requests, because the connection was lost and no reply will arrive.
    pub fn clear(&mut self) {
        self.purposes.clear();
        self.repeatable.clear();
        self.delayed.clear();
    }
}
