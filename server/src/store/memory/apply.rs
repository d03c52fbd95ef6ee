//! Deciding writes and applying their changes.

use std::convert::Infallible;

use papo_shared::model::{
    ConversationId, Entry, EntryKind, GroupInviteListing, Message, MessageText, Notify, ReplyTo, Seq, Timestamp,
};
use papo_shared::protocol::Revision;

use super::erasures::member_of;
use super::state::{Changes, InboxRecord, Log, Member, State, StoredDevice, StoredGroupInvite, StoredReaction};
use crate::domain::change::{Change, Marks, NewMessage};
use crate::domain::decide::{Decision, assumed, decide_and_load};
use crate::domain::erasure::ErasureId;
use crate::domain::facts::{Facts, GroupFacts, InvitationFacts};
use crate::domain::{Account, AccountId, AuditEntry, Credentials, Device, EntryId, Invite, Removal, skeleton};
use crate::store::{Outcome, Write};

impl State {
    pub(super) fn write(&mut self, write: &Write) -> Outcome {
        let mut facts = Facts::new(self.storage_limits);
        // Inserting a message with a used client id would not fail here, so the id is looked up for every message.
        if let Some(key) = assumed(write, &facts) {
            self.load(&mut facts, &key);
        }
        let Ok(Decision { outcome, changes, usage }) = decide_and_load(write, &mut facts, |facts, key| {
            self.load(facts, key);
            Ok::<(), Infallible>(())
        });
        changes.iter().for_each(|change| self.apply(change));
        self.usages.extend(usage);
        outcome
    }

    /// Changes to missing rows have no effect, as with database statements.
    #[expect(clippy::too_many_lines, reason = "one short arm per kind of change")]
    pub(super) fn apply(&mut self, change: &Change<'_>) {
        match change {
            Change::InsertMessage(message) => self.insert_message(message),
            Change::InsertEntry { id, author, kind, member, at } => {
                let mut kind = kind.clone();
                if let Some((name, now)) = member_of(&mut kind).zip(member.and_then(|member| self.username(member))) {
                    name.clone_from(now);
                }
                self.append(*id, *author, kind, *at);
            }
            Change::ReplaceText { message, before, written_at, text, mentions, at, .. } => {
                self.change_message(*message, |message, changes| {
                    changes.earlier.push(Revision { at: *written_at, text: MessageText::from(before.clone()) });
                    message.text = (*text).clone();
                    message.mentions.clone_from(mentions);
                    message.edited_at = Some(*at);
                });
            }
            Change::EraseText { message, mark, removal, .. } => {
                let deleted_by = if let Removal::Member(by) = removal { self.username(*by).cloned() } else { None };
                self.change_message(*message, |message, changes| {
                    *changes = Changes { mark: Some(*mark), ..Changes::default() };
                    message.text = MessageText::deleted();
                    message.mentions.clear();
                    message.edited_at = None;
                    message.deleted = true;
                    message.deleted_by = deleted_by;
                    message.expired = *removal == Removal::Expiry;
                    message.by_operator = *removal == Removal::Operator;
                });
                let log = self.log_mut(message.conversation);
                log.into_iter().for_each(|log| log.notices.retain(|notice| notice.seq != message.seq));
            }
            Change::SetChanged { message, by } => self.change_message(*message, |message, _| message.changed = Some(*by)),
            Change::InsertReaction { message, emoji, account, seq, since } => {
                let reaction = StoredReaction { by: *account, emoji: (*emoji).clone(), seq: *seq, since: *since };
                self.change_message(*message, |_, changes| changes.reactions.push(reaction));
            }
            Change::DeleteReaction { message, emoji, account } => {
                let is_same = |reaction: &StoredReaction| reaction.by == *account && reaction.emoji == **emoji;
                self.change_message(*message, |_, changes| changes.reactions.retain(|reaction| !is_same(reaction)));
            }
            Change::PutNotice { message, account, reason, done } => self.change_notices(*message, *account, |notices| {
                notices.push(InboxRecord { account: *account, seq: message.seq, reason: *reason, done: *done });
            }),
            Change::DeleteNotice { message, account } => self.change_notices(*message, *account, |_| ()),

            Change::InsertDirect { unanswered_by, .. } => {
                self.logs.push(Log { unanswered_by: Some(*unanswered_by), ..Log::default() });
            }
            Change::AcceptDirect { conversation, .. } => {
                self.log_mut(*conversation).into_iter().for_each(|log| log.unanswered_by = None);
            }
            Change::InsertGroup { name, visibility, .. } => {
                let group = Some(GroupFacts { name: (*name).clone(), visibility: *visibility, retention_days: None });
                self.logs.push(Log { group, ..Log::default() });
            }
            Change::SetGroupName { conversation, name, .. } => {
                self.group_mut(*conversation).into_iter().for_each(|group| group.name = (*name).clone());
            }
            Change::SetVisibility { conversation, visibility } => {
                self.group_mut(*conversation).into_iter().for_each(|group| group.visibility = *visibility);
            }
            Change::SetRetention { conversation, days } => {
                self.group_mut(*conversation).into_iter().for_each(|group| group.retention_days = *days);
            }
            Change::SetTopic { conversation, topic } => {
                self.log_mut(*conversation).into_iter().for_each(|log| log.topic = topic.cloned());
            }
            Change::AddMembership { conversation, account, from, role } => {
                let marks = Marks { read: Seq(from.0 - 1), ..Marks::default() };
                let member = Member { account: *account, first: *from, role: *role, notify: Notify::default(), marks };
                self.log_mut(*conversation).into_iter().for_each(|log| {
                    log.removed.remove(account);
                    log.members.push(member.clone());
                });
            }
            Change::EndMembership { conversation, account, removed, .. } => {
                self.log_mut(*conversation).into_iter().for_each(|log| {
                    log.members.retain(|member| member.account != *account);
                    if *removed {
                        log.removed.insert(*account);
                    }
                });
            }
            Change::SetRole { conversation, account, role } => {
                self.member_mut(*conversation, *account).into_iter().for_each(|member| member.role = *role);
            }
            Change::SetNotify { conversation, account, notify } => {
                self.member_mut(*conversation, *account).into_iter().for_each(|member| member.notify = *notify);
            }
            Change::SetMarks { conversation, account, marks } => {
                self.member_mut(*conversation, *account).into_iter().for_each(|member| member.marks = *marks);
            }
            Change::InsertGroupInvite { id, conversation, code, by, uses, expires_at, at } => {
                self.last_group_invite = id.0;
                let created_by = self.username(*by).cloned().into_iter();
                let (conversation, code, by) = (*conversation, *code, *by);
                self.group_invites.extend(created_by.map(|created_by| {
                    let (uses_left, expires_at) = (*uses, *expires_at);
                    let listing = GroupInviteListing { invite: *id, created_by, created_at: *at, uses_left, expires_at };
                    StoredGroupInvite { conversation, code, by, listing }
                }));
            }
            Change::SetGroupInviteUses { id, uses_left, .. } => {
                let found = self.group_invites.iter_mut().find(|invite| invite.listing.invite == *id);
                found.into_iter().for_each(|invite| invite.listing.uses_left = Some(*uses_left));
            }
            Change::DeleteGroupInvite { id, .. } => self.group_invites.retain(|invite| invite.listing.invite != *id),
            Change::InsertInvitation { conversation, account, by, at } => {
                let invitation = InvitationFacts { conversation: *conversation, account: *account, by: *by, at: *at };
                self.log_mut(*conversation).into_iter().for_each(|log| log.invitations.push(invitation.clone()));
            }
            Change::DeleteInvitation { conversation, account, .. } => {
                let log = self.log_mut(*conversation).into_iter();
                log.for_each(|log| log.invitations.retain(|invitation| invitation.account != *account));
            }
            Change::InsertDecline { conversation, account, .. } => {
                self.log_mut(*conversation).into_iter().for_each(|log| _ = log.declined.insert(*account));
            }
            Change::DeleteDecline { conversation, account } => {
                self.log_mut(*conversation).into_iter().for_each(|log| _ = log.declined.remove(account));
            }
            Change::InsertBlock { by, whom, .. } => self.blocks.push((*by, *whom)),
            Change::DeleteBlock { by, whom, .. } => self.blocks.retain(|block| *block != (*by, *whom)),

            Change::InsertAccount { id, username, display_name, password_hash, at } => {
                self.skeletons.insert(skeleton(username.as_str()));
                let account = Account {
                    id: *id,
                    username: (*username).clone(),
                    display_name: (*display_name).clone(),
                    status: None,
                    last_seen: None,
                    created_at: *at,
                    suspended_at: None,
                    is_deleted: false,
                };
                self.accounts.push(Credentials { account, password_hash: (*password_hash).to_owned() });
            }
            Change::SetPasswordHash { account, hash } => {
                self.account_mut(*account).into_iter().for_each(|found| (*hash).clone_into(&mut found.password_hash));
            }
            Change::SetSecondFactor { account, second_factor: None } => _ = self.second_factors.remove(account),
            Change::SetSecondFactor { account, second_factor: Some(second_factor) } => {
                self.second_factors.insert(*account, second_factor.clone());
            }
            Change::SetSuspended { account, since } => {
                self.account_mut(*account).into_iter().for_each(|found| found.account.suspended_at = *since);
            }
            Change::SetLastSeen { account, at } => {
                let found = self.account_mut(*account).filter(|found| !found.account.is_deleted).into_iter();
                found.for_each(|found| found.account.last_seen = Some(*at));
            }
            Change::DeleteAccount { account, before, username, at } => self.delete_account(*account, before, username, *at),
            Change::DeleteGroup { conversation, .. } => self.delete_group(*conversation),
            Change::DeleteMemberships(conversation) => {
                self.log_mut(*conversation).into_iter().for_each(|log| log.has_past_members = false);
            }
            Change::DeleteEntries { conversation, first } => self.delete_entries(*conversation, *first),
            Change::Report(change) => self.apply_to_reports(change),
            Change::SetRetentionClock(now) => self.retention_clock = Some(*now),
            Change::SetExpired(conversation, until) => {
                self.log_mut(*conversation).into_iter().for_each(|log| log.expired = *until);
            }
            Change::InsertErasure(erasure) => {
                self.last_erasure += 1;
                self.erasures.push((ErasureId(self.last_erasure), *erasure));
            }
            Change::SetErasurePosition { .. } => {}
            Change::DeleteErasure(id) => self.erasures.retain(|(other, _)| other != id),
            Change::SetDisplayName { account, display_name, .. } => {
                let found = self.account_mut(*account).into_iter();
                found.for_each(|found| found.account.display_name = (*display_name).clone());
            }
            Change::SetStatus { account, status } => {
                self.account_mut(*account).into_iter().for_each(|found| found.account.status = status.cloned());
            }
            Change::InsertDevice { id, account, device, at } => {
                self.last_device = id.0;
                let new = Device { id: *id, name: device.name.clone(), created_at: *at, last_used: *at };
                self.devices.push(StoredDevice { owner: *account, token: device.token, device: new });
            }
            Change::DeleteDevice { id, .. } => self.devices.retain(|stored| stored.device.id != *id),
            Change::SetDeviceUsed { device, at } => {
                let found = self.devices.iter_mut().find(|stored| stored.device.id == *device);
                found.into_iter().for_each(|found| found.device.last_used = *at);
            }
            Change::InsertInvite { id, code, uses, expires_at, by, at } => {
                self.last_invite = id.0;
                let (uses_left, created_by) = (*uses, (*by).to_owned());
                self.invites.push((*code, Invite { id: *id, uses_left, expires_at: *expires_at, created_by, created_at: *at }));
            }
            Change::SetInviteUses { id, uses_left, .. } => {
                let found = self.invites.iter_mut().find(|(_, invite)| invite.id == *id);
                found.into_iter().for_each(|(_, invite)| invite.uses_left = *uses_left);
            }
            Change::DeleteInvite { id, .. } => self.invites.retain(|(_, invite)| invite.id != *id),
            Change::InsertBan(ban) => self.bans.push((*ban).clone()),
            Change::DeleteBan { network } => self.bans.retain(|ban| ban.network != *network),
            Change::DeleteExpiredBans { at } => self.bans.retain(|ban| ban.until > *at),
            Change::InsertAuditNote(note) => {
                self.audit.push(AuditEntry { id: self.audit.len() as i64 + 1, note: (*note).clone() });
            }
        }
    }

    fn insert_message(&mut self, new: &NewMessage<'_>) {
        let NewMessage { id, author, client_id, text, reply_to, mentions, at } = new;
        let target = reply_to.and_then(|seq| self.log(id.conversation)?.message(seq));
        let reply_to = target.map(|(entry, _)| ReplyTo { seq: entry.seq, author: entry.author.clone() });
        let message = Message { reply_to, mentions: mentions.clone(), ..Message::new(*client_id, (*text).clone()) };
        self.append(*id, *author, EntryKind::Message(message), *at);
        self.message_order.push((id.conversation, id.seq));
    }

    fn append(&mut self, id: EntryId, author: AccountId, kind: EntryKind, at: Timestamp) {
        let Some(author) = self.username(author).cloned() else { return };
        self.entry_order.push((id.conversation, id.seq));
        let log = self.log_mut(id.conversation).into_iter();
        log.for_each(|log| log.entries.push(Entry { seq: id.seq, at, author: author.clone(), kind: kind.clone() }));
    }

    fn change_message(&mut self, id: EntryId, change: impl FnOnce(&mut Message, &mut Changes)) {
        if let Some((message, changes)) = self.log_mut(id.conversation).and_then(|log| log.message_mut(id.seq)) {
            change(message, changes);
        }
    }

    /// Removes an account's inbox item of a message; `put` may insert another.
    fn change_notices(&mut self, message: EntryId, account: AccountId, put: impl FnOnce(&mut Vec<InboxRecord>)) {
        if let Some(log) = self.log_mut(message.conversation) {
            log.notices.retain(|notice| (notice.seq, notice.account) != (message.seq, account));
            put(&mut log.notices);
        }
    }

    fn group_mut(&mut self, id: ConversationId) -> Option<&mut GroupFacts> {
        self.log_mut(id)?.group.as_mut()
    }

    fn member_mut(&mut self, id: ConversationId, account: AccountId) -> Option<&mut Member> {
        self.log_mut(id)?.member_mut(account)
    }
}
