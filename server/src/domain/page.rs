//! How a page is cut: by rows, and by the bytes that fit one line.

use papo_shared::protocol::limits::{DEFAULT_PAGE_ROWS, MAX_PAGE_ROWS};

/// How many rows a request gets that asked for this many.
#[must_use]
pub fn rows(asked: Option<u32>) -> usize {
    asked.unwrap_or(DEFAULT_PAGE_ROWS).clamp(1, MAX_PAGE_ROWS) as usize
}

/// Keeps the first rows: at most `max_rows`, and as many as fit `max_bytes` by the size each has. At least one stays,
/// or a page could never get past it. Says whether any were cut.
pub fn fit<T>(mut found: Vec<T>, max_rows: usize, max_bytes: usize, size_of: impl Fn(&T) -> usize) -> (Vec<T>, bool) {
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
    use super::{MAX_PAGE_ROWS, fit, rows};

    #[track_caller]
    fn check(sizes: &[usize], max_rows: usize, max_bytes: usize, kept: usize, cut: bool) {
        let (page, was_cut) = fit(sizes.to_vec(), max_rows, max_bytes, |size| *size);
        assert_eq!((page.len(), was_cut), (kept, cut), "fitting {sizes:?}");
    }

    #[test]
    fn a_page_ends_at_its_rows_or_at_its_bytes() {
        check(&[1, 1, 1], 3, 9, 3, false);
        check(&[1, 1, 1], 2, 9, 2, true);
        check(&[4, 4, 4], 3, 8, 2, true);
        check(&[4, 4, 4], 3, 12, 3, false);
        check(&[], 3, 9, 0, false);
    }

    #[test]
    fn one_row_always_stays() {
        check(&[99, 1], 3, 9, 1, true);
    }

    #[test]
    fn what_is_asked_is_kept_in_bounds() {
        assert_eq!((rows(Some(0)), rows(Some(u32::MAX))), (1, MAX_PAGE_ROWS as usize));
    }
}
