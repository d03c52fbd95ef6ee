//! Applies changes to the loaded facts.

use std::sync::Arc;

use papo_shared::model::{ConversationId, Notify, Seq};

use super::Facts;
use super::table::Table;
use super::values::{
    AccountFacts, ConversationFacts, EmojiFacts, GroupFacts, GroupInviteFacts, InboxRecord, InvitationFacts, InviteFacts,
    MemberFacts,
};
use crate::domain::account::AccountId;
use crate::domain::change::{Change, Marks, NewMessage};
use crate::domain::message::EntryId;
use crate::domain::report::ReportChange;
use crate::domain::skeleton::skeleton;
use crate::domain::storage::DailyUsage;

impl Facts {
    /// Applies a change that was applied to the tables. Facts that are not loaded stay so; facts that are hard to derive are
    /// forgotten, and loaded again if needed.
    #[expect(clippy::too_many_lines, reason = "one short arm per kind of change")]
    pub fn apply(&mut self, change: &Change<'_>) {
        match change {
            Change::InsertMessage(NewMessage { id, author, client_id, .. }) => {
                self.append(*id);
                self.accounts.mark_used(author);
                self.messages.forget(id);
                self.client_ids.forget(&(*author, *client_id));
            }
            Change::InsertEntry { id, .. } => self.append(*id),

            Change::InsertAccount { id, username, password_hash, .. } => {
                self.next_accounts.take(*id);
                self.accounts.set(
                    *id,
                    Some(AccountFacts {
                        username: (*username).clone(),
                        suspended_at: None,
                        is_deleted: false,
                        usage: DailyUsage::default(),
                    }),
                );
                self.usernames.set((*username).clone(), Some(*id));
                self.skeletons.set(skeleton(username.as_str()), true);
                self.password_hashes.set(*id, Some((*password_hash).to_owned()));
            }
            Change::SetPasswordHash { account, hash } => {
                self.password_hashes.update(account, |known| *known = Some((*hash).to_owned()));
            }
            Change::SetSecondFactor { account, second_factor } => self.second_factors.set(*account, second_factor.clone()),
            Change::SetSuspended { account, since } => {
                self.accounts.update(account, |known| known.suspended_at = *since);
            }
            Change::DeleteAccount { account, before, username, at } => {
                self.accounts.update(account, |known| {
                    known.username.clone_from(username);
                    known.suspended_at = Some(*at);
                    known.is_deleted = true;
                });
                self.password_hashes.set(*account, Some(String::new()));
                self.usernames.set(before.clone(), None);
                self.usernames.set(username.clone(), Some(*account));
                self.has_declined.clear();
                let is_direct_with = |known: &ConversationFacts| known.group.is_none() && known.has(*account);
                self.conversations.update_all(|known| known.has_deleted_member |= is_direct_with(known));
                // They contain usernames.
                self.messages.clear();
                self.client_ids.clear();
            }
            Change::DeleteGroup { conversation, before, .. } => {
                self.conversations.set(*conversation, None);
                self.group_names.set(before.uniqueness_key(), None);
                self.group_skeletons.forget(&skeleton(before.as_str()));
                self.topics.forget(conversation);
                self.rosters.forget(conversation);
                self.members.clear();
                self.was_removed.clear();
                self.conversation_counts.clear();
                self.invitations.clear();
                self.sent_invitations.clear();
                self.shared_groups.clear();
            }
            Change::DeleteMemberships { .. } => {
                self.was_removed.clear();
                self.erasure_steps.clear();
            }
            Change::DeleteEntries { .. } => {
                self.erasure_steps.clear();
                self.messages.clear();
                self.client_ids.clear();
                self.was_removed.clear();
            }
            Change::Report(change) => self.apply_to_reports(change),
            Change::SetRetentionClock(_) => self.retention_clocks.clear(),
            Change::SetExpired { .. } => self.expiry_steps.clear(),
            Change::InsertErasure(_) | Change::SetErasurePosition { .. } | Change::DeleteErasure(_) => {
                self.erasure_steps.clear();
            }
            // No decision depends on these.
            Change::SetLastSeen { .. }
            | Change::SetDisplayName { .. }
            | Change::SetStatus { .. }
            | Change::SetDeviceUsed { .. }
            | Change::InsertBan(_)
            | Change::DeleteBan { .. }
            | Change::DeleteExpiredBans { .. }
            | Change::InsertAuditNote(_) => {}

            Change::InsertDevice { id, account, .. } => {
                self.next_devices.take(*id);
                self.devices.set(*id, Some(*account));
                self.devices_of.update(account, |devices| devices.push(*id));
            }
            Change::DeleteDevice { id, account } => {
                self.devices.set(*id, None);
                self.devices_of.update(account, |devices| devices.retain(|other| other != id));
            }

            Change::InsertInvite { id, code, uses, expires_at, .. } => {
                self.next_invites.take(*id);
                self.invites.set(*code, Some(InviteFacts { id: *id, uses_left: *uses, expires_at: *expires_at }));
                self.invite_codes.set(*id, Some(*code));
            }
            Change::SetInviteUses { code, uses_left, .. } => {
                update_row(&mut self.invites, code, |invite| invite.uses_left = *uses_left);
            }
            Change::DeleteInvite { id, code } => {
                self.invites.set(*code, None);
                self.invite_codes.set(*id, None);
            }

            Change::InsertDirect { id, low, high, unanswered_by, .. } => {
                self.next_conversations.take(*id);
                // Unlike other memberships, this one does not count yet.
                self.conversation_counts.forget(unanswered_by);
                self.answered_directs.clear();
                self.directs.set((*low, *high), Some(*id));
                // It may have been looked up before it existed. The blockers are not known here.
                self.conversations.forget(id);
            }
            Change::AcceptDirect { conversation, account } => {
                self.conversation_counts.update(account, |count| *count += 1);
                self.conversations.update(conversation, |known| known.unanswered_by = None);
                self.answered_directs.clear();
            }
            Change::InsertGroup { id, name, visibility, .. } => {
                self.next_conversations.take(*id);
                self.group_names.set(name.uniqueness_key(), Some(*id));
                self.group_skeletons.set(skeleton(name.as_str()), Some(*id));
                let group = Some(GroupFacts { name: (*name).clone(), visibility: *visibility, retention_days: None });
                self.conversations.set(*id, Some(ConversationFacts { group, ..ConversationFacts::default() }));
            }
            Change::SetGroupName { conversation, before, name } => {
                self.group_names.set(before.uniqueness_key(), None);
                self.group_names.set(name.uniqueness_key(), Some(*conversation));
                // The previous name may share its skeleton with another group.
                self.group_skeletons.forget(&skeleton(before.as_str()));
                self.group_skeletons.set(skeleton(name.as_str()), Some(*conversation));
                self.change_group(*conversation, |group| group.name = (*name).clone());
            }
            Change::SetVisibility { conversation, visibility } => {
                self.shared_groups.clear();
                self.change_group(*conversation, |group| group.visibility = *visibility);
            }
            Change::SetRetention { conversation, days } => {
                self.expiry_steps.clear();
                self.change_group(*conversation, |group| group.retention_days = *days);
            }
            Change::SetTopic { conversation, topic } => self.topics.set(*conversation, topic.cloned()),

            Change::AddMembership { conversation, account, from, role } => {
                let marks = Marks { read: Seq(from.0.saturating_sub(1)), ..Marks::default() };
                let member = MemberFacts { role: *role, first: *from, marks, notify: Notify::default() };
                self.members.set((*conversation, *account), Some(member));
                self.was_removed.set((*conversation, *account), false);
                self.shared_groups.clear();
                self.conversation_counts.update(account, |count| *count += 1);
                self.change_members(*conversation, |members| members.push(*account));
            }
            Change::EndMembership { conversation, account, removed, .. } => {
                self.erasure_steps.clear();
                self.members.set((*conversation, *account), None);
                self.was_removed.set((*conversation, *account), *removed);
                self.shared_groups.clear();
                self.conversation_counts.update(account, |count| *count = count.saturating_sub(1));
                self.change_members(*conversation, |members| members.retain(|other| other != account));
            }
            Change::SetRole { conversation, account, role } => {
                self.rosters.forget(conversation);
                update_row(&mut self.members, &(*conversation, *account), |member| member.role = *role);
            }
            Change::SetNotify { conversation, account, notify } => {
                update_row(&mut self.members, &(*conversation, *account), |member| member.notify = *notify);
            }
            Change::SetMarks { conversation, account, marks } => {
                update_row(&mut self.members, &(*conversation, *account), |member| member.marks = *marks);
            }

            Change::InsertGroupInvite { id, conversation, code, by, uses, expires_at, .. } => {
                self.next_group_invites.take(*id);
                self.group_invite_targets.set(*code, Some(*conversation));
                let invite = GroupInviteFacts { id: *id, code: *code, by: *by, uses_left: *uses, expires_at: *expires_at };
                self.group_invites.update(conversation, |invites| invites.push(invite));
            }
            Change::SetGroupInviteUses { id, conversation, uses_left } => {
                self.group_invites.update(conversation, |invites| {
                    let invite = invites.iter_mut().find(|invite| invite.id == *id);
                    invite.into_iter().for_each(|invite| invite.uses_left = Some(*uses_left));
                });
            }
            Change::DeleteGroupInvite { id, conversation, code } => {
                self.group_invite_targets.set(*code, None);
                self.group_invites.update(conversation, |invites| invites.retain(|invite| invite.id != *id));
            }

            Change::InsertInvitation { conversation, account, by, at } => {
                let invitation = InvitationFacts { conversation: *conversation, account: *account, by: *by, at: *at };
                self.invitations.update(account, |received| received.push(invitation.clone()));
                self.sent_invitations.update(by, |sent| sent.push(invitation));
            }
            Change::DeleteInvitation { conversation, account, by } => {
                self.invitations.update(account, |received| received.retain(|other| other.conversation != *conversation));
                self.sent_invitations.update(by, |sent| {
                    sent.retain(|other| (other.conversation, other.account) != (*conversation, *account));
                });
            }
            Change::InsertDecline { conversation, account, .. } => self.has_declined.set((*conversation, *account), true),
            Change::DeleteDecline { conversation, account } => self.has_declined.set((*conversation, *account), false),

            Change::InsertBlock { by, whom, direct, .. } => {
                self.blocks.set((*by, *whom), true);
                self.block_counts.update(by, |count| *count += 1);
                self.change_blockers(*direct, |blockers| blockers.push(*by));
            }
            Change::DeleteBlock { by, whom, direct } => {
                self.blocks.set((*by, *whom), false);
                self.block_counts.update(by, |count| *count = count.saturating_sub(1));
                self.change_blockers(*direct, |blockers| blockers.retain(|other| other != by));
            }

            Change::ReplaceText { message, before, number, text, at, .. } => {
                update_row(&mut self.messages, message, |known| {
                    known.text = Some(text.as_str().to_owned());
                    known.written_at = *at;
                });
                self.edit_counts.update(message, |count| *count = *number);
                self.original_texts.update(message, |original| _ = original.get_or_insert_with(|| before.clone()));
                self.client_ids.clear();
            }
            Change::EraseText { message, .. } => {
                update_row(&mut self.messages, message, |known| known.text = None);
                self.edit_counts.update(message, |count| *count = 0);
                self.original_texts.update(message, |original| *original = None);
                self.emoji_of.update(message, Vec::clear);
                self.notices.update(message, Vec::clear);
                self.reactions.clear();
                self.client_ids.clear();
            }
            Change::SetChanged { .. } => self.client_ids.clear(),
            Change::InsertReaction { message, emoji, account, since, .. } => {
                self.reactions.set((*message, *account, (*emoji).clone()), true);
                self.emoji_of.update(message, |all| match all.iter_mut().find(|known| known.emoji == **emoji) {
                    Some(known) => known.count += 1,
                    None => all.push(EmojiFacts { emoji: (*emoji).clone(), since: *since, count: 1 }),
                });
            }
            Change::DeleteReaction { message, emoji, account } => {
                self.reactions.set((*message, *account, (*emoji).clone()), false);
                self.emoji_of.update(message, |all| {
                    let known = all.iter_mut().find(|known| known.emoji == **emoji);
                    known.into_iter().for_each(|known| known.count -= 1);
                    all.retain(|known| known.count > 0);
                });
            }
            Change::PutNotice { message, account, reason, done } => {
                let notice = InboxRecord { account: *account, reason: *reason, done: *done };
                self.notices.update(message, |notices| match notices.iter_mut().find(|known| known.account == *account) {
                    Some(known) => *known = notice,
                    None => notices.push(notice),
                });
            }
            Change::DeleteNotice { message, account } => {
                self.notices.update(message, |notices| notices.retain(|known| known.account != *account));
            }
        }
    }

    /// Reports are rare, and loaded again when needed.
    fn apply_to_reports(&mut self, change: &ReportChange<'_>) {
        if let ReportChange::Insert { id, .. } = change {
            self.next_reports.take(*id);
        }
        self.report_ids.clear();
        self.reports.clear();
        self.open_report_counts.clear();
        self.erasure_steps.clear();
    }

    fn append(&mut self, id: EntryId) {
        self.conversations.update(&id.conversation, |known| known.last_seq = id.seq);
    }

    fn change_group(&mut self, conversation: ConversationId, change: impl FnOnce(&mut GroupFacts)) {
        self.conversations.update(&conversation, |known| {
            if let Some(group) = &mut known.group {
                change(group);
            }
        });
    }

    fn change_members(&mut self, conversation: ConversationId, change: impl FnOnce(&mut Vec<AccountId>)) {
        self.rosters.forget(&conversation);
        self.conversations.update(&conversation, |known| {
            let mut members = known.members.to_vec();
            change(&mut members);
            members.sort_unstable();
            known.members = Arc::from(members);
        });
    }

    fn change_blockers(&mut self, direct: Option<ConversationId>, change: impl FnOnce(&mut Vec<AccountId>)) {
        if let Some(id) = direct {
            self.conversations.update(&id, |known| {
                change(&mut known.blockers);
                known.blockers.sort_unstable();
            });
        }
    }
}

/// Changes a row if it is loaded and exists.
fn update_row<K, V>(table: &mut Table<K, Option<V>>, key: &K, change: impl FnOnce(&mut V))
where
    K: Clone + Eq + std::hash::Hash,
{
    table.update(key, |row| {
        if let Some(row) = row {
            change(row);
        }
    });
}
