//! Every refusal the server can send, each with a stable code. Clients supply the text for users.

use serde::{Deserialize, Serialize};

use crate::model::search::QueryProblem;
use crate::model::{NameProblem, PasswordProblem};

/// Why a request was refused. A refused request has changed nothing,
/// except for [`Refusal::Failed`] and [`Refusal::OutcomeUnknown`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    // Lines.
    /// The line exceeds the limit; it was discarded up to its newline.
    #[error("the line is longer than {max_bytes} bytes")]
    LineTooLong {
        /// The current limit, in bytes.
        max_bytes: usize,
    },
    /// The line is not UTF-8.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// The line is not a single JSON object.
    #[error("the line is not a JSON object: {detail}")]
    NotJson {
        /// The parser's error message in English, for authors of clients.
        detail: String,
    },
    /// This version knows no request of this type.
    #[error("unknown request type")]
    UnknownType,
    /// A field is missing, duplicated or of the wrong type.
    #[error("invalid fields: {detail}")]
    WrongFields {
        /// The parser's error message in English, for authors of clients.
        detail: String,
    },

    // Order and rate of requests.
    /// The server accepts unencrypted connections from its own machine only. Sent before any request; the
    /// connection is then closed.
    #[error("a TLS connection is required")]
    TlsRequired,
    /// The server's operator banned the address of the client. Sent without a request; the connection is then closed.
    #[error("this address is banned; try again in {retry_after_ms} ms")]
    AddressBanned {
        /// Time until the ban expires, in milliseconds.
        retry_after_ms: u64,
    },
    /// The first request must be `hello`.
    #[error("the first request must be hello")]
    HelloFirst,
    /// The server does not support the client's protocol version.
    #[error("the server supports protocol version {supported}")]
    UnsupportedProtocol {
        /// The version the server supports.
        supported: u32,
    },
    /// The request requires signing in first.
    #[error("sign in first")]
    SignInFirst,
    /// The session is already signed in.
    #[error("this session is already signed in")]
    AlreadySignedIn,
    /// The rate limit of the session, account or address was exceeded.
    #[error("too many requests; try again in {retry_after_ms} ms")]
    TooFast {
        /// Delay before the next attempt, in milliseconds.
        retry_after_ms: u64,
    },
    /// The server is overloaded.
    #[error("the server is overloaded; try again in {retry_after_ms} ms")]
    Busy {
        /// Delay before the next attempt, in milliseconds.
        retry_after_ms: u64,
    },
    /// The account has stored as much today as the server allows in a day. Days begin at 0:00 UTC.
    #[error("the daily limit of {max_messages} messages or {max_bytes} bytes is reached; try again in {retry_after_ms} ms")]
    QuotaReached {
        /// Maximum size of what an account may store in a day, in bytes.
        max_bytes: u64,
        /// Maximum number of messages, edits, reactions and other entries of an account in a day.
        max_messages: u64,
        /// Time until the next day, in milliseconds.
        retry_after_ms: u64,
    },
    /// The server's disk is nearly full. Only short messages are stored, and no accounts or groups are created.
    #[error("the server's disk is nearly full; only texts of up to {max_bytes} bytes are stored")]
    StorageLow {
        /// Length of the longest text that is stored, in bytes of UTF-8.
        max_bytes: u64,
    },
    /// The server failed internally; a retry may succeed. A message may have been stored nevertheless: sending it again with the
    /// same client id returns its acknowledgement.
    #[error("the server failed internally")]
    Failed {
        /// Only if the server cannot reach its database at present: delay before the next attempt, in milliseconds. This is no
        /// code of its own, so that clients of any age keep messages that were refused for this reason, and send them again.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        retry_after_ms: Option<u64>,
    },
    /// The server failed while it made the change, which may have been made. Never sent for messages, which have a client id.
    #[error("the server failed, and the change may have been made")]
    OutcomeUnknown,

    // Accounts.
    /// Not a valid username.
    #[error("invalid username: {problem}")]
    UsernameInvalid {
        /// The rule it breaks.
        problem: NameProblem,
    },
    /// The username belongs to another account.
    #[error("the username is taken")]
    UsernameTaken,
    /// The username is easily confused with an existing one.
    #[error("the username is too similar to an existing one")]
    UsernameTooAlike,
    /// Not a valid display name.
    #[error("invalid display name: {problem}")]
    DisplayNameInvalid {
        /// The rule it breaks.
        problem: NameProblem,
    },
    /// Not acceptable as a new password.
    #[error("invalid password: {problem}")]
    PasswordInvalid {
        /// The rule it breaks.
        problem: PasswordProblem,
    },
    /// The status text is too long.
    #[error("the status is longer than {max_chars} characters")]
    StatusTooLong {
        /// The limit, in characters.
        max_chars: usize,
    },
    /// The server accepts no registrations.
    #[error("registration is closed")]
    RegistrationClosed,
    /// Registration requires an invite.
    #[error("registration requires an invite")]
    InviteNeeded,
    /// The invite does not exist, is used up or has expired. The reply does not say which.
    #[error("the invite is invalid or expired")]
    InviteInvalid,
    /// Wrong username or password. The reply does not say which.
    #[error("wrong username or password")]
    WrongCredentials,
    /// The account has a second factor, and the sign-in has no code. Only sent after the correct password.
    #[error("a code of the authenticator app is required")]
    SecondFactorRequired,
    /// The code is wrong, expired or was used before. Only sent after the correct password.
    #[error("wrong code")]
    WrongCode,
    /// The account has a second factor already.
    #[error("the second factor is already turned on")]
    TotpAlreadyEnabled,
    /// The account has no second factor, or none that waits for confirmation.
    #[error("the second factor is not turned on")]
    TotpNotEnabled,
    /// The operator suspended the account. Only sent after the correct password or token.
    #[error("the account is suspended")]
    AccountSuspended,
    /// The device token is invalid or revoked.
    #[error("the device is signed out")]
    TokenUnknown,
    /// The requester has no such device, or it is already signed out.
    #[error("no such device")]
    NoSuchDevice,

    // People and groups.
    /// No account has this username.
    #[error("no such user")]
    NoSuchUser,
    /// The request must concern another user.
    #[error("the request cannot concern the requester")]
    #[serde(rename = "that_is_you")]
    CannotTargetSelf,
    /// The account of the other participant of the direct conversation was deleted.
    #[error("the user's account was deleted")]
    AccountDeleted,
    /// The requester has blocked the other participant of the direct conversation.
    #[error("the requester has blocked this user")]
    UnblockFirst,
    /// The requester has reached the limit of blocked users.
    #[error("the limit of {max} blocked users is reached")]
    TooManyBlocked {
        /// Maximum number of blocked users.
        max: usize,
    },
    /// The conversation does not exist, or the requester is not a member. The reply does not say which.
    #[error("not a member of this conversation")]
    NotAMember,
    /// The request is only valid for groups.
    #[error("not a group")]
    NotAGroup,
    /// The requester's role does not permit this.
    #[error("this role does not permit the request")]
    NotAllowed,
    /// The user concerned is not a member.
    #[error("no such member")]
    NoSuchMember,
    /// The user concerned is already a member.
    #[error("already a member")]
    AlreadyAMember,
    /// Not a valid group name.
    #[error("invalid group name: {problem}")]
    GroupNameInvalid {
        /// The rule it breaks.
        problem: NameProblem,
    },
    /// Another group has this name.
    #[error("the group name is taken")]
    GroupNameTaken,
    /// The group name is easily confused with that of another group.
    #[error("the group name is too similar to an existing one")]
    GroupNameTooAlike,
    /// The topic is too long.
    #[error("the topic is longer than {max_chars} characters")]
    TopicTooLong {
        /// The limit, in characters.
        max_chars: usize,
    },
    /// The group has reached its limit of usable invites.
    #[error("the limit of {max} invites to the group is reached")]
    TooManyInvites {
        /// Maximum number of usable invites per group.
        max: usize,
    },
    /// The group has reached its member limit.
    #[error("the group has reached its limit of {max} members")]
    GroupFull {
        /// Maximum number of members per group.
        max: usize,
    },

    /// The requester has no pending invitation to this group.
    #[error("no such invitation")]
    NoSuchInvitation,
    /// The user declined an invitation to this group.
    #[error("the user declined an invitation to this group")]
    InvitationDeclined,
    /// The user to invite has reached the limit of pending invitations.
    #[error("the user has {max} pending invitations")]
    InvitationsFull {
        /// Maximum number of pending invitations that a user can have received.
        max: usize,
    },
    /// The requester has reached the limit of pending invitations.
    #[error("the limit of {max} pending invitations is reached")]
    TooManyInvitations {
        /// Maximum number of pending invitations that a user can have sent.
        max: usize,
    },
    /// There is no public group with this id.
    #[error("no such public group")]
    NotPublic,

    /// The requester or the user concerned has reached the limit of conversations per user.
    #[error("the limit of {max} conversations is reached")]
    TooManyConversations {
        /// Maximum number of conversations per user.
        max: usize,
    },

    // Messages.
    /// The text has no visible characters.
    #[error("the message is empty")]
    TextEmpty,
    /// The text is too long.
    #[error("the message is longer than {max_bytes} bytes")]
    TextTooLong {
        /// The limit, in bytes of UTF-8.
        max_bytes: usize,
    },
    /// Not a valid search query.
    #[error("invalid query: {problem}")]
    QueryInvalid {
        /// The rule it breaks.
        problem: QueryProblem,
    },
    /// The client id was already used for a different message.
    #[error("the client id was already used for another message")]
    ClientIdReused,
    /// The message does not exist, was deleted, or is not visible to the requester. The reply does not say which.
    #[error("no such message")]
    NoSuchMessage,
    /// The message belongs to another author.
    #[error("the message belongs to another author")]
    NotYours,
    /// The message has reached its limit of edits.
    #[error("the message was edited {max} times and cannot be edited again")]
    TooManyEdits {
        /// How often the message was edited, which is as often as its edits and the size of its earlier texts allow.
        max: usize,
    },
    /// Not exactly one emoji.
    #[error("not one emoji")]
    EmojiInvalid,
    /// The message has reached its limit of distinct reaction emoji.
    #[error("the limit of {max} distinct reactions is reached")]
    TooManyReactions {
        /// Maximum number of distinct emoji per message.
        max: usize,
    },

    /// The message has reached its limit of reactions.
    #[error("the limit of {max} reactions is reached")]
    ReactionsFull {
        /// Maximum number of reactions per message, by all users together.
        max: usize,
    },

    /// The reason of a report is too long.
    #[error("the reason is longer than {max_chars} characters")]
    ReasonTooLong {
        /// The limit, in characters.
        max_chars: usize,
    },
    /// The requester has reached the limit of open reports.
    #[error("the limit of {max} open reports is reached")]
    TooManyReports {
        /// Maximum number of open reports by one user.
        max: usize,
    },

    /// A code sent by a newer server, unknown to this version.
    #[serde(other)]
    #[error("refused")]
    Other,
}

impl Refusal {
    /// [`Refusal::Failed`] for a failure that has nothing to do with the availability of the database.
    pub const FAILED: Self = Self::Failed { retry_after_ms: None };
}
