//! The count of unread messages: the read cursor, the count sent by the server, and the entries that arrived since.

use papo_shared::model::limits::MAX_UNREAD;
use papo_shared::model::{Entry, Seq, Username};
use papo_shared::protocol::ReadCursor;

use super::Conversation;
use super::unread::{changes_count, concerns, is_unread_message};

impl Conversation {
    /// Whether the unread count misses entries that exist on the server, or includes messages that were changed since.
    #[must_use]
    pub fn has_stale_count(&self) -> bool {
        self.counted_to < self.last_seq || self.needs_recount
    }

    /// The number of the first entry after the read cursor that this account may see.
    #[must_use]
    pub fn first_after_read(&self) -> Seq {
        self.read_seq.next().max(self.first_seq)
    }

    /// Whether entries between the read cursor and the held ones are missing. Unread messages may be among them.
    #[must_use]
    pub fn has_gap_after_read(&self) -> bool {
        self.log.first().is_some_and(|first| first > self.first_after_read())
    }

    /// Whether the held entries start at or before the read cursor and reach it, so that every unread message is either held or
    /// follows the held entries without a gap.
    #[must_use]
    pub fn holds_read_position(&self) -> bool {
        !self.has_gap_after_read() && self.log.last().is_some_and(|last| last.next() >= self.first_after_read())
    }

    /// The first unread message, if it is held and no unread message before it can be missing.
    #[must_use]
    pub fn first_unread(&self, me: &Username) -> Option<Seq> {
        let from = self.log.index_at_or_after(self.first_after_read());
        let held = self.holds_read_position().then(|| self.log.entries().range(from..));
        held?.find(|entry| is_unread_message(entry, me)).map(|entry| entry.seq)
    }

    /// Applies a read cursor sent by the server.
    pub fn move_read_cursor(&mut self, cursor: &ReadCursor, me: &Username) {
        self.set_server_read_seq(cursor.read_seq);
        // If more was read here than the server knows, its count includes messages that are already read.
        if cursor.read_seq == self.read_seq {
            self.set_unread(cursor.unread, cursor.mentions, cursor.last_seq, me);
        }
    }

    /// Sets the server's read position. If it moved backwards, entries were marked as unread, and the local read position
    /// follows. If it is only behind the local one, the server has not received the local position yet, which stays.
    pub(super) fn set_server_read_seq(&mut self, read_seq: Seq) {
        if read_seq < self.server_read_seq {
            self.read_seq = read_seq;
            self.is_marked_unread = true;
            self.new_after = Some(read_seq);
        }
        self.server_read_seq = read_seq;
        self.read_seq = self.read_seq.max(read_seq);
    }

    /// Marks everything up to this held entry as read, before the server is told. If unread messages before it may be missing
    /// here (see [`Self::has_gap_after_read`]), the cursor does not move.
    pub fn read_up_to(&mut self, seq: Seq, me: &Username) {
        let may_pass_unread = self.has_gap_after_read() && (self.unread > 0 || self.counted_to < seq);
        if seq <= self.read_seq || may_pass_unread {
            return;
        }
        let from = self.log.index_at_or_after(self.read_seq.next());
        let to = self.log.index_at_or_after(seq.min(self.counted_to).next()).max(from);
        let newly = |counts: fn(&Entry, &Username) -> bool| {
            let read = self.log.entries().range(from..to).filter(|entry| counts(entry, me));
            u32::try_from(read.count()).unwrap_or(u32::MAX)
        };
        let (unread, mentions) = (newly(is_unread_message), newly(concerns));
        subtract(&mut self.unread, unread);
        subtract(&mut self.mentions, mentions);
        self.read_seq = seq;
        if seq >= self.last_seq {
            (self.unread, self.mentions) = (0, 0);
            self.counted_to = self.last_seq;
        }
    }

    /// Marks all entries as read, whether held or not, because the user ran the command for it.
    pub fn read_everything(&mut self) {
        self.read_seq = self.read_seq.max(self.last_seq);
        (self.unread, self.mentions) = (0, 0);
        self.counted_to = self.last_seq;
    }

    /// Counts the entry that follows `counted_to`.
    pub(super) fn count(&mut self, entry: &Entry, me: &Username) {
        self.counted_to = entry.seq;
        let is_new = entry.seq > self.read_seq;
        add(&mut self.unread, is_new && is_unread_message(entry, me));
        add(&mut self.mentions, is_new && concerns(entry, me));
    }

    /// Applies a count by the server that includes entries up to `counted_to`, and adds the held entries after that.
    pub(super) fn set_unread(&mut self, unread: u32, mentions: u32, counted_to: Seq, me: &Username) {
        (self.unread, self.mentions) = (unread, mentions);
        self.counted_to = counted_to;
        self.needs_recount =
            self.log.recent_changes().any(|change| change.seq > counted_to && changes_count(change, self.read_seq));
        let Some(last) = self.log.last().filter(|last| counted_to < *last && self.log.holds(counted_to.next())) else { return };
        let beyond: Vec<Entry> = self.log.entries().range(self.log.index_at_or_after(counted_to.next())..).cloned().collect();
        for entry in &beyond {
            self.count(entry, me);
            self.apply_to_description(entry, me);
        }
        self.counted_to = last;
    }
}

/// Adds one to a count that stays at [`MAX_UNREAD`], if `counts`.
fn add(count: &mut u32, counts: bool) {
    *count = (*count + u32::from(counts)).min(MAX_UNREAD);
}

/// Subtracts what was read. [`MAX_UNREAD`] stands for more and stays, until the server sends the count after the new cursor.
fn subtract(count: &mut u32, read: u32) {
    if *count < MAX_UNREAD {
        *count = count.saturating_sub(read);
    }
}
