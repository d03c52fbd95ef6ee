//! Every *no* the server has, each with a stable code. The words are the client's.

use serde::{Deserialize, Serialize};

use crate::model::search::QueryProblem;
use crate::model::{NameProblem, PasswordProblem};

/// Why a request was not done. Nothing was changed by it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", rename_all = "snake_case")]
pub enum Refusal {
    // The line.
    /// The line is longer than the limit that holds here; it was thrown away up to its newline.
    #[error("the line is longer than {max_bytes} bytes")]
    LineTooLong {
        /// The limit, in bytes.
        max_bytes: usize,
    },
    /// The line is not UTF-8.
    #[error("the line is not UTF-8")]
    NotUtf8,
    /// The line is not one JSON object.
    #[error("the line is not a JSON object: {detail}")]
    NotJson {
        /// What the parser said, in English, for whoever writes a client.
        detail: String,
    },
    /// There is no request of this type.
    #[error("no request has this type")]
    UnknownType,
    /// A field is missing, there twice, or of the wrong type.
    #[error("wrong fields: {detail}")]
    WrongFields {
        /// What the parser said, in English, for whoever writes a client.
        detail: String,
    },

    // The order of things.
    /// The server takes unencrypted connections from its own machine only. Told before anything was asked; the
    /// connection is closed.
    #[error("connect with TLS")]
    TlsRequired,
    /// The first request must be a hello.
    #[error("hello comes first")]
    HelloFirst,
    /// The server does not speak this version.
    #[error("the server speaks protocol {supported}")]
    UnsupportedProtocol {
        /// The version it speaks.
        supported: u32,
    },
    /// This needs a signed-in session.
    #[error("sign in first")]
    SignInFirst,
    /// This session is signed in already.
    #[error("this session is signed in already")]
    AlreadySignedIn,
    /// Too many requests in too short a time.
    #[error("too fast, try again in {retry_after_ms} ms")]
    TooFast {
        /// Try again after this many milliseconds.
        retry_after_ms: u64,
    },
    /// The server has too much to do.
    #[error("busy, try again in {retry_after_ms} ms")]
    Busy {
        /// Try again after this many milliseconds.
        retry_after_ms: u64,
    },
    /// Something broke on the server's side; it may work if tried again.
    #[error("the server failed to do it")]
    Failed,

    // Accounts.
    /// This cannot be a username.
    #[error("no username: {problem}")]
    UsernameInvalid {
        /// What is wrong with it.
        problem: NameProblem,
    },
    /// Somebody has this username.
    #[error("the username is taken")]
    UsernameTaken,
    /// It looks like somebody's username.
    #[error("the username looks like another one")]
    UsernameTooAlike,
    /// This cannot be a display name.
    #[error("no display name: {problem}")]
    DisplayNameInvalid {
        /// What is wrong with it.
        problem: NameProblem,
    },
    /// This cannot be a new password.
    #[error("no password: {problem}")]
    PasswordInvalid {
        /// What is wrong with it.
        problem: PasswordProblem,
    },
    /// The status is too long.
    #[error("the status is longer than {max_chars} characters")]
    StatusTooLong {
        /// The limit, in characters.
        max_chars: usize,
    },
    /// Nobody can register here.
    #[error("registration is closed")]
    RegistrationClosed,
    /// Registering here takes an invite.
    #[error("registering takes an invite")]
    InviteNeeded,
    /// There is no such invite, or it was used as often as it may be, or it has expired; which of these is not told.
    #[error("the invite is not good, or no longer")]
    InviteInvalid,
    /// Wrong name or password; which of the two is not told.
    #[error("wrong name or password")]
    WrongCredentials,
    /// The operator suspended the account. Told to nobody who did not prove that it is theirs.
    #[error("the account is suspended")]
    AccountSuspended,
    /// The device token is not, or no longer, good for signing in.
    #[error("the device is signed out")]
    TokenUnknown,
    /// One has no such device, or it is signed out already.
    #[error("no such device")]
    NoSuchDevice,

    // People and groups.
    /// Nobody has this username.
    #[error("no such user")]
    NoSuchUser,
    /// This can be done with somebody else only.
    #[error("that is you")]
    ThatIsYou,
    /// Whoever asks has blocked the other one of a direct conversation.
    #[error("blocked by whoever asks")]
    UnblockFirst,
    /// Whoever asks has blocked as many people as somebody can.
    #[error("{max} people are blocked already")]
    TooManyBlocked {
        /// Most people somebody can block.
        max: usize,
    },
    /// There is no such conversation, or whoever asks is no member; which of the two is not told.
    #[error("not a member of it")]
    NotAMember,
    /// This can be done with a group only.
    #[error("not a group")]
    NotAGroup,
    /// The role of whoever asks is too low for this.
    #[error("not allowed to members of this role")]
    NotAllowed,
    /// They are not a member.
    #[error("no such member")]
    NoSuchMember,
    /// They are a member already.
    #[error("a member already")]
    AlreadyAMember,
    /// This cannot be a group name.
    #[error("no group name: {problem}")]
    GroupNameInvalid {
        /// What is wrong with it.
        problem: NameProblem,
    },
    /// A group has this name.
    #[error("the group name is taken")]
    GroupNameTaken,
    /// The topic is too long.
    #[error("the topic is longer than {max_chars} characters")]
    TopicTooLong {
        /// The limit, in characters.
        max_chars: usize,
    },
    /// There are as many invites to the group as there can be.
    #[error("{max} invites to the group already")]
    TooManyInvites {
        /// Most invites to a group.
        max: usize,
    },
    /// The group has as many members as a group can have.
    #[error("the group is full at {max}")]
    GroupFull {
        /// Most members of a group.
        max: usize,
    },

    /// Whoever asks, or whom it is about, is in as many conversations as somebody can be in.
    #[error("in {max} conversations already")]
    TooManyConversations {
        /// Most conversations somebody can be in.
        max: usize,
    },

    // Messages.
    /// Nothing of the text would be seen.
    #[error("the message is empty")]
    TextEmpty,
    /// The text is too long.
    #[error("the message is longer than {max_bytes} bytes")]
    TextTooLong {
        /// The limit, in bytes of UTF-8.
        max_bytes: usize,
    },
    /// This cannot be searched for.
    #[error("no query: {problem}")]
    QueryInvalid {
        /// What is wrong with it.
        problem: QueryProblem,
    },
    /// The client id was used for another message.
    #[error("the client id was used for another message")]
    ClientIdReused,
    /// There is no such message, or whoever asks may not see it, or it was taken back; which of these is not told.
    #[error("no such message")]
    NoSuchMessage,
    /// The message is somebody else's.
    #[error("the message is somebody else's")]
    NotYours,
    /// The message was edited as often as a message can be.
    #[error("edited {max} times already")]
    TooManyEdits {
        /// Most times a message is edited.
        max: usize,
    },
    /// This is not one emoji.
    #[error("not one emoji")]
    EmojiInvalid,
    /// The message has as many different emoji as reactions as a message can have.
    #[error("{max} different reactions already")]
    TooManyReactions {
        /// Most different emoji of one message.
        max: usize,
    },

    /// A newer server's code that this version has no words for.
    #[serde(other)]
    #[error("refused")]
    Other,
}
