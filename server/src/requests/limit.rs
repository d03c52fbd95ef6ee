//! The rate limits of an account, as requests name them. `session` holds the limiters.

/// A limit shared by all sessions of an account. Its value is the key of `[limits]` with the corresponding name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum AccountLimit {
    /// Messages, and changes to messages: each is delivered to all members.
    Messages,
    /// Moves of read cursors, delivery records, and dismissals from the inbox.
    Marks,
    /// Pages of lists and of history.
    Pages,
    /// Searches, which examine more than the rows they return.
    Searches,
    DirectConversations,
    /// New groups, and changes that everyone watching the directory receives.
    Groups,
    /// Changes to the members of groups: each adds an entry that is delivered to all members.
    Members,
    /// New group invites, and uses of invite codes, which limits guessing.
    GroupInvites,
    /// Changes of settings, and reports of messages.
    Settings,
    /// Requests with the password, which cost a password hash each, and the confirmation of a second factor.
    PasswordChanges,
}
