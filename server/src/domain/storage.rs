//! How much may be stored: the daily quota of each account, and what a nearly full disk still accepts.
//!
//! Each decision of an account is charged the approximate size of the rows that it inserts. Writes that only undo something,
//! such as deleting a message, are free: what they undo was charged before, so their number is limited, and a user who has
//! reached the quota must still be able to delete.

use papo_shared::model::{EntryKind, Timestamp, Topic};
use papo_shared::protocol::Refusal;

use super::change::Change;
use super::changes::Changes;
use super::day::DAY_MS;

/// Approximate size of a row without its text, in bytes, including indexes and the word index.
pub const ROW_BYTES: u64 = 128;

/// The longest text that is stored while the disk is nearly full, in bytes.
pub const MAX_TEXT_BYTES_WHEN_LOW: u64 = 4096;

/// What an account may store in a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Approximate size of everything it inserts, in bytes.
    pub bytes: u64,
    /// Number of messages, edits, reactions and other entries.
    pub messages: u64,
}

impl Quota {
    pub const UNLIMITED: Self = Self { bytes: u64::MAX, messages: u64::MAX };
}

/// The limits by which writes are decided.
#[derive(Clone, Copy, Debug)]
pub struct StorageLimits {
    pub quota: Quota,
    /// Whether the disk has less free space than the configured reserve.
    pub is_space_low: bool,
}

impl Default for StorageLimits {
    fn default() -> Self {
        Self { quota: Quota::UNLIMITED, is_space_low: false }
    }
}

/// What an account stored on one day.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DailyUsage {
    /// Days since 1970-01-01.
    pub day: i64,
    pub bytes: u64,
    pub messages: u64,
}

/// What a decision adds to the tables.
#[derive(Clone, Copy, Debug, Default)]
struct Cost {
    /// The time of the write, if it inserts anything.
    at: Option<Timestamp>,
    rows: u64,
    text_bytes: u64,
    entries: u64,
    /// Whether it creates an account or a group.
    creates: bool,
}

impl StorageLimits {
    /// Checks that the disk has enough space for these changes.
    ///
    /// # Errors
    /// `StorageLow` while space is low, for long texts, new accounts and new groups.
    pub fn check_space(&self, changes: &Changes<'_>) -> Result<(), Refusal> {
        if !self.is_space_low {
            return Ok(());
        }
        let cost = Cost::of(changes);
        if cost.creates || cost.text_bytes > MAX_TEXT_BYTES_WHEN_LOW {
            return Err(Refusal::StorageLow { max_bytes: MAX_TEXT_BYTES_WHEN_LOW });
        }
        Ok(())
    }

    /// The usage of an account after these changes, or `None` if they are free. A usage of another day counts as none, so a
    /// clock that was set wrong for a while locks no one out.
    ///
    /// # Errors
    /// `QuotaReached`.
    pub fn charge(&self, used: DailyUsage, changes: &Changes<'_>) -> Result<Option<DailyUsage>, Refusal> {
        let cost = Cost::of(changes);
        let Some(at) = cost.at else { return Ok(None) };
        let day = at.0.div_euclid(DAY_MS);
        let used = if used.day == day { used } else { DailyUsage { day, ..DailyUsage::default() } };
        let bytes = used.bytes.saturating_add(cost.rows * ROW_BYTES + cost.text_bytes);
        let messages = used.messages.saturating_add(cost.entries);
        let Quota { bytes: max_bytes, messages: max_messages } = self.quota;
        if bytes > max_bytes || messages > max_messages {
            let retry_after_ms = u64::try_from(DAY_MS - at.0.rem_euclid(DAY_MS)).unwrap_or_default();
            return Err(Refusal::QuotaReached { max_bytes, max_messages, retry_after_ms });
        }
        Ok(Some(DailyUsage { day, bytes, messages }))
    }
}

impl Cost {
    fn of(changes: &Changes<'_>) -> Self {
        let mut cost = Self::default();
        changes.iter().for_each(|change| cost.add(change));
        cost
    }

    fn add(&mut self, change: &Change<'_>) {
        match change {
            Change::InsertMessage(message) => {
                self.add_row(message.at, message.text.as_str().len());
                self.entries += 1;
            }
            Change::InsertEntry { kind, at, .. } => {
                if let Some(text) = charged_text(kind) {
                    self.add_row(*at, text.len());
                    self.entries += 1;
                }
            }
            // The previous text was charged when it was written.
            Change::ReplaceText { text, at, .. } => self.add_row(*at, text.as_str().len()),
            Change::InsertDirect { at, .. } => self.add_row(*at, 0),
            Change::InsertGroup { name, at, .. } => {
                self.add_row(*at, name.as_str().len());
                self.creates = true;
            }
            Change::InsertGroupInvite { at, .. } | Change::InsertInvitation { at, .. } => self.add_row(*at, 0),
            // These come with an entry, which has the time.
            Change::AddMembership { .. } | Change::InsertReaction { .. } | Change::PutNotice { done: false, .. } => {
                self.rows += 1
            }
            Change::InsertAccount { .. } => self.creates = true,
            // All others replace or remove rows, or their number is limited for each account.
            _ => {}
        }
    }

    fn add_row(&mut self, at: Timestamp, text_bytes: usize) {
        self.at = Some(at);
        self.rows += 1;
        self.text_bytes += text_bytes as u64;
    }
}

/// The text that is stored for an entry; `None` for entries that are free.
fn charged_text(kind: &EntryKind) -> Option<&str> {
    match kind {
        EntryKind::MessageDeleted { .. }
        | EntryKind::ReactionRemoved { .. }
        | EntryKind::MemberLeft { .. }
        | EntryKind::MemberRemoved { .. } => None,
        EntryKind::GroupCreated { name } | EntryKind::GroupRenamed { name } => Some(name.as_str()),
        EntryKind::TopicChanged { topic } => Some(topic.as_ref().map_or("", Topic::as_str)),
        EntryKind::ReactionAdded { emoji, .. } => Some(emoji.as_str()),
        _ => Some(""),
    }
}
