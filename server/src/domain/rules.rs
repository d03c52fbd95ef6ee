//! Who may do what. Each rule is here once: the session asks before a request is handled, and [`decide`](super::decide) asks again
//! inside the storing transaction, since what was true before may have changed.
//!
//! `tests/it/rules.rs` checks every request against everybody who can send it. Deliberately absent: rate limits (see `session`), and
//! whether a request is possible at all, for example with a name that is taken (see `decide`).

use std::cmp::Reverse;

use papo_shared::model::limits::{
    MAX_BLOCKED, MAX_CONVERSATIONS, MAX_EDITS, MAX_GROUP_INVITES, MAX_GROUP_MEMBERS, MAX_REACTIONS, MAX_RECEIPT_MEMBERS,
};
use papo_shared::model::{Role, Seq, Timestamp};
use papo_shared::protocol::{Refusal, Registration, Request};

use super::account::AccountId;
use super::invite::{InviteCode, InviteHash};

/// How far a connection got.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// Said nothing that counts.
    Connected,
    /// Said hello.
    Greeted,
    /// Somebody's.
    SignedIn,
}

/// What a request demands of the connection it comes by.
enum Demand {
    /// Nothing.
    Nothing,
    /// A hello.
    Hello,
    /// A hello, and nobody signed in.
    Nobody,
    /// Somebody signed in.
    Somebody,
}

fn demand(request: &Request) -> Demand {
    match request {
        Request::Hello(_) | Request::Pong => Demand::Nothing,
        Request::Ping | Request::Unknown => Demand::Hello,
        Request::Register(_) | Request::SignIn(_) | Request::SignInWithToken(_) => Demand::Nobody,
        Request::SignOut
        | Request::ChangePassword(_)
        | Request::ListDevices(_)
        | Request::RevokeDevice(_)
        | Request::SetProfile(_)
        | Request::SetAway(_)
        | Request::Block(_)
        | Request::Unblock(_)
        | Request::ListBlocked(_)
        | Request::ListUsers(_)
        | Request::WatchDirectory(_)
        | Request::OpenDirect(_)
        | Request::CreateGroup(_)
        | Request::AddMember(_)
        | Request::RemoveMember(_)
        | Request::SetRole(_)
        | Request::LeaveGroup(_)
        | Request::RenameGroup(_)
        | Request::SetTopic(_)
        | Request::SetNotify(_)
        | Request::CreateGroupInvite(_)
        | Request::ListGroupInvites(_)
        | Request::RevokeGroupInvite(_)
        | Request::JoinGroup(_)
        | Request::ListConversations(_)
        | Request::GetConversation(_)
        | Request::ListGroups(_)
        | Request::ListMembers(_)
        | Request::SendMessage(_)
        | Request::History(_)
        | Request::EditMessage(_)
        | Request::DeleteMessage(_)
        | Request::AddReaction(_)
        | Request::RemoveReaction(_)
        | Request::ListRevisions(_)
        | Request::ListReactions(_)
        | Request::SearchMessages(_)
        | Request::MarkRead(_)
        | Request::MarkUnread(_)
        | Request::ListInbox(_)
        | Request::Dismiss(_)
        | Request::MarkDelivered(_)
        | Request::ListReceipts(_)
        | Request::Typing(_) => Demand::Somebody,
    }
}

/// Whether a connection that got this far may ask this.
///
/// # Errors
/// `HelloFirst`, `SignInFirst`, `AlreadySignedIn`.
pub fn may_ask(progress: Progress, request: &Request) -> Result<(), Refusal> {
    match (demand(request), progress) {
        (Demand::Nothing, _) => Ok(()),
        (_, Progress::Connected) => Err(Refusal::HelloFirst),
        (Demand::Somebody, Progress::Greeted) => Err(Refusal::SignInFirst),
        (Demand::Nobody, Progress::SignedIn) => Err(Refusal::AlreadySignedIn),
        _ => Ok(()),
    }
}

/// Whether somebody may do anything at all, by since when their account is suspended.
///
/// # Errors
/// `AccountSuspended`.
pub fn may_act(suspended_at: Option<Timestamp>) -> Result<(), Refusal> {
    if suspended_at.is_some() { Err(Refusal::AccountSuspended) } else { Ok(()) }
}

/// Whether somebody may register who shows this invite, and which invite is to be used up.
///
/// # Errors
/// `RegistrationClosed`, `InviteNeeded`, `InviteInvalid`.
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

/// What was found for a member of a conversation. To whoever is none, never was, or left, there is no such conversation.
///
/// # Errors
/// `NotAMember`.
pub fn as_member<T>(found: Option<T>) -> Result<T, Refusal> {
    found.ok_or(Refusal::NotAMember)
}

/// What only a group has. Members come and go, and names change, in groups alone.
///
/// # Errors
/// `NotAGroup`.
pub fn as_group<T>(found: Option<T>) -> Result<T, Refusal> {
    found.ok_or(Refusal::NotAGroup)
}

/// Whether a member with this role may run the group: name it, say what it is about, invite. Every member may add others.
///
/// # Errors
/// `NotAllowed`.
pub fn may_run(role: Role) -> Result<(), Refusal> {
    if role.reaches(Role::Admin) { Ok(()) } else { Err(Refusal::NotAllowed) }
}

/// Whether a member with this role may remove one who has `theirs`; none where they are no member.
///
/// # Errors
/// `NotAllowed`, `ThatIsYou` (who wants to go leaves), `NoSuchMember`.
pub fn may_remove(role: Role, theirs: Option<Role>, is_oneself: bool) -> Result<(), Refusal> {
    may_run(role)?;
    let theirs = as_another_member(theirs, is_oneself)?;
    if theirs.reaches(role) { Err(Refusal::NotAllowed) } else { Ok(()) }
}

/// Whether a member with this role may give another one to a member who has `theirs`; none where they are no member.
///
/// # Errors
/// `NotAllowed`, `ThatIsYou`, `NoSuchMember`.
pub fn may_set_role(role: Role, theirs: Option<Role>, is_oneself: bool) -> Result<Role, Refusal> {
    if !role.reaches(Role::Owner) {
        return Err(Refusal::NotAllowed);
    }
    as_another_member(theirs, is_oneself)
}

fn as_another_member(theirs: Option<Role>, is_oneself: bool) -> Result<Role, Refusal> {
    if is_oneself { Err(Refusal::ThatIsYou) } else { theirs.ok_or(Refusal::NoSuchMember) }
}

/// Who owns a group once its owner left, of those who remain: the admin who has been there longest, or else the member. Each is
/// told by the account, the role, and the entry that made them a member.
#[must_use]
pub fn heir(remaining: impl Iterator<Item = (AccountId, Role, Seq)>) -> Option<AccountId> {
    let standing =
        |(account, role, since): &(AccountId, Role, Seq)| (role.reaches(Role::Admin), Reverse(*since), Reverse(*account));
    remaining.max_by_key(standing).map(|(account, _, _)| account)
}

/// Whether a group with so many invites can have another one.
///
/// # Errors
/// `TooManyInvites`.
pub fn may_have_another_invite(invites: usize) -> Result<(), Refusal> {
    if invites < MAX_GROUP_INVITES { Ok(()) } else { Err(Refusal::TooManyInvites { max: MAX_GROUP_INVITES }) }
}

/// Whether somebody may come by an invite, which their having been removed takes from them: only a member can take it back, by
/// adding them.
///
/// # Errors
/// `InviteInvalid`.
pub fn may_come_by_invite(was_removed: bool) -> Result<(), Refusal> {
    if was_removed { Err(Refusal::InviteInvalid) } else { Ok(()) }
}

/// Whether somebody may come nearer to somebody: open a direct conversation with them, make them a member of a group.
///
/// # Errors
/// `NoSuchUser`, the words for who is not there at all.
pub fn may_approach(is_blocked: bool) -> Result<(), Refusal> {
    if is_blocked { Err(Refusal::NoSuchUser) } else { Ok(()) }
}

/// Whether a member of a direct conversation may write into it: messages and what becomes of them, and that they are writing.
/// In a group every member may, since nobody blocks a group.
///
/// # Errors
/// `UnblockFirst`; `NotAMember`, the words for a conversation that is not there at all.
pub fn may_write(blocks: bool, is_blocked: bool) -> Result<(), Refusal> {
    if blocks {
        Err(Refusal::UnblockFirst)
    } else if is_blocked {
        Err(Refusal::NotAMember)
    } else {
        Ok(())
    }
}

/// Whether somebody who has blocked so many can block another one.
///
/// # Errors
/// `TooManyBlocked`.
pub fn may_block_another(blocked: usize) -> Result<(), Refusal> {
    if blocked < MAX_BLOCKED { Ok(()) } else { Err(Refusal::TooManyBlocked { max: MAX_BLOCKED }) }
}

/// Whether somebody can be added to a group with so many members.
///
/// # Errors
/// `AlreadyAMember`, `GroupFull`.
pub fn may_join(is_member: bool, members: usize) -> Result<(), Refusal> {
    if is_member {
        Err(Refusal::AlreadyAMember)
    } else if members >= MAX_GROUP_MEMBERS {
        Err(Refusal::GroupFull { max: MAX_GROUP_MEMBERS })
    } else {
        Ok(())
    }
}

/// Whether somebody in so many conversations can come into another one.
///
/// # Errors
/// `TooManyConversations`.
pub fn may_have_another(conversations: usize) -> Result<(), Refusal> {
    if conversations < MAX_CONVERSATIONS { Ok(()) } else { Err(Refusal::TooManyConversations { max: MAX_CONVERSATIONS }) }
}

/// Whether a member may see an entry, decided by position: they see the log from the entry on that made them one. Who left
/// is no member, and sees nothing.
#[must_use]
pub fn may_see(first_seq: Seq, seq: Seq) -> bool {
    seq >= first_seq
}

/// What was found of a message for somebody who may see it. One that was taken back is none.
///
/// # Errors
/// `NoSuchMessage`.
pub fn as_message<T>(found: Option<T>) -> Result<T, Refusal> {
    found.ok_or(Refusal::NoSuchMessage)
}

/// Whether somebody may edit a message, or take it back: its author alone.
///
/// # Errors
/// `NotYours`.
pub fn may_change(is_author: bool) -> Result<(), Refusal> {
    if is_author { Ok(()) } else { Err(Refusal::NotYours) }
}

/// Whether a message that was edited so many times can be edited again.
///
/// # Errors
/// `TooManyEdits`.
pub fn may_edit_again(edits: usize) -> Result<(), Refusal> {
    if edits < MAX_EDITS { Ok(()) } else { Err(Refusal::TooManyEdits { max: MAX_EDITS }) }
}

/// Whether a message that has so many different emoji as reactions can have another one.
///
/// # Errors
/// `TooManyReactions`.
pub fn may_have_another_emoji(emoji: usize) -> Result<(), Refusal> {
    if emoji < MAX_REACTIONS { Ok(()) } else { Err(Refusal::TooManyReactions { max: MAX_REACTIONS }) }
}

/// Whether the members of a conversation with so many are told how far the others are.
#[must_use]
pub fn is_told_of_receipts(members: usize) -> bool {
    members <= MAX_RECEIPT_MEMBERS
}

#[cfg(test)]
mod tests {
    use super::{AccountId, Refusal, Role, Seq, heir, may_remove, may_set_role, may_write};

    #[track_caller]
    fn check_heir(remaining: &[(u32, Role, u64)], expected: Option<u32>) {
        let remaining = remaining.iter().map(|(account, role, since)| (AccountId(*account), *role, Seq(*since)));
        assert_eq!(heir(remaining), expected.map(AccountId));
    }

    #[test]
    fn a_group_goes_to_the_admin_who_has_been_there_longest_or_else_to_the_member() {
        check_heir(&[(1, Role::Member, 2), (2, Role::Admin, 9), (3, Role::Admin, 5)], Some(3));
        check_heir(&[(1, Role::Member, 8), (2, Role::Member, 3)], Some(2));
        check_heir(&[(2, Role::Member, 3), (1, Role::Member, 3)], Some(1));
        check_heir(&[], None);
    }

    #[test]
    fn nobody_removes_who_may_as_much_as_they_do() {
        let removes = |role, theirs| may_remove(role, Some(theirs), false).is_ok();
        assert!(removes(Role::Owner, Role::Admin) && removes(Role::Owner, Role::Member) && removes(Role::Admin, Role::Member));
        assert!(!removes(Role::Admin, Role::Admin) && !removes(Role::Admin, Role::Owner) && !removes(Role::Member, Role::Member));
        assert_eq!(may_remove(Role::Owner, Some(Role::Owner), true), Err(Refusal::ThatIsYou));
        assert_eq!(may_remove(Role::Admin, None, false), Err(Refusal::NoSuchMember));
        assert_eq!(may_remove(Role::Member, None, false), Err(Refusal::NotAllowed));
    }

    #[test]
    fn the_owner_alone_gives_roles() {
        assert_eq!(may_set_role(Role::Owner, Some(Role::Admin), false), Ok(Role::Admin));
        assert_eq!(may_set_role(Role::Admin, Some(Role::Member), false), Err(Refusal::NotAllowed));
        assert_eq!(may_set_role(Role::Owner, None, false), Err(Refusal::NoSuchMember));
        assert_eq!(may_set_role(Role::Owner, Some(Role::Owner), true), Err(Refusal::ThatIsYou));
    }

    /// Where both block each other, each hears of what they did themselves.
    #[test]
    fn between_who_blocks_and_who_is_blocked_nobody_writes() {
        let answers = [(false, false), (true, false), (false, true), (true, true)];
        let answers = answers.map(|(blocks, is_blocked)| may_write(blocks, is_blocked));
        let (own, theirs) = (Err(Refusal::UnblockFirst), Err(Refusal::NotAMember));
        assert_eq!(answers, [Ok(()), own.clone(), theirs, own]);
    }
}
