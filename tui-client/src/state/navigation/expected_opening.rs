//! Decides whether a conversation that arrives from the server is opened.

use super::opening::{Opening, UserPosition};
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::overlay::Overlay;

impl State {
    /// Records that the reply to this request opens a conversation. If the same request is waiting already, text typed for it is
    /// kept.
    pub fn expect_opening(&mut self, purpose: Purpose) {
        let typed = self.account.opening.take().filter(|opening| opening.purpose == purpose).map(|opening| opening.typed);
        self.account.opening = Some(Opening { purpose, requested_at: None, typed: typed.unwrap_or_default() });
    }

    /// Records the user's position after all effects of the event that made the request. Called after every event.
    pub fn note_user_position(&mut self) {
        if self.account.opening.as_ref().is_some_and(|opening| opening.requested_at.is_none()) {
            let user_position = self.user_position();
            if let Some(opening) = &mut self.account.opening {
                opening.requested_at = Some(user_position);
            }
        }
    }

    /// Ends the wait for this request, whose reply arrived. Returns the text typed for the conversation if the user has not moved
    /// since, that is, if the conversation is to be opened.
    pub fn take_opening(&mut self, purpose: &Purpose) -> Option<String> {
        let opening = self.account.opening.take_if(|opening| opening.purpose == *purpose)?;
        (opening.requested_at == Some(self.user_position())).then_some(opening.typed)
    }

    fn user_position(&self) -> UserPosition {
        let typed = match &self.overlay {
            Some(Overlay::Picker(picker)) => picker.filter.text(),
            Some(_) => String::new(),
            None => self.open_conversation().map(|open| open.composer.text()).unwrap_or_default(),
        };
        UserPosition {
            screen: self.screen,
            overlay: self.overlay.as_ref().map(std::mem::discriminant),
            side: self.account.chat.side,
            focus: self.account.chat.focus,
            selected: self.account.chat.open_side().selected.clone(),
            open: self.account.chat.open_side().open,
            typed,
        }
    }
}
