//! Long pastes in a draft. The composer shows only their size, and the user confirms them before sending, because the clipboard
//! may have contained the wrong text.
//!
//! The pasted text is in the composer like any other text, so that it is saved and restored with the draft. This file only marks
//! it.

/// The maximum number of lines that can be pasted without confirmation.
pub const MAX_UNCONFIRMED_LINES: usize = 5;
/// The maximum number of bytes that can be pasted without confirmation: about twelve rows of a terminal.
pub const MAX_UNCONFIRMED_BYTES: usize = 1024;
/// The minimum number of backticks around a code block.
const SHORTEST_FENCE: usize = 3;

/// A long paste that the user has not confirmed yet.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pasted {
    /// The pasted text as it is in the composer.
    pub text: String,
    /// Whether the composer shows the size of the paste instead of its text.
    pub is_folded: bool,
}

impl Pasted {
    /// Returns a mark for the pasted `text` if it is long.
    #[must_use]
    pub fn if_long(text: &str) -> Option<Self> {
        is_long(text).then(|| Self { text: text.to_owned(), is_folded: true })
    }

    /// Returns a mark for the whole draft if a single key made it much longer.
    #[must_use]
    pub fn if_grown(before: &str, draft: &str) -> Option<Self> {
        let is_long = draft.len() > before.len() + MAX_UNCONFIRMED_BYTES
            || draft.lines().count() > before.lines().count() + MAX_UNCONFIRMED_LINES;
        is_long.then(|| Self { text: draft.to_owned(), is_folded: true })
    }

    /// Returns the draft with the pasted text as a code block. If the draft no longer contains that text, all of it becomes the
    /// block.
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

/// Whether this text is long enough to be confirmed before it is sent.
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
    fn a_paste_is_long_above_the_limit_of_lines_or_of_bytes() {
        let lines = |count: usize| vec!["a"; count].join("\n");
        assert!(!is_long(&lines(MAX_UNCONFIRMED_LINES)) && is_long(&lines(MAX_UNCONFIRMED_LINES + 1)));
        assert!(!is_long(&format!("{}\n", lines(MAX_UNCONFIRMED_LINES))), "a final line break adds no line");
        assert!(!is_long(&"x".repeat(MAX_UNCONFIRMED_BYTES)) && is_long(&"x".repeat(MAX_UNCONFIRMED_BYTES + 1)));
    }

    #[test]
    fn only_the_pasted_text_becomes_a_code_block() {
        let pasted = Pasted { text: "let a;\nlet b;\n".to_owned(), is_folded: true };
        assert_eq!(pasted.as_code("let a;\nlet b;\n"), "```\nlet a;\nlet b;\n```");
        assert_eq!(pasted.as_code("veja: let a;\nlet b;\n que tal?"), "veja:\n```\nlet a;\nlet b;\n```\nque tal?");
        assert_eq!(pasted.as_code("let a;\nlet c;"), "```\nlet a;\nlet c;\n```", "an edited paste: the whole draft");
    }

    #[test]
    fn code_that_contains_a_fence_gets_a_longer_fence() {
        let pasted = Pasted { text: "```\na\n```".to_owned(), is_folded: true };
        assert_eq!(pasted.as_code("```\na\n```"), "````\n```\na\n```\n````");
    }
}
