//! Page sizes, by rows and by the bytes that fit in one line.

use papo_shared::protocol::limits::{DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS};

/// Number of rows for a request with this limit: the default if absent, clamped to 1..=[`MAX_PAGE_ROWS`].
#[must_use]
pub fn page_rows(requested: Option<u32>) -> usize {
    requested.unwrap_or(DEFAULT_PAGE_ROWS).clamp(1, MAX_PAGE_ROWS) as usize
}

/// Truncates `found` to at most `max_rows` rows and, by `size_of`, `max_bytes` bytes. At least one row is kept, or
/// paging could not get past it. Also returns whether rows were cut.
pub fn truncate_page<T>(mut found: Vec<T>, max_rows: usize, max_bytes: usize, size_of: impl Fn(&T) -> usize) -> (Vec<T>, bool) {
    let mut bytes = 0;
    let fitting = found
        .iter()
        .take(max_rows)
        .take_while(|row| {
            bytes += size_of(row);
            bytes <= max_bytes
        })
        .count()
        .max(1);
    let cut = found.len() > fitting;
    found.truncate(fitting);
    (found, cut)
}

#[cfg(test)]
mod tests {
    use super::{MAX_PAGE_ROWS, page_rows, truncate_page};

    #[track_caller]
    fn check(sizes: &[usize], max_rows: usize, max_bytes: usize, kept: usize, cut: bool) {
        let (page, was_cut) = truncate_page(sizes.to_vec(), max_rows, max_bytes, |size| *size);
        assert_eq!((page.len(), was_cut), (kept, cut), "fitting {sizes:?}");
    }

    #[test]
    fn a_page_is_limited_by_rows_and_by_bytes() {
        check(&[1, 1, 1], 3, 9, 3, false);
        check(&[1, 1, 1], 2, 9, 2, true);
        check(&[4, 4, 4], 3, 8, 2, true);
        check(&[4, 4, 4], 3, 12, 3, false);
        check(&[], 3, 9, 0, false);
    }

    #[test]
    fn at_least_one_row_is_kept() {
        check(&[99, 1], 3, 9, 1, true);
    }

    #[test]
    fn the_requested_number_of_rows_is_clamped() {
        assert_eq!((page_rows(Some(0)), page_rows(Some(u32::MAX))), (1, MAX_PAGE_ROWS as usize));
    }
}
