//! Normalisation of names and queries for comparison.

use papo_shared::model::GroupName;
use papo_shared::model::text::{clean_line, truncate_chars};
use papo_shared::protocol::limits::MAX_QUERY_CHARS;

/// Normalises a query like the stored names: clean, lower case, truncated. `None` if nothing is left.
#[must_use]
pub fn normalise_query(query: Option<&str>) -> Option<String> {
    let cleaned = clean_line(truncate_chars(query?, MAX_QUERY_CHARS)).to_lowercase();
    (!cleaned.is_empty()).then_some(cleaned)
}

/// Normalises a query like the unique form of group names, by which groups are searched. A leading `#` is ignored.
#[must_use]
pub fn fold_group(query: Option<&str>) -> Option<String> {
    let folded = GroupName::fold(normalise_query(query)?.trim_start_matches('#').trim_start());
    (!folded.is_empty()).then_some(folded)
}

#[cfg(test)]
mod tests {
    use super::{fold_group, normalise_query};

    #[test]
    fn a_query_is_normalised_like_the_names() {
        assert_eq!(normalise_query(Some("  João\tS ")), Some("joão s".to_owned()));
        assert_eq!(fold_group(Some("#STRASSE")), fold_group(Some("straße")));
    }

    #[test]
    fn a_blank_query_is_none() {
        assert_eq!((normalise_query(None), normalise_query(Some(" \u{1b}"))), (None, None));
        assert_eq!((fold_group(None), fold_group(Some("#"))), (None, None));
    }

    #[test]
    fn a_query_may_be_longer_than_a_name() {
        let long = "x".repeat(60);
        assert_eq!(fold_group(Some(&long)), Some(long));
    }

    #[test]
    fn a_query_is_truncated() {
        assert_eq!(normalise_query(Some(&"x".repeat(1000))).map(|query| query.len()), Some(64));
    }
}
