//! The invites to a group, over the screen: those there are, and the code of one that was just made.

use papo_shared::model::{ConversationId, GroupInviteId, GroupInviteListing};

/// The invites to a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invites {
    /// To which group.
    pub group: ConversationId,
    /// Those that can be used, oldest first; none until the server told of them.
    pub list: Option<Vec<GroupInviteListing>>,
    /// The selected one; none means the last.
    pub selected: Option<GroupInviteId>,
    /// The code of the one that was made here, which is told this once.
    pub fresh: Option<(GroupInviteId, String)>,
}

impl Invites {
    /// Those of a group, before the server told of them.
    #[must_use]
    pub fn new(group: ConversationId) -> Self {
        Self { group, list: None, selected: None, fresh: None }
    }

    /// The place of the selected one in the list.
    #[must_use]
    pub fn selected_index(&self) -> Option<usize> {
        let list = self.list.as_ref()?;
        list.iter().position(|invite| Some(invite.invite) == self.selected).or_else(|| list.len().checked_sub(1))
    }

    /// The selected one.
    #[must_use]
    pub fn selected(&self) -> Option<&GroupInviteListing> {
        self.list.as_ref()?.get(self.selected_index()?)
    }

    /// One is good for nothing any more.
    pub fn forget(&mut self, invite: GroupInviteId) {
        if let Some(list) = &mut self.list {
            list.retain(|listed| listed.invite != invite);
        }
        self.fresh.take_if(|(fresh, _)| *fresh == invite);
    }
}
