//! Truncates pages so that they fit in one line.

use papo_shared::protocol::limits::MAX_LINE_BYTES;
use serde::Serialize;

use crate::domain;

/// Bytes of a line reserved for everything except the rows: ids, field names, the start of the next page.
const ENVELOPE_BYTES: usize = 1024;

/// Truncates `found` to `max_rows` rows and to one line. Also returns whether rows were cut.
pub(super) fn truncate_page<T: Serialize>(found: Vec<T>, max_rows: usize) -> (Vec<T>, bool) {
    domain::truncate_page(found, max_rows, MAX_LINE_BYTES - ENVELOPE_BYTES, encoded_bytes)
}

/// Size of the encoded row and the following comma.
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
    // Counting cannot fail, and a row that cannot be encoded would fail again when the page is encoded.
    let _ = serde_json::to_writer(&mut count, row);
    count.0
}
