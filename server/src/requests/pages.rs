//! Pages of lists: how many rows to load, and how many of them fit in one line.

use papo_shared::protocol::encoded_bytes;
use papo_shared::protocol::limits::MAX_LINE_BYTES;
use serde::Serialize;

use crate::domain;

/// Bytes of a line reserved for everything except the rows: ids, field names, the start of the next page.
const ENVELOPE_BYTES: usize = 1024;

/// Maximum number of rows in a page.
#[derive(Clone, Copy)]
pub(super) struct PageSize(usize);

impl PageSize {
    /// The size for the `limit` of a request.
    pub(super) fn of(limit: Option<u32>) -> Self {
        Self(domain::page_rows(limit))
    }

    /// How many rows to load: one more than the page holds, which tells whether another page follows.
    pub(super) fn rows_to_load(self) -> usize {
        self.0 + 1
    }

    /// Truncates the rows loaded to those that fit. If rows were cut, also returns `position` of the last row kept, after
    /// which the next page starts.
    pub(super) fn truncate<T: Serialize, P>(self, rows: Vec<T>, position: impl Fn(&T) -> P) -> (Vec<T>, Option<P>) {
        let (rows, is_cut) = domain::truncate_page(rows, self.0, MAX_LINE_BYTES - ENVELOPE_BYTES, |row| encoded_bytes(row) + 1);
        let next = rows.last().filter(|_| is_cut).map(position);
        (rows, next)
    }
}
