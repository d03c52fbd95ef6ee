//! Reports of messages by users, for the operator. No copy of a message is kept: the operator sees it as it is now. An edited
//! message still has its earlier texts, so that the text that was reported is known; the text of a deleted message is gone.

use papo_shared::model::{ConversationId, GroupName, ReportReason, Timestamp, Username};

use super::account::AccountId;
use super::message::EntryId;

/// Maximum number of closed reports that are kept. Those closed first are deleted.
pub const MAX_CLOSED_REPORTS: usize = 1000;

/// Identifies a report. Ids are assigned in ascending order, and never reused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ReportId(pub i64);

/// A report, as the operator sees it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    pub id: ReportId,
    /// When the message was reported.
    pub at: Timestamp,
    pub reporter: Username,
    /// The message reported.
    pub message: EntryId,
    pub author: Username,
    /// When the message was sent.
    pub sent_at: Timestamp,
    /// The group of the message; `None` for a direct conversation.
    pub group: Option<GroupName>,
    pub reason: Option<ReportReason>,
    /// When the operator closed it; `None` while it is open.
    pub closed_at: Option<Timestamp>,
    pub text: ReportedText,
}

/// The text of a reported message.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ReportedText {
    /// It is the same as when it was reported.
    Unchanged(String),
    /// The message was edited after it was reported.
    Edited { reported: String, current: String },
    /// The message was deleted.
    Deleted,
    /// The message was older than messages are kept.
    Expired,
}

/// A change to the reports.
#[derive(Clone, Debug)]
pub enum ReportChange<'a> {
    Insert {
        id: ReportId,
        reporter: AccountId,
        message: EntryId,
        /// How often the message had been edited.
        edits: usize,
        reason: Option<&'a ReportReason>,
        at: Timestamp,
    },
    SetReason {
        id: ReportId,
        reason: &'a ReportReason,
    },
    Close {
        id: ReportId,
        at: Timestamp,
    },
    /// Deletes the closed reports, except this number of those closed last.
    DeleteClosed {
        kept: usize,
    },
    /// Deletes up to [`STEP_REPORTS`](super::erasure::STEP_REPORTS) reports of messages in this group.
    DeleteInGroup(ConversationId),
    /// Removes the reasons that this account gave.
    EraseReasons(AccountId),
}
