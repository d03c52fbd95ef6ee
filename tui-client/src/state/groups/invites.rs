//! The dialog with the invites to a group, including the code of one that was just created.

use papo_shared::model::{ConversationId, GroupInviteId, GroupInviteListing};

/// The list of a group's invites, shown over the screen.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invites {
    /// The group that the invites admit to.
    pub group: ConversationId,
    /// The invites that can be used, oldest first; `None` until the server has listed them.
    pub list: Option<Vec<GroupInviteListing>>,
    /// The selected invite; `None` means the last.
    pub selected: Option<GroupInviteId>,
    /// The id and code of the invite that was just created. The server sends the code only once.
    pub fresh: Option<(GroupInviteId, String)>,
}

impl Invites {
    /// Creates the list for a group before the server has sent it.
    #[must_use]
    pub fn new(group: ConversationId) -> Self {
        Self { group, list: None, selected: None, fresh: None }
    }

    /// The index of the selected invite; `None` while the list is unknown or empty.
    #[must_use]
    pub fn selected_index(&self) -> Option<usize> {
        let list = self.list.as_ref()?;
        list.iter().position(|invite| Some(invite.invite) == self.selected).or_else(|| list.len().checked_sub(1))
    }

    /// The selected invite; `None` while the list is unknown or empty.
    #[must_use]
    pub fn selected(&self) -> Option<&GroupInviteListing> {
        self.list.as_ref()?.get(self.selected_index()?)
    }

    /// Removes an invite that was revoked.
    pub fn forget(&mut self, invite: GroupInviteId) {
        if let Some(list) = &mut self.list {
            list.retain(|listed| listed.invite != invite);
        }
        self.fresh.take_if(|(fresh, _)| *fresh == invite);
    }
}
