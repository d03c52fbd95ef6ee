//! The order in which messages were stored, across all conversations. Searches go through it from the newest message back.
//!
//! Entry numbers order a single conversation only, and times are unreliable because the clock can be set back.

use std::collections::BTreeMap;
use std::ops::RangeInclusive;

use papo_shared::model::Timestamp;
use papo_shared::model::search::Query;
use rusqlite::Connection;

use crate::domain::DAY_MS;

/// Messages appended by the current batch.
#[derive(Debug, Default)]
pub(crate) struct BatchMessages {
    /// Entry ids and times, in the order of storage.
    messages: Vec<(i64, Timestamp)>,
}

impl BatchMessages {
    /// Records a message, to be written by [`BatchMessages::write`].
    pub(crate) fn add(&mut self, entry: i64, at: Timestamp) {
        self.messages.push((entry, at));
    }

    /// When the newest message of the batch was stored.
    pub(crate) fn newest(&self) -> Option<Timestamp> {
        self.messages.last().map(|(_, at)| *at)
    }

    /// Forgets the messages with these entry ids, which were deleted in the same batch.
    pub(crate) fn remove(&mut self, entries: RangeInclusive<i64>) {
        self.messages.retain(|(entry, _)| !entries.contains(entry));
    }

    /// Assigns positions to the messages of the batch. Returns the position of the newest one, if there is any.
    pub(crate) fn write(&self, connection: &Connection) -> rusqlite::Result<Option<i64>> {
        if self.messages.is_empty() {
            return Ok(None);
        }
        let mut insert = connection.prepare_cached("INSERT INTO message_order (entry) VALUES (?1)")?;
        let mut days: BTreeMap<i64, (i64, i64)> = BTreeMap::new();
        let mut newest = None;
        for (entry, at) in &self.messages {
            let place = insert.insert([entry])?;
            days.entry(day(*at)).or_insert((place, place)).1 = place;
            newest = Some(place);
        }
        let mut widen = connection.prepare_cached(
            "INSERT INTO message_day (day, first, last) VALUES (?1, ?2, ?3)
             ON CONFLICT (day) DO UPDATE SET first = min(first, excluded.first), last = max(last, excluded.last)",
        )?;
        for (day, (first, last)) in days {
            widen.execute((day, first, last))?;
        }
        Ok(newest)
    }

    /// Discards the messages at the end of the batch.
    pub(crate) fn clear(&mut self) {
        self.messages.clear();
    }
}

fn day(at: Timestamp) -> i64 {
    at.0.div_euclid(DAY_MS)
}

/// Whether an entry is in the date range of the query. [`places`] is not exact, since it counts days in UTC.
pub(super) fn in_date_range(connection: &Connection, query: &Query, entry: i64) -> rusqlite::Result<bool> {
    if query.since.is_none() && query.until.is_none() {
        return Ok(true);
    }
    let at =
        connection.prepare_cached("SELECT at FROM entry WHERE id = ?1")?.query_row([entry], |row| row.get(0).map(Timestamp))?;
    Ok(query.since.is_none_or(|since| at >= since) && query.until.is_none_or(|until| at < until))
}

/// Position of the newest message; 0 if there is none.
pub(crate) fn newest(connection: &Connection) -> rusqlite::Result<i64> {
    connection.prepare_cached("SELECT ifnull(max(place), 0) FROM message_order")?.query_row([], |row| row.get(0))
}

/// The first and last positions that messages in the date range of the query can have.
pub(super) fn places(connection: &Connection, query: &Query) -> rusqlite::Result<(i64, i64)> {
    let mut bounds = (1, i64::MAX);
    if let Some(since) = query.since {
        let mut first = connection.prepare_cached("SELECT min(first) FROM message_day WHERE day >= ?1")?;
        // No message since then: an empty range.
        bounds.0 = first.query_row([day(since)], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(i64::MAX);
    }
    if let Some(until) = query.until {
        let mut last = connection.prepare_cached("SELECT max(last) FROM message_day WHERE day <= ?1")?;
        // The end is exclusive: a day that starts at that moment is not included.
        bounds.1 = last.query_row([day(Timestamp(until.0.saturating_sub(1)))], |row| row.get::<_, Option<i64>>(0))?.unwrap_or(0);
    }
    Ok(bounds)
}
