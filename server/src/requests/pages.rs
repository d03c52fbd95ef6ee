//! Pages that fit one line, whatever is in them.

use papo_shared::protocol::limits::MAX_LINE_BYTES;
use serde::Serialize;

use crate::domain;

/// Bytes of a line that are kept for what is around the rows: ids, field names, where the next page begins.
const ENVELOPE_BYTES: usize = 1024;

/// The rows that fit, and whether any were cut: by `max_rows`, or by the bound of a line.
pub(super) fn fit<T: Serialize>(found: Vec<T>, max_rows: usize) -> (Vec<T>, bool) {
    domain::fit(found, max_rows, MAX_LINE_BYTES - ENVELOPE_BYTES, encoded_bytes)
}

/// With the comma after it.
fn encoded_bytes(row: &impl Serialize) -> usize {
    struct Count(usize);
    impl std::io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(1);
    // Counting does not fail, and neither do rows of values; one that did would fail again where it is encoded.
    let _ = serde_json::to_writer(&mut count, row);
    count.0
}
