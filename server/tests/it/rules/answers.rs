//! The answers of one row, by requester.

use super::requester::Answer::{Closed, Done, No};
use super::requester::{Answer, REQUESTERS, Requester};
use papo_shared::protocol::Refusal;
use papo_shared::protocol::Refusal::{
    AlreadySignedIn, InviteInvalid, NoSuchInvitation, NotAGroup, NotAMember, NotAllowed, NotPublic, SignInFirst,
};

/// The same answer for all requesters except suspended ones.
pub(super) fn for_all(answer: Answer) -> [Answer; REQUESTERS.len()] {
    REQUESTERS.map(|requester| if matches!(requester, Requester::Suspended) { Closed } else { answer.clone() })
}

/// For sign-in requests: refused when already signed in; `suspended` is the answer in a new session.
pub(super) fn before_sign_in(suspended: Answer) -> [Answer; REQUESTERS.len()] {
    REQUESTERS.map(|requester| match requester {
        Requester::NotSignedIn => Done,
        Requester::Suspended => suspended.clone(),
        _ => No(AlreadySignedIn),
    })
}

/// For requests that require a sign-in.
pub(super) fn when_signed_in(answer: Answer) -> [Answer; REQUESTERS.len()] {
    REQUESTERS.map(|requester| match requester {
        Requester::NotSignedIn => No(SignInFirst),
        Requester::Suspended => Closed,
        _ => answer.clone(),
    })
}

/// For requests that require membership, by role; `blocked` is for the peer of a direct conversation.
/// All other requesters get `NotAMember`.
pub(super) fn by_role(member: Answer, admin: Answer, owner: Answer, blocked: Answer) -> [Answer; REQUESTERS.len()] {
    REQUESTERS.map(|requester| match requester {
        Requester::NotSignedIn => No(SignInFirst),
        Requester::Stranger | Requester::Left | Requester::Removed | Requester::Invited => No(NotAMember),
        Requester::Member => member.clone(),
        Requester::Admin => admin.clone(),
        Requester::Owner => owner.clone(),
        Requester::Blocked => blocked.clone(),
        Requester::Suspended => Closed,
    })
}

/// For requests allowed to all members, also of a direct conversation.
pub(super) fn members(answer: Answer) -> [Answer; REQUESTERS.len()] {
    by_role(answer.clone(), answer.clone(), answer.clone(), answer)
}

/// For requests allowed to all members who are not blocked.
pub(super) fn writers(answer: Answer) -> [Answer; REQUESTERS.len()] {
    by_role(answer.clone(), answer.clone(), answer, No(NotAMember))
}

/// For requests allowed only to a message's author, who is the owner.
pub(super) fn author_only(member: Answer, admin: Answer) -> [Answer; REQUESTERS.len()] {
    by_role(member, admin, Done, No(NotAMember))
}

/// For requests allowed to all members of a group.
pub(super) fn members_of_a_group(answer: Answer) -> [Answer; REQUESTERS.len()] {
    by_role(answer.clone(), answer.clone(), answer, No(NotAGroup))
}

/// For requests allowed to admins and the owner.
pub(super) fn managers(answer: Answer) -> [Answer; REQUESTERS.len()] {
    by_role(No(NotAllowed), answer.clone(), answer, No(NotAGroup))
}

/// For requests that require a sign-in and are refused if the user concerned has blocked the requester.
pub(super) fn unless_blocked(blocked: Refusal) -> [Answer; REQUESTERS.len()] {
    REQUESTERS.map(|requester| match requester {
        Requester::NotSignedIn => No(SignInFirst),
        Requester::Blocked => No(blocked.clone()),
        Requester::Suspended => Closed,
        _ => Done,
    })
}

/// For requests with a group invite: refused for removed members.
pub(super) fn with_an_invite() -> [Answer; REQUESTERS.len()] {
    REQUESTERS.map(|requester| match requester {
        Requester::NotSignedIn => No(SignInFirst),
        Requester::Removed | Requester::Blocked => No(InviteInvalid),
        Requester::Suspended => Closed,
        _ => Done,
    })
}

/// For requests about an invitation to the group.
pub(super) fn invited(answer: Answer) -> [Answer; REQUESTERS.len()] {
    REQUESTERS.map(|requester| match requester {
        Requester::NotSignedIn => No(SignInFirst),
        Requester::Invited => answer.clone(),
        Requester::Suspended => Closed,
        _ => No(NoSuchInvitation),
    })
}

/// For joining a group that is not public, which members have joined already.
pub(super) fn not_public() -> [Answer; REQUESTERS.len()] {
    REQUESTERS.map(|requester| match requester {
        Requester::NotSignedIn => No(SignInFirst),
        Requester::Member | Requester::Admin | Requester::Owner => Done,
        Requester::Suspended => Closed,
        _ => No(NotPublic),
    })
}
