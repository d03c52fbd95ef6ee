//! What is known to be highlighted in code. It is found out beside the loop, so code is shown at once and gets its colours
//! a moment later.

use std::collections::VecDeque;
use std::ops::Range;

use crate::code::{Code, Token, Tokens};

/// Most blocks of code that are remembered; the ones that were asked for longest ago go first.
pub const MAX_REMEMBERED: usize = 128;

/// What is known to be highlighted in code.
#[derive(Clone, Debug, Default)]
pub struct Highlighted {
    /// Without tokens as long as nothing was found.
    blocks: VecDeque<(Code, Tokens)>,
}

impl Highlighted {
    /// What is highlighted in this code, as far as it is known.
    #[must_use]
    pub fn tokens(&self, code: &Code) -> &[(Range<usize>, Token)] {
        self.blocks.iter().find(|(known, _)| known == code).map_or(&[], |(_, tokens)| tokens)
    }

    /// Notes that this code is asked for; says whether it was not yet.
    pub fn request(&mut self, code: &Code) -> bool {
        let is_new = !self.blocks.iter().any(|(known, _)| known == code);
        if is_new {
            self.blocks.truncate(MAX_REMEMBERED - 1);
            self.blocks.push_front((code.clone(), Tokens::new()));
        }
        is_new
    }

    /// Takes what was found, where it is still remembered that it was asked for.
    pub fn store(&mut self, code: &Code, found: Tokens) {
        if let Some((_, tokens)) = self.blocks.iter_mut().find(|(known, _)| known == code) {
            *tokens = found;
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
    fn each_code_is_asked_for_once_and_as_many_are_remembered_as_there_is_room_for() {
        let mut highlighted = Highlighted::default();
        assert!(highlighted.request(&code(0)) && !highlighted.request(&code(0)));
        highlighted.store(&code(0), vec![(0..1, Token::Number)]);
        (1..MAX_REMEMBERED).for_each(|number| assert!(highlighted.request(&code(number))));
        assert_eq!(highlighted.tokens(&code(0)), [(0..1, Token::Number)]);
        highlighted.request(&code(MAX_REMEMBERED));
        highlighted.store(&code(0), vec![(0..1, Token::Number)]);
        assert_eq!(highlighted.tokens(&code(0)), [], "the oldest one went");
    }
}
