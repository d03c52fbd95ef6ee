//! Whether the user jumped to a message of the open conversation.

use super::screen::Screen;
use crate::state::State;

impl State {
    /// Whether the open conversation is the target of the last jump, so that leaving it returns to the previous position.
    #[must_use]
    pub fn shows_jump_target(&self) -> bool {
        let open = self.open_conversation().map(|open| open.id);
        self.screen == Screen::Chat && self.account.way_back.as_ref().is_some_and(|way| Some(way.to.0) == open)
    }
}
