//! The dialog with the pending invitations to groups, in which each is accepted or declined.

use papo_shared::model::ConversationId;

/// The list of pending invitations, shown over the screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct InvitationList {
    /// The group whose invitation is selected; `None` means the first.
    pub selected: Option<ConversationId>,
}
