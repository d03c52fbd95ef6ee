//! The data of the memory store: plain lists.

use std::collections::{HashMap, HashSet};

use papo_shared::model::{
    ConversationId, DeviceId, Emoji, Entry, GroupInviteListing, Invitation, Notify, ReportReason, Role, Seq, Timestamp, Topic,
    Username,
};
use papo_shared::protocol::{InboxReason, Revision};

use crate::domain::change::Marks;
use crate::domain::erasure::{Erasure, ErasureId};
use crate::domain::facts::{GroupFacts, InvitationFacts};
use crate::domain::storage::{DailyUsage, StorageLimits};
use crate::domain::{
    AccountId, Audience, AuditEntry, Ban, Conversation, ConversationShape, Credentials, Device, EntryId, GroupInvites,
    GroupSummary, Invite, InviteHash, ReportId, SecondFactor, StoreError, TextHashByte, TokenHash, rules,
};

#[derive(Default)]
pub(super) struct State {
    pub(super) closed: bool,
    /// The error of every operation, if they fail on command.
    pub(super) failure: Option<StoreError>,
    pub(super) storage_limits: StorageLimits,
    pub(super) accounts: Vec<Credentials>,
    pub(super) second_factors: HashMap<AccountId, SecondFactor>,
    /// What each account stored on the last day on which it stored anything.
    pub(super) usages: HashMap<AccountId, DailyUsage>,
    /// Skeletons of all usernames.
    pub(super) skeletons: HashSet<String>,
    /// Always ordered by id.
    pub(super) devices: Vec<StoredDevice>,
    /// The highest id assigned so far; ids are never reused.
    pub(super) last_device: i64,
    pub(super) invites: Vec<(InviteHash, Invite)>,
    pub(super) last_invite: i64,
    /// The entry with id `n` is at index `n - 1`.
    pub(super) bans: Vec<Ban>,
    pub(super) audit: Vec<AuditEntry>,
    /// The conversation with id `n` is at index `n - 1`.
    pub(super) logs: Vec<Log>,
    /// All entries in the order in which they were stored, deleted ones included.
    pub(super) entry_order: Vec<(ConversationId, Seq)>,
    /// All messages in the order in which they were stored.
    pub(super) message_order: Vec<(ConversationId, Seq)>,
    /// Always ordered by id.
    pub(super) group_invites: Vec<StoredGroupInvite>,
    pub(super) last_group_invite: i64,
    /// Pending erasures, oldest first.
    pub(super) erasures: Vec<(ErasureId, Erasure)>,
    pub(super) last_erasure: i64,
    pub(super) retention_clock: Option<Timestamp>,
    /// Always ordered by id.
    pub(super) reports: Vec<StoredReport>,
    pub(super) last_report: i64,
    /// Pairs of blocker and blocked.
    pub(super) blocks: Vec<(AccountId, AccountId)>,
}

pub(super) struct StoredDevice {
    pub(super) owner: AccountId,
    pub(super) token: TokenHash,
    pub(super) device: Device,
}

#[derive(Default)]
pub(super) struct Log {
    /// `None` for a direct conversation.
    pub(super) group: Option<GroupFacts>,
    /// Of a direct conversation, the member who did not open it, until they write in it.
    pub(super) unanswered_by: Option<AccountId>,
    pub(super) topic: Option<Topic>,
    /// The last entry that has expired.
    pub(super) expired: Seq,
    /// Whether the group was deleted.
    pub(super) is_deleted: bool,
    /// Whether memberships of a deleted group are stored. Only their existence is known here.
    pub(super) has_past_members: bool,
    pub(super) members: Vec<Member>,
    /// Accounts that were removed and not added again.
    pub(super) removed: HashSet<AccountId>,
    /// Invitations that are neither accepted nor declined, in the order in which they were sent.
    pub(super) invitations: Vec<InvitationFacts>,
    /// Accounts that declined an invitation and have not joined since.
    pub(super) declined: HashSet<AccountId>,
    pub(super) entries: Vec<Entry>,
    /// Data of messages other than their current text.
    pub(super) changes: HashMap<Seq, Changes>,
    pub(super) notices: Vec<InboxRecord>,
}

/// Data of a message other than its current text.
#[derive(Default)]
pub(super) struct Changes {
    /// Earlier texts, oldest first.
    pub(super) earlier: Vec<Revision>,
    /// Set once the message is deleted.
    pub(super) mark: Option<TextHashByte>,
    pub(super) reactions: Vec<StoredReaction>,
}

pub(super) struct StoredReaction {
    pub(super) by: AccountId,
    pub(super) emoji: Emoji,
    pub(super) seq: Seq,
    /// The entry that added the first reaction with this emoji, which determines the display order.
    pub(super) since: Seq,
}

pub(super) struct StoredReport {
    pub(super) id: ReportId,
    pub(super) reporter: AccountId,
    pub(super) message: EntryId,
    /// How often the message had been edited.
    pub(super) edits: usize,
    pub(super) reason: Option<ReportReason>,
    pub(super) at: Timestamp,
    pub(super) closed_at: Option<Timestamp>,
}

/// An inbox item: a message that concerns an account in particular.
pub(super) struct InboxRecord {
    pub(super) account: AccountId,
    pub(super) seq: Seq,
    pub(super) reason: InboxReason,
    pub(super) done: bool,
}

#[derive(Clone)]
pub(super) struct Member {
    pub(super) account: AccountId,
    pub(super) first: Seq,
    pub(super) role: Role,
    pub(super) notify: Notify,
    pub(super) marks: Marks,
}

pub(super) struct StoredGroupInvite {
    pub(super) conversation: ConversationId,
    pub(super) code: InviteHash,
    pub(super) by: AccountId,
    pub(super) listing: GroupInviteListing,
}

impl Log {
    pub(super) fn last(&self) -> Seq {
        Seq(self.entries.len() as u64)
    }

    pub(super) fn member(&self, account: AccountId) -> Option<&Member> {
        self.members.iter().find(|member| member.account == account)
    }

    pub(super) fn member_mut(&mut self, account: AccountId) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.account == account)
    }

    pub(super) fn audience(&self) -> Audience {
        let mut members: Vec<_> = self.members.iter().map(|member| member.account).collect();
        members.sort();
        members.into()
    }
}

impl State {
    pub(super) fn account(&self, id: AccountId) -> Option<&Credentials> {
        self.accounts.get((id.0 as usize).checked_sub(1)?)
    }

    pub(super) fn account_mut(&mut self, id: AccountId) -> Option<&mut Credentials> {
        self.accounts.get_mut((id.0 as usize).checked_sub(1)?)
    }

    pub(super) fn username(&self, id: AccountId) -> Option<&Username> {
        self.account(id).map(|found| &found.account.username)
    }

    pub(super) fn log(&self, id: ConversationId) -> Option<&Log> {
        self.logs.get((id.0 as usize).checked_sub(1)?)
    }

    pub(super) fn log_mut(&mut self, id: ConversationId) -> Option<&mut Log> {
        self.logs.get_mut((id.0 as usize).checked_sub(1)?)
    }

    pub(super) fn conversation_of(&self, account: AccountId, id: ConversationId) -> Option<&Log> {
        self.log(id).filter(|log| log.member(account).is_some())
    }

    pub(super) fn conversations_of(&self, account: AccountId) -> usize {
        self.logs.iter().filter(|log| log.member(account).is_some() && log.unanswered_by != Some(account)).count()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = (ConversationId, &Log)> {
        (1..).map(ConversationId).zip(&self.logs)
    }

    pub(super) fn owner_of(&self, device: DeviceId) -> Option<AccountId> {
        self.devices.iter().find(|stored| stored.device.id == device).map(|stored| stored.owner)
    }

    pub(super) fn invites_to(&self, account: AccountId, id: ConversationId) -> Option<GroupInvites> {
        let log = self.log(id)?;
        let member = log.member(account)?;
        let of_group = self.group_invites.iter().filter(|invite| invite.conversation == id);
        let invites = of_group.map(|invite| invite.listing.clone()).collect();
        Some(GroupInvites { role: log.group.as_ref().map(|_| member.role), invites })
    }

    pub(super) fn invitations_of(&self, account: AccountId) -> Vec<Invitation> {
        let received = self.ids().flat_map(|(conversation, log)| {
            let to_account = log.invitations.iter().filter(move |invitation| invitation.account == account);
            to_account.filter_map(move |invitation| {
                let (name, members) = (log.group.as_ref()?.name.clone(), u32::try_from(log.members.len()).ok()?);
                let invited_by = self.username(invitation.by)?.clone();
                Some(Invitation { conversation, name, members, invited_by, at: invitation.at })
            })
        });
        let mut received: Vec<_> = received.collect();
        received.sort_by_key(|invitation| (invitation.at, invitation.conversation));
        received
    }

    /// A group that is not deleted, as the operator sees it.
    pub(super) fn group_summary(&self, conversation: ConversationId, log: &Log) -> Option<GroupSummary> {
        let group = log.group.as_ref().filter(|_| !log.is_deleted)?;
        let owner = log.members.iter().find(|member| member.role == Role::Owner).and_then(|owner| self.account(owner.account));
        Some(GroupSummary {
            conversation,
            name: group.name.clone(),
            owner: owner.map(|owner| owner.account.account_ref()),
            members: u32::try_from(log.members.len()).ok()?,
            entries: log.last(),
            created_at: log.entries.first()?.at,
            retention_days: group.retention_days,
        })
    }

    pub(super) fn conversation(&self, account: AccountId, id: ConversationId, log: &Log) -> Option<Conversation> {
        let member = log.member(account)?;
        let shape = match &log.group {
            Some(GroupFacts { name, visibility, retention_days }) => ConversationShape::Group {
                name: name.clone(),
                topic: log.topic.clone(),
                members: u32::try_from(log.members.len()).ok()?,
                role: member.role,
                visibility: *visibility,
                retention_days: *retention_days,
            },
            None => {
                let peer = log.members.iter().find(|other| other.account != account)?;
                ConversationShape::Direct { peer: self.account(peer.account)?.account.clone() }
            }
        };
        let last_seq = log.last();
        let (unread, mentions) = log.unread(account, self.username(account)?, member.marks.read);
        Some(Conversation {
            id,
            shape,
            first_seq: member.first,
            last_seq,
            read_seq: member.marks.read,
            unread,
            notify: member.notify,
            mentions,
            latest: log
                .entries
                .last()
                .filter(|_| rules::may_see(member.first, last_seq))
                .map(|entry| log.as_seen_by(entry, account)),
        })
    }
}
