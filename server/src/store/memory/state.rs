//! State of the in-memory store, and the effect of each write.

use std::collections::{HashMap, HashSet};

use papo_shared::model::{
    ConversationId, DeviceId, Entry, EntryKind, GroupListing, GroupName, Notify, Role, Seq, Timestamp, Topic, Username,
};
use papo_shared::protocol::Refusal;

use super::groups::KeptGroupInvite;
use super::messages::{Changes, NewMessage, Notice};
use crate::domain::{
    Account, AccountId, Audience, AuditEntry, Conversation, ConversationShape, Credentials, Device, Invite, InviteHash, InviteId,
    MAX_DEVICES, TokenHash, Who, rules, skeleton,
};
use crate::store::{NewDevice, Outcome, Posted, Write};

#[derive(Default)]
pub(super) struct State {
    pub(super) closed: bool,
    pub(super) accounts: Vec<Credentials>,
    /// Skeletons of all usernames, for refusing confusable ones.
    looks: HashSet<String>,
    /// Ordered by id.
    pub(super) devices: Vec<KeptDevice>,
    /// The highest id assigned so far; ids are never reused.
    last_device: i64,
    pub(super) invites: Vec<(InviteHash, Invite)>,
    last_invite: i64,
    /// The entry with id `n` is at index `n - 1`.
    pub(super) audit: Vec<AuditEntry>,
    /// The conversation with id `n` is at index `n - 1`.
    pub(super) logs: Vec<Log>,
    /// All messages in the order in which they were stored.
    pub(super) said: Vec<(ConversationId, Seq)>,
    /// Ordered by id.
    pub(super) group_invites: Vec<KeptGroupInvite>,
    pub(super) last_group_invite: i64,
    /// Pairs of blocker and blocked.
    pub(super) blocks: Vec<(AccountId, AccountId)>,
}

pub(super) struct KeptDevice {
    pub(super) owner: AccountId,
    pub(super) token: TokenHash,
    pub(super) device: Device,
}

#[derive(Default)]
pub(super) struct Log {
    /// `None` for a direct conversation.
    pub(super) name: Option<GroupName>,
    pub(super) topic: Option<Topic>,
    pub(super) members: Vec<Member>,
    /// Accounts that were removed and not added again.
    pub(super) removed: HashSet<AccountId>,
    pub(super) entries: Vec<Entry>,
    /// Data of messages other than their current text.
    pub(super) changes: HashMap<Seq, Changes>,
    pub(super) notices: Vec<Notice>,
}

pub(super) struct Member {
    pub(super) account: AccountId,
    pub(super) first: Seq,
    pub(super) role: Role,
    pub(super) notify: Notify,
    pub(super) read: Seq,
    /// The highest position the read cursor has had.
    pub(super) seen: Seq,
    pub(super) delivered: Seq,
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

    pub(super) fn join(&mut self, account: AccountId, first: Seq, role: Role) {
        let (read, seen, delivered) = (Seq(first.0 - 1), Seq(0), Seq(0));
        self.members.push(Member { account, first, role, notify: Notify::default(), read, seen, delivered });
    }
}

impl State {
    pub(super) fn account(&self, id: AccountId) -> Option<&Credentials> {
        self.accounts.get((id.0 as usize).checked_sub(1)?)
    }

    fn account_mut(&mut self, id: AccountId) -> Option<&mut Credentials> {
        self.accounts.get_mut((id.0 as usize).checked_sub(1)?)
    }

    pub(super) fn username(&self, id: AccountId) -> Option<&Username> {
        self.account(id).map(|found| &found.account.username)
    }

    pub(super) fn log(&mut self, id: ConversationId, member: AccountId) -> Result<&mut Log, Refusal> {
        let log = (id.0 as usize).checked_sub(1).and_then(|place| self.logs.get_mut(place));
        rules::as_member(log.filter(|log| log.member(member).is_some()))
    }

    pub(super) fn group(&mut self, id: ConversationId, member: AccountId) -> Result<&mut Log, Refusal> {
        let log = self.log(id, member)?;
        rules::as_group(log.name.is_some().then_some(log))
    }

    pub(super) fn name_is_taken(&self, name: &GroupName, but: Option<ConversationId>) -> bool {
        self.ids().any(|(id, log)| {
            Some(id) != but && log.name.as_ref().is_some_and(|other| other.uniqueness_key() == name.uniqueness_key())
        })
    }

    pub(super) fn conversations_of(&self, account: AccountId) -> usize {
        self.logs.iter().filter(|log| log.member(account).is_some()).count()
    }

    pub(super) fn ids(&self) -> impl Iterator<Item = (ConversationId, &Log)> {
        (1..).map(ConversationId).zip(&self.logs)
    }

    fn add_device(&mut self, owner: AccountId, NewDevice { token, name }: NewDevice, at: Timestamp) -> DeviceId {
        let oldest = self.devices.iter().rev().filter(|kept| kept.owner == owner).nth(MAX_DEVICES - 1).map(|kept| kept.device.id);
        self.devices.retain(|kept| Some(kept.device.id) != oldest);
        self.last_device += 1;
        let id = DeviceId(self.last_device);
        self.devices.push(KeptDevice { owner, token, device: Device { id, name, created_at: at, last_used: at } });
        id
    }

    pub(super) fn owner_of(&self, device: DeviceId) -> Option<AccountId> {
        self.devices.iter().find(|kept| kept.device.id == device).map(|kept| kept.owner)
    }

    fn remove_devices(&mut self, is_removed: impl Fn(&KeptDevice) -> bool) -> Outcome {
        let removed = self.devices.extract_if(.., |kept| is_removed(kept)).map(|kept| kept.device.id).collect();
        Outcome::DevicesRemoved(removed)
    }

    /// Redeems one use; removes the invite after the last one.
    fn use_invite(&mut self, code: &InviteHash, now: Timestamp) -> Result<(), Refusal> {
        let found = self.invites.iter_mut().find(|(other, invite)| other == code && invite.stands(now));
        found.ok_or(Refusal::InviteInvalid)?.1.uses_left -= 1;
        self.invites.retain(|(_, invite)| invite.uses_left > 0);
        Ok(())
    }

    pub(super) fn write(&mut self, write: Write) -> Result<Outcome, Refusal> {
        let by = write.by().and_then(|by| self.account(by));
        by.map_or(Ok(()), |by| rules::may_act(by.account.suspended_at))?;
        match write {
            Write::CreateAccount { username, display_name, password_hash, device, invite, at } => {
                if self.accounts.iter().any(|other| other.account.username == username) {
                    return Err(Refusal::UsernameTaken);
                }
                if self.looks.contains(&skeleton(&username)) {
                    return Err(Refusal::UsernameTooAlike);
                }
                invite.map_or(Ok(()), |invite| self.use_invite(&invite, at))?;
                self.looks.insert(skeleton(&username));
                let id = AccountId(u32::try_from(self.accounts.len() + 1).unwrap_or(u32::MAX));
                let account =
                    Account { id, username, display_name, status: None, last_seen: None, created_at: at, suspended_at: None };
                self.accounts.push(Credentials { account, password_hash });
                Ok(Outcome::AccountCreated(id, self.add_device(id, device, at)))
            }
            Write::SetPassword { account, current_hash, new_hash, keep_only } => {
                if keep_only.is_some_and(|kept| self.owner_of(kept).is_none()) {
                    return Err(Refusal::TokenUnknown);
                }
                let found = self.account_mut(account).filter(|found| found.password_hash == current_hash);
                found.ok_or(Refusal::WrongCredentials)?.password_hash = new_hash;
                let is_another = |kept: &KeptDevice| keep_only.is_some_and(|only| kept.device.id != only);
                Ok(self.remove_devices(|kept| kept.owner == account && is_another(kept)))
            }
            Write::ReplacePassword { account, new_hash } => {
                self.account_mut(account).into_iter().for_each(|found| found.password_hash.clone_from(&new_hash));
                Ok(self.remove_devices(|kept| kept.owner == account))
            }
            Write::RemoveDevices { account } => Ok(self.remove_devices(|kept| kept.owner == account)),
            Write::SuspendAccount { account, at } => {
                self.account_mut(account).into_iter().for_each(|found| _ = found.account.suspended_at.get_or_insert(at));
                Ok(Outcome::Done)
            }
            Write::ResumeAccount { account } => {
                self.account_mut(account).into_iter().for_each(|found| found.account.suspended_at = None);
                Ok(Outcome::Done)
            }
            Write::AddDevice { account, verified_hash, device, at } => {
                let found = self.account(account).filter(|found| found.password_hash == verified_hash);
                found.ok_or(Refusal::WrongCredentials)?;
                Ok(Outcome::DeviceAdded(self.add_device(account, device, at)))
            }
            Write::RemoveDevice { device } => Ok(self.remove_devices(|kept| kept.device.id == device)),
            Write::RevokeDevice { by, device } => {
                let owner = self.owner_of(by).ok_or(Refusal::TokenUnknown)?;
                self.owner_of(device).filter(|other| *other == owner).ok_or(Refusal::NoSuchDevice)?;
                Ok(self.remove_devices(|kept| kept.device.id == device))
            }
            Write::TouchDevice { device, at } => {
                let found = self.devices.iter_mut().find(|kept| kept.device.id == device);
                found.into_iter().for_each(|found| found.device.last_used = at);
                Ok(Outcome::Done)
            }
            Write::CreateInvite { code, uses, expires_at, by, at } => {
                self.last_invite += 1;
                let id = InviteId(self.last_invite);
                self.invites.push((code, Invite { id, uses_left: uses, expires_at, created_by: by, created_at: at }));
                Ok(Outcome::InviteCreated(id))
            }
            Write::Audited { note, write } => {
                let outcome = write.map_or(Ok(Outcome::Done), |write| self.write(*write))?;
                self.audit.push(AuditEntry { id: self.audit.len() as i64 + 1, note });
                Ok(outcome)
            }
            Write::RevokeInvite { invite } => {
                let place = self.invites.iter().position(|(_, other)| other.id == invite).ok_or(Refusal::InviteInvalid)?;
                self.invites.remove(place);
                Ok(Outcome::Done)
            }
            Write::TouchSeen { account, at } => {
                self.account_mut(account).into_iter().for_each(|found| found.account.last_seen = Some(at));
                Ok(Outcome::Done)
            }
            Write::OpenDirect { one, other, .. } => {
                rules::may_approach(self.has_blocked(other, one))?;
                let is_theirs = |log: &Log| log.name.is_none() && log.member(one).is_some() && log.member(other).is_some();
                if let Some((id, _)) = self.ids().find(|(_, log)| is_theirs(log)) {
                    return Ok(Outcome::DirectOpened(id));
                }
                for account in [one, other] {
                    rules::may_have_another(self.conversations_of(account))?;
                }
                let mut log = Log::default();
                log.join(one, Seq(1), Role::Member);
                log.join(other, Seq(1), Role::Member);
                Ok(Outcome::DirectOpened(self.add_log(log)))
            }
            Write::CreateGroup { creator, name, at } => {
                rules::may_have_another(self.conversations_of(creator.id))?;
                if self.name_is_taken(&name, None) {
                    return Err(Refusal::GroupNameTaken);
                }
                let mut log = Log { name: Some(name.clone()), ..Log::default() };
                log.join(creator.id, Seq(1), Role::Owner);
                let entry = push(&mut log, &creator, EntryKind::GroupCreated { name }, at);
                let audience = log.audience();
                Ok(self.posted_in_new(log, entry, audience))
            }
            Write::AddMember { conversation, by, member, at } => self.add_member(conversation, &by, &member, at),
            Write::RemoveMember { conversation, by, member, at } => self.remove_member(conversation, &by, &member, at),
            Write::SetRole { conversation, by, member, role, at } => self.set_role(conversation, &by, &member, role, at),
            Write::LeaveGroup { conversation, member, at } => self.leave_group(conversation, &member, at),
            Write::RenameGroup { conversation, by, name, at } => self.rename_group(conversation, &by, name, at),
            Write::SetTopic { conversation, by, topic, at } => self.set_topic(conversation, &by, topic, at),
            Write::CreateGroupInvite { conversation, by, code, uses, expires_at, at } => {
                self.create_group_invite(conversation, by, code, uses, expires_at, at)
            }
            Write::RevokeGroupInvite { conversation, by, invite } => self.revoke_group_invite(conversation, by, invite),
            Write::JoinGroup { code, member, at } => self.join_group(&code, &member, at),
            Write::SetNotify { conversation, account, notify } => self.set_notify(conversation, account, notify),
            Write::SetProfile { account, display_name, status } => {
                if let Some(found) = self.account_mut(account) {
                    let names = &mut found.account;
                    names.display_name = display_name.unwrap_or_else(|| names.display_name.clone());
                    names.status = status.unwrap_or_else(|| names.status.clone());
                }
                Ok(Outcome::Done)
            }
            Write::Block { by, whom, .. } => self.block(by, &whom),
            Write::Unblock { by, whom } => self.unblock(by, &whom),
            Write::AppendMessage { conversation, author, client_id, text, reply_to, at } => {
                self.append(conversation, &author, NewMessage { client_id, text, reply_to, at })
            }
            Write::EditMessage { conversation, by, seq, text, at } => self.edit(conversation, &by, seq, text, at),
            Write::DeleteMessage { conversation, by, seq, at } => self.delete(conversation, &by, seq, at),
            Write::AddReaction { conversation, by, seq, emoji, at } => self.add_reaction(conversation, &by, seq, emoji, at),
            Write::RemoveReaction { conversation, by, seq, emoji, at } => self.remove_reaction(conversation, &by, seq, emoji, at),
            Write::MoveReadCursor { conversation, account, seq } => self.move_read_cursor(conversation, account, seq),
            Write::MoveReadCursorBack { conversation, account, seq } => self.move_read_cursor_back(conversation, account, seq),
            Write::Dismiss { conversation, account, seq } => self.dismiss(conversation, account, seq),
            Write::MarkDelivered { conversation, account, seq } => self.mark_delivered(conversation, account, seq),
        }
    }

    fn add_log(&mut self, log: Log) -> ConversationId {
        self.logs.push(log);
        ConversationId(u32::try_from(self.logs.len()).unwrap_or(u32::MAX))
    }

    fn posted_in_new(&mut self, log: Log, entry: Entry, audience: Audience) -> Outcome {
        let id = self.add_log(log);
        posted(id, entry, audience, &self.logs[self.logs.len() - 1])
    }

    pub(super) fn conversation(&self, account: AccountId, id: ConversationId, log: &Log) -> Option<Conversation> {
        let member = log.member(account)?;
        let shape = match &log.name {
            Some(name) => ConversationShape::Group {
                name: name.clone(),
                topic: log.topic.clone(),
                members: u32::try_from(log.members.len()).ok()?,
                role: member.role,
            },
            None => {
                let peer = log.members.iter().find(|other| other.account != account)?;
                ConversationShape::Direct { peer: self.account(peer.account)?.account.clone() }
            }
        };
        let last_seq = log.last();
        Some(Conversation {
            id,
            shape,
            first_seq: member.first,
            last_seq,
            read_seq: member.read,
            unread: log.unread(self.username(account)?, member.read),
            notify: member.notify,
            mentions: log.mentions(account, member.read),
            latest: log.entries.last().filter(|_| rules::may_see(member.first, last_seq)).map(|entry| log.shown(entry, account)),
        })
    }

    pub(super) fn own(&self, account: AccountId, id: ConversationId) -> Option<&Log> {
        self.logs.get((id.0 as usize).checked_sub(1)?).filter(|log| log.member(account).is_some())
    }
}

pub(super) fn push(log: &mut Log, author: &Who, kind: EntryKind, at: Timestamp) -> Entry {
    let entry = Entry { seq: log.last().next(), at, author: author.username.clone(), kind };
    log.entries.push(entry.clone());
    entry
}

/// Outcome of an entry that does not change the group's public listing.
pub(super) fn told(conversation: ConversationId, entry: Entry, log: &Log) -> Outcome {
    Outcome::Posted(Posted { conversation, entry, audience: log.audience(), duplicate: false, group: None })
}

pub(super) fn posted(conversation: ConversationId, entry: Entry, audience: Audience, log: &Log) -> Outcome {
    let members = u32::try_from(log.members.len()).unwrap_or(u32::MAX);
    let group = log.name.clone().map(|name| GroupListing { conversation, name, members, member: false });
    Outcome::Posted(Posted { conversation, entry, audience, duplicate: false, group })
}
