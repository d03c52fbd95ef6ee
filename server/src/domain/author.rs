//! The author of a write.

use super::account::AccountId;
use super::write::Write;

impl Write {
    /// The account that makes the write; `None` for the server and its operator. Writes of suspended accounts are
    /// refused.
    #[must_use]
    pub fn author(&self) -> Option<AccountId> {
        match self {
            Self::SetPassword { account, .. }
            | Self::AddDevice { account, .. }
            | Self::SetProfile { account, .. }
            | Self::SetNotify { account, .. }
            | Self::MoveReadCursor { account, .. }
            | Self::MoveReadCursorBack { account, .. }
            | Self::Dismiss { account, .. }
            | Self::MarkDelivered { account, .. } => Some(*account),
            Self::OpenDirect { one: by, .. }
            | Self::Block { by, .. }
            | Self::Unblock { by, .. }
            | Self::CreateGroupInvite { by, .. }
            | Self::RevokeGroupInvite { by, .. } => Some(*by),
            Self::CreateGroup { creator: who, .. }
            | Self::AddMember { by: who, .. }
            | Self::RemoveMember { by: who, .. }
            | Self::SetRole { by: who, .. }
            | Self::LeaveGroup { member: who, .. }
            | Self::JoinGroup { member: who, .. }
            | Self::RenameGroup { by: who, .. }
            | Self::SetTopic { by: who, .. }
            | Self::AppendMessage { author: who, .. }
            | Self::EditMessage { by: who, .. }
            | Self::DeleteMessage { by: who, .. }
            | Self::AddReaction { by: who, .. }
            | Self::RemoveReaction { by: who, .. } => Some(who.id),
            // A suspended user may still sign out and revoke devices.
            Self::RemoveDevice { .. }
            | Self::RevokeDevice { .. }
            | Self::SetDeviceUse { .. }
            | Self::CreateAccount { .. }
            | Self::ReplacePassword { .. }
            | Self::RemoveDevices { .. }
            | Self::SuspendAccount { .. }
            | Self::ResumeAccount { .. }
            | Self::CreateInvite { .. }
            | Self::Audited { .. }
            | Self::RevokeInvite { .. }
            | Self::SetLastSeen { .. } => None,
        }
    }
}
