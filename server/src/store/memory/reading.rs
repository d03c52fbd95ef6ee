//! Read cursors, the inbox, and receipts.

use papo_shared::model::{ConversationId, Seq, Username};
use papo_shared::protocol::{InboxItem, InboxReason, Receipt, Refusal};

use super::messages::Notice;
use super::state::{Log, Member, State};
use crate::domain::{AccountId, Audience, rules};
use crate::store::{CursorMoved, Outcome, ReceiptMoved};

impl Log {
    /// Number of messages by others after `read`, without deleted ones.
    pub(super) fn unread(&self, account: &Username, read: Seq) -> u32 {
        let after = self.entries.iter().filter(|entry| entry.seq > read && entry.author != *account);
        let count = after.filter(|entry| self.message(entry.seq).is_some_and(|(_, message)| !message.deleted)).count();
        u32::try_from(count).unwrap_or(u32::MAX)
    }

    /// Number of inbox items of this account after `read`, without dismissed ones.
    pub(super) fn mentions(&self, account: AccountId, read: Seq) -> u32 {
        let theirs = |notice: &&Notice| notice.account == account && notice.seq > read && !notice.done;
        u32::try_from(self.notices.iter().filter(theirs).count()).unwrap_or(u32::MAX)
    }
}

impl Member {
    fn receipt(&self, username: Username) -> Receipt {
        let delivered_seq = self.delivered.max(self.seen);
        Receipt { username, first_seq: self.first, delivered_seq, read_seq: self.seen }
    }
}

impl State {
    pub(super) fn move_read_cursor(&mut self, id: ConversationId, account: AccountId, seq: Seq) -> Result<Outcome, Refusal> {
        let log = self.log(id, account)?;
        let to = seq.min(log.last());
        let member = rules::as_member(log.member_mut(account))?;
        let moved = to > member.read;
        member.read = member.read.max(to);
        let seen = to >= member.first && to > member.seen;
        if seen {
            member.seen = to;
        }
        self.cursor(id, account, moved, seen)
    }

    pub(super) fn move_read_cursor_back(&mut self, id: ConversationId, account: AccountId, seq: Seq) -> Result<Outcome, Refusal> {
        let log = self.log(id, account)?;
        let member = rules::as_member(log.member_mut(account))?;
        let to = Seq(seq.max(member.first).0 - 1);
        let moved = to < member.read;
        member.read = member.read.min(to);
        self.cursor(id, account, moved, false)
    }

    pub(super) fn dismiss(&mut self, id: ConversationId, account: AccountId, seq: Seq) -> Result<Outcome, Refusal> {
        let by = rules::as_member(self.username(account).cloned())?;
        let log = self.log(id, account)?;
        let (entry, message) = log.visible(seq, account)?;
        rules::as_message(Some(message).filter(|message| !message.deleted))?;
        let is_own = entry.author == by;
        let is_unread = log.member(account).is_some_and(|member| seq > member.read);
        let is_direct = log.name.is_none();
        let known = log.notices.iter_mut().find(|notice| notice.account == account && notice.seq == seq);
        let changed = match known {
            _ if is_own || !is_unread => false,
            Some(notice) => !std::mem::replace(&mut notice.done, true),
            None if is_direct => {
                log.notices.push(Notice { account, seq, reason: InboxReason::Direct, done: true });
                true
            }
            None => false,
        };
        self.cursor(id, account, changed, false)
    }

    pub(super) fn mark_delivered(&mut self, id: ConversationId, account: AccountId, seq: Seq) -> Result<Outcome, Refusal> {
        let log = self.log(id, account)?;
        let to = seq.min(log.last());
        let member = rules::as_member(log.member_mut(account))?;
        if to < member.first || to <= member.delivered.max(member.seen) {
            return Ok(Outcome::Done);
        }
        member.delivered = to;
        Ok(self.receipt(id, account)?.map_or(Outcome::Done, Outcome::Delivered))
    }

    fn cursor(&self, id: ConversationId, account: AccountId, moved: bool, seen: bool) -> Result<Outcome, Refusal> {
        let log = rules::as_member(self.own(account, id))?;
        let member = rules::as_member(log.member(account))?;
        let username = rules::as_member(self.username(account))?;
        Ok(Outcome::CursorMoved(CursorMoved {
            conversation: id,
            account,
            read_seq: member.read,
            unread: log.unread(username, member.read),
            mentions: log.mentions(account, member.read),
            last_seq: log.last(),
            moved,
            receipt: if seen { self.receipt(id, account)? } else { None },
        }))
    }

    /// The account's receipt with the members who are sent it.
    fn receipt(&self, conversation: ConversationId, account: AccountId) -> Result<Option<ReceiptMoved>, Refusal> {
        let log = rules::as_member(self.own(account, conversation))?;
        let member = rules::as_member(log.member(account))?;
        let Some(username) = self.username(account).cloned() else { return Ok(None) };
        let is_told = rules::is_told_of_receipts(log.members.len());
        let audience = if is_told { log.audience() } else { Audience::default() };
        Ok(Some(ReceiptMoved { conversation, account, receipt: member.receipt(username), audience }))
    }

    /// The inbox of an account, newest first.
    pub(super) fn inbox(&self, account: AccountId) -> Vec<InboxItem> {
        let Some(me) = self.username(account) else { return Vec::new() };
        let mut items = Vec::new();
        for (conversation, log) in self.ids() {
            let Some(member) = log.member(account) else { continue };
            for entry in log.entries.iter().filter(|entry| entry.seq > member.read && entry.author != *me) {
                if log.message(entry.seq).is_none_or(|(_, message)| message.deleted) {
                    continue;
                }
                let notice = log.notices.iter().find(|notice| notice.account == account && notice.seq == entry.seq);
                let reason = match notice {
                    Some(notice) => (!notice.done).then_some(notice.reason),
                    None => log.name.is_none().then_some(InboxReason::Direct),
                };
                let entry = log.shown(entry, account);
                items.extend(reason.map(|reason| InboxItem { conversation, reason, entry }));
            }
        }
        items.sort_by_key(|item| std::cmp::Reverse((item.entry.at, item.conversation, item.entry.seq)));
        items
    }

    /// Receipts of the other members, ordered by username.
    pub(super) fn receipts(&self, account: AccountId, id: ConversationId) -> Option<Vec<Receipt>> {
        let others = self.own(account, id)?.members.iter().filter(|member| member.account != account);
        let mut found: Vec<Receipt> =
            others.filter_map(|member| Some(member.receipt(self.username(member.account)?.clone()))).collect();
        found.sort_by(|one, other| one.username.cmp(&other.username));
        Some(found)
    }
}
