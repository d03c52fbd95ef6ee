//! The pending invitations to groups, and the selected one.

use papo_shared::model::{ConversationId, Invitation};

use crate::state::{Overlay, State};

impl State {
    /// The index of the selected invitation, while the list is open and not empty.
    #[must_use]
    pub fn selected_invitation_index(&self) -> Option<usize> {
        let Some(Overlay::Invitations(list)) = &self.overlay else { return None };
        let pending = &self.account.invitations;
        let at = pending.iter().position(|invitation| Some(invitation.conversation) == list.selected);
        at.or_else(|| (!pending.is_empty()).then_some(0))
    }

    /// The selected invitation, while the list is open and not empty.
    #[must_use]
    pub fn selected_invitation(&self) -> Option<&Invitation> {
        self.account.invitations.get(self.selected_invitation_index()?)
    }

    /// Adds an invitation, or replaces the one to the same group.
    pub fn add_invitation(&mut self, invitation: Invitation) {
        self.remove_invitation(invitation.conversation);
        self.account.invitations.push(invitation);
    }

    /// Removes the invitation to a group, if there is one.
    pub fn remove_invitation(&mut self, group: ConversationId) {
        self.account.invitations.retain(|invitation| invitation.conversation != group);
    }
}
