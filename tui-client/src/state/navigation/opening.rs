//! A conversation that is opened when the server replies with it. It is not opened if the user has moved elsewhere by then,
//! because the user's typing would go to it.

use papo_shared::model::ConversationId;

use super::chat::{ChatFocus, Row, Side};
use super::screen::Screen;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::overlay::Overlay;

/// A conversation to open when the server replies with it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The purpose of the request whose reply names the conversation.
    pub purpose: Purpose,
    /// The user's position right after the request; `None` until the event that caused the request is handled.
    pub(super) requested_at: Option<UserPosition>,
    /// Text that the user typed or pasted for the conversation while waiting.
    pub typed: String,
}

/// Where the user's keys go and what was typed there, to detect that the user has moved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct UserPosition {
    pub(super) screen: Screen,
    pub(super) overlay: Option<std::mem::Discriminant<Overlay>>,
    pub(super) side: Side,
    pub(super) focus: ChatFocus,
    pub(super) selected: Option<Row>,
    pub(super) open: Option<ConversationId>,
    pub(super) typed: String,
}
