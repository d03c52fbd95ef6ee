//! Requests whose replies wait, and what each was for.

use std::collections::{BTreeMap, HashMap};

use papo_shared::model::{ClientId, ConversationId, DeviceId, GroupInviteId, Notify, Seq, Username};
use papo_shared::protocol::{Request, RequestFrame, RequestId, SetProfile};

use crate::clock::Moment;
use crate::state::navigation::inbox::ItemId;
use crate::state::search::SearchTerms;

/// What a request was for, so that its reply can be understood.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Purpose {
    /// Hello.
    Greeting,
    /// Signing in or registering by the form.
    SignIn,
    /// Signing in again by token, after a lost connection.
    SignInAgain,
    /// Signing out.
    SignOut,
    /// A new password.
    ChangePassword,
    /// A page of one's devices.
    Devices {
        /// Whether it is the first one.
        first: bool,
    },
    /// Signing out a device, another one.
    RevokeDevice(DeviceId),
    /// A page of the directory, of everybody or of those a search found.
    Users {
        /// Whether it is part of reading the whole directory.
        whole: bool,
    },
    /// A page of all groups.
    Groups,
    /// A page of one's conversations.
    Conversations,
    /// One conversation, to get its numbers right.
    Conversation(ConversationId),
    /// The conversation with somebody, to open it.
    OpenDirect(Username),
    /// A new group, to open it.
    CreateGroup,
    /// Somebody as a member.
    AddMember(ConversationId),
    /// Leaving.
    LeaveGroup(ConversationId),
    /// Another name.
    RenameGroup(ConversationId),
    /// What a group is about.
    SetTopic(ConversationId),
    /// What of a conversation calls for attention.
    SetNotify(ConversationId, Notify),
    /// One more invite to a group.
    CreateGroupInvite(ConversationId),
    /// The invites to a group.
    GroupInvites(ConversationId),
    /// One invite less.
    RevokeGroupInvite(GroupInviteId),
    /// Coming into a group by an invite, to open it.
    JoinGroup,
    /// Another name or status of one's own.
    SetProfile(SetProfile),
    /// Hearing nothing from somebody, or hearing from them again.
    Block(Username, bool),
    /// A page of those whom one has blocked.
    Blocked {
        /// Whether it is the first one.
        first: bool,
    },
    /// One member less.
    RemoveMember,
    /// Another role for a member.
    SetRole,
    /// A page of members.
    Members(ConversationId),
    /// A message.
    Message(ClientId),
    /// The newest entries, to show them.
    NewestEntries(ConversationId),
    /// Entries before those that are there.
    OlderEntries(ConversationId),
    /// Entries after those that are there.
    NewerEntries(ConversationId),
    /// Messages that hold what is looked for.
    Search {
        /// What is looked for.
        terms: SearchTerms,
        /// Whether it is the first page.
        is_first: bool,
    },
    /// What waits for one's eyes.
    Inbox,
    /// What was said before a message of the inbox.
    BeforeItem(ItemId),
    /// Taking a message out of the inbox.
    Dismiss,
    /// Marking entries as unread again.
    MarkUnread,
    /// A message of which an edit with this number gave it another text.
    EditedMessage(ConversationId, Seq, Seq),
    /// A message that is answered and not held.
    Quoted(ConversationId, Seq),
    /// Another text for a message of one's own.
    Edit(ConversationId, Seq),
    /// Taking back a message of one's own.
    Delete(ConversationId),
    /// A reaction, or taking one back.
    React(ConversationId),
    /// A page of the texts of a message.
    Revisions(ConversationId, Seq),
    /// A page of the reactions to a message.
    Reactions(ConversationId, Seq),
    /// A page of how far the others are.
    Receipts(ConversationId),
    /// Saying that entries arrived here.
    Delivered(ConversationId),
    /// Moving the read cursor.
    ReadCursor(ConversationId),
    /// Something whose reply changes nothing here.
    IgnoreReply,
}

impl Purpose {
    /// Whether the client asks for it unasked, to show what there is: refused for a while, it is asked for again, since nobody else
    /// would.
    fn is_to_catch_up(&self) -> bool {
        matches!(
            self,
            Self::Users { .. }
                | Self::Groups
                | Self::Conversations
                | Self::Conversation(_)
                | Self::Blocked { .. }
                | Self::Members(_)
                | Self::NewestEntries(_)
                | Self::OlderEntries(_)
                | Self::NewerEntries(_)
                | Self::Receipts(_)
        )
    }
}

/// Requests whose replies wait. All are forgotten with the connection.
#[derive(Clone, Debug, Default)]
pub struct Pending {
    last_id: RequestId,
    asked: HashMap<RequestId, Purpose>,
    /// Those of them that are sent again where they are refused for a while.
    repeatable: HashMap<RequestId, Request>,
    /// When those that were refused are sent again.
    delayed: BTreeMap<RequestId, Moment>,
}

impl Pending {
    /// Remembers a new request and gives its id, from 1.
    pub fn add(&mut self, asked: Purpose, request: &Request) -> RequestId {
        self.last_id += 1;
        if asked.is_to_catch_up() {
            self.repeatable.insert(self.last_id, request.clone());
        }
        self.asked.insert(self.last_id, asked);
        self.last_id
    }

    /// What the reply with this id answers; each is answered once.
    pub fn take(&mut self, id: RequestId) -> Option<Purpose> {
        self.repeatable.remove(&id);
        self.delayed.remove(&id);
        self.asked.remove(&id)
    }

    /// This one was refused for a while. Returns whether it waits to be sent again.
    pub fn delay(&mut self, id: RequestId, until: Moment) -> bool {
        let is_repeatable = self.asked.contains_key(&id) && self.repeatable.contains_key(&id);
        if is_repeatable {
            self.delayed.insert(id, until);
        }
        is_repeatable
    }

    /// When the next one is sent again.
    #[must_use]
    pub fn next_repeat(&self) -> Option<Moment> {
        self.delayed.values().min().copied()
    }

    /// Those that are sent again now, under the same ids.
    pub fn take_due(&mut self, now: Moment) -> Vec<RequestFrame> {
        let due: Vec<_> = self.delayed.iter().filter(|(_, at)| **at <= now).map(|(id, _)| *id).collect();
        self.delayed.retain(|_, at| *at > now);
        due.into_iter().filter_map(|id| Some(RequestFrame { id, request: self.repeatable.get(&id)?.clone() })).collect()
    }

    /// Whether something like this waits.
    #[must_use]
    pub fn contains(&self, asked: &Purpose) -> bool {
        self.asked.values().any(|waiting| waiting == asked)
    }

    /// How many wait that are like this.
    #[must_use]
    pub fn count(&self, is_like: impl Fn(&Purpose) -> bool) -> usize {
        self.asked.values().filter(|asked| is_like(asked)).count()
    }

    /// Whether something waits of which this is so.
    pub fn any(&self, is_so: impl Fn(&Purpose) -> bool) -> bool {
        self.asked.values().any(is_so)
    }

    /// Forgets pages of a conversation's log: what they were for is over.
    pub fn forget_entries_of(&mut self, id: ConversationId) {
        let pages = [Purpose::NewestEntries(id), Purpose::OlderEntries(id), Purpose::NewerEntries(id)];
        self.asked.retain(|_, asked| !pages.contains(asked));
        self.repeatable.retain(|id, _| self.asked.contains_key(id));
        self.delayed.retain(|id, _| self.asked.contains_key(id));
    }

    /// Forgets everything: the connection is gone and no reply will come.
    pub fn clear(&mut self) {
        self.asked.clear();
        self.repeatable.clear();
        self.delayed.clear();
    }
}
