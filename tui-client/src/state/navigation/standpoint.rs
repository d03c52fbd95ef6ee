//! Opening a conversation once the server has made it.

use super::awaited::{Opening, Standpoint};
use crate::state::State;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::overlay::Overlay;

impl State {
    /// Remembers that a conversation is to be opened by this request. What was typed for it while the same request waits stays.
    pub fn expect_opening(&mut self, asked: Purpose) {
        let typed = self.account.opening.take().filter(|opening| opening.asked == asked).map(|opening| opening.typed);
        self.account.opening = Some(Opening { asked, asked_at: None, typed: typed.unwrap_or_default() });
    }

    /// Notes where the person is, once everything that followed from asking is done.
    pub fn note_standpoint(&mut self) {
        if self.account.opening.as_ref().is_some_and(|opening| opening.asked_at.is_none()) {
            let standpoint = self.standpoint();
            if let Some(opening) = &mut self.account.opening {
                opening.asked_at = Some(standpoint);
            }
        }
    }

    /// The conversation of this request came: says what was typed for it, if the person still waits for it.
    pub fn take_opening(&mut self, asked: &Purpose) -> Option<String> {
        let opening = self.account.opening.take_if(|opening| opening.asked == *asked)?;
        (opening.asked_at == Some(self.standpoint())).then_some(opening.typed)
    }

    fn standpoint(&self) -> Standpoint {
        let typed = match &self.overlay {
            Some(Overlay::Picker(picker)) => picker.filter.text(),
            Some(_) => String::new(),
            None => self.open_conversation().map(|open| open.composer.text()).unwrap_or_default(),
        };
        Standpoint {
            screen: self.screen,
            overlay: self.overlay.as_ref().map(std::mem::discriminant),
            side: self.account.chat.side,
            focus: self.account.chat.focus,
            selected: self.account.chat.here().selected.clone(),
            open: self.account.chat.here().open,
            typed,
        }
    }
}
