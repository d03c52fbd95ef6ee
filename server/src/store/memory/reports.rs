//! Reports of messages.

use std::cmp::Reverse;

use super::state::{State, StoredReport};
use crate::domain::facts::ReportFacts;
use crate::domain::{Report, ReportChange, ReportId, ReportedText};

impl State {
    pub(super) fn report_facts(&self, id: ReportId) -> Option<ReportFacts> {
        let stored = self.reports.iter().find(|report| report.id == id)?;
        Some(ReportFacts { reason: stored.reason.clone(), is_open: stored.closed_at.is_none() })
    }

    /// The reports, without those of deleted groups.
    pub(super) fn all_reports(&self) -> impl Iterator<Item = Report> {
        self.reports.iter().filter_map(|stored| self.report(stored))
    }

    fn report(&self, stored: &StoredReport) -> Option<Report> {
        let StoredReport { id, reporter, message, edits, reason, at, closed_at } = stored;
        let log = self.log(message.conversation).filter(|log| !log.is_deleted)?;
        let (entry, current) = log.message(message.seq)?;
        let earlier = log.changes.get(&message.seq).and_then(|changes| changes.earlier.get(*edits));
        let text = match earlier {
            _ if current.expired => ReportedText::Expired,
            _ if current.deleted => ReportedText::Deleted,
            None => ReportedText::Unchanged(current.text.as_str().to_owned()),
            Some(reported) => {
                ReportedText::Edited { reported: reported.text.as_str().to_owned(), current: current.text.as_str().to_owned() }
            }
        };
        Some(Report {
            id: *id,
            at: *at,
            reporter: self.username(*reporter)?.clone(),
            message: *message,
            author: entry.author.clone(),
            sent_at: entry.at,
            group: log.group.as_ref().map(|group| group.name.clone()),
            reason: reason.clone(),
            closed_at: *closed_at,
            text,
        })
    }

    pub(super) fn apply_to_reports(&mut self, change: &ReportChange<'_>) {
        let reports = &mut self.reports;
        match change {
            ReportChange::Insert { id, reporter, message, edits, reason, at } => {
                self.last_report = id.0;
                let reason = reason.cloned();
                let (id, reporter, message, edits, at) = (*id, *reporter, *message, *edits, *at);
                reports.push(StoredReport { id, reporter, message, edits, reason, at, closed_at: None });
            }
            ReportChange::SetReason { id, reason } => {
                let found = reports.iter_mut().find(|report| report.id == *id);
                found.into_iter().for_each(|found| found.reason = Some((*reason).clone()));
            }
            ReportChange::Close { id, at } => {
                let found = reports.iter_mut().find(|report| report.id == *id);
                found.into_iter().for_each(|found| found.closed_at = Some(*at));
            }
            ReportChange::DeleteClosed { kept } => {
                let mut closed: Vec<_> = reports.iter().filter_map(|report| Some((report.closed_at?, report.id))).collect();
                closed.sort_by_key(|closed| Reverse(*closed));
                let deleted = closed.split_off(closed.len().min(*kept));
                reports.retain(|report| !deleted.iter().any(|(_, id)| *id == report.id));
            }
            ReportChange::DeleteInGroup(group) => reports.retain(|report| report.message.conversation != *group),
            ReportChange::EraseReasons(reporter) => {
                let own = reports.iter_mut().filter(|report| report.reporter == *reporter);
                own.for_each(|report| report.reason = None);
            }
        }
    }
}
