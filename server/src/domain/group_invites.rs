//! The list of a group's invites.

use papo_shared::model::{GroupInviteListing, Role, Timestamp};
use papo_shared::protocol::Refusal;

use super::invite::is_unexpired;
use super::rules;

/// The invites to a conversation, as loaded for one of its members.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct GroupInvites {
    /// The member's role; `None` if the conversation is not a group.
    pub role: Option<Role>,
    /// All invites, expired ones included, ordered by id.
    pub invites: Vec<GroupInviteListing>,
}

impl GroupInvites {
    /// The usable invites, if the requester may manage the group. `found` is `None` if the requester is not a member.
    ///
    /// # Errors
    /// `NotAMember`, `NotAGroup`; `NotAllowed` for members who are neither admin nor owner.
    pub fn for_manager(found: Option<Self>, now: Timestamp) -> Result<Vec<GroupInviteListing>, Refusal> {
        let Self { role, mut invites } = rules::require_member(found)?;
        rules::may_manage_group(rules::require_group(role)?)?;
        invites.retain(|invite| is_unexpired(invite.expires_at, now));
        Ok(invites)
    }
}

#[cfg(test)]
mod tests {
    use papo_shared::model::{GroupInviteId, Username};

    use super::{GroupInviteListing, GroupInvites, Refusal, Role, Timestamp};

    #[test]
    fn managers_of_the_group_see_the_usable_invites() {
        let invite = |id, expires_at: Option<i64>| GroupInviteListing {
            invite: GroupInviteId(id),
            created_by: Username::parse("ana").unwrap(),
            created_at: Timestamp(0),
            uses_left: None,
            expires_at: expires_at.map(Timestamp),
        };
        let found = |role| Some(GroupInvites { role, invites: vec![invite(1, Some(5)), invite(2, Some(6)), invite(3, None)] });
        let check = |found, expected| {
            let listed = GroupInvites::for_manager(found, Timestamp(5));
            assert_eq!(listed.map(|invites| invites.iter().map(|listed| listed.invite.0).collect::<Vec<_>>()), expected);
        };
        check(found(Some(Role::Owner)), Ok(vec![2, 3]));
        check(found(Some(Role::Admin)), Ok(vec![2, 3]));
        check(found(Some(Role::Member)), Err(Refusal::NotAllowed));
        check(found(None), Err(Refusal::NotAGroup));
        check(None, Err(Refusal::NotAMember));
    }
}
