//! Who makes a request, and how it is answered.

use papo_shared::protocol::Refusal;

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
    /// A suspended member, in a session opened before the suspension; for sign-in requests, in a new session.
    Suspended,
}

pub(super) const REQUESTERS: [Requester; 10] = [
    Requester::NotSignedIn,
    Requester::Stranger,
    Requester::Member,
    Requester::Left,
    Requester::Removed,
    Requester::Invited,
    Requester::Admin,
    Requester::Owner,
    Requester::Blocked,
    Requester::Suspended,
];

/// Expected result of a request.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Answer {
    /// The request succeeds, with any reply.
    Done,
    /// The request is refused.
    No(Refusal),
    /// The request has no reply.
    Silence,
    /// The request is not processed: the connection is closed because the account is suspended.
    Closed,
}
