//! Permissions. [`decide`](super::decide) applies them to writes, inside the storing transaction; requests and stores
//! apply them to reads.
//!
//! `tests/it/rules.rs` tests every request with every kind of requester. Deliberately absent: whether a session is signed
//! in and its rate limits (see `session`), and conditions other than permissions, such as a name being taken (see
//! `decide`).

use std::cmp::Reverse;

use papo_shared::model::limits::{
    INVITATION_DAYS, MAX_BLOCKED, MAX_CONVERSATIONS, MAX_EARLIER_TEXT_BYTES, MAX_EDITS, MAX_GROUP_INVITES, MAX_GROUP_MEMBERS,
    MAX_INVITATIONS, MAX_MESSAGE_REACTIONS, MAX_OPEN_REPORTS, MAX_REACTIONS, MAX_RECEIPT_MEMBERS, MAX_SENT_INVITATIONS,
};
use papo_shared::model::{Role, Seq, Timestamp, Visibility};
use papo_shared::protocol::{Refusal, Registration};

use super::account::AccountId;
use super::day::DAY_MS;
use super::invite::{InviteCode, InviteHash};

/// Checks that an account is not suspended.
///
/// # Errors
/// `AccountSuspended` if it has been suspended.
pub fn may_act(suspended_at: Option<Timestamp>) -> Result<(), Refusal> {
    if suspended_at.is_some() { Err(Refusal::AccountSuspended) } else { Ok(()) }
}

/// Checks that registration is permitted, and returns the hash of the invite to redeem, if one is required.
///
/// # Errors
/// `RegistrationClosed`; `InviteNeeded` if an invite is required and missing, `InviteInvalid` if it is not a code.
pub fn may_register(registration: Registration, invite: Option<&str>) -> Result<Option<InviteHash>, Refusal> {
    match registration {
        Registration::Open => Ok(None),
        Registration::Invite => {
            let typed = invite.filter(|typed| !typed.trim().is_empty()).ok_or(Refusal::InviteNeeded)?;
            let code = InviteCode::parse(typed).ok_or(Refusal::InviteInvalid)?;
            Ok(Some(code.hash()))
        }
        Registration::Closed | Registration::Other => Err(Refusal::RegistrationClosed),
    }
}

/// Unwraps data that only members may see. To everyone else, including former members, the conversation does not exist.
///
/// # Errors
/// `NotAMember` if there are no data.
pub fn require_member<T>(data: Option<T>) -> Result<T, Refusal> {
    data.ok_or(Refusal::NotAMember)
}

/// Unwraps data that only groups have. Only groups can change their members and their name.
///
/// # Errors
/// `NotAGroup` if there are no data.
pub fn require_group<T>(data: Option<T>) -> Result<T, Refusal> {
    data.ok_or(Refusal::NotAGroup)
}

/// Checks that a role permits managing the group: its name, topic and invites. Adding members is open to every role.
///
/// # Errors
/// `NotAllowed` for members who are neither admin nor owner.
pub fn may_manage_group(role: Role) -> Result<(), Refusal> {
    if role.reaches(Role::Admin) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

/// Checks that a role permits changing how long the group's messages are kept.
///
/// # Errors
/// `NotAllowed` for members other than the owner.
pub fn may_set_retention(role: Role) -> Result<(), Refusal> {
    if role.reaches(Role::Owner) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

/// Checks that a member with `role` may remove one with `theirs`, which is `None` if the account is not a member.
///
/// # Errors
/// `NotAllowed`, `CannotTargetSelf` (members leave instead), `NoSuchMember`.
pub fn may_remove(role: Role, theirs: Option<Role>, is_oneself: bool) -> Result<(), Refusal> {
    may_manage_group(role)?;
    let theirs = as_another_member(theirs, is_oneself)?;
    if theirs.reaches(role) { Err(Refusal::NotAllowed) } else { Ok(()) }
}

/// Checks that a member with `role` may change the role of one with `theirs`, which is `None` if the account is not
/// a member. Returns `theirs`.
///
/// # Errors
/// `NotAllowed` unless `role` is the owner; `CannotTargetSelf`; `NoSuchMember` without `theirs`.
pub fn may_set_role(role: Role, theirs: Option<Role>, is_oneself: bool) -> Result<Role, Refusal> {
    if !role.reaches(Role::Owner) {
        return Err(Refusal::NotAllowed);
    }
    as_another_member(theirs, is_oneself)
}

fn as_another_member(theirs: Option<Role>, is_oneself: bool) -> Result<Role, Refusal> {
    if is_oneself { Err(Refusal::CannotTargetSelf) } else { theirs.ok_or(Refusal::NoSuchMember) }
}

/// The next owner after the owner leaves: the longest-serving admin, or else the longest-serving member. Each
/// remaining member is given with their role and the entry that made them a member.
#[must_use]
pub fn next_owner(remaining: impl Iterator<Item = (AccountId, Role, Seq)>) -> Option<AccountId> {
    let standing =
        |(account, role, since): &(AccountId, Role, Seq)| (role.reaches(Role::Admin), Reverse(*since), Reverse(*account));
    remaining.max_by_key(standing).map(|(account, _, _)| account)
}

/// Checks that a group with this many usable invites may have another.
///
/// # Errors
/// `TooManyInvites` from [`MAX_GROUP_INVITES`] usable invites on.
pub fn may_have_another_invite(invites: usize) -> Result<(), Refusal> {
    if invites < MAX_GROUP_INVITES { Ok(()) } else { Err(Refusal::TooManyInvites { max: MAX_GROUP_INVITES }) }
}

/// Checks that a user may join with an invite. Someone who was removed may not, until a member adds them again.
///
/// # Errors
/// `InviteInvalid` for someone who was removed.
pub fn may_join_by_invite(was_removed: bool) -> Result<(), Refusal> {
    if was_removed { Err(Refusal::InviteInvalid) } else { Ok(()) }
}

/// Checks that a user may join a group because it is public. Someone who was removed may not, until a member adds them again.
///
/// # Errors
/// `NotPublic` for other groups, which look the same as groups that do not exist; `NotAllowed` for someone who was removed.
pub fn may_join_public_group(visibility: Visibility, was_removed: bool) -> Result<(), Refusal> {
    if visibility != Visibility::Public {
        Err(Refusal::NotPublic)
    } else if was_removed {
        Err(Refusal::NotAllowed)
    } else {
        Ok(())
    }
}

/// Whether a user becomes a member as soon as another adds them, without being asked. They do if they opened or answered a
/// direct conversation with the other, or if both are members of a group that not everyone may join. Nobody can bring
/// either about without the user or another member of such a group.
#[must_use]
pub fn may_be_added_unasked(answered_direct: bool, shares_group: bool) -> bool {
    answered_direct || shares_group
}

/// Whether an invitation sent at this time is still pending.
#[must_use]
pub fn is_invitation_pending(sent_at: Timestamp, now: Timestamp) -> bool {
    now.0 < sent_at.0.saturating_add(i64::from(INVITATION_DAYS) * DAY_MS)
}

/// Checks that another user may be invited: by a user with `sent` pending invitations, to a user with `received` ones, who may
/// have declined an invitation to the same group.
///
/// # Errors
/// `InvitationDeclined`; `InvitationsFull` from [`MAX_INVITATIONS`] received ones on; `TooManyInvitations` from
/// [`MAX_SENT_INVITATIONS`] sent ones on.
pub fn may_invite(has_declined: bool, received: usize, sent: usize) -> Result<(), Refusal> {
    if has_declined {
        Err(Refusal::InvitationDeclined)
    } else if received >= MAX_INVITATIONS {
        Err(Refusal::InvitationsFull { max: MAX_INVITATIONS })
    } else if sent >= MAX_SENT_INVITATIONS {
        Err(Refusal::TooManyInvitations { max: MAX_SENT_INVITATIONS })
    } else {
        Ok(())
    }
}

/// Checks that a request concerns someone other than the requester.
///
/// # Errors
/// `CannotTargetSelf` if both accounts are the same.
pub fn require_another(requester: AccountId, other: AccountId) -> Result<(), Refusal> {
    if requester == other { Err(Refusal::CannotTargetSelf) } else { Ok(()) }
}

/// Checks that a user may open a direct conversation with another user or add them to a group; `is_blocked` by
/// that user forbids it.
///
/// # Errors
/// `NoSuchUser`, as if the other user did not exist, so that the block is not revealed.
pub fn may_contact(is_blocked: bool) -> Result<(), Refusal> {
    if is_blocked { Err(Refusal::NoSuchUser) } else { Ok(()) }
}

/// Checks that a member of a direct conversation may post, change messages and send typing notices in it. In groups
/// every member may, since blocks do not apply there.
///
/// # Errors
/// `UnblockFirst` if the member has blocked the other one; `NotAMember`, as if the conversation did not exist, if
/// the member is blocked.
pub fn may_write(blocks: bool, is_blocked: bool) -> Result<(), Refusal> {
    if blocks {
        Err(Refusal::UnblockFirst)
    } else if is_blocked {
        Err(Refusal::NotAMember)
    } else {
        Ok(())
    }
}

/// Checks that a user who has blocked this many users may block another.
///
/// # Errors
/// `TooManyBlocked` from [`MAX_BLOCKED`] blocked users on.
pub fn may_block_another(blocked: usize) -> Result<(), Refusal> {
    if blocked < MAX_BLOCKED { Ok(()) } else { Err(Refusal::TooManyBlocked { max: MAX_BLOCKED }) }
}

/// Checks that a user may become a member of a group with this many members.
///
/// # Errors
/// `AlreadyAMember`; `GroupFull` from [`MAX_GROUP_MEMBERS`] members on.
pub fn may_join(is_member: bool, members: usize) -> Result<(), Refusal> {
    if is_member {
        Err(Refusal::AlreadyAMember)
    } else if members >= MAX_GROUP_MEMBERS {
        Err(Refusal::GroupFull { max: MAX_GROUP_MEMBERS })
    } else {
        Ok(())
    }
}

/// Checks that a user in this many conversations may enter another.
///
/// # Errors
/// `TooManyConversations` from [`MAX_CONVERSATIONS`] conversations on.
pub fn may_enter_conversation(conversations: usize) -> Result<(), Refusal> {
    if conversations < MAX_CONVERSATIONS { Ok(()) } else { Err(Refusal::TooManyConversations { max: MAX_CONVERSATIONS }) }
}

/// Whether a member may see an entry: members see the log from the entry that made them one. Former members see nothing.
#[must_use]
pub fn may_see(first_seq: Seq, seq: Seq) -> bool {
    seq >= first_seq
}

/// Unwraps a message visible to the requester. A deleted message counts as absent.
///
/// # Errors
/// `NoSuchMessage` if there are no data.
pub fn require_message<T>(data: Option<T>) -> Result<T, Refusal> {
    data.ok_or(Refusal::NoSuchMessage)
}

/// Checks that the requester may edit a message: only its author may.
///
/// # Errors
/// `NotYours` for everyone but the author.
pub fn may_change(is_author: bool) -> Result<(), Refusal> {
    if is_author { Ok(()) } else { Err(Refusal::NotYours) }
}

/// Checks that the requester may delete a message: its author may, and in a group also a member with `role` who may remove
/// the author. `author` is the author's role; former members count as plain ones. Direct conversations have no roles.
///
/// # Errors
/// `NotYours` for plain members; `NotAllowed` for admins, if the author is an admin or the owner.
pub fn may_delete(is_author: bool, role: Role, author: Option<Role>) -> Result<(), Refusal> {
    if is_author {
        Ok(())
    } else if !role.reaches(Role::Admin) {
        Err(Refusal::NotYours)
    } else if author.unwrap_or_default().reaches(role) {
        Err(Refusal::NotAllowed)
    } else {
        Ok(())
    }
}

/// Checks that a message with this many edits may be edited again. `text_bytes` is the size of all its texts so far, which
/// are then earlier texts.
///
/// # Errors
/// `TooManyEdits` from [`MAX_EDITS`] edits on, or if the earlier texts would exceed [`MAX_EARLIER_TEXT_BYTES`].
pub fn may_edit_again(edits: usize, text_bytes: usize) -> Result<(), Refusal> {
    let is_possible = edits < MAX_EDITS && text_bytes <= MAX_EARLIER_TEXT_BYTES;
    if is_possible { Ok(()) } else { Err(Refusal::TooManyEdits { max: edits }) }
}

/// Checks that a message with this many reactions may get another, so that deleting it takes a limited time.
///
/// # Errors
/// `ReactionsFull` from [`MAX_MESSAGE_REACTIONS`] reactions on.
pub fn may_have_another_reaction(reactions: usize) -> Result<(), Refusal> {
    if reactions < MAX_MESSAGE_REACTIONS { Ok(()) } else { Err(Refusal::ReactionsFull { max: MAX_MESSAGE_REACTIONS }) }
}

/// Checks that a message with this many distinct reaction emoji may get another.
///
/// # Errors
/// `TooManyReactions` from [`MAX_REACTIONS`] distinct emoji on.
pub fn may_have_another_emoji(emoji: usize) -> Result<(), Refusal> {
    if emoji < MAX_REACTIONS { Ok(()) } else { Err(Refusal::TooManyReactions { max: MAX_REACTIONS }) }
}

/// Checks that a user with this many open reports may report another message.
///
/// # Errors
/// `TooManyReports` from [`MAX_OPEN_REPORTS`] open reports on.
pub fn may_have_another_open_report(open: usize) -> Result<(), Refusal> {
    if open < MAX_OPEN_REPORTS { Ok(()) } else { Err(Refusal::TooManyReports { max: MAX_OPEN_REPORTS }) }
}

/// Whether receipts are sent in a conversation with this many members.
#[must_use]
pub fn sends_receipts(members: usize) -> bool {
    members <= MAX_RECEIPT_MEMBERS
}

#[cfg(test)]
mod tests {
    use super::{
        AccountId, InviteCode, Refusal, Registration, Role, Seq, may_delete, may_register, may_remove, may_set_role, may_write,
        next_owner,
    };

    #[test]
    fn registration_requires_what_the_server_is_configured_for() {
        let code = InviteCode::new([1; 10]);
        let text = code.text();
        let check = |registration, invite, expected| assert_eq!(may_register(registration, invite), expected, "{invite:?}");
        check(Registration::Open, None, Ok(None));
        check(Registration::Open, Some("ABCD"), Ok(None));
        check(Registration::Invite, None, Err(Refusal::InviteNeeded));
        check(Registration::Invite, Some(" "), Err(Refusal::InviteNeeded));
        check(Registration::Invite, Some("ABCD"), Err(Refusal::InviteInvalid));
        check(Registration::Invite, Some(&text), Ok(Some(code.hash())));
        check(Registration::Closed, Some(&text), Err(Refusal::RegistrationClosed));
        check(Registration::Other, Some(&text), Err(Refusal::RegistrationClosed));
    }

    #[track_caller]
    fn check_heir(remaining: &[(u32, Role, u64)], expected: Option<u32>) {
        let remaining = remaining.iter().map(|(account, role, since)| (AccountId(*account), *role, Seq(*since)));
        assert_eq!(next_owner(remaining), expected.map(AccountId));
    }

    #[test]
    fn ownership_passes_to_the_longest_serving_admin_or_else_member() {
        check_heir(&[(1, Role::Member, 2), (2, Role::Admin, 9), (3, Role::Admin, 5)], Some(3));
        check_heir(&[(1, Role::Member, 8), (2, Role::Member, 3)], Some(2));
        check_heir(&[(2, Role::Member, 3), (1, Role::Member, 3)], Some(1));
        check_heir(&[], None);
    }

    #[test]
    fn members_are_removed_only_by_higher_roles() {
        let removes = |role, theirs| may_remove(role, Some(theirs), false).is_ok();
        assert!(removes(Role::Owner, Role::Admin) && removes(Role::Owner, Role::Member) && removes(Role::Admin, Role::Member));
        assert!(!removes(Role::Admin, Role::Admin) && !removes(Role::Admin, Role::Owner) && !removes(Role::Member, Role::Member));
        assert_eq!(may_remove(Role::Owner, Some(Role::Owner), true), Err(Refusal::CannotTargetSelf));
        assert_eq!(may_remove(Role::Admin, None, false), Err(Refusal::NoSuchMember));
        assert_eq!(may_remove(Role::Member, None, false), Err(Refusal::NotAllowed));
    }

    #[test]
    fn messages_are_deleted_by_their_author_or_a_higher_role() {
        let deletes = |role, author| may_delete(false, role, author);
        for author in [None, Some(Role::Member)] {
            assert_eq!([deletes(Role::Owner, author), deletes(Role::Admin, author)], [Ok(()), Ok(())], "{author:?}");
        }
        assert_eq!(deletes(Role::Owner, Some(Role::Admin)), Ok(()));
        assert_eq!(deletes(Role::Admin, Some(Role::Admin)), Err(Refusal::NotAllowed));
        assert_eq!(deletes(Role::Admin, Some(Role::Owner)), Err(Refusal::NotAllowed));
        assert_eq!(deletes(Role::Member, None), Err(Refusal::NotYours));
        assert_eq!(may_delete(true, Role::Member, Some(Role::Member)), Ok(()));
    }

    #[test]
    fn only_the_owner_changes_roles() {
        assert_eq!(may_set_role(Role::Owner, Some(Role::Admin), false), Ok(Role::Admin));
        assert_eq!(may_set_role(Role::Admin, Some(Role::Member), false), Err(Refusal::NotAllowed));
        assert_eq!(may_set_role(Role::Owner, None, false), Err(Refusal::NoSuchMember));
        assert_eq!(may_set_role(Role::Owner, Some(Role::Owner), true), Err(Refusal::CannotTargetSelf));
    }

    /// If both block each other, each is told about their own block.
    #[test]
    fn a_block_in_either_direction_prevents_writing() {
        let answers = [(false, false), (true, false), (false, true), (true, true)];
        let answers = answers.map(|(blocks, is_blocked)| may_write(blocks, is_blocked));
        let (own, theirs) = (Err(Refusal::UnblockFirst), Err(Refusal::NotAMember));
        assert_eq!(answers, [Ok(()), own.clone(), theirs, own]);
    }
}
