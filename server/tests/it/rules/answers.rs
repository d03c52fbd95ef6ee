//! The answers of one row, by requester.

use super::requester::Answer::{Closed, Done, No};
use super::requester::{Answer, REQUESTERS, Requester};
use papo_shared::protocol::Refusal;
use papo_shared::protocol::Refusal::{
    AccountDeleted, AlreadySignedIn, InviteInvalid, NoSuchInvitation, NotAGroup, NotAMember, NotAllowed, NotPublic, SignInFirst,
};

type Answers = [Answer; REQUESTERS.len()];

/// The answers of requesters whose session is open. The session of all others has ended.
fn in_open_sessions(answer: impl Fn(Requester) -> Answer) -> Answers {
    REQUESTERS.map(|requester| requester.goodbye().map_or_else(|| answer(requester), Closed))
}

/// For requests that require a sign-in.
fn in_signed_in_sessions(answer: impl Fn(Requester) -> Answer) -> Answers {
    in_open_sessions(|requester| match requester {
        Requester::NotSignedIn => No(SignInFirst),
        _ => answer(requester),
    })
}

/// The same answer for all requesters with an open session.
pub(super) fn for_all(answer: Answer) -> Answers {
    in_open_sessions(|_| answer.clone())
}

/// For sign-in requests: refused when already signed in. `suspended` and `deleted` are the answers in a new session.
pub(super) fn before_sign_in(suspended: Answer, deleted: Answer) -> Answers {
    REQUESTERS.map(|requester| match requester {
        Requester::NotSignedIn => Done,
        Requester::Suspended => suspended.clone(),
        Requester::Deleted => deleted.clone(),
        _ => requester.goodbye().map_or(No(AlreadySignedIn), Closed),
    })
}

/// For requests that have the same answer for all who are signed in.
pub(super) fn when_signed_in(answer: Answer) -> Answers {
    in_signed_in_sessions(|_| answer.clone())
}

/// The answers in a direct conversation, which takes the place of the group.
#[derive(Clone)]
pub(super) struct InDirect {
    /// For [`Requester::Blocked`].
    pub(super) blocked: Answer,
    /// For [`Requester::PeerDeleted`].
    pub(super) deleted: Answer,
}

impl InDirect {
    fn both(answer: Answer) -> Self {
        Self { blocked: answer.clone(), deleted: answer }
    }

    /// For requests that only groups have.
    pub(super) fn not_a_group() -> Self {
        Self::both(No(NotAGroup))
    }

    /// For requests that change the log.
    fn closed() -> Self {
        Self { blocked: No(NotAMember), deleted: No(AccountDeleted) }
    }
}

/// For requests that require membership, by role. All other requesters get `NotAMember`.
pub(super) fn by_role(member: Answer, admin: Answer, owner: Answer, in_direct: InDirect) -> Answers {
    in_signed_in_sessions(|requester| match requester {
        Requester::Member => member.clone(),
        Requester::Admin => admin.clone(),
        Requester::Owner => owner.clone(),
        Requester::Blocked => in_direct.blocked.clone(),
        Requester::PeerDeleted => in_direct.deleted.clone(),
        _ => No(NotAMember),
    })
}

/// For requests allowed to all members, also of a direct conversation.
pub(super) fn members(answer: Answer) -> Answers {
    by_role(answer.clone(), answer.clone(), answer.clone(), InDirect::both(answer))
}

/// For requests allowed to all members who may write to the conversation.
pub(super) fn writers(answer: Answer) -> Answers {
    by_role(answer.clone(), answer.clone(), answer, InDirect::closed())
}

/// For requests allowed only to a message's author, who is the owner.
pub(super) fn author_only(member: Answer, admin: Answer) -> Answers {
    by_role(member, admin, Done, InDirect::closed())
}

/// For requests allowed to all members of a group.
pub(super) fn members_of_a_group(answer: Answer) -> Answers {
    by_role(answer.clone(), answer.clone(), answer, InDirect::not_a_group())
}

/// For requests allowed to admins and the owner.
pub(super) fn managers(answer: Answer) -> Answers {
    by_role(No(NotAllowed), answer.clone(), answer, InDirect::not_a_group())
}

/// For requests that are refused if the user concerned has blocked the requester or was deleted.
pub(super) fn unless_blocked_or_deleted(refusal: Refusal) -> Answers {
    in_signed_in_sessions(|requester| match requester {
        Requester::Blocked | Requester::PeerDeleted => No(refusal.clone()),
        _ => Done,
    })
}

/// For requests that are refused if the account of the user concerned was deleted.
pub(super) fn unless_deleted(refusal: Refusal) -> Answers {
    in_signed_in_sessions(|requester| match requester {
        Requester::PeerDeleted => No(refusal.clone()),
        _ => Done,
    })
}

/// For requests with a group invite: refused for removed members.
pub(super) fn with_an_invite() -> Answers {
    in_signed_in_sessions(|requester| match requester {
        Requester::Removed | Requester::Blocked | Requester::PeerDeleted => No(InviteInvalid),
        _ => Done,
    })
}

/// For requests about an invitation to the group.
pub(super) fn invited(answer: Answer) -> Answers {
    in_signed_in_sessions(|requester| match requester {
        Requester::Invited => answer.clone(),
        _ => No(NoSuchInvitation),
    })
}

/// For joining a group that is not public, which members have joined already.
pub(super) fn not_public() -> Answers {
    in_signed_in_sessions(|requester| match requester {
        Requester::Member | Requester::Admin | Requester::Owner => Done,
        _ => No(NotPublic),
    })
}
