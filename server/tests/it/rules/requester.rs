//! Who makes a request, and how it is answered.

use papo_shared::protocol::{GoodbyeReason, Refusal};

#[derive(Clone, Copy, Debug)]
pub(super) enum Requester {
    /// Has said hello only.
    NotSignedIn,
    /// Signed in; has never been in the group.
    Stranger,
    Member,
    /// A former member who left.
    Left,
    /// A former member who was removed.
    Removed,
    /// Has a pending invitation to the group.
    Invited,
    /// A member with the admin role.
    Admin,
    /// The creator and owner of the group.
    Owner,
    /// Blocked by the peer of a direct conversation, which takes the place of the group.
    Blocked,
    /// In a direct conversation, which takes the place of the group, with a user whose account was deleted.
    PeerDeleted,
    /// A suspended member, in a session opened before the suspension; for sign-in requests, in a new session.
    Suspended,
    /// A member whose account was deleted, in a session opened before; for sign-in requests, in a new session.
    Deleted,
    /// A member whose address was banned, in a session opened before; for sign-in requests, on a new connection.
    Banned,
}

pub(super) const REQUESTERS: [Requester; 13] = [
    Requester::NotSignedIn,
    Requester::Stranger,
    Requester::Member,
    Requester::Left,
    Requester::Removed,
    Requester::Invited,
    Requester::Admin,
    Requester::Owner,
    Requester::Blocked,
    Requester::PeerDeleted,
    Requester::Suspended,
    Requester::Deleted,
    Requester::Banned,
];

impl Requester {
    /// Why the session of the requester has ended; `None` if it is open.
    pub(super) fn goodbye(self) -> Option<GoodbyeReason> {
        match self {
            Self::Suspended => Some(GoodbyeReason::Suspended),
            Self::Deleted => Some(GoodbyeReason::AccountDeleted),
            Self::Banned => Some(GoodbyeReason::Other),
            _ => None,
        }
    }
}

/// Expected result of a request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// The request succeeds, with any reply.
    Done,
    /// The request is refused.
    No(Refusal),
    /// The request has no reply.
    Silence,
    /// The request is not processed: the connection is closed for this reason.
    Closed(GoodbyeReason),
}
