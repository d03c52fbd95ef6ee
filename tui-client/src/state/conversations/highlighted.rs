//! Syntax highlighting of code blocks. It is computed outside the main loop, so that code is shown at once and coloured a moment
//! later.

use std::collections::VecDeque;
use std::ops::Range;

use crate::code::{Code, Token, Tokens};

/// The maximum number of code blocks held. The one requested longest ago is removed first.
pub const MAX_REMEMBERED: usize = 128;

/// The tokens of code blocks, as far as they were computed.
#[derive(Clone, Debug, Default)]
pub struct Highlighted {
    /// The last requested block first. A block has no tokens until its result arrives.
    blocks: VecDeque<(Code, Tokens)>,
}

impl Highlighted {
    /// The tokens of this code; empty until they are computed.
    #[must_use]
    pub fn tokens(&self, code: &Code) -> &[(Range<usize>, Token)] {
        self.blocks.iter().find(|(known, _)| known == code).map_or(&[], |(_, tokens)| tokens)
    }

    /// Records that the tokens of this code are needed. Returns whether they have to be requested, which is true once per code.
    pub fn request(&mut self, code: &Code) -> bool {
        let is_new = !self.blocks.iter().any(|(known, _)| known == code);
        if is_new {
            self.blocks.truncate(MAX_REMEMBERED - 1);
            self.blocks.push_front((code.clone(), Tokens::new()));
        }
        is_new
    }

    /// Stores the computed tokens, unless the code block was removed in the meantime.
    pub fn store(&mut self, code: &Code, computed: Tokens) {
        if let Some((_, tokens)) = self.blocks.iter_mut().find(|(known, _)| known == code) {
            *tokens = computed;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Highlighted, MAX_REMEMBERED};
    use crate::code::{Code, Token};

    fn code(number: usize) -> Code {
        Code { language: "rust".to_owned(), text: number.to_string() }
    }

    #[test]
    fn each_code_block_is_requested_once_and_the_oldest_is_removed() {
        let mut highlighted = Highlighted::default();
        assert!(highlighted.request(&code(0)) && !highlighted.request(&code(0)));
        highlighted.store(&code(0), vec![(0..1, Token::Number)]);
        (1..MAX_REMEMBERED).for_each(|number| assert!(highlighted.request(&code(number))));
        assert_eq!(highlighted.tokens(&code(0)), [(0..1, Token::Number)]);
        highlighted.request(&code(MAX_REMEMBERED));
        highlighted.store(&code(0), vec![(0..1, Token::Number)]);
        assert_eq!(highlighted.tokens(&code(0)), [], "the oldest block was removed");
    }
}
