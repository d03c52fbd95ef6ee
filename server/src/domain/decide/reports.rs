//! Reports of messages.

use papo_shared::model::{ReportReason, Timestamp};
use papo_shared::protocol::Refusal;

use super::decision::{Decided, Decision, changes};
use super::lookup;
use crate::domain::account::AccountId;
use crate::domain::change::Change;
use crate::domain::facts::{All, Facts};
use crate::domain::message::EntryId;
use crate::domain::outcome::Outcome;
use crate::domain::report::{MAX_CLOSED_REPORTS, ReportChange, ReportId};
use crate::domain::rules;

/// A message that a member reports.
pub(super) struct NewReport<'a> {
    pub(super) message: EntryId,
    pub(super) by: AccountId,
    pub(super) reason: Option<&'a ReportReason>,
    pub(super) at: Timestamp,
}

/// Stores a report. A repeated one stores nothing, except for the reason if the report is still open.
pub(super) fn report<'a>(facts: &Facts, new: &NewReport<'a>) -> Decided<'a> {
    let &NewReport { message: id, by, reason, at } = new;
    let (_, message, reported, open, edits, next) = (
        facts.conversations.get(&id.conversation),
        lookup::message(facts, id.conversation, id.seq, by),
        facts.report_ids.get(&(id, by)),
        facts.open_report_counts.get(&by),
        facts.edit_counts.get(&id),
        facts.next_reports.next(),
    )
        .all()?;
    lookup::conversation(facts, id.conversation, by)?;
    let message = rules::require_message(message)?;
    lookup::text(message)?;
    rules::require_another(by, message.author)?;
    if let Some(reported) = reported {
        let stored = facts.reports.get(reported)?.as_ref().filter(|stored| stored.is_open);
        return Ok(match stored.zip(reason) {
            Some((stored, reason)) if stored.reason.as_ref() != Some(reason) => {
                Decision::new(Outcome::Done, Change::Report(ReportChange::SetReason { id: *reported, reason }))
            }
            _ => Decision::unchanged(Outcome::Done),
        });
    }
    rules::may_have_another_open_report(*open)?;
    let insert = ReportChange::Insert { id: next, reporter: by, message: id, edits: *edits, reason, at };
    Ok(Decision::new(Outcome::Reported(next), Change::Report(insert)))
}

/// Closes a report on behalf of the operator, and deletes the oldest of many closed ones.
pub(super) fn close<'a>(facts: &Facts, id: ReportId, at: Timestamp) -> Decided<'a> {
    let stored = facts.reports.get(&id)?.as_ref().ok_or(Refusal::NoSuchMessage)?;
    if !stored.is_open {
        return Ok(Decision::unchanged(Outcome::Done));
    }
    let all = [ReportChange::Close { id, at }, ReportChange::DeleteClosed { kept: MAX_CLOSED_REPORTS }];
    Ok(Decision::new(Outcome::Done, changes(all.map(Change::Report))))
}
