//! How names and queries are made comparable.

use papo_shared::model::GroupName;
use papo_shared::model::text::{clean_line, truncate_chars};
use papo_shared::protocol::limits::MAX_QUERY_CHARS;

/// A query as names are kept for searching: clean, lower case, bounded. Nothing to search for is none.
#[must_use]
pub fn fold(query: Option<&str>) -> Option<String> {
    let cleaned = clean_line(truncate_chars(query?, MAX_QUERY_CHARS)).to_lowercase();
    (!cleaned.is_empty()).then_some(cleaned)
}

/// A query as group names are kept for uniqueness, by which groups are searched. A `#` before it is how people write
/// that they mean a group.
#[must_use]
pub fn fold_group(query: Option<&str>) -> Option<String> {
    let folded = GroupName::fold(fold(query)?.trim_start_matches('#').trim_start());
    (!folded.is_empty()).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::{fold, fold_group};

    #[test]
    fn a_query_is_compared_as_names_are_kept() {
        assert_eq!(fold(Some("  João\tS ")), Some("joão s".to_owned()));
        assert_eq!(fold_group(Some("#STRASSE")), fold_group(Some("straße")));
    }

    #[test]
    fn nothing_to_search_for_is_no_query() {
        assert_eq!((fold(None), fold(Some(" \u{1b}"))), (None, None));
        assert_eq!((fold_group(None), fold_group(Some("#"))), (None, None));
    }

    #[test]
    fn what_is_too_long_for_a_name_is_still_searched_for() {
        let long = "x".repeat(60);
        assert_eq!(fold_group(Some(&long)), Some(long));
    }

    #[test]
    fn a_query_is_bounded() {
        assert_eq!(fold(Some(&"x".repeat(1000))).map(|query| query.len()), Some(64));
    }
}
