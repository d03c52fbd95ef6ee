//! Whether there is a way back to where the user was.

use super::screen::Screen;
use crate::state::State;

impl State {
    /// Whether the messages show what was gone to, so that the way back is the way out.
    #[must_use]
    pub fn shows_jump_target(&self) -> bool {
        let open = self.open_conversation().map(|open| open.id);
        self.screen == Screen::Chat && self.account.way_back.as_ref().is_some_and(|way| Some(way.to.0) == open)
    }
}
