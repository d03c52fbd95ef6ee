//! Deleting accounts and groups, and the steps of erasures.

use papo_shared::model::{ConversationId, DisplayName, EntryKind, GroupName, Seq, Timestamp, Username, Visibility};

use super::state::{Log, State};
use crate::domain::erasure::{Erasure, ErasureStep, ErasureWork, STEP_ROWS, StoredText};
use crate::domain::facts::GroupFacts;
use crate::domain::{AccountId, AccountRef, DELETED_DISPLAY_NAME, EntryId};

impl State {
    /// The next step of the oldest pending erasure. Messages need no position: those that were erased have no text.
    pub(super) fn next_erasure_step(&self) -> Option<ErasureStep> {
        let (id, erasure) = *self.erasures.first()?;
        let work = match erasure {
            Erasure::Memberships(account) => self.next_group_of(account),
            Erasure::Messages(account) => self.next_messages_of(account),
            Erasure::Log(conversation) => self.end_of_log(conversation),
        };
        Some(ErasureStep { id, work: work.unwrap_or(ErasureWork::Finished) })
    }

    fn next_group_of(&self, account: AccountId) -> Option<ErasureWork> {
        let (group, _) = self.ids().find(|(_, log)| log.group.is_some() && log.member(account).is_some())?;
        let account = AccountRef { id: account, username: self.username(account)?.clone() };
        Some(ErasureWork::LeaveGroup { account, group })
    }

    fn next_messages_of(&self, account: AccountId) -> Option<ErasureWork> {
        let author = self.username(account)?;
        let by_author = |id, log: &Log| -> Vec<StoredText> {
            let own = log.entries.iter().filter(|entry| entry.author == *author);
            own.filter_map(|entry| stored_text(id, log, entry.seq)).take(STEP_ROWS).collect()
        };
        let messages = self.ids().map(|(id, log)| by_author(id, log)).find(|messages| !messages.is_empty())?;
        let until = messages.last()?.message;
        Some(ErasureWork::EraseMessages { messages, until })
    }

    fn end_of_log(&self, group: ConversationId) -> Option<ErasureWork> {
        let log = self.log(group)?;
        if self.reports.iter().any(|report| report.message.conversation == group) {
            return Some(ErasureWork::DeleteReports { group });
        }
        if log.has_past_members {
            return Some(ErasureWork::DeleteMemberships { group });
        }
        let ends = log.entries.iter().rev().take(STEP_ROWS).map(|entry| entry.seq);
        let messages = ends.clone().filter_map(|seq| stored_text(group, log, seq)).collect();
        Some(ErasureWork::DeleteEntries { group, messages, first: ends.min()? })
    }

    pub(super) fn delete_account(&mut self, account: AccountId, before: &Username, now: &Username, at: Timestamp) {
        if let Some(found) = self.account_mut(account) {
            found.password_hash.clear();
            found.account.username.clone_from(now);
            found.account.display_name = DisplayName::from(DELETED_DISPLAY_NAME.to_owned());
            found.account.status = None;
            found.account.last_seen = None;
            found.account.suspended_at = Some(at);
            found.account.is_deleted = true;
        }
        self.logs.iter_mut().for_each(|log| _ = log.declined.remove(&account));
        let rename = |name: &mut Username| {
            if name == before {
                name.clone_from(now);
            }
        };
        for entry in self.logs.iter_mut().flat_map(|log| &mut log.entries) {
            rename(&mut entry.author);
            if let EntryKind::Message(message) = &mut entry.kind {
                message.reply_to.iter_mut().for_each(|reply_to| rename(&mut reply_to.author));
                message.deleted_by.iter_mut().for_each(rename);
            }
            member_of(&mut entry.kind).into_iter().for_each(rename);
        }
        self.group_invites.iter_mut().for_each(|invite| rename(&mut invite.listing.created_by));
    }

    pub(super) fn delete_group(&mut self, group: ConversationId) {
        if let Some(log) = self.log_mut(group) {
            let name = GroupName::from(String::new());
            log.group = Some(GroupFacts { name, visibility: Visibility::Private, retention_days: None });
            log.invitations.clear();
            log.topic = None;
            log.is_deleted = true;
            log.has_past_members = true;
            log.members.clear();
        }
    }

    pub(super) fn delete_entries(&mut self, group: ConversationId, first: Seq) {
        if let Some(log) = self.log_mut(group) {
            log.entries.retain(|entry| entry.seq < first);
            log.changes.retain(|seq, _| *seq < first);
            log.notices.retain(|notice| notice.seq < first);
        }
        self.message_order.retain(|(conversation, seq)| *conversation != group || *seq < first);
    }
}

/// The member that an entry refers to.
pub(super) fn member_of(kind: &mut EntryKind) -> Option<&mut Username> {
    match kind {
        EntryKind::MemberAdded { member }
        | EntryKind::MemberRemoved { member }
        | EntryKind::RoleChanged { member, .. }
        | EntryKind::MemberLeft { new_owner: Some(member) } => Some(member),
        _ => None,
    }
}

/// The texts of a message that is not deleted.
pub(super) fn stored_text(id: ConversationId, log: &Log, seq: Seq) -> Option<StoredText> {
    let (_, message) = log.message(seq).filter(|(_, message)| !message.deleted)?;
    let first = log.changes.get(&seq).and_then(|changes| changes.earlier.first());
    let original = first.map(|first| first.text.as_str().to_owned());
    Some(StoredText { message: EntryId { conversation: id, seq }, text: message.text.as_str().to_owned(), original })
}
