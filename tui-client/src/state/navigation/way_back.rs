//! Where one was before one went to a message elsewhere, in this conversation or in another one.

use papo_shared::model::{ConversationId, Seq};

use super::chat::Chat;
use super::screen::Screen;
use crate::state::conversations::conversation::{BlockId, Scroll};

/// Where one was when one went to a message.
#[derive(Clone, Debug)]
pub struct WayBack {
    /// What was gone to.
    pub to: (ConversationId, Seq),
    /// Whether it still has to come to the middle of the view, when it is here.
    pub needs_centering: bool,
    /// How that conversation stood before.
    pub previous_scroll: Scroll,
    /// The screen that was shown.
    pub screen: Screen,
    /// What was open, and where the keys went.
    pub chat: Chat,
    /// How the conversation that was open stood, and what was selected in it.
    pub open: Option<(ConversationId, Scroll, Option<BlockId>)>,
}
