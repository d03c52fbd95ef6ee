//! Read cursors, the inbox, and receipts.

use papo_shared::model::limits::{MAX_COUNTED_ENTRIES, MAX_UNREAD};
use papo_shared::model::{ConversationId, Seq, Username};
use papo_shared::protocol::{InboxItem, InboxReason, ReadCursor, Receipt};

use super::state::{InboxRecord, Log, Member, State};
use crate::domain::{AccountId, UnreadScan};

impl Log {
    /// The counts after `read`: unread messages, and inbox items that were not dismissed.
    pub(super) fn unread(&self, account: AccountId, username: &Username, read: Seq) -> (u32, u32) {
        let is_unread_item = |notice: &&InboxRecord| notice.account == account && notice.seq > read && !notice.done;
        let mentions = limited(self.notices.iter().filter(is_unread_item), MAX_UNREAD);
        let scan = UnreadScan::new(read, self.last());
        let after = self.entries.iter().filter(|entry| entry.seq > scan.after && entry.author != *username);
        let messages = after.filter(|entry| self.message(entry.seq).is_some_and(|(_, message)| !message.deleted));
        (scan.count(limited(messages, scan.enough), mentions), mentions)
    }
}

fn limited<T>(found: impl Iterator<Item = T>, most: u32) -> u32 {
    u32::try_from(found.count()).unwrap_or(u32::MAX).min(most)
}

impl Member {
    fn receipt(&self, username: Username) -> Receipt {
        let delivered_seq = self.marks.delivered.max(self.marks.seen);
        Receipt { username, first_seq: self.first, delivered_seq, read_seq: self.marks.seen }
    }
}

impl State {
    pub(super) fn read_cursor(&self, account: AccountId, conversation: ConversationId) -> Option<ReadCursor> {
        let log = self.log(conversation)?;
        let read_seq = log.member(account)?.marks.read;
        let (unread, mentions) = log.unread(account, self.username(account)?, read_seq);
        Some(ReadCursor { conversation, read_seq, unread, mentions, last_seq: log.last() })
    }

    /// The inbox of an account, newest first.
    pub(super) fn inbox(&self, account: AccountId) -> Vec<InboxItem> {
        let Some(me) = self.username(account) else { return Vec::new() };
        let mut items = Vec::new();
        for (conversation, log) in self.ids() {
            let Some(member) = log.member(account) else { continue };
            // Messages of direct conversations are looked for among the newest entries only.
            let counted = Seq(log.last().0.saturating_sub(if log.group.is_none() { MAX_COUNTED_ENTRIES } else { u64::MAX }));
            let after = member.marks.read.max(counted);
            for entry in log.entries.iter().filter(|entry| entry.seq > after && entry.author != *me) {
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
