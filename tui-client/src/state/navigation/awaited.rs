//! A conversation that the server was asked for, to be opened when it comes: unless the person is elsewhere by then, since
//! what they type there must not go to it.

use papo_shared::model::ConversationId;

use super::chat::{ChatFocus, Row, Side};
use super::screen::Screen;
use crate::state::connection::pending::Purpose;
use crate::state::overlays::overlay::Overlay;

/// A conversation that is to be opened once the server has told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Opening {
    /// The request.
    pub asked: Purpose,
    /// Where the person was right after they asked.
    pub(super) asked_at: Option<Standpoint>,
    /// Text for it that was typed or pasted meanwhile.
    pub typed: String,
}

/// Where the keys of a person go, and what was typed there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Standpoint {
    pub(super) screen: Screen,
    pub(super) overlay: Option<std::mem::Discriminant<Overlay>>,
    pub(super) side: Side,
    pub(super) focus: ChatFocus,
    pub(super) selected: Option<Row>,
    pub(super) open: Option<ConversationId>,
    pub(super) typed: String,
}
