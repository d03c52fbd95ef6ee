//! Counts of unread messages and mentions as they are shown.

use papo_shared::model::limits::MAX_UNREAD;

use crate::state::phrase::Phrase;

/// A count; larger ones, which the server does not tell apart, are shown as `999+`.
#[must_use]
pub fn shown_count(count: u32) -> String {
    if count < MAX_UNREAD { count.to_string() } else { format!("{}+", MAX_UNREAD - 1) }
}

impl Phrase {
    /// Adds a count as an argument, shown as by [`shown_count`].
    #[must_use]
    pub fn count(self, name: &'static str, count: u32) -> Self {
        if count < MAX_UNREAD { self.number(name, count.into()) } else { self.text(name, shown_count(count)) }
    }
}

#[cfg(test)]
mod tests {
    use super::{MAX_UNREAD, shown_count};

    #[test]
    fn large_counts_are_not_told_apart() {
        let shown = [0, MAX_UNREAD - 1, MAX_UNREAD, MAX_UNREAD + 1].map(shown_count);
        assert_eq!(shown, ["0", "999", "999+", "999+"]);
    }
}
