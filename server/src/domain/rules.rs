//! Who may do what. Each rule stands here once: the session asks before a request is done, and every home of the store asks
//! again inside its transaction, since what was true before may have changed.
//!
//! `tests/it/rules.rs` holds every request against everybody who can ask it. Deliberately absent: how fast somebody may ask
//! (see `session`), and whether what they ask for can be at all, such as a name that is taken.

use papo_shared::model::limits::{MAX_CONVERSATIONS, MAX_GROUP_MEMBERS};
use papo_shared::model::{Seq, Timestamp};
use papo_shared::protocol::{Refusal, Registration, Request};

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

/// What only a group has. Members come and go, and names change, in groups alone; in a group every member may do it.
///
/// # Errors
/// `NotAGroup`.
pub fn as_group<T>(found: Option<T>) -> Result<T, Refusal> {
    found.ok_or(Refusal::NotAGroup)
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
