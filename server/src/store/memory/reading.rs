//! Read cursors, the inbox, and receipts.

use papo_shared::model::{ConversationId, Seq, Username};
use papo_shared::protocol::{InboxItem, InboxReason, Receipt};

use super::state::{InboxRecord, Log, Member, State};
use crate::domain::AccountId;

impl Log {
    /// Number of messages by others after `read`, without deleted ones.
    pub(super) fn unread(&self, account: &Username, read: Seq) -> u32 {
        let after = self.entries.iter().filter(|entry| entry.seq > read && entry.author != *account);
        let count = after.filter(|entry| self.message(entry.seq).is_some_and(|(_, message)| !message.deleted)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Number of inbox items of this account after `read`, without dismissed ones.
    pub(super) fn mentions(&self, account: AccountId, read: Seq) -> u32 {
        let is_unread_item = |notice: &&InboxRecord| notice.account == account && notice.seq > read && !notice.done;
        u32::try_from(self.notices.iter().filter(is_unread_item).count()).unwrap_or(u32::MAX)
    }
}

impl Member {
    fn receipt(&self, username: Username) -> Receipt {
        let delivered_seq = self.marks.delivered.max(self.marks.seen);
        Receipt { username, first_seq: self.first, delivered_seq, read_seq: self.marks.seen }
    }
}

impl State {
    /// The inbox of an account, newest first.
    pub(super) fn inbox(&self, account: AccountId) -> Vec<InboxItem> {
        let Some(me) = self.username(account) else { return Vec::new() };
        let mut items = Vec::new();
        for (conversation, log) in self.ids() {
            let Some(member) = log.member(account) else { continue };
            for entry in log.entries.iter().filter(|entry| entry.seq > member.marks.read && entry.author != *me) {
                if log.message(entry.seq).is_none_or(|(_, message)| message.deleted) {
                    continue;
                }
                let notice = log.notices.iter().find(|notice| notice.account == account && notice.seq == entry.seq);
                let reason = match notice {
                    Some(notice) => (!notice.done).then_some(notice.reason),
                    None => log.group.is_none().then_some(InboxReason::Direct),
                };
                let entry = log.as_seen_by(entry, account);
                items.extend(reason.map(|reason| InboxItem { conversation, reason, entry }));
            }
        }
        items.sort_by_key(|item| std::cmp::Reverse((item.entry.at, item.conversation, item.entry.seq)));
        items
    }

    /// Receipts of the other members, ordered by username.
    pub(super) fn receipts(&self, account: AccountId, id: ConversationId) -> Option<Vec<Receipt>> {
        let others = self.conversation_of(account, id)?.members.iter().filter(|member| member.account != account);
        let mut found: Vec<Receipt> =
            others.filter_map(|member| Some(member.receipt(self.username(member.account)?.clone()))).collect();
        found.sort_by(|one, other| one.username.cmp(&other.username));
        Some(found)
    }
}
