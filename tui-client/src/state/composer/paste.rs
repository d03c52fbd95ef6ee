//! A long paste in a draft: it is shown as such, and asked about before it goes out, since it may be on the clipboard by
//! mistake.
//!
//! Its text is in the composer like any other, so that nothing that can happen to a draft loses it; here is only what
//! tells it apart.

/// Most lines that are pasted without a question.
pub const MAX_UNCONFIRMED_LINES: usize = 5;
/// Most bytes that are pasted without a question: some twelve rows of a terminal.
pub const MAX_UNCONFIRMED_BYTES: usize = 1024;
/// The fewest backticks around a block of code.
const SHORTEST_FENCE: usize = 3;

/// A long paste that was not asked about yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// What was pasted, as it stands in the composer.
    pub text: String,
    /// Whether the composer shows how much it is instead of the text.
    pub folded: bool,
}

impl Pasted {
    /// What was just pasted, where it is long.
    #[must_use]
    pub fn if_long(text: &str) -> Option<Self> {
        is_long(text).then(|| Self { text: text.to_owned(), folded: true })
    }

    /// The whole draft, where a single key made it much longer.
    #[must_use]
    pub fn if_grown(before: &str, draft: &str) -> Option<Self> {
        let is_long = draft.len() > before.len() + MAX_UNCONFIRMED_BYTES
            || draft.lines().count() > before.lines().count() + MAX_UNCONFIRMED_LINES;
        is_long.then(|| Self { text: draft.to_owned(), folded: true })
    }

    /// The draft with what was pasted as a block of code; all of it, where what was pasted is not to be found any more.
    #[must_use]
    pub fn as_code(&self, draft: &str) -> String {
        let (before, code, after) = match draft.find(&self.text) {
            Some(at) => (&draft[..at], self.text.as_str(), &draft[at + self.text.len()..]),
            None => ("", draft, ""),
        };
        let fence = "`".repeat(longest_run_of_backticks(code).max(SHORTEST_FENCE - 1) + 1);
        let block = format!("{fence}\n{}\n{fence}", code.trim_end_matches('\n'));
        let parts = [before.trim_end(), &block, after.trim_start()];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }
}

/// Whether this much text is worth a question.
#[must_use]
pub fn is_long(text: &str) -> bool {
    text.len() > MAX_UNCONFIRMED_BYTES || text.lines().count() > MAX_UNCONFIRMED_LINES
}

fn longest_run_of_backticks(text: &str) -> usize {
    text.split(|c| c != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::{MAX_UNCONFIRMED_BYTES, MAX_UNCONFIRMED_LINES, Pasted, is_long};

    #[test]
    fn long_has_two_sides_in_lines_and_in_bytes() {
        let lines = |count: usize| vec!["a"; count].join("\n");
        assert!(!is_long(&lines(MAX_UNCONFIRMED_LINES)) && is_long(&lines(MAX_UNCONFIRMED_LINES + 1)));
        assert!(!is_long(&format!("{}\n", lines(MAX_UNCONFIRMED_LINES))), "an end of line begins none");
        assert!(!is_long(&"x".repeat(MAX_UNCONFIRMED_BYTES)) && is_long(&"x".repeat(MAX_UNCONFIRMED_BYTES + 1)));
    }

    #[test]
    fn what_was_pasted_becomes_code_and_what_is_around_it_does_not() {
        let pasted = Pasted { text: "let a;\nlet b;\n".to_owned(), folded: true };
        assert_eq!(pasted.as_code("let a;\nlet b;\n"), "```\nlet a;\nlet b;\n```");
        assert_eq!(pasted.as_code("veja: let a;\nlet b;\n que tal?"), "veja:\n```\nlet a;\nlet b;\n```\nque tal?");
        assert_eq!(pasted.as_code("let a;\nlet c;"), "```\nlet a;\nlet c;\n```", "edited: all of it");
    }

    #[test]
    fn code_with_a_fence_in_it_gets_a_longer_one() {
        let pasted = Pasted { text: "```\na\n```".to_owned(), folded: true };
        assert_eq!(pasted.as_code("```\na\n```"), "````\n```\na\n```\n````");
    }
}
