//! The position to return to after a jump to a message in this or another conversation.

use papo_shared::model::{ConversationId, Seq};

use super::chat::Chat;
use super::screen::Screen;
use crate::state::conversations::conversation::{BlockId, Scroll};

/// The user's position before a jump to a message, and the jump's target.
#[derive(Clone, Debug)]
pub struct WayBack {
    /// The conversation and message that the user jumped to.
    pub to: (ConversationId, Seq),
    /// Whether the message still has to be scrolled to the middle of the view, once it is loaded.
    pub needs_centering: bool,
    /// The previous scroll position of the target conversation.
    pub previous_scroll: Scroll,
    /// The screen that was shown before the jump.
    pub screen: Screen,
    /// The previous state of the chat screen.
    pub chat: Chat,
    /// The conversation that was open before, with its scroll position and selection.
    pub open: Option<(ConversationId, Scroll, Option<BlockId>)>,
}
