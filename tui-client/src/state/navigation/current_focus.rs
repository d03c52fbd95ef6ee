//! Determines which part of the screen receives the keys.

use super::chat::ChatFocus;
use super::focus::Focus;
use super::screen::Screen;
use crate::state::State;
use crate::state::conversations::conversation::Conversation;
use crate::state::overlays::overlay::Overlay;

impl State {
    /// The part of the screen or dialog that receives the keys.
    #[must_use]
    pub fn focus(&self) -> Focus {
        match &self.overlay {
            Some(Overlay::Help(_)) => Focus::Help,
            Some(Overlay::Server) => Focus::Server,
            Some(Overlay::Picker(picker)) if picker.offers_usual_reactions() => Focus::Reactions,
            Some(Overlay::Picker(_)) => Focus::Picker,
            Some(Overlay::Prompt(prompt)) if prompt.is_confirmation() => Focus::Confirmation,
            Some(Overlay::Prompt(_)) => Focus::Prompt,
            Some(Overlay::Paste) => Focus::Paste,
            Some(Overlay::Search(_)) => Focus::Search,
            Some(Overlay::Members(_)) => Focus::Members,
            Some(Overlay::Invites(_)) => Focus::Invites,
            Some(Overlay::RecoveryCodes(_)) => Focus::RecoveryCodes,
            Some(Overlay::Invitations(_)) => Focus::Invitations,
            Some(Overlay::Notify(_)) => Focus::Notify,
            Some(Overlay::Sheet(_)) => Focus::Sheet,
            None => self.focus_below(),
        }
    }

    /// The part of the screen that receives the keys without a dialog.
    #[must_use]
    pub fn focus_below(&self) -> Focus {
        match self.screen {
            Screen::SignIn => Focus::SignIn,
            Screen::Menu => Focus::Menu,
            Screen::Devices => Focus::Devices,
            Screen::Inbox => Focus::Inbox,
            Screen::Chat => match self.account.chat.focus {
                ChatFocus::List => Focus::List,
                ChatFocus::Messages if self.selected_is_folded() => Focus::FoldedMessage,
                ChatFocus::Messages if self.selected_failed().is_some() => Focus::FailedMessage,
                ChatFocus::Messages if self.shows_jump_target() => Focus::Found,
                ChatFocus::Messages => Focus::Messages,
                ChatFocus::Composer if self.account.completion.pop_up.is_some() => Focus::Completion,
                ChatFocus::Composer if self.open_conversation().is_some_and(Conversation::is_reply_or_edit) => Focus::Reply,
                ChatFocus::Composer if self.open_conversation().is_none_or(|open| open.composer.is_empty()) => {
                    Focus::EmptyComposer
                }
                ChatFocus::Composer => Focus::Composer,
            },
        }
    }
}
