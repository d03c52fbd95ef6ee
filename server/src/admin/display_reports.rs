//! Text form of reports, for the terminal.

use std::fmt;

use super::moment::Moment;
use super::protocol::{ReportRow, ReportedMessage};
use crate::domain::EntryId;

/// A line per report. Texts are cut and on one line.
pub(super) fn list(f: &mut fmt::Formatter<'_>, reports: &[ReportRow]) -> fmt::Result {
    write!(f, "{:>8}  {:<20}  {:<16}  {:<16}  {:<12}  {:<16}  reason: text", "report", "at", "by", "author", "message", "group")?;
    reports.iter().try_for_each(|row| {
        let (at, message) = (Moment(Some(row.at)), message(row));
        let group = row.group.as_deref().unwrap_or("(direct)");
        let (reporter, author) = (row.reporter.as_str(), row.author.as_str());
        write!(f, "\n{:>8}  {at:<20}  {reporter:<16}  {author:<16}  {message:<12}  {group:<16}  ", row.id)?;
        if row.closed_at.is_some() {
            f.write_str("(closed) ")?;
        }
        if let Some(reason) = &row.reason {
            write!(f, "{reason}: ")?;
        }
        match &row.message {
            ReportedMessage::Unchanged { text } => f.write_str(text),
            ReportedMessage::Edited { text, .. } => write!(f, "{text} (edited since)"),
            ReportedMessage::Deleted => f.write_str("(deleted)"),
            ReportedMessage::Expired => f.write_str("(expired)"),
        }
    })
}

/// One report with the whole message, and the commands that handle it.
pub(super) fn details(f: &mut fmt::Formatter<'_>, row: &ReportRow) -> fmt::Result {
    let state = match row.closed_at {
        Some(at) => format!("closed {}", Moment(Some(at))),
        None => "open".to_owned(),
    };
    writeln!(f, "report    {}, {state}", row.id)?;
    writeln!(f, "reported  {} by {}", Moment(Some(row.at)), row.reporter.as_str())?;
    writeln!(f, "reason    {}", row.reason.as_deref().unwrap_or("-"))?;
    match &row.group {
        Some(name) => writeln!(f, "group     {} {name}", row.conversation.0)?,
        None => writeln!(f, "direct    {}", row.conversation.0)?,
    }
    writeln!(f, "message   {}, sent {} by {}", row.seq.0, Moment(Some(row.sent_at)), row.author.as_str())?;
    match &row.message {
        ReportedMessage::Unchanged { text } => writeln!(f, "\n{text}\n")?,
        ReportedMessage::Edited { text, current } => writeln!(f, "\n{text}\n\nedited since, now:\n\n{current}\n")?,
        ReportedMessage::Deleted => writeln!(f, "\nThe message was deleted. Its text is gone.\n")?,
        ReportedMessage::Expired => writeln!(f, "\nThe message has expired. Its text is gone.\n")?,
    }
    if matches!(row.message, ReportedMessage::Unchanged { .. } | ReportedMessage::Edited { .. }) {
        writeln!(f, "delete the message:  papo-server message delete {}", message(row))?;
    }
    write!(f, "close the report:    papo-server reports close {}", row.id)
}

fn message(row: &ReportRow) -> EntryId {
    EntryId { conversation: row.conversation, seq: row.seq }
}
