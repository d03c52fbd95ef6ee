//! Rate limits per account for expensive requests, shared by all connections of the account.

use papo_shared::protocol::{Refusal, Request};

use super::limiter::KeyedLimiter;
use crate::config::Limits;
use crate::domain::AccountId;

/// Rate limiters of all accounts.
pub(crate) struct AccountLimits {
    messages: KeyedLimiter<AccountId>,
    marks: KeyedLimiter<AccountId>,
    pages: KeyedLimiter<AccountId>,
    searches: KeyedLimiter<AccountId>,
    direct_conversations: KeyedLimiter<AccountId>,
    groups: KeyedLimiter<AccountId>,
    members: KeyedLimiter<AccountId>,
    group_invites: KeyedLimiter<AccountId>,
    settings: KeyedLimiter<AccountId>,
}

impl AccountLimits {
    /// Creates the limiters, with the full allowance for every account.
    #[must_use]
    pub(crate) fn new(limits: &Limits) -> Self {
        Self {
            messages: KeyedLimiter::per_minute(limits.messages_per_minute_by_account),
            marks: KeyedLimiter::per_minute(limits.marks_per_minute_by_account),
            pages: KeyedLimiter::per_minute(limits.pages_per_minute_by_account),
            searches: KeyedLimiter::per_minute(limits.searches_per_minute_by_account),
            direct_conversations: KeyedLimiter::per_hour(limits.direct_conversations_per_hour_by_account),
            groups: KeyedLimiter::per_hour(limits.groups_per_hour_by_account),
            members: KeyedLimiter::per_hour(limits.members_per_hour_by_account),
            group_invites: KeyedLimiter::per_hour(limits.group_invites_per_hour_by_account),
            settings: KeyedLimiter::per_minute(limits.settings_per_minute_by_account),
        }
    }

    /// Counts a request against the account's allowance.
    pub(super) fn check(&self, account: AccountId, request: &Request) -> Result<(), Refusal> {
        match self.counted_as(request) {
            Some(keyed) => keyed.check(&account),
            None => Ok(()),
        }
    }

    fn counted_as(&self, request: &Request) -> Option<&KeyedLimiter<AccountId>> {
        match request {
            // A change to a message is delivered to as many members as the message itself.
            Request::SendMessage(_)
            | Request::EditMessage(_)
            | Request::DeleteMessage(_)
            | Request::AddReaction(_)
            | Request::RemoveReaction(_) => Some(&self.messages),
            Request::MarkRead(_) | Request::MarkUnread(_) | Request::Dismiss(_) | Request::MarkDelivered(_) => Some(&self.marks),
            // A search examines all names; a page, only its own rows.
            Request::ListUsers(ask) if ask.query.is_some() => Some(&self.searches),
            Request::ListGroups(ask) if ask.query.is_some() => Some(&self.searches),
            Request::SearchMessages(_) => Some(&self.searches),
            // Examines every conversation of the account.
            Request::ListInbox(_) => Some(&self.searches),
            Request::ListUsers(_)
            | Request::ListGroups(_)
            | Request::ListConversations(_)
            | Request::ListMembers(_)
            | Request::ListDevices(_)
            | Request::ListBlocked(_)
            | Request::ListGroupInvites(_)
            | Request::GetConversation(_)
            | Request::ListRevisions(_)
            | Request::ListReactions(_)
            | Request::ListReceipts(_)
            | Request::History(_) => Some(&self.pages),
            Request::OpenDirect(_) => Some(&self.direct_conversations),
            // Renaming a group or changing its topic is as visible as creating one.
            Request::CreateGroup(_) | Request::RenameGroup(_) | Request::SetTopic(_) => Some(&self.groups),
            // Each of these adds an entry that is delivered to every member.
            Request::AddMember(_) | Request::RemoveMember(_) | Request::SetRole(_) => Some(&self.members),
            // Also limits guessing of invite codes.
            Request::CreateGroupInvite(_) | Request::JoinGroup(_) => Some(&self.group_invites),
            Request::SetProfile(_) | Request::SetAway(_) | Request::SetNotify(_) | Request::Block(_) | Request::Unblock(_) => {
                Some(&self.settings)
            }
            // Cheap, or limited elsewhere: by the session's own rate, and for passwords by `attempts`.
            Request::Hello(_)
            | Request::Ping
            | Request::Pong
            | Request::Register(_)
            | Request::SignIn(_)
            | Request::SignInWithToken(_)
            | Request::SignOut
            | Request::ChangePassword(_)
            | Request::RevokeDevice(_)
            | Request::WatchDirectory(_)
            | Request::LeaveGroup(_)
            | Request::RevokeGroupInvite(_)
            | Request::Typing(_)
            | Request::Unknown => None,
        }
    }
}
